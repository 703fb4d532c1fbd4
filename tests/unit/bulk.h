// SPDX-License-Identifier: MIT
/* Congestion control without a connection: a sender that always fills its
 * window, and a path without losses. */
#pragma once

#include "stack/tcp_cc.h"

#include <glib.h>
#include <math.h>

typedef struct
{
  TcpCc cc;
  Time now, rtt;
  int64_t una;
} Flow;

static inline Flow
flow_new (int64_t mss, Time rtt)
{
  Flow f = { .now = 1000 * SECOND, .rtt = rtt, .una = 1 };

  tcp_cc_init (&f.cc, &TCP_CC_CUBIC, mss, 10);
  return f;
}

static inline TcpAck
flow_ack (const Flow *f, int64_t acked)
{
  return (TcpAck){ .now = f->now,
                   .una = f->una,
                   .nxt = f->una - acked + f->cc.cwnd,
                   .acked = acked,
                   .delivered = acked,
                   .flight = f->cc.cwnd,
                   .in_flight = f->cc.cwnd,
                   .rtt = f->rtt,
                   .srtt = f->rtt,
                   .cwnd_limited = true };
}

static inline void
flow_takes (Flow *f, int64_t acked)
{
  TcpAck ack;

  f->una += acked;
  ack = flow_ack (f, acked);
  f->cc.class->on_ack (&f->cc, &ack);
}

/* One round trip: the window of its beginning is acknowledged in PARTS. */
static inline void
flow_trips (Flow *f, int parts)
{
  int64_t cwnd = f->cc.cwnd;
  Time began = f->now;

  for (int i = 1; i <= parts; i++)
    {
      f->now = began + f->rtt * i / parts;
      flow_takes (f, cwnd * i / parts - cwnd * (i - 1) / parts);
    }
}

static inline void
flow_loses (Flow *f)
{
  TcpAck ack = flow_ack (f, 0);

  f->cc.class->on_congestion (&f->cc, &ack, TCP_SIGN_LOSS);
}

/* A window of so many segments, at its maximum. */
static inline Flow
flow_at (int64_t mss, Time rtt, int64_t segments)
{
  Flow f = flow_new (mss, rtt);

  f.cc.cwnd = segments * mss;
  return f;
}

static inline double
segments (const Flow *f)
{
  return (double) f->cc.cwnd / (double) f->cc.mss;
}

static inline void
is_within (double value, double expected, double share)
{
  if (fabs (value - expected) > share * expected)
    g_error ("%f is not within %f of %f", value, share, expected);
}
