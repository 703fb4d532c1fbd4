// SPDX-License-Identifier: MIT
/* CUBIC (RFC 9438). In congestion avoidance the window is a cubic function of
 * the time since the last reduction, whatever the round trip is:
 *
 *   W_cubic(t) = C (t - K)^3 + W_max
 *
 *   cwnd                            . '   a new maximum is looked for
 *    |                            .
 *   W_max  - - - - - _ . - . - '
 *    |          .  '
 *    |       .        back to the old one, ever slower
 *   0.7 W_max
 *    +------|----------------|--------------- t
 *           0                K
 *
 * but never smaller than what Reno would have (W_est). A stage of avoidance
 * begins with the first ACK that finds cwnd at ssthresh; t is the time in it
 * in which the window was used. What an ACK gives below one byte is kept for
 * the next.
 *
 * Integers: times in W_cubic are milliseconds and |t - K| at most 2^20 of
 * them, in which any window grows beyond what TCP can offer; then t^3 is below
 * 2^60. Windows may be 2^31 bytes, segments 2^16. */
#include "stack/tcp_cc.h"

#include <glib.h>

/* beta_cubic = 0.7, RFC 9438 4.6. */
#define REDUCED(bytes) ((bytes) *7 / 10)
/* (1 + beta_cubic) / 2, 4.7. */
#define CONVERGED(bytes) ((bytes) *17 / 20)
/* alpha_cubic = 3 (1 - beta) / (1 + beta) = 9 / 17, 4.3. */
#define ALPHA_ABOVE 9
#define ALPHA_BELOW 17

#define MS_MAX   ((int64_t) 1 << 20)
#define TIME_MAX (2 * MS_MAX * MILLISECOND)

static void
init (TcpCc *cc)
{
  cc->state.cubic = (TcpCubic){ .w_max = 0 };
  tcp_hystart_init (&cc->state.cubic.hystart);
}

/* The largest x with x^3 <= a, for a > 0: Newton's steps from above fall until
 * they are there. */
static int64_t
cube_root (int64_t a)
{
  int64_t x, next = 1;

  while (next <= MS_MAX && next * next * next <= a)
    next *= 2;
  do
    {
      x = next;
      next = (2 * x + a / (x * x)) / 3;
    }
  while (next < x);
  return x;
}

/* K, 4.2: the root of (W_max - cwnd) / C, here of thousandths of segments times
 * 10^6 / 0.4 ms^3. */
static Time
time_to_maximum (const TcpCc *cc)
{
  int64_t segments_e3 = (cc->state.cubic.w_max - cc->cwnd) * 1000 / cc->mss;

  if (segments_e3 == 0)
    return 0;
  return cube_root (segments_e3 * 2500000) * MILLISECOND;
}

/* C = 0.4 segments / s^3. */
static int64_t
w_cubic (const TcpCc *cc, Time t)
{
  const TcpCubic *cubic = &cc->state.cubic;
  int64_t ms = CLAMP ((t - cubic->k) / MILLISECOND, -MS_MAX, MS_MAX);
  int64_t cube_e6 = ms * ms * ms / 1000000;

  return cubic->w_max + cube_e6 * cc->mss * 2 / 5000;
}

/* With no maximum known that is above it, this is one. */
static void
begin_stage (TcpCc *cc)
{
  TcpCubic *cubic = &cc->state.cubic;

  cubic->w_max = MAX (cubic->w_max, cc->cwnd);
  cubic->w_est = cc->cwnd;
  cubic->k = time_to_maximum (cc);
  cubic->t = 0;
  cubic->growth = 0;
  cubic->est_growth = 0;
  cubic->in_stage = true;
  cubic->after_timeout = false;
}

/* 4.3, bytes instead of segments. */
static void
grow_estimate (TcpCc *cc, int64_t acked)
{
  TcpCubic *cubic = &cc->state.cubic;
  int64_t alpha = cubic->w_est < cubic->prior ? ALPHA_ABOVE : ALPHA_BELOW;
  int64_t whole = cc->cwnd * ALPHA_BELOW;

  cubic->est_growth += acked * cc->mss * alpha;
  cubic->w_est += cubic->est_growth / whole;
  cubic->est_growth %= whole;
}

