// SPDX-License-Identifier: MIT
#include "stack/tcp_bbr_probe.h"

#include <glib.h>

#define WAIT_LEAST         (2 * SECOND)
#define WAIT_RANDOM        SECOND
#define RENO_ROUNDS_MOST   63
#define GROWTH_ROUNDS_MOST 30
#define BETA_PERCENT       70

/* SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): 0 .. bound - 1. */
static int64_t
draw (TcpCc *cc, int64_t bound)
{
  uint64_t z = cc->luck += 0x9e3779b97f4a7c15;

  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return (int64_t) ((z ^ z >> 31) % (uint64_t) bound);
}

bool
tcp_bbr_probe_is_on (const TcpBbr *bbr)
{
  return bbr->state >= TCP_BBR_PROBE_DOWN && bbr->state <= TCP_BBR_PROBE_UP;
}

bool
tcp_bbr_probe_expects_loss (const TcpBbr *bbr)
{
  return bbr->state == TCP_BBR_STARTUP || bbr->state == TCP_BBR_PROBE_REFILL
         || bbr->state == TCP_BBR_PROBE_UP;
}

/* Both draws keep flows from asking all at once. */
static void
pick_wait (TcpCc *cc)
{
  TcpBbr *bbr = &cc->state.bbr;

  bbr->rounds_since_probe = draw (cc, 2);
  bbr->wait = WAIT_LEAST + draw (cc, WAIT_RANDOM);
}

static void
begin_down (TcpCc *cc, Time now)
{
  TcpBbr *bbr = &cc->state.bbr;

  tcp_bbr_model_reset_signals (bbr);
  pick_wait (cc);
  bbr->cycle_at = now;
  bbr->acks = TCP_BBR_ACKS_STOPPING;
  tcp_bbr_model_begin_round (bbr);
  bbr->state = TCP_BBR_PROBE_DOWN;
}

void
tcp_bbr_probe_enter (TcpCc *cc, Time now)
{
  begin_down (cc, now);
}

void
tcp_bbr_probe_enter_cruise (TcpCc *cc, Time now)
{
  begin_down (cc, now);
  cc->state.bbr.state = TCP_BBR_PROBE_CRUISE;
}

static void
begin_refill (TcpBbr *bbr)
{
  tcp_bbr_model_reset_shortterm (bbr);
  bbr->up_rounds = 0;
  bbr->up_acked = 0;
  bbr->acks = TCP_BBR_ACKS_REFILLING;
  tcp_bbr_model_begin_round (bbr);
  bbr->state = TCP_BBR_PROBE_REFILL;
}

/* One segment in the first round, two in the second, four ... */
static void
raise_slope (TcpCc *cc)
{
  TcpBbr *bbr = &cc->state.bbr;
  int64_t growth = cc->mss << bbr->up_rounds;

  bbr->up_rounds = MIN (bbr->up_rounds + 1, GROWTH_ROUNDS_MOST);
  bbr->up_count = MAX (cc->cwnd / growth, 1);
}

static void
begin_up (TcpCc *cc, const TcpBbrAck *told)
{
  TcpBbr *bbr = &cc->state.bbr;

  bbr->probing_samples = true;
  bbr->acks = TCP_BBR_ACKS_STARTING;
  tcp_bbr_model_begin_round (bbr);
  tcp_bbr_model_reset_full_bw (bbr, told->rate);
  bbr->state = TCP_BBR_PROBE_UP;
  raise_slope (cc);
}

/* Does the long-term bound hold us back? */
static bool
is_bound (const TcpCc *cc, const TcpBbrAck *told)
{
  return told->ack->cwnd_limited && cc->cwnd >= cc->state.bbr.inflight_longterm;
}

static void
raise_longterm (TcpCc *cc, const TcpBbrAck *told)
{
  TcpBbr *bbr = &cc->state.bbr;
  int64_t more;

  bbr->up_acked += told->ack->delivered;
  more = bbr->up_acked / bbr->up_count;
  bbr->up_acked -= more * bbr->up_count;
  bbr->inflight_longterm += more;
  if (bbr->round_start)
    raise_slope (cc);
}

