// SPDX-License-Identifier: MIT
/* What a host or router says about a packet that it could not use: RFC 792 and
 * RFC 1122 3.2.2 for IPv4, RFC 4443 for IPv6, from one list of reasons.
 *
 * Never answered, for both families in one place (RFC 1122 3.2.2, RFC 4443
 * 2.4 e): an ICMP error, a destination or source that is not one host, a
 * fragment but the first. Rate-limited by a token bucket for each destination,
 * so that nobody can measure somebody else's budget (CVE-2020-25705). */
#pragma once

#include "stack/stack_private.h"

typedef enum
{
  ICMP_ERROR_NO_ROUTE,   /* 3/0; 1/0 */
  ICMP_ERROR_ADDRESS,    /* 3/1; 1/3 */
  ICMP_ERROR_PROTOCOL,   /* 3/2; 4/1, VALUE: offset of the next header */
  ICMP_ERROR_PORT,       /* 3/3; 1/4 */
  ICMP_ERROR_TOO_BIG,    /* 3/4; 2/0, VALUE: the next hop's MTU */
  ICMP_ERROR_HOP_LIMIT,  /* 11/0; 3/0 */
  ICMP_ERROR_REASSEMBLY, /* 11/1; 3/1 */
  ICMP_ERROR_HEADER,     /* 12/0; 4/0, VALUE: offset of what is wrong */
  ICMP_ERROR_OPTION,     /* -; 4/2, VALUE: offset of the option */
  ICMP_ERROR_INCOMPLETE, /* -; 4/3, VALUE: 0; RFC 7112 */
  ICMP_ERROR_SCOPE,      /* -; 1/2 */
  ICMP_ERROR_OTHER       /* never sent; a type that we don't know */
} IcmpErrorReason;

/* Answers ARRIVAL, whose whole packet is arrival->packet. Says nothing when
 * the rules forbid it or the bucket is empty. */
void icmp_error_send (const Arrival *arrival,
                      IcmpErrorReason reason,
                      uint32_t value);

/* An error that came in, about a packet of ours: finds out which socket sent
 * it and tells it (RFC 1122 3.2.2.1, 4.1.3.3). QUOTE is what the error quotes;
 * it may be cut anywhere and is as hostile as any packet. */
void icmp_error_receive (const Arrival *arrival,
                         IcmpErrorReason reason,
                         uint32_t value,
                         View quote);
