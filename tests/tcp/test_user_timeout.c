// SPDX-License-Identifier: MIT
/* How long a connection waits for an answer: RFC 9293 3.8.3. */
#include "tests/harness.h"

#include <errno.h>
#include <sys/socket.h>

static uint64_t
troubled (const Talk *t)
{
  return stack_counter (t->stack, STACK_COUNTER_TROUBLED);
}

static Talk *
talk_patient (Time user_timeout)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.tcp.user_timeout = user_timeout;
  t = talk_new_with (&config, false, SECOND);
  return t;
}

/* Both thresholds. req: TCP-TMO-1 TCP-TMO-2 TCP-TMO-5 */
static void
test_r1 (void)
{
  Talk *t = talk_new ();
  unsigned changes;

  talk_accepted (t);
  app_sends (t, 500);
  peer_expects (t, "P. 1:501(500) ack 1");
  changes = t->changes;
  sleep_through (t, 1399, MILLISECOND);
  talk_check (t, app_info (t).retransmissions == 2);
  talk_check (t, !app_info (t).troubled && troubled (t) == 0);
  talk_check (t, t->changes == changes);
  sleep_through (t, 1, MILLISECOND);
  talk_check (t, app_info (t).retransmissions == 3);
  talk_check (t, app_info (t).troubled && troubled (t) == 1);
  /* The application hears of it, and that it is no error. */
  talk_check (t, t->changes == changes + 1);
  poll_is (t, SOCKET_WRITABLE);
  error_is (t, 0);
  sleep_through (t, 500, SECOND);
  talk_check (t, troubled (t) == 1);
  state_is (t, "ESTABLISHED");
  sleep_through (t, 600, SECOND);
  state_is (t, "CLOSED");
  error_is (t, ETIMEDOUT);
  talk_free (t);
}

/* Trouble that ends, and comes again. req: TCP-TMO-1 TCP-TMO-5 */
static void
test_trouble_ends (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 500);
  sleep_through (t, 10, SECOND);
  talk_check (t, app_info (t).troubled);
  peer_sends (t, ". 1:1(0) ack 501");
  talk_check (t, !app_info (t).troubled);
  app_sends (t, 500);
  sleep_through (t, 600, SECOND);
  talk_check (t, app_info (t).troubled && troubled (t) == 2);
  talk_free (t);
}

/* The way may be another one by now. req: TCP-TMO-1 */
static void
test_r1_looks_for_a_route (void)
{
  StackConfig config = talk_config ();
  Talk *t = talk_new_with (&config, false, SECOND);
  int other = stack_interface_add (t->stack, 1400);

  talk_accepted (t);
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1");
  stack_route_add (t->stack, &t->peer, 32, (unsigned) other);
  for (int i = 0; i < 5; i++)
    {
      advance (t, 200 << i, MILLISECOND);
      peer_expects (t, "P. 1:1001(1000) ack 1");
      talk_check (t, t->out.interface == (i < 2 ? 0 : (unsigned) other));
    }
  talk_free (t);
}

/* r1 0: nobody wants to know. req: TCP-TMO-1 */
static void
test_no_r1 (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.tcp.r1 = 0;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  app_sends (t, 500);
  sleep_through (t, 60, SECOND);
  talk_check (t, !app_info (t).troubled && troubled (t) == 0);
  talk_free (t);
}

/* To the nanosecond, whatever the timer has come to. req: TCP-TMO-3 */
static void
test_to_the_point (void)
{
  static const Time TIMEOUTS[] = { MILLISECOND, 200 * MILLISECOND, SECOND,
                                   10 * SECOND, 3600 * SECOND };

  for (unsigned i = 0; i < G_N_ELEMENTS (TIMEOUTS); i++)
    {
      Talk *t = talk_patient (TIMEOUTS[i]);

      talk_accepted (t);
      advance (t, 5, SECOND);
      app_sends (t, 500);
      sleep_through (t, TIMEOUTS[i] - 1, 1);
      state_is (t, "ESTABLISHED");
      sleep_through (t, 1, 1);
      state_is (t, "CLOSED");
      error_is (t, ETIMEDOUT);
      falls_silent (t);
      talk_free (t);
    }
}

