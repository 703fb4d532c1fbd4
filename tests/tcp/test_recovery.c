// SPDX-License-Identifier: MIT
/* Fast retransmit, NewReno and the congestion window: RFC 5681, 6582, 3042. */
#include "tests/harness.h"

static void
expect_segment (Talk *t, int number)
{
  peer_expects (t, ". %d:%d(1000) ack 1", number * 1000 + 1,
                number * 1000 + 1001);
}

/* Ten of thirty segments in flight; the peer says N times that it waits for
 * segment 0. */
static Talk *
talk_with_ten (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 30000);
  for (int i = 0; i < 10; i++)
    expect_segment (t, i);
  return t;
}

/* Up to the fast retransmission of segment 0. */
static void
lose_first (Talk *t)
{
  peer_sends (t, ". 1:1(0) ack 1");
  expect_segment (t, 10);
  peer_sends (t, ". 1:1(0) ack 1");
  expect_segment (t, 11);
  talk_check (t, app_info (t).cwnd == 10000);
  peer_sends (t, ". 1:1(0) ack 1");
  expect_segment (t, 0);
  talk_check (t, t->out.cause == REPAIR_THIRD_DUPLICATE_ACK);
  talk_check (t, t->out.caused_by == t->packet - 1);
  peer_expects_nothing (t);
}

/* req: TCP-LR-1 TCP-LR-3 TCP-LR-7 TCP-LR-8 TCP-CC-2 TCP-CC-8 */
static void
test_fast_retransmit (void)
{
  Talk *t = talk_with_ten ();

  lose_first (t);
  /* Without the two of limited transmit. */
  talk_check (t, app_info (t).ssthresh == 5000);
  for (int i = 0; i < 4; i++)
    peer_sends (t, ". 1:1(0) ack 1");
  peer_expects_nothing (t);
  for (int i = 12; i < 16; i++)
    {
      peer_sends (t, ". 1:1(0) ack 1");
      expect_segment (t, i);
    }
  peer_sends (t, ". 1:1(0) ack 12001");
  expect_segment (t, 16);
  peer_expects_nothing (t);
  talk_check (t, app_info (t).cwnd == 5000);
  talk_check (t, app_info (t).retransmissions == 1);
  talk_free (t);
}

/* Nothing new could be sent, so nothing is subtracted. req: TCP-CC-8 TCP-LR-3
 */
static void
test_half_of_flight (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 10000);
  talk_check (t, peer_ignores (t) == 10);
  for (int i = 0; i < 3; i++)
    peer_sends (t, ". 1:1(0) ack 1");
  expect_segment (t, 0);
  talk_check (t, app_info (t).ssthresh == 5000);
  talk_free (t);
}

/* Three holes: one by one, in one episode, without a timeout.
 * req: TCP-LR-4 TCP-LR-7 */
