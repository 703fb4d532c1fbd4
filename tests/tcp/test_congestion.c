// SPDX-License-Identifier: MIT
/* How the congestion window grows and shrinks: RFC 5681, RFC 6928, RFC 9438.
 */
#include "stack/tcp_cc.h"
#include "tests/tcp/bulk.h"

/* With a loss behind it: so many segments in the window. */
static Bulk
bulk_reduced (TcpCongestion congestion, unsigned expected)
{
  Bulk b = bulk_new (congestion);

  app_sends (b.t, 4000000);
  g_assert_cmpuint (peer_ignores (b.t), ==, 10);
  advance (b.t, 100, MILLISECOND);
  for (int i = 0; i < 3; i++)
    {
      peer_sends (b.t, ". 1:1(0) ack 1");
      peer_ignores (b.t);
    }
  b.una = 1 + 12 * MSS;
  peer_sends (b.t, ". 1:1(0) ack %d", 1 + 12 * MSS);
  peer_ignores (b.t);
  g_assert_cmpuint (app_info (b.t).cwnd, ==, expected * MSS);
  g_assert_cmpuint (app_info (b.t).ssthresh, ==, expected * MSS);
  return b;
}

/* A hundred round trips of avoidance: 90 to 101 segments more.
 * req: TCP-CC-4 TCP-CC-1 TCP-CC-2 */
static void
test_reno_avoidance (void)
{
  Bulk b = bulk_reduced (TCP_CONGESTION_RENO, 5);

  for (int trip = 0; trip < 100; trip++)
    round_trip (&b, 100 * MILLISECOND);
  g_assert_cmpfloat (window (&b), >=, 95);
  g_assert_cmpfloat (window (&b), <=, 106);
  talk_free (b.t);
}

/* Slow start doubles. req: TCP-CC-1 TCP-CC-3 TCP-CC-7 TCP-CUB-7 */
static void
test_doubling (void)
{
  for (TcpCongestion i = TCP_CONGESTION_RENO; i <= TCP_CONGESTION_CUBIC; i++)
    {
      Bulk b = bulk_new (i);

      app_sends (b.t, 4000000);
      peer_ignores (b.t);
      for (int expected = 10; expected <= 40; expected *= 2)
        {
          g_assert_cmpfloat (window (&b), ==, expected);
          round_trip (&b, 100 * MILLISECOND);
        }
      talk_free (b.t);
    }
}

/* 0.7 of ten segments, then W_cubic or W_est, whichever is more.
 * req: TCP-CUB-1 TCP-CUB-2 TCP-CUB-6 */
static void
test_cubic_avoidance (void)
{
  Bulk b = bulk_reduced (TCP_CONGESTION_CUBIC, 7);
  double k = 1.96 /* cbrt (3 / 0.4) */, t, w_est = 7;

  for (int trip = 0; trip < 70; trip++)
    {
      round_trip (&b, 100 * MILLISECOND);
      t = 0.1 * (trip + 1) - k;
      w_est += w_est < 10 ? 9 / 17. : 1;
      g_assert_cmpfloat (window (&b), >=, 0.92 * (0.4 * t * t * t + 10));
      g_assert_cmpfloat (window (&b), >=, 0.9 * MIN (w_est, 30));
    }
  g_assert_cmpfloat (window (&b), <=, 85);
  talk_free (b.t);
}

/* A timeout: one segment, ssthresh as beta has it, and once only.
 * req: TCP-CUB-8 TCP-RTO-11 */
static void
test_cubic_timeout (void)
{
  Bulk b = bulk_new (TCP_CONGESTION_CUBIC);

  app_sends (b.t, 10 * MSS);
  g_assert_cmpuint (peer_ignores (b.t), ==, 10);
  for (int i = 0; i < 3; i++)
    {
      advance (b.t, 200 << i, MILLISECOND);
      peer_expects (b.t, ". 1:%d(%d) ack 1", 1 + MSS, MSS);
      g_assert_cmpuint (app_info (b.t).cwnd, ==, MSS);
      g_assert_cmpuint (app_info (b.t).ssthresh, ==, 7 * MSS);
    }
  talk_free (b.t);
}

/* A loss with two segments in the window. req: TCP-CUB-6 */
static void
test_cubic_floor (void)
{
  Bulk b = bulk_new (TCP_CONGESTION_CUBIC);

  app_sends (b.t, 2 * MSS);
  g_assert_cmpuint (peer_ignores (b.t), ==, 2);
  advance (b.t, 200, MILLISECOND);
  peer_expects (b.t, ". 1:%d(%d) ack 1", 1 + MSS, MSS);
  g_assert_cmpuint (app_info (b.t).ssthresh, ==, 2 * MSS);
  talk_free (b.t);
}

/* Another algorithm in the middle: with the window as it is.
 * req: TCP-CC-13 */
static void
test_change (void)
{
  Bulk b = bulk_reduced (TCP_CONGESTION_RENO, 5);

  app_sets (b.t, SOCKET_OPTION_CONGESTION, TCP_CONGESTION_CUBIC);
  g_assert_cmpfloat (window (&b), ==, 5);
  for (int trip = 0; trip < 20; trip++)
    round_trip (&b, 100 * MILLISECOND);
  g_assert_cmpfloat (window (&b), >=, 20);
  g_assert_cmpfloat (window (&b), <=, 30);
  app_sets (b.t, SOCKET_OPTION_CONGESTION, TCP_CONGESTION_RENO);
  for (int trip = 0; trip < 20; trip++)
    round_trip (&b, 100 * MILLISECOND);
  g_assert_cmpfloat (window (&b), <=, 51);
  talk_free (b.t);
}

