// SPDX-License-Identifier: MIT
/* What was done for nothing is taken back: D-SACK (RFC 2883, RFC 3708), Eifel
 * (RFC 3522, RFC 4015), F-RTO (RFC 5682). */
#include "tests/tcp/flight.h"

/* Segment 0 was sent again, and the window halved. */
static Talk *
talk_repaired (void)
{
  Talk *t = flight_new (10, 10);

  peer_has (t, 0, 1, 3);
  flight_expects (t, 0, REPAIR_RACK);
  peer_expects_nothing (t);
  talk_check (t, app_info (t).ssthresh == 5000);
  return t;
}

/* The original was only late. req: TCP-FRT-3 TCP-SAK-11 */
static void
test_dsack (void)
{
  Talk *t = talk_repaired ();

  advance (t, 5, MILLISECOND);
  peer_has (t, 10, -1, -1);
  talk_check (t, app_info (t).cwnd == 5000);
  peer_has (t, 10, 0, 0);
  talk_check (t, app_info (t).cwnd == 10000);
  talk_check (t, app_info (t).ssthresh > 10000);
  falls_silent (t);
  talk_free (t);
}

/* While recovery still goes on: it ends, and nothing more is lost.
 * req: TCP-FRT-3 */
static void
test_dsack_in_recovery (void)
{
  Talk *t = talk_repaired ();

  peer_sends (t, ". 1:1(0) ack 4001 <nop,nop,sack 1:1001>");
  talk_check (t, app_info (t).cwnd >= 10000);
  talk_check (t, app_info (t).in_flight == 6000);
  peer_expects_nothing (t);
  peer_has (t, 10, -1, -1);
  falls_silent (t);
  talk_check (t, app_info (t).retransmissions == 1);
  talk_free (t);
}

/* Two were sent again: both must have been for nothing. req: TCP-FRT-3 */
static void
test_dsack_of_all (void)
{
  Talk *t = flight_new (10, 10);

  peer_has (t, 0, 2, 9);
  flight_expects (t, 0, REPAIR_RACK);
  flight_expects (t, 1, REPAIR_RACK);
  advance (t, 5, MILLISECOND);
  peer_has (t, 10, -1, -1);
  peer_has (t, 10, 1, 1);
  talk_check (t, app_info (t).ssthresh == 5000);
  peer_has (t, 10, 0, 0);
  talk_check (t, app_info (t).ssthresh > 5000);
  talk_check (t, app_info (t).cwnd == 10000);
  falls_silent (t);
  talk_free (t);
}

/* Reports of what this episode did not send again. req: TCP-FRT-3 */
static void
test_dsack_of_others (void)
{
  Talk *t = flight_new (10, 30);

  peer_has (t, 2, -1, -1);
  talk_check (t, peer_ignores (t) == 4);
  peer_has (t, 2, 3, 5);
  flight_expects (t, 2, REPAIR_RACK);
  peer_ignores (t);
  peer_has (t, 2, 0, 0);
  peer_has (t, 2, 1, 1);
  peer_ignores (t);
  talk_check (t, app_info (t).ssthresh < 10000);
  peer_has (t, 14, -1, -1);
  peer_ignores (t);
  talk_check (t, app_info (t).cwnd == app_info (t).ssthresh);
  talk_free (t);
}

/* Only once: the window of today is not that of yesterday. req: TCP-FRT-3 */
static void
test_once (void)
{
  Talk *t = talk_repaired ();
  uint32_t cwnd;

  peer_has (t, 10, -1, -1);
  peer_has (t, 10, 0, 0);
  talk_check (t, app_info (t).cwnd == 10000);
  app_sends (t, 10000);
  talk_check (t, peer_ignores (t) == 10);
  advance (t, 150, MILLISECOND);
  peer_has (t, 10, 11, 13);
  peer_ignores (t);
  advance (t, 150, MILLISECOND);
  peer_has (t, 20, -1, -1);
  cwnd = app_info (t).cwnd;
  talk_check (t, cwnd == 5000);
  /* The copy of the first episode. */
  peer_has (t, 20, 0, 0);
  talk_check (t, app_info (t).cwnd == cwnd);
  talk_free (t);
}

