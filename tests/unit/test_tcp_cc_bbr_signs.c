// SPDX-License-Identifier: MIT
/* What BBR makes of losses, marks, timeouts and silence. */
#include "tests/unit/path.h"

#include <glib.h>

static void
run_until (Path *path, TcpBbrState state)
{
  g_assert_true (path_reach (path, state, 20 * SECOND));
}

static void
settle (Path *path)
{
  run_until (path, TCP_BBR_PROBE_CRUISE);
  path_run (path, 300 * MILLISECOND);
  g_assert_cmpint (path_bbr (path)->state, ==, TCP_BBR_PROBE_CRUISE);
}

/* Losses */

static int
use_with_losses (const TcpCcClass *class, unsigned loss_ppm)
{
  Path path;
  int use;

  path_init_large (&path);
  path.cc.class = class;
  class->init (&path.cc);
  path.loss_ppm = loss_ppm;
  use = path_use (&path, 40 * SECOND);
  path_clear (&path);
  return use;
}

/* One lost packet in a hundred costs one percent; Reno is down to a few. req:
 * TCP-BBR-6 */
static void
test_random_loss (void)
{
  int clean = use_with_losses (&TCP_CC_BBR, 0);

  g_assert_cmpint (clean, >=, 94);
  g_assert_cmpint (use_with_losses (&TCP_CC_BBR, 1000), >=, clean - 1);
  g_assert_cmpint (use_with_losses (&TCP_CC_BBR, 10000), >=, 90);
  g_assert_cmpint (use_with_losses (&TCP_CC_RENO, 10000), <=, 5);
}

/* More than 2 %: each search ends at once, and bounds what may be in flight to
 * less. req: TCP-BBR-6 */
static void
test_heavy_loss (void)
{
  Path path;
  int64_t bound = TCP_BBR_UNBOUNDED;

  path_init_large (&path);
  settle (&path);
  g_assert_cmpint (path_bbr (&path)->inflight_longterm, ==, TCP_BBR_UNBOUNDED);
  path.loss_ppm = 40000;
  for (unsigned i = 0; i < 4; i++)
    {
      run_until (&path, TCP_BBR_PROBE_UP);
      run_until (&path, TCP_BBR_PROBE_DOWN);
      g_assert_cmpint (path_bbr (&path)->inflight_longterm, <, bound);
      bound = path_bbr (&path)->inflight_longterm;
    }
  g_assert_cmpint (bound, <, path_bdp (&path) * 9 / 10);
  g_assert_cmpint (path_use (&path, 10 * SECOND), <, 70);
  path_clear (&path);
}

/* One burst of losses in STARTUP, told by one ACK, does not end it. req:
 * TCP-BBR-2 */
static void
test_burst_of_losses (void)
{
  Path path;

  path_init_large (&path);
  path_run (&path, 550 * MILLISECOND);
  path.loss_ppm = 1000000;
  path_run (&path, 8 * MILLISECOND);
  path.loss_ppm = 0;
  path_run (&path, 230 * MILLISECOND);
  g_assert_cmpint (path.lost, >=, 15 * PATH_MSS);
  g_assert_cmpint (path_bbr (&path)->state, ==, TCP_BBR_STARTUP);
  path_clear (&path);
}

/* A shallow queue bounds what is in flight to the path and the queue, and in
 * CRUISE leaves room for others. req: TCP-BBR-4 TCP-BBR-6 */
static void
test_shallow_queue (void)
{
  Path path;
  int64_t held;

  path_init_large (&path);
  path.queue_max = path_bdp (&path) / 5;
  path_run (&path, 15 * SECOND);
  run_until (&path, TCP_BBR_PROBE_CRUISE);
  held = path_bdp (&path) + path.queue_max;
  g_assert_cmpint (path_bbr (&path)->inflight_longterm, >=, held * 9 / 10);
  g_assert_cmpint (path_bbr (&path)->inflight_longterm, <=, held * 11 / 10);
  g_assert_cmpint (path.cc.cwnd, <=,
                   path_bbr (&path)->inflight_longterm * 86 / 100);
  g_assert_cmpint (path_use (&path, 20 * SECOND), >=, 90);
  g_assert_cmpint (path.lost, <=, path.sent / 100);
  path_clear (&path);
}

/* The bound rises again when there is room, ever faster, up to 2.25 times what
 * the path holds. req: TCP-BBR-4 */
