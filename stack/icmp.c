// SPDX-License-Identifier: MIT
#include "stack/icmp.h"

#include "stack/address.h"
#include "stack/icmp_error.h"
#include "stack/ip.h"
#include "stack/ping_socket.h"
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

/* RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1. */
static bool
read_error_ipv4 (const IcmpHeader *header, IcmpErrorReason *reason)
{
  static const IcmpErrorReason unreachable[] = {
    ICMP_ERROR_NO_ROUTE, ICMP_ERROR_ADDRESS, ICMP_ERROR_PROTOCOL,
    ICMP_ERROR_PORT,     ICMP_ERROR_TOO_BIG, ICMP_ERROR_ADDRESS,
    ICMP_ERROR_NO_ROUTE, ICMP_ERROR_ADDRESS, ICMP_ERROR_ADDRESS,
    ICMP_ERROR_NO_ROUTE, ICMP_ERROR_ADDRESS, ICMP_ERROR_NO_ROUTE,
    ICMP_ERROR_ADDRESS,  ICMP_ERROR_ADDRESS, ICMP_ERROR_ADDRESS,
    ICMP_ERROR_ADDRESS,
  };
  bool known = true;

  if (header->type == ICMP_UNREACHABLE
      && header->code < G_N_ELEMENTS (unreachable))
    *reason = unreachable[header->code];
  else if (header->type == ICMP_TIME_EXCEEDED)
    *reason = header->code == 0 ? ICMP_ERROR_HOP_LIMIT : ICMP_ERROR_REASSEMBLY;
  else if (header->type == ICMP_PARAMETER_PROBLEM)
    *reason = ICMP_ERROR_HEADER;
  else
    known = false;
  return known;
}

/* RFC 4443 2.4 a: an error of unknown type is one all the same. */
static bool
read_error_ipv6 (const IcmpHeader *header, IcmpErrorReason *reason)
{
  static const IcmpErrorReason unreachable[] = {
    ICMP_ERROR_NO_ROUTE, ICMP_ERROR_ADDRESS, ICMP_ERROR_SCOPE,
    ICMP_ERROR_ADDRESS,  ICMP_ERROR_PORT,    ICMP_ERROR_ADDRESS,
    ICMP_ERROR_ADDRESS,
  };
  static const IcmpErrorReason problem[] = {
    ICMP_ERROR_HEADER,
    ICMP_ERROR_PROTOCOL,
    ICMP_ERROR_OPTION,
    ICMP_ERROR_INCOMPLETE,
  };

  *reason = ICMP_ERROR_OTHER;
  if (header->type == ICMPV6_UNREACHABLE
      && header->code < G_N_ELEMENTS (unreachable))
    *reason = unreachable[header->code];
  else if (header->type == ICMPV6_PACKET_TOO_BIG)
    *reason = ICMP_ERROR_TOO_BIG;
  else if (header->type == ICMPV6_TIME_EXCEEDED)
    *reason = header->code == 0 ? ICMP_ERROR_HOP_LIMIT : ICMP_ERROR_REASSEMBLY;
  else if (header->type == ICMPV6_PARAMETER_PROBLEM
           && header->code < G_N_ELEMENTS (problem))
    *reason = problem[header->code];
  return header->type < ICMPV6_ECHO_REQUEST;
}

void
icmp_input (const Arrival *arrival, View message)
{
  bool ipv4 = address_is_ipv4 (&arrival->ip.source);
  uint8_t request = ipv4 ? ICMP_ECHO_REQUEST : ICMPV6_ECHO_REQUEST;
  uint8_t reply = ipv4 ? ICMP_ECHO_REPLY : ICMPV6_ECHO_REPLY;
  IcmpHeader header;
  IcmpErrorReason reason;
  View body;
  DropCause cause = wire_icmp_parse (&arrival->ip, message, &header, &body);

  if (cause != DROP_NONE)
    stack_drop (arrival, cause);
  else if (header.type == request && header.code == 0)
    answer_echo (arrival, &header, body, reply);
  else if (ping_socket_take (arrival, &header, message))
    return;
  else if (ipv4 ? read_error_ipv4 (&header, &reason)
                : read_error_ipv6 (&header, &reason))
    icmp_error_receive (arrival, reason,
                        ipv4 ? header.rest & UINT16_MAX : header.rest, body);
  else
    stack_drop (arrival, DROP_PROTOCOL);
}
