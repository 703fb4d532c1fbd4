// SPDX-License-Identifier: MIT
/* Routing: RFC 1812 5 for IPv4, RFC 8200 and RFC 4443 for IPv6.
 *
 * What is not to be forwarded at all is left to stack_input, which knows why
 * it cannot use it; so a packet is judged in one place only. No redirects:
 * every link has two ends, a better first hop on it cannot exist. */
#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/checksum.h"
#include "stack/icmp_error.h"
#include "stack/ip.h"
#include "stack/ip_accept.h"
#include "stack/route.h"

#include <string.h>

#define IPV4_TTL      8 /* offsets in the packet */
#define IPV4_CHECKSUM 10
#define IPV6_HOPS     7

/* Addresses that mean nothing beyond a host or a link: RFC 1812 5.3.7, RFC
 * 3927 7, RFC 4291 2.5. */
static bool
is_confined (const Address *address)
{
  static const struct
  {
    Address prefix;
    unsigned length;
  } confined[] = {
    { { { [10] = 0xff, 0xff, 0 } }, 8 },         /* this network */
    { { { [10] = 0xff, 0xff, 127 } }, 8 },       /* loopback */
    { { { [10] = 0xff, 0xff, 169, 254 } }, 16 }, /* link-local */
    { { { [10] = 0xff, 0xff, 240 } }, 4 },       /* reserved */
    { { { 0 } }, 128 },                          /* nobody */
    { { { [15] = 1 } }, 128 },                   /* loopback */
    { { { 0xfe, 0x80 } }, 10 },                  /* link-local */
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (confined); i++)
    if (address_in_prefix (address, &confined[i].prefix, confined[i].length))
      return true;
  return false;
}

static bool
is_to_forward (const Stack *stack, const IpHeader *ip)
{
  return ip_accept_source (stack, &ip->source)
         && !ip_is_ours (stack, &ip->destination)
         && !address_is_multicast (&ip->destination)
         && !ip_is_broadcast (stack, &ip->destination);
}

/* RFC 3704 2.2: does the way back lead where it came from? */
static bool
is_from_wrong_side (const Arrival *arrival)
{
  unsigned back;

  return arrival->stack->config.reverse_path
         && !(route_find_interface (arrival->stack, &arrival->ip.source, &back)
              && back == arrival->in->interface);
}

static bool
drop (const Arrival *arrival, DropCause cause)
{
  stack_drop (arrival, cause);
  return false;
}

/* The same with a word to the sender. */
static bool
refuse (const Arrival *arrival,
        DropCause cause,
        IcmpErrorReason reason,
        uint32_t value)
{
  stack_drop (arrival, cause);
  icmp_error_send (arrival, reason, value);
  return false;
}

/* RFC 4443 3.1: it wants to go further than its source reaches. */
static bool
is_beyond_scope (const IpHeader *ip)
{
  return !address_is_ipv4 (&ip->source) && is_confined (&ip->source)
         && !is_confined (&ip->destination);
}

/* Chooses the way out. */
static bool
find_way (const Arrival *arrival, unsigned *interface)
{
  const Stack *stack = arrival->stack;
  const Address *destination = &arrival->ip.destination;

  if (is_beyond_scope (&arrival->ip))
    return refuse (arrival, DROP_MARTIAN, ICMP_ERROR_SCOPE, 0);
  if (is_confined (destination) || is_confined (&arrival->ip.source))
    return drop (arrival, DROP_MARTIAN);
  if (is_from_wrong_side (arrival))
    return drop (arrival, DROP_BAD_SOURCE);
  if (!route_find_interface (stack, destination, interface))
    return refuse (arrival, DROP_NO_ROUTE, ICMP_ERROR_NO_ROUTE, 0);
  /* The other end of the link would send it back, and so on: nobody has that
   * address (RFC 4443 3.1). */
  if (route_is_on_link (stack, *interface, destination)
      && arrival->in->interface == *interface)
    return refuse (arrival, DROP_NO_ROUTE, ICMP_ERROR_ADDRESS, 0);
  return true;
}

static void
count_hop (uint8_t *packet, bool ipv4)
{
  uint16_t before, after;

  if (!ipv4)
    {
      packet[IPV6_HOPS]--;
      return;
    }
  before = bytes_get16 (packet + IPV4_TTL); /* with the protocol */
  packet[IPV4_TTL]--;
  after = bytes_get16 (packet + IPV4_TTL);
  bytes_put16 (
      packet + IPV4_CHECKSUM,
      checksum_update (bytes_get16 (packet + IPV4_CHECKSUM), before, after));
}

/* It leaves through the outbox, in pieces that keep its number. */
static bool
fragment (const Arrival *arrival, size_t length, unsigned interface)
{
  Stack *stack = arrival->stack;
  OutboxPacket *packet = outbox_add (&stack->outbox, length);

  if (packet == NULL)
    {
      stack->counters[STACK_COUNTER_OUTBOX_FULL]++;
      return drop (arrival, DROP_LIMIT);
    }
  memcpy (packet->bytes, arrival->packet.bytes, length);
  count_hop (packet->bytes, true);
  packet->destination = arrival->ip.destination;
  packet->interface = interface;
  packet->caused_by = arrival->in->id;
  packet->forwarded = true;
  packet->identification = arrival->ip.identification;
  packet->first_id = arrival->in->id;
  stack->counters[STACK_COUNTER_PACKETS_FORWARDED]++;
  return false;
}

/* RFC 1812 4.2.2.7, 5.3.1: does the packet go on as it is, LENGTH bytes? */
static bool
may_pass (const Arrival *arrival, size_t length, unsigned interface)
{
  const Stack *stack = arrival->stack;
  unsigned mtu =
      g_array_index (stack->interfaces, StackInterface, interface).mtu;

  if (arrival->ip.hop_limit <= 1)
    return refuse (arrival, DROP_HOP_LIMIT, ICMP_ERROR_HOP_LIMIT, 0);
  if (length > mtu && address_is_ipv4 (&arrival->ip.source)
      && !arrival->ip.dont_fragment)
    return fragment (arrival, length, interface);
  if (length > mtu)
    return refuse (arrival, DROP_TOO_BIG, ICMP_ERROR_TOO_BIG, mtu);
  return true;
}

StackForward
stack_forward (Stack *stack,
               Time now,
               const StackIn *in,
               uint8_t *packet,
               size_t length,
               unsigned *interface)
{
  Arrival arrival = { .stack = stack,
                      .now = now,
                      .in = in,
                      .packet = { .bytes = packet, .length = length } };
  View payload;

  if (!stack->config.forwarding
      || wire_ip_parse (arrival.packet, &arrival.ip, &payload) != DROP_NONE
      || !is_to_forward (stack, &arrival.ip))
    return STACK_FORWARD_OURS;
  stack->counters[STACK_COUNTER_PACKETS_IN]++;
  length = (size_t) (payload.bytes + payload.length - packet);
  if (!find_way (&arrival, interface)
      || !may_pass (&arrival, length, *interface))
    return STACK_FORWARD_DONE;
  count_hop (packet, address_is_ipv4 (&arrival.ip.source));
  stack->counters[STACK_COUNTER_PACKETS_FORWARDED]++;
  return STACK_FORWARD_ON;
}
