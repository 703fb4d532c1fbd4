// SPDX-License-Identifier: MIT
/* How CUBIC starts: HyStart++ the first time, slow start later. */
#include "tests/unit/bulk.h"

/* Slow start after the first one knows no HyStart++ and counts at most two
 * segments an ACK, after a timeout one. req: TCP-HSS-4 TCP-CC-3 TCP-CC-5 */
static void
test_later_slow_start (void)
{
  Flow f = flow_at (1000, 100 * MILLISECOND, 1000);
  TcpAck ack;

  flow_loses (&f);
  f.cc.cwnd = 10000;
  flow_takes (&f, 8000);
  g_assert_cmpint (f.cc.cwnd, ==, 12000);
  /* Round trips that grow mean nothing. */
  for (int trip = 0; trip < 3; trip++)
    {
      int64_t before = f.cc.cwnd;

      f.rtt += 100 * MILLISECOND;
      flow_trips (&f, (int) (before / 1000));
      g_assert_cmpint (f.cc.cwnd, ==, 2 * before);
    }
  ack = flow_ack (&f, 0);
  f.cc.class->on_timeout (&f.cc, &ack);
  flow_takes (&f, 2000);
  g_assert_cmpint (f.cc.cwnd, ==, 2000);
}

/* Without a loss: HyStart++ ends it, and this window is the maximum.
 * req: TCP-CUB-7 TCP-HSS-2 TCP-HSS-3 TCP-CC-7 */
static void
test_first_slow_start (void)
{
  Flow f = flow_new (1000, 40 * MILLISECOND);
  int trips = 0;
  double start, t = 0;

  g_assert_cmpint (f.cc.ssthresh, ==, INT64_MAX);
  for (int trip = 0; trip < 3; trip++)
    flow_trips (&f, (int) segments (&f));
  g_assert_cmpint (f.cc.cwnd, ==, 80000);
  for (f.rtt = 60 * MILLISECOND; f.cc.ssthresh == INT64_MAX; trips++)
    flow_trips (&f, (int) segments (&f));
  /* The first of them is no whole round: one ACK of it is of the last. */
  g_assert_cmpint (trips, ==, 6);
  g_assert_cmpint (f.cc.ssthresh, <=, f.cc.cwnd);
  g_assert_cmpint (f.cc.state.cubic.w_max, ==, f.cc.ssthresh);
  g_assert_cmpint (f.cc.state.cubic.prior, ==, f.cc.ssthresh);
  g_assert_cmpint (f.cc.state.cubic.k, ==, 0);
  /* Convex from here on, and at least what Reno adds. */
  start = segments (&f);
  while (t < 5)
    {
      double reno = start + t / 0.06, cubic = start + 0.4 * pow (t, 3);

      is_within (segments (&f), fmax (reno, cubic), 0.05);
      flow_trips (&f, 100);
      t += 0.06;
    }
}

/* A mark ends the first slow start as a loss does. req: TCP-HSS-3 */
static void
test_mark_in_slow_start (void)
{
  Flow f = flow_new (1000, 40 * MILLISECOND);
  TcpAck ack;

  flow_trips (&f, 10);
  ack = flow_ack (&f, 0);
  f.cc.class->on_congestion (&f.cc, &ack, TCP_SIGN_ECN);
  g_assert_cmpint (f.cc.cwnd, ==, 14000);
  flow_trips (&f, 14);
  g_assert_cmpint (f.cc.cwnd, <, 16000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tcp_cc_start/later-slow-start", test_later_slow_start);
  g_test_add_func ("/tcp_cc_start/first-slow-start", test_first_slow_start);
  g_test_add_func ("/tcp_cc_start/mark-in-slow-start", test_mark_in_slow_start);
  return g_test_run ();
}
