// SPDX-License-Identifier: MIT
/* ICMP (RFC 792) and ICMPv6 (RFC 4443) share one shape: type, code, checksum,
 * four bytes whose meaning depends on the type, a body. */
#pragma once

#include "stack/wire_ip.h"

#define WIRE_ICMP_HEADER 8

enum
{
  ICMP_ECHO_REPLY = 0,
  ICMP_UNREACHABLE = 3,
  ICMP_ECHO_REQUEST = 8,
  ICMP_TIME_EXCEEDED = 11,
  ICMP_PARAMETER_PROBLEM = 12,
  ICMPV6_UNREACHABLE = 1,
  ICMPV6_PACKET_TOO_BIG = 2,
  ICMPV6_TIME_EXCEEDED = 3,
  ICMPV6_PARAMETER_PROBLEM = 4,
  ICMPV6_ECHO_REQUEST = 128,
  ICMPV6_ECHO_REPLY = 129
};

typedef struct
{
  uint8_t type, code;
  uint32_t rest; /* bytes 4-7 in host order: echo is id << 16 | sequence */
} IcmpHeader;

/* The family of IP's source decides which ICMP it is, and with it whether the
 * checksum covers a pseudo-header (RFC 4443 2.3). */
DropCause wire_icmp_parse (const IpHeader *ip,
                           View message,
                           IcmpHeader *header,
                           View *body);

/* The LENGTH bytes of body already stand behind the 8 of the header. */
void wire_icmp_emit (const IpHeader *ip,
                     const IcmpHeader *header,
                     size_t length,
                     uint8_t *message);
