// SPDX-License-Identifier: MIT
/* BBR's phases on a path without surprises, and what makes it leave them. The
 * default path holds 50 packets in 40 ms. */
#include "tests/unit/path.h"

#include <glib.h>

static void
settle (Path *path)
{
  g_assert_true (path_reach (path, TCP_BBR_PROBE_CRUISE, 5 * SECOND));
}

static void
assert_near (int64_t value, int64_t wanted, int percent)
{
  g_assert_cmpint (value, >=, wanted - wanted * percent / 100);
  g_assert_cmpint (value, <=, wanted + wanted * percent / 100);
}

/* STARTUP */

/* The pace before anything is known: 2.77 initial windows in a trip, of which
 * the handshake told, or else in a millisecond. req: TCP-BBR-2 TCP-BBR-7 */
static void
test_first_pace (void)
{
  Path path;

  path_init (&path, &TCP_CC_BBR);
  path_step (&path, SECOND);
  g_assert_cmpint (path.cc.pacing_rate, ==, 692500);
  path_clear (&path);
  path_init (&path, &TCP_CC_BBR);
  path.cc.srtt = 0;
  path_step (&path, SECOND);
  g_assert_cmpint (path.cc.pacing_rate, ==, 27700000);
  path_clear (&path);
}

/* req: TCP-BBR-2 */
static void
test_startup_doubles (void)
{
  Path path;
  int64_t before = 10 * PATH_MSS, rounds = 1;

  path_init_large (&path);
  path_step (&path, SECOND);
  while (path_queue (&path) < 20 * PATH_MSS)
    {
      path_step (&path, 10 * SECOND);
      if (path_bbr (&path)->rounds == rounds)
        continue;
      rounds = path_bbr (&path)->rounds;
      if (rounds > 2)
        {
          g_assert_cmpint (path.in_flight, >=, before * 17 / 10);
          g_assert_cmpint (path.cc.pacing_rate, <=,
                           path_bbr (&path)->bw * 277 / 100);
        }
      before = path.in_flight;
    }
  g_assert_cmpint (path_bbr (&path)->state, ==, TCP_BBR_STARTUP);
  g_assert_cmpint (rounds, <=, 8);
  path_clear (&path);
}

/* It leaves with the third round that brought no more. req: TCP-BBR-2 */
static void
test_startup_ends (void)
{
  Path path;
  int64_t full = 0;

  path_init (&path, &TCP_CC_BBR);
  while (path_bbr (&path)->state == TCP_BBR_STARTUP)
    {
      g_assert_true (path_step (&path, 5 * SECOND));
      if (full == 0 && path_bbr (&path)->full_bw >= path.rate * 8 / 10)
        full = path_bbr (&path)->rounds;
    }
  g_assert_cmpint (path_bbr (&path)->rounds - full, <=, 3);
  g_assert_cmpint (path_bbr (&path)->state, ==, TCP_BBR_DRAIN);
  assert_near (path_bbr (&path)->bw, path.rate, 2);
  g_assert_cmpint (path.lost, ==, 0);
  path_clear (&path);
}

/* Rounds in which the application had nothing to say prove nothing. req:
 * TCP-BBR-1 TCP-BBR-2 */
static void
test_startup_app_limited (void)
{
  Path path;

  path_init (&path, &TCP_CC_BBR);
  path.to_send = 0;
  for (unsigned i = 0; i < 50; i++)
    {
      path.to_send += 3 * PATH_MSS;
      path_run (&path, 50 * MILLISECOND);
    }
  g_assert_cmpint (path_bbr (&path)->state, ==, TCP_BBR_STARTUP);
  g_assert_false (path_bbr (&path)->full_bw_reached);
  path.to_send = INT64_MAX;
  settle (&path);
  assert_near (path_bbr (&path)->bw, path.rate, 2);
  path_clear (&path);
}

/* A queue too short for what STARTUP does: losses end it, and bound what may
 * be in flight. req: TCP-BBR-2 TCP-BBR-6 */
static void
test_startup_losses (void)
{
  Path path;

  path_init_large (&path);
  path.queue_max = path_bdp (&path) / 10;
  g_assert_true (path_reach (&path, TCP_BBR_DRAIN, 5 * SECOND));
  g_assert_cmpuint (path_bbr (&path)->full_bw_count, <, 3);
  g_assert_cmpint (path_bbr (&path)->inflight_longterm, >=,
                   path_bdp (&path) * 7 / 10);
  g_assert_cmpint (path_bbr (&path)->inflight_longterm, <=,
                   path_bdp (&path) * 3 / 2);
  path_clear (&path);
}

