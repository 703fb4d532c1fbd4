// SPDX-License-Identifier: MIT
/* Rounds of ten segments of 1000 bytes, each acknowledged alone. */
#include "stack/tcp_hystart.h"

#include <glib.h>

#define MSS   1000
#define ROUND 10

typedef struct
{
  TcpHystart hystart;
  int64_t una;
  bool going_on;
} Start;

static Start
begin (void)
{
  Start s = { .going_on = true };

  tcp_hystart_init (&s.hystart);
  return s;
}

/* COUNT more ACKs of the round that began at the last multiple of ten, each
 * with a sample of RTT. */
static void
acks (Start *s, unsigned count, Time rtt)
{
  for (unsigned i = 0; i < count; i++)
    {
      int64_t round_end = (s->una / ROUND + 1) * ROUND;
      TcpAck ack = { .una = (s->una + 1) * MSS,
                     .nxt = MAX (round_end, s->una + 1) * MSS,
                     .acked = MSS,
                     .rtt = rtt };

      s->una++;
      /* When the last of a round arrives, the next is out already. */
      if (s->una == round_end)
        ack.nxt = (round_end + ROUND) * MSS;
      s->going_on = tcp_hystart_on_ack (&s->hystart, &ack);
    }
}

static int64_t
growth (const Start *s, int64_t acked, bool paced)
{
  TcpAck ack = { .acked = acked };

  return tcp_hystart_growth (&s->hystart, &ack, MSS, paced);
}

static bool
is_careful (const Start *s)
{
  return growth (s, 4 * MSS, false) == MSS;
}

/* As long as the round trip stays, nothing slows. */
static void
test_steady (void)
{
  Start s = begin ();

  for (int round = 0; round < 100; round++)
    {
      acks (&s, ROUND, 40 * MILLISECOND);
      g_assert_true (s.going_on);
      g_assert_false (is_careful (&s));
    }
}

/* Seven samples say nothing; the eighth does. req: TCP-HSS-1 TCP-HSS-2 */
static void
test_eight_samples (void)
{
  Start s = begin ();

  acks (&s, ROUND, 40 * MILLISECOND);
  acks (&s, 7, 100 * MILLISECOND);
  g_assert_false (is_careful (&s));
  acks (&s, 1, 100 * MILLISECOND);
  g_assert_true (is_careful (&s));
  g_assert_true (s.going_on);
}

/* An ACK without a sample is none. req: TCP-HSS-1 */
static void
test_no_samples (void)
{
  Start s = begin ();

  acks (&s, ROUND, 40 * MILLISECOND);
  acks (&s, 5, 100 * MILLISECOND);
  acks (&s, 5, -1);
  g_assert_false (is_careful (&s));
  /* A round without any leaves nothing to compare with. */
  acks (&s, ROUND, -1);
  acks (&s, ROUND, 200 * MILLISECOND);
  g_assert_false (is_careful (&s));
}

/* The smallest of a round counts. req: TCP-HSS-1 */
static void
test_smallest (void)
{
  Start s = begin ();

  acks (&s, ROUND, 40 * MILLISECOND);
  acks (&s, 1, 41 * MILLISECOND);
  acks (&s, 9, 100 * MILLISECOND);
  g_assert_false (is_careful (&s));
}

/* BEFORE in one round, AFTER in the next. */
static bool
is_alarmed (Time before, Time after)
{
  Start s = begin ();

  acks (&s, ROUND, before);
  acks (&s, 8, after);
  return is_careful (&s);
}

/* An eighth, but at least 4 and at most 16 ms. req: TCP-HSS-2 */
static void
test_threshold (void)
{
  static const struct
  {
    Time before, threshold;
  } rows[] = {
    { 0, 4 * MILLISECOND },
    { MILLISECOND, 4 * MILLISECOND },
    { 32 * MILLISECOND, 4 * MILLISECOND },
    { 40 * MILLISECOND, 5 * MILLISECOND },
    { 100 * MILLISECOND, 12500000 },
    { 128 * MILLISECOND, 16 * MILLISECOND },
    { 10 * SECOND, 16 * MILLISECOND },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Time at = rows[i].before + rows[i].threshold;

      g_assert_true (is_alarmed (rows[i].before, at));
      g_assert_false (is_alarmed (rows[i].before, at - 1));
    }
}

/* Slowly growing round trips are compared with the round before, not with the
 * first. req: TCP-HSS-2 */