/* Each socket has its own. req: TCP-CC-13 */
static void
test_each_its_own (void)
{
  Talk *t = talk_new ();

  for (uint16_t port = 80; port < 82; port++)
    {
      peer_uses (t, port);
      t->flow->socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
      app_sets (t, SOCKET_OPTION_CONGESTION,
                port == 80 ? TCP_CONGESTION_RENO : TCP_CONGESTION_CUBIC);
      app_connect (t, port);
      peer_expects (t, "S 0:0(0)");
      peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
      peer_expects (t, ". 1:1(0) ack 1");
      app_sends (t, 10000);
      g_assert_cmpuint (peer_ignores (t), ==, 10);
      for (int i = 0; i < 3; i++)
        peer_sends (t, ". 1:1(0) ack 1");
      peer_expects (t, ". 1:1001(1000) ack 1");
      g_assert_cmpuint (app_info (t).ssthresh, ==, port == 80 ? 5000 : 7000);
      peer_sends (t, ". 1:1(0) ack 10001");
    }
  talk_free (t);
}

/* RFC 6928 2. req: TCP-CC-6 */
static void
test_initial_window (void)
{
  static const struct
  {
    int64_t mss;
    unsigned segments;
    int64_t cwnd;
  } rows[] = {
    { 48, 10, 480 },       { 536, 10, 5360 },     { 1460, 10, 14600 },
    { 1461, 10, 14600 },   { 4000, 10, 14600 },   { 7300, 10, 14600 },
    { 8960, 10, 17920 },   { 65495, 10, 130990 }, { 1460, 1, 1460 },
    { 8960, 1, 8960 },     { 1460, 3, 4380 },     { 4000, 3, 8000 },
    { 1460, 100, 146000 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++)
    for (TcpCongestion j = 0; j <= TCP_CONGESTION_CUBIC; j++)
      {
        TcpCc cc;

        tcp_cc_init (&cc, tcp_cc_class (j), rows[i].mss, rows[i].segments);
        g_assert_cmpint (cc.cwnd, ==, rows[i].cwnd);
        g_assert_cmpint (cc.ssthresh, ==, INT64_MAX);
      }
}

/* Slow start that finds a growing queue ends without a loss. req: TCP-HSS-2
 * TCP-HSS-3 */
static void
test_queue_grows (void)
{
  Bulk b = bulk_new (TCP_CONGESTION_CUBIC);
  Time rtt = 40 * MILLISECOND;
  int trips = 0;

  app_sends (b.t, 4000000);
  peer_ignores (b.t);
  round_trip (&b, rtt);
  round_trip (&b, rtt);
  g_assert_cmpfloat (window (&b), ==, 40);
  for (; app_info (b.t).ssthresh == UINT32_MAX; trips++)
    {
      rtt += 10 * MILLISECOND;
      round_trip (&b, rtt);
      talk_check (b.t, trips < 8);
    }
  g_assert_cmpfloat (window (&b), <, 160);
  g_assert_cmpuint (app_info (b.t).retransmissions, ==, 0);
  talk_free (b.t);
}

/* Reno knows nothing of that. */
static void
test_reno_without_hystart (void)
{
  Bulk b = bulk_new (TCP_CONGESTION_RENO);

  app_sends (b.t, 4000000);
  peer_ignores (b.t);
  for (int i = 0; i < 3; i++)
    round_trip (&b, (40 + 30 * i) * MILLISECOND);
  g_assert_cmpfloat (window (&b), ==, 80);
  g_assert_cmpuint (app_info (b.t).ssthresh, ==, UINT32_MAX);
  talk_free (b.t);
}

/* An ACK for eleven: eight segments for CUBIC, two for Reno. req: TCP-HSS-4
 * TCP-CC-5 */
static void
test_stretched_ack (void)
{
  for (TcpCongestion i = TCP_CONGESTION_RENO; i <= TCP_CONGESTION_CUBIC; i++)
    {
      Bulk b = bulk_new (i);

      app_sends (b.t, 4000000);
      g_assert_cmpuint (peer_ignores (b.t), ==, 10);
      peer_sends (b.t, ". 1:1(0) ack %d", 1 + 10 * MSS);
      peer_ignores (b.t);
      g_assert_cmpfloat (window (&b), ==, i == TCP_CONGESTION_RENO ? 12 : 18);
      talk_free (b.t);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/congestion/reno-avoidance", test_reno_avoidance);
  g_test_add_func ("/congestion/doubling", test_doubling);
  g_test_add_func ("/congestion/cubic-avoidance", test_cubic_avoidance);
  g_test_add_func ("/congestion/cubic-timeout", test_cubic_timeout);
  g_test_add_func ("/congestion/cubic-floor", test_cubic_floor);
  g_test_add_func ("/congestion/change", test_change);
  g_test_add_func ("/congestion/each-its-own", test_each_its_own);
  g_test_add_func ("/congestion/initial-window", test_initial_window);
  g_test_add_func ("/congestion/queue-grows", test_queue_grows);
  g_test_add_func ("/congestion/reno-without-hystart",
                   test_reno_without_hystart);
  g_test_add_func ("/congestion/stretched-ack", test_stretched_ack);
  return g_test_run ();
}
