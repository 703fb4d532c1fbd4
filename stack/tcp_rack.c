// SPDX-License-Identifier: MIT
#include "stack/tcp_rack.h"

#include <glib.h>

#define EXTRA_KEPT 16
/* A path may get longer: RFC 8985 6.2 step 1 speaks of minutes. */
#define MIN_RTT_AGE (300 * SECOND)
/* Enough for any window to be as long as SRTT, its limit, on a path whose
 * least round trip is a hundredth of that. */
#define EXTRA_MAX 400

void
tcp_rack_sample (TcpRack *rack, Time rtt, Time now)
{
  if (rack->rtt == 0)
    rack->rtt = rtt;
  if (rack->min_rtt != 0 && rtt > rack->min_rtt
      && now - rack->min_rtt_at < MIN_RTT_AGE)
    return;
  rack->min_rtt = MAX (rtt, 1);
  rack->min_rtt_at = now;
}

/* Step 4: more patience for each round in which a repair was for nothing. */
static void
take_again (TcpRack *rack, const TcpAck *ack)
{
  if (ack->una < rack->round)
    return;
  rack->round = ack->nxt;
  rack->extra = MIN (rack->extra + 1, EXTRA_MAX);
  rack->kept = EXTRA_KEPT;
}

void
tcp_rack_on_ack (TcpRack *rack, const TcpAck *ack)
{
  if (ack->again.start < ack->again.end)
    take_again (rack, ack);
  rack->reordering = rack->reordering || ack->reordered;
  if (ack->newest_turn <= rack->turn)
    return;
  rack->turn = ack->newest_turn;
  rack->sent_at = ack->newest_sent_at;
  rack->rtt = ack->now - ack->newest_sent_at;
}

/* RACK_update_reo_wnd. */
static Time
reordering_window (const TcpRack *rack,
                   const TcpSent *sent,
                   Time srtt,
                   bool recovering)
{
  if (!rack->reordering && (recovering || sent->sacked_count >= TCP_DUP_THRESH))
    return 0;
  return MIN ((1 + rack->extra) * (rack->min_rtt / 4), srtt);
}

void
tcp_rack_detect (TcpRack *rack,
                 TcpSent *sent,
                 Time srtt,
                 bool recovering,
                 Time now,
                 uint64_t by)
{
  Time patience = rack->rtt + reordering_window (rack, sent, srtt, recovering);
  TcpSegment *oldest;

  rack->deadline = 0;
  while ((oldest = sent->flight.oldest) != NULL && oldest->turn < rack->turn)
    {
      /* Those behind it left later, and wait at least as long. */
      if (oldest->sent_at + patience > now)
        {
          rack->deadline = oldest->sent_at + patience;
          return;
        }
      tcp_sent_lose (sent, oldest, REPAIR_RACK, by);
    }
}

void
tcp_rack_on_timeout (TcpRack *rack, TcpSent *sent, Time srtt, Time now)
{
  Time patience = rack->rtt + reordering_window (rack, sent, srtt, true);

  rack->deadline = 0;
  while (sent->flight.oldest != NULL
         && sent->flight.oldest->sent_at + patience <= now)
    tcp_sent_lose (sent, sent->flight.oldest, REPAIR_RTO, 0);
  tcp_sent_lose_first (sent, REPAIR_RTO, 0);
}

void
tcp_rack_on_recovered (TcpRack *rack)
{
  if (rack->kept > 0)
    rack->kept--;
  if (rack->kept == 0)
    rack->extra = 0;
}

void
tcp_rack_forget (TcpRack *rack)
{
  rack->turn = 0;
  rack->deadline = 0;
}
