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

/* With timestamps or not, over and in TIME-WAIT here: the peer's next number is
 * 2, its last time 100. */
static Talk *
closed_with (bool timestamps)
{
  StackConfig config = talk_config_modern ();
  Talk *t = talk_new_with (&config, false, 1000 * SECOND);
  const char *options = timestamps ? " <nop,nop,TS val 100 ecr 0>" : "";

  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 %s", options);
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1%s", options);
  app_accepts (t);
  app_closes (t);
  peer_expects (t, "F. 1:1(0) ack 1");
  peer_sends (t, "F. 1:1(0) ack 2%s", options);
  peer_expects (t, ". 2:2(0) ack 2");
  return t;
}

/* SYN begins a new connection, or gets the ACK of the old one. */
static void
outcome_is (bool timestamps, const char *syn, bool opens)
{
  Talk *t = closed_with (timestamps);
  PacketLine line = packet_line_parse (syn);

  peer_sends (t, "%s", syn);
  if (opens)
    peer_expects (t, "S. 0:0(0) ack %ld", (long) line.start + 1);
  else
    peer_expects (t, ". 2:2(0) ack 2");
  talk_free (t);
}

/* RFC 6191 2, every line of it. req: TCP-TW-2 TCP-TW-3 */
static void
test_reopen_by_time (void)
{
  /* The old connection had timestamps, the new one would. */
  outcome_is (true, "S 2:2(0) <TS val 101 ecr 0>", true);
  outcome_is (true, "S -5000:-5000(0) <TS val 101 ecr 0>", true);
  outcome_is (true, "S 1:1(0) <TS val 2147483747 ecr 0>", true);
  outcome_is (true, "S 2:2(0) <TS val 100 ecr 0>", true);
  outcome_is (true, "S 1:1(0) <TS val 100 ecr 0>", false);
  outcome_is (true, "S -5000:-5000(0) <TS val 100 ecr 0>", false);
  outcome_is (true, "S 2:2(0) <TS val 99 ecr 0>", false);
  outcome_is (true, "S 5000:5000(0) <TS val 0 ecr 0>", false);
  /* The new one would not. */
  outcome_is (true, "S 2:2(0)", true);
  outcome_is (true, "S 1:1(0)", false);
  /* The old one had none. */
  outcome_is (false, "S 2:2(0) <TS val 0 ecr 0>", true);
  outcome_is (false, "S -5000:-5000(0) <TS val 0 ecr 0>", true);
  outcome_is (false, "S 2:2(0)", true);
  outcome_is (false, "S 1:1(0)", false);
  /* Only a SYN alone opens anything. */
  outcome_is (true, "S. 5000:5000(0) ack 2 <TS val 101 ecr 0>", false);
}

/* A thousand connections a second from one port, the peer's numbers the same
 * each time. req: TCP-TW-3 */
static void
test_reopen_often (void)
{
  Talk *t = closed_with (true);

  for (int i = 101; i < 1101; i++)
    {
      uint32_t nxt = t->flow->isn + 2;

      t->now += MILLISECOND;
      peer_sends (t, "S 0:0(0) win 65535 <TS val %d ecr 0>", i);
      peer_expects (t, "S. 0:0(0) ack 1 <mss 1460,nop,nop,TS val %d ecr %d>",
                    i - 100, i);
      talk_check (t, (int32_t) (t->flow->isn - nxt) >= 0);
      peer_sends (t, ". 1:1(0) ack 1 <TS val %d ecr 0>", i);
      app_accepts (t);
      app_closes (t);
      peer_expects (t, "F. 1:1(0) ack 1");
      peer_sends (t, "F. 1:1(0) ack 2 <TS val %d ecr 0>", i);
      peer_expects (t, ". 2:2(0) ack 2");
    }
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time-wait/rules", test_rules);
  g_test_add_func ("/time-wait/limit", test_limit);
  g_test_add_func ("/time-wait/reopen", test_reopen);
  g_test_add_func ("/time-wait/reopen-by-time", test_reopen_by_time);
  g_test_add_func ("/time-wait/reopen-often", test_reopen_often);
  return g_test_run ();
}
