// SPDX-License-Identifier: MIT
/* TIME-WAIT: RFC 9293 3.6.1, RFC 1337, RFC 6191. */
#include "tests/harness.h"

#include <errno.h>
#include <sys/socket.h>

/* A FIN again begins the wait again, old data does not.
 * req: TCP-TW-1 TCP-TW-4 TCP-TW-5 */
static void
test_rules (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_shuts_down (t, SHUT_WR);
  peer_expects (t, "F. 1:1(0) ack 1");
  peer_sends (t, "FP. 1:11(10) ack 2");
  peer_expects (t, ". 2:2(0) ack 12");
  advance (t, 50, SECOND);
  peer_sends (t, "F. 11:11(0) ack 2");
  peer_expects (t, ". 2:2(0) ack 12");
  advance (t, 50, SECOND);
  peer_sends (t, "P. 1:11(10) ack 2");
  peer_expects (t, ". 2:2(0) ack 12");
  peer_sends (t, "R 12:12(0)");
  peer_sends (t, "R. 12:12(0) ack 2");
  state_is (t, "TIME-WAIT");
  app_receives (t, 100, 10);
  advance (t, 10 * SECOND - 1, 1);
  state_is (t, "TIME-WAIT");
  advance (t, 1, 1);
  peer_expects_nothing (t);
  state_is (t, "CLOSED");
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-TW-6 */
static void
test_limit (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.time_wait_max = 2;
  t = talk_new_with (&config, false, SECOND);
  app_listen (t, 7777, 8);
  for (uint16_t port = 40000; port < 40004; port++)
    {
      peer_uses (t, port);
      peer_sends (t, "S 0:0(0) <mss 1000>");
      peer_expects (t, "S. 0:0(0) ack 1");
      peer_sends (t, ". 1:1(0) ack 1");
      app_accepts (t);
      app_closes (t);
      peer_expects (t, "F. 1:1(0) ack 1");
      peer_sends (t, "F. 1:1(0) ack 2");
      peer_expects (t, ". 2:2(0) ack 2");
    }
  talk_check (t,
              stack_counter (t->stack, STACK_COUNTER_TIME_WAIT_EVICTED) == 2);
  /* The oldest are gone, the newest not. */
  for (uint16_t port = 40000; port < 40004; port++)
    {
      peer_uses (t, port);
      peer_sends (t, "F. 1:1(0) ack 2");
      peer_expects (t, port < 40002 ? "R 2:2(0)" : ". 2:2(0) ack 2");
    }
  advance (t, 60, SECOND);
  falls_silent (t);
  talk_free (t);
}

/* A new connection from the same port: its number is beyond the old ones, and
 * so is ours. req: TCP-TW-2 TCP-RST-5 */
static void
test_reopen (void)
{
  Talk *t = talk_new ();
  uint32_t nxt;

  talk_accepted (t);
  /* Faster than the clock of the initial numbers. */
  for (int i = 0; i < 100; i++)
    {
      app_sends (t, 10000);
      peer_ignores (t);
      peer_sends (t, ". 1:1(0) ack %d", 10001 + i * 10000);
    }
  app_closes (t);
  peer_expects (t, "F. 1000001:1000001(0) ack 1");
  peer_sends (t, "F. 1:1(0) ack 1000002");
  peer_expects (t, ". 1000002:1000002(0) ack 2");
  nxt = t->flow->isn + 1000002;
  peer_sends (t, "S 1:1(0) win 65535 <mss 1000>");
  peer_expects (t, ". 1000002:1000002(0) ack 2");
  peer_sends (t, "S 5000:5000(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 5001 <mss 1460>");
  talk_check (t, (int32_t) (t->flow->isn - nxt) >= 0);
  talk_check (t, t->now == t->began);
  peer_sends (t, ". 5001:5001(0) ack 1");
  app_accepts (t);
  falls_silent (t);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time-wait/rules", test_rules);
  g_test_add_func ("/time-wait/limit", test_limit);
  g_test_add_func ("/time-wait/reopen", test_reopen);
  return g_test_run ();
}
