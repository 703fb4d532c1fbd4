// SPDX-License-Identifier: MIT
/* Windows: RFC 9293 3.8.6. The round trip takes no time here, so that the RTO
 * is its minimum, 200 ms. */
#include "tests/harness.h"

#include <errno.h>

static void
fill_window (Talk *t, int size)
{
  for (int at = 0; at < size; at += 1000)
    {
      int length = MIN (1000, size - at);

      peer_sends (t, ". %d:%d(%d) ack 1", 1 + at, 1 + at + length, length);
      peer_ignores (t);
    }
}

/* The stack with a receive buffer of SIZE bytes, accepted. */
static Talk *
talk_with_buffer (size_t size)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.receive_buffer = size;
  t = talk_new_with (&config, false, 1000 * SECOND);
  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 win %zu", size);
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  return t;
}

/* req: TCP-WND-3 TCP-CC-2 */
static void
test_limit (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 3000 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 win 3000");
  app_accepts (t);
  app_sends (t, 5000);
  peer_expects (t, ". 1:1001(1000) ack 1");
  peer_expects (t, ". 1001:2001(1000) ack 1");
  peer_expects (t, ". 2001:3001(1000) ack 1");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 1001 win 3000");
  peer_expects (t, ". 3001:4001(1000) ack 1");
  peer_sends (t, ". 1:1(0) ack 4001 win 3000");
  peer_expects (t, "P. 4001:5001(1000) ack 1");
  talk_free (t);
}

/* req: TCP-WND-4 TCP-WND-5 TCP-WND-6 TCP-WND-8 */
static void
test_zero_window_probes (void)
{
  Talk *t = talk_new ();
  int64_t gap = 100;

  talk_accepted (t);
  peer_sends (t, ". 1:1(0) ack 1 win 0");
  app_sends (t, 3000);
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 1:2(1) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 win 0");
  for (int i = 0; i < 30; i++)
    {
      gap = MIN (gap * 2, 60000);
      advance (t, gap, MILLISECOND);
      peer_expects (t, ". 1:2(1) ack 1");
      talk_check (t, t->out.cause == REPAIR_PROBE);
      peer_sends (t, ". 1:1(0) ack 1 win 0");
    }
  state_is (t, "ESTABLISHED");
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  peer_expects (t, ". 1:2(1) ack 1");
  peer_expects (t, ". 2:1002(1000) ack 1");
  peer_expects (t, ". 1002:2002(1000) ack 1");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 2002 win 65535");
  peer_expects (t, "P. 2002:3001(999) ack 1");
  talk_free (t);
}

/* req: TCP-WND-7 */
static void
test_unanswered_probes (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.tcp.r2 = 3;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  peer_sends (t, ". 1:1(0) ack 1 win 0");
  app_sends (t, 3000);
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 1:2(1) ack 1");
  for (int i = 0; i < 3; i++)
    {
      advance (t, 200 << i, MILLISECOND);
      peer_expects (t, ". 1:2(1) ack 1");
    }
  advance (t, 1600, MILLISECOND);
  peer_expects_nothing (t);
  state_is (t, "CLOSED");
  error_is (t, ETIMEDOUT);
  falls_silent (t);
  talk_free (t);
}

/* A probe's byte may be taken. req: TCP-WND-4 */
static void
test_probe_taken (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, ". 1:1(0) ack 1 win 0");
  app_sends (t, 1000);
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 1:2(1) ack 1");
  peer_sends (t, ". 1:1(0) ack 2 win 0");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 2 win 5000");
  peer_expects (t, "P. 2:1001(999) ack 1");
  talk_free (t);
}

/* A peer that takes its offer back, with data on the way: the oldest segment
 * is what asks for the window. req: TCP-WND-2 TCP-WND-3 TCP-WND-7 */