static int64_t
target (const TcpCc *cc)
{
  return MIN (tcp_bbr_model_bdp (cc, 100), cc->cwnd);
}

static void
set_longterm (TcpCc *cc, const TcpBbrAck *told)
{
  TcpBbr *bbr = &cc->state.bbr;

  bbr->probing_samples = false;
  if (!told->limited)
    bbr->inflight_longterm =
        MAX (told->ack->rate.in_flight, target (cc) * BETA_PERCENT / 100);
  if (bbr->state == TCP_BBR_PROBE_UP)
    begin_down (cc, told->ack->now);
}

void
tcp_bbr_probe_on_mark (TcpCc *cc, const TcpBbrAck *told)
{
  set_longterm (cc, told);
  if (cc->state.bbr.state == TCP_BBR_PROBE_REFILL)
    begin_down (cc, told->ack->now);
}

/* Of which search are the packets that ACKs report now? */
static void
follow_acks (TcpBbr *bbr, const TcpBbrAck *told)
{
  if (!bbr->round_start)
    return;
  if (bbr->acks == TCP_BBR_ACKS_STARTING)
    bbr->acks = TCP_BBR_ACKS_FEEDBACK;
  else if (bbr->acks == TCP_BBR_ACKS_STOPPING)
    {
      bbr->acks = TCP_BBR_ACKS_OTHER;
      bbr->probing_samples = false;
      if (tcp_bbr_probe_is_on (bbr) && !told->limited)
        tcp_bbr_model_advance_bw (bbr);
    }
}

/* Raised by what gets through, set where too much is lost (5.5). */
static void
adapt_longterm (TcpCc *cc, const TcpBbrAck *told, bool bound)
{
  TcpBbr *bbr = &cc->state.bbr;

  follow_acks (bbr, told);
  if (tcp_bbr_model_is_too_high (told))
    {
      if (bbr->probing_samples)
        set_longterm (cc, told);
      return;
    }
  if (bbr->inflight_longterm == TCP_BBR_UNBOUNDED)
    return;
  bbr->inflight_longterm =
      MAX (bbr->inflight_longterm, told->ack->rate.in_flight);
  if (bbr->state == TCP_BBR_PROBE_UP && bound)
    raise_longterm (cc, told);
}

/* By the clock, or as often as Reno would need to grow that much. */
static bool
is_time_to_probe (const TcpCc *cc, Time now)
{
  const TcpBbr *bbr = &cc->state.bbr;
  int64_t reno_rounds = MIN (target (cc) / cc->mss, RENO_ROUNDS_MOST);

  return now > bbr->cycle_at + bbr->wait
         || bbr->rounds_since_probe >= reno_rounds;
}

static bool
is_time_to_cruise (const TcpCc *cc, const TcpBbrAck *told)
{
  return told->in_flight <= tcp_bbr_model_headroom (cc)
         && told->in_flight <= tcp_bbr_model_inflight (cc, 100);
}

void
tcp_bbr_probe_update (TcpCc *cc, const TcpBbrAck *told)
{
  TcpBbr *bbr = &cc->state.bbr;
  Time now = told->ack->now;
  bool bound = is_bound (cc, told);

  if (!bbr->full_bw_reached)
    return;
  adapt_longterm (cc, told, bound);
  if (bbr->state == TCP_BBR_PROBE_UP)
    {
      /* As long as the bound holds us back, the bandwidth cannot grow. */
      if (bound)
        tcp_bbr_model_reset_full_bw (bbr, told->rate);
      else if (bbr->full_bw_now)
        begin_down (cc, now);
    }
  else if (bbr->state == TCP_BBR_PROBE_REFILL)
    {
      if (bbr->round_start)
        begin_up (cc, told);
    }
  else if (tcp_bbr_probe_is_on (bbr) && is_time_to_probe (cc, now))
    begin_refill (bbr);
  else if (bbr->state == TCP_BBR_PROBE_DOWN && is_time_to_cruise (cc, told))
    bbr->state = TCP_BBR_PROBE_CRUISE;
}
