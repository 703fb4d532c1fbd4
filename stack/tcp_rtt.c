// SPDX-License-Identifier: MIT
#include "stack/tcp_rtt.h"

#include <glib.h>

/* G of RFC 6298: our timers are exact, so the smallest unit there is. */
#define GRANULARITY       ((Time) 1)
#define AFTER_SYN_TIMEOUT (3 * SECOND)

void
tcp_rtt_init (TcpRtt *rtt, Time initial, Time min, Time max)
{
  *rtt = (TcpRtt){ .rto = initial, .min = min, .max = max };
}

void
tcp_rtt_sample (TcpRtt *rtt, Time sample, int64_t per_trip)
{
  Time weight = MAX (per_trip, 1);

  if (rtt->srtt == 0)
    {
      /* RFC 6298 2.2 */
      rtt->srtt = MAX (sample, 1);
      rtt->rttvar = sample / 2;
    }
  else
    {
      /* RFC 6298 2.3: RTTVAR first, with the old SRTT. */
      Time error = ABS (rtt->srtt - sample);

      rtt->rttvar += (error - rtt->rttvar) / (4 * weight);
      rtt->srtt = MAX (rtt->srtt + (sample - rtt->srtt) / (8 * weight), 1);
    }
  rtt->rto = CLAMP (rtt->srtt + MAX (GRANULARITY, 4 * rtt->rttvar), rtt->min,
                    rtt->max);
  rtt->backoff = 0;
}

void
tcp_rtt_back_off (TcpRtt *rtt)
{
  if (tcp_rtt_timeout (rtt) < rtt->max)
    rtt->backoff++;
}

void
tcp_rtt_forget_back_off (TcpRtt *rtt)
{
  rtt->backoff = 0;
}

void
tcp_rtt_after_syn_timeout (TcpRtt *rtt)
{
  if (rtt->srtt != 0)
    return;
  rtt->rto = MIN (AFTER_SYN_TIMEOUT, rtt->max);
  rtt->backoff = 0;
}

Time
tcp_rtt_timeout (const TcpRtt *rtt)
{
  Time timeout = rtt->rto;

  for (unsigned i = 0; i < rtt->backoff && timeout < rtt->max; i++)
    timeout *= 2;
  return MIN (timeout, rtt->max);
}
