// SPDX-License-Identifier: MIT
/* BBRv3 (draft-ietf-ccwg-bbr): sends as fast as the network delivers, and has
 * no more in flight than fits into the path, instead of filling its queue
 * until something is lost.
 *
 *   STARTUP --- no faster ---> DRAIN --- queue gone ---> PROBE_BW cycle
 *                                                         |        ^
 *                                 5 s without a new       v        |
 *                                 minimum of the trip:    PROBE_RTT
 *
 * Each ACK updates the model (tcp_bbr_model.c), then the state, then what
 * follows from both: pace = gain * bandwidth, window = gain * bandwidth * trip.
 * Losses matter by how many there are: more than 2 % of what is in flight move
 * the bounds of the model, fewer nothing; so the window is not halved when a
 * recovery begins.
 *
 * A mark (RFC 3168) counts as congestion whatever the share of marked packets:
 * it ends STARTUP and a search for bandwidth, and takes 30 % off in the other
 * phases. */
#include "stack/tcp_bbr_model.h"
#include "stack/tcp_bbr_probe.h"
#include "stack/tcp_pace.h"

#include <glib.h>

#define STARTUP_LOSS_EVENTS 6
#define DRAIN_ROUNDS        3
#define PROBE_RTT_TIME      (200 * MILLISECOND)
#define PROBE_RTT_PERCENT   50
/* What the pace stays below the bandwidth, so that queues shrink. */
#define PACE_PERCENT 99
/* The trip that an unknown path has. */
#define TRIP_GUESS MILLISECOND

/* In percent. */
typedef struct
{
  int pace, window;
} Gains;

static Gains
gains_of (TcpBbrState state)
{
  static const Gains gains[] = {
    [TCP_BBR_STARTUP] = { 277, 200 },
    [TCP_BBR_DRAIN] = { 50, 200 },
    [TCP_BBR_PROBE_DOWN] = { 90, 200 },
    [TCP_BBR_PROBE_CRUISE] = { 100, 200 },
    [TCP_BBR_PROBE_REFILL] = { 100, 200 },
    [TCP_BBR_PROBE_UP] = { 125, 225 },
    [TCP_BBR_PROBE_RTT] = { 100, PROBE_RTT_PERCENT },
  };

  return gains[state];
}

/* Chosen in the middle of a connection it knows the trip of the handshake,
 * when there was no queue yet: else it would take the other algorithm's queue
 * for the path, and ever lower minima would keep it out of PROBE_RTT. */
static void
init (TcpCc *cc)
{
  cc->state.bbr =
      (TcpBbr){ .state = TCP_BBR_STARTUP, .probe_rtt_done_at = TIME_NEVER };
  tcp_bbr_model_init (&cc->state.bbr, cc->srtt);
}

/* STARTUP and DRAIN */

static void
leave_startup (TcpCc *cc)
{
  TcpBbr *bbr = &cc->state.bbr;

  bbr->full_bw_reached = true;
  bbr->inflight_longterm =
      MAX (tcp_bbr_model_inflight (cc, 100), bbr->inflight_latest);
}

/* A whole round of a recovery with losses in six places, more than 2 % of what
 * was in flight. */
static void
check_startup_losses (TcpCc *cc, const TcpBbrAck *told)
{
  const TcpBbr *bbr = &cc->state.bbr;

  if (!bbr->full_bw_reached && bbr->loss_round_start && told->ack->recovering
      && bbr->loss_events >= STARTUP_LOSS_EVENTS && bbr->round_lost_much)
    leave_startup (cc);
}

static void
check_drain (TcpCc *cc, const TcpBbrAck *told)
{
  TcpBbr *bbr = &cc->state.bbr;

  if (bbr->state == TCP_BBR_STARTUP && bbr->full_bw_reached)
    {
      bbr->state = TCP_BBR_DRAIN;
      bbr->drain_round = bbr->rounds;
    }
  if (bbr->state == TCP_BBR_DRAIN
      && (told->in_flight <= tcp_bbr_model_inflight (cc, 100)
          || bbr->rounds > bbr->drain_round + DRAIN_ROUNDS))
    tcp_bbr_probe_enter (cc, told->ack->now);
}

/* PROBE_RTT */

static void
save_window (TcpCc *cc, bool recovering)
{
  TcpBbr *bbr = &cc->state.bbr;

  bbr->prior_cwnd = recovering || bbr->state == TCP_BBR_PROBE_RTT
                        ? MAX (bbr->prior_cwnd, cc->cwnd)
                        : cc->cwnd;
}

