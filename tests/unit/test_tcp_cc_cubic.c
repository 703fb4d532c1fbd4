// SPDX-License-Identifier: MIT
/* RFC 9438 in floating point, segments and seconds, against the integers. */
#include "tests/unit/bulk.h"
#include "tests/unit/luck.h"

#define C     0.4
#define BETA  0.7
#define ALPHA (3 * (1 - BETA) / (1 + BETA))

/* From one loss on, twice as far as back to the maximum. What a window is
 * once the round trip is over is what the curve says of that time. */
static void
follow (int64_t mss, Time rtt, int64_t maximum)
{
  Flow f = flow_at (mss, rtt, maximum);
  double w_max = (double) maximum, start = w_max * BETA;
  double k = cbrt ((w_max - start) / C), r = (double) rtt / 1e9;

  flow_loses (&f);
  is_within (segments (&f), start, 0.0001);
  g_assert_cmpint (f.cc.ssthresh, ==, f.cc.cwnd);
  for (double t = 0; t < 2 * k; t += r)
    {
      double w_cubic;

      flow_trips (&f, 50);
      w_cubic = C * pow (t + r - k, 3) + w_max;
      is_within (segments (&f), w_cubic, 0.05);
    }
}

/* req: TCP-CUB-1 TCP-CUB-3 */
static void
test_closed_form (void)
{
  follow (1000, 100 * MILLISECOND, 1000);
  follow (1460, 100 * MILLISECOND, 10000);
  follow (1460, 50 * MILLISECOND, 50000);
  follow (536, 200 * MILLISECOND, 300);
  follow (8960, 20 * MILLISECOND, 20000);
  follow (65495, 300 * MILLISECOND, 16000);
  follow (48, 300 * MILLISECOND, 1000000);
}

/* The plateau: around K the window hardly moves. req: TCP-CUB-1 */
static void
test_plateau (void)
{
  Flow f = flow_at (1000, 100 * MILLISECOND, 1000);
  double k = cbrt (300 / C);
  Time loss = f.now;

  flow_loses (&f);
  while ((double) (f.now - loss) / 1e9 < k - 1)
    flow_trips (&f, 100);
  is_within (segments (&f), 1000, 0.002);
  while ((double) (f.now - loss) / 1e9 < k + 1)
    flow_trips (&f, 100);
  is_within (segments (&f), 1000, 0.002);
}

/* How the ACKs are cut does not matter. req: TCP-CUB-3 */
static void
test_stretched (void)
{
  static const int parts[] = { 1, 2, 10, 500, 3000 };

  for (unsigned i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      Flow f = flow_at (1460, 100 * MILLISECOND, 1000);

      flow_loses (&f);
      for (int trip = 0; trip < 60; trip++)
        flow_trips (&f, parts[i]);
      is_within (segments (&f), 1000 + C * pow (6 - cbrt (300 / C), 3), 0.02);
    }
}

/* However far the curve is: half a window a round trip. req: TCP-CUB-3 */
static void
test_clamp (void)
{
  Flow f = flow_at (1000, 10 * SECOND, 100);

  flow_loses (&f);
  for (int trip = 0; trip < 10; trip++)
    {
      double before = segments (&f);

      flow_trips (&f, 1);
      g_assert_cmpfloat (segments (&f), <=, before * 1.5);
      g_assert_cmpfloat (segments (&f), >=, before);
      if (trip > 3)
        is_within (segments (&f), before * 1.5, 0.001);
    }
}

/* With a short round trip the curve is slower than Reno: its estimate counts,
 * by ALPHA a round trip until the window before the loss, then by 1.
 * req: TCP-CUB-2 */
static void
test_reno_friendly (void)
{
  Flow f = flow_at (1000, 10 * MILLISECOND, 100);
  double w_est = 70;

  flow_loses (&f);
  for (int trip = 0; trip < 120; trip++)
    {
      flow_trips (&f, 50);
      w_est += w_est < 100 ? ALPHA : 1;
      is_within (segments (&f), w_est, 0.02);
    }
  g_assert_cmpfloat (w_est, >, 150);
}

/* Never below the estimate, in whichever region. req: TCP-CUB-2 */
static void
test_never_below_reno (void)
{
  Luck luck = { 2 };

  for (unsigned i = 0; i < luck_rounds (100, 10); i++)
    {
      Time rtt = (Time) luck_below (&luck, 300) * MILLISECOND + 1;
      Flow f = flow_at (1460, rtt, 2 + (int64_t) luck_below (&luck, 5000));
      double w_max = segments (&f), w_est;

      flow_loses (&f);
      w_est = segments (&f);
      for (int trip = 0; trip < 100; trip++)
        {
          flow_trips (&f, 20);
          /* The window that ALPHA is divided by may be the larger one. */
          if (w_est >= segments (&f) - 1)
            w_est += w_est < w_max ? ALPHA : 1;
          g_assert_cmpfloat (segments (&f), >=, w_est * 0.95);
        }
    }
}

