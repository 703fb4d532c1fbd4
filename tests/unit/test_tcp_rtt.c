// SPDX-License-Identifier: MIT
#include "stack/tcp_rtt.h"

#include <glib.h>
#include <math.h>

#include "tests/unit/luck.h"

/* The model: RFC 6298 in floating point. req: TCP-RTO-1 TCP-RTO-2 TCP-RTO-3
 * TCP-RTO-5 TCP-RTO-9 TCP-RTO-10 */
static void
test_against_model (void)
{
  Luck luck = { 1 };
  TcpRtt rtt;
  double srtt = 0, rttvar = 0, rto = 1e9;
  unsigned backoff = 0;

  tcp_rtt_init (&rtt, SECOND, 200 * MILLISECOND, 60 * SECOND);
  g_assert_cmpint (tcp_rtt_timeout (&rtt), ==, SECOND);
  for (unsigned i = 0; i < luck_rounds (100000, 10); i++)
    {
      if (luck_below (&luck, 3) == 0)
        {
          tcp_rtt_back_off (&rtt);
          backoff++;
        }
      else
        {
          Time trip =
              (Time) luck_below (&luck, 1u << luck_below (&luck, 31)) + 1;
          double sample = (double) trip;

          tcp_rtt_sample (&rtt, trip, 1);
          rttvar = i == 0 || srtt == 0
                       ? sample / 2
                       : rttvar * 0.75 + fabs (srtt - sample) / 4;
          srtt = srtt == 0 ? sample : srtt * 0.875 + sample / 8;
          rto = fmin (fmax (srtt + fmax (1, 4 * rttvar), 200e6), 60e9);
          backoff = 0;
        }
      g_assert_cmpfloat (fabs ((double) tcp_rtt_timeout (&rtt)
                               - fmin (ldexp (rto, (int) backoff), 60e9)),
                         <=, ldexp (100, (int) MIN (backoff, 20)));
    }
}

static void
test_after_syn_timeout (void)
{
  TcpRtt rtt;

  tcp_rtt_init (&rtt, SECOND, 200 * MILLISECOND, 60 * SECOND);
  tcp_rtt_back_off (&rtt);
  tcp_rtt_after_syn_timeout (&rtt);
  g_assert_cmpint (tcp_rtt_timeout (&rtt), ==, 3 * SECOND);
  tcp_rtt_sample (&rtt, 0, 1);
  g_assert_cmpint (tcp_rtt_timeout (&rtt), ==, 200 * MILLISECOND);
  tcp_rtt_after_syn_timeout (&rtt);
  g_assert_cmpint (tcp_rtt_timeout (&rtt), ==, 200 * MILLISECOND);
}

/* Back-off without end does not overflow. */
static void
test_limits (void)
{
  TcpRtt rtt;

  tcp_rtt_init (&rtt, SECOND, 1, TIME_NEVER / 2);
  for (unsigned i = 0; i < 1000; i++)
    {
      g_assert_cmpint (tcp_rtt_timeout (&rtt), >, 0);
      tcp_rtt_back_off (&rtt);
    }
  g_assert_cmpint (tcp_rtt_timeout (&rtt), ==, TIME_NEVER / 2);
}

/* Fifty samples a round trip, each of which counts a fiftieth, end where one
 * does: after a change and twenty round trips. req: TCP-RTO-7 */
static void
test_many_samples (void)
{
  TcpRtt one, many;

  tcp_rtt_init (&one, SECOND, MILLISECOND, 60 * SECOND);
  tcp_rtt_init (&many, SECOND, MILLISECOND, 60 * SECOND);
  for (int trip = 0; trip < 40; trip++)
    {
      Time sample = (trip < 20 ? 100 : 300) * MILLISECOND;

      tcp_rtt_sample (&one, sample, 1);
      for (int i = 0; i < 50; i++)
        tcp_rtt_sample (&many, sample, 50);
      g_assert_cmpint (ABS (one.srtt - many.srtt), <, 20 * MILLISECOND);
      g_assert_cmpint (ABS (one.rttvar - many.rttvar), <, 20 * MILLISECOND);
      /* Not forgotten within one round trip. */
      if (trip == 20)
        g_assert_cmpint (many.rto, >, 250 * MILLISECOND);
    }
  g_assert_cmpint (many.srtt, >, 270 * MILLISECOND);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tcp_rtt/model", test_against_model);
  g_test_add_func ("/tcp_rtt/after-syn-timeout", test_after_syn_timeout);
  g_test_add_func ("/tcp_rtt/limits", test_limits);
  g_test_add_func ("/tcp_rtt/many-samples", test_many_samples);
  return g_test_run ();
}