/* Some losses don't: less than 2 %. req: TCP-BBR-2 */
static void
test_startup_few_losses (void)
{
  Path path;

  path_init_large (&path);
  path.loss_ppm = 5000;
  g_assert_true (path_reach (&path, TCP_BBR_DRAIN, 5 * SECOND));
  g_assert_cmpuint (path_bbr (&path)->full_bw_count, ==, 3);
  g_assert_cmpint (path_bbr (&path)->inflight_longterm, ==, TCP_BBR_UNBOUNDED);
  assert_near (path_bbr (&path)->bw, path.rate, 2);
  path_clear (&path);
}

/* DRAIN */

/* Half the bandwidth, until the queue is gone. req: TCP-BBR-3 */
static void
test_drain (void)
{
  Path path;
  int64_t rounds;

  path_init (&path, &TCP_CC_BBR);
  g_assert_true (path_reach (&path, TCP_BBR_DRAIN, 5 * SECOND));
  g_assert_cmpint (path_queue (&path), >, path_bdp (&path));
  assert_near (path.cc.pacing_rate, path.rate / 2, 2);
  rounds = path_bbr (&path)->rounds;
  g_assert_true (path_reach (&path, TCP_BBR_PROBE_CRUISE, SECOND));
  g_assert_cmpint (path_bbr (&path)->rounds - rounds, <=, 3);
  g_assert_cmpint (path_queue (&path), <=, 3 * PATH_MSS);
  path_run (&path, 100 * MILLISECOND);
  path_watch (&path);
  path_run (&path, SECOND);
  g_assert_cmpint (path.queue_most, <=, 2 * PATH_MSS);
  path_clear (&path);
}

/* A queue that does not go away (others fill it) is no reason to wait longer
 * than three rounds. req: TCP-BBR-3 */
static void
test_drain_gives_up (void)
{
  Path path;
  int64_t rounds;

  path_init (&path, &TCP_CC_BBR);
  path.queue_max *= 10;
  g_assert_true (path_reach (&path, TCP_BBR_DRAIN, 5 * SECOND));
  rounds = path_bbr (&path)->rounds;
  path.rate /= 20;
  g_assert_true (path_reach (&path, TCP_BBR_PROBE_DOWN, 60 * SECOND));
  g_assert_cmpint (path_bbr (&path)->rounds - rounds, ==, 4);
  path_clear (&path);
}

/* PROBE_BW */

static const int gains[] = {
  [TCP_BBR_STARTUP] = 277,      [TCP_BBR_DRAIN] = 50,
  [TCP_BBR_PROBE_DOWN] = 90,    [TCP_BBR_PROBE_CRUISE] = 100,
  [TCP_BBR_PROBE_REFILL] = 100, [TCP_BBR_PROBE_UP] = 125,
  [TCP_BBR_PROBE_RTT] = 100,
};

/* What may follow. */
static bool
follows (TcpBbrState from, TcpBbrState to)
{
  if (to == TCP_BBR_PROBE_RTT)
    return from >= TCP_BBR_PROBE_DOWN;
  if (from == TCP_BBR_PROBE_DOWN || from == TCP_BBR_PROBE_RTT)
    return to == TCP_BBR_PROBE_CRUISE;
  if (from == TCP_BBR_PROBE_UP)
    return to == TCP_BBR_PROBE_DOWN;
  return to == from + 1;
}

/* Phases follow each other with their gains; a search for bandwidth comes two
 * to three seconds after the last one (here 51 rounds of 40 ms, as many as the
 * path holds packets, come into it). req: TCP-BBR-4 */
static void
test_cycle (void)
{
  Path path;
  TcpBbrState state = TCP_BBR_PROBE_CRUISE;
  unsigned searches = 0;

  path_init (&path, &TCP_CC_BBR);
  settle (&path);
  while (path_step (&path, 60 * SECOND))
    {
      const TcpBbr *bbr = path_bbr (&path);

      if (bbr->state == state)
        continue;
      g_assert_true (follows (state, bbr->state));
      state = bbr->state;
      assert_near (path.cc.pacing_rate, bbr->bw * gains[state] / 100, 2);
      assert_near (bbr->bw, path.rate, 2);
      if (state != TCP_BBR_PROBE_REFILL)
        continue;
      searches++;
      g_assert_cmpint (path.now - bbr->cycle_at, >=, 2 * SECOND);
      g_assert_cmpint (path.now - bbr->cycle_at, <=, 3100 * MILLISECOND);
    }
  g_assert_cmpuint (searches, >=, 15);
  path_clear (&path);
}