/* Lost below the last maximum: the next is lower still. req: TCP-CUB-4 */
static void
test_fast_convergence (void)
{
  Flow f = flow_at (1000, 100 * MILLISECOND, 1000);

  flow_loses (&f);
  g_assert_cmpint (f.cc.state.cubic.w_max, ==, 1000000);
  flow_trips (&f, 100);
  f.cc.cwnd = 800000;
  flow_loses (&f);
  g_assert_cmpint (f.cc.state.cubic.w_max, ==, 680000);
  g_assert_cmpint (f.cc.cwnd, ==, 560000);
  /* At or above it: no reason to. */
  f.cc.cwnd = 680000;
  flow_loses (&f);
  g_assert_cmpint (f.cc.state.cubic.w_max, ==, 680000);
}

/* The curve's time is the time in which the window was used.
 * req: TCP-CUB-5 */
static void
test_unused_time (void)
{
  Flow f = flow_at (1000, 100 * MILLISECOND, 1000), twin;
  int64_t before;

  flow_loses (&f);
  for (int trip = 0; trip < 20; trip++)
    flow_trips (&f, 100);
  twin = f;
  before = f.cc.cwnd;
  /* 30 s of ACKs for little ... */
  for (int i = 0; i < 300; i++)
    {
      TcpAck ack;

      f.now += 100 * MILLISECOND;
      ack = flow_ack (&f, 1000);
      ack.cwnd_limited = false;
      f.cc.class->on_ack (&f.cc, &ack);
    }
  g_assert_cmpint (f.cc.cwnd, ==, before);
  flow_trips (&f, 100);
  flow_trips (&twin, 100);
  g_assert_cmpint (f.cc.cwnd, ==, twin.cc.cwnd);
  /* ... and 30 s of nothing. */
  f.now += 30 * SECOND;
  f.cc.class->on_send (&f.cc, 0, true, f.now);
  flow_trips (&f, 100);
  flow_trips (&twin, 100);
  g_assert_cmpint (f.cc.cwnd, ==, twin.cc.cwnd);
}

/* By FlightSize; at least two segments for a loss, one for a mark.
 * req: TCP-CUB-6 TCP-CC-8 */
