// SPDX-License-Identifier: MIT
/* Is a silent peer still there? RFC 9293 3.8.4. */
#include "tests/harness.h"

#include <errno.h>
#include <sys/socket.h>

/* A probe every two hours, and no more than three a minute apart. */
static StackConfig
config_alive (void)
{
  StackConfig config = talk_config ();

  config.tcp.keep_alive = true;
  config.tcp.keep_interval = 60 * SECOND;
  config.tcp.keep_count = 3;
  return config;
}

static Talk *
talk_alive (void)
{
  StackConfig config = config_alive ();
  Talk *t = talk_new_with (&config, false, SECOND);

  talk_accepted (t);
  return t;
}

/* req: TCP-KA-1 */
static void
test_off (void)
{
  Talk *t = talk_new ();
  StackConfig config;

  stack_config_init (&config);
  talk_check (t, !config.tcp.keep_alive);
  talk_accepted (t);
  advance (t, 3 * 3600, SECOND);
  falls_silent (t);
  state_is (t, "ESTABLISHED");
  talk_free (t);
}

/* req: TCP-KA-3 */
static void
test_default_interval (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  g_assert_cmpint (config.tcp.keep_idle, >=, 7200 * SECOND);
  config.tcp.keep_alive = true;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  advance (t, 7200, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  advance (t, 7200, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  talk_free (t);
}

/* SEG.SEQ = SND.NXT-1, no data; what answers it is an ACK like any other.
 * req: TCP-KA-5 */
static void
test_probe (void)
{
  Talk *t = talk_alive ();

  app_sends (t, 100);
  peer_expects (t, "P. 1:101(100) ack 1");
  peer_sends (t, "P. 1:51(50) ack 101");
  app_receives (t, 50, 50);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 101:101(0) ack 51");
  advance (t, 7200 * SECOND - 40 * MILLISECOND, 1);
  peer_expects (t, ". 100:100(0) ack 51");
  talk_check (t, t->out.cause == REPAIR_NONE);
  talk_check (t, app_info (t).retransmissions == 0);
  peer_sends (t, ". 51:51(0) ack 101");
  /* And the connection works. */
  app_sends (t, 100);
  peer_expects (t, "P. 101:201(100) ack 51");
  peer_sends (t, ". 51:51(0) ack 201");
  talk_free (t);
}

/* req: TCP-KA-4 */
static void
test_lost_probes (void)
{
  Talk *t = talk_alive ();

  for (int round = 0; round < 3; round++)
    {
      advance (t, 7200, SECOND);
      for (int probe = 0; probe < 3; probe++)
        {
          peer_expects (t, ". 0:0(0) ack 1");
          if (probe < 2)
            advance (t, 60, SECOND);
        }
      /* At the last moment. */
      advance (t, 60 * SECOND - 1, 1);
      peer_sends (t, ". 1:1(0) ack 1");
      state_is (t, "ESTABLISHED");
    }
  talk_free (t);
}

/* req: TCP-KA-4 */
static void
test_dead (void)
{
  Talk *t = talk_alive ();

  advance (t, 7200, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  advance (t, 60, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  advance (t, 60, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  advance (t, 60, SECOND);
  peer_expects_nothing (t);
  state_is (t, "CLOSED");
  error_is (t, ETIMEDOUT);
  falls_silent (t);
  talk_free (t);
}

/* The peer has started again. req: TCP-KA-5 TCP-OPN-18 */
static void
test_peer_forgot (void)
{
  Talk *t = talk_alive ();

  advance (t, 7200, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  peer_sends (t, "R 1:1(0)");
  state_is (t, "CLOSED");
  error_is (t, ECONNRESET);
  talk_free (t);
}

/* What is in flight is repeated by its own timer. req: TCP-KA-2 */
static void
test_outstanding (void)
{
  StackConfig config = config_alive ();
  Talk *t;

  config.tcp.keep_idle = 500 * MILLISECOND;
  config.tcp.r2 = 4;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  advance (t, 400, MILLISECOND);
  app_sends (t, 100);
  peer_expects (t, "P. 1:101(100) ack 1");
  for (int i = 0; i < 4; i++)
    {
      advance (t, 200 << i, MILLISECOND);
      peer_expects (t, "P. 1:101(100) ack 1");
    }
  advance (t, 3200, MILLISECOND);
  peer_expects_nothing (t);
  error_is (t, ETIMEDOUT);
  talk_free (t);
}

/* A closed window has probes of its own. req: TCP-KA-2 TCP-WND-6 */
static void
test_closed_window (void)
{
  StackConfig config = config_alive ();
  Talk *t;

  config.tcp.keep_idle = 10 * SECOND;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  peer_sends (t, ". 1:1(0) ack 1 win 0");
  app_sends (t, 100);
  for (int i = 0; i < 8; i++)
    {
      advance (t, 200 << MAX (i - 1, 0), MILLISECOND);
      peer_expects (t, ". 1:2(1) ack 1");
      peer_sends (t, ". 1:1(0) ack 1 win 0");
    }
  state_is (t, "ESTABLISHED");
  talk_free (t);
}

/* Whatever is heard moves the next probe. req: TCP-KA-2 */
static void
test_heard (void)
{
  Talk *t = talk_alive ();

  for (int i = 0; i < 5; i++)
    {
      advance (t, 7199, SECOND);
      peer_sends (t, ". 1:1(0) ack 1");
    }
  /* What is not acceptable may be anybody's. */
  advance (t, 7199, SECOND);
  peer_sends (t, "R 5:5(0)");
  peer_expects (t, ". 1:1(0) ack 1");
  advance (t, 1, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  talk_free (t);
}

/* It is no reason to go on with a simulation. req: TCP-KA-2 */
static void
test_not_busy (void)
{
  Talk *t = talk_alive ();

  talk_check (t, !stack_busy (t->stack));
  advance (t, 7200, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  peer_expects_nothing (t);
  talk_check (t, !stack_busy (t->stack));
  talk_check (t, stack_deadline (t->stack) != TIME_NEVER);
  talk_free (t);
}

/* Half closed, either way; not after both. req: TCP-KA-2 TCP-KA-1 */
static void
test_states (void)
{
  Talk *t = talk_alive ();

  peer_sends (t, "F. 1:1(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 2");
  advance (t, 7200, SECOND);
  peer_expects (t, ". 0:0(0) ack 2");
  peer_sends (t, ". 2:2(0) ack 1");
  app_closes (t);
  peer_expects (t, "F. 1:1(0) ack 2");
  peer_sends (t, ". 2:2(0) ack 2");
  falls_silent (t);
  talk_free (t);

  t = talk_alive ();
  app_shuts_down (t, SHUT_WR);
  peer_expects (t, "F. 1:1(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 2");
  state_is (t, "FIN-WAIT-2");
  advance (t, 7200, SECOND);
  peer_expects (t, ". 1:1(0) ack 1");
  peer_sends (t, "F. 1:1(0) ack 2");
  peer_expects (t, ". 2:2(0) ack 2");
  falls_silent (t);
  talk_free (t);
}

/* The time that the application allows counts here too. req: TCP-TMO-3 */
static void
test_user_timeout (void)
{
  StackConfig config = config_alive ();
  Talk *t;

  config.tcp.keep_idle = 100 * SECOND;
  config.tcp.keep_interval = 10 * SECOND;
  config.tcp.user_timeout = 115 * SECOND;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  advance (t, 100, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  advance (t, 10, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  advance (t, 10, SECOND);
  peer_expects_nothing (t);
  error_is (t, ETIMEDOUT);
  talk_free (t);
}

/* It may be asked for at any time. req: TCP-KA-1 TCP-KA-3 SOK-OPT-1 */
static void
test_option (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  advance (t, 100, SECOND);
  app_sets (t, SOCKET_OPTION_KEEP_IDLE, 120 * SECOND);
  app_sets (t, SOCKET_OPTION_KEEP_INTERVAL, 10 * SECOND);
  app_sets (t, SOCKET_OPTION_KEEP_ALIVE, 1);
  advance (t, 20, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  advance (t, 10, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  app_sets (t, SOCKET_OPTION_KEEP_ALIVE, 0);
  falls_silent (t);
  talk_free (t);
}

/* Two stacks that ask each other. req: TCP-KA-5 TCP-KA-6 */
static void
test_both (void)
{
  Talk *t = talk_alive ();

  advance (t, 7000, SECOND);
  peer_sends (t, ". 0:0(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 1");
  /* It was not acceptable: our own question is not answered by it. */
  advance (t, 200, SECOND);
  peer_expects (t, ". 0:0(0) ack 1");
  peer_sends (t, ". 0:1(1) ack 1");
  peer_expects (t, ". 1:1(0) ack 1");
  app_receive_gives (t, -EAGAIN);
  talk_free (t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/keepalive/off", test_off);
  g_test_add_func ("/keepalive/default-interval", test_default_interval);
  g_test_add_func ("/keepalive/probe", test_probe);
  g_test_add_func ("/keepalive/lost-probes", test_lost_probes);
  g_test_add_func ("/keepalive/dead", test_dead);
  g_test_add_func ("/keepalive/peer-forgot", test_peer_forgot);
  g_test_add_func ("/keepalive/outstanding", test_outstanding);
  g_test_add_func ("/keepalive/closed-window", test_closed_window);
  g_test_add_func ("/keepalive/heard", test_heard);
  g_test_add_func ("/keepalive/not-busy", test_not_busy);
  g_test_add_func ("/keepalive/states", test_states);
  g_test_add_func ("/keepalive/user-timeout", test_user_timeout);
  g_test_add_func ("/keepalive/option", test_option);
  g_test_add_func ("/keepalive/both", test_both);
  return g_test_run ();
}