static void
test_bound_rises (void)
{
  Path path;
  int64_t bound;

  path_init_large (&path);
  path.queue_max = path_bdp (&path) / 20;
  path_run (&path, 10 * SECOND);
  run_until (&path, TCP_BBR_PROBE_CRUISE);
  bound = path_bbr (&path)->inflight_longterm;
  g_assert_cmpint (bound, <=, path_bdp (&path) * 12 / 10);
  path.queue_max = 4 * path_bdp (&path);
  run_until (&path, TCP_BBR_PROBE_UP);
  path_watch (&path);
  run_until (&path, TCP_BBR_PROBE_DOWN);
  g_assert_cmpint (path_bbr (&path)->inflight_longterm, >, bound * 3 / 2);
  g_assert_cmpint (path.flight_most, >=, path_bdp (&path) * 215 / 100);
  g_assert_cmpint (path.flight_most, <=, path_bdp (&path) * 230 / 100);
  path_clear (&path);
}

/* A round with many losses outside of a search: 0.7 of the bandwidth, or what
 * still got through, until the next search. req: TCP-BBR-6 */
static void
test_shortterm (void)
{
  Path path;
  int64_t bw, cwnd;

  path_init_large (&path);
  settle (&path);
  bw = path_bbr (&path)->bw;
  cwnd = path.cc.cwnd;
  path.loss_ppm = 500000;
  path_run (&path, 180 * MILLISECOND);
  path.loss_ppm = 0;
  path_run (&path, 250 * MILLISECOND);
  g_assert_cmpint (path_bbr (&path)->bw_shortterm, <, bw);
  g_assert_cmpint (path_bbr (&path)->bw_shortterm, >=, bw * 49 / 100);
  g_assert_cmpint (path_bbr (&path)->bw, ==, path_bbr (&path)->bw_shortterm);
  g_assert_cmpint (path.cc.cwnd, <=, cwnd * 71 / 100);
  g_assert_cmpint (path_bbr (&path)->inflight_longterm, ==, TCP_BBR_UNBOUNDED);
  run_until (&path, TCP_BBR_PROBE_REFILL);
  g_assert_cmpint (path_bbr (&path)->bw_shortterm, ==, TCP_BBR_UNBOUNDED);
  g_assert_cmpint (path_bbr (&path)->inflight_shortterm, ==, TCP_BBR_UNBOUNDED);
  path_clear (&path);
}

/* A round with few changes nothing. req: TCP-BBR-6 */
static void
test_few_losses (void)
{
  Path path;

  path_init_large (&path);
  settle (&path);
  path.loss_ppm = 10000;
  path_run (&path, SECOND);
  g_assert_cmpint (path.lost, >, 50 * PATH_MSS);
  g_assert_cmpint (path_bbr (&path)->bw_shortterm, ==, TCP_BBR_UNBOUNDED);
  path_clear (&path);
}

/* What gets through in PROBE_RTT is little because we send little: losses then
 * are no measure. req: TCP-BBR-5 TCP-BBR-6 */
static void
test_losses_in_probe_rtt (void)
{
  Path path;

  path_init_large (&path);
  run_until (&path, TCP_BBR_PROBE_RTT);
  path.loss_ppm = 50000;
  run_until (&path, TCP_BBR_PROBE_CRUISE);
  path.loss_ppm = 0;
  path_run (&path, 300 * MILLISECOND);
  g_assert_cmpint (path.lost, >, 20 * PATH_MSS);
  g_assert_cmpint (path_bbr (&path)->bw_shortterm, ==, TCP_BBR_UNBOUNDED);
  path_clear (&path);
}

/* Marks */

/* 30 % less for each round with a mark, down to a window of four. req:
 * TCP-BBR-6 */
static void
test_marks_slow_down (void)
{
  Path path;
  int64_t bw;

  path_init_large (&path);
  settle (&path);
  bw = path_bbr (&path)->bw;
  path.mark_ppm = 1000000;
  path_run (&path, 350 * MILLISECOND);
  g_assert_cmpint (path_bbr (&path)->bw, <=, bw * 71 / 100);
  g_assert_cmpint (path_bbr (&path)->bw, >=, bw * 49 / 100 - 1);
  path_run (&path, 300 * MILLISECOND);
  g_assert_cmpint (path_bbr (&path)->bw, <=, bw * 25 / 100);
  g_assert_cmpint (path_use (&path, 30 * SECOND), <=, 15);
  g_assert_cmpint (path.cc.cwnd, >=, 4 * PATH_MSS);
  g_assert_cmpint (path.cc.pacing_rate, >=, 4 * PATH_MSS * 10 * 9 / 10);
  g_assert_cmpint (path.lost, ==, 0);
  path_clear (&path);
}

