// SPDX-License-Identifier: MIT
/* What a mark does at both ends: RFC 3168 6.1.2 to 6.1.6. */
#include "tests/harness.h"

#include <string.h>

/* The stack listens, the peer asks for ECN. */
static Talk *
talk_capable (TcpCongestion congestion)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.tcp.ecn = TCP_ECN_PASSIVE;
  config.tcp.congestion = congestion;
  config.send_buffer = 1 << 20;
  t = talk_new_with (&config, false, SECOND);
  app_listen (t, 7777, 8);
  peer_sends (t, "SEW 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "SE. 0:0(0) ack 1 ecn no");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  peer_expects_nothing (t);
  return t;
}

static void
expect_segment (Talk *t, int number, const char *flags, const char *ecn)
{
  peer_expects (t, "%s %d:%d(1000) ack 1 ecn %s", flags, number * 1000 + 1,
                number * 1000 + 1001, ecn);
}

/* Ten of a hundred segments are out. */
static Talk *
talk_sending (TcpCongestion congestion)
{
  Talk *t = talk_capable (congestion);

  app_sends (t, 100000);
  for (int i = 0; i < 10; i++)
    expect_segment (t, i, ".", "ect0");
  peer_expects_nothing (t);
  return t;
}

/* One mark: ECE on every ACK, until CWR. req: TCP-ECN-4 */
static void
test_echo (void)
{
  Talk *t = talk_capable (TCP_CONGESTION_RENO);

  peer_sends (t, ". 1:1001(1000) ack 1 ecn ect0");
  peer_sends (t, ". 1001:2001(1000) ack 1 ecn ect0");
  peer_expects (t, ". 1:1(0) ack 2001 ecn no");
  /* The news does not wait for a second segment. */
  peer_sends (t, ". 2001:3001(1000) ack 1 ecn ce");
  peer_expects (t, "E. 1:1(0) ack 3001 ecn no");
  for (int i = 3; i < 20; i += 2)
    {
      peer_sends (t, ". %d:%d(1000) ack 1 ecn ect0", i * 1000 + 1,
                  i * 1000 + 1001);
      peer_sends (t, ". %d:%d(1000) ack 1 ecn ect0", i * 1000 + 1001,
                  i * 1000 + 2001);
      peer_expects (t, "E. 1:1(0) ack %d", i * 1000 + 2001);
    }
  /* On data, too. */
  app_sends (t, 500);
  peer_expects (t, "PE. 1:501(500) ack 21001 ecn ect0");
  peer_sends (t, "W. 21001:22001(1000) ack 501 ecn ect0");
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 501:501(0) ack 22001 ecn no");
  talk_free (t);
}

/* CWR on a marked segment: the mark is a new one. req: TCP-ECN-4 */
static void
test_marked_again (void)
{
  Talk *t = talk_capable (TCP_CONGESTION_RENO);

  peer_sends (t, ". 1:1001(1000) ack 1 ecn ce");
  peer_expects (t, "E. 1:1(0) ack 1001");
  peer_sends (t, "W. 1001:2001(1000) ack 1 ecn ce");
  peer_expects (t, "E. 1:1(0) ack 2001");
  peer_sends (t, "W. 2001:3001(1000) ack 1 ecn ect0");
  peer_sends (t, ". 3001:4001(1000) ack 1 ecn ect0");
  peer_expects (t, ". 1:1(0) ack 4001");
  talk_free (t);
}

/* Marks that count for nothing: on old data, beyond the window, on no data.
 * req: TCP-ECN-4 */
static void
test_marks_ignored (void)
{
  Talk *t = talk_capable (TCP_CONGESTION_RENO);

  peer_sends (t, ". 1:1001(1000) ack 1 ecn ect0");
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 1001");
  peer_sends (t, ". 1:1001(1000) ack 1 ecn ce");
  peer_expects (t, ". 1:1(0) ack 1001");
  peer_sends (t, ". 100001:101001(1000) ack 1 ecn ce");
  peer_expects (t, ". 1:1(0) ack 1001");
  peer_sends (t, ". 1001:1001(0) ack 1 ecn ce");
  peer_sends (t, ". 1001:2001(1000) ack 1 ecn ect1");
  peer_sends (t, ". 2001:3001(1000) ack 1 ecn no");
  peer_expects (t, ". 1:1(0) ack 3001");
  talk_free (t);
}

