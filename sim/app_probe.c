// SPDX-License-Identifier: MIT
#include "sim/app_probe.h"

#include "sim/app_socket.h"
#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/wire_icmp.h"
#include <errno.h>
#include <string.h>

#define SEQUENCE_AT 6
#define ANSWER_MAX  (WIRE_ICMP_HEADER + WIRE_ICMP_HEADER)

static bool
is_ipv4 (const App *app)
{
  return address_is_ipv4 (&app->spec->peer.address);
}

int
app_probe_open (App *app)
{
  int socket = app_socket_new (app, SOCKET_ICMP, &app->spec->peer.address);
  if (socket < 0)
    app_fail (app, "socket", socket);
  return socket;
}

ssize_t
app_probe_send (App *app, int socket, uint64_t number, size_t size, int hops)
{
  g_autofree uint8_t *message = g_malloc0 (WIRE_ICMP_HEADER + size);
  message[0] = is_ipv4 (app) ? ICMP_ECHO_REQUEST : ICMPV6_ECHO_REQUEST;
  bytes_put16 (message + SEQUENCE_AT, (uint16_t) number);
  for (size_t i = 0; i < size; i++)
    message[WIRE_ICMP_HEADER + i] = (uint8_t) i;
  if (hops > 0)
    socket_option_set (host_stack (app->host), socket,
                       is_ipv4 (app) ? SOCKET_OPTION_TTL : SOCKET_OPTION_HOPS,
                       hops);
  return app_socket_send_to (app, socket, message, WIRE_ICMP_HEADER + size,
                             &app->spec->peer);
}

/* The highest number up to LATEST with that sequence number, or 0. */
static uint64_t
number_of (uint16_t sequence, uint64_t latest)
{
  uint64_t back = (uint16_t) (latest - sequence);
  return back < latest ? latest - back : 0;
}

bool
app_probe_receive (App *app, int socket, uint64_t latest, ProbeAnswer *answer)
{
  for (;;)
    {
      uint8_t bytes[ANSWER_MAX] = { 0 };
      Endpoint from;
      ssize_t got =
          app_socket_receive_from (app, socket, bytes, sizeof bytes, &from);
      if (got == -EAGAIN || got == -EBADF)
        return false;
      if (got < WIRE_ICMP_HEADER)
        continue;
      uint8_t reply = is_ipv4 (app) ? ICMP_ECHO_REPLY : ICMPV6_ECHO_REPLY;
      *answer = (ProbeAnswer){ .is_reply = bytes[0] == reply,
                               .type = bytes[0],
                               .code = bytes[1],
                               .from = from.address };
      size_t at = SEQUENCE_AT + (answer->is_reply ? 0 : WIRE_ICMP_HEADER);
      answer->number = number_of (bytes_get16 (bytes + at), latest);
      if (answer->number > 0)
        return true;
    }
}

char *
app_probe_name (App *app, const Address *address)
{
  const Network *network = host_node (app->host)->network;
  const Node *node = g_hash_table_lookup (network->names, address);
  char text[ADDRESS_TEXT_MAX];
  address_format (address, text);
  return node ? g_strdup_printf ("%s (%s)", node->name, text) : g_strdup (text);
}

static bool
is_type (const ProbeAnswer *answer, uint8_t ipv4, uint8_t ipv6)
{
  return answer->type == (address_is_ipv4 (&answer->from) ? ipv4 : ipv6);
}

bool
app_probe_is_hop (const ProbeAnswer *answer)
{
  return is_type (answer, ICMP_TIME_EXCEEDED, ICMPV6_TIME_EXCEEDED)
         && answer->code == 0;
}

const char *
app_probe_error (const ProbeAnswer *answer)
{
  if (is_type (answer, ICMP_TIME_EXCEEDED, ICMPV6_TIME_EXCEEDED))
    return "time exceeded";
  if (is_type (answer, ICMP_UNREACHABLE, ICMPV6_UNREACHABLE))
    return "unreachable";
  return "an ICMP error";
}

char *
app_probe_time (Time time)
{
  Time microseconds = (time + MICROSECOND / 2) / MICROSECOND;
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%03d ms", microseconds / 1000,
                          (int) (microseconds % 1000));
}
