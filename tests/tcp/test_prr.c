// SPDX-License-Identifier: MIT
/* How much leaves while losses are repaired: RFC 9937. */
#include "tests/tcp/flight.h"

/* One of twenty is lost: a segment for every second ACK, no silence of half a
 * round trip, and ssthresh in flight at the end.
 * req: TCP-PRR-1 TCP-PRR-2 TCP-LR-8 TCP-CC-2 */
static void
test_proportional (void)
{
  Talk *t = flight_new (20, 60);
  unsigned silent = 0, sent = 1;

  peer_has (t, 0, 1, 3);
  flight_expects (t, 0, REPAIR_RACK);
  talk_check (t, peer_ignores (t) <= 1);
  for (int n = 4; n < 20; n++)
    {
      unsigned now_sent;

      peer_has (t, 0, 1, n);
      now_sent = peer_ignores (t);
      sent += now_sent;
      silent = now_sent > 0 ? 0 : silent + 1;
      talk_check (t, now_sent <= 1 && silent <= 2);
    }
  talk_check (t, sent >= 9 && sent <= 10);
  talk_check (t, app_info (t).in_flight >= 9000);
  talk_check (t, app_info (t).in_flight <= 10000);
  talk_check (t, app_info (t).ssthresh == 10000);
  advance (t, 100, MILLISECOND);
  peer_has (t, 20, -1, -1);
  talk_check (t, app_info (t).cwnd == 10000);
  peer_ignores (t);
  talk_check (t, app_info (t).in_flight == 10000);
  talk_free (t);
}

/* At the start exactly one, whatever the window says. req: TCP-PRR-4 */
static void
test_first_is_forced (void)
{
  for (int lost = 1; lost <= 5; lost++)
    {
      Talk *t = flight_new (20, 60);

      peer_has (t, 0, lost, lost);
      peer_ignores (t);
      peer_has (t, 0, lost, lost + 1);
      peer_ignores (t);
      peer_has (t, 0, lost, lost + 2);
      flight_expects (t, 0, REPAIR_RACK);
      if (lost == 1)
        peer_expects_nothing (t);
      else
        peer_ignores (t);
      talk_free (t);
    }
}

/* The reordering timer found it: one as well. req: TCP-PRR-4 TCP-RCK-4 */
static void
test_first_by_timer (void)
{
  Talk *t = flight_new (20, 60);

  peer_has (t, 0, 1, 2);
  talk_check (t, peer_ignores (t) == 2);
  advance (t, 25, MILLISECOND);
  flight_expects (t, 0, REPAIR_RACK);
  peer_expects_nothing (t);
  talk_free (t);
}

/* Most of the flight is lost: no more leaves than arrives, until an ACK shows
 * that repairs get through; then one segment more for each. req: TCP-PRR-3 */
static void
test_burst (void)
{
  Talk *t = flight_new (20, 60);

  peer_has (t, 0, 17, 19);
  for (int n = 0; n < 3; n++)
    flight_expects (t, n, REPAIR_RACK);
  peer_expects_nothing (t);
  talk_check (t, app_info (t).in_flight == 3000);
  talk_check (t, app_info (t).ssthresh == 10000);
  advance (t, 100, MILLISECOND);
  for (int n = 1, next = 3; n <= 3; n++, next += 2)
    {
      peer_has (t, n, 17, 19);
      flight_expects (t, next, REPAIR_RACK);
      flight_expects (t, next + 1, REPAIR_RACK);
      peer_expects_nothing (t);
    }
  talk_free (t);
}

/* An ACK that shows more loss is not safe: no more than it delivered.
 * req: TCP-PRR-3 */
static void
test_not_safe (void)
{
  Talk *t = flight_new (20, 60);

  peer_has (t, 0, 17, 19);
  for (int n = 0; n < 3; n++)
    flight_expects (t, n, REPAIR_RACK);
  advance (t, 100, MILLISECOND);
  /* The second repair has come and the first not, then the third: not even
   * SND.UNA moves. */
  peer_has_two (t, 0, 1, 1, 17, 19);
  flight_expects (t, 0, REPAIR_RACK);
  peer_expects_nothing (t);
  peer_has_two (t, 0, 1, 2, 17, 19);
  flight_expects (t, 3, REPAIR_RACK);
  peer_expects_nothing (t);
  talk_free (t);
}

/* Below ssthresh it is never more than up to there. req: TCP-PRR-3 */
static void
test_up_to_ssthresh (void)
{
  Talk *t = flight_new (20, 200);

  peer_has (t, 0, 17, 19);
  peer_ignores (t);
  for (int n = 1; n < 17; n++)
    {
      advance (t, 10, MILLISECOND);
      peer_has (t, n, 17, 19);
      peer_ignores (t);
      talk_check (t, app_info (t).in_flight <= app_info (t).ssthresh);
    }
  talk_free (t);
}

/* ACKs that bring nothing let nothing out. req: TCP-PRR-2 TCP-LR-2 */
static void
test_repeated_reports (void)
{
  Talk *t = flight_new (20, 60);
  uint32_t in_flight;

  peer_has (t, 0, 1, 3);
  flight_expects (t, 0, REPAIR_RACK);
  peer_ignores (t);
  in_flight = app_info (t).in_flight;
  for (int i = 0; i < 50; i++)
    {
      peer_has (t, 0, 1, 3);
      peer_has (t, 0, 2, 3);
      peer_expects_nothing (t);
    }
  talk_check (t, app_info (t).in_flight == in_flight);
  talk_free (t);
}

/* What was reported before the episode is not delivered in it again.
 * req: TCP-PRR-2 */
static void
test_reported_before (void)
{
  Talk *t = flight_new (20, 60);

  /* Two reports in the window of patience, then the ACK of both. */
  peer_has (t, 0, 1, 2);
  talk_check (t, peer_ignores (t) == 2);
  advance (t, 25, MILLISECOND);
  flight_expects (t, 0, REPAIR_RACK);
  peer_expects_nothing (t);
  advance (t, 75, MILLISECOND);
  peer_has (t, 3, -1, -1);
  talk_check (t, peer_ignores (t) <= 1);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prr/proportional", test_proportional);
  g_test_add_func ("/prr/first-is-forced", test_first_is_forced);
  g_test_add_func ("/prr/first-by-timer", test_first_by_timer);
  g_test_add_func ("/prr/burst", test_burst);
  g_test_add_func ("/prr/not-safe", test_not_safe);
  g_test_add_func ("/prr/up-to-ssthresh", test_up_to_ssthresh);
  g_test_add_func ("/prr/repeated-reports", test_repeated_reports);
  g_test_add_func ("/prr/reported-before", test_reported_before);
  return g_test_run ();
}