/* A segment of 1000 bytes at START in two fragments with such codepoints. */
static void
peer_sends_fragments (Talk *t, int64_t start, uint8_t first, uint8_t second)
{
  PacketPath path = { .source = { t->peer, 40000 },
                      .destination = { t->local, 7777 },
                      .source_isn = t->flow->peer_isn,
                      .destination_isn = t->flow->isn };
  PacketLine line = { .flags = 0x10,
                      .start = start,
                      .end = start + 1000,
                      .has_ack = true,
                      .ack = 1,
                      .window = 65535 };
  uint8_t whole[PACKET_LINE_MAX];

  packet_line_encode (&line, &path, whole);
  whole[5] = (uint8_t) t->packet;
  for (unsigned i = 0; i < 2; i++)
    {
      size_t from = i == 0 ? 0 : 512, length = i == 0 ? 512 : 1020 - 512;

      memcpy (t->bytes, whole, 20);
      memcpy (t->bytes + 20, whole + 20 + from, length);
      t->bytes[1] = i == 0 ? first : second;
      t->bytes[2] = (uint8_t) ((20 + length) >> 8);
      t->bytes[3] = (uint8_t) (20 + length);
      t->bytes[6] = i == 0 ? 0x20 : 0;
      t->bytes[7] = (uint8_t) (from / 8);
      packet_line_seal_ipv4 (t->bytes);
      peer_expects_nothing (t);
      peer_sends_bytes (t, 20 + length);
    }
}

/* One mark marks the whole; with a fragment that is not capable it is a
 * contradiction, and nothing arrives. req: TCP-ECN-9 */
static void
test_fragments (void)
{
  Talk *t = talk_capable (TCP_CONGESTION_RENO);

  peer_sends_fragments (t, 1, 2, 2);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 1001");
  peer_sends_fragments (t, 1001, 3, 0);
  peer_sends_fragments (t, 2001, 0, 3);
  peer_expects_nothing (t);
  peer_sends_fragments (t, 1001, 2, 3);
  peer_expects (t, "E. 1:1(0) ack 2001");
  peer_sends (t, "W. 2001:3001(1000) ack 1 ecn ect0");
  peer_sends_fragments (t, 3001, 3, 2);
  peer_expects (t, "E. 1:1(0) ack 4001");
  talk_free (t);
}

/* Ten times ECE in one round trip: one reduction, one CWR, on new data.
 * req: TCP-ECN-5 */
static void
test_reduction (void)
{
  Talk *t = talk_sending (TCP_CONGESTION_RENO);

  for (int i = 1; i < 6; i++)
    {
      peer_sends (t, "E. 1:1(0) ack %d", i * 1000 + 1);
      g_assert_cmpuint (app_info (t).cwnd, ==, 5000);
      g_assert_cmpuint (app_info (t).ssthresh, ==, 5000);
    }
  peer_expects_nothing (t);
  peer_sends (t, "E. 1:1(0) ack 6001");
  expect_segment (t, 10, "W.", "ect0");
  for (int i = 7; i <= 10; i++)
    {
      peer_sends (t, "E. 1:1(0) ack %d", i * 1000 + 1);
      expect_segment (t, i + 4, ".", "ect0");
    }
  g_assert_cmpuint (app_info (t).cwnd, ==, 5000);
  g_assert_cmpuint (app_info (t).retransmissions, ==, 0);
  /* What confirms it has arrived, and still: another mark. */
  peer_sends (t, "E. 1:1(0) ack 11001");
  g_assert_cmpuint (app_info (t).cwnd, ==, 2500);
  peer_sends (t, ". 1:1(0) ack 14001");
  peer_expects (t, "W. 15001:16001(1000) ack 1 ecn ect0");
  peer_ignores (t);
  talk_free (t);
}