static void
test_partial_acks (void)
{
  Talk *t = talk_with_ten ();

  lose_first (t);
  advance (t, 50, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 3001");
  expect_segment (t, 3);
  talk_check (t, t->out.cause == REPAIR_PARTIAL_ACK);
  peer_expects_nothing (t);
  advance (t, 50, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 7001");
  expect_segment (t, 7);
  talk_check (t, t->out.cause == REPAIR_PARTIAL_ACK);
  peer_ignores (t);
  talk_check (t, app_info (t).ssthresh == 5000);
  advance (t, 50, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 12001");
  talk_check (t, app_info (t).cwnd == 5000);
  peer_ignores (t);
  talk_check (t, app_info (t).retransmissions == 3);
  talk_free (t);
}

/* Three more of the same ACK, when that was the whole window before: they may
 * be for our own copies. req: TCP-LR-5 */
static void
test_recover_check (void)
{
  Talk *t = talk_with_ten ();

  lose_first (t);
  peer_sends (t, ". 1:1(0) ack 12001");
  peer_ignores (t);
  for (int i = 0; i < 6; i++)
    {
      peer_sends (t, ". 1:1(0) ack 12001");
      peer_ignores (t);
    }
  talk_check (t, app_info (t).retransmissions == 1);
  talk_check (t, app_info (t).ssthresh == 5000);
  /* Above it they mean a loss again. */
  peer_sends (t, ". 1:1(0) ack 13001");
  peer_ignores (t);
  for (int i = 0; i < 3; i++)
    {
      peer_sends (t, ". 1:1(0) ack 13001");
      peer_ignores (t);
    }
  talk_check (t, app_info (t).retransmissions == 2);
  talk_free (t);
}

/* req: TCP-LR-5 TCP-LR-11 */
static void
test_duplicates_after_timeout (void)
{
  Talk *t = talk_with_ten ();

  advance (t, 200, MILLISECOND);
  expect_segment (t, 0);
  peer_expects_nothing (t);
  for (int i = 0; i < 5; i++)
    {
      peer_sends (t, ". 1:1(0) ack 1");
      peer_ignores (t);
    }
  talk_check (t, app_info (t).cwnd == 1000);
  talk_check (t, app_info (t).ssthresh == 5000);
  peer_sends (t, ". 1:1(0) ack 10001");
  talk_check (t, app_info (t).cwnd <= 2000);
  peer_ignores (t);
  talk_free (t);
}

/* The repair is lost as well: the timer. req: TCP-LR-11 TCP-RTO-11 */
static void
test_repair_lost (void)
{
  Talk *t = talk_with_ten ();

  lose_first (t);
  advance (t, 200, MILLISECOND);
  expect_segment (t, 0);
  talk_check (t, t->out.cause == REPAIR_RTO);
  talk_check (t, app_info (t).cwnd == 1000);
  talk_check (t, app_info (t).ssthresh < 10000);
  peer_expects_nothing (t);
  talk_free (t);
}

/* What is no duplicate. req: TCP-LR-2 */
static void
test_not_duplicates (void)
{
  Talk *t = talk_with_ten ();

  for (int i = 0; i < 5; i++)
    {
      peer_sends (t, ". %d:%d(0) ack 1 win %d", i * 100 + 1, i * 100 + 1,
                  60000 + i);
      peer_sends (t, ". %d:%d(100) ack 1 win %d", i * 100 + 1, i * 100 + 101,
                  60000 + i);
      peer_ignores (t);
    }
  talk_check (t, app_info (t).retransmissions == 0);
  talk_check (t, app_info (t).cwnd == 10000);
  talk_check (t, app_info (t).in_flight == 10000);
  talk_free (t);
}

/* Whoever opened: the handshake opens no window. req: TCP-CC-14 */
static void
test_handshake_grows_nothing (void)
{
  for (int active = 0; active < 2; active++)
    {
      Talk *t = talk_new ();

      if (active)
        talk_connected (t);
      else
        talk_accepted (t);
      talk_check (t, app_info (t).cwnd == 10000);
      app_sends (t, 20000);
      talk_check (t, peer_ignores (t) == 10);
      talk_free (t);
    }
}

/* Nothing in flight: no duplicates. req: TCP-LR-2 */
static void
test_idle_duplicates (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  for (int i = 0; i < 5; i++)
    peer_sends (t, ". 1:1(0) ack 1");
  app_sends (t, 500);
  peer_expects (t, "P. 1:501(500) ack 1");
  peer_sends (t, ". 1:1(0) ack 501");
  falls_silent (t);
  talk_check (t, app_info (t).retransmissions == 0);
  talk_free (t);
}

/* req: TCP-CC-1 TCP-CC-3 TCP-CC-5 TCP-ACK-7 TCP-CC-7 */
static void
test_slow_start (void)
{
  Talk *t = talk_new ();
  uint32_t cwnd = 10000;

  talk_accepted (t);
  app_sends (t, 200000);
  peer_ignores (t);
  peer_sends (t, ". 1:1(0) ack 1001");
  talk_check (t, app_info (t).cwnd == 11000);
  peer_ignores (t);
  peer_sends (t, ". 1:1(0) ack 3001");
  talk_check (t, app_info (t).cwnd == 13000);
  peer_ignores (t);
  /* A stretched ACK is worth two segments. */
  peer_sends (t, ". 1:1(0) ack 10001");
  cwnd = app_info (t).cwnd;
  talk_check (t, cwnd == 15000);
  peer_ignores (t);
  /* A hundred ACKs for one segment are worth one. */
  for (int i = 1; i <= 100; i++)
    {
      peer_sends (t, ". 1:1(0) ack %d", 10001 + i * 10);
      peer_ignores (t);
    }
  talk_check (t, app_info (t).cwnd <= cwnd + 1000);
  talk_free (t);
}

/* One segment a round trip. req: TCP-CC-4 */
static void
test_avoidance (void)
{
  StackConfig config = talk_config ();
  Talk *t;
  int64_t acked = 12001;

  config.send_buffer = 1 << 22;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  app_sends (t, 60000);
  for (int i = 0; i < 10; i++)
    expect_segment (t, i);
  lose_first (t);
  peer_sends (t, ". 1:1(0) ack 12001");
  for (int trip = 0; trip < 40; trip++)
    {
      int64_t sent;

      app_sends (t, 60000);
      peer_ignores (t);
      sent = acked + app_info (t).in_flight;
      talk_check (t, app_info (t).cwnd >= 5000 + (uint32_t) trip * 900);
      talk_check (t, app_info (t).cwnd <= 6000 + (uint32_t) trip * 1000);
      while (acked < sent)
        {
          acked = MIN (acked + 2000, sent);
          peer_sends (t, ". 1:1(0) ack %ld", (long) acked);
          peer_ignores (t);
        }
    }
  talk_free (t);
}

/* req: TCP-CC-11 */
static void
test_unused_window (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  for (int i = 0; i < 100; i++)
    {
      app_sends (t, 1000);
      peer_expects (t, "P. %d:%d(1000) ack 1", i * 1000 + 1, i * 1000 + 1001);
      peer_sends (t, ". 1:1(0) ack %d", i * 1000 + 1001);
    }
  talk_check (t, app_info (t).cwnd == 10000);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recovery/fast-retransmit", test_fast_retransmit);
  g_test_add_func ("/recovery/half-of-flight", test_half_of_flight);
  g_test_add_func ("/recovery/partial-acks", test_partial_acks);
  g_test_add_func ("/recovery/recover-check", test_recover_check);
  g_test_add_func ("/recovery/duplicates-after-timeout",
                   test_duplicates_after_timeout);
  g_test_add_func ("/recovery/repair-lost", test_repair_lost);
  g_test_add_func ("/recovery/not-duplicates", test_not_duplicates);
  g_test_add_func ("/recovery/handshake-grows-nothing",
                   test_handshake_grows_nothing);
  g_test_add_func ("/recovery/idle-duplicates", test_idle_duplicates);
  g_test_add_func ("/recovery/slow-start", test_slow_start);
  g_test_add_func ("/recovery/avoidance", test_avoidance);
  g_test_add_func ("/recovery/unused-window", test_unused_window);
  return g_test_run ();
}
