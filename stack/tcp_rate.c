// SPDX-License-Identifier: MIT
#include "stack/tcp_rate.h"

#include <glib.h>

/* Nothing is in flight: what the network delivers from now on it delivers
 * since now. */
static void
begin_flight (TcpRate *rate, Time now)
{
  rate->first_sent_at = now;
  rate->delivered_at = now;
}

void
tcp_rate_send (TcpRate *rate,
               TcpRateStamp *stamp,
               int64_t in_flight,
               int64_t length,
               Time now)
{
  g_assert (in_flight >= 0 && length > 0);
  if (in_flight == 0)
    begin_flight (rate, now);
  *stamp = (TcpRateStamp){ .delivered = rate->delivered,
                           .delivered_at = rate->delivered_at,
                           .first_sent_at = rate->first_sent_at,
                           .in_flight = in_flight + length,
                           .lost = rate->lost,
                           .app_limited = rate->app_limited > 0 };
}

/* Left after the newest so far? A whole flight may leave at one instant: the
 * later one saw more delivered or lost, or else more in flight. */
static bool
is_newer (const TcpRateSample *sample, const TcpRateStamp *stamp, Time sent_at)
{
  int64_t left = stamp->delivered + stamp->lost;
  int64_t left_before = sample->prior_delivered + sample->lost;

  if (sample->in_flight == 0)
    return true;
  if (sent_at != sample->sent_at)
    return sent_at > sample->sent_at;
  if (left != left_before)
    return left > left_before;
  return stamp->in_flight > sample->in_flight;
}

void
tcp_rate_deliver (TcpRate *rate,
                  const TcpRateStamp *stamp,
                  Time sent_at,
                  int64_t length,
                  Time now,
                  TcpRateSample *sample)
{
  rate->delivered += length;
  rate->delivered_at = now;
  if (rate->delivered > rate->app_limited)
    rate->app_limited = 0;
  if (!is_newer (sample, stamp, sent_at))
    return;
  rate->first_sent_at = sent_at;
  *sample = (TcpRateSample){ .prior_delivered = stamp->delivered,
                             .prior_delivered_at = stamp->delivered_at,
                             .sent_at = sent_at,
                             .send_elapsed = sent_at - stamp->first_sent_at,
                             .in_flight = stamp->in_flight,
                             .lost = stamp->lost,
                             .app_limited = stamp->app_limited };
}

void
tcp_rate_lose (TcpRate *rate, int64_t length)
{
  rate->lost += length;
}

void
tcp_rate_finish (const TcpRate *rate, Time min_rtt, TcpRateSample *sample)
{
  Time interval;

  if (sample->in_flight == 0)
    return;
  interval = MAX (sample->send_elapsed,
                  rate->delivered_at - sample->prior_delivered_at);
  sample->delivered = rate->delivered - sample->prior_delivered;
  sample->lost = rate->lost - sample->lost;
  /* Nothing comes back that fast: it was marked lost, and had not been. */
  sample->interval = interval >= min_rtt ? interval : 0;
}

void
tcp_rate_limit (TcpRate *rate, int64_t in_flight)
{
  rate->app_limited = MAX (rate->delivered + in_flight, 1);
}