static void
test_shrunk_to_zero (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 5000);
  talk_check (t, peer_ignores (t) == 5);
  peer_sends (t, ". 1:1(0) ack 1001 win 0");
  peer_expects_nothing (t);
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 1001:2001(1000) ack 1");
  peer_sends (t, ". 1:1(0) ack 1001 win 0");
  advance (t, 400, MILLISECOND);
  peer_expects (t, ". 1001:2001(1000) ack 1");
  peer_sends (t, ". 1:1(0) ack 5001 win 65535");
  state_is (t, "ESTABLISHED");
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-WND-2 TCP-WND-3 */
static void
test_shrunk (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 8000);
  talk_check (t, peer_ignores (t) == 8);
  peer_sends (t, ". 1:1(0) ack 1001 win 2000");
  app_sends (t, 1000);
  peer_expects_nothing (t);
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 1001:2001(1000) ack 1");
  peer_sends (t, ". 1:1(0) ack 2001 win 2000");
  peer_expects (t, ". 2001:3001(1000) ack 1");
  peer_expects (t, ". 3001:4001(1000) ack 1");
  peer_expects_nothing (t);
  talk_free (t);
}

/* req: TCP-WND-11 */
static void
test_silly_sender (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, ". 1:1(0) ack 1 win 0");
  app_sends (t, 2000);
  peer_sends (t, ". 1:1(0) ack 1 win 10");
  peer_sends (t, ". 1:1(0) ack 1 win 20");
  peer_expects_nothing (t);
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 1:21(20) ack 1");
  peer_sends (t, ". 1:1(0) ack 21 win 100");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 21 win 1000");
  peer_expects (t, ". 21:1021(1000) ack 1");
  talk_free (t);
}

/* Half of the largest window ever is worth a segment. req: TCP-WND-11 */
static void
test_small_windows (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 400 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 win 400");
  app_accepts (t);
  app_sends (t, 2000);
  peer_expects (t, ". 1:401(400) ack 1");
  peer_sends (t, ". 1:1(0) ack 401 win 199");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 401 win 200");
  peer_expects (t, ". 401:601(200) ack 1");
  talk_free (t);
}

/* req: TCP-WND-1 TCP-WND-10 TCP-WND-12 TCP-WND-14 */
static void
test_silly_receiver (void)
{
  Talk *t = talk_with_buffer (4000);

  fill_window (t, 4000);
  talk_check (t, app_info (t).receive_window == 0);
  app_receives (t, 1, 1);
  peer_expects_nothing (t);
  app_receives (t, 500, 500);
  peer_expects_nothing (t);
  app_receives (t, 498, 498);
  peer_expects_nothing (t);
  app_receives (t, 1, 1);
  peer_expects (t, ". 1:1(0) ack 4001 win 1000");
  app_receives (t, 999, 999);
  peer_expects_nothing (t);
  peer_sends (t, ". 4001:5001(1000) ack 1");
  peer_sends (t, "P. 5001:5002(1) ack 1");
  peer_expects (t, ". 1:1(0) ack 5001 win 0");
  falls_silent (t);
  app_receives (t, 4000, 3001);
  peer_expects (t, ". 1:1(0) ack 5001 win 4000");
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-SEQ-4 TCP-SEQ-5 TCP-KA-6 */
static void
test_closed_window_takes_acks (void)
{
  Talk *t = talk_with_buffer (3000);

  app_sends (t, 100);
  peer_expects (t, "P. 1:101(100) ack 1");
  fill_window (t, 3000);
  talk_check (t, app_info (t).receive_window == 0);
  talk_check (t, app_info (t).send_queue == 100);
  peer_sends (t, ". 3001:3001(0) ack 51");
  talk_check (t, app_info (t).send_queue == 50);
  /* A probe: its byte is refused, its ACK counts, it is answered. */
  peer_sends (t, ". 3001:3002(1) ack 101 win 777");
  peer_expects (t, ". 101:101(0) ack 3001 win 0");
  talk_check (t, app_info (t).send_queue == 0);
  talk_check (t, app_info (t).send_window == 777);
  /* So with a keep-alive's. */
  peer_sends (t, ". 3000:3000(0) ack 101 win 778");
  peer_expects (t, ". 101:101(0) ack 3001 win 0");
  talk_check (t, app_info (t).send_window == 778);
  /* Without an ACK nothing counts, but it is answered all the same. */
  peer_sends (t, "- 3001:3002(1) win 779");
  peer_expects (t, ". 101:101(0) ack 3001 win 0");
  talk_check (t, app_info (t).send_window == 778);
  /* Not so beyond it. */
  peer_sends (t, ". 3002:3002(0) ack 101 win 779");
  peer_expects (t, ". 101:101(0) ack 3001 win 0");
  talk_check (t, app_info (t).send_window == 778);
  app_receives (t, 5000, 3000);
  peer_expects (t, ". 101:101(0) ack 3001 win 3000");
  talk_free (t);
}

/* A keep-alive of the peer's, with a byte of garbage and without.
 * req: TCP-KA-6 */
static void
test_answers_keep_alive (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, ". 0:0(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 1");
  peer_sends (t, ". 0:1(1) ack 1 fill X");
  peer_expects (t, ". 1:1(0) ack 1");
  app_receive_gives (t, -EAGAIN);
  talk_free (t);
}

