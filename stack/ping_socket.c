// SPDX-License-Identifier: MIT
#include "stack/ping_socket.h"

#include "stack/address.h"
#include "stack/ip.h"
#include "stack/route.h"
#include "stack/socket_port.h"
#include "stack/udp.h"

#include <errno.h>
#include <string.h>

static uint8_t
request_type (bool ipv4)
{
  return ipv4 ? ICMP_ECHO_REQUEST : ICMPV6_ECHO_REQUEST;
}

ssize_t
ping_socket_send (Socket *socket,
                  const uint8_t *message,
                  size_t length,
                  const Endpoint *remote)
{
  Stack *stack = socket->stack;
  bool ipv4 = address_is_ipv4 (&remote->address);
  uint8_t type = request_type (ipv4);
  IcmpHeader header = { .type = type };
  Route route;
  IpHeader ip;
  OutboxPacket *packet;
  uint8_t *bytes;

  if (length < WIRE_ICMP_HEADER || message[0] != type || message[1] != 0)
    return -EINVAL;
  if (!route_find (stack, &remote->address, &route))
    return -ENETUNREACH;
  if (length > ip_datagram_max (&remote->address))
    return -EMSGSIZE;
  if (ip_is_ours (stack, &socket->local.address))
    route.source = socket->local.address;
  ip = ip_header (stack, &route.source, &remote->address,
                  ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6);
  ip.hop_limit = socket_hop_limit (socket, &remote->address);
  ip.traffic_class = socket->settings.traffic_class;
  packet = ip_outbox_add (stack, &ip, length, &bytes);
  if (packet == NULL)
    return -EAGAIN;
  packet->socket = socket->handle;
  memcpy (bytes, message, length);
  header.rest = (uint32_t) socket->local.port << 16
                | (uint32_t) (message[6] << 8 | message[7]);
  wire_icmp_emit (&ip, &header, length - WIRE_ICMP_HEADER, bytes);
  return (ssize_t) length;
}

/* The echo request of ours that an error quotes, as far as it goes. */
static bool
find_request (const Arrival *arrival,
              View quote,
              Endpoint *local,
              View *request)
{
  bool ipv4 = address_is_ipv4 (&arrival->ip.source);
  IpHeader ip;

  if (wire_ip_parse_quote (quote, &ip, request) != DROP_NONE
      || address_is_ipv4 (&ip.source) != ipv4 || ip.fragment_offset > 0
      || ip.protocol != (ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6)
      || request->length < WIRE_ICMP_HEADER
      || request->bytes[0] != request_type (ipv4))
    return false;
  *local = (Endpoint){ ip.source, (uint16_t) (request->bytes[4] << 8
                                              | request->bytes[5]) };
  return ip_is_ours (arrival->stack, &ip.source);
}

static bool
is_error (bool ipv4, uint8_t type)
{
  return ipv4 ? type == ICMP_UNREACHABLE || type == ICMP_TIME_EXCEEDED
              : type < ICMPV6_ECHO_REQUEST;
}

bool
ping_socket_take (const Arrival *arrival,
                  const IcmpHeader *header,
                  View message)
{
  bool ipv4 = address_is_ipv4 (&arrival->ip.source);
  Endpoint local = { arrival->ip.destination, (uint16_t) (header->rest >> 16) };
  SocketMessage about = { .remote = { arrival->ip.source, 0 },
                          .hop_limit = arrival->ip.hop_limit,
                          .traffic_class = arrival->ip.traffic_class };
  View rest = { message.bytes + WIRE_ICMP_HEADER,
                message.length - WIRE_ICMP_HEADER };
  Socket *socket;

  if (is_error (ipv4, header->type))
    {
      if (!find_request (arrival, rest, &local, &rest))
        return false;
    }
  else if (header->type != (ipv4 ? ICMP_ECHO_REPLY : ICMPV6_ECHO_REPLY))
    return false;
  socket =
      socket_port_find (arrival->stack, ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6,
                        &local, &about.remote);
  if (socket == NULL)
    return false;
  about.local = local;
  if (udp_hold (socket->udp, &about, (View){ message.bytes, WIRE_ICMP_HEADER },
                rest))
    stack_socket_changed (socket);
  else
    stack_drop (arrival, DROP_BUFFER);
  return true;
}
