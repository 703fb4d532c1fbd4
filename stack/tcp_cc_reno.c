// SPDX-License-Identifier: MIT
/* Reno's window (RFC 5681 3.1), counting bytes instead of ACKs (RFC 3465), so
 * that many ACKs for one segment gain nothing. */
#include "stack/tcp_cc.h"

#include <glib.h>

static void
init (TcpCc *cc)
{
  cc->state.reno = (TcpReno){ .acked = 0 };
}

static void
on_ack (TcpCc *cc, const TcpAck *ack)
{
  /* A window that was not used says nothing about the path. */
  if (!ack->cwnd_limited || ack->recovering || ack->ece)
    return;
  if (cc->cwnd < cc->ssthresh)
    {
      cc->cwnd += tcp_cc_credit (cc, ack, cc->state.reno.after_timeout);
      return;
    }
  cc->state.reno.after_timeout = false;
  cc->state.reno.acked += ack->acked;
  if (cc->state.reno.acked >= cc->cwnd)
    {
      cc->state.reno.acked -= cc->cwnd;
      cc->cwnd += cc->mss;
    }
}

/* RFC 5681 equation 4; for a mark down to one segment (RFC 3168 6.1.2). */
static void
on_congestion (TcpCc *cc, const TcpAck *ack, TcpCcSign sign)
{
  int64_t half = ack->flight / 2;
  int64_t floor = sign == TCP_SIGN_ECN ? cc->mss : 2 * cc->mss;

  cc->ssthresh = MAX (half, 2 * cc->mss);
  cc->cwnd = MAX (half, floor);
  cc->state.reno.acked = 0;
}

static void
on_timeout (TcpCc *cc, const TcpAck *ack)
{
  cc->ssthresh = MAX (ack->flight / 2, 2 * cc->mss);
  cc->cwnd = cc->mss;
  cc->state.reno.acked = 0;
  cc->state.reno.after_timeout = true;
}

const TcpCcClass TCP_CC_RENO = { .name = "reno",
                                 .init = init,
                                 .on_ack = on_ack,
                                 .on_congestion = on_congestion,
                                 .on_timeout = on_timeout };