static void
test_reduction (void)
{
  static const struct
  {
    int64_t flight;
    TcpCcSign sign;
    int64_t cwnd, ssthresh;
  } rows[] = {
    { 50000, TCP_SIGN_LOSS, 35000, 35000 },
    { 50000, TCP_SIGN_ECN, 35000, 35000 },
    { 3000, TCP_SIGN_LOSS, 2100, 2100 },
    { 2000, TCP_SIGN_LOSS, 2000, 2000 },
    { 2000, TCP_SIGN_ECN, 1400, 2000 },
    { 1000, TCP_SIGN_LOSS, 2000, 2000 },
    { 1000, TCP_SIGN_ECN, 1000, 2000 },
    { 1, TCP_SIGN_ECN, 1000, 2000 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Flow f = flow_at (1000, 100 * MILLISECOND, 100);
      TcpAck ack = flow_ack (&f, 0);

      ack.flight = rows[i].flight;
      f.cc.class->on_congestion (&f.cc, &ack, rows[i].sign);
      g_assert_cmpint (f.cc.cwnd, ==, rows[i].cwnd);
      g_assert_cmpint (f.cc.ssthresh, ==, rows[i].ssthresh);
    }
}

/* One segment, slow start up to 0.7 of the flight, then from there as if
 * there had been nothing before. req: TCP-CUB-7 TCP-CUB-8 TCP-RTO-11 */
static void
test_timeout (void)
{
  Flow f = flow_at (1000, 100 * MILLISECOND, 1000);
  TcpAck ack;
  double t = 0, start;

  flow_loses (&f);
  f.cc.cwnd = 400000;
  ack = flow_ack (&f, 0);
  f.cc.class->on_timeout (&f.cc, &ack);
  g_assert_cmpint (f.cc.cwnd, ==, 1000);
  g_assert_cmpint (f.cc.ssthresh, ==, 280000);
  while (f.cc.cwnd < f.cc.ssthresh)
    {
      double before = segments (&f);

      flow_trips (&f, (int) before);
      g_assert_cmpfloat (segments (&f), <=, 2 * before + 1);
      if (f.cc.cwnd < f.cc.ssthresh)
        g_assert_cmpfloat (segments (&f), >=, 2 * before - 1);
    }
  start = segments (&f);
  while (t < 10)
    {
      flow_trips (&f, 100);
      t += 0.1;
      is_within (segments (&f), start + C * pow (t, 3), 0.05);
    }
}

/* While losses are repaired the window is not CUBIC's. */
static void
test_recovering (void)
{
  Flow f = flow_at (1000, 40 * MILLISECOND, 100);
  TcpAck ack;

  flow_loses (&f);
  for (int i = 0; i < 50; i++)
    {
      f.now += 10 * MILLISECOND;
      ack = flow_ack (&f, 1000);
      ack.recovering = true;
      f.cc.class->on_ack (&f.cc, &ack);
    }
  g_assert_cmpint (f.cc.cwnd, ==, 70000);
  g_assert_false (f.cc.state.cubic.in_stage);
}

/* The state is a value: what was saved before a reduction goes on where it
 * was. req: TCP-CUB-9 */
static void
test_undo (void)
{
  Flow f = flow_at (1000, 100 * MILLISECOND, 1000), twin;

  flow_loses (&f);
  for (int trip = 0; trip < 30; trip++)
    flow_trips (&f, 100);
  twin = f;
  flow_loses (&f);
  g_assert_cmpint (f.cc.cwnd, <, twin.cc.cwnd);
  f.cc = twin.cc;
  for (int trip = 0; trip < 30; trip++)
    {
      flow_trips (&f, 100);
      flow_trips (&twin, 100);
      g_assert_cmpint (f.cc.cwnd, ==, twin.cc.cwnd);
    }
}

/* Anything at any time, up to what TCP can offer and for a hundred years:
 * UBSan watches, and the window stays within its bounds. req: TCP-CUB-10 */
static void
test_bounds (void)
{
  static const int64_t sizes[] = { 28, 48, 1460, 65495 };
  const int64_t largest = (int64_t) 1 << 30;
  Luck luck = { 3 };

  for (unsigned i = 0; i < luck_rounds (20000, 10); i++)
    {
      Flow f = flow_new (sizes[luck_below (&luck, 4)], 0);
      int64_t units[] = { 1, MILLISECOND, SECOND, 1000000 * SECOND };

      f.cc.cwnd = f.cc.mss + luck_below (&luck, (unsigned) largest);
      for (int step = 0; step < 20; step++)
        {
          TcpAck ack;

          f.now += units[luck_below (&luck, 4)] * luck_below (&luck, 1000);
          f.rtt = units[luck_below (&luck, 4)] * luck_below (&luck, 1000);
          ack = flow_ack (&f, luck_below (&luck, (unsigned) largest));
          ack.cwnd_limited = luck_below (&luck, 8) > 0 && f.cc.cwnd <= largest;
          ack.flight = luck_below (&luck, (unsigned) f.cc.cwnd) + 1;
          if (luck_below (&luck, 8) == 0)
            f.cc.class->on_congestion (&f.cc, &ack, luck_below (&luck, 2));
          else if (luck_below (&luck, 20) == 0)
            f.cc.class->on_timeout (&f.cc, &ack);
          else
            f.cc.class->on_ack (&f.cc, &ack);
          g_assert_cmpint (f.cc.cwnd, >=, f.cc.mss);
          g_assert_cmpint (f.cc.cwnd, <=, 2 * largest);
          g_assert_cmpint (f.cc.ssthresh, >=, 2 * f.cc.mss);
        }
    }
}

/* 10^9 ms of silence and 1 GiB. req: TCP-CUB-10 */
static void
test_long_silence (void)
{
  Flow f = flow_at (1000, 100 * MILLISECOND, 1 << 20);
  int64_t before;

  flow_loses (&f);
  flow_trips (&f, 10);
  before = f.cc.cwnd;
  f.now += 1000000 * SECOND;
  flow_trips (&f, 1);
  g_assert_cmpint (f.cc.cwnd, >, before);
  g_assert_cmpint (f.cc.cwnd, <=, before + before / 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tcp_cc_cubic/closed-form", test_closed_form);
  g_test_add_func ("/tcp_cc_cubic/plateau", test_plateau);
  g_test_add_func ("/tcp_cc_cubic/stretched", test_stretched);
  g_test_add_func ("/tcp_cc_cubic/clamp", test_clamp);
  g_test_add_func ("/tcp_cc_cubic/reno-friendly", test_reno_friendly);
  g_test_add_func ("/tcp_cc_cubic/never-below-reno", test_never_below_reno);
  g_test_add_func ("/tcp_cc_cubic/fast-convergence", test_fast_convergence);
  g_test_add_func ("/tcp_cc_cubic/unused-time", test_unused_time);
  g_test_add_func ("/tcp_cc_cubic/reduction", test_reduction);
  g_test_add_func ("/tcp_cc_cubic/timeout", test_timeout);
  g_test_add_func ("/tcp_cc_cubic/recovering", test_recovering);
  g_test_add_func ("/tcp_cc_cubic/undo", test_undo);
  g_test_add_func ("/tcp_cc_cubic/bounds", test_bounds);
  g_test_add_func ("/tcp_cc_cubic/long-silence", test_long_silence);
  return g_test_run ();
}
