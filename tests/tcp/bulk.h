// SPDX-License-Identifier: MIT
/* Conversations in which the application has more to say than the window
 * takes. Segments are 500 bytes, so that the peer's window of 131 of them is
 * not in the way. */
#pragma once

#include "tests/harness.h"

#define MSS 500

typedef struct
{
  Talk *t;
  int64_t una; /* what the peer has acknowledged */
} Bulk;

static inline Bulk
bulk_new (TcpCongestion congestion)
{
  StackConfig config = talk_config ();
  Bulk b = { .una = 1 };

  config.send_buffer = 1 << 23;
  config.tcp.congestion = congestion;
  b.t = talk_new_with (&config, false, SECOND);
  app_listen (b.t, 7777, 8);
  peer_sends (b.t, "S 0:0(0) win 65535 <mss %d>", MSS);
  peer_expects (b.t, "S. 0:0(0) ack 1");
  peer_sends (b.t, ". 1:1(0) ack 1 win 65535");
  app_accepts (b.t);
  return b;
}

static inline double
window (const Bulk *b)
{
  return app_info (b->t).cwnd / (double) MSS;
}

/* What is in flight is acknowledged after RTT, two segments by each ACK; what
 * they let out is all there is to the next. */
static inline void
round_trip (Bulk *b, Time rtt)
{
  int64_t end = b->una + app_info (b->t).in_flight;

  advance (b->t, rtt, 1);
  while (b->una < end)
    {
      b->una = MIN (b->una + 2 * MSS, end);
      peer_sends (b->t, ". 1:1(0) ack %ld", (long) b->una);
      peer_ignores (b->t);
      talk_check (b->t, app_info (b->t).in_flight <= app_info (b->t).cwnd);
    }
}
