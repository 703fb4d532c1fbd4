// SPDX-License-Identifier: MIT
#include "tests/unit/path.h"

#define TIMEOUT (2 * SECOND)

void
path_init (Path *path, const TcpCcClass *class)
{
  *path = (Path){ .rate = 1250000,
                  .trip = 40 * MILLISECOND,
                  .mark_above = INT64_MAX,
                  .to_send = INT64_MAX,
                  .luck = { 1 },
                  .packets = g_array_new (FALSE, FALSE, sizeof (PathPacket)) };
  path->queue_max = 4 * path_bdp (path);
  tcp_cc_init (&path->cc, class, PATH_MSS, 10);
  path->cc.luck = 1;
  path->cc.srtt = path->trip;
  path_watch (path);
}

void
path_init_large (Path *path)
{
  path_init (path, &TCP_CC_BBR);
  path->rate = 12500000;
  path->trip = path->cc.srtt = 100 * MILLISECOND;
  path->queue_max = 3 * path_bdp (path);
}

void
path_clear (Path *path)
{
  g_array_unref (path->packets);
}

int64_t
path_bdp (const Path *path)
{
  return tcp_pace_bytes (path->rate, path->trip);
}

int64_t
path_queue (const Path *path)
{
  return tcp_pace_bytes (path->rate, MAX (path->free_at - path->now, 0));
}

void
path_watch (Path *path)
{
  path->queue_most = 0;
  path->queue_least = INT64_MAX;
  path->flight_most = 0;
  path->burst_most = 0;
}

static bool
happens (Path *path, unsigned ppm)
{
  return luck_below (&path->luck, 1000000) < ppm;
}

static void
enter_queue (Path *path, PathPacket *packet)
{
  int64_t queue = path_queue (path);

  path->queue_most = MAX (path->queue_most, queue);
  path->queue_least = MIN (path->queue_least, queue);
  packet->back_at = TIME_NEVER;
  packet->marked = happens (path, path->mark_ppm) || queue > path->mark_above;
  if (queue + PATH_MSS > path->queue_max || happens (path, path->loss_ppm))
    return;
  path->free_at =
      MAX (path->free_at, path->now) + PATH_MSS * SECOND / path->rate;
  packet->back_at = path->free_at + path->trip;
  if (path->clump > 0)
    packet->back_at += path->clump - packet->back_at % path->clump;
}

static void
count_burst (Path *path)
{
  path->burst = path->burst_at == path->now ? path->burst + 1 : 1;
  path->burst_at = path->now;
  path->burst_most = MAX (path->burst_most, path->burst);
}

static void
send_packet (Path *path)
{
  PathPacket packet = { .sent_at = path->now };

  tcp_rate_send (&path->sampler, &packet.stamp, path->in_flight, PATH_MSS,
                 path->now);
  tcp_pace_send (&path->pace, path->cc.pacing_rate, PATH_MSS, PATH_MSS,
                 path->now);
  enter_queue (path, &packet);
  g_array_append_val (path->packets, packet);
  path->in_flight += PATH_MSS;
  path->flight_most = MAX (path->flight_most, path->in_flight);
  path->sent += PATH_MSS;
  path->to_send -= path->to_send == INT64_MAX ? 0 : PATH_MSS;
  count_burst (path);
}

/* Does a packet leave now? */
static bool
try_to_send (Path *path)
{
  path->cwnd_limited = false;
  if (path->to_send < PATH_MSS)
    {
      if (path->in_flight < path->cc.cwnd)
        tcp_rate_limit (&path->sampler, path->in_flight);
      return false;
    }
  if (path->cc.class->on_send != NULL)
    path->cc.class->on_send (&path->cc, path->in_flight, path->in_flight == 0,
                             path->now);
  if (path->in_flight + PATH_MSS > path->cc.cwnd)
    {
      path->cwnd_limited = true;
      return false;
    }
  if (!tcp_pace_is_due (&path->pace, path->cc.pacing_rate, path->now))
    return false;
  send_packet (path);
  return true;
}

static bool
waits_for_pace (const Path *path)
{
  return path->to_send >= PATH_MSS
         && path->in_flight + PATH_MSS <= path->cc.cwnd;
}

static PathPacket *
nth_packet (Path *path, guint n)
{
  return &g_array_index (path->packets, PathPacket, n);
}

