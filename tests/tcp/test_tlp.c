// SPDX-License-Identifier: MIT
/* Tail loss probes: RFC 8985 7. */
#include "tests/tcp/flight.h"

/* Five segments and the last one lost, its probe sent and acknowledged: the
 * peer now has all, and nobody knows yet whether it had before. */
static Talk *
talk_probed (void)
{
  Talk *t = flight_new (5, 5);

  peer_has (t, 4, -1, -1);
  advance (t, 240, MILLISECOND);
  flight_expects (t, 4, REPAIR_TLP);
  peer_expects_nothing (t);
  advance (t, 100, MILLISECOND);
  return t;
}

/* Two round trips after the flight left. req: TCP-RCK-5 TCP-RCK-6 */
static void
test_timeout (void)
{
  Talk *t = flight_new (4, 4);

  advance (t, 100 * MILLISECOND - 1, 1);
  peer_expects_nothing (t);
  advance (t, 1, 1);
  flight_expects (t, 3, REPAIR_TLP);
  talk_check (t, t->out.caused_by == 0);
  talk_check (t, t->out.repairs == t->packet - 1);
  peer_expects_nothing (t);
  peer_has (t, 4, -1, -1);
  falls_silent (t);
  talk_free (t);
}

/* The peer may keep the ACK of one segment back. req: TCP-RCK-5 */
static void
test_alone (void)
{
  Talk *t = flight_new (1, 1);

  advance (t, 140 * MILLISECOND - 1, 1);
  peer_expects_nothing (t);
  advance (t, 1, 1);
  flight_expects (t, 0, REPAIR_TLP);
  peer_has (t, 1, -1, -1);
  falls_silent (t);
  talk_free (t);
}

/* Nothing is known of the round trip: one second. req: TCP-RCK-5 */
static void
test_unknown_trip (void)
{
  StackConfig config = flight_config ();
  Talk *t = talk_new_with (&config, false, SECOND);

  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000,sackOK>");
  peer_expects (t, "S. 0:0(0) ack 1");
  advance (t, 1, SECOND);
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  talk_check (t, app_info (t).srtt == 0);
  app_sends (t, 2000);
  talk_check (t, peer_ignores (t) == 2);
  advance (t, SECOND - 1, 1);
  peer_expects_nothing (t);
  advance (t, 1, 1);
  flight_expects (t, 1, REPAIR_TLP);
  talk_free (t);
}

/* Where the timeout comes earlier, it is at its time. req: TCP-RCK-5 */
static void
test_not_beyond_timeout (void)
{
  Talk *t = flight_new (1, 1);
  int n = 1;

  peer_has (t, n, -1, -1);
  for (; n < 40; n++)
    {
      app_sends (t, 1000);
      flight_expects (t, n, REPAIR_NONE);
      advance (t, 100, MILLISECOND);
      peer_has (t, n + 1, -1, -1);
    }
  /* RTTVAR is nothing now: 200 ms, and 2 SRTT and 40 ms would be 240. */
  talk_check (t, app_info (t).rto == 200 * MILLISECOND);
  app_sends (t, 1000);
  flight_expects (t, n, REPAIR_NONE);
  advance (t, 200, MILLISECOND);
  flight_expects (t, n, REPAIR_TLP);
  advance (t, 200, MILLISECOND);
  flight_expects (t, n, REPAIR_RTO);
  peer_has (t, n + 1, -1, -1);
  falls_silent (t);
  talk_free (t);
}

/* New data, if there is any: one segment beyond cwnd.
 * req: TCP-RCK-6 TCP-CC-2 */
static void
test_new_data (void)
{
  Talk *t = flight_new (10, 15);

  talk_check (t, app_info (t).cwnd == 10000);
  advance (t, 100, MILLISECOND);
  flight_expects (t, 10, REPAIR_NONE);
  peer_expects_nothing (t);
  talk_check (t, app_info (t).in_flight == 11000);
  talk_check (t, app_info (t).retransmissions == 0);
  talk_free (t);
}

/* Nagle held it back; for a probe it is good enough. req: TCP-RCK-6 */
static void
test_small_piece (void)
{
  Talk *t = flight_new (3, 3);

  app_sends (t, 100);
  peer_expects_nothing (t);
  advance (t, 100, MILLISECOND);
  peer_expects (t, "P. 3001:3101(100) ack 1");
  peer_sends (t, ". 1:1(0) ack 3101");
  falls_silent (t);
  talk_free (t);
}

/* The peer's window lets no new data out. req: TCP-RCK-6 TCP-CC-2 */
static void
test_window_closed (void)
{
  Talk *t = flight_new (10, 10);

  peer_sends (t, ". 1:1(0) ack 5001 win 5000");
  app_sends (t, 5000);
  peer_expects_nothing (t);
  advance (t, 200, MILLISECOND);
  flight_expects (t, 9, REPAIR_TLP);
  peer_expects_nothing (t);
  talk_free (t);
}

