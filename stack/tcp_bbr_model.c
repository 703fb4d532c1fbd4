// SPDX-License-Identifier: MIT
#include "stack/tcp_bbr_model.h"

#include "stack/tcp_pace.h"

#include <glib.h>

#define LOSS_PERCENT        2
#define BETA_PERCENT        70
#define HEADROOM_PERCENT    15
#define WINDOW_MIN_SEGMENTS 4
#define BURSTS              3
#define FULL_BW_GROWTH      125
#define FULL_BW_ROUNDS      3
#define MIN_RTT_WINDOW      (10 * SECOND)
#define PROBE_RTT_INTERVAL  (5 * SECOND)
/* Half the span of the filter of ten rounds, which has two cells. */
#define EXTRA_ROUNDS 5

void
tcp_bbr_model_init (TcpBbr *bbr, Time srtt)
{
  bbr->min_rtt = srtt > 0 ? srtt : TIME_NEVER;
  bbr->min_rtt_at = TIME_NEVER;
  bbr->probe_rtt_min = TIME_NEVER;
  bbr->inflight_longterm = TCP_BBR_UNBOUNDED;
  tcp_bbr_model_reset_shortterm (bbr);
}

/* By the newest segment that the ACK reported. */
static void
count_rounds (TcpBbr *bbr, const TcpRateSample *sample)
{
  bbr->round_start = false;
  if (sample->in_flight == 0)
    return;
  bbr->delivered = sample->prior_delivered + sample->delivered;
  if (sample->prior_delivered < bbr->round_end)
    return;
  tcp_bbr_model_begin_round (bbr);
  bbr->rounds++;
  bbr->rounds_since_probe++;
  bbr->round_start = true;
}

TcpBbrAck
tcp_bbr_model_read (TcpBbr *bbr, const TcpAck *ack)
{
  const TcpRateSample *sample = &ack->rate;

  count_rounds (bbr, sample);
  return (TcpBbrAck){
    .ack = ack,
    .rate = sample->interval > 0
                ? tcp_pace_rate (sample->delivered, sample->interval)
                : 0,
    .in_flight = MAX (ack->in_flight - ack->delivered - ack->lost, 0),
    .limited =
        sample->app_limited || sample->prior_delivered < bbr->limited_until,
  };
}

void
tcp_bbr_model_begin_round (TcpBbr *bbr)
{
  bbr->round_end = bbr->delivered;
}

void
tcp_bbr_model_reset_shortterm (TcpBbr *bbr)
{
  bbr->bw_shortterm = TCP_BBR_UNBOUNDED;
  bbr->inflight_shortterm = TCP_BBR_UNBOUNDED;
}

static void
forget_losses (TcpBbr *bbr)
{
  bbr->loss_in_round = false;
  bbr->mark_in_round = false;
  bbr->lost_in_round = 0;
  bbr->loss_events = 0;
}

void
tcp_bbr_model_reset_signals (TcpBbr *bbr)
{
  forget_losses (bbr);
  bbr->bw_latest = 0;
  bbr->inflight_latest = 0;
}

void
tcp_bbr_model_note_loss (TcpBbr *bbr)
{
  if (!bbr->loss_in_round)
    bbr->loss_round_end = bbr->delivered;
  bbr->loss_in_round = true;
}

int64_t
tcp_bbr_model_max_bw (const TcpBbr *bbr)
{
  return MAX (bbr->bw_cycle[0], bbr->bw_cycle[1]);
}

void
tcp_bbr_model_advance_bw (TcpBbr *bbr)
{
  if (bbr->bw_cycle[0] == 0)
    return;
  bbr->bw_cycle[1] = bbr->bw_cycle[0];
  bbr->bw_cycle[0] = 0;
}

static void
update_max_bw (TcpBbr *bbr, const TcpBbrAck *told)
{
  if (told->rate >= tcp_bbr_model_max_bw (bbr) || !told->limited)
    bbr->bw_cycle[0] = MAX (bbr->bw_cycle[0], told->rate);
}