/* req: SOK-OPT-3 SOK-OPT-7 TCP-WND-1 */
static void
test_buffer_before_connect (void)
{
  Talk *t = talk_new ();
  int64_t size = 0;

  peer_uses (t, 80);
  t->flow->socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  app_sets (t, SOCKET_OPTION_RECEIVE_BUFFER, 10000);
  talk_check (t, socket_option_get (t->stack, t->flow->socket,
                                    SOCKET_OPTION_RECEIVE_BUFFER, &size)
                     == 0);
  talk_check (t, size == 10000);
  app_connect (t, 80);
  peer_expects (t, "S 0:0(0) win 10000");
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1 win 10000");
  talk_free (t);
}

/* The right edge stays where it was offered. req: SOK-OPT-3 TCP-WND-1 */
static void
test_buffer_shrinks (void)
{
  Talk *t = talk_with_buffer (10000);

  app_sets (t, SOCKET_OPTION_RECEIVE_BUFFER, 3000);
  peer_sends (t, ". 1:1001(1000) ack 1");
  peer_sends (t, ". 1001:2001(1000) ack 1");
  peer_expects (t, ". 1:1(0) ack 2001 win 8000");
  app_receives (t, 9999, 2000);
  app_sets (t, SOCKET_OPTION_RECEIVE_BUFFER, 3000);
  for (int at = 2001; at < 10001; at += 2000)
    {
      peer_sends (t, ". %d:%d(1000) ack 1", at, at + 1000);
      peer_sends (t, ". %d:%d(1000) ack 1", at + 1000, at + 2000);
      peer_expects (t, ". 1:1(0) ack %d win %d", at + 2000, 8001 - at);
    }
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/window/limit", test_limit);
  g_test_add_func ("/window/zero-window-probes", test_zero_window_probes);
  g_test_add_func ("/window/unanswered-probes", test_unanswered_probes);
  g_test_add_func ("/window/probe-taken", test_probe_taken);
  g_test_add_func ("/window/shrunk-to-zero", test_shrunk_to_zero);
  g_test_add_func ("/window/shrunk", test_shrunk);
  g_test_add_func ("/window/silly-sender", test_silly_sender);
  g_test_add_func ("/window/small-windows", test_small_windows);
  g_test_add_func ("/window/silly-receiver", test_silly_receiver);
  g_test_add_func ("/window/closed-window-takes-acks",
                   test_closed_window_takes_acks);
  g_test_add_func ("/window/answers-keep-alive", test_answers_keep_alive);
  g_test_add_func ("/window/buffer-before-connect", test_buffer_before_connect);
  g_test_add_func ("/window/buffer-shrinks", test_buffer_shrinks);
  return g_test_run ();
}
