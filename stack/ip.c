// SPDX-License-Identifier: MIT
#include "stack/ip.h"

#include "stack/address.h"
#include "stack/icmp.h"
#include "stack/route.h"
#include "stack/tcp.h"
#include "stack/udp.h"

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
ip_payload_max (const Stack *stack,
                unsigned interface,
                const Address *destination)
{
  unsigned mtu =
      g_array_index (stack->interfaces, StackInterface, interface).mtu;

  return mtu
         - (address_is_ipv4 (destination) ? WIRE_IPV4_HEADER
                                          : WIRE_IPV6_HEADER);
}

IpHeader
ip_header (const Stack *stack,
           const Address *source,
           const Address *destination,
           uint8_t protocol)
{
  /* Never fragmented on the way, so the identification may be anything
   * (RFC 6864 4.1). */
  return (IpHeader){ .source = *source,
                     .destination = *destination,
                     .protocol = protocol,
                     .hop_limit = stack->config.hop_limit,
                     .dont_fragment = address_is_ipv4 (destination) };
}

OutboxPacket *
ip_outbox_add (Stack *stack,
               const IpHeader *header,
               size_t length,
               uint8_t **payload)
{
  size_t header_size = wire_ip_header_size (header);
  OutboxPacket *packet;
  unsigned interface;

  if (!route_find_interface (stack, &header->destination, &interface)
      || length > ip_payload_max (stack, interface, &header->destination))
    return NULL;
  packet = outbox_add (&stack->outbox, header_size + length);
  if (packet == NULL)
    {
      stack->counters[STACK_COUNTER_OUTBOX_FULL]++;
      return NULL;
    }
  packet->interface = interface;
  wire_ip_emit (header, length, packet->bytes);
  *payload = packet->bytes + header_size;
  return packet;
}

static bool
is_broadcast (const Stack *stack, const Address *address)
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

/* RFC 1122 3.2.1.3, RFC 4291 2.5-2.7: no packet of another host can come from
 * a group, from nobody, from the loopback, or from ourselves. */
static bool
source_is_possible (const Stack *stack, const Address *source)
{
  return !address_is_any (source) && !address_is_multicast (source)
         && !address_is_loopback (source) && !is_broadcast (stack, source)
         && !ip_is_ours (stack, source);
}

static void
dispatch (const Arrival *arrival, View payload)
{
  bool ipv4 = address_is_ipv4 (&arrival->ip.source);

  if (arrival->ip.protocol == PROTOCOL_TCP)
    tcp_input (arrival, payload);
  else if (arrival->ip.protocol == PROTOCOL_UDP)
    udp_input (arrival, payload);
  else if (arrival->ip.protocol == (ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6))
    icmp_input (arrival, payload);
  else
    stack_drop (arrival, DROP_PROTOCOL);
}

void
ip_input (Stack *stack, Time now, const StackIn *in, View packet)
{
  Arrival arrival = { .stack = stack, .now = now, .in = in, .packet = packet };
  View payload;
  DropCause cause = wire_ip_parse (packet, &arrival.ip, &payload);

  if (cause != DROP_NONE)
    stack_drop (&arrival, cause);
  else if (!source_is_possible (stack, &arrival.ip.source))
    stack_drop (&arrival, DROP_BAD_SOURCE);
  else if (!ip_is_ours (stack, &arrival.ip.destination))
    stack_drop (&arrival, DROP_NOT_OURS);
  else if (arrival.ip.more_fragments || arrival.ip.fragment_offset > 0)
    stack_drop (&arrival, DROP_FRAGMENT);
  else
    dispatch (&arrival, payload);
}
