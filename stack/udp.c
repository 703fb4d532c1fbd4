// SPDX-License-Identifier: MIT
#include "stack/udp.h"

#include "stack/icmp_error.h"
#include "stack/ip.h"
#include "stack/path_mtu.h"
#include "stack/route.h"
#include "stack/socket_port.h"
#include "stack/wire_udp.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

typedef struct
{
  GList link;
  SocketMessage about;
  uint8_t bytes[];
} Datagram;

struct Udp
{
  GQueue received; /* Datagram, oldest first */
  size_t held;     /* bytes of them, bookkeeping included */
  size_t limit;
  size_t send_limit; /* the largest that may be sent */
  bool wants_room;   /* met a full outbox */
  GList room_link;   /* in stack->want_room, if so */
};

Udp *
udp_new (Socket *socket)
{
  Udp *udp = g_new0 (Udp, 1);

  udp->limit = socket->stack->config.datagram_buffer;
  udp->send_limit = socket->stack->config.outbox_max;
  return udp;
}

/* The oldest datagram, taken out; NULL: none. */
static Datagram *
take (Udp *udp)
{
  GList *link = g_queue_pop_head_link (&udp->received);
  Datagram *datagram = link != NULL ? link->data : NULL;

  if (datagram != NULL)
    udp->held -= sizeof *datagram + datagram->about.length;
  return datagram;
}

void
udp_free (Stack *stack, Udp *udp)
{
  Datagram *datagram;

  if (udp->wants_room)
    g_queue_unlink (&stack->want_room, &udp->room_link);
  while ((datagram = take (udp)) != NULL)
    g_free (datagram);
  g_free (udp);
}

/* False: the receive buffer is full. The bookkeeping counts too, or empty
 * datagrams would be free. */
bool
udp_hold (Udp *udp, const SocketMessage *about, View head, View body)
{
  size_t length = head.length + body.length;
  size_t size = sizeof (Datagram) + length;
  Datagram *datagram;

  if (udp->held + size > udp->limit)
    return false;
  datagram = g_malloc (size);
  datagram->link = (GList){ .data = datagram };
  datagram->about = *about;
  datagram->about.length = length;
  if (head.length > 0)
    memcpy (datagram->bytes, head.bytes, head.length);
  if (body.length > 0)
    memcpy (datagram->bytes + head.length, body.bytes, body.length);
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
  SocketMessage about = { .remote.address = arrival->ip.source,
                          .local.address = arrival->ip.destination,
                          .hop_limit = arrival->ip.hop_limit,
                          .traffic_class = arrival->ip.traffic_class };
  UdpHeader header;
  View payload;
  Socket *socket;
  DropCause cause = wire_udp_parse (&arrival->ip, bytes, &header, &payload);

  if (cause != DROP_NONE)
    {
      stack_drop (arrival, cause);
      return;
    }
  about.local.port = header.destination_port;
  about.remote.port = header.source_port;
  socket = socket_table_find_flow (arrival->stack, PROTOCOL_UDP, &about.local,
                                   &about.remote);
  if (socket == NULL)
    socket = socket_port_find (arrival->stack, PROTOCOL_UDP, &about.local,
                               &about.remote);
  if (socket == NULL)
    refuse_port (arrival, about.local.port);
  else if (!udp_hold (socket->udp, &about, (View){ 0 }, payload))
    stack_drop (arrival, DROP_BUFFER);
  else
    stack_socket_changed (socket);
}

void
udp_fail (Socket *socket, int error)
{
  socket->error = error;
  stack_socket_changed (socket);
}

/* The outbox is full: until half of it has left there is no room. */
static void
wait_for_room (Socket *socket)
{
  if (socket->udp->wants_room)
    return;
  socket->udp->wants_room = true;
  socket->udp->room_link.data = socket;
  g_queue_push_tail_link (&socket->stack->want_room, &socket->udp->room_link);
}

/* More than fits into a datagram, or into a packet that must not be
 * fragmented. */
