// SPDX-License-Identifier: MIT
/* Losses found by time: RFC 8985 6. */
#include "tests/tcp/flight.h"

/* One of twenty is lost, the others are reported one by one: who repairs it,
 * and when? req: TCP-RCK-2 TCP-RCK-3 TCP-RCK-4 TCP-RCK-5 TCP-LR-10 */
static void
test_each_position (void)
{
  for (int lost = 0; lost < 20; lost++)
    {
      Talk *t = flight_new (20, 20);
      int above = 19 - lost;

      if (lost > 0)
        peer_has (t, lost, -1, -1);
      for (int n = lost + 1; n < 20 && n <= lost + 3; n++)
        {
          peer_expects_nothing (t);
          peer_has (t, lost, lost + 1, n);
        }
      if (above == 0)
        /* 2 SRTT, and what the peer may keep the ACK of one back. */
        advance (t, 240, MILLISECOND);
      else if (above < 3)
        advance (t, 25, MILLISECOND);
      flight_expects (t, lost, above == 0 ? REPAIR_TLP : REPAIR_RACK);
      talk_check (t, t->out.caused_by == (above < 3 ? 0 : t->packet - 1));
      peer_expects_nothing (t);
      advance (t, 100, MILLISECOND);
      peer_has (t, 20, -1, -1);
      falls_silent (t);
      talk_check (t, app_info (t).retransmissions == 1);
      talk_free (t);
    }
}

/* Several of twenty in one round trip, and one reduction.
 * req: TCP-RCK-2 TCP-LR-7 TCP-LR-9 */
static void
test_several (void)
{
  Talk *t = flight_new (20, 20);

  peer_has (t, 0, 1, 1);
  peer_has_two (t, 0, 3, 3, 1, 1);
  peer_has_two (t, 0, 5, 5, 3, 3);
  flight_expects (t, 0, REPAIR_RACK);
  peer_ignores (t);
  for (int n = 6; n < 20; n++)
    {
      peer_has (t, 0, 5, n);
      peer_ignores (t);
    }
  talk_check (t, app_info (t).retransmissions == 3);
  talk_check (t, app_info (t).ssthresh == 10000);
  advance (t, 100, MILLISECOND);
  peer_has (t, 20, -1, -1);
  talk_check (t, app_info (t).cwnd == 10000);
  falls_silent (t);
  talk_free (t);
}

/* Two come in the wrong order, by less than a quarter of the least round trip.
 * req: TCP-RCK-2 TCP-RCK-3 */
static void
test_little_reordering (void)
{
  Talk *t = flight_new (10, 10);

  peer_has (t, 0, 1, 1);
  advance (t, 25 * MILLISECOND - 1, 1);
  peer_has (t, 2, -1, -1);
  peer_expects_nothing (t);
  advance (t, 10, MILLISECOND);
  peer_has (t, 10, -1, -1);
  falls_silent (t);
  talk_check (t, app_info (t).retransmissions == 0);
  talk_free (t);
}

/* Once the path is known to reorder, three reports alone mean nothing; the
 * window of time does. req: TCP-RCK-3 TCP-RCK-4 */
static void
test_reordering_seen (void)
{
  Talk *t = flight_new (20, 20);

  peer_has (t, 0, 1, 1);
  peer_has (t, 2, -1, -1);
  for (int n = 3; n < 12; n++)
    {
      peer_has (t, 2, 3, n);
      peer_expects_nothing (t);
    }
  advance (t, 25 * MILLISECOND - 1, 1);
  peer_expects_nothing (t);
  advance (t, 1, 1);
  flight_expects (t, 2, REPAIR_RACK);
  talk_check (t, t->out.caused_by == 0);
  peer_expects_nothing (t);
  peer_has (t, 20, -1, -1);
  falls_silent (t);
  talk_free (t);
}

/* COUNT more segments, a round trip ago. */
static void
send_more (Talk *t, int first, int count)
{
  app_sends (t, (size_t) count * 1000);
  for (int n = first; n < first + count; n++)
    flight_expects (t, n, REPAIR_NONE);
  advance (t, 100, MILLISECOND);
}

/* Each round trip with a D-SACK: a quarter more, up to SRTT; sixteen
 * recoveries without one later it is a quarter again.
 * req: TCP-RCK-3 TCP-SAK-11 */
static void
test_window_grows (void)
{
  for (int rounds = 0; rounds < 6; rounds++)
    {
      Talk *t = flight_new (20, 20);
      int window_ms = MIN (25 * (1 + rounds), 100), n = 20;

      peer_has (t, 0, 1, 1);
      peer_has (t, 2, -1, -1);
      peer_has (t, 20, -1, -1);
      for (int i = 0; i < rounds; i++)
        {
          send_more (t, n, 2);
          /* Two in one round trip count once. */
          peer_has (t, n, n - 2, n - 2);
          peer_has (t, n, n - 1, n - 1);
          n += 2;
          peer_has (t, n, -1, -1);
        }
      send_more (t, n, 5);
      peer_has (t, n, n + 1, n + 4);
      advance (t, window_ms * MILLISECOND - 1, 1);
      peer_expects_nothing (t);
      advance (t, 1, 1);
      flight_expects (t, n, REPAIR_RACK);
      peer_has (t, n + 5, -1, -1);
      falls_silent (t);
      talk_free (t);
    }
}