/* An ACK of something starts it again; one of nothing does not.
 * req: TCP-TMO-3 */
static void
test_progress (void)
{
  Talk *t = talk_patient (10 * SECOND);

  talk_accepted (t);
  app_sends (t, 3000);
  sleep_through (t, 9, SECOND);
  peer_sends (t, ". 1:1(0) ack 1001");
  sleep_through (t, 9, SECOND);
  peer_sends (t, ". 1:1(0) ack 1001");
  state_is (t, "ESTABLISHED");
  sleep_through (t, SECOND - 1, 1);
  state_is (t, "ESTABLISHED");
  sleep_through (t, 1, 1);
  state_is (t, "CLOSED");
  talk_free (t);
}

/* Silence alone is no failure. req: TCP-TMO-3 */
static void
test_idle (void)
{
  Talk *t = talk_patient (10 * SECOND);

  talk_accepted (t);
  app_sends (t, 500);
  peer_expects (t, "P. 1:501(500) ack 1");
  advance (t, 100, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 501");
  advance (t, 3600, SECOND);
  app_sends (t, 500);
  peer_expects (t, "P. 501:1001(500) ack 1");
  peer_sends (t, ". 1:1(0) ack 1001");
  falls_silent (t);
  state_is (t, "ESTABLISHED");
  talk_free (t);
}

/* It may be longer than R2, too. req: TCP-TMO-3 */
static void
test_instead_of_r2 (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.tcp.r2 = 3;
  config.tcp.user_timeout = 100 * SECOND;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  app_sends (t, 500);
  sleep_through (t, 99, SECOND);
  state_is (t, "ESTABLISHED");
  talk_check (t, app_info (t).retransmissions > 3);
  sleep_through (t, 1, SECOND);
  state_is (t, "CLOSED");
  talk_free (t);
}

/* Each connection has its own, at any time. req: TCP-TMO-3 SOK-OPT-2 */
static void
test_option (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 500);
  sleep_through (t, 2, SECOND);
  app_sets (t, SOCKET_OPTION_USER_TIMEOUT, 5 * SECOND);
  sleep_through (t, 2999, MILLISECOND);
  state_is (t, "ESTABLISHED");
  sleep_through (t, 1, MILLISECOND);
  state_is (t, "CLOSED");
  error_is (t, ETIMEDOUT);
  talk_free (t);
}

/* Whoever answers probes is there; whoever does not isn't.
 * req: TCP-WND-6 TCP-WND-7 TCP-TMO-3 */
static void
test_closed_window (void)
{
  Talk *t = talk_patient (10 * SECOND);

  talk_accepted (t);
  peer_sends (t, ". 1:1(0) ack 1 win 0");
  app_sends (t, 500);
  for (int i = 0; i < 100; i++)
    {
      sleep_through (t, 9, SECOND);
      peer_sends (t, ". 1:1(0) ack 1 win 0");
      state_is (t, "ESTABLISHED");
    }
  sleep_through (t, 10, SECOND);
  state_is (t, "CLOSED");
  error_is (t, ETIMEDOUT);
  talk_free (t);
}

/* The probes became rare, but what comes after them is not a probe.
 * req: TCP-WND-5 TCP-RTO-9 */
static void
test_back_off_ends (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, ". 1:1(0) ack 1 win 0");
  app_sends (t, 3000);
  for (int i = 0; i < 20; i++)
    {
      sleep_through (t, 60, SECOND);
      peer_sends (t, ". 1:1(0) ack 1 win 0");
    }
  talk_check (t, app_info (t).backoff >= 8);
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  talk_check (t, app_info (t).backoff == 0);
  peer_expects (t, ". 1:2(1) ack 1");
  peer_expects (t, ". 2:1002(1000) ack 1");
  peer_expects (t, ". 1002:2002(1000) ack 1");
  /* All of it is lost: one RTO, not a minute. */
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 1:2(1) ack 1");
  talk_check (t, t->out.cause == REPAIR_RTO);
  talk_free (t);
}

