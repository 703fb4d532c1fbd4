// SPDX-License-Identifier: MIT
/* Sending: segments, PSH, Nagle, and what the ACKs of a receiver look like. */
#include "tests/harness.h"

#include <errno.h>

/* req: TCP-MSS-4 TCP-PSH-2 TCP-PSH-4 TCP-HDR-1 */
static void
test_segments (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 2500);
  peer_expects (t, ". 1:1001(1000) ack 1 win 65535");
  peer_expects (t, ". 1001:2001(1000) ack 1 win 65535");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 2001");
  peer_expects (t, "P. 2001:2501(500) ack 1 win 65535");
  peer_sends (t, ". 1:1(0) ack 2501");
  falls_silent (t);
  talk_check (t, app_info (t).retransmissions == 0);
  talk_free (t);
}

/* Ten segments are the initial window. req: TCP-CC-6 TCP-CC-14 TCP-CC-2 */
static void
test_initial_window (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 20000);
  for (int i = 0; i < 10; i++)
    peer_expects (t, ". %d:%d(1000) ack 1", 1 + i * 1000, 1001 + i * 1000);
  peer_expects_nothing (t);
  talk_check (t, app_info (t).in_flight == 10000);
  talk_check (t, app_info (t).cwnd == 10000);
  talk_check (t, app_info (t).send_queue == 20000);
  talk_free (t);
}

/* The same for the one that connected. req: TCP-CC-6 TCP-CC-14 */
static void
test_initial_window_active (void)
{
  Talk *t = talk_new ();

  talk_connected (t);
  app_sends (t, 20000);
  for (int i = 0; i < 10; i++)
    peer_expects (t, ". %d:%d(1000) ack 1", 1 + i * 1000, 1001 + i * 1000);
  peer_expects_nothing (t);
  talk_free (t);
}

/* req: TCP-NAG-1 TCP-PSH-3 TCP-PSH-1 */
static void
test_nagle (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 1);
  peer_expects (t, "P. 1:2(1) ack 1");
  for (int i = 0; i < 10; i++)
    app_sends (t, 5);
  advance (t, 50, MILLISECOND);
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 2");
  peer_expects (t, "P. 2:52(50) ack 1");
  peer_expects_nothing (t);
  /* A whole segment does not wait. */
  app_sends (t, 1200);
  peer_expects (t, ". 52:1052(1000) ack 1");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 1052");
  peer_expects (t, "P. 1052:1252(200) ack 1");
  talk_free (t);
}

/* req: TCP-NAG-2 */
static void
test_no_nagle (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 1);
  peer_expects (t, "P. 1:2(1) ack 1");
  app_sends (t, 2);
  peer_expects_nothing (t);
  app_sets (t, SOCKET_OPTION_NODELAY, 1);
  peer_expects (t, "P. 2:4(2) ack 1");
  app_sends (t, 3);
  peer_expects (t, "P. 4:7(3) ack 1");
  talk_free (t);
}

/* Accepted sockets are like their listener. req: SOK-LSN-5 */
static void
test_no_nagle_inherited (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 1);
  talk_check (
      t,
      socket_option_set (t->stack, t->listener, SOCKET_OPTION_NODELAY, 1) == 0);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  app_sends (t, 1);
  peer_expects (t, "P. 1:2(1) ack 1");
  app_sends (t, 1);
  peer_expects (t, "P. 2:3(1) ack 1");
  talk_free (t);
}

/* req: TCP-NAG-3 TCP-NAG-4 TCP-NAG-8 */
static void
test_delayed_ack (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "P. 1:101(100) ack 1");
  app_receives (t, 1000, 100);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 101 win 65435");
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-NAG-5 TCP-NAG-8 */
static void
test_ack_every_second (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  for (int i = 0; i < 10; i += 2)
    {
      peer_sends (t, ". %d:%d(1000) ack 1", 1 + i * 1000, 1001 + i * 1000);
      peer_sends (t, ". %d:%d(1000) ack 1", 1001 + i * 1000, 2001 + i * 1000);
      peer_expects (t, ". 1:1(0) ack %d", 2001 + i * 1000);
    }
  falls_silent (t);
  app_receives (t, 20000, 10000);
  talk_free (t);
}

/* Or what two of our segments hold, however it comes. req: TCP-NAG-5 */
static void
test_ack_giant (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, ". 1:2920(2919) ack 1");
  peer_expects_nothing (t);
  peer_sends (t, ". 2920:2921(1) ack 1");
  peer_expects (t, ". 1:1(0) ack 2921");
  peer_sends (t, ". 2921:5841(2920) ack 1");
  peer_expects (t, ". 1:1(0) ack 5841");
  falls_silent (t);
  talk_free (t);
}

/* An answer within the delay carries the ACK. req: TCP-NAG-3 */
static void
test_piggyback (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "P. 1:11(10) ack 1");
  advance (t, 30, MILLISECOND);
  app_receives (t, 100, 10);
  app_sends (t, 20);
  peer_expects (t, "P. 1:21(20) ack 11");
  advance (t, 100, MILLISECOND);
  peer_sends (t, ". 11:11(0) ack 21");
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-SEQ-9 */
static void
test_batch (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  for (int i = 0; i < 10; i++)
    peer_adds (t, ". %d:%d(1000) ack 1", 1 + i * 1000, 1001 + i * 1000);
  peer_expects (t, ". 1:1(0) ack 10001");
  falls_silent (t);
  talk_free (t);
}