/* Without marks it finds the bandwidth again. req: TCP-BBR-6 */
static void
test_marks_end (void)
{
  Path path;

  path_init_large (&path);
  settle (&path);
  path.mark_ppm = 1000000;
  path_run (&path, SECOND);
  path.mark_ppm = 0;
  path_run (&path, 6 * SECOND);
  g_assert_cmpint (path_use (&path, 4 * SECOND), >=, 85);
  path_clear (&path);
}

/* A mark ends STARTUP, and a search: the queue stays short, nothing is lost.
 * req: TCP-BBR-2 TCP-BBR-6 */
static void
test_marks_end_search (void)
{
  Path path;

  path_init_large (&path);
  path.mark_above = path_bdp (&path) / 10;
  run_until (&path, TCP_BBR_DRAIN);
  g_assert_cmpuint (path_bbr (&path)->full_bw_count, <, 3);
  g_assert_cmpint (path_bbr (&path)->inflight_longterm, <, TCP_BBR_UNBOUNDED);
  settle (&path);
  path_watch (&path);
  run_until (&path, TCP_BBR_PROBE_UP);
  run_until (&path, TCP_BBR_PROBE_DOWN);
  g_assert_cmpint (path.queue_most, <=, path_bdp (&path) / 2);
  g_assert_cmpint (path.lost, ==, 0);
  path_clear (&path);
}

/* Silence */

/* After ten minutes: a quantum at once, and then the bandwidth. req:
 * TCP-BBR-7 */
static void
test_restart (void)
{
  Path path;
  int64_t quantum;

  path_init_large (&path);
  settle (&path);
  quantum = tcp_pace_quantum (path.cc.pacing_rate, PATH_MSS);
  path.to_send = 0;
  path_run (&path, 600 * SECOND);
  g_assert_cmpint (path.in_flight, ==, 0);
  path.to_send = INT64_MAX;
  path_watch (&path);
  path_run (&path, 90 * MILLISECOND);
  g_assert_cmpint (path.burst_most, <=, quantum / PATH_MSS + 1);
  g_assert_cmpint (path.in_flight, <=, path.rate * 92 / 1000 + quantum);
  g_assert_cmpint (path.in_flight, >=, path.rate * 80 / 1000);
  g_assert_cmpint (path.queue_most, <=, 2 * quantum);
  path_clear (&path);
}

/* In the middle of a search, too: at the bandwidth, not above. req:
 * TCP-BBR-7 */
static void
test_restart_in_search (void)
{
  Path path;

  path_init_large (&path);
  settle (&path);
  run_until (&path, TCP_BBR_PROBE_UP);
  path.to_send = 0;
  path_run (&path, SECOND);
  g_assert_cmpint (path_bbr (&path)->state, ==, TCP_BBR_PROBE_UP);
  path.to_send = INT64_MAX;
  path_run (&path, 10 * MILLISECOND);
  g_assert_cmpint (path.cc.pacing_rate, <=, path.rate);
  path_clear (&path);
}

/* Of a trickle nothing is learned: the bandwidth stays. req: TCP-BBR-1 */
static void
test_trickle (void)
{
  Path path;
  int64_t bw;

  path_init_large (&path);
  settle (&path);
  bw = path_bbr (&path)->bw;
  path.to_send = 0;
  for (unsigned i = 0; i < 300; i++)
    {
      path.to_send += 5 * PATH_MSS;
      path_run (&path, 100 * MILLISECOND);
    }
  g_assert_cmpint (path_bbr (&path)->bw, >=, bw * 99 / 100);
  path_clear (&path);
}

/* Timeouts */

/* Everything is lost: one segment, and the window back when all is repaired.
 * req: TCP-CC-6 TCP-BBR-6 */
static void
test_timeout (void)
{
  Path path;
  int64_t cwnd, delivered;

  path_init_large (&path);
  settle (&path);
  cwnd = path.cc.cwnd;
  path.loss_ppm = 1000000;
  path_run (&path, 300 * MILLISECOND);
  path.loss_ppm = 0;
  delivered = path.delivered;
  while (path.cc.cwnd > PATH_MSS)
    g_assert_true (path_step (&path, 20 * SECOND));
  g_assert_cmpint (path.cc.cwnd, ==, PATH_MSS);
  while (path.delivered == delivered)
    g_assert_true (path_step (&path, 20 * SECOND));
  g_assert_cmpint (path.cc.cwnd, >=, cwnd * 9 / 10);
  g_assert_cmpint (path_use (&path, 15 * SECOND), >=, 85);
  path_clear (&path);
}