/* The window: twice what the path holds, and more in UP. req: TCP-BBR-4 */
static void
test_windows (void)
{
  Path path;
  int64_t held;

  path_init (&path, &TCP_CC_BBR);
  settle (&path);
  path_run (&path, SECOND);
  held = tcp_pace_bytes (path_bbr (&path)->bw, path_bbr (&path)->min_rtt);
  assert_near (held, path_bdp (&path), 3);
  assert_near (path.cc.cwnd, 2 * held, 3);
  g_assert_true (path_reach (&path, TCP_BBR_PROBE_UP, 5 * SECOND));
  assert_near (path.cc.cwnd, 2 * held, 4);
  path_watch (&path);
  g_assert_true (path_reach (&path, TCP_BBR_PROBE_DOWN, 5 * SECOND));
  g_assert_cmpint (path.flight_most, <=, held * 9 / 4 + 4 * PATH_MSS);
  g_assert_cmpint (path.flight_most, >=, held * 5 / 4);
  path_clear (&path);
}

/* How long from one search to the next, without PROBE_RTT in between. */
static Time
measure_wait (Path *path)
{
  Time began;

  g_assert_true (path_reach (path, TCP_BBR_PROBE_DOWN, 9 * SECOND));
  began = path->now;
  while (path_bbr (path)->state != TCP_BBR_PROBE_REFILL)
    {
      g_assert_true (path_step (path, began + 20 * SECOND));
      if (path_bbr (path)->state == TCP_BBR_PROBE_RTT)
        return measure_wait (path);
    }
  return path->now - began;
}

/* Where Reno would need 20 round trips to grow by what we hold, we don't wait
 * longer; nor ever longer than 63. req: TCP-BBR-4 */
static void
test_reno_coexistence (void)
{
  static const struct
  {
    int64_t rate;
    int rounds;
  } cases[] = { { 2000000, 20 }, { 5000000, 50 }, { 20000000, 63 } };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Path path;
      int64_t rounds;

      path_init (&path, &TCP_CC_BBR);
      path.rate = cases[i].rate;
      path.trip = path.cc.srtt = 10 * MILLISECOND;
      path.queue_max = 4 * path_bdp (&path);
      settle (&path);
      g_assert_true (path_reach (&path, TCP_BBR_PROBE_DOWN, 9 * SECOND));
      rounds = path_bbr (&path)->rounds;
      g_assert_true (path_reach (&path, TCP_BBR_PROBE_REFILL, 9 * SECOND));
      rounds = path_bbr (&path)->rounds - rounds;
      g_assert_cmpint (rounds, >=, cases[i].rounds - 1);
      g_assert_cmpint (rounds, <=, cases[i].rounds + 3);
      path_clear (&path);
    }
}

/* Flows draw their waits, each from its own luck. req: TCP-BBR-4 */
static void
test_waits_differ (void)
{
  Time waits[4][3];

  for (unsigned i = 0; i < 4; i++)
    {
      Path path;

      path_init_large (&path);
      path.cc.luck = i / 2 + 1;
      settle (&path);
      for (unsigned j = 0; j < 3; j++)
        {
          waits[i][j] = measure_wait (&path);
          g_assert_cmpint (waits[i][j], >=, 2 * SECOND);
          g_assert_cmpint (waits[i][j], <=, 3200 * MILLISECOND);
        }
      path_clear (&path);
    }
  for (unsigned j = 0; j < 3; j++)
    {
      g_assert_cmpint (waits[0][j], ==, waits[1][j]);
      g_assert_cmpint (waits[2][j], ==, waits[3][j]);
    }
  g_assert_cmpint (waits[0][0], !=, waits[2][0]);
  g_assert_cmpint (waits[0][0], !=, waits[0][1]);
}

/* Twice as much: found by the next searches. req: TCP-BBR-4 */
static void
test_more_bandwidth (void)
{
  Path path;

  path_init (&path, &TCP_CC_BBR);
  settle (&path);
  path.rate *= 2;
  path_run (&path, 15 * SECOND);
  assert_near (path_bbr (&path)->bw, path.rate, 3);
  g_assert_cmpint (path_use (&path, 5 * SECOND), >=, 93);
  path_clear (&path);
}

/* Half as much: forgotten with the second search, and no queue stays. req:
 * TCP-BBR-4 */
static void
test_less_bandwidth (void)
{
  Path path;

  path_init (&path, &TCP_CC_BBR);
  settle (&path);
  path.rate /= 2;
  path_run (&path, 12 * SECOND);
  assert_near (path_bbr (&path)->bw, path.rate, 3);
  settle (&path);
  g_assert_cmpint (path_queue (&path), <=, 3 * PATH_MSS);
  path_clear (&path);
}

/* PROBE_RTT */

/* Half of what the path holds in flight, for 200 ms and a round, and then the
 * window from before. req: TCP-BBR-5 */
