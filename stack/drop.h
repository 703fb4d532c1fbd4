// SPDX-License-Identifier: MIT
/* Why a packet that arrived was not used: one list gives the enum, the words
 * in logs and captures, and the counters. A drop is never an error of ours. */
#pragma once

#define DROP_CAUSES(X)                                                         \
  X (MALFORMED, "malformed")       /* lengths or versions that disagree */     \
  X (CHECKSUM, "checksum")         /* IP, TCP, UDP or ICMP sum is wrong */     \
  X (NOT_OURS, "not-ours")         /* destination is no address of ours */     \
  X (BAD_SOURCE, "bad-source")     /* RFC 1122 3.2.1.3: source can't be */     \
  X (SOURCE_ROUTE, "source-route") /* IPv4: LSRR, SSRR; RFC 7126 4.3 */        \
  X (OPTION, "option")             /* IPv6: what it asks for can't be done */  \
  X (FRAGMENT, "fragment")         /* a fragment that cannot be used */        \
  X (PROTOCOL, "protocol")         /* no such upper layer here */              \
  X (NO_SOCKET, "no-socket")       /* port closed, nobody listens */           \
  X (BUFFER, "buffer")             /* receive buffer of a socket is full */    \
  X (BACKLOG, "backlog")           /* listener's queues are full */            \
  X (LIMIT, "limit")               /* another limit of the stack */            \
  X (SEQUENCE, "sequence")         /* TCP: not acceptable, RFC 9293 3.10.7 */  \
  X (TIMESTAMP, "timestamp")       /* TCP: too old or missing, RFC 7323 5 */   \
  X (DUPLICATE, "duplicate")       /* every byte of it was here already */     \
  X (TIMEOUT, "timeout")           /* other fragments did not come in time */  \
  X (MARTIAN, "martian")           /* router: stays at home, RFC 1812 5.3.7 */ \
  X (NO_ROUTE, "no-route")         /* router: there is no way on */            \
  X (HOP_LIMIT, "hop-limit")       /* router: TTL or hop limit used up */      \
  X (TOO_BIG, "too-big")           /* router: larger than the next MTU */

typedef enum
{
  DROP_NONE,
#define X(name, word) DROP_##name,
  DROP_CAUSES (X)
#undef X
      DROP_CAUSE_COUNT
} DropCause;

/* The word, e.g. "checksum"; "none" for DROP_NONE. */
const char *drop_cause_name (DropCause cause);
