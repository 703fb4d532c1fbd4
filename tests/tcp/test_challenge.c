// SPDX-License-Identifier: MIT
/* How often a connection answers what it cannot accept: RFC 5961 7. */
#include "tests/harness.h"

#include <errno.h>

#define LIMIT 100 /* by default */

/* Sends LINE, which is not acceptable; was it answered? */
static bool
is_challenged (Talk *t, const char *line)
{
  peer_sends (t, "%s", line);
  if (peer_takes (t) == 0)
    return false;
  peer_expects_nothing (t);
  return true;
}

/* How many of COUNT such lines are answered. */
static unsigned
count_answers (Talk *t, const char *line, unsigned count)
{
  unsigned answers = 0;

  for (unsigned i = 0; i < count; i++)
    answers += is_challenged (t, line);
  return answers;
}

static uint64_t
limited (const Talk *t)
{
  return stack_counter (t->stack, STACK_COUNTER_CHALLENGES_LIMITED);
}

/* req: TCP-SEQ-3 TCP-RST-6 */
static void
test_second (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  talk_check (t, count_answers (t, "R 2:2(0)", 1000) == LIMIT);
  talk_check (t, limited (t) == 900);
  advance (t, SECOND - 1, 1);
  talk_check (t, !is_challenged (t, "R 2:2(0)"));
  advance (t, 1, 1);
  talk_check (t, count_answers (t, "R 2:2(0)", 1000) == LIMIT);
  state_is (t, "ESTABLISHED");
  falls_silent (t);
  talk_free (t);
}

/* The second begins with the first of them, not with the clock's.
 * req: TCP-SEQ-3 */
static void
test_any_second (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  advance (t, 1700, MILLISECOND);
  talk_check (t, count_answers (t, "R 2:2(0)", 60) == 60);
  advance (t, 600, MILLISECOND);
  talk_check (t, count_answers (t, "R 2:2(0)", 60) == 40);
  advance (t, 400, MILLISECOND);
  talk_check (t, count_answers (t, "R 2:2(0)", 60) == 60);
  talk_free (t);
}

/* All kinds share one limit. req: TCP-SEQ-3 TCP-RST-6 TCP-ACK-3 */
static void
test_kinds (void)
{
  static const char *const LINES[] = {
    "R 2:2(0)",                 /* in the window, not exact */
    "S 1:1(0)",                 /* a SYN */
    "S 1:101(100)",             /* with data */
    ". 70000:70000(0) ack 1",   /* beyond the window */
    "P. 70000:70010(10) ack 1", /* the same with data */
    ". -1000:-1000(0) ack 1",   /* before it */
    ". 1:1(0) ack 500",         /* of what was never sent */
    "P. 1:11(10) ack 500",      /* the same with data */
    "P. 1:11(10) ack -1000000", /* of what was long ago */
  };
  StackConfig config = talk_config ();

  for (unsigned i = 0; i < G_N_ELEMENTS (LINES); i++)
    for (unsigned j = 0; j < G_N_ELEMENTS (LINES); j++)
      {
        Talk *t;

        config.challenge_acks = 3;
        t = talk_new_with (&config, false, SECOND);
        talk_accepted (t);
        talk_check (t, is_challenged (t, LINES[i]));
        talk_check (t, is_challenged (t, LINES[j]));
        talk_check (t, is_challenged (t, LINES[i]));
        talk_check (t, !is_challenged (t, LINES[j]));
        talk_check (t, limited (t) == 1);
        app_receive_gives (t, -EAGAIN);
        talk_free (t);
      }
}

/* What the peer repeats because our ACK got lost. req: TCP-SEQ-2 TCP-ACK-4 */
static void
test_old_data (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "P. 1:101(100) ack 1");
  app_receives (t, 100, 100);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 101");
  talk_check (t, count_answers (t, "R 102:102(0)", 1000) == LIMIT);
  talk_check (t, count_answers (t, "P. 1:101(100) ack 1", 500) == 500);
  talk_check (t, limited (t) == 900);
  talk_free (t);
}

/* req: TCP-SEQ-3 TCP-RST-6 */
static void
test_others (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_uses (t, 40001);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  talk_check (t, count_answers (t, "R 2:2(0)", 1000) == LIMIT);
  peer_uses (t, 40000);
  talk_check (t, count_answers (t, "R 2:2(0)", 1000) == LIMIT);
  talk_free (t);
}

/* Somebody who is at the limit is not deaf. req: TCP-RST-2 TCP-RST-6 */
static void
test_still_listens (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  count_answers (t, "S 500:500(0)", 1000);
  peer_sends (t, "P. 1:101(100) ack 1");
  app_receives (t, 100, 100);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 101");
  app_sends (t, 100);
  peer_expects (t, "P. 1:101(100) ack 101");
  peer_sends (t, ". 101:101(0) ack 101");
  falls_silent (t);
  peer_sends (t, "R 101:101(0)");
  state_is (t, "CLOSED");
  error_is (t, ECONNRESET);
  talk_free (t);
}

/* req: TCP-SEQ-3 */
static void
test_none (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.challenge_acks = 0;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  talk_check (t, count_answers (t, "S 500:500(0)", 10) == 0);
  talk_check (t, count_answers (t, "R 2:2(0)", 10) == 0);
  talk_check (t, limited (t) == 20);
  state_is (t, "ESTABLISHED");
  falls_silent (t);
  talk_free (t);
}

/* A SYN that comes again gets the SYN-ACK again, but no flood of them.
 * req: TCP-OPN-15 TCP-SEQ-3 */
static void
test_embryo (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_check (t, count_answers (t, "S 0:0(0) win 65535", 500) == LIMIT);
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  state_is (t, "ESTABLISHED");
  falls_silent (t);
  talk_free (t);
}

/* The ACK is missing, not the longer wait. req: TCP-CLS-6 TCP-SEQ-3 */
static void
test_time_wait (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.challenge_acks = 2;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  app_closes (t);
  peer_expects (t, "F. 1:1(0) ack 1");
  peer_sends (t, "F. 1:1(0) ack 2");
  peer_expects (t, ". 2:2(0) ack 2");
  advance (t, 59900, MILLISECOND);
  talk_check (t, count_answers (t, "F. 1:1(0) ack 2", 10) == 2);
  /* 2 MSL after the first FIN: it is still there. */
  advance (t, 59900, MILLISECOND);
  talk_check (t, count_answers (t, "F. 1:1(0) ack 2", 10) == 2);
  advance (t, 60, SECOND);
  peer_sends (t, ". 2:2(0) ack 2");
  peer_expects (t, "R 2:2(0)");
  talk_free (t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/challenge/second", test_second);
  g_test_add_func ("/challenge/any-second", test_any_second);
  g_test_add_func ("/challenge/kinds", test_kinds);
  g_test_add_func ("/challenge/old-data", test_old_data);
  g_test_add_func ("/challenge/others", test_others);
  g_test_add_func ("/challenge/still-listens", test_still_listens);
  g_test_add_func ("/challenge/none", test_none);
  g_test_add_func ("/challenge/embryo", test_embryo);
  g_test_add_func ("/challenge/time-wait", test_time_wait);
  return g_test_run ();
}