/* The next packet whose ACK will come, or NULL. */
static PathPacket *
next_back (Path *path)
{
  for (guint i = path->first; i < path->packets->len; i++)
    if (nth_packet (path, i)->back_at != TIME_NEVER)
      return nth_packet (path, i);
  return NULL;
}

static void
lose_first (Path *path, TcpAck *ack)
{
  path->first++;
  ack->lost += PATH_MSS;
  path->lost += PATH_MSS;
  tcp_rate_lose (&path->sampler, PATH_MSS);
}

static TcpAck
begin_ack (const Path *path)
{
  return (TcpAck){ .now = path->now,
                   .una = path->sampler.delivered + path->sampler.lost,
                   .nxt = path->sent,
                   .in_flight = path->in_flight,
                   .flight = path->in_flight,
                   .rtt = -1,
                   .srtt = path->srtt,
                   .cwnd_limited = path->cwnd_limited };
}

static void
judge_losses (Path *path, const PathPacket *packet, TcpAck *ack)
{
  TcpCc *cc = &path->cc;

  if (path->recovering && packet->stamp.delivered >= path->recover)
    path->recovering = false;
  if (ack->lost > 0 && !path->recovering)
    {
      path->recovering = true;
      path->recover = path->sampler.delivered;
      cc->class->on_congestion (cc, ack, TCP_SIGN_LOSS);
    }
  if (packet->marked && packet->stamp.delivered >= path->marked_until)
    {
      path->marked_until = path->sampler.delivered;
      cc->class->on_congestion (cc, ack, TCP_SIGN_ECN);
    }
  ack->recovering = path->recovering;
}

static void
take_ack (Path *path, const PathPacket *packet)
{
  TcpAck ack = begin_ack (path);

  while (nth_packet (path, path->first) != packet)
    lose_first (path, &ack);
  path->first++;
  ack.rtt = path->now - packet->sent_at;
  path->srtt =
      path->srtt == 0 ? ack.rtt : path->srtt + (ack.rtt - path->srtt) / 8;
  ack.srtt = path->srtt;
  ack.acked = ack.delivered = PATH_MSS;
  ack.una += ack.acked + ack.lost;
  tcp_rate_deliver (&path->sampler, &packet->stamp, packet->sent_at, PATH_MSS,
                    path->now, &ack.rate);
  tcp_rate_finish (&path->sampler, path->min_rtt, &ack.rate);
  path->min_rtt = path->min_rtt == 0 ? ack.rtt : MIN (path->min_rtt, ack.rtt);
  judge_losses (path, packet, &ack);
  path->in_flight -= ack.delivered + ack.lost;
  path->delivered += ack.delivered;
  path->cc.class->on_ack (&path->cc, &ack);
  path->ack = ack;
}

static void
time_out (Path *path)
{
  TcpAck ack = begin_ack (path);

  path->cc.class->on_timeout (&path->cc, &ack);
  while (path->first < path->packets->len)
    lose_first (path, &ack);
  path->in_flight = 0;
}

bool
path_step (Path *path, Time until)
{
  PathPacket *packet;
  Time at;

  if (try_to_send (path))
    return true;
  packet = next_back (path);
  at = packet != NULL ? packet->back_at : TIME_NEVER;
  if (packet == NULL && path->in_flight > 0)
    at = path->now + TIMEOUT;
  if (waits_for_pace (path))
    at = MIN (at, MAX (path->pace.at, path->now));
  if (at > until)
    {
      path->now = until;
      return false;
    }
  path->now = at;
  if (packet != NULL && at == packet->back_at)
    take_ack (path, packet);
  else if (packet == NULL && path->in_flight > 0 && !waits_for_pace (path))
    time_out (path);
  return true;
}

void
path_run (Path *path, Time time)
{
  Time until = path->now + time;

  while (path_step (path, until))
    continue;
}

const TcpBbr *
path_bbr (const Path *path)
{
  return &path->cc.state.bbr;
}

bool
path_reach (Path *path, TcpBbrState state, Time time)
{
  Time until = path->now + time;

  while (path_bbr (path)->state == state && path_step (path, until))
    continue;
  while (path_bbr (path)->state != state && path_step (path, until))
    continue;
  return path_bbr (path)->state == state;
}

int
path_use (Path *path, Time time)
{
  int64_t before = path->delivered;

  path_run (path, time);
  return (int) ((path->delivered - before) * 100
                / tcp_pace_bytes (path->rate, time));
}
