// SPDX-License-Identifier: MIT
/* The application's side of a conversation. */
#include "tests/harness.h"

#include <errno.h>
#include <string.h>

#include "stack/address.h"

int
app_socket (Talk *t, SocketFamily family, SocketType type)
{
  int socket = socket_new (t->stack, family, type);

  talk_check (t, socket > 0);
  return socket;
}

static int
stream_socket (Talk *t)
{
  return app_socket (t, address_is_ipv4 (&t->local) ? SOCKET_IPV4 : SOCKET_IPV6,
                     SOCKET_STREAM);
}

void
app_listen (Talk *t, uint16_t port, int backlog)
{
  Endpoint local = { t->local, port };

  t->listener = stream_socket (t);
  talk_check (t, socket_bind (t->stack, t->listener, &local) == 0);
  talk_check (t, socket_listen (t->stack, t->listener, backlog) == 0);
  t->states |= 1u << TCP_LISTEN;
}

void
app_connect (Talk *t, uint16_t port)
{
  Endpoint remote = { t->peer, port };

  peer_uses (t, port);
  if (t->flow->socket == 0)
    t->flow->socket = stream_socket (t);
  talk_check (t, socket_connect (t->stack, t->flow->socket, &remote)
                     == -EINPROGRESS);
}

void
app_accepts (Talk *t)
{
  Endpoint peer;

  t->flow->socket = socket_accept (t->stack, t->listener, &peer);
  talk_check (t, t->flow->socket > 0);
  talk_check (t, address_equal (&peer.address, &t->peer));
  talk_check (t, peer.port == t->flow->peer_port);
}

void
app_send_gives (Talk *t, size_t length, ssize_t result)
{
  g_autofree uint8_t *bytes = g_malloc (length + 1);
  ssize_t sent;

  for (size_t i = 0; i < length; i++)
    bytes[i] = packet_line_byte (t->flow->written + (int64_t) i);
  sent = socket_send (t->stack, t->flow->socket, bytes, length);
  if (sent != result)
    talk_fail (t, "sending %zu gives %zd, not %zd", length, sent, result);
  if (sent > 0)
    t->flow->written += sent;
}

void
app_sends (Talk *t, size_t length)
{
  app_send_gives (t, length, (ssize_t) length);
}

void
app_receives (Talk *t, size_t size, size_t length)
{
  g_autofree uint8_t *bytes = g_malloc (size + 1);
  ssize_t got = socket_receive (t->stack, t->flow->socket, bytes, size);

  if (got != (ssize_t) length)
    talk_fail (t, "receiving gives %zd, not %zu", got, length);
  for (size_t i = 0; i < length; i++)
    if (bytes[i] != packet_line_byte (t->flow->read + (int64_t) i))
      talk_fail (t, "byte %ld is another", (long) t->flow->read + (long) i);
  t->flow->read += (int64_t) length;
}

void
app_receive_gives (Talk *t, ssize_t result)
{
  uint8_t byte;
  ssize_t got = socket_receive (t->stack, t->flow->socket, &byte, 1);

  if (got != result)
    talk_fail (t, "receiving gives %zd, not %zd", got, result);
}

void
app_shuts_down (Talk *t, int how)
{
  talk_check (t, socket_shutdown (t->stack, t->flow->socket, how) == 0);
}

void
app_closes (Talk *t)
{
  talk_check (t, socket_close (t->stack, t->flow->socket) == 0);
}

void
app_aborts (Talk *t)
{
  talk_check (t, socket_abort (t->stack, t->flow->socket) == 0);
}

void
app_sets (Talk *t, SocketOption option, int64_t value)
{
  talk_check (t, socket_option_set (t->stack, t->flow->socket, option, value)
                     == 0);
}

SocketInfo
app_info (Talk *t)
{
  SocketInfo info = { .state = TCP_CLOSED };

  talk_check (t, socket_info (t->stack, t->flow->socket, &info) == 0);
  return info;
}

void
state_is (Talk *t, const char *state)
{
  const char *is = tcp_state_name (app_info (t).state);

  if (!g_str_equal (is, state))
    talk_fail (t, "the state is %s, not %s", is, state);
}

void
poll_is (Talk *t, unsigned poll)
{
  unsigned is = socket_poll (t->stack, t->flow->socket);

  if (is != poll)
    talk_fail (t, "polling gives %#x, not %#x", is, poll);
}

void
error_is (Talk *t, int error)
{
  int is = socket_error (t->stack, t->flow->socket);

  if (is != error)
    talk_fail (t, "the error is %d, not %d", is, error);
}

void
drops_are (Talk *t, DropCause cause, uint64_t count)
{
  uint64_t is = stack_drops (t->stack, cause);

  if (is != count)
    talk_fail (t, "%s was counted %lu times, not %lu", drop_cause_name (cause),
               (unsigned long) is, (unsigned long) count);
}

void
talk_accepted (Talk *t)
{
  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 win 65535");
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  app_accepts (t);
  peer_expects_nothing (t);
}

void
talk_connected (Talk *t)
{
  app_connect (t, 80);
  peer_expects (t, "S 0:0(0) win 65535");
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1 win 65535");
}
