// SPDX-License-Identifier: MIT
/* The retransmission timer: RFC 6298. */
#include "tests/harness.h"

#include <errno.h>
#include <math.h>

/* Round trips in milliseconds; the first is the handshake's. */
static const int TRIPS[] = { 100, 100, 120, 80,  300, 300, 300,  50,
                             50,  51,  49,  700, 20,  1,   1,    1,
                             1,   1,   1,   1,   1,   1,   2000, 90 };

/* req: TCP-RTO-2 TCP-RTO-3 TCP-RTO-4 TCP-RTO-7 */
static void
test_table (void)
{
  Talk *t = talk_new ();
  double srtt = 0, rttvar = 0;

  app_listen (t, 7777, 1);
  for (unsigned i = 0; i < G_N_ELEMENTS (TRIPS); i++)
    {
      double trip = TRIPS[i] * 1e6, rto;

      if (i == 0)
        {
          peer_sends (t, "S 0:0(0) <mss 1000>");
          peer_expects (t, "S. 0:0(0) ack 1");
          srtt = trip;
          rttvar = trip / 2;
        }
      else
        {
          app_sends (t, 1);
          peer_expects (t, "P. %u:%u(1) ack 1", i, i + 1);
          rttvar += (fabs (srtt - trip) - rttvar) / 4;
          srtt += (trip - srtt) / 8;
        }
      /* Longer than the RTO would be another story. */
      if (i > 0 && trip >= (double) app_info (t).rto)
        {
          sleep_through (t, 5, SECOND);
          peer_sends (t, ". 1:1(0) ack %u", i + 1);
          break;
        }
      advance (t, TRIPS[i], MILLISECOND);
      peer_sends (t, ". 1:1(0) ack %u", i + 1);
      if (i == 0)
        app_accepts (t);
      rto = fmin (fmax (srtt + fmax (1, 4 * rttvar), 200e6), 60e9);
      g_assert_cmpfloat (fabs (rto - (double) app_info (t).rto), <, 100);
      g_assert_cmpfloat (fabs (srtt - (double) app_info (t).srtt), <, 100);
    }
  talk_free (t);
}

