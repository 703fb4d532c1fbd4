// SPDX-License-Identifier: MIT
#include "stack/icmp.h"

#include "stack/address.h"
#include "stack/ip.h"
#include "stack/wire_icmp.h"

#include <string.h>

/* The same id, sequence number and body back to where it came from, from the
 * address that was asked (RFC 1122 3.2.2.6, RFC 4443 4.2). */
static void
answer_echo (const Arrival *arrival,
             const IcmpHeader *request,
             View body,
             uint8_t reply_type)
{
  Stack *stack = arrival->stack;
  IpHeader ip = ip_header (stack, &arrival->ip.destination, &arrival->ip.source,
                           arrival->ip.protocol);
  IcmpHeader reply = { .type = reply_type, .rest = request->rest };
  uint8_t *message;
  OutboxPacket *packet;

  packet = ip_outbox_add (stack, &ip, WIRE_ICMP_HEADER + body.length, &message);
  if (packet == NULL)
    {
      stack_drop (arrival, DROP_LIMIT);
      return;
    }
  packet->caused_by = arrival->in->id;
  if (body.length > 0)
    memcpy (message + WIRE_ICMP_HEADER, body.bytes, body.length);
  wire_icmp_emit (&ip, &reply, body.length, message);
}

void
icmp_input (const Arrival *arrival, View message)
{
  bool ipv4 = address_is_ipv4 (&arrival->ip.source);
  uint8_t request = ipv4 ? ICMP_ECHO_REQUEST : ICMPV6_ECHO_REQUEST;
  uint8_t reply = ipv4 ? ICMP_ECHO_REPLY : ICMPV6_ECHO_REPLY;
  IcmpHeader header;
  View body;
  DropCause cause = wire_icmp_parse (&arrival->ip, message, &header, &body);

  if (cause != DROP_NONE)
    stack_drop (arrival, cause);
  else if (header.type == request && header.code == 0)
    answer_echo (arrival, &header, body, reply);
  else
    stack_drop (arrival, DROP_PROTOCOL);
}