/* req: TCP-TMO-4 TCP-TMO-3 */
static void
test_syn (void)
{
  Talk *t = talk_new ();

  app_connect (t, 80);
  sleep_through (t, 179, SECOND);
  state_is (t, "SYN-SENT");
  talk_check (t, app_info (t).troubled);
  sleep_through (t, 10, SECOND);
  state_is (t, "CLOSED");
  error_is (t, ETIMEDOUT);
  falls_silent (t);
  talk_free (t);

  t = talk_patient (5 * SECOND);
  app_connect (t, 80);
  sleep_through (t, 4999, MILLISECOND);
  state_is (t, "SYN-SENT");
  sleep_through (t, 1, MILLISECOND);
  state_is (t, "CLOSED");
  error_is (t, ETIMEDOUT);
  talk_free (t);
}

/* A half-open connection of a listener, and its FIN at the other end.
 * req: TCP-TMO-3 TCP-OPN-19 */
static void
test_embryo_and_fin (void)
{
  Talk *t = talk_patient (5 * SECOND);

  app_listen (t, 7777, 1);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  sleep_through (t, 5, SECOND);
  peer_sends (t, ". 1:1(0) ack 1");
  talk_check (t, peer_takes (t) > 0);
  talk_check (t, (t->bytes[33] & 4) != 0);
  talk_check (t, (t->states & 1u << TCP_CLOSED) != 0);
  talk_free (t);

  t = talk_patient (5 * SECOND);
  talk_accepted (t);
  t->states = 0;
  app_closes (t);
  sleep_through (t, 4999, MILLISECOND);
  talk_check (t, (t->states & 1u << TCP_CLOSED) == 0);
  sleep_through (t, 1, MILLISECOND);
  talk_check (t, (t->states & 1u << TCP_CLOSED) != 0);
  falls_silent (t);
  talk_free (t);
}

/* What comes while we wait does not count as an answer. req: TCP-TMO-3 */
static void
test_talkative_peer (void)
{
  Talk *t = talk_patient (10 * SECOND);

  talk_accepted (t);
  app_sends (t, 500);
  for (int i = 0; i < 9; i++)
    {
      sleep_through (t, 1, SECOND);
      peer_sends (t, "P. %d:%d(10) ack 1", 1 + 10 * i, 11 + 10 * i);
      peer_ignores (t);
    }
  state_is (t, "ESTABLISHED");
  sleep_through (t, 1, SECOND);
  state_is (t, "CLOSED");
  app_receives (t, 100, 90);
  app_receive_gives (t, -ETIMEDOUT);
  talk_free (t);
}

/* Nor does what we send meanwhile. req: TCP-TMO-3 */
static void
test_talkative_self (void)
{
  Talk *t = talk_patient (10 * SECOND);

  talk_accepted (t);
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1");
  advance (t, 100, MILLISECOND);
  app_sends (t, 1000);
  peer_expects (t, "P. 1001:2001(1000) ack 1");
  sleep_through (t, 9899, MILLISECOND);
  state_is (t, "ESTABLISHED");
  sleep_through (t, 1, MILLISECOND);
  state_is (t, "CLOSED");
  talk_free (t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/user-timeout/r1", test_r1);
  g_test_add_func ("/user-timeout/trouble-ends", test_trouble_ends);
  g_test_add_func ("/user-timeout/r1-route", test_r1_looks_for_a_route);
  g_test_add_func ("/user-timeout/no-r1", test_no_r1);
  g_test_add_func ("/user-timeout/to-the-point", test_to_the_point);
  g_test_add_func ("/user-timeout/progress", test_progress);
  g_test_add_func ("/user-timeout/idle", test_idle);
  g_test_add_func ("/user-timeout/instead-of-r2", test_instead_of_r2);
  g_test_add_func ("/user-timeout/option", test_option);
  g_test_add_func ("/user-timeout/closed-window", test_closed_window);
  g_test_add_func ("/user-timeout/back-off-ends", test_back_off_ends);
  g_test_add_func ("/user-timeout/syn", test_syn);
  g_test_add_func ("/user-timeout/embryo-and-fin", test_embryo_and_fin);
  g_test_add_func ("/user-timeout/talkative-peer", test_talkative_peer);
  g_test_add_func ("/user-timeout/talkative-self", test_talkative_self);
  return g_test_run ();
}