/* req: SOK-IO-8 SOK-IO-5 SOK-IO-10 */
static void
test_send_buffer (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 0);
  peer_expects_nothing (t);
  app_sets (t, SOCKET_OPTION_SEND_BUFFER, 5000);
  app_send_gives (t, 7000, 5000);
  app_send_gives (t, 1, -EAGAIN);
  poll_is (t, 0);
  for (int i = 0; i < 5; i++)
    peer_expects (t, "%s %d:%d(1000) ack 1", i < 4 ? "." : "P.", 1 + i * 1000,
                  1001 + i * 1000);
  peer_sends (t, ". 1:1(0) ack 1001");
  poll_is (t, 0);
  t->changes = 0;
  peer_sends (t, ". 1:1(0) ack 2001");
  poll_is (t, SOCKET_WRITABLE);
  peer_expects_nothing (t);
  talk_check (t, t->changes > 0);
  app_send_gives (t, 7000, 2000);
  talk_check (t, app_info (t).send_queue == 5000);
  peer_expects (t, ". 5001:6001(1000) ack 1");
  peer_expects (t, "P. 6001:7001(1000) ack 1");
  talk_free (t);
}

static int64_t
option_send_buffer (Talk *t)
{
  int64_t value = 0;

  talk_check (t, socket_option_get (t->stack, t->flow->socket,
                                    SOCKET_OPTION_SEND_BUFFER, &value)
                     == 0);
  return value;
}

/* Nobody has set it: twice the congestion window, within the bounds of the
 * configuration. req: SOK-IO-5 */
static void
test_send_buffer_grows (void)
{
  StackConfig config = talk_config ();
  size_t buffer = 20000;
  Talk *t;

  config.send_buffer = 0;
  config.send_buffer_min = buffer;
  config.send_buffer_max = 50000;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  talk_check (t, option_send_buffer (t) == 50000);
  app_send_gives (t, 60000, 20000);
  app_send_gives (t, 1, -EAGAIN);
  peer_ignores (t);
  t->changes = 0;
  /* 6000 of 24000 bytes are free, then 12000 of 28000. */
  peer_sends (t, ". 1:1(0) ack 2001");
  peer_ignores (t);
  poll_is (t, 0);
  talk_check (t, t->changes == 0);
  peer_sends (t, ". 1:1(0) ack 4001");
  peer_ignores (t);
  poll_is (t, SOCKET_WRITABLE);
  talk_check (t, t->changes > 0);
  for (int64_t acked = 6001; buffer < 50000; acked += 2000)
    {
      peer_ignores (t);
      peer_sends (t, ". 1:1(0) ack %ld", (long) acked);
      buffer = MIN (2 * app_info (t).cwnd, 50000);
      app_send_gives (t, 60000, (ssize_t) (buffer - app_info (t).send_queue));
    }
  /* A timeout takes away the window, but not the room. */
  peer_ignores (t);
  sleep_through (t, 1, SECOND);
  talk_check (t, app_info (t).cwnd == 1000);
  app_send_gives (t, 1, -EAGAIN);
  talk_check (t, app_info (t).send_queue == 50000);
  /* From now on somebody has. */
  app_sets (t, SOCKET_OPTION_SEND_BUFFER, 70000);
  talk_check (t, option_send_buffer (t) == 70000);
  app_send_gives (t, 60000, 20000);
  app_sets (t, SOCKET_OPTION_SEND_BUFFER, 5000);
  app_send_gives (t, 1, -EAGAIN);
  peer_ignores (t);
  talk_free (t);
}

/* More than 32767 bytes of window count. req: TCP-HDR-6 TCP-CC-2 */
static void
test_large_window (void)
{
  Talk *t = talk_new ();
  int64_t acked = 1;

  talk_accepted (t);
  app_sends (t, 200000);
  /* Each ACK doubles the congestion window, at most. */
  for (int i = 0; i < 100 && app_info (t).in_flight < 65000; i++)
    {
      peer_ignores (t);
      acked += 2000;
      peer_sends (t, ". 1:1(0) ack %ld win 65535", (long) acked);
      peer_ignores (t);
      talk_check (t, app_info (t).in_flight <= 65535);
      talk_check (t, app_info (t).in_flight <= app_info (t).cwnd);
    }
  talk_check (t, app_info (t).in_flight >= 65000);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/segments", test_segments);
  g_test_add_func ("/data/initial-window", test_initial_window);
  g_test_add_func ("/data/initial-window-active", test_initial_window_active);
  g_test_add_func ("/data/nagle", test_nagle);
  g_test_add_func ("/data/no-nagle", test_no_nagle);
  g_test_add_func ("/data/no-nagle-inherited", test_no_nagle_inherited);
  g_test_add_func ("/data/delayed-ack", test_delayed_ack);
  g_test_add_func ("/data/ack-every-second", test_ack_every_second);
  g_test_add_func ("/data/ack-giant", test_ack_giant);
  g_test_add_func ("/data/piggyback", test_piggyback);
  g_test_add_func ("/data/batch", test_batch);
  g_test_add_func ("/data/send-buffer", test_send_buffer);
  g_test_add_func ("/data/send-buffer-grows", test_send_buffer_grows);
  g_test_add_func ("/data/large-window", test_large_window);
  return g_test_run ();
}
