// SPDX-License-Identifier: MIT
/* What connect and accept answer, and what they leave behind. */
#include "tests/harness.h"

#include <errno.h>
#include <sys/socket.h>

#include "stack/address.h"

static int
connect_to (Talk *t, int socket, const char *address, uint16_t port)
{
  Endpoint remote = { .port = port };

  talk_check (t, address_parse (address, &remote.address));
  return socket_connect (t->stack, socket, &remote);
}

static int
bind_to (Talk *t, int socket, const char *address, uint16_t port)
{
  Endpoint local = { .port = port };

  talk_check (t, address_parse (address, &local.address));
  return socket_bind (t->stack, socket, &local);
}

/* req: SOK-CON-1 SOK-CON-7 SOK-POL-1 SOK-POL-6 */
static void
test_progress (void)
{
  Talk *t = talk_new ();

  app_connect (t, 80);
  poll_is (t, 0);
  talk_check (t, connect_to (t, t->flow->socket, "10.0.0.2", 80) == -EALREADY);
  app_send_gives (t, 1, -EAGAIN);
  app_receive_gives (t, -EAGAIN);
  peer_expects (t, "S 0:0(0) win 65535");
  talk_check (t, connect_to (t, t->flow->socket, "10.0.0.2", 80) == -EALREADY);
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1");
  poll_is (t, SOCKET_WRITABLE);
  error_is (t, 0);
  talk_check (t, connect_to (t, t->flow->socket, "10.0.0.2", 80) == -EISCONN);
  talk_check (t, connect_to (t, t->flow->socket, "10.0.0.2", 81) == -EISCONN);
  falls_silent (t);
  talk_free (t);
}

/* Nobody to speak to: no packet, and the socket is as it was.
 * req: SOK-CON-4 SOK-BND-8 IP6-DUAL-5 SOK-CON-6 IP4-ADR-7 */
