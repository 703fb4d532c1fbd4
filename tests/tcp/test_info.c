// SPDX-License-Identifier: MIT
/* What a connection tells of itself: the counters, the sizes, what held it up,
 * and the metrics of those who asked for them. */
#include "tests/harness.h"

#include <sys/socket.h>

/* req: SOK-OPT-2 */
static void
test_counters (void)
{
  Talk *t = talk_new ();
  SocketInfo info;
  Time sent_at, received_at;

  talk_connected (t);
  info = app_info (t);
  talk_check (t, info.segments_out == 2 && info.segments_in == 1);
  talk_check (t, info.data_segments_out == 0 && info.data_segments_in == 0);
  talk_check (t, info.bytes_sent == 0 && info.bytes_received == 0);
  talk_check (t, info.data_sent_at == TIME_NEVER);
  talk_check (t, info.data_received_at == TIME_NEVER);
  talk_check (t, info.ack_received_at == t->now);
  advance (t, 1, SECOND);
  app_sends (t, 2000);
  peer_expects (t, ". 1:1001(1000) ack 1");
  peer_expects (t, "P. 1001:2001(1000) ack 1");
  sent_at = t->now;
  info = app_info (t);
  talk_check (t, info.bytes_sent == 2000 && info.data_segments_out == 2);
  talk_check (t, info.segments_out == 4 && info.unacknowledged == 2);
  talk_check (t, info.bytes_acknowledged == 0 && info.in_flight == 2000);
  advance (t, 50, MILLISECOND);
  peer_sends (t, "P. 1:301(300) ack 1001");
  received_at = t->now;
  info = app_info (t);
  talk_check (t, info.bytes_acknowledged == 1000 && info.unacknowledged == 1);
  talk_check (t, info.bytes_received == 300 && info.data_segments_in == 1);
  talk_check (t, info.data_sent_at == sent_at);
  talk_check (t, info.data_received_at == received_at);
  talk_check (t, info.ack_received_at == received_at);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 2001:2001(0) ack 301");
  talk_check (t, app_info (t).data_sent_at == sent_at);
  app_aborts (t);
  peer_expects (t, "R. 2001:2001(0) ack 301");
  talk_free (t);
}

/* What is sent again counts twice as sent, once as acknowledged, and neither
 * SYN nor FIN is a byte. req: SOK-OPT-2 */
static void
test_again (void)
{
  Talk *t = talk_new ();
  SocketInfo info;

  talk_connected (t);
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1");
  advance (t, 200, MILLISECOND);
  peer_expects (t, "P. 1:1001(1000) ack 1");
  info = app_info (t);
  talk_check (t, info.bytes_sent == 2000 && info.bytes_again == 1000);
  talk_check (t, info.retransmissions == 1 && info.lost == 0);
  app_shuts_down (t, SHUT_WR);
  peer_expects (t, "F. 1001:1001(0) ack 1");
  peer_sends (t, "F. 1:1(0) ack 1002");
  peer_expects (t, ". 1002:1002(0) ack 2");
  info = app_info (t);
  talk_check (t, info.bytes_acknowledged == 1000 && info.bytes_received == 0);
  talk_check (t, info.data_segments_out == 2 && info.data_segments_in == 0);
  app_closes (t);
  talk_free (t);
}

/* req: SOK-OPT-2 */
static void
test_sizes (void)
{
  StackConfig config = talk_config_modern ();
  Talk *t = talk_new_with (&config, false, 0);
  SocketInfo info;

  app_listen (t, 7777, 1);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000,sackOK,TS val 1 ecr 0,"
                 "nop,wscale 7>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 <nop,nop,TS val 1 ecr 0>");
  app_accepts (t);
  info = app_info (t);
  talk_check (t, info.sack && info.timestamps && info.window_scale);
  talk_check (t, !info.ecn && info.send_shift == 7 && info.receive_shift == 5);
  talk_check (t, info.mss == 988 && info.advertised_mss == 1460);
  talk_check (t, info.path_mtu == 1500 && info.receive_space == 1 << 20);
  talk_check (t, info.congestion == TCP_CONGESTION_RENO);
  talk_check (t, info.pacing_rate == 0 && info.ato == 40 * MILLISECOND);
  talk_check (t, info.ssthresh == UINT32_MAX);
  app_aborts (t);
  talk_check (t, peer_ignores (t) == 1);
  talk_free (t);
}

/* Time in which data waits is busy, whatever it waits for.
 * req: SOK-OPT-2 */
