// SPDX-License-Identifier: MIT
/* When the window is not used, or opens at once: RFC 5681 4.1, RFC 7661. */
#include "tests/tcp/bulk.h"

static void
all_is_acknowledged (Bulk *b)
{
  while (app_info (b->t).in_flight > 0)
    round_trip (b, 100 * MILLISECOND);
}

/* Silence for longer than an RTO: the initial window again, in slow start.
 * req: TCP-CC-9 */
static void
test_restart (void)
{
  for (TcpCongestion i = TCP_CONGESTION_RENO; i <= TCP_CONGESTION_CUBIC; i++)
    {
      Bulk b = bulk_new (i);

      app_sends (b.t, 70 * MSS);
      peer_ignores (b.t);
      all_is_acknowledged (&b);
      g_assert_cmpfloat (window (&b), >=, 40);
      sleep_through (b.t, 10, SECOND);
      app_sends (b.t, 100 * MSS);
      g_assert_cmpuint (peer_ignores (b.t), ==, 10);
      g_assert_cmpfloat (window (&b), ==, 10);
      round_trip (&b, 100 * MILLISECOND);
      g_assert_cmpfloat (window (&b), ==, 20);
      talk_free (b.t);
    }
}

/* Shorter: the window is still known. req: TCP-CC-9 */
static void
test_no_restart (void)
{
  Bulk b = bulk_new (TCP_CONGESTION_RENO);
  double before;

  app_sends (b.t, 70 * MSS);
  peer_ignores (b.t);
  all_is_acknowledged (&b);
  before = window (&b);
  sleep_through (b.t, 50, MILLISECOND);
  app_sends (b.t, 100 * MSS);
  g_assert_cmpuint (peer_ignores (b.t), ==, (unsigned) before);
  talk_free (b.t);
}

/* A window below the initial one stays. req: TCP-CC-9 */
static void
test_restart_small (void)
{
  Bulk b = bulk_new (TCP_CONGESTION_RENO);

  app_sends (b.t, 10 * MSS);
  peer_ignores (b.t);
  advance (b.t, 200, MILLISECOND);
  peer_ignores (b.t);
  peer_sends (b.t, ". 1:1(0) ack %d", 1 + 10 * MSS);
  g_assert_cmpfloat (window (&b), ==, 2);
  sleep_through (b.t, 10, SECOND);
  app_sends (b.t, 100 * MSS);
  g_assert_cmpuint (peer_ignores (b.t), ==, 2);
  talk_free (b.t);
}

/* Two segments at a time for a minute: the window does not grow, nor does it
 * jump when there is more to say. req: TCP-CC-11 TCP-CUB-5 */
static void
test_application_limited (void)
{
  for (TcpCongestion i = TCP_CONGESTION_RENO; i <= TCP_CONGESTION_CUBIC; i++)
    {
      Bulk b = bulk_new (i);

      for (int trip = 0; trip < 600; trip++)
        {
          app_sends (b.t, 2 * MSS);
          g_assert_cmpuint (peer_ignores (b.t), ==, 2);
          round_trip (&b, 100 * MILLISECOND);
          g_assert_cmpfloat (window (&b), ==, 10);
        }
      app_sends (b.t, 100 * MSS);
      g_assert_cmpuint (peer_ignores (b.t), ==, 10);
      talk_free (b.t);
    }
}

/* The peer's window holds us: that says nothing about the path, either.
 * req: TCP-CC-11 */
static void
test_peer_limited (void)
{
  Bulk b = bulk_new (TCP_CONGESTION_RENO);

  app_sends (b.t, 100 * MSS);
  peer_ignores (b.t);
  for (int i = 0; i < 40; i++)
    {
      b.una += 2 * MSS;
      peer_sends (b.t, ". 1:1(0) ack %ld win %d", (long) b.una, 4 * MSS);
      peer_ignores (b.t);
      if (i > 5)
        g_assert_cmpfloat (window (&b), <=, 14);
    }
  talk_free (b.t);
}

/* How many segments leave in TIME from now on, and how many at once at most. */
static unsigned
let_out (Bulk *b, Time time, unsigned *burst)
{
  Talk *t = b->t;
  Time until = t->now + time;
  unsigned all = 0;

  *burst = 0;
  while (t->now < until)
    {
      unsigned now = peer_ignores (t);

      *burst = MAX (*burst, now);
      all += now;
      t->now = CLAMP (stack_deadline (t->stack), t->now, until);
    }
  return all;
}

/* Of a window of 80 all ACKs but the last are lost: what it lets out is spread
 * over a round trip. req: TCP-CC-12 */
static void
test_acks_lost (void)
{
  for (TcpCongestion i = TCP_CONGESTION_RENO; i <= TCP_CONGESTION_CUBIC; i++)
    {
      Bulk b = bulk_new (i);
      unsigned burst, all;

      app_sends (b.t, 4000000);
      peer_ignores (b.t);
      for (int trip = 0; trip < 3; trip++)
        round_trip (&b, 100 * MILLISECOND);
      g_assert_cmpuint (app_info (b.t).in_flight, ==, 80 * MSS);
      advance (b.t, 100, MILLISECOND);
      b.una += 80 * MSS;
      peer_sends (b.t, ". 1:1(0) ack %ld", (long) b.una);
      all = let_out (&b, 100 * MILLISECOND, &burst);
      g_assert_cmpuint (burst, <=, 10);
      g_assert_cmpfloat (all, ==, window (&b));
      talk_free (b.t);
    }
}

/* The peer's window opens at once, after it was closed. req: TCP-CC-12 */
static void
test_window_opens (void)
{
  Bulk b = bulk_new (TCP_CONGESTION_RENO);
  unsigned burst, all;

  app_sends (b.t, 4000000);
  peer_ignores (b.t);
  for (int trip = 0; trip < 3; trip++)
    round_trip (&b, 100 * MILLISECOND);
  advance (b.t, 100, MILLISECOND);
  b.una += 80 * MSS;
  peer_sends (b.t, ". 1:1(0) ack %ld win 0", (long) b.una);
  advance (b.t, 50, MILLISECOND);
  peer_sends (b.t, ". 1:1(0) ack %ld win 65535", (long) b.una);
  all = let_out (&b, 100 * MILLISECOND, &burst);
  g_assert_cmpuint (burst, <=, 10);
  g_assert_cmpfloat (all, ==, window (&b));
  talk_free (b.t);
}

/* What the application says at once may leave at once, if the window is
 * known to be good. */
static void
test_answer (void)
{
  Bulk b = bulk_new (TCP_CONGESTION_RENO);
  double before;

  app_sends (b.t, 150 * MSS);
  peer_ignores (b.t);
  all_is_acknowledged (&b);
  before = window (&b);
  g_assert_cmpfloat (before, >, 20);
  app_sends (b.t, 4000000);
  g_assert_cmpuint (peer_ignores (b.t), ==, (unsigned) before);
  talk_free (b.t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/idle/restart", test_restart);
  g_test_add_func ("/idle/no-restart", test_no_restart);
  g_test_add_func ("/idle/restart-small", test_restart_small);
  g_test_add_func ("/idle/application-limited", test_application_limited);
  g_test_add_func ("/idle/peer-limited", test_peer_limited);
  g_test_add_func ("/idle/acks-lost", test_acks_lost);
  g_test_add_func ("/idle/window-opens", test_window_opens);
  g_test_add_func ("/idle/answer", test_answer);
  return g_test_run ();
}