/* Timestamps: segments of 1000 bytes, ten of them, TS val 0 at the SYN. */
static Talk *
talk_timed (unsigned total, bool rack)
{
  StackConfig config = flight_config ();
  Talk *t;

  config.tcp.timestamps = true;
  config.tcp.rack = rack;
  t = talk_new_with (&config, false, SECOND);
  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1012,sackOK,TS val 0 ecr 0>");
  peer_expects (t, "S. 0:0(0) ack 1");
  advance (t, 100, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1 <nop,nop,TS val 100 ecr 0>");
  app_accepts (t);
  app_sends (t, total * 1000);
  for (int n = 0; n < 10; n++)
    flight_expects (t, n, REPAIR_NONE);
  peer_expects_nothing (t);
  return t;
}

/* A path that stood still for a while: the ACK of the original comes after the
 * timeout, and says so. No go-back-N. req: TCP-FRT-3 */
static void
test_eifel_timeout (void)
{
  Talk *t = talk_timed (10, false);

  sleep_through (t, 1500, MILLISECOND);
  talk_check (t, app_info (t).cwnd == 1000);
  peer_sends (t, ". 1:1(0) ack 1001 <nop,nop,TS val 1600 ecr 100>");
  talk_check (t, app_info (t).cwnd >= 10000);
  talk_check (t, app_info (t).ssthresh > 10000);
  talk_check (t, app_info (t).in_flight == 9000);
  talk_check (t, app_info (t).backoff == 0);
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 10001 <nop,nop,TS val 1600 ecr 100>");
  falls_silent (t);
  talk_check (t, app_info (t).retransmissions == 2);
  talk_free (t);
}

/* It is the copy that is echoed: the loss was real. req: TCP-FRT-3 TCP-RTO-6
 */
static void
test_eifel_real_loss (void)
{
  Talk *t = talk_timed (10, false);

  advance (t, 300, MILLISECOND);
  flight_expects (t, 0, REPAIR_RTO);
  advance (t, 100, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1001 <nop,nop,TS val 500 ecr 400>");
  talk_check (t, app_info (t).cwnd == 2000);
  talk_check (t, app_info (t).ssthresh == 5000);
  /* Timestamps tell which copy it was: a sample, and no back-off. */
  talk_check (t, app_info (t).backoff == 0);
  talk_check (t, app_info (t).srtt <= 101 * MILLISECOND);
  talk_check (t, peer_ignores (t) == 2);
  talk_free (t);
}

/* A fast retransmission for nothing. req: TCP-FRT-3 TCP-LR-1 */
static void
test_eifel_fast (void)
{
  Talk *t = talk_timed (10, false);

  advance (t, 100, MILLISECOND);
  for (int n = 2; n <= 4; n++)
    peer_sends (t,
                ". 1:1(0) ack 1 <nop,nop,TS val 200 ecr 0,nop,nop,"
                "sack 1001:%d>",
                n * 1000 + 1);
  flight_expects (t, 0, REPAIR_SACK_COUNT);
  talk_check (t, app_info (t).ssthresh == 5000);
  peer_ignores (t);
  advance (t, 5, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 4001 <nop,nop,TS val 205 ecr 100>");
  talk_check (t, app_info (t).cwnd >= 10000);
  talk_check (t, app_info (t).ssthresh > 10000);
  peer_expects_nothing (t);
  talk_free (t);
}

/* What is echoed cannot be ours. req: TCP-FRT-3 */
static void
test_eifel_nonsense (void)
{
  Talk *t = talk_timed (10, false);

  advance (t, 300, MILLISECOND);
  flight_expects (t, 0, REPAIR_RTO);
  advance (t, 10, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1001 <nop,nop,TS val 500 ecr 40000>");
  talk_check (t, app_info (t).cwnd == 2000);
  peer_ignores (t);
  talk_free (t);
}

/* A repair is reported by an ACK that echoes what left before it: it may be
 * the original, and says nothing of what else left meanwhile.
 * req: TCP-RCK-1 */
static void
test_report_of_original (void)
{
  Talk *t = talk_timed (10, true);

  advance (t, 100, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1 "
                 "<nop,nop,TS val 200 ecr 0,nop,nop,sack 2001:9001>");
  flight_expects (t, 0, REPAIR_RACK);
  flight_expects (t, 1, REPAIR_RACK);
  peer_expects_nothing (t);
  advance (t, 150, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1 "
                 "<nop,nop,TS val 350 ecr 0,nop,nop,sack 1001:9001>");
  peer_expects_nothing (t);
  talk_check (t, app_info (t).retransmissions == 2);
  talk_free (t);
}

/* A flight of ten, of more to come, whose ACKs are late: after the timeout.
 * PLAIN: without SACK. */
static Talk *
talk_late (bool plain, unsigned total)
{
  StackConfig config = flight_config ();
  Talk *t;

  config.tcp.rack = false;
  config.tcp.sack = !plain;
  t = flight_new_with (&config, 10, total);
  advance (t, 200, MILLISECOND);
  flight_expects (t, 0, REPAIR_RTO);
  peer_expects_nothing (t);
  talk_check (t, app_info (t).cwnd == 1000);
  advance (t, 500 * MILLISECOND, 1);
  return t;
}

/* Two ACKs that move on without our help. req: TCP-FRT-1 TCP-FRT-2 */
static void
test_frto_spurious (void)
{
  for (int plain = 0; plain < 2; plain++)
    {
      Talk *t = talk_late (plain, 30);

      peer_has (t, 1, -1, -1);
      flight_expects (t, 10, REPAIR_NONE);
      flight_expects (t, 11, REPAIR_NONE);
      peer_expects_nothing (t);
      peer_has (t, 2, -1, -1);
      talk_check (t, app_info (t).cwnd >= 10000);
      talk_check (t, app_info (t).ssthresh > 10000);
      talk_check (t, app_info (t).retransmissions == 1);
      peer_ignores (t);
      for (int n = 3; n <= 12; n++)
        {
          peer_has (t, n, -1, -1);
          peer_ignores (t);
        }
      talk_check (t, app_info (t).retransmissions == 1);
      talk_free (t);
    }
}

/* With SACK the report of an original is as good. req: TCP-FRT-2 */
static void
test_frto_reported (void)
{
  Talk *t = talk_late (false, 30);

  peer_has (t, 1, -1, -1);
  flight_expects (t, 10, REPAIR_NONE);
  flight_expects (t, 11, REPAIR_NONE);
  peer_has (t, 1, 2, 2);
  talk_check (t, app_info (t).cwnd >= 10000);
  talk_check (t, app_info (t).retransmissions == 1);
  talk_free (t);
}

/* The new data is all that the peer got: go back. req: TCP-FRT-1 TCP-FRT-2 */
static void
test_frto_real_loss (void)
{
  for (int plain = 0; plain < 2; plain++)
    {
      Talk *t = talk_late (plain, 30);

      peer_has (t, 1, -1, -1);
      flight_expects (t, 10, REPAIR_NONE);
      flight_expects (t, 11, REPAIR_NONE);
      if (plain)
        peer_has (t, 1, -1, -1);
      else
        peer_has (t, 1, 10, 10);
      if (!plain)
        flight_expects (t, 1, REPAIR_RTO);
      if (plain)
        {
          peer_expects_nothing (t);
          peer_has (t, 1, -1, -1);
        }
      peer_ignores (t);
      talk_check (t, app_info (t).ssthresh == 5000);
      talk_check (t, app_info (t).cwnd <= 3000);
      sleep_through (t, 2, SECOND);
      talk_check (t, app_info (t).retransmissions >= 2);
      talk_free (t);
    }
}

/* Nothing new to ask with: as ever. req: TCP-FRT-1 */
static void
test_frto_nothing_new (void)
{
  for (int plain = 0; plain < 2; plain++)
    {
      Talk *t = talk_late (plain, 10);

      peer_has (t, 1, -1, -1);
      flight_expects (t, 1, REPAIR_RTO);
      flight_expects (t, 2, REPAIR_RTO);
      peer_expects_nothing (t);
      peer_has (t, 10, -1, -1);
      falls_silent (t);
      talk_free (t);
    }
}

/* The first ACK is for everything: only one was lost. req: TCP-FRT-1 */
static void
test_frto_all_at_once (void)
{
  for (int plain = 0; plain < 2; plain++)
    {
      Talk *t = talk_late (plain, 30);

      peer_has (t, 10, -1, -1);
      talk_check (t, app_info (t).ssthresh == 5000);
      talk_check (t, app_info (t).cwnd <= 2000);
      peer_ignores (t);
      peer_has (t, 11, -1, -1);
      peer_ignores (t);
      talk_check (t, app_info (t).ssthresh == 5000);
      talk_free (t);
    }
}

/* Without SACK a duplicate comes first: segments were lost.
 * req: TCP-FRT-1 TCP-LR-5 */
static void
test_frto_duplicate_first (void)
{
  Talk *t = talk_late (true, 30);

  peer_has (t, 0, -1, -1);
  peer_expects_nothing (t);
  peer_has (t, 1, -1, -1);
  flight_expects (t, 1, REPAIR_RTO);
  flight_expects (t, 2, REPAIR_RTO);
  peer_expects_nothing (t);
  talk_free (t);
}

/* A timeout in the course of the repairs of one: no second try.
 * req: TCP-FRT-1 */
static void
test_frto_not_again (void)
{
  for (int plain = 0; plain < 2; plain++)
    {
      Talk *t = talk_late (plain, 30);

      sleep_through (t, 200, MILLISECOND);
      talk_check (t, app_info (t).retransmissions == 2);
      peer_has (t, 1, -1, -1);
      flight_expects (t, 1, REPAIR_RTO);
      flight_expects (t, 2, REPAIR_RTO);
      peer_expects_nothing (t);
      talk_free (t);
    }
}

/* The same with RACK, whose clock must forget what the late ACKs said.
 * req: TCP-FRT-2 TCP-RCK-8 */
static void
test_frto_with_rack (void)
{
  Talk *t = flight_new (10, 30);

  /* The probe takes segment 10. */
  advance (t, 100, MILLISECOND);
  flight_expects (t, 10, REPAIR_NONE);
  sleep_through (t, 450, MILLISECOND);
  talk_check (t, app_info (t).retransmissions == 1);
  talk_check (t, app_info (t).cwnd == 1000);
  peer_has (t, 1, -1, -1);
  flight_expects (t, 11, REPAIR_NONE);
  peer_ignores (t);
  peer_has (t, 2, -1, -1);
  talk_check (t, app_info (t).cwnd >= 10000);
  peer_ignores (t);
  for (int n = 3; n <= 11; n++)
    {
      peer_has (t, n, -1, -1);
      peer_ignores (t);
    }
  talk_check (t, app_info (t).retransmissions == 1);
  talk_free (t);
}

/* Another algorithm since: what was kept is the state of the old one.
 * req: SOK-OPT-2 TCP-FRT-3 */
static void
test_changed_algorithm (void)
{
  for (unsigned to = 0; to < TCP_CONGESTION_COUNT; to++)
    {
      Talk *t = talk_repaired ();
      TcpCongestion from = app_info (t).congestion;

      app_sets (t, SOCKET_OPTION_CONGESTION, to);
      advance (t, 5, MILLISECOND);
      peer_has (t, 10, -1, -1);
      peer_has (t, 10, 0, 0);
      talk_check (t, (app_info (t).ssthresh == 5000) == (from != to));
      peer_ignores (t);
      talk_free (t);
    }
}

/* BBR has no threshold to which a recovery could bring the window of its
 * successor. req: SOK-OPT-2 */
static void
test_from_bbr_in_recovery (void)
{
  Talk *t = flight_new (10, 10);

  app_sets (t, SOCKET_OPTION_CONGESTION, TCP_CONGESTION_BBR);
  peer_has (t, 0, 1, 3);
  flight_expects (t, 0, REPAIR_RACK);
  app_sets (t, SOCKET_OPTION_CONGESTION, TCP_CONGESTION_CUBIC);
  advance (t, 100, MILLISECOND);
  peer_has (t, 10, -1, -1);
  talk_check (t, app_info (t).cwnd <= 20000);
  falls_silent (t);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/undo/dsack", test_dsack);
  g_test_add_func ("/undo/dsack-in-recovery", test_dsack_in_recovery);
  g_test_add_func ("/undo/dsack-of-all", test_dsack_of_all);
  g_test_add_func ("/undo/dsack-of-others", test_dsack_of_others);
  g_test_add_func ("/undo/once", test_once);
  g_test_add_func ("/undo/eifel-timeout", test_eifel_timeout);
  g_test_add_func ("/undo/eifel-real-loss", test_eifel_real_loss);
  g_test_add_func ("/undo/eifel-fast", test_eifel_fast);
  g_test_add_func ("/undo/eifel-nonsense", test_eifel_nonsense);
  g_test_add_func ("/undo/report-of-original", test_report_of_original);
  g_test_add_func ("/undo/frto-spurious", test_frto_spurious);
  g_test_add_func ("/undo/frto-reported", test_frto_reported);
  g_test_add_func ("/undo/frto-real-loss", test_frto_real_loss);
  g_test_add_func ("/undo/frto-nothing-new", test_frto_nothing_new);
  g_test_add_func ("/undo/frto-all-at-once", test_frto_all_at_once);
  g_test_add_func ("/undo/frto-duplicate-first", test_frto_duplicate_first);
  g_test_add_func ("/undo/frto-not-again", test_frto_not_again);
  g_test_add_func ("/undo/frto-with-rack", test_frto_with_rack);
  g_test_add_func ("/undo/changed-algorithm", test_changed_algorithm);
  g_test_add_func ("/undo/from-bbr-in-recovery", test_from_bbr_in_recovery);
  return g_test_run ();
}