static void
test_hold (void)
{
  Talk *t = talk_new ();
  SocketInfo info;

  talk_connected (t);
  advance (t, 1, SECOND);
  talk_check (t, app_info (t).busy == 0);
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1");
  advance (t, 30, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1001 win 0");
  advance (t, 1, SECOND);
  info = app_info (t);
  talk_check (t, info.busy == 30 * MILLISECOND && info.window_limited == 0);
  app_sends (t, 500);
  peer_expects_nothing (t);
  advance (t, 20, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1001 win 5000");
  peer_expects (t, "P. 1001:1501(500) ack 1");
  peer_expects_nothing (t);
  info = app_info (t);
  talk_check (t, info.busy == 50 * MILLISECOND);
  talk_check (t, info.window_limited == 20 * MILLISECOND);
  talk_check (t, info.buffer_limited == 0);
  advance (t, 10, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1501 win 65535");
  peer_expects_nothing (t);
  talk_check (t, app_info (t).busy == 60 * MILLISECOND);
  app_sets (t, SOCKET_OPTION_SEND_BUFFER, 4000);
  app_send_gives (t, 9000, 4000);
  talk_check (t, peer_ignores (t) == 4);
  advance (t, 7, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 5501 win 65535");
  peer_expects_nothing (t);
  info = app_info (t);
  talk_check (t, info.busy == 67 * MILLISECOND);
  talk_check (t, info.buffer_limited == 7 * MILLISECOND);
  falls_silent (t);
  talk_free (t);
}

/* What SACK tells of both directions. req: SOK-OPT-2 */
static void
test_blocks (void)
{
  StackConfig config = talk_config ();
  Talk *t;
  SocketInfo info;

  config.tcp.sack = true;
  t = talk_new_with (&config, false, SECOND);
  app_listen (t, 7777, 1);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>");
  peer_expects (t, "S. 0:0(0) ack 1");
  advance (t, 20, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  talk_check (t, app_info (t).min_rtt == 20 * MILLISECOND);
  talk_check (t, app_info (t).delivery_rate == 0);
  app_sends (t, 3000);
  talk_check (t, peer_ignores (t) == 3);
  advance (t, 50, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1001 <nop,nop,sack 2001:3001>");
  info = app_info (t);
  talk_check (t, info.sacked == 1000 && info.lost == 0);
  talk_check (t, info.in_flight == 1000 && info.unacknowledged == 2);
  talk_check (t, info.delivery_rate == 40000 && info.duplicates == 0);
  talk_check (t, info.min_rtt == 20 * MILLISECOND);
  sleep_through (t, 1, SECOND);
  talk_check (t, app_info (t).bytes_again > 0);
  peer_sends (t, ". 1:1(0) ack 3001 <nop,nop,sack 1001:2001>");
  info = app_info (t);
  talk_check (t, info.duplicates == 1 && info.sacked == 0);
  peer_sends (t, ". 101:201(100) ack 3001");
  peer_expects (t, ". 3001:3001(0) ack 1");
  info = app_info (t);
  talk_check (t, info.segments_early == 1 && info.bytes_received == 0);
  app_aborts (t);
  talk_check (t, peer_ignores (t) == 1);
  talk_free (t);
}

static bool
next (Talk *t, StackMetrics *metrics)
{
  return stack_metrics (t->stack, metrics);
}

/* Who does not ask pays nothing and hears nothing. */
static void
test_not_measured (void)
{
  Talk *t = talk_new ();
  StackMetrics metrics;

  talk_connected (t);
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1");
  peer_sends (t, ". 1:1(0) ack 1001");
  talk_check (t, !stack_has_metrics (t->stack));
  talk_check (t, !next (t, &metrics));
  talk_free (t);
}

/* However often it changed meanwhile, a connection is told once, as it stands
 * then; as long as it stands so, never again. */
static void
test_measured (void)
{
  Talk *t = talk_new ();
  StackMetrics metrics;

  stack_measure (t->stack);
  talk_connected (t);
  talk_check (t, stack_has_metrics (t->stack));
  talk_check (t, next (t, &metrics) && !next (t, &metrics));
  talk_check (t, metrics.socket == t->flow->socket);
  talk_check (t, metrics.state == TCP_ESTABLISHED && metrics.cwnd == 10000);
  talk_check (t, metrics.ssthresh == INT64_MAX && metrics.in_flight == 0);
  talk_check (t, metrics.local.port == t->flow->local_port);
  talk_check (t, metrics.remote.port == 80);
  app_sends (t, 2000);
  peer_expects (t, ". 1:1001(1000) ack 1");
  peer_expects (t, "P. 1001:2001(1000) ack 1");
  talk_check (t, next (t, &metrics) && !next (t, &metrics));
  talk_check (t, metrics.in_flight == 2000 && metrics.send_window == 65535);
  /* Nothing of all this changes when data comes. */
  peer_sends (t, "P. 1:301(300) ack 1");
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 2001:2001(0) ack 301");
  talk_check (t, stack_has_metrics (t->stack));
  talk_check (t, !next (t, &metrics) && !stack_has_metrics (t->stack));
  peer_sends (t, ". 301:301(0) ack 2001");
  peer_expects_nothing (t);
  talk_check (t, next (t, &metrics) && !next (t, &metrics));
  talk_check (t, metrics.in_flight == 0 && metrics.srtt == 5 * MILLISECOND);
  talk_check (t, metrics.rttvar > 0);
  talk_check (t, metrics.rto == 200 * MILLISECOND);
  app_closes (t);
  peer_expects (t, "R. 2001:2001(0) ack 301");
  talk_check (t, !next (t, &metrics));
  talk_free (t);
}

/* A listener has no numbers, one that ends while it is marked is forgotten. */
static void
test_measured_ends (void)
{
  Talk *t = talk_new ();
  StackMetrics metrics;

  stack_measure (t->stack);
  app_listen (t, 7777, 5);
  talk_check (t, !next (t, &metrics));
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_check (t, stack_has_metrics (t->stack));
  peer_sends (t, "R 1:1(0)");
  peer_expects_nothing (t);
  talk_check (t, !stack_has_metrics (t->stack) && !next (t, &metrics));
  peer_uses (t, 40001);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_check (t, next (t, &metrics));
  talk_check (t, metrics.state == TCP_SYN_RECEIVED && metrics.in_flight == 1);
  talk_check (t, metrics.local.port == 7777 && metrics.remote.port == 40001);
  peer_sends (t, "R 1:1(0)");
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tcp/info/counters", test_counters);
  g_test_add_func ("/tcp/info/again", test_again);
  g_test_add_func ("/tcp/info/sizes", test_sizes);
  g_test_add_func ("/tcp/info/hold", test_hold);
  g_test_add_func ("/tcp/info/blocks", test_blocks);
  g_test_add_func ("/tcp/info/not-measured", test_not_measured);
  g_test_add_func ("/tcp/info/measured", test_measured);
  g_test_add_func ("/tcp/info/measured-ends", test_measured_ends);
  return g_test_run ();
}