/* Not slower than the smallest window makes us on an empty path. */
static int64_t
slowest (const TcpCc *cc)
{
  const TcpBbr *bbr = &cc->state.bbr;
  Time trip = MAX (MIN (bbr->min_rtt, SECOND), 1);

  return MIN (tcp_pace_rate (tcp_bbr_model_window_min (cc), trip),
              tcp_bbr_model_max_bw (bbr));
}

/* A round with losses, and nobody had asked for them: no more than
 * what still got through, or 0.7 of what was believed. A mark is not about
 * what got through, so that is no reason to cut less.
 *
 * The draft does so after any loss; here it takes 2 %, as in a search. What got
 * through is less than the pace by what was lost and by the pace's own margin,
 * and that compounds for thirty rounds: with 1 % of random loss 100 Mbit/s
 * times 100 ms were used to 86 % by the letter, and are to 92 % like this;
 * CUBIC and Reno beside it have as much as before. */
static void
cut_shortterm (TcpCc *cc)
{
  TcpBbr *bbr = &cc->state.bbr;
  int64_t bw = MIN (bbr->bw_shortterm, tcp_bbr_model_max_bw (bbr));
  int64_t inflight = MIN (bbr->inflight_shortterm, cc->cwnd);
  int64_t bw_least = bbr->mark_in_round ? 0 : bbr->bw_latest;
  int64_t inflight_least = bbr->mark_in_round ? 0 : bbr->inflight_latest;

  bbr->bw_shortterm =
      MAX (MAX (bw * BETA_PERCENT / 100, bw_least), slowest (cc));
  bbr->inflight_shortterm = MAX (inflight * BETA_PERCENT / 100, inflight_least);
}

/* Of what was delivered or lost since the round began. */
static bool
lost_much (const TcpBbr *bbr)
{
  int64_t all = bbr->delivered - bbr->loss_round_end + bbr->lost_in_round;

  return bbr->lost_in_round > all * LOSS_PERCENT / 100;
}

void
tcp_bbr_model_update_signals (TcpCc *cc, const TcpBbrAck *told, bool probing)
{
  TcpBbr *bbr = &cc->state.bbr;
  const TcpRateSample *sample = &told->ack->rate;
  int64_t lost = told->ack->lost + told->ack->lost_late;

  if (lost > 0)
    {
      tcp_bbr_model_note_loss (bbr);
      bbr->lost_in_round += lost;
      bbr->loss_events++;
    }
  bbr->loss_round_start = false;
  bbr->bw_latest = MAX (bbr->bw_latest, told->rate);
  bbr->inflight_latest = MAX (bbr->inflight_latest, sample->delivered);
  update_max_bw (bbr, told);
  if (sample->in_flight == 0 || sample->prior_delivered < bbr->loss_round_end)
    return;
  bbr->loss_round_start = true;
  bbr->round_lost_much = lost_much (bbr);
  bbr->loss_round_end = bbr->delivered;
  /* What got through when we held ourselves back says nothing of the path. */
  if (!probing
      && (bbr->mark_in_round || (bbr->round_lost_much && !told->limited)))
    cut_shortterm (cc);
}

/* How much more has been acknowledged than the bandwidth explains. */
void
tcp_bbr_model_update_aggregation (TcpCc *cc, const TcpBbrAck *told)
{
  TcpBbr *bbr = &cc->state.bbr;
  Time now = told->ack->now;
  int64_t expected = tcp_pace_bytes (bbr->bw, now - bbr->extra_from);
  int64_t span = bbr->full_bw_reached ? EXTRA_ROUNDS : 1;

  if (bbr->rounds - bbr->extra_round >= span)
    {
      bbr->extra_round = bbr->rounds;
      bbr->extra[1] = bbr->extra[0];
      bbr->extra[0] = 0;
    }
  if (bbr->extra_delivered <= expected)
    {
      bbr->extra_delivered = 0;
      bbr->extra_from = now;
      expected = 0;
    }
  bbr->extra_delivered += told->ack->delivered;
  bbr->extra[0] =
      MAX (bbr->extra[0], MIN (bbr->extra_delivered - expected, cc->cwnd));
}

void
tcp_bbr_model_reset_full_bw (TcpBbr *bbr, int64_t rate)
{
  bbr->full_bw = rate;
  bbr->full_bw_count = 0;
  bbr->full_bw_now = false;
}