static void
test_nobody (void)
{
  static const struct
  {
    SocketFamily family;
    bool v6only;
    const char *bound; /* or NULL */
    const char *remote;
    uint16_t port;
    int stream, datagram;
  } ROWS[] = {
    { SOCKET_IPV4, 0, NULL, "0.0.0.0", 80, -ENETUNREACH, -ENETUNREACH },
    { SOCKET_IPV6, 0, NULL, "::", 80, -ENETUNREACH, -ENETUNREACH },
    { SOCKET_IPV6, 0, NULL, "0.0.0.0", 80, -ENETUNREACH, -ENETUNREACH },
    { SOCKET_IPV4, 0, NULL, "10.0.0.1", 80, -ENETUNREACH, -ENETUNREACH },
    { SOCKET_IPV4, 0, "10.0.0.1", "10.0.0.1", 7777, -ENETUNREACH,
      -ENETUNREACH },
    { SOCKET_IPV6, 0, NULL, "fd00::1", 80, -ENETUNREACH, -ENETUNREACH },
    { SOCKET_IPV4, 0, NULL, "127.0.0.1", 80, -ENETUNREACH, -ENETUNREACH },
    { SOCKET_IPV6, 0, NULL, "::1", 80, -ENETUNREACH, -ENETUNREACH },
    { SOCKET_IPV4, 0, NULL, "192.0.2.1", 80, -ENETUNREACH, -ENETUNREACH },
    { SOCKET_IPV6, 0, NULL, "2001:db8::1", 80, -ENETUNREACH, -ENETUNREACH },
    { SOCKET_IPV4, 0, NULL, "224.0.0.1", 80, -ENETUNREACH, -ENETUNREACH },
    { SOCKET_IPV4, 0, NULL, "255.255.255.255", 80, -ENETUNREACH, -EACCES },
    { SOCKET_IPV4, 0, NULL, "10.0.0.255", 80, -ENETUNREACH, -EACCES },
    { SOCKET_IPV4, 0, NULL, "10.0.0.2", 0, -EADDRNOTAVAIL, -EADDRNOTAVAIL },
    { SOCKET_IPV4, 0, NULL, "fd00::2", 80, -EAFNOSUPPORT, -EAFNOSUPPORT },
    { SOCKET_IPV6, 1, NULL, "10.0.0.2", 80, -ENETUNREACH, -ENETUNREACH },
    { SOCKET_IPV6, 0, "fd00::1", "10.0.0.2", 80, -EAFNOSUPPORT, -EAFNOSUPPORT },
    { SOCKET_IPV6, 0, "10.0.0.1", "fd00::2", 80, -EAFNOSUPPORT, -EAFNOSUPPORT },
    { SOCKET_IPV6, 0, NULL, "10.0.0.2", 80, -EINPROGRESS, 0 },
    { SOCKET_IPV6, 0, "::", "10.0.0.2", 80, -EINPROGRESS, 0 },
    { SOCKET_IPV6, 1, NULL, "fd00::2", 80, -EINPROGRESS, 0 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (ROWS); i++)
    for (SocketType type = SOCKET_STREAM; type <= SOCKET_DATAGRAM; type++)
      {
        Talk *t = talk_new ();
        int socket = app_socket (t, ROWS[i].family, type);
        int result = type == SOCKET_STREAM ? ROWS[i].stream : ROWS[i].datagram;
        Endpoint before, after;

        if (ROWS[i].v6only)
          talk_check (
              t, socket_option_set (t->stack, socket, SOCKET_OPTION_V6ONLY, 1)
                     == 0);
        if (ROWS[i].bound != NULL)
          talk_check (t, bind_to (t, socket, ROWS[i].bound, 7777) == 0);
        talk_check (t, socket_local (t->stack, socket, &before) == 0);
        talk_check (t, connect_to (t, socket, ROWS[i].remote, ROWS[i].port)
                           == result);
        talk_check (t, socket_local (t->stack, socket, &after) == 0);
        talk_check (t, socket_error (t->stack, socket) == 0);
        if (result < 0 && result != -EINPROGRESS)
          {
            talk_check (t, address_equal (&before.address, &after.address));
            talk_check (t, before.port == after.port);
            talk_check (t,
                        socket_remote (t->stack, socket, &after) == -ENOTCONN);
            falls_silent (t);
          }
        talk_check (t, peer_ignores (t) == (result == -EINPROGRESS ? 1 : 0));
        talk_free (t);
      }
}

/* Both names of a connection have the family of the socket; IPv4 goes out as
 * IPv4. req: IP6-DUAL-1 IP6-DUAL-3 IP6-DUAL-6 */
static void
test_dual_stack (void)
{
  Talk *t = talk_new ();
  int listener = app_socket (t, SOCKET_IPV6, SOCKET_STREAM);
  int socket = app_socket (t, SOCKET_IPV6, SOCKET_STREAM);
  Endpoint name;

  t->listener = listener;
  talk_check (t, bind_to (t, listener, "::", 7777) == 0);
  talk_check (t, socket_listen (t->stack, listener, 5) == 0);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  app_accepts (t);
  talk_check (t, socket_local (t->stack, t->flow->socket, &name) == 0);
  talk_check (t, address_equal (&name.address, &t->local));
  talk_check (t, address_is_ipv4 (&name.address));
  talk_check (t, connect_to (t, socket, "::ffff:10.0.0.2", 80) == -EINPROGRESS);
  peer_uses (t, 80);
  peer_expects (t, "S 0:0(0)");
  talk_check (t, t->bytes[0] >> 4 == 4);
  talk_check (t, socket_remote (t->stack, socket, &name) == 0);
  talk_check (t, address_equal (&name.address, &t->peer));
  talk_free (t);
}

/* Refused twice, then it works: each time from another port, after the error
 * was told once. req: SOK-CON-2 SOK-CON-3 SOK-IO-11 */
static void
test_again (void)
{
  Talk *t = talk_new ();
  Endpoint before = { .port = 0 }, local;

  for (unsigned i = 0; i < 2; i++)
    {
      app_connect (t, 80);
      talk_check (t, socket_local (t->stack, t->flow->socket, &local) == 0);
      talk_check (t, local.port != before.port);
      before = local;
      peer_expects (t, "S 0:0(0)");
      peer_sends (t, "R. 0:0(0) ack 1");
      poll_is (t, SOCKET_ERROR | SOCKET_READABLE | SOCKET_WRITABLE
                      | SOCKET_HANGUP);
      if (i == 0)
        talk_check (t, connect_to (t, t->flow->socket, "10.0.0.2", 80)
                           == -ECONNREFUSED);
      else
        error_is (t, ECONNREFUSED);
      error_is (t, 0);
      app_send_gives (t, 1, -EPIPE);
      app_receive_gives (t, 0);
      peer_expects_nothing (t);
    }
  app_connect (t, 80);
  peer_expects (t, "S 0:0(0) win 65535");
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1");
  poll_is (t, SOCKET_WRITABLE);
  app_sends (t, 10);
  peer_expects (t, "P. 1:11(10) ack 1");
  peer_sends (t, ". 1:1(0) ack 11");
  falls_silent (t);
  talk_free (t);
}

/* req: SOK-CON-2 SOK-CON-3 */
static void
test_time_out (void)
{
  Talk *t = talk_new ();

  app_connect (t, 80);
  sleep_through (t, 200, SECOND);
  error_is (t, ETIMEDOUT);
  error_is (t, 0);
  falls_silent (t);
  app_closes (t);
  falls_silent (t);
  talk_free (t);
}

/* req: SOK-CON-5 */
static void
test_same_pair (void)
{
  Talk *t = talk_new ();
  int sockets[2];

  for (unsigned i = 0; i < 2; i++)
    {
      sockets[i] = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
      talk_check (t, socket_option_set (t->stack, sockets[i],
                                        SOCKET_OPTION_REUSE_ADDRESS, 1)
                         == 0);
      talk_check (t, bind_to (t, sockets[i], "0.0.0.0", 5000) == 0);
    }
  talk_check (t, connect_to (t, sockets[0], "10.0.0.2", 80) == -EINPROGRESS);
  talk_check (t, connect_to (t, sockets[1], "10.0.0.2", 80) == -EADDRNOTAVAIL);
  talk_check (t, connect_to (t, sockets[1], "10.0.0.2", 81) == -EINPROGRESS);
  talk_check (t, peer_ignores (t) == 2);
  talk_free (t);
}

/* req: SOK-CON-6 */
static void
test_self (void)
{
  Talk *t = talk_new ();

  for (unsigned i = 0; i < 10000; i++)
    {
      int socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
      Endpoint local;

      talk_check (t, bind_to (t, socket, "10.0.0.1", 0) == 0);
      talk_check (t, socket_local (t->stack, socket, &local) == 0);
      talk_check (t, socket_connect (t->stack, socket, &local) == -ENETUNREACH);
      talk_check (t, socket_close (t->stack, socket) == 0);
    }
  falls_silent (t);
  talk_free (t);
}

/* req: SOK-CON-1 UDP-20 SOK-BND-3 */
static void
test_datagram (void)
{
  Talk *t = talk_new ();
  int socket = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);
  int bound = app_socket (t, SOCKET_IPV6, SOCKET_DATAGRAM);
  Endpoint first, name;

  talk_check (t, socket_connect (t->stack, socket, NULL) == 0);
  talk_check (t, connect_to (t, socket, "10.0.0.2", 80) == 0);
  talk_check (t, socket_local (t->stack, socket, &first) == 0);
  talk_check (t, address_equal (&first.address, &t->local));
  talk_check (t, first.port >= 49152);
  talk_check (t, connect_to (t, socket, "10.0.0.2", 81) == 0);
  talk_check (t, socket_local (t->stack, socket, &name) == 0);
  talk_check (t, name.port == first.port);
  talk_check (t, socket_connect (t->stack, socket, NULL) == 0);
  talk_check (t, socket_remote (t->stack, socket, &name) == -ENOTCONN);
  talk_check (t, socket_send (t->stack, socket, "x", 1) == -EDESTADDRREQ);
  talk_check (t, socket_local (t->stack, socket, &name) == 0);
  talk_check (t, name.port == 0 && address_is_any (&name.address));
  talk_check (t, bind_to (t, bound, "::", 7777) == 0);
  talk_check (t, connect_to (t, bound, "10.0.0.2", 80) == 0);
  talk_check (t, connect_to (t, bound, "fd00::2", 80) == 0);
  talk_check (t, socket_connect (t->stack, bound, NULL) == 0);
  talk_check (t, socket_local (t->stack, bound, &name) == 0);
  talk_check (t, name.port == 7777);
  talk_check (t, address_equal (&name.address, &ADDRESS_ANY));
  falls_silent (t);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket/connect/progress", test_progress);
  g_test_add_func ("/socket/connect/nobody", test_nobody);
  g_test_add_func ("/socket/connect/dual-stack", test_dual_stack);
  g_test_add_func ("/socket/connect/again", test_again);
  g_test_add_func ("/socket/connect/time-out", test_time_out);
  g_test_add_func ("/socket/connect/same-pair", test_same_pair);
  g_test_add_func ("/socket/connect/self", test_self);
  g_test_add_func ("/socket/connect/datagram", test_datagram);
  return g_test_run ();
}
