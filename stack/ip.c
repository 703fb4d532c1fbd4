// SPDX-License-Identifier: MIT
#include "stack/ip.h"

#include "stack/address.h"
#include "stack/fragment.h"
#include "stack/icmp.h"
#include "stack/icmp_error.h"
#include "stack/identification.h"
#include "stack/ip_accept.h"
#include "stack/path_mtu.h"
#include "stack/reassembly.h"
#include "stack/route.h"
#include "stack/tcp.h"
#include "stack/udp.h"

#include <string.h>

static const StackAddress *
address_nth (const Stack *stack, unsigned i)
{
  return &g_array_index (stack->addresses, StackAddress, i);
}

bool
ip_is_ours (const Stack *stack, const Address *address)
{
  for (unsigned i = 0; i < stack->addresses->len; i++)
    if (address_equal (&address_nth (stack, i)->address, address))
      return true;
  return false;
}

size_t
ip_header_size (const Address *destination)
{
  return address_is_ipv4 (destination) ? WIRE_IPV4_HEADER : WIRE_IPV6_HEADER;
}

size_t
ip_payload_max (const Stack *stack,
                unsigned interface,
                const Address *destination)
{
  unsigned mtu =
      g_array_index (stack->interfaces, StackInterface, interface).mtu;

  return mtu - ip_header_size (destination);
}

/* IPv4 counts its header in 16 bits, IPv6 does not. */
size_t
ip_datagram_max (const Address *destination)
{
  return address_is_ipv4 (destination) ? UINT16_MAX - WIRE_IPV4_HEADER
                                       : UINT16_MAX;
}

IpHeader
ip_header (const Stack *stack,
           const Address *source,
           const Address *destination,
           uint8_t protocol)
{
  /* Never fragmented on the way, so that we learn of a smaller link (RFC 1191
   * 3); the identification may then be anything (RFC 6864 4.1). */
  return (IpHeader){ .source = *source,
                     .destination = *destination,
                     .protocol = protocol,
                     .hop_limit = stack->config.hop_limit,
                     .dont_fragment = address_is_ipv4 (destination)
                                      && stack->config.path_mtu_discovery };
}

OutboxPacket *
ip_outbox_add (Stack *stack,
               const IpHeader *header,
               size_t length,
               uint8_t **payload)
{
  size_t header_size = wire_ip_header_size (header);
  IpHeader own = *header;
  OutboxPacket *packet;
  unsigned interface;

  if (!route_find_interface (stack, &header->destination, &interface)
      || length > ip_datagram_max (&header->destination))
    return NULL;
  packet = outbox_add (&stack->outbox, header_size + length);
  if (packet == NULL)
    {
      stack->counters[STACK_COUNTER_OUTBOX_FULL]++;
      return NULL;
    }
  packet->interface = interface;
  packet->destination = header->destination;
  if (address_is_ipv4 (&own.source) && !own.dont_fragment)
    own.identification = identification_next (stack, &own);
  wire_ip_emit (&own, length, packet->bytes);
  *payload = packet->bytes + header_size;
  return packet;
}

/* The addresses and protocol that the header says again. */
static uint32_t
identify (Stack *stack, View packet)
{
  IpHeader header;
  View payload;
  DropCause cause = wire_ip_parse (packet, &header, &payload);

  g_assert (cause == DROP_NONE);
  return identification_next (stack, &header);
}

static size_t
output_fragment (Stack *stack,
                 OutboxPacket *packet,
                 unsigned mtu,
                 uint8_t *buffer,
                 StackOut *out)
{
  View view = { packet->bytes, packet->length };
  size_t length;

  if (packet->done == 0 && !packet->forwarded)
    {
      packet->identification = identify (stack, view);
      packet->first_id = out->id;
    }
  else
    out->fragment_of = packet->first_id;
  length =
      fragment_next (view, mtu, packet->identification, &packet->done, buffer);
  if (fragment_is_over (view, packet->done))
    g_free (outbox_take (&stack->outbox));
  return length;
}

