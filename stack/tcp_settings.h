// SPDX-License-Identifier: MIT
/* What a TCP socket may be told about how TCP works on it, so that a lab can
 * turn back time. StackConfig holds the defaults (in brackets) that a new
 * socket starts with, SocketSettings its own copy, which an accepted
 * connection has from its listener. What both ends must agree on in their SYNs
 * is fixed then; everything else counts from the moment that it is set. */
#pragma once

#include "stack/types.h"

/* Explicit congestion notification, RFC 3168. */
typedef enum
{
  TCP_ECN_OFF,
  TCP_ECN_PASSIVE, /* agrees when the peer asks for it */
  TCP_ECN_ON       /* asks for it */
} TcpEcn;

#define TCP_CONGESTIONS(X)                                                     \
  X (RENO, "reno")   /* RFC 5681 */                                            \
  X (CUBIC, "cubic") /* RFC 9438, RFC 9406 */                                  \
  X (BBR, "bbr")     /* draft-ietf-ccwg-bbr */

typedef enum
{
#define X(name, word) TCP_CONGESTION_##name,
  TCP_CONGESTIONS (X)
#undef X
      TCP_CONGESTION_COUNT
} TcpCongestion;

typedef struct
{
  /* Agreed on by the SYNs. */
  bool window_scale; /* [true] RFC 7323 2 */
  bool timestamps;   /* [true] RFC 7323 3 */
  bool sack;         /* [true] RFC 2018, RFC 2883 */
  TcpEcn ecn;        /* [passive] */

  bool rack;                /* [true] RFC 8985 where SACK is agreed; without
                               it losses are counted (RFC 6675, RFC 6582) */
  bool nagle;               /* [true] RFC 9293 3.7.4 */
  bool pacing;              /* [false] of reno and cubic; bbr always paces */
  bool path_probing;        /* [true] RFC 8899: finds the path's MTU without
                               ICMP, and black holes */
  TcpCongestion congestion; /* [cubic] */
  unsigned initial_window;  /* [10] segments, RFC 6928 */
  unsigned mss_max;         /* [0] largest segment to take or send; 0: what
                               the path takes */
  Time delayed_ack;         /* [40 ms] RFC 9293 MUST-40 allows 500 ms; 0: an
                               ACK for each segment */

  unsigned r1;       /* [3] retransmissions before a negative advice */
  unsigned r2;       /* [15] before ETIMEDOUT; 0: never */
  Time user_timeout; /* [0] ETIMEDOUT when something waits so long for an
                        ACK, instead of R2; 0: R2 */

  bool keep_alive;     /* [false] RFC 9293 3.8.4 */
  Time keep_idle;      /* [7200 s] silence before the first probe */
  Time keep_interval;  /* [75 s] between probes */
  unsigned keep_count; /* [9] unanswered ones before ETIMEDOUT */
} TcpSettings;

const char *tcp_congestion_name (TcpCongestion congestion);