static void
restore_window (TcpCc *cc)
{
  cc->cwnd = MAX (cc->cwnd, cc->state.bbr.prior_cwnd);
}

static int64_t
probe_rtt_window (const TcpCc *cc)
{
  return MAX (tcp_bbr_model_bdp (cc, PROBE_RTT_PERCENT),
              tcp_bbr_model_window_min (cc));
}

static void
check_probe_rtt_done (TcpCc *cc, Time now)
{
  TcpBbr *bbr = &cc->state.bbr;

  if (bbr->probe_rtt_done_at == TIME_NEVER || now <= bbr->probe_rtt_done_at)
    return;
  bbr->probe_rtt_min_at = now;
  restore_window (cc);
  tcp_bbr_model_reset_shortterm (bbr);
  if (bbr->full_bw_reached)
    tcp_bbr_probe_enter_cruise (cc, now);
  else
    bbr->state = TCP_BBR_STARTUP;
}

static void
on_probe_rtt (TcpCc *cc, const TcpBbrAck *told)
{
  TcpBbr *bbr = &cc->state.bbr;

  bbr->limited_until = MAX (bbr->delivered + told->in_flight, 1);
  if (bbr->probe_rtt_done_at != TIME_NEVER)
    {
      bbr->probe_rtt_round_done = bbr->probe_rtt_round_done || bbr->round_start;
      if (bbr->probe_rtt_round_done)
        check_probe_rtt_done (cc, told->ack->now);
    }
  else if (told->in_flight <= probe_rtt_window (cc))
    {
      bbr->probe_rtt_done_at = told->ack->now + PROBE_RTT_TIME;
      bbr->probe_rtt_round_done = false;
      tcp_bbr_model_begin_round (bbr);
    }
}

static void
check_probe_rtt (TcpCc *cc, const TcpBbrAck *told)
{
  TcpBbr *bbr = &cc->state.bbr;

  if (bbr->state != TCP_BBR_PROBE_RTT && bbr->probe_rtt_expired
      && !bbr->idle_restart)
    {
      save_window (cc, told->ack->recovering);
      bbr->state = TCP_BBR_PROBE_RTT;
      bbr->probe_rtt_done_at = TIME_NEVER;
      bbr->acks = TCP_BBR_ACKS_STOPPING;
      tcp_bbr_model_begin_round (bbr);
    }
  if (bbr->state == TCP_BBR_PROBE_RTT)
    on_probe_rtt (cc, told);
  if (told->ack->delivered > 0)
    bbr->idle_restart = false;
}

/* Pace and window */

/* Until the pipe was full once, only upwards. */
static void
set_pace (TcpCc *cc, int percent)
{
  const TcpBbr *bbr = &cc->state.bbr;
  int64_t rate = bbr->bw * percent / 100 * PACE_PERCENT / 100;

  rate = MIN (rate, TCP_PACE_RATE_MAX);
  if (rate > cc->pacing_rate || (bbr->full_bw_reached && rate > 0))
    cc->pacing_rate = rate;
}

/* Before anything is known, the initial window in a trip. */
static void
set_initial_pace (TcpCc *cc)
{
  Time trip = cc->srtt > 0 ? cc->srtt : TRIP_GUESS;

  cc->pacing_rate = CLAMP (tcp_pace_rate (cc->cwnd, trip)
                               * gains_of (TCP_BBR_STARTUP).pace / 100,
                           1, TCP_PACE_RATE_MAX);
}

/* The bounds that losses showed, as far as they count in this state (5.6.4). */
static int64_t
bound_of_model (const TcpCc *cc)
{
  const TcpBbr *bbr = &cc->state.bbr;
  int64_t bound = TCP_BBR_UNBOUNDED;

  if (bbr->state == TCP_BBR_PROBE_CRUISE || bbr->state == TCP_BBR_PROBE_RTT)
    bound = tcp_bbr_model_headroom (cc);
  else if (tcp_bbr_probe_is_on (bbr))
    bound = bbr->inflight_longterm;
  return MAX (MIN (bound, bbr->inflight_shortterm),
              tcp_bbr_model_window_min (cc));
}