/* CUBIC's beta. req: TCP-ECN-5 TCP-CUB-6 */
static void
test_cubic (void)
{
  Talk *t = talk_sending (TCP_CONGESTION_CUBIC);

  peer_sends (t, "E. 1:1(0) ack 2001");
  g_assert_cmpuint (app_info (t).cwnd, ==, 7000);
  g_assert_cmpuint (app_info (t).ssthresh, ==, 7000);
  peer_sends (t, "E. 1:1(0) ack 4001");
  expect_segment (t, 10, "W.", "ect0");
  peer_ignores (t);
  talk_free (t);
}

/* An ACK with ECE does not let the window grow. req: TCP-ECN-5 */
static void
test_no_growth (void)
{
  Talk *t = talk_sending (TCP_CONGESTION_RENO);

  peer_sends (t, "E. 1:1(0) ack 10001");
  g_assert_cmpuint (app_info (t).cwnd, ==, 5000);
  expect_segment (t, 10, "W.", "ect0");
  for (int i = 11; i < 15; i++)
    expect_segment (t, i, ".", "ect0");
  talk_free (t);
}

/* A loss halves, too: CWR with the next new data, not with the copy, which is
 * not marked as capable. req: TCP-ECN-3 TCP-ECN-5 */
static void
test_loss (void)
{
  Talk *t = talk_sending (TCP_CONGESTION_RENO);

  peer_sends (t, ". 1:1(0) ack 1");
  expect_segment (t, 10, ".", "ect0");
  peer_sends (t, ". 1:1(0) ack 1");
  expect_segment (t, 11, ".", "ect0");
  peer_sends (t, ". 1:1(0) ack 1");
  expect_segment (t, 0, ".", "no");
  /* It is the same round trip: no second reduction. */
  peer_sends (t, "E. 1:1(0) ack 1");
  g_assert_cmpuint (app_info (t).ssthresh, ==, 5000);
  peer_ignores (t);
  peer_sends (t, ". 1:1(0) ack 12001");
  expect_segment (t, 12, "W.", "ect0");
  expect_segment (t, 13, ".", "ect0");
  peer_ignores (t);
  talk_free (t);
}

/* And a timeout. req: TCP-ECN-3 TCP-ECN-5 */
static void
test_timeout (void)
{
  Talk *t = talk_sending (TCP_CONGESTION_RENO);

  advance (t, 200, MILLISECOND);
  expect_segment (t, 0, ".", "no");
  peer_sends (t, ". 1:1(0) ack 10001");
  expect_segment (t, 10, "W.", "ect0");
  peer_ignores (t);
  talk_free (t);
}

/* A window of one segment gets no smaller: instead the next one waits for the
 * timer, each time twice as long. req: TCP-ECN-6 TCP-CUB-6 */
static void
test_least_window (void)
{
  for (TcpCongestion i = TCP_CONGESTION_RENO; i <= TCP_CONGESTION_CUBIC; i++)
    {
      Talk *t = talk_sending (i);
      int64_t acked = 10001;

      for (int trip = 0; trip < 12 && app_info (t).cwnd > 1000; trip++)
        {
          peer_sends (t, "E. 1:1(0) ack %ld", (long) acked);
          peer_ignores (t);
          acked += app_info (t).in_flight;
          advance (t, 10, MILLISECOND);
        }
      g_assert_cmpuint (app_info (t).cwnd, ==, 1000);
      g_assert_cmpuint (app_info (t).ssthresh, ==, 2000);
      for (int wait = 200; wait <= 1600; wait *= 2)
        {
          peer_sends (t, "E. 1:1(0) ack %ld", (long) acked);
          g_assert_cmpuint (app_info (t).cwnd, ==, 1000);
          advance (t, wait, MILLISECOND);
          peer_expects (t, "W. %ld:%ld(1000) ack 1 ecn ect0", (long) acked,
                        (long) acked + 1000);
          peer_expects_nothing (t);
          acked += 1000;
          advance (t, 10, MILLISECOND);
        }
      /* An ACK without: over. */
      peer_sends (t, ". 1:1(0) ack %ld", (long) acked);
      g_assert_cmpuint (peer_ignores (t), >=, 1);
      talk_free (t);
    }
}

