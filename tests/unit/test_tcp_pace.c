// SPDX-License-Identifier: MIT
#include "stack/tcp_pace.h"

#include <glib.h>

#include "tests/unit/luck.h"

#define MSS 1460

/* A sender that has always something to send and is asked when it may. */
static Time
send_all (TcpPace *pace, int64_t rate, int64_t bytes, Time now)
{
  while (bytes > 0)
    {
      now = MAX (now, pace->at);
      g_assert_true (tcp_pace_is_due (pace, rate, now));
      tcp_pace_send (pace, rate, MSS, MIN (bytes, MSS), now);
      bytes -= MIN (bytes, MSS);
    }
  return now;
}

/* A rate that divides nothing, for a simulated hour: not a segment too many or
 * too few. req: TCP-BBR-7 TCP-CC-12 */
static void
test_no_drift (void)
{
  TcpPace pace = { 0 };
  int64_t rate = 1234567, bytes = rate * 3600;
  Time start = 12345, end;

  send_all (&pace, rate, tcp_pace_quantum (rate, MSS) + MSS, start);
  start = pace.at;
  end = send_all (&pace, rate, bytes, start);
  g_assert_cmpint (ABS (pace.at - start - 3600 * SECOND), <=, 1);
  g_assert_cmpint (end, >, start + 3600 * SECOND - MSS * SECOND / rate - 1);
}

static int64_t
draw_rate (Luck *luck)
{
  return 1
         + (int64_t) (luck_draw (luck)
                      % (1ull << (10 + luck_below (luck, 27))));
}

/* The law, against the sum of all that left: whatever the segments and the
 * pauses, no window of time holds more than it may. req: TCP-BBR-7 */
static void
test_law (void)
{
  for (unsigned seed = 1; seed <= luck_rounds (200, 10); seed++)
    {
      Luck luck = { seed };
      TcpPace pace = { 0 };
      int64_t rate = MIN (draw_rate (&luck), TCP_PACE_RATE_MAX);
      int64_t quantum = tcp_pace_quantum (rate, MSS);
      Time times[200], now = 0;
      int64_t lengths[200];

      for (unsigned i = 0; i < 200; i++)
        {
          lengths[i] = 1 + luck_below (&luck, MSS);
          if (luck_below (&luck, 4) == 0)
            now += luck_below (&luck, 1u << luck_below (&luck, 31));
          now = MAX (now, pace.at);
          times[i] = now;
          tcp_pace_send (&pace, rate, MSS, lengths[i], now);
        }
      for (unsigned i = 0; i < 200; i++)
        {
          int64_t sum = 0;

          for (unsigned j = i; j < 200; j++)
            {
              double time = (double) (times[j] - times[i] + 1) / 1e9;

              sum += lengths[j];
              g_assert_cmpfloat ((double) (sum - quantum - MSS), <=,
                                 (double) rate * time + 1);
            }
        }
    }
}

/* A driver that wakes up late by less than the quantum's time loses nothing.
 * req: TCP-BBR-7 */
static void
test_late_driver (void)
{
  Luck luck = { 7 };
  TcpPace pace = { 0 };
  int64_t rate = 12500000, sent = 0;
  Time now = 0;

  while (now < 10 * SECOND)
    {
      while (tcp_pace_is_due (&pace, rate, now))
        {
          tcp_pace_send (&pace, rate, MSS, MSS, now);
          sent += MSS;
        }
      now = pace.at + luck_below (&luck, 900000);
    }
  g_assert_cmpint (sent, >=, rate * 10 - MSS);
  g_assert_cmpint (sent, <=,
                   rate * 10 + tcp_pace_quantum (rate, MSS) + 20 * MSS);
}

/* After an hour: a quantum, and then at the rate again. req: TCP-BBR-7 */
static void
test_idle (void)
{
  TcpPace pace = { 0 };
  int64_t rate = 1250000;
  Time now = 3600 * SECOND;
  unsigned burst = 0;

  send_all (&pace, rate, 100000, 0);
  while (tcp_pace_is_due (&pace, rate, now))
    {
      tcp_pace_send (&pace, rate, MSS, MSS, now);
      burst++;
    }
  g_assert_cmpuint (burst, ==, 3);
  g_assert_cmpint (pace.at - now, <=, MSS * SECOND / rate);
}

static void
test_unpaced (void)
{
  TcpPace pace = { .at = 500 };

  g_assert_false (tcp_pace_is_due (&pace, 1, 499));
  g_assert_true (tcp_pace_is_due (&pace, 1, 500));
  g_assert_true (tcp_pace_is_due (&pace, 0, 0));
  tcp_pace_send (&pace, 0, MSS, MSS, 0);
  g_assert_cmpint (pace.at, ==, 500);
}

static void
test_quantum (void)
{
  g_assert_cmpint (tcp_pace_quantum (1, MSS), ==, 2 * MSS);
  g_assert_cmpint (tcp_pace_quantum (12500000, MSS), ==, 12500);
  g_assert_cmpint (tcp_pace_quantum (1250000000, MSS), ==, 65536);
  g_assert_cmpint (tcp_pace_quantum (TCP_PACE_RATE_MAX, 65000), ==, 130000);
}

/* As Linux paces other algorithms. req: TCP-CC-12 */
static void
test_window_rate (void)
{
  Time srtt = 100 * MILLISECOND;

  g_assert_cmpint (tcp_pace_window_rate (10000, INT64_MAX, srtt), ==, 200000);
  g_assert_cmpint (tcp_pace_window_rate (10000, 20001, srtt), ==, 120000);
  g_assert_cmpint (tcp_pace_window_rate (10000, 5000, srtt), ==, 120000);
  g_assert_cmpint (tcp_pace_window_rate (10000, 5000, 0), ==, 0);
  g_assert_cmpint (tcp_pace_window_rate (1, 1, 3600 * SECOND), ==, 1);
  g_assert_cmpint (tcp_pace_window_rate (INT64_MAX / 2, INT64_MAX, 1), ==,
                   TCP_PACE_RATE_MAX);
}

static void
test_arithmetic (void)
{
  g_assert_cmpint (tcp_pace_rate (1250, MILLISECOND), ==, 1250000);
  g_assert_cmpint (tcp_pace_rate (INT64_MAX, 1), ==, TCP_PACE_RATE_MAX);
  g_assert_cmpint (tcp_pace_rate (0, 1), ==, 0);
  g_assert_cmpint (tcp_pace_bytes (1250000, 40 * MILLISECOND), ==, 50000);
  g_assert_cmpint (tcp_pace_bytes (999999999, 9 * SECOND), ==, 8999999991);
  g_assert_cmpint (tcp_pace_bytes (TCP_PACE_RATE_MAX, INT64_MAX), ==,
                   9 * TCP_PACE_RATE_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tcp_pace/no-drift", test_no_drift);
  g_test_add_func ("/tcp_pace/law", test_law);
  g_test_add_func ("/tcp_pace/late-driver", test_late_driver);
  g_test_add_func ("/tcp_pace/idle", test_idle);
  g_test_add_func ("/tcp_pace/unpaced", test_unpaced);
  g_test_add_func ("/tcp_pace/quantum", test_quantum);
  g_test_add_func ("/tcp_pace/window-rate", test_window_rate);
  g_test_add_func ("/tcp_pace/arithmetic", test_arithmetic);
  return g_test_run ();
}