/* 4.4, 4.5: so that the curve is met one round trip from now. */
static void
follow_curve (TcpCc *cc, const TcpAck *ack, int64_t acked)
{
  TcpCubic *cubic = &cc->state.cubic;
  int64_t target = CLAMP (w_cubic (cc, cubic->t + MIN (ack->srtt, TIME_MAX)),
                          cc->cwnd, cc->cwnd + cc->cwnd / 2);
  int64_t growth = cubic->growth + (target - cc->cwnd) * acked;

  cubic->growth = growth % cc->cwnd;
  cc->cwnd += growth / cc->cwnd;
}

static void
avoid (TcpCc *cc, const TcpAck *ack)
{
  const TcpCubic *cubic = &cc->state.cubic;
  int64_t acked = MIN (ack->acked, cc->cwnd);

  grow_estimate (cc, acked);
  if (w_cubic (cc, cubic->t) < cubic->w_est)
    cc->cwnd = MAX (cc->cwnd, cubic->w_est);
  else
    follow_curve (cc, ack, acked);
}

/* HyStart++ is for the first slow start only (RFC 9406 4.3). */
static void
slow_start (TcpCc *cc, const TcpAck *ack)
{
  TcpCubic *cubic = &cc->state.cubic;
  bool first = cc->ssthresh == INT64_MAX;
  bool over = first && !tcp_hystart_on_ack (&cubic->hystart, ack);

  cubic->in_stage = false;
  if (over)
    cc->ssthresh = cubic->w_max = cubic->prior = cc->cwnd; /* 4.10 */
  else if (ack->cwnd_limited)
    cc->cwnd += first ? tcp_hystart_growth (&cubic->hystart, ack, cc->mss,
                                            cc->pacing_rate > 0)
                      : tcp_cc_credit (cc, ack, cubic->after_timeout);
}

static void
on_ack (TcpCc *cc, const TcpAck *ack)
{
  TcpCubic *cubic = &cc->state.cubic;
  Time since = MIN (ack->now - cubic->last, TIME_MAX);

  cubic->last = ack->now;
  if (ack->recovering || ack->ece)
    return;
  if (cc->cwnd < cc->ssthresh)
    {
      slow_start (cc, ack);
      return;
    }
  /* A window that was not used says nothing, and its time does not count. */
  if (!ack->cwnd_limited)
    return;
  if (!cubic->in_stage)
    begin_stage (cc);
  else
    cubic->t = MIN (cubic->t + since, TIME_MAX);
  avoid (cc, ack);
}

static void
on_congestion (TcpCc *cc, const TcpAck *ack, TcpCcSign sign)
{
  TcpCubic *cubic = &cc->state.cubic;
  int64_t floor = sign == TCP_SIGN_ECN ? cc->mss : 2 * cc->mss;

  /* Short of the last maximum: another flow needs room, leave it more. */
  cubic->w_max = cc->cwnd < cubic->w_max ? CONVERGED (cc->cwnd) : cc->cwnd;
  cubic->prior = cc->cwnd;
  cubic->in_stage = false;
  cc->ssthresh = MAX (REDUCED (ack->flight), 2 * cc->mss);
  cc->cwnd = MAX (REDUCED (ack->flight), floor);
}

/* 4.8: what was the maximum is forgotten. */
static void
on_timeout (TcpCc *cc, const TcpAck *ack)
{
  TcpCubic *cubic = &cc->state.cubic;

  cubic->w_max = 0;
  cubic->prior = cc->cwnd;
  cubic->in_stage = false;
  cubic->after_timeout = true;
  cc->ssthresh = MAX (REDUCED (ack->flight), 2 * cc->mss);
  cc->cwnd = cc->mss;
}

static void
on_send (TcpCc *cc, int64_t in_flight, bool idle, Time now)
{
  (void) in_flight;
  if (idle)
    cc->state.cubic.last = now;
}

const TcpCcClass TCP_CC_CUBIC = { .name = "cubic",
                                  .init = init,
                                  .on_ack = on_ack,
                                  .on_congestion = on_congestion,
                                  .on_timeout = on_timeout,
                                  .on_send = on_send };
