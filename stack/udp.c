// SPDX-License-Identifier: MIT
#include "stack/udp.h"

#include "stack/icmp_error.h"
#include "stack/ip.h"
#include "stack/route.h"
#include "stack/wire_udp.h"

#include <errno.h>
#include <string.h>

typedef struct
{
  GList link;
  Endpoint remote;
  size_t length;
  uint8_t bytes[];
} Datagram;

struct Udp
{
  GQueue received; /* Datagram, oldest first */
  size_t held;     /* bytes of them, bookkeeping included */
  size_t limit;
};

Udp *
udp_new (Socket *socket)
{
  Udp *udp = g_new0 (Udp, 1);

  udp->limit = socket->stack->config.datagram_buffer;
  return udp;
}

/* The oldest datagram, taken out; NULL: none. */
static Datagram *
take (Udp *udp)
{
  GList *link = g_queue_pop_head_link (&udp->received);
  Datagram *datagram = link != NULL ? link->data : NULL;

  if (datagram != NULL)
    udp->held -= sizeof *datagram + datagram->length;
  return datagram;
}

void
udp_free (Udp *udp)
{
  Datagram *datagram;

  while ((datagram = take (udp)) != NULL)
    g_free (datagram);
  g_free (udp);
}

/* False: the receive buffer is full. The bookkeeping counts too, or empty
 * datagrams would be free. */
static bool
hold (Udp *udp, const Endpoint *remote, View payload)
{
  size_t size = sizeof (Datagram) + payload.length;
  Datagram *datagram;

  if (udp->held + size > udp->limit)
    return false;
  datagram = g_malloc (size);
  datagram->link = (GList){ .data = datagram };
  datagram->remote = *remote;
  datagram->length = payload.length;
  if (payload.length > 0)
    memcpy (datagram->bytes, payload.bytes, payload.length);
  g_queue_push_tail_link (&udp->received, &datagram->link);
  udp->held += size;
  return true;
}

/* Port 0 is nobody's: there is nothing to be told about it. */
static void
refuse_port (const Arrival *arrival, uint16_t port)
{
  stack_drop (arrival, DROP_NO_SOCKET);
  if (port != 0)
    icmp_error_send (arrival, ICMP_ERROR_PORT, 0);
}

void
udp_input (const Arrival *arrival, View bytes)
{
  Endpoint local = { .address = arrival->ip.destination };
  Endpoint remote = { .address = arrival->ip.source };
  UdpHeader header;
  View payload;
  Socket *socket;
  DropCause cause = wire_udp_parse (&arrival->ip, bytes, &header, &payload);

  if (cause != DROP_NONE)
    {
      stack_drop (arrival, cause);
      return;
    }
  local.port = header.destination_port;
  remote.port = header.source_port;
  socket =
      socket_table_find_flow (arrival->stack, PROTOCOL_UDP, &local, &remote);
  if (socket == NULL)
    socket = socket_table_find_bound (arrival->stack, PROTOCOL_UDP, &local);
  if (socket == NULL)
    refuse_port (arrival, local.port);
  else if (!hold (socket->udp, &remote, payload))
    stack_drop (arrival, DROP_BUFFER);
  else
    stack_socket_changed (socket);
}

ssize_t
udp_send (Socket *socket,
          const void *bytes,
          size_t length,
          const Endpoint *remote)
{
  Stack *stack = socket->stack;
  UdpHeader header = { .source_port = socket->local.port,
                       .destination_port = remote->port };
  Route route;
  IpHeader ip;
  OutboxPacket *packet;
  uint8_t *datagram;

  if (!route_find (stack, &remote->address, &route))
    return -ENETUNREACH;
  if (length > ip_payload_max (stack, route.interface, &remote->address)
                   - WIRE_UDP_HEADER)
    return -EMSGSIZE;
  if (ip_is_ours (stack, &socket->local.address))
    route.source = socket->local.address;
  ip = ip_header (stack, &route.source, &remote->address, PROTOCOL_UDP);
  packet = ip_outbox_add (stack, &ip, WIRE_UDP_HEADER + length, &datagram);
  if (packet == NULL)
    return -EAGAIN;
  packet->socket = socket->handle;
  if (length > 0)
    memcpy (datagram + WIRE_UDP_HEADER, bytes, length);
  wire_udp_emit (&ip, &header, length, datagram);
  return (ssize_t) length;
}

ssize_t
udp_receive (Socket *socket, void *bytes, size_t size, Endpoint *remote)
{
  Datagram *datagram = take (socket->udp);
  size_t length;

  if (datagram == NULL)
    return -EAGAIN;
  length = MIN (datagram->length, size);
  if (length > 0)
    memcpy (bytes, datagram->bytes, length);
  if (remote != NULL)
    *remote = datagram->remote;
  g_free (datagram);
  return (ssize_t) length;
}

unsigned
udp_poll (const Udp *udp)
{
  return SOCKET_WRITABLE | (udp->received.length > 0 ? SOCKET_READABLE : 0);
}

size_t
udp_receive_queue (const Udp *udp)
{
  return udp->held - udp->received.length * sizeof (Datagram);
}

void
udp_set_receive_buffer (Udp *udp, size_t limit)
{
  udp->limit = limit;
}

size_t
udp_receive_buffer (const Udp *udp)
{
  return udp->limit;
}
