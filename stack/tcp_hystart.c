// SPDX-License-Identifier: MIT
#include "stack/tcp_hystart.h"

#include <glib.h>

/* RFC 9406 4.3 */
#define RTT_THRESHOLD_MIN  (4 * MILLISECOND)
#define RTT_THRESHOLD_MAX  (16 * MILLISECOND)
#define RTT_DIVISOR        8
#define SAMPLES_MIN        8
#define CSS_GROWTH_DIVISOR 4
#define CSS_ROUNDS         5
#define BURST_SEGMENTS     8 /* L */

void
tcp_hystart_init (TcpHystart *hystart)
{
  *hystart = (TcpHystart){ .min_rtt = TIME_NEVER, .last_min = TIME_NEVER };
}

static void
begin_round (TcpHystart *hystart, const TcpAck *ack)
{
  hystart->window_end = ack->nxt;
  hystart->last_min = hystart->min_rtt;
  hystart->min_rtt = TIME_NEVER;
  hystart->samples = 0;
  if (hystart->rounds_of_css > 0)
    hystart->rounds_of_css++;
}

/* At least SAMPLES_MIN samples are in: does the queue grow? */
static void
judge (TcpHystart *hystart)
{
  Time threshold = CLAMP (hystart->last_min / RTT_DIVISOR, RTT_THRESHOLD_MIN,
                          RTT_THRESHOLD_MAX);

  if (hystart->rounds_of_css > 0)
    {
      if (hystart->min_rtt < hystart->baseline)
        hystart->rounds_of_css = 0;
    }
  else if (hystart->last_min != TIME_NEVER
           && hystart->min_rtt - hystart->last_min >= threshold)
    {
      hystart->baseline = hystart->min_rtt;
      hystart->rounds_of_css = 1;
    }
}

bool
tcp_hystart_on_ack (TcpHystart *hystart, const TcpAck *ack)
{
  if (ack->rtt >= 0)
    {
      hystart->min_rtt = MIN (hystart->min_rtt, ack->rtt);
      hystart->samples++;
      if (hystart->samples >= SAMPLES_MIN)
        judge (hystart);
    }
  if (ack->una >= hystart->window_end)
    begin_round (hystart, ack);
  return hystart->rounds_of_css <= CSS_ROUNDS;
}

int64_t
tcp_hystart_growth (const TcpHystart *hystart,
                    const TcpAck *ack,
                    int64_t mss,
                    bool paced)
{
  int64_t growth = paced ? ack->acked : MIN (ack->acked, BURST_SEGMENTS * mss);

  return hystart->rounds_of_css > 0 ? growth / CSS_GROWTH_DIVISOR : growth;
}