/* req: TCP-RCK-3 */
static void
test_window_shrinks (void)
{
  Talk *t = flight_new (20, 20);
  int n = 20;

  peer_has (t, 0, 1, 1);
  peer_has (t, 2, -1, -1);
  peer_has (t, 20, -1, -1);
  send_more (t, n, 2);
  peer_has (t, n, n - 1, n - 1);
  n += 2;
  peer_has (t, n, -1, -1);
  for (int recoveries = 0; recoveries <= 16; recoveries++)
    {
      send_more (t, n, 2);
      peer_has (t, n, n + 1, n + 1);
      advance (t, (recoveries < 16 ? 50 : 25) * MILLISECOND - 1, 1);
      peer_expects_nothing (t);
      advance (t, 1, 1);
      flight_expects (t, n, REPAIR_RACK);
      advance (t, 100, MILLISECOND);
      n += 2;
      peer_has (t, n, -1, -1);
    }
  falls_silent (t);
  talk_free (t);
}

/* The repair is lost as well: found by what left after it, one round trip
 * later, and a second sign of congestion. req: TCP-LR-9 TCP-LR-11 TCP-RCK-1 */
static void
test_repair_lost (void)
{
  Talk *t = flight_new (20, 40);

  peer_has (t, 0, 1, 3);
  flight_expects (t, 0, REPAIR_RACK);
  peer_ignores (t);
  talk_check (t, app_info (t).ssthresh == 10000);
  for (int n = 4; n < 20; n++)
    {
      peer_has (t, 0, 1, n);
      peer_ignores (t);
    }
  talk_check (t, app_info (t).retransmissions == 1);
  advance (t, 100, MILLISECOND);
  /* New data that left after the repair has arrived. */
  peer_has (t, 0, 1, 20);
  flight_expects (t, 0, REPAIR_RACK);
  talk_check (t, app_info (t).retransmissions == 2);
  talk_check (t, app_info (t).ssthresh == 5000);
  peer_ignores (t);
  advance (t, 100, MILLISECOND);
  peer_has (t, 29, -1, -1);
  peer_ignores (t);
  talk_check (t, app_info (t).retransmissions == 2);
  talk_free (t);
}

/* What arrives sooner than any round trip before was the original.
 * req: TCP-RCK-1 */
static void
test_too_soon_for_a_repair (void)
{
  Talk *t = flight_new (20, 20);

  peer_has (t, 0, 2, 4);
  flight_expects (t, 0, REPAIR_RACK);
  peer_ignores (t);
  advance (t, 10, MILLISECOND);
  peer_has (t, 1, 2, 4);
  peer_ignores (t);
  /* Were it the repair, all that left before it and waited long enough would
   * be lost. */
  talk_check (t, app_info (t).retransmissions <= 2);
  peer_has (t, 20, -1, -1);
  falls_silent (t);
  talk_free (t);
}

/* Without SACK there is nothing to see: duplicates are counted.
 * req: TCP-RCK-9 TCP-SAK-1 */
static void
test_without_sack (void)
{
  StackConfig config = flight_config ();
  Talk *t = talk_new_with (&config, false, SECOND);

  talk_accepted (t);
  app_sends (t, 10000);
  talk_check (t, peer_ignores (t) == 10);
  peer_sends (t, ". 1:1(0) ack 1 <nop,nop,sack 1001:2001>");
  peer_sends (t, ". 1:1(0) ack 1 <nop,nop,sack 1001:3001>");
  talk_check (t, app_info (t).in_flight == 10000);
  peer_sends (t, ". 1:1(0) ack 1 <nop,nop,sack 1001:4001>");
  flight_expects (t, 0, REPAIR_THIRD_DUPLICATE_ACK);
  peer_ignores (t);
  talk_free (t);
}

/* The timer ran out: the oldest is lost and what is old, but not what left
 * 10 ms ago. req: TCP-RCK-8 TCP-RTO-9 TCP-RTO-16 */
static void
test_timeout (void)
{
  Talk *t = flight_new (8, 8);

  advance (t, 100, MILLISECOND);
  flight_expects (t, 7, REPAIR_TLP);
  advance (t, 290, MILLISECOND);
  app_sends (t, 1000);
  flight_expects (t, 8, REPAIR_NONE);
  talk_check (t, app_info (t).in_flight == 9000);
  advance (t, 10, MILLISECOND);
  flight_expects (t, 0, REPAIR_RTO);
  peer_expects_nothing (t);
  talk_check (t, app_info (t).in_flight == 2000);
  peer_has (t, 9, -1, -1);
  falls_silent (t);
  talk_free (t);
}

/* Even if the peer reports the oldest itself; and all reports are forgotten.
 * req: TCP-SAK-5 TCP-SAK-6 */
static void
test_timeout_forgets_reports (void)
{
  Talk *t = flight_new (10, 10);

  peer_has (t, 0, 1, 2);
  peer_has (t, 1, 2, 2);
  talk_check (t, app_info (t).in_flight < 9000);
  sleep_through (t, 10, SECOND);
  peer_ignores (t);
  peer_has (t, 2, -1, -1);
  flight_expects (t, 2, REPAIR_RTO);
  flight_expects (t, 3, REPAIR_RTO);
  peer_expects_nothing (t);
  peer_has (t, 10, -1, -1);
  falls_silent (t);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rack/each-position", test_each_position);
  g_test_add_func ("/rack/several", test_several);
  g_test_add_func ("/rack/little-reordering", test_little_reordering);
  g_test_add_func ("/rack/reordering-seen", test_reordering_seen);
  g_test_add_func ("/rack/window-grows", test_window_grows);
  g_test_add_func ("/rack/window-shrinks", test_window_shrinks);
  g_test_add_func ("/rack/repair-lost", test_repair_lost);
  g_test_add_func ("/rack/too-soon-for-a-repair", test_too_soon_for_a_repair);
  g_test_add_func ("/rack/without-sack", test_without_sack);
  g_test_add_func ("/rack/timeout", test_timeout);
  g_test_add_func ("/rack/timeout-forgets-reports",
                   test_timeout_forgets_reports);
  return g_test_run ();
}