/* req: TCP-RTO-9 TCP-RTO-5 TCP-TMO-1 TCP-TMO-2 */
static void
test_back_off (void)
{
  Talk *t = talk_new ();
  Time gap = 200 * MILLISECOND;

  talk_accepted (t);
  app_sends (t, 500);
  peer_expects (t, "P. 1:501(500) ack 1");
  for (int i = 0; i < 15; i++)
    {
      advance (t, gap, 1);
      peer_expects (t, "P. 1:501(500) ack 1");
      talk_check (t, t->out.cause == REPAIR_RTO);
      talk_check (t, t->out.repairs == t->packet - 1);
      gap = MIN (2 * gap, 60 * SECOND);
    }
  talk_check (t, app_info (t).retransmissions == 15);
  advance (t, gap, 1);
  peer_expects_nothing (t);
  state_is (t, "CLOSED");
  error_is (t, ETIMEDOUT);
  talk_check (t, t->now - t->began > 100 * SECOND);
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-TMO-1 TCP-TMO-3 */
static void
test_limit (void)
{
  for (unsigned r2 = 0; r2 <= 3; r2 += 3)
    {
      StackConfig config = talk_config ();
      Talk *t;

      config.tcp.r2 = r2;
      t = talk_new_with (&config, false, SECOND);
      talk_accepted (t);
      app_sends (t, 500);
      sleep_through (t, 24 * 3600, SECOND);
      state_is (t, r2 == 0 ? "ESTABLISHED" : "CLOSED");
      if (r2 > 0)
        talk_check (t, app_info (t).retransmissions == r2);
      else
        talk_check (t, app_info (t).retransmissions > 1000);
      talk_free (t);
    }
}

/* Which copy was acknowledged nobody knows. req: TCP-RTO-6 TCP-RTO-10 */
static void
test_karn (void)
{
  Talk *t = talk_new ();
  Time srtt;

  talk_accepted (t);
  srtt = app_info (t).srtt;
  app_sends (t, 500);
  peer_expects (t, "P. 1:501(500) ack 1");
  advance (t, 200, MILLISECOND);
  peer_expects (t, "P. 1:501(500) ack 1");
  advance (t, 400, MILLISECOND);
  peer_expects (t, "P. 1:501(500) ack 1");
  peer_sends (t, ". 1:1(0) ack 501");
  talk_check (t, app_info (t).srtt == srtt);
  talk_check (t, app_info (t).rto == 800 * MILLISECOND);
  app_sends (t, 500);
  peer_expects (t, "P. 501:1001(500) ack 1");
  advance (t, 800, MILLISECOND);
  peer_expects (t, "P. 501:1001(500) ack 1");
  peer_sends (t, ". 1:1(0) ack 1001");
  app_sends (t, 500);
  peer_expects (t, "P. 1001:1501(500) ack 1");
  advance (t, 10, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1501");
  talk_check (t, app_info (t).rto == 200 * MILLISECOND);
  talk_check (t, app_info (t).backoff == 0);
  talk_free (t);
}

/* req: TCP-RTO-8 TCP-RTO-14 */
static void
test_restart (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 2000);
  talk_check (t, peer_ignores (t) == 2);
  advance (t, 150, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1001");
  /* 150 ms were one sample more: 18.75 + 4 * 37.5 ms is the minimum. */
  advance (t, 200 * MILLISECOND - 1, 1);
  peer_expects_nothing (t);
  advance (t, 1, 1);
  peer_expects (t, "P. 1001:2001(1000) ack 1");
  talk_free (t);
}

/* The handshake cost one timeout: 3 s to begin with, ten segments; two: one
 * segment. req: TCP-RTO-1 TCP-RTO-12 TCP-RTO-6 */
static void
test_after_syn_timeout (void)
{
  for (int lost = 1; lost <= 2; lost++)
    {
      Talk *t = talk_new ();

      app_connect (t, 80);
      peer_expects (t, "S 0:0(0)");
      for (int i = 0; i < lost; i++)
        {
          advance (t, 1 << i, SECOND);
          peer_expects (t, "S 0:0(0)");
        }
      peer_sends (t, "S. 0:0(0) ack 1 <mss 1000>");
      peer_expects (t, ". 1:1(0) ack 1");
      talk_check (t, app_info (t).rto == 3 * SECOND);
      talk_check (t, app_info (t).srtt == 0);
      app_sends (t, 20000);
      talk_check (t, peer_ignores (t) == (lost == 1 ? 10 : 1));
      advance (t, 3, SECOND);
      peer_expects (t, ". 1:1001(1000) ack 1");
      talk_free (t);
    }
}

/* After the timeout: slow start over all that was in flight.
 * req: TCP-RTO-11 TCP-CC-1 TCP-CC-3 TCP-CC-5 TCP-CC-8 */
static void
test_slow_start_again (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 10000);
  talk_check (t, peer_ignores (t) == 10);
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 1:1001(1000) ack 1");
  peer_expects_nothing (t);
  talk_check (t, app_info (t).ssthresh == 5000);
  talk_check (t, app_info (t).cwnd == 1000);
  peer_sends (t, ". 1:1(0) ack 1001");
  peer_expects (t, ". 1001:2001(1000) ack 1");
  peer_expects (t, ". 2001:3001(1000) ack 1");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 3001");
  /* One segment more for each ACK, not two: the ACK may be for old copies. */
  peer_expects (t, ". 3001:4001(1000) ack 1");
  peer_expects (t, ". 4001:5001(1000) ack 1");
  peer_expects (t, ". 5001:6001(1000) ack 1");
  peer_expects_nothing (t);
  /* All the rest had arrived. */
  peer_sends (t, ". 1:1(0) ack 10001");
  falls_silent (t);
  talk_check (t, app_info (t).retransmissions == 6);
  talk_free (t);
}

/* req: TCP-RTO-11 */
static void
test_second_timeout (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 8000);
  talk_check (t, peer_ignores (t) == 8);
  for (int i = 0; i < 3; i++)
    {
      advance (t, 200 << i, MILLISECOND);
      peer_expects (t, ". 1:1001(1000) ack 1");
      talk_check (t, app_info (t).ssthresh == 4000);
      talk_check (t, app_info (t).cwnd == 1000);
    }
  talk_free (t);
}

