// SPDX-License-Identifier: MIT
/* What a sender makes of SACK blocks, true ones and others: RFC 2018, 2883. */
#include "tests/tcp/flight.h"

/* Nothing of this can be true. req: TCP-SAK-7 */
static void
test_invalid (void)
{
  static const char *const blocks[] = {
    "2001:2001",   /* empty */
    "3001:2001",   /* backwards */
    "10001:11001", /* never sent */
    "9001:10002",  /* ends beyond what was sent */
    "1:2001",      /* overlaps what the ACK says */
    "-999:3001",   /* begins before the stream */
    "2147483000:2147484000",
    "-2000000000:-1999999000",
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      Talk *t = flight_new (10, 10);

      for (int k = 0; k < 5; k++)
        peer_sends (t, ". 1:1(0) ack 1 <nop,nop,sack %s>", blocks[i]);
      talk_check (t, app_info (t).in_flight == 10000);
      peer_expects_nothing (t);
      /* A true one next to it counts. */
      peer_sends (t, ". 1:1(0) ack 1 <nop,nop,sack 5001:6001 %s>", blocks[i]);
      talk_check (t, app_info (t).in_flight == 9000);
      peer_has (t, 10, -1, -1);
      falls_silent (t);
      talk_check (t, app_info (t).retransmissions == 0);
      talk_free (t);
    }
}

/* Whole segments only: nothing is cut, nothing is remembered of pieces.
 * req: TCP-SAK-8 */
static void
test_pieces (void)
{
  Talk *t = flight_new (10, 10);

  for (int at = 9; at < 9990; at += 16)
    peer_sends (t, ". 1:1(0) ack 1 <nop,nop,sack %d:%d>", at, at + 8);
  talk_check (t, app_info (t).in_flight == 10000);
  talk_check (t, app_info (t).unacknowledged == 10);
  peer_sends (t, ". 1:1(0) ack 1 <nop,nop,sack 1500:4500>");
  talk_check (t, app_info (t).in_flight == 8000);
  talk_check (t, app_info (t).unacknowledged == 10);
  peer_ignores (t);
  talk_free (t);
}

/* More holes than the limit: passed over, counted, and no harm done.
 * req: TCP-SAK-8 */
static void
test_limit (void)
{
  StackConfig config = flight_config ();
  Talk *t;

  config.ranges_max = 3;
  config.tcp.rack = false;
  t = flight_new_with (&config, 20, 20);
  for (int n = 1; n < 20; n += 2)
    {
      peer_has (t, 0, n, n);
      peer_ignores (t);
    }
  talk_check (t, stack_counter (t->stack, STACK_COUNTER_RANGES_FULL) > 0);
  peer_has (t, 20, -1, -1);
  falls_silent (t);
  talk_free (t);
}

/* What was reported is not sent again. req: TCP-SAK-6 TCP-LR-6 */
static void
test_not_again (void)
{
  Talk *t = flight_new (10, 10);

  peer_has_two (t, 0, 5, 9, 1, 3);
  flight_expects (t, 0, REPAIR_RACK);
  flight_expects (t, 4, REPAIR_RACK);
  peer_expects_nothing (t);
  peer_has (t, 10, -1, -1);
  falls_silent (t);
  talk_free (t);
}

/* A block in the ACK that moves on; one in an ACK that came too late.
 * req: TCP-SAK-7 */
static void
test_with_progress (void)
{
  Talk *t = flight_new (10, 10);

  peer_has (t, 3, 5, 5);
  talk_check (t, app_info (t).in_flight == 6000);
  peer_has (t, 1, 6, 6);
  talk_check (t, app_info (t).in_flight == 5000);
  /* No D-SACK: it was above its own ACK. */
  peer_has (t, 1, 2, 2);
  talk_check (t, app_info (t).in_flight == 5000);
  peer_ignores (t);
  peer_has (t, 10, -1, -1);
  falls_silent (t);
  talk_free (t);
}

/* A D-SACK is of the past, or inside the second block; neither is news of the
 * flight. req: TCP-SAK-7 TCP-SAK-11 */
static void
test_dsack (void)
{
  Talk *t = flight_new (10, 10);

  peer_has (t, 4, -1, -1);
  for (int i = 0; i < 5; i++)
    peer_has (t, 4, 0, 0);
  talk_check (t, app_info (t).in_flight == 6000);
  peer_expects_nothing (t);
  peer_has (t, 4, 6, 7);
  peer_has_two (t, 4, 6, 6, 6, 7);
  talk_check (t, app_info (t).in_flight == 4000);
  peer_ignores (t);
  peer_has (t, 10, -1, -1);
  falls_silent (t);
  talk_free (t);
}

/* The FIN has a number as well. req: TCP-SAK-7 */
static void
test_fin (void)
{
  Talk *t = flight_new (4, 4);

  app_shuts_down (t, 1);
  peer_expects (t, "F. 4001:4001(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 <nop,nop,sack 1001:4002>");
  flight_expects (t, 0, REPAIR_RACK);
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 4002");
  state_is (t, "FIN-WAIT-2");
  falls_silent (t);
  talk_free (t);
}

/* The peer has all but the first and then forgets: everything goes again, and
 * its reports count anew. req: TCP-SAK-5 TCP-SAK-6 */
static void
test_reneging (void)
{
  Talk *t = flight_new (10, 10);
  int n = 1;

  peer_has (t, 0, 1, 9);
  flight_expects (t, 0, REPAIR_RACK);
  peer_expects_nothing (t);
  peer_has (t, 1, -1, -1);
  flight_waits (t, 1, REPAIR_RTO);
  for (n = 2; n <= 10; n++)
    {
      peer_has (t, n, -1, -1);
      peer_ignores (t);
    }
  falls_silent (t);
  talk_check (t, app_info (t).retransmissions == 10);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sack-sender/invalid", test_invalid);
  g_test_add_func ("/sack-sender/pieces", test_pieces);
  g_test_add_func ("/sack-sender/limit", test_limit);
  g_test_add_func ("/sack-sender/not-again", test_not_again);
  g_test_add_func ("/sack-sender/with-progress", test_with_progress);
  g_test_add_func ("/sack-sender/dsack", test_dsack);
  g_test_add_func ("/sack-sender/fin", test_fin);
  g_test_add_func ("/sack-sender/reneging", test_reneging);
  return g_test_run ();
}