static bool
is_too_long (const Socket *socket,
             const Route *route,
             size_t length,
             const Address *remote)
{
  size_t max = ip_datagram_max (remote);

  if (socket->settings.mtu_discover == SOCKET_MTU_DISCOVER_DO)
    max = path_mtu_get (socket->stack, route->interface, remote)
          - ip_header_size (remote);
  return length > max - WIRE_UDP_HEADER;
}

/* A datagram is of the flow of its two endpoints, connected or not. */
static uint32_t
flow_label (const Socket *socket, const IpHeader *ip, const Endpoint *remote)
{
  Endpoint local = { ip->source, socket->local.port };

  return socket_table_flow_label (&socket->stack->sockets, ip->protocol, &local,
                                  remote);
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
  if (is_too_long (socket, &route, length, &remote->address))
    return -EMSGSIZE;
  if (ip_is_ours (stack, &socket->local.address))
    route.source = socket->local.address;
  ip = ip_header (stack, &route.source, &remote->address, PROTOCOL_UDP);
  if (socket->settings.mtu_discover == SOCKET_MTU_DISCOVER_DONT)
    ip.dont_fragment = false;
  ip.hop_limit = socket_hop_limit (socket, &remote->address);
  ip.traffic_class = socket->settings.traffic_class;
  ip.flow_label = flow_label (socket, &ip, remote);
  if (ip.hop_limit == 0)
    return (ssize_t) length;
  packet = ip_outbox_add (stack, &ip, WIRE_UDP_HEADER + length, &datagram);
  if (packet == NULL)
    {
      wait_for_room (socket);
      return -EAGAIN;
    }
  packet->socket = socket->handle;
  packet->whole = socket->settings.mtu_discover == SOCKET_MTU_DISCOVER_DO;
  if (length > 0)
    memcpy (datagram + WIRE_UDP_HEADER, bytes, length);
  wire_udp_emit (&ip, &header, length, datagram);
  return (ssize_t) length;
}

static size_t
scatter (const Datagram *datagram, const struct iovec *parts, size_t count)
{
  size_t done = 0;

  for (size_t i = 0; i < count && done < datagram->about.length; i++)
    {
      size_t part = MIN (parts[i].iov_len, datagram->about.length - done);

      if (part > 0)
        memcpy (parts[i].iov_base, datagram->bytes + done, part);
      done += part;
    }
  return done;
}

ssize_t
udp_receive (Udp *udp,
             const struct iovec *parts,
             size_t count,
             SocketMessage *message,
             int *flags)
{
  int asked = *flags;
  const GList *link = g_queue_peek_head_link (&udp->received);
  const Datagram *datagram;
  size_t length, whole;

  *flags = 0;
  if (link == NULL)
    return -EAGAIN;
  datagram = link->data;
  whole = datagram->about.length;
  length = scatter (datagram, parts, count);
  *message = datagram->about;
  if (length < whole)
    *flags = MSG_TRUNC;
  if ((asked & MSG_PEEK) == 0)
    g_free (take (udp));
  return (ssize_t) ((asked & MSG_TRUNC) != 0 ? whole : length);
}

unsigned
udp_poll (const Udp *udp)
{
  return (udp->received.length > 0 ? SOCKET_READABLE : 0)
         | (udp->wants_room ? 0 : SOCKET_WRITABLE);
}

size_t
udp_receive_queue (const Udp *udp)
{
  return udp->held - udp->received.length * sizeof (Datagram);
}

size_t
udp_receive_next (const Udp *udp)
{
  const GList *link = udp->received.head;

  return link != NULL ? ((const Datagram *) link->data)->about.length : 0;
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

void
udp_set_send_buffer (Udp *udp, size_t limit)
{
  udp->send_limit = limit;
}

size_t
udp_send_buffer (const Udp *udp)
{
  return udp->send_limit;
}

void
udp_room (Stack *stack)
{
  GList *link;

  if (stack->outbox.bytes > stack->outbox.limit / 2)
    return;
  while ((link = g_queue_pop_head_link (&stack->want_room)) != NULL)
    {
      Socket *socket = link->data;

      socket->udp->wants_room = false;
      stack_socket_changed (socket);
    }
}
