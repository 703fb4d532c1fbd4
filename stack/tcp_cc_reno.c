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

/* RFC 3465 2.2, 2.3: a delayed ACK counts for both its segments, but not after
 * a timeout, when it may be for copies that had arrived before. */
static int64_t
credit (const TcpCc *cc, const TcpAck *ack)
{
  return MIN (ack->acked, cc->state.reno.after_timeout ? cc->mss : 2 * cc->mss);
}

static void
on_ack (TcpCc *cc, const TcpAck *ack)
{
  /* A window that was not used says nothing about the path. */
  if (!ack->cwnd_limited)
    return;
  if (cc->cwnd < cc->ssthresh)
    {
      cc->cwnd += credit (cc, ack);
      return;
    }
  cc->state.reno.after_timeout = false;
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
on_congestion (TcpCc *cc, const TcpAck *ack, TcpCcSign sign)
{
  (void) sign;
  cc->ssthresh = half (cc, ack->flight);
  cc->cwnd = cc->ssthresh;
  cc->state.reno.acked = 0;
}

static void
on_timeout (TcpCc *cc, const TcpAck *ack)
{
  cc->ssthresh = half (cc, ack->flight);
  cc->cwnd = cc->mss;
  cc->state.reno.acked = 0;
  cc->state.reno.after_timeout = true;
}

const TcpCcClass TCP_CC_RENO = { .name = "reno",
                                 .init = init,
                                 .on_ack = on_ack,
                                 .on_congestion = on_congestion,
                                 .on_timeout = on_timeout };
