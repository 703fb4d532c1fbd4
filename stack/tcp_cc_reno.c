// SPDX-License-Identifier: MIT
/* Reno's window (RFC 5681 3.1), counting bytes instead of ACKs (RFC 3465), so
 * that many ACKs for one segment gain nothing. */
#include "stack/tcp_cc.h"

#include <glib.h>

static void
init (TcpCc *cc)
{
  cc->state.reno.acked = 0;
}

static void
on_ack (TcpCc *cc, const TcpAck *ack)
{
  /* A window that was not used says nothing about the path. */
  if (!ack->cwnd_limited)
    return;
  if (cc->cwnd < cc->ssthresh)
    {
      /* RFC 3465 2.2, L = 2: a delayed ACK counts for both its segments. */
      cc->cwnd += MIN (ack->acked, 2 * cc->mss);
      return;
    }
  cc->state.reno.acked += MIN (ack->acked, 2 * cc->mss);
  if (cc->state.reno.acked >= cc->cwnd)
    {
      cc->state.reno.acked -= cc->cwnd;
      cc->cwnd += cc->mss;
    }
}

/* RFC 5681 equation 4. */
static int64_t
half (const TcpCc *cc, int64_t in_flight)
{
  return MAX (in_flight / 2, 2 * cc->mss);
}

static void
on_congestion (TcpCc *cc, int64_t in_flight)
{
  cc->ssthresh = half (cc, in_flight);
  cc->cwnd = cc->ssthresh;
  cc->state.reno.acked = 0;
}

static void
on_timeout (TcpCc *cc, int64_t in_flight)
{
  cc->ssthresh = half (cc, in_flight);
  cc->cwnd = cc->mss;
  cc->state.reno.acked = 0;
}

const TcpCcClass TCP_CC_RENO = { .name = "reno",
                                 .init = init,
                                 .on_ack = on_ack,
                                 .on_congestion = on_congestion,
                                 .on_timeout = on_timeout };
