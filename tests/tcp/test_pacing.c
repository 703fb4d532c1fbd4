// SPDX-License-Identifier: MIT
/* Segments leave by a schedule instead of all at once: Reno with the setting
 * "pacing". Round trips of 100 ms, segments of 1000 bytes, windows of ten. */
#include "tests/harness.h"

static void
expect_segment (Talk *t, int number)
{
  peer_expects (t, ". %d:%d(1000) ack 1", number * 1000 + 1,
                number * 1000 + 1001);
}

static Talk *
talk_paced (bool pacing)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.tcp.pacing = pacing;
  t = talk_new_with (&config, false, SECOND);
  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 win 65535");
  advance (t, 100, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  app_accepts (t);
  return t;
}

static void
test_off (void)
{
  Talk *t = talk_paced (false);

  app_sends (t, 20000);
  for (int i = 0; i < 10; i++)
    expect_segment (t, i);
  peer_expects_nothing (t);
  talk_free (t);
}

/* Ten segments in half a round trip, but for a quantum of two at once. req:
 * TCP-CC-12 */
static void
test_initial_window (void)
{
  Talk *t = talk_paced (true);

  app_sends (t, 20000);
  for (int i = 0; i < 3; i++)
    expect_segment (t, i);
  for (int i = 3; i < 10; i++)
    {
      peer_expects_nothing (t);
      advance (t, 5, MILLISECOND);
      expect_segment (t, i);
    }
  peer_expects_nothing (t);
  /* The window, not the schedule, holds the eleventh. */
  advance (t, 40, MILLISECOND);
  peer_expects_nothing (t);
  talk_free (t);
}

/* One ACK for all ten, as after many that were lost: what it lets out does not
 * leave at once. req: TCP-CC-12 */
static void
test_ack_for_all (void)
{
  Talk *t = talk_paced (true);
  unsigned burst;

  app_sends (t, 40000);
  sleep_through (t, 100, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 10001");
  talk_check (t, app_info (t).cwnd == 12000);
  burst = peer_ignores (t);
  talk_check (t, burst >= 2 && burst <= 4);
  sleep_through (t, 30, MILLISECOND);
  talk_check (t, app_info (t).in_flight < 12000);
  sleep_through (t, 10, MILLISECOND);
  talk_check (t, app_info (t).in_flight == 12000);
  talk_free (t);
}

/* In avoidance a window is spread over five sixths of a round trip. req:
 * TCP-CC-12 */
static void
test_avoidance (void)
{
  Talk *t = talk_paced (true);

  app_sends (t, 60000);
  sleep_through (t, 100, MILLISECOND);
  for (int i = 0; i < 3; i++)
    peer_adds (t, ". 1:1(0) ack 1");
  expect_segment (t, 0);
  advance (t, 100, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 10001");
  for (int i = 10; i < 13; i++)
    expect_segment (t, i);
  talk_check (t, app_info (t).cwnd == 5000);
  talk_check (t, app_info (t).ssthresh == 5000);
  for (unsigned i = 0; i < 2; i++)
    {
      talk_check (t, app_info (t).in_flight == 3000 + 1000 * i);
      advance (t, 16, MILLISECOND);
      sleep_through (t, 1, MILLISECOND);
    }
  talk_check (t, app_info (t).in_flight == 5000);
  advance (t, 60, MILLISECOND);
  talk_free (t);
}

/* After an hour without a word: a quantum, the rest by the schedule. req:
 * TCP-CC-12 */
static void
test_idle (void)
{
  Talk *t = talk_paced (true);

  app_sends (t, 10000);
  sleep_through (t, 100, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 10001");
  falls_silent (t);
  app_sends (t, 10000);
  talk_check (t, peer_ignores (t) == 3);
  sleep_through (t, 100, MILLISECOND);
  talk_check (t, app_info (t).in_flight == 10000);
  talk_free (t);
}

/* What is sent again waits for its turn too. req: TCP-CC-12 */
static void
test_repair (void)
{
  Talk *t = talk_paced (true);

  app_sends (t, 4000);
  for (int i = 0; i < 3; i++)
    expect_segment (t, i);
  for (int i = 0; i < 3; i++)
    peer_adds (t, ". 1:1(0) ack 1");
  peer_expects_nothing (t);
  sleep_through (t, 5, MILLISECOND);
  talk_check (t, app_info (t).retransmissions == 1);
  talk_free (t);
}

/* ACKs do not wait, whatever does. req: TCP-CC-12 */
static void
test_acks_go (void)
{
  Talk *t = talk_paced (true);

  app_sends (t, 20000);
  for (int i = 0; i < 3; i++)
    expect_segment (t, i);
  peer_sends (t, ". 2000:3000(1000) ack 1");
  peer_expects (t, ". 3001:3001(0) ack 1");
  peer_expects_nothing (t);
  talk_free (t);
}

/* Nor does the probe of a closed window. */
static void
test_probe_goes (void)
{
  Talk *t = talk_paced (true);

  app_sends (t, 3000);
  for (int i = 0; i < 2; i++)
    expect_segment (t, i);
  peer_expects (t, "P. 2001:3001(1000) ack 1");
  peer_sends (t, ". 1:1(0) ack 3001 win 0");
  app_sends (t, 3000);
  sleep_through (t, 2, SECOND);
  talk_check (t, app_info (t).in_flight == 1);
  talk_free (t);
}

/* A pause of the schedule is not quiet: the run goes on, and ends. */
static void
test_ends (void)
{
  Talk *t = talk_paced (true);

  app_sends (t, 5000);
  app_closes (t);
  for (int i = 0; i < 3; i++)
    expect_segment (t, i);
  talk_check (t, stack_busy (t->stack));
  sleep_through (t, 50, MILLISECOND);
  peer_sends (t, "F. 1:1(0) ack 5002");
  peer_expects (t, ". 5002:5002(0) ack 2");
  peer_expects_nothing (t);
  talk_check (t, !stack_busy (t->stack));
  falls_silent (t);
  talk_free (t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pacing/off", test_off);
  g_test_add_func ("/pacing/initial-window", test_initial_window);
  g_test_add_func ("/pacing/ack-for-all", test_ack_for_all);
  g_test_add_func ("/pacing/avoidance", test_avoidance);
  g_test_add_func ("/pacing/idle", test_idle);
  g_test_add_func ("/pacing/repair", test_repair);
  g_test_add_func ("/pacing/acks-go", test_acks_go);
  g_test_add_func ("/pacing/probe-goes", test_probe_goes);
  g_test_add_func ("/pacing/ends", test_ends);
  return g_test_run ();
}