static void
set_window (TcpCc *cc, const TcpBbrAck *told)
{
  const TcpBbr *bbr = &cc->state.bbr;
  int64_t extra = MAX (bbr->extra[0], bbr->extra[1]);
  int64_t most = tcp_bbr_model_quantize (
      cc, tcp_bbr_model_bdp (cc, gains_of (bbr->state).window) + extra);

  if (bbr->full_bw_reached)
    cc->cwnd = MIN (cc->cwnd + told->ack->delivered, most);
  else if (cc->cwnd < most || bbr->delivered < cc->initial)
    cc->cwnd += told->ack->delivered;
  if (bbr->state == TCP_BBR_PROBE_RTT)
    cc->cwnd = MIN (cc->cwnd, probe_rtt_window (cc));
  cc->cwnd =
      MAX (MIN (cc->cwnd, bound_of_model (cc)), tcp_bbr_model_window_min (cc));
}

/* What the algorithm is told */

/* A mark is judged with the ACK that brought it. */
static void
check_mark (TcpCc *cc, const TcpBbrAck *told)
{
  TcpBbr *bbr = &cc->state.bbr;

  if (!bbr->marked)
    return;
  bbr->marked = false;
  if (bbr->state == TCP_BBR_STARTUP)
    leave_startup (cc);
  else if (tcp_bbr_probe_expects_loss (bbr))
    tcp_bbr_probe_on_mark (cc, told);
}

static void
check_recovered (TcpCc *cc, const TcpAck *ack)
{
  TcpBbr *bbr = &cc->state.bbr;

  if (bbr->recover == 0 || ack->una < bbr->recover)
    return;
  bbr->recover = 0;
  restore_window (cc);
}

static void
on_ack (TcpCc *cc, const TcpAck *ack)
{
  TcpBbr *bbr = &cc->state.bbr;
  TcpBbrAck told = tcp_bbr_model_read (bbr, ack);

  tcp_bbr_model_update_signals (cc, &told, tcp_bbr_probe_expects_loss (bbr));
  tcp_bbr_model_update_aggregation (cc, &told);
  check_mark (cc, &told);
  tcp_bbr_model_update_full_bw (bbr, &told);
  check_startup_losses (cc, &told);
  check_drain (cc, &told);
  tcp_bbr_probe_update (cc, &told);
  tcp_bbr_model_update_min_rtt (bbr, &told);
  check_probe_rtt (cc, &told);
  tcp_bbr_model_finish (bbr, &told);
  check_recovered (cc, ack);
  set_pace (cc, gains_of (bbr->state).pace);
  set_window (cc, &told);
}

static void
on_congestion (TcpCc *cc, const TcpAck *ack, TcpCcSign sign)
{
  TcpBbr *bbr = &cc->state.bbr;

  (void) ack;
  tcp_bbr_model_note_loss (bbr);
  if (sign != TCP_SIGN_ECN)
    return;
  bbr->marked = true;
  bbr->mark_in_round = true;
}

/* One segment, and the old window when all is repaired. */
static void
on_timeout (TcpCc *cc, const TcpAck *ack)
{
  TcpBbr *bbr = &cc->state.bbr;

  save_window (cc, ack->recovering);
  bbr->recover = ack->nxt;
  tcp_bbr_model_note_loss (bbr);
  cc->cwnd = cc->mss;
}

/* The bounds from before are back already; growth is looked for anew. */
static void
on_undo (TcpCc *cc, const TcpAck *ack)
{
  TcpBbr *bbr = &cc->state.bbr;

  (void) ack;
  bbr->loss_in_round = false;
  bbr->lost_in_round = 0;
  bbr->recover = 0;
  tcp_bbr_model_reset_full_bw (bbr, 0);
}

/* After silence at the bandwidth, not faster. */
static void
on_send (TcpCc *cc, int64_t in_flight, bool idle, Time now)
{
  TcpBbr *bbr = &cc->state.bbr;

  (void) in_flight;
  if (cc->pacing_rate == 0)
    set_initial_pace (cc);
  if (!idle)
    return;
  bbr->idle_restart = true;
  bbr->extra_from = now;
  bbr->extra_delivered = 0;
  if (tcp_bbr_probe_is_on (bbr))
    set_pace (cc, 100);
  else if (bbr->state == TCP_BBR_PROBE_RTT)
    check_probe_rtt_done (cc, now);
}

const TcpCcClass TCP_CC_BBR = { .name = "bbr",
                                .owns_window = true,
                                .init = init,
                                .on_ack = on_ack,
                                .on_congestion = on_congestion,
                                .on_timeout = on_timeout,
                                .on_undo = on_undo,
                                .on_send = on_send };