/* The fast retransmission counts as sent. req: TCP-RTO-16 */
static void
test_not_too_soon (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 5000);
  talk_check (t, peer_ignores (t) == 5);
  advance (t, 190, MILLISECOND);
  for (int i = 0; i < 3; i++)
    peer_sends (t, ". 1:1(0) ack 1");
  peer_expects (t, ". 1:1001(1000) ack 1");
  advance (t, 200 * MILLISECOND - 1, 1);
  peer_expects_nothing (t);
  advance (t, 1, 1);
  peer_expects (t, ". 1:1001(1000) ack 1");
  talk_check (t, t->out.cause == REPAIR_RTO);
  talk_free (t);
}

/* SEGMENT is sent again COUNT times, each after twice the time. */
static void
lose (Talk *t, const char *segment, unsigned count, Time rto)
{
  for (unsigned i = 0; i < count; i++, rto *= 2)
    {
      advance (t, rto - 1, 1);
      peer_expects_nothing (t);
      advance (t, 1, 1);
      peer_expects (t, "%s", segment);
    }
}

/* RFC 8961 4: a second while nothing is known, then what samples say; each
 * expiry doubles it until the next sample, and is congestion; silence makes it
 * no shorter. req: TCP-RTO-15 */
static void
test_three_outages (void)
{
  Talk *t = talk_new ();

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  lose (t, "S 0:0(0)", 3, SECOND);
  peer_sends (t, "S. 0:0(0) ack 1 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1");
  app_sends (t, 500);
  peer_expects (t, "P. 1:501(500) ack 1");
  advance (t, 100, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 501");

  app_sends (t, 500);
  peer_expects (t, "P. 501:1001(500) ack 1");
  lose (t, "P. 501:1001(500) ack 1", 4, 300 * MILLISECOND);
  talk_check (t, app_info (t).cwnd == 1000);
  peer_sends (t, ". 1:1(0) ack 1001");
  app_sends (t, 500);
  peer_expects (t, "P. 1001:1501(500) ack 1");
  lose (t, "P. 1001:1501(500) ack 1", 1, 4800 * MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1501");
  app_sends (t, 500);
  peer_expects (t, "P. 1501:2001(500) ack 1");
  advance (t, 100, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 2001");

  sleep_through (t, 3600, SECOND);
  app_sends (t, 500);
  peer_expects (t, "P. 2001:2501(500) ack 1");
  lose (t, "P. 2001:2501(500) ack 1", 5, 250 * MILLISECOND);
  talk_check (t, app_info (t).cwnd == 1000);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/retransmission/table", test_table);
  g_test_add_func ("/retransmission/back-off", test_back_off);
  g_test_add_func ("/retransmission/limit", test_limit);
  g_test_add_func ("/retransmission/karn", test_karn);
  g_test_add_func ("/retransmission/restart", test_restart);
  g_test_add_func ("/retransmission/after-syn-timeout", test_after_syn_timeout);
  g_test_add_func ("/retransmission/slow-start-again", test_slow_start_again);
  g_test_add_func ("/retransmission/second-timeout", test_second_timeout);
  g_test_add_func ("/retransmission/not-too-soon", test_not_too_soon);
  g_test_add_func ("/retransmission/three-outages", test_three_outages);
  return g_test_run ();
}