/* Three rounds without a quarter more. */
void
tcp_bbr_model_update_full_bw (TcpBbr *bbr, const TcpBbrAck *told)
{
  if (bbr->full_bw_now || !bbr->round_start || told->limited || told->rate == 0)
    return;
  if (told->rate >= bbr->full_bw * FULL_BW_GROWTH / 100)
    {
      tcp_bbr_model_reset_full_bw (bbr, told->rate);
      return;
    }
  bbr->full_bw_count++;
  bbr->full_bw_now = bbr->full_bw_count >= FULL_BW_ROUNDS;
  bbr->full_bw_reached = bbr->full_bw_reached || bbr->full_bw_now;
}

/* The five seconds' minimum decides when to look for a new one; what it finds
 * is the ten seconds' (5.3.4). */
void
tcp_bbr_model_update_min_rtt (TcpBbr *bbr, const TcpBbrAck *told)
{
  Time now = told->ack->now, rtt = told->ack->rtt;

  if (bbr->min_rtt_at == TIME_NEVER)
    bbr->min_rtt_at = now;
  bbr->probe_rtt_expired = bbr->probe_rtt_min != TIME_NEVER
                           && now > bbr->probe_rtt_min_at + PROBE_RTT_INTERVAL;
  if (rtt >= 0 && (rtt < bbr->probe_rtt_min || bbr->probe_rtt_expired))
    {
      bbr->probe_rtt_min = rtt;
      bbr->probe_rtt_min_at = now;
    }
  if (bbr->probe_rtt_min < bbr->min_rtt
      || (bbr->min_rtt != TIME_NEVER && now > bbr->min_rtt_at + MIN_RTT_WINDOW))
    {
      bbr->min_rtt = bbr->probe_rtt_min;
      bbr->min_rtt_at = bbr->probe_rtt_min_at;
    }
}

void
tcp_bbr_model_finish (TcpBbr *bbr, const TcpBbrAck *told)
{
  if (bbr->loss_round_start)
    {
      bbr->bw_latest = told->rate;
      bbr->inflight_latest = told->ack->rate.delivered;
      forget_losses (bbr);
    }
  bbr->bw = MIN (tcp_bbr_model_max_bw (bbr), bbr->bw_shortterm);
}

bool
tcp_bbr_model_is_too_high (const TcpBbrAck *told)
{
  const TcpRateSample *sample = &told->ack->rate;

  return sample->lost > sample->in_flight * LOSS_PERCENT / 100;
}

int64_t
tcp_bbr_model_bdp (const TcpCc *cc, int64_t percent)
{
  const TcpBbr *bbr = &cc->state.bbr;

  if (bbr->min_rtt == TIME_NEVER)
    return cc->initial;
  return tcp_pace_bytes (bbr->bw, bbr->min_rtt) * percent / 100;
}

int64_t
tcp_bbr_model_window_min (const TcpCc *cc)
{
  return WINDOW_MIN_SEGMENTS * cc->mss;
}

/* What is sent in bursts must fit into the window, and in UP one more than the
 * receiver may be holding back an ACK for (5.6.4). */
int64_t
tcp_bbr_model_quantize (const TcpCc *cc, int64_t inflight)
{
  int64_t bursts = BURSTS * tcp_pace_quantum (cc->pacing_rate, cc->mss);

  inflight = MAX (MAX (inflight, bursts), tcp_bbr_model_window_min (cc));
  if (cc->state.bbr.state == TCP_BBR_PROBE_UP)
    inflight += 2 * cc->mss;
  return inflight;
}

int64_t
tcp_bbr_model_inflight (const TcpCc *cc, int64_t percent)
{
  return tcp_bbr_model_quantize (cc, tcp_bbr_model_bdp (cc, percent));
}

int64_t
tcp_bbr_model_headroom (const TcpCc *cc)
{
  int64_t bound = cc->state.bbr.inflight_longterm;

  if (bound == TCP_BBR_UNBOUNDED)
    return bound;
  return MAX (bound - MAX (bound * HEADROOM_PERCENT / 100, cc->mss),
              tcp_bbr_model_window_min (cc));
}