/* The probe is lost as well: then the timer, not another one.
 * req: TCP-RCK-6 TCP-RCK-11 */
static void
test_once (void)
{
  Talk *t = flight_new (4, 4);

  advance (t, 100, MILLISECOND);
  flight_expects (t, 3, REPAIR_TLP);
  advance (t, 300 * MILLISECOND - 1, 1);
  peer_expects_nothing (t);
  advance (t, 1, 1);
  flight_expects (t, 0, REPAIR_RTO);
  talk_check (t, app_info (t).cwnd == 1000);
  peer_expects_nothing (t);
  talk_free (t);
}

/* However much is said meanwhile, the timer is not put off for ever.
 * req: TCP-RCK-11 TCP-RTO-9 */
static void
test_busy_tail (void)
{
  Talk *t = flight_new (2, 2);

  advance (t, 100, MILLISECOND);
  flight_expects (t, 1, REPAIR_TLP);
  for (int n = 2; n < 7; n++)
    {
      advance (t, 50, MILLISECOND);
      app_sends (t, 1000);
      flight_expects (t, n, REPAIR_NONE);
    }
  advance (t, 50, MILLISECOND);
  flight_expects (t, 0, REPAIR_RTO);
  talk_free (t);
}

/* A probe that the peer reports shows what is missing: one round trip later
 * it is repaired. req: TCP-RCK-6 TCP-LR-10 */
static void
test_shows_losses (void)
{
  for (int lost = 1; lost <= 5; lost++)
    {
      Talk *t = flight_new (10, 10);

      if (lost < 10)
        peer_has (t, 10 - lost, -1, -1);
      advance (t, lost == 1 ? 240 : 200, MILLISECOND);
      flight_expects (t, 9, REPAIR_TLP);
      advance (t, 100, MILLISECOND);
      if (lost == 1)
        peer_has (t, 10, -1, -1);
      else
        peer_has (t, 10 - lost, 9, 9);
      if (lost > 1)
        {
          flight_expects (t, 10 - lost, REPAIR_RACK);
          talk_check (t, t->out.caused_by == t->packet - 1);
          talk_check (t, app_info (t).ssthresh <= 5000);
          advance (t, 100, MILLISECOND);
          peer_has (t, lost == 2 ? 10 : 11 - lost, lost == 2 ? -1 : 9, 9);
          talk_check (t, peer_ignores (t) == (unsigned) MIN (lost - 2, 2));
          peer_has (t, 10, -1, -1);
        }
      falls_silent (t);
      talk_free (t);
    }
}

/* It repaired a loss, as the ACK of what came later shows: one response.
 * req: TCP-RCK-7 */
static void
test_repaired (void)
{
  Talk *t = talk_probed ();

  peer_has (t, 5, -1, -1);
  talk_check (t, app_info (t).cwnd == 10000);
  app_sends (t, 4000);
  talk_check (t, peer_ignores (t) == 4);
  advance (t, 100, MILLISECOND);
  peer_has (t, 7, -1, -1);
  talk_check (t, app_info (t).ssthresh == 2000);
  talk_check (t, app_info (t).cwnd >= 2000 && app_info (t).cwnd <= 3000);
  peer_has (t, 9, -1, -1);
  talk_check (t, app_info (t).ssthresh == 2000);
  falls_silent (t);
  talk_free (t);
}

/* The peer had the segment, and says so. req: TCP-RCK-7 TCP-SAK-11 */
static void
test_for_nothing (void)
{
  for (int kind = 0; kind < 3; kind++)
    {
      Talk *t = talk_probed ();

      if (kind == 0)
        peer_has (t, 5, 4, 4);
      else
        {
          peer_has (t, 5, -1, -1);
          if (kind == 1)
            peer_has (t, 5, 4, 4);
          else
            peer_has (t, 5, -1, -1);
        }
      app_sends (t, 2000);
      talk_check (t, peer_ignores (t) == 2);
      advance (t, 100, MILLISECOND);
      peer_has (t, 7, -1, -1);
      talk_check (t, app_info (t).cwnd >= 10000);
      talk_check (t, app_info (t).ssthresh > 10000);
      falls_silent (t);
      talk_free (t);
    }
}