static void
test_slow_growth (void)
{
  Start s = begin ();

  for (int round = 0; round < 20; round++)
    {
      acks (&s, ROUND, (20 + 3 * round) * MILLISECOND);
      g_assert_false (is_careful (&s));
    }
}

/* Up to five rounds, the one it begins in included. req: TCP-HSS-3 */
static void
test_five_rounds (void)
{
  Start s = begin ();

  acks (&s, ROUND, 40 * MILLISECOND);
  acks (&s, ROUND, 50 * MILLISECOND);
  for (int round = 2; round < 5; round++)
    {
      acks (&s, ROUND, 60 * MILLISECOND);
      g_assert_true (s.going_on);
      g_assert_true (is_careful (&s));
    }
  acks (&s, ROUND - 1, 60 * MILLISECOND);
  g_assert_true (s.going_on);
  acks (&s, 1, 60 * MILLISECOND);
  g_assert_false (s.going_on);
}

/* Faster again than at the alarm, after eight samples: it was false; a later
 * one counts from its own first round. req: TCP-HSS-3 */
static void
test_false_alarm (void)
{
  Start s = begin ();

  acks (&s, ROUND, 40 * MILLISECOND);
  acks (&s, ROUND, 50 * MILLISECOND);
  acks (&s, 7, 49 * MILLISECOND);
  g_assert_true (is_careful (&s));
  acks (&s, 1, 49 * MILLISECOND);
  g_assert_false (is_careful (&s));
  acks (&s, 2, 49 * MILLISECOND);
  acks (&s, ROUND, 60 * MILLISECOND);
  g_assert_true (is_careful (&s));
  acks (&s, 4 * ROUND - 1, 60 * MILLISECOND);
  g_assert_true (s.going_on);
  acks (&s, 1, 60 * MILLISECOND);
  g_assert_false (s.going_on);
}

/* Equal to it is not faster. req: TCP-HSS-3 */
static void
test_as_slow_as_alarm (void)
{
  Start s = begin ();

  acks (&s, ROUND, 40 * MILLISECOND);
  acks (&s, 2 * ROUND, 50 * MILLISECOND);
  g_assert_true (is_careful (&s));
}

/* One ACK is worth eight segments, or any number when they are paced; a
 * quarter after the alarm. req: TCP-HSS-3 TCP-HSS-4 */
static void
test_growth (void)
{
  Start s = begin ();

  g_assert_cmpint (growth (&s, MSS, false), ==, MSS);
  g_assert_cmpint (growth (&s, 8 * MSS, false), ==, 8 * MSS);
  g_assert_cmpint (growth (&s, 9 * MSS, false), ==, 8 * MSS);
  g_assert_cmpint (growth (&s, 100 * MSS, true), ==, 100 * MSS);
  acks (&s, ROUND, 40 * MILLISECOND);
  acks (&s, ROUND, 80 * MILLISECOND);
  g_assert_cmpint (growth (&s, MSS, false), ==, MSS / 4);
  g_assert_cmpint (growth (&s, 100 * MSS, false), ==, 2 * MSS);
  g_assert_cmpint (growth (&s, 100 * MSS, true), ==, 25 * MSS);
}

/* One ACK for several rounds ends one. */
static void
test_jump (void)
{
  Start s = begin ();
  TcpAck ack = { .una = 55 * MSS, .nxt = 60 * MSS, .rtt = MILLISECOND };

  acks (&s, 15, 40 * MILLISECOND);
  g_assert_true (tcp_hystart_on_ack (&s.hystart, &ack));
  g_assert_cmpint (s.hystart.window_end, ==, 60 * MSS);
  g_assert_cmpint (s.hystart.last_min, ==, MILLISECOND);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tcp_hystart/steady", test_steady);
  g_test_add_func ("/tcp_hystart/eight-samples", test_eight_samples);
  g_test_add_func ("/tcp_hystart/no-samples", test_no_samples);
  g_test_add_func ("/tcp_hystart/smallest", test_smallest);
  g_test_add_func ("/tcp_hystart/threshold", test_threshold);
  g_test_add_func ("/tcp_hystart/slow-growth", test_slow_growth);
  g_test_add_func ("/tcp_hystart/five-rounds", test_five_rounds);
  g_test_add_func ("/tcp_hystart/false-alarm", test_false_alarm);
  g_test_add_func ("/tcp_hystart/as-slow-as-alarm", test_as_slow_as_alarm);
  g_test_add_func ("/tcp_hystart/growth", test_growth);
  g_test_add_func ("/tcp_hystart/jump", test_jump);
  return g_test_run ();
}