static void
test_probe_rtt (void)
{
  Path path;
  int64_t before;
  Time began;

  path_init (&path, &TCP_CC_BBR);
  settle (&path);
  before = path.cc.cwnd;
  while (path_bbr (&path)->state != TCP_BBR_PROBE_RTT)
    g_assert_true (path_step (&path, 6 * SECOND));
  g_assert_cmpint (path.now, >=, 5 * SECOND);
  g_assert_cmpint (path.now, <=, 5200 * MILLISECOND);
  began = path.now;
  assert_near (path.cc.cwnd, path_bdp (&path) / 2, 3);
  path_run (&path, 60 * MILLISECOND);
  path_watch (&path);
  g_assert_true (path_reach (&path, TCP_BBR_PROBE_CRUISE, SECOND));
  g_assert_cmpint (path.flight_most, <=, path_bdp (&path) * 11 / 20);
  g_assert_cmpint (path.now - began, >=, 200 * MILLISECOND);
  g_assert_cmpint (path.now - began, <=, 300 * MILLISECOND);
  g_assert_cmpint (path.cc.cwnd, >=, before * 95 / 100);
  assert_near (path_bbr (&path)->bw, path.rate, 2);
  path_clear (&path);
}

/* Again five seconds later: the trip is never shorter. It costs little. req:
 * TCP-BBR-5 */
static void
test_probe_rtt_again (void)
{
  Path path;
  unsigned times = 0;
  bool in = false;

  path_init (&path, &TCP_CC_BBR);
  while (path_step (&path, 60 * SECOND))
    {
      bool now_in = path_bbr (&path)->state == TCP_BBR_PROBE_RTT;

      times += now_in && !in;
      in = now_in;
    }
  g_assert_cmpuint (times, >=, 10);
  g_assert_cmpuint (times, <=, 12);
  g_assert_cmpint (path_use (&path, 20 * SECOND), >=, 94);
  path_clear (&path);
}

/* The path becomes longer: known after ten seconds; shorter: at once. req:
 * TCP-BBR-5 */
static void
test_min_rtt (void)
{
  Path path;

  path_init (&path, &TCP_CC_BBR);
  settle (&path);
  assert_near (path_bbr (&path)->min_rtt, 41 * MILLISECOND, 1);
  path.trip = 60 * MILLISECOND;
  path_run (&path, 4 * SECOND);
  assert_near (path_bbr (&path)->min_rtt, 41 * MILLISECOND, 1);
  path_run (&path, 11 * SECOND);
  assert_near (path_bbr (&path)->min_rtt, 61 * MILLISECOND, 3);
  g_assert_cmpint (path_use (&path, 5 * SECOND), >=, 90);
  path.trip = 20 * MILLISECOND;
  path_run (&path, SECOND);
  assert_near (path_bbr (&path)->min_rtt, 21 * MILLISECOND, 5);
  path_clear (&path);
}

/* Silence shows the trip as well: no need to be slow for it. req: TCP-BBR-5
 * TCP-BBR-7 */
static void
test_no_probe_after_silence (void)
{
  Path path;

  path_init (&path, &TCP_CC_BBR);
  path_run (&path, SECOND);
  for (unsigned i = 0; i < 5; i++)
    {
      path.to_send = 0;
      path_run (&path, 6 * SECOND);
      g_assert_cmpint (path.in_flight, ==, 0);
      path.to_send = 200 * PATH_MSS;
      while (path_step (&path, path.now + SECOND))
        g_assert_cmpint (path_bbr (&path)->state, !=, TCP_BBR_PROBE_RTT);
    }
  path_clear (&path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bbr/first-pace", test_first_pace);
  g_test_add_func ("/bbr/startup-doubles", test_startup_doubles);
  g_test_add_func ("/bbr/startup-ends", test_startup_ends);
  g_test_add_func ("/bbr/startup-app-limited", test_startup_app_limited);
  g_test_add_func ("/bbr/startup-losses", test_startup_losses);
  g_test_add_func ("/bbr/startup-few-losses", test_startup_few_losses);
  g_test_add_func ("/bbr/drain", test_drain);
  g_test_add_func ("/bbr/drain-gives-up", test_drain_gives_up);
  g_test_add_func ("/bbr/cycle", test_cycle);
  g_test_add_func ("/bbr/windows", test_windows);
  g_test_add_func ("/bbr/reno-coexistence", test_reno_coexistence);
  g_test_add_func ("/bbr/waits-differ", test_waits_differ);
  g_test_add_func ("/bbr/more-bandwidth", test_more_bandwidth);
  g_test_add_func ("/bbr/less-bandwidth", test_less_bandwidth);
  g_test_add_func ("/bbr/probe-rtt", test_probe_rtt);
  g_test_add_func ("/bbr/probe-rtt-again", test_probe_rtt_again);
  g_test_add_func ("/bbr/min-rtt", test_min_rtt);
  g_test_add_func ("/bbr/no-probe-after-silence", test_no_probe_after_silence);
  return g_test_run ();
}