/* The longest wait is the longest timeout. req: TCP-ECN-6 */
static void
test_longest_wait (void)
{
  Talk *t = talk_sending (TCP_CONGESTION_RENO);
  int64_t acked = 10001;

  for (int trip = 0; trip < 20; trip++)
    {
      peer_sends (t, "E. 1:1(0) ack %ld", (long) acked);
      sleep_through (t, 60, SECOND);
      acked += app_info (t).in_flight > 0 ? app_info (t).in_flight : 0;
    }
  g_assert_cmpuint (app_info (t).cwnd, ==, 1000);
  peer_sends (t, "E. 1:1(0) ack %ld", (long) acked);
  talk_free (t);
}

/* Neither ECT nor CWR on a window probe. req: TCP-WND-9 TCP-ECN-3 */
static void
test_window_probe (void)
{
  Talk *t = talk_sending (TCP_CONGESTION_RENO);

  peer_sends (t, "E. 1:1(0) ack 10001 win 0");
  peer_expects_nothing (t);
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 10001:10002(1) ack 1 ecn no");
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 10001:10002(1) ack 1 ecn no");
  peer_sends (t, ". 1:1(0) ack 10002 win 65535");
  peer_expects (t, "W. 10002:11002(1000) ack 1 ecn ect0");
  peer_ignores (t);
  talk_free (t);
}

/* The FIN and the RST. req: TCP-ECN-3 */
static void
test_end (void)
{
  Talk *t = talk_capable (TCP_CONGESTION_RENO);

  app_closes (t);
  peer_expects (t, "F. 1:1(0) ack 1 ecn no");
  peer_sends (t, ". 1:1001(1000) ack 2 ecn ect0");
  peer_expects (t, "R. 2:2(0) ack 1 ecn no");
  talk_free (t);
}

/* What the application wants of the traffic class is the DSCP only. req:
 * TCP-ECN-3 TCP-ECN-12 */
static void
test_traffic_class (void)
{
  Talk *t = talk_capable (TCP_CONGESTION_RENO);

  app_sets (t, SOCKET_OPTION_TRAFFIC_CLASS, 0xb9);
  app_sends (t, 1000);
  g_assert_cmpuint (peer_takes (t), ==, 1040);
  g_assert_cmphex (t->bytes[1], ==, 0xba);
  peer_sends (t, "F. 1:1(0) ack 1001");
  g_assert_cmpuint (peer_takes (t), ==, 40);
  g_assert_cmphex (t->bytes[1], ==, 0xb8);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ecn_marks/echo", test_echo);
  g_test_add_func ("/ecn_marks/marked-again", test_marked_again);
  g_test_add_func ("/ecn_marks/marks-ignored", test_marks_ignored);
  g_test_add_func ("/ecn_marks/fragments", test_fragments);
  g_test_add_func ("/ecn_marks/reduction", test_reduction);
  g_test_add_func ("/ecn_marks/cubic", test_cubic);
  g_test_add_func ("/ecn_marks/no-growth", test_no_growth);
  g_test_add_func ("/ecn_marks/loss", test_loss);
  g_test_add_func ("/ecn_marks/timeout", test_timeout);
  g_test_add_func ("/ecn_marks/least-window", test_least_window);
  g_test_add_func ("/ecn_marks/longest-wait", test_longest_wait);
  g_test_add_func ("/ecn_marks/window-probe", test_window_probe);
  g_test_add_func ("/ecn_marks/end", test_end);
  g_test_add_func ("/ecn_marks/traffic-class", test_traffic_class);
  return g_test_run ();
}