size_t
ip_output (Stack *stack, uint8_t *buffer, StackOut *out)
{
  OutboxPacket *packet = outbox_peek (&stack->outbox);
  size_t length;
  unsigned mtu;

  if (packet == NULL)
    return 0;
  out->interface = packet->interface;
  out->socket = packet->socket;
  out->caused_by = packet->caused_by;
  mtu = path_mtu_get (stack, packet->interface, &packet->destination);
  if (!packet->whole && (packet->done > 0 || packet->length > mtu))
    return output_fragment (stack, packet, mtu, buffer, out);
  length = packet->length;
  memcpy (buffer, packet->bytes, length);
  g_free (outbox_take (&stack->outbox));
  return length;
}

bool
ip_is_broadcast (const Stack *stack, const Address *address)
{
  if (address_is_broadcast (address))
    return true;
  for (unsigned i = 0; i < stack->addresses->len; i++)
    {
      const StackAddress *ours = address_nth (stack, i);

      if (address_is_subnet_broadcast (address, &ours->address,
                                       ours->prefix_length))
        return true;
    }
  return false;
}

/* RFC 8200 4.7 asks for silence about "no next header". */
static void
refuse_protocol (const Arrival *arrival, bool ipv4)
{
  stack_drop (arrival, DROP_PROTOCOL);
  if (ipv4 || arrival->ip.protocol != PROTOCOL_NONE)
    icmp_error_send (arrival, ICMP_ERROR_PROTOCOL, arrival->ip.protocol_at);
}

/* Connections and echoes are for two; only datagrams may go to more, and in
 * IPv6 only to groups, none of which a socket can join. */
static void
dispatch_group (const Arrival *arrival, View payload)
{
  if (arrival->audience == IP_TO_BROADCAST
      && arrival->ip.protocol == PROTOCOL_UDP)
    udp_input (arrival, payload);
  else
    stack_drop (arrival, DROP_NOT_OURS);
}

static void
dispatch (const Arrival *arrival, View payload)
{
  bool ipv4 = address_is_ipv4 (&arrival->ip.source);

  if (arrival->audience != IP_TO_US)
    dispatch_group (arrival, payload);
  else if (arrival->ip.protocol == PROTOCOL_TCP)
    tcp_deliver (arrival, payload);
  else if (arrival->ip.protocol == PROTOCOL_UDP)
    udp_input (arrival, payload);
  else if (arrival->ip.protocol == (ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6))
    icmp_input (arrival, payload);
  else
    refuse_protocol (arrival, ipv4);
}

static bool
is_fragment (const IpHeader *ip)
{
  return ip->more_fragments || ip->fragment_offset > 0;
}

/* A whole datagram is a packet like any other; its lengths and its upper
 * layer's checksum are looked at now (RFC 4963). */
static void
reassemble (const Arrival *fragment, View payload)
{
  Stack *stack = fragment->stack;
  Arrival arrival = *fragment;
  DropCause cause;

  if (!reassembly_take (stack->reassembly, fragment, payload, &arrival.packet))
    return;
  cause = wire_ip_parse (arrival.packet, &arrival.ip, &payload);
  if (cause != DROP_NONE)
    stack_drop (&arrival, cause);
  else if (is_fragment (&arrival.ip))
    stack_drop (&arrival, DROP_FRAGMENT);
  else if (ip_accept_header (&arrival))
    dispatch (&arrival, payload);
}

void
ip_input (Stack *stack, Time now, const StackIn *in, View packet)
{
  Arrival arrival = { .stack = stack, .now = now, .in = in, .packet = packet };
  View payload;
  DropCause cause = wire_ip_parse (packet, &arrival.ip, &payload);

  if (cause != DROP_NONE)
    {
      stack_drop (&arrival, cause);
      return;
    }
  arrival.audience = ip_accept_audience (stack, &arrival.ip.destination);
  if (!ip_accept_source (stack, &arrival.ip.source))
    stack_drop (&arrival, DROP_BAD_SOURCE);
  else if (arrival.audience == IP_TO_OTHERS)
    stack_drop (&arrival, DROP_NOT_OURS);
  else if (!ip_accept_header (&arrival))
    return;
  else if (is_fragment (&arrival.ip))
    reassemble (&arrival, payload);
  else
    dispatch (&arrival, payload);
}