/* New data was the probe: nothing was repaired. req: TCP-RCK-7 */
static void
test_new_data_repairs_nothing (void)
{
  Talk *t = flight_new (10, 11);

  advance (t, 100, MILLISECOND);
  flight_expects (t, 10, REPAIR_NONE);
  peer_has (t, 10, -1, -1);
  peer_has (t, 11, -1, -1);
  app_sends (t, 1000);
  flight_expects (t, 11, REPAIR_NONE);
  peer_has (t, 12, -1, -1);
  talk_check (t, app_info (t).ssthresh > 10000);
  talk_free (t);
}

/* Another tail, before the round trip was measured: the timer.
 * req: TCP-RCK-11 */
static void
test_needs_sample (void)
{
  Talk *t = talk_probed ();

  peer_has (t, 5, 4, 4);
  app_sends (t, 2000);
  talk_check (t, peer_ignores (t) == 2);
  talk_check (t, app_info (t).rto > 200 * MILLISECOND);
  advance (t, app_info (t).rto - 1, 1);
  peer_expects_nothing (t);
  advance (t, 1, 1);
  flight_expects (t, 5, REPAIR_RTO);
  peer_has (t, 7, -1, -1);
  falls_silent (t);
  talk_free (t);
}

/* Then there may be one again. req: TCP-RCK-11 */
static void
test_again_after_sample (void)
{
  Talk *t = talk_probed ();

  peer_has (t, 5, 4, 4);
  app_sends (t, 2000);
  talk_check (t, peer_ignores (t) == 2);
  advance (t, 100, MILLISECOND);
  peer_has (t, 7, -1, -1);
  app_sends (t, 2000);
  talk_check (t, peer_ignores (t) == 2);
  advance (t, 200, MILLISECOND);
  flight_expects (t, 8, REPAIR_TLP);
  peer_has (t, 9, -1, -1);
  falls_silent (t);
  talk_free (t);
}

/* Something was reported: that is RACK's. req: TCP-RCK-10 */
static void
test_not_with_reports (void)
{
  Talk *t = flight_new (5, 5);

  peer_has (t, 0, 1, 1);
  advance (t, 25, MILLISECOND);
  flight_expects (t, 0, REPAIR_RACK);
  advance (t, app_info (t).rto - 1, 1);
  peer_expects_nothing (t);
  advance (t, 1, 1);
  flight_expects (t, 0, REPAIR_RTO);
  peer_ignores (t);
  talk_free (t);
}

/* In recovery there is none, after it there is. req: TCP-RCK-10 */
static void
test_not_in_recovery (void)
{
  Talk *t = flight_new (10, 10);

  peer_has (t, 0, 1, 3);
  flight_expects (t, 0, REPAIR_RACK);
  advance (t, 50, MILLISECOND);
  peer_has (t, 4, -1, -1);
  advance (t, app_info (t).rto - 1, 1);
  peer_expects_nothing (t);
  peer_has (t, 10, -1, -1);
  app_sends (t, 2000);
  talk_check (t, peer_ignores (t) == 2);
  advance (t, 2 * app_info (t).srtt, 1);
  flight_expects (t, 11, REPAIR_TLP);
  talk_free (t);
}

/* No RACK, no probe. req: TCP-RCK-9 */
static void
test_rack_off (void)
{
  StackConfig config = flight_config ();
  Talk *t;

  config.tcp.rack = false;
  t = flight_new_with (&config, 4, 4);
  advance (t, 200 * MILLISECOND - 1, 1);
  peer_expects_nothing (t);
  advance (t, 1, 1);
  flight_expects (t, 0, REPAIR_RTO);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tlp/timeout", test_timeout);
  g_test_add_func ("/tlp/alone", test_alone);
  g_test_add_func ("/tlp/unknown-trip", test_unknown_trip);
  g_test_add_func ("/tlp/not-beyond-timeout", test_not_beyond_timeout);
  g_test_add_func ("/tlp/new-data", test_new_data);
  g_test_add_func ("/tlp/small-piece", test_small_piece);
  g_test_add_func ("/tlp/window-closed", test_window_closed);
  g_test_add_func ("/tlp/once", test_once);
  g_test_add_func ("/tlp/busy-tail", test_busy_tail);
  g_test_add_func ("/tlp/shows-losses", test_shows_losses);
  g_test_add_func ("/tlp/repaired", test_repaired);
  g_test_add_func ("/tlp/for-nothing", test_for_nothing);
  g_test_add_func ("/tlp/new-data-repairs-nothing",
                   test_new_data_repairs_nothing);
  g_test_add_func ("/tlp/needs-sample", test_needs_sample);
  g_test_add_func ("/tlp/again-after-sample", test_again_after_sample);
  g_test_add_func ("/tlp/not-with-reports", test_not_with_reports);
  g_test_add_func ("/tlp/not-in-recovery", test_not_in_recovery);
  g_test_add_func ("/tlp/rack-off", test_rack_off);
  return g_test_run ();
}