/* It was for nothing: what follows from it is taken back. */
static void
test_undo (void)
{
  Path path;
  TcpAck ack = { .rtt = -1 };

  path_init_large (&path);
  settle (&path);
  path.cc.class->on_congestion (&path.cc, &ack, TCP_SIGN_LOSS);
  g_assert_true (path_bbr (&path)->loss_in_round);
  path.cc.class->on_timeout (&path.cc, &ack);
  path.cc.cwnd = path_bbr (&path)->prior_cwnd;
  path.cc.class->on_undo (&path.cc, &ack);
  g_assert_false (path_bbr (&path)->loss_in_round);
  g_assert_false (path_bbr (&path)->full_bw_now);
  g_assert_true (path_bbr (&path)->full_bw_reached);
  g_assert_cmpint (path_use (&path, 10 * SECOND), >=, 92);
  path_clear (&path);
}

/* ACKs in clumps of 25 ms: the window has room for what waits for them. */
static void
test_clumps (void)
{
  Path path;

  path_init (&path, &TCP_CC_BBR);
  path.clump = 25 * MILLISECOND;
  path_run (&path, 3 * SECOND);
  g_assert_cmpint (path_use (&path, 30 * SECOND), >=, 85);
  path_clear (&path);
}

/* A modem: never less than four segments, and it goes on. */
static void
test_slow_path (void)
{
  Path path;

  path_init (&path, &TCP_CC_BBR);
  path.rate = 2000;
  path.queue_max = 30 * PATH_MSS;
  path_run (&path, 60 * SECOND);
  g_assert_cmpint (path_use (&path, 60 * SECOND), >=, 85);
  g_assert_cmpint (path.cc.cwnd, >=, 4 * PATH_MSS);
  path_clear (&path);
}

/* Whatever the path does: it goes on, within the limits of numbers (UBSan
 * looks on). */
static void
test_any_path (void)
{
  for (unsigned seed = 1; seed <= luck_rounds (40, 20); seed++)
    {
      Luck luck = { seed };
      Path path;

      path_init (&path, &TCP_CC_BBR);
      for (unsigned i = 0; i < 30; i++)
        {
          path.rate =
              1000 + luck_below (&luck, 1u << (10 + luck_below (&luck, 14)));
          path.trip = 1 + luck_below (&luck, 1u << luck_below (&luck, 29));
          path.queue_max = (1 + luck_below (&luck, 100)) * PATH_MSS;
          path.loss_ppm =
              luck_below (&luck, 3) == 0 ? luck_below (&luck, 300000) : 0;
          path.mark_ppm =
              luck_below (&luck, 4) == 0 ? luck_below (&luck, 10000) : 0;
          path.clump =
              luck_below (&luck, 4) == 0 ? luck_below (&luck, 30000000) : 0;
          path.to_send = luck_below (&luck, 2) == 0
                             ? INT64_MAX
                             : luck_below (&luck, 1000000);
          path_run (&path, luck_below (&luck, 3000) * MILLISECOND);
          g_assert_cmpint (path.cc.cwnd, >=, PATH_MSS);
          g_assert_cmpint (path.cc.cwnd, <=, INT64_C (1) << 40);
          g_assert_cmpint (path.cc.pacing_rate, >, 0);
          g_assert_cmpint (path.cc.pacing_rate, <=, TCP_PACE_RATE_MAX);
          g_assert_cmpint (path_bbr (&path)->inflight_longterm, >, 0);
        }
      path_clear (&path);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bbr/random-loss", test_random_loss);
  g_test_add_func ("/bbr/heavy-loss", test_heavy_loss);
  g_test_add_func ("/bbr/burst-of-losses", test_burst_of_losses);
  g_test_add_func ("/bbr/shallow-queue", test_shallow_queue);
  g_test_add_func ("/bbr/bound-rises", test_bound_rises);
  g_test_add_func ("/bbr/shortterm", test_shortterm);
  g_test_add_func ("/bbr/few-losses", test_few_losses);
  g_test_add_func ("/bbr/losses-in-probe-rtt", test_losses_in_probe_rtt);
  g_test_add_func ("/bbr/marks-slow-down", test_marks_slow_down);
  g_test_add_func ("/bbr/marks-end", test_marks_end);
  g_test_add_func ("/bbr/marks-end-search", test_marks_end_search);
  g_test_add_func ("/bbr/restart", test_restart);
  g_test_add_func ("/bbr/restart-in-search", test_restart_in_search);
  g_test_add_func ("/bbr/trickle", test_trickle);
  g_test_add_func ("/bbr/timeout", test_timeout);
  g_test_add_func ("/bbr/undo", test_undo);
  g_test_add_func ("/bbr/clumps", test_clumps);
  g_test_add_func ("/bbr/slow-path", test_slow_path);
  g_test_add_func ("/bbr/any-path", test_any_path);
  return g_test_run ();
}
