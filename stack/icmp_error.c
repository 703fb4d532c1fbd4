// SPDX-License-Identifier: MIT
#include "stack/icmp_error.h"

#include "stack/address.h"
#include "stack/ip.h"
#include "stack/ip_accept.h"
#include "stack/route.h"
#include "stack/wire_extensions.h"
#include "stack/wire_icmp.h"

#include <string.h>

/* The whole error: RFC 1812 4.3.2.3, RFC 4443 2.4 c. */
#define ERROR_MAX_IPV4 576
#define ERROR_MAX_IPV6 1280

/* How each reason is said in each family. */
typedef struct
{
  bool exists;
  uint8_t type, code;
} Wording;

static Wording
wording_of (bool ipv4, IcmpErrorReason reason)
{
  static const Wording table[][2] = {
    [ICMP_ERROR_NO_ROUTE] = { { true, 1, 0 }, { true, 3, 0 } },
    [ICMP_ERROR_ADDRESS] = { { true, 1, 3 }, { true, 3, 1 } },
    [ICMP_ERROR_PROTOCOL] = { { true, 4, 1 }, { true, 3, 2 } },
    [ICMP_ERROR_PORT] = { { true, 1, 4 }, { true, 3, 3 } },
    [ICMP_ERROR_TOO_BIG] = { { true, 2, 0 }, { true, 3, 4 } },
    [ICMP_ERROR_HOP_LIMIT] = { { true, 3, 0 }, { true, 11, 0 } },
    [ICMP_ERROR_REASSEMBLY] = { { true, 3, 1 }, { true, 11, 1 } },
    [ICMP_ERROR_HEADER] = { { true, 4, 0 }, { true, 12, 0 } },
    [ICMP_ERROR_OPTION] = { { true, 4, 2 }, { false, 0, 0 } },
    [ICMP_ERROR_INCOMPLETE] = { { true, 4, 3 }, { false, 0, 0 } },
    [ICMP_ERROR_SCOPE] = { { true, 1, 2 }, { false, 0, 0 } },
    [ICMP_ERROR_OTHER] = { { false, 0, 0 }, { false, 0, 0 } },
  };

  g_assert (reason < G_N_ELEMENTS (table));
  return table[reason][ipv4];
}

/* Bytes 4-7. */
static uint32_t
rest_of (bool ipv4, IcmpErrorReason reason, uint32_t value)
{
  if (!ipv4)
    return value; /* zero where it has no meaning */
  if (reason == ICMP_ERROR_TOO_BIG)
    return value & UINT16_MAX; /* RFC 1191 4 */
  return reason == ICMP_ERROR_HEADER ? value << 24 : 0;
}

/* Whether the packet itself is an ICMP error or redirect; what is too short to
 * tell is taken for one. */
static bool
is_icmp_error (bool ipv4, uint8_t protocol, View upper)
{
  uint8_t type;

  if (protocol != (ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6))
    return false;
  if (upper.length == 0)
    return true;
  type = upper.bytes[0];
  if (!ipv4)
    return type < 128 || type == 137;
  return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

/* All that must never be answered, for both families (RFC 1122 3.2.2, RFC 4443
 * 2.4 e). IP and UPPER are those of the packet in question. */
static bool
may_answer (const Stack *stack,
            const IpHeader *ip,
            View upper,
            IcmpErrorReason reason)
{
  bool ipv4 = address_is_ipv4 (&ip->source);
  bool group_allowed =
      !ipv4 && (reason == ICMP_ERROR_TOO_BIG || reason == ICMP_ERROR_OPTION);
  /* RFC 8200 4.5 asks for it where a fragment cannot be. */
  bool fragment_allowed = !ipv4 && reason == ICMP_ERROR_HEADER;

  if ((ip->fragment_offset > 0 && !fragment_allowed)
      || !ip_accept_source (stack, &ip->source))
    return false;
  if (ip_is_broadcast (stack, &ip->destination)
      || (address_is_multicast (&ip->destination) && !group_allowed))
    return false;
  /* What a later fragment carries begins with no header, so with no type; an
   * error is never so long that it comes in fragments (RFC 4443 2.4 c). */
  return ip->fragment_offset > 0 || !is_icmp_error (ipv4, ip->protocol, upper);
}

/* Reads the packet again, up to the upper layer also in a first fragment.
 * QUOTE is all of it that IP says there is. */
static bool
read_packet (View packet, IpHeader *ip, View *upper, View *quote)
{
  if (wire_ip_parse (packet, ip, upper) != DROP_NONE)
    return false;
  *quote = (View){ packet.bytes,
                   (size_t) (upper->bytes + upper->length - packet.bytes) };
  /* A chain that does not end here is what ICMP_ERROR_INCOMPLETE is about. */
  if (!address_is_ipv4 (&ip->source) && ip->more_fragments
      && ip->fragment_offset == 0)
    wire_extensions_look_ahead (packet.bytes, ip, upper);
  return true;
}

/* From the address that was asked if it is one of ours, else from that of the
 * interface by which the error leaves (RFC 1812 4.3.2.4, RFC 4443 2.2). */
static bool
find_way_back (const Stack *stack, const IpHeader *ip, Route *route)
{
  if (!route_find (stack, &ip->source, route))
    return false;
  if (ip_is_ours (stack, &ip->destination))
    route->source = ip->destination;
  return true;
}

/* As much of the packet as fits. */
static size_t
quote_length (const Stack *stack, const IpHeader *error, unsigned interface)
{
  size_t max =
      address_is_ipv4 (&error->source) ? ERROR_MAX_IPV4 : ERROR_MAX_IPV6;

  max -= wire_ip_header_size (error);
  max = MIN (max, ip_payload_max (stack, interface, &error->destination));
  return max - WIRE_ICMP_HEADER;
}

void
icmp_error_send (const Arrival *arrival, IcmpErrorReason reason, uint32_t value)
{
  Stack *stack = arrival->stack;
  bool ipv4 = address_is_ipv4 (&arrival->ip.source);
  Wording wording = wording_of (ipv4, reason);
  IcmpHeader header = { .type = wording.type,
                        .code = wording.code,
                        .rest = rest_of (ipv4, reason, value) };
  IpHeader invoking, ip;
  View upper, quote;
  Route route;
  OutboxPacket *packet;
  uint8_t *message;

  if (!wording.exists
      || !read_packet (arrival->packet, &invoking, &upper, &quote)
      || !may_answer (stack, &invoking, upper, reason)
      || !find_way_back (stack, &invoking, &route))
    return;
  if (!icmp_limit_take (&stack->icmp_limit, arrival->now, &invoking.source))
    {
      stack->counters[STACK_COUNTER_ICMP_LIMITED]++;
      return;
    }
  ip = ip_header (stack, &route.source, &invoking.source,
                  ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6);
  quote.length = MIN (quote.length, quote_length (stack, &ip, route.interface));
  packet =
      ip_outbox_add (stack, &ip, WIRE_ICMP_HEADER + quote.length, &message);
  if (packet == NULL)
    return;
  packet->caused_by = arrival->in->id;
  memcpy (message + WIRE_ICMP_HEADER, quote.bytes, quote.length);
  wire_icmp_emit (&ip, &header, quote.length, message);
}
