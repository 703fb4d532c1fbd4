// SPDX-License-Identifier: MIT
/* Who takes part in explicit congestion notification: RFC 3168 6.1.1. */
#include "tests/harness.h"

static Talk *
talk_with (TcpEcn ecn)
{
  StackConfig config = talk_config ();

  config.tcp.ecn = ecn;
  return talk_new_with (&config, false, SECOND);
}

/* Who listens: agrees or not. */
static void
answers (TcpEcn ecn, const char *syn, const char *syn_ack, const char *mark)
{
  Talk *t = talk_with (ecn);

  app_listen (t, 7777, 8);
  peer_sends (t, "%s 0:0(0) win 65535 <mss 1000>", syn);
  peer_expects (t, "%s 0:0(0) ack 1 ecn no", syn_ack);
  advance (t, SECOND, 1);
  peer_expects (t, "%s 0:0(0) ack 1 ecn no", syn_ack);
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1 ecn %s", mark);
  talk_free (t);
}

/* req: TCP-ECN-1 TCP-ECN-2 TCP-ECN-3 TCP-ECN-12 TCP-ECN-13 */
static void
test_answers (void)
{
  answers (TCP_ECN_PASSIVE, "SEW", "SE.", "ect0");
  answers (TCP_ECN_ON, "SEW", "SE.", "ect0");
  answers (TCP_ECN_OFF, "SEW", "S.", "no");
  answers (TCP_ECN_PASSIVE, "S", "S.", "no");
  answers (TCP_ECN_ON, "S", "S.", "no");
  answers (TCP_ECN_ON, "SE", "S.", "no");
  answers (TCP_ECN_ON, "SW", "S.", "no");
}

/* Passive is what a stack starts with. */
static void
test_default (void)
{
  StackConfig config;

  stack_config_init (&config);
  g_assert_cmpint (config.tcp.ecn, ==, TCP_ECN_PASSIVE);
}

/* A SYN that asks for accurate ECN, in the bit before CWR, is one that asks
 * for ECN. req: TCP-AEC-6 */
static void
test_accurate (void)
{
  Talk *t = talk_with (TCP_ECN_PASSIVE);
  PacketPath path = { .source = { t->peer, 40000 },
                      .destination = { t->local, 7777 },
                      .source_isn = t->flow->peer_isn };
  PacketLine line = packet_line_parse ("SEW 0:0(0) win 65535 <mss 1000>");
  size_t length;

  app_listen (t, 7777, 8);
  packet_line_encode (&line, &path, t->bytes);
  t->bytes[32] |= 1;
  length = packet_line_wrap (t->bytes, &t->peer, &t->local, 6, 16, 24);
  peer_sends_bytes (t, length);
  peer_expects (t, "SE. 0:0(0) ack 1 ecn no");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1 ecn ect0");
  talk_free (t);
}

/* Who connects: asks or not, and what the answer means. */
static void
asks (TcpEcn ecn, const char *syn, const char *syn_ack, const char *mark)
{
  Talk *t = talk_with (ecn);

  app_connect (t, 80);
  peer_expects (t, "%s 0:0(0) ecn no", syn);
  peer_sends (t, "%s 0:0(0) ack 1 win 65535 <mss 1000>", syn_ack);
  peer_expects (t, ". 1:1(0) ack 1 ecn no");
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1 ecn %s", mark);
  talk_free (t);
}

/* A peer that reflects both flags knows neither. req: TCP-ECN-2 TCP-ECN-8
 * TCP-ECN-13 */
static void
test_asks (void)
{
  asks (TCP_ECN_ON, "SEW", "SE.", "ect0");
  asks (TCP_ECN_ON, "SEW", "S.", "no");
  asks (TCP_ECN_ON, "SEW", "SEW.", "no");
  asks (TCP_ECN_ON, "SEW", "SW.", "no");
  asks (TCP_ECN_PASSIVE, "S", "SE.", "no");
  asks (TCP_ECN_OFF, "S", "SE.", "no");
}

/* The same over IPv6. */
static void
test_ipv6 (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.tcp.ecn = TCP_ECN_ON;
  t = talk_new_with (&config, true, SECOND);
  app_connect (t, 80);
  peer_expects (t, "SEW 0:0(0) ecn no");
  peer_sends (t, "SE. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1 ecn no");
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1 ecn ect0");
  peer_sends (t, ". 1:1001(1000) ack 1001 ecn ce");
  peer_expects (t, "E. 1001:1001(0) ack 1001 ecn no");
  talk_free (t);
}

/* The third SYN is plain; an answer to an earlier one comes too late.
 * req: TCP-ECN-7 TCP-ECN-13 */
static void
test_syn_lost (void)
{
  Talk *t = talk_with (TCP_ECN_ON);

  app_connect (t, 80);
  peer_expects (t, "SEW 0:0(0) ecn no");
  advance (t, 1, SECOND);
  peer_expects (t, "SEW 0:0(0) ecn no");
  advance (t, 2, SECOND);
  peer_expects (t, "S 0:0(0) ecn no");
  advance (t, 4, SECOND);
  peer_expects (t, "S 0:0(0) ecn no");
  peer_sends (t, "SE. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1");
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1 ecn no");
  talk_free (t);
}

/* A RST may be for the flags: once more without. req: TCP-ECN-7 */
static void
test_syn_refused (void)
{
  Talk *t = talk_with (TCP_ECN_ON);

  app_connect (t, 80);
  peer_expects (t, "SEW 0:0(0)");
  peer_sends (t, "R. 0:0(0) ack 1");
  peer_expects (t, "S 0:0(0)");
  state_is (t, "SYN-SENT");
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1");
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1 ecn no");
  talk_free (t);
}

/* Nobody is there: the second RST says so; without ECN the first.
 * req: TCP-ECN-7 */
static void
test_nobody_there (void)
{
  for (TcpEcn ecn = TCP_ECN_OFF; ecn <= TCP_ECN_ON; ecn++)
    {
      Talk *t = talk_with (ecn);

      app_connect (t, 80);
      peer_expects (t, "%s 0:0(0)", ecn == TCP_ECN_ON ? "SEW" : "S");
      peer_sends (t, "R. 0:0(0) ack 1");
      if (ecn == TCP_ECN_ON)
        {
          peer_expects (t, "S 0:0(0)");
          peer_sends (t, "R. 0:0(0) ack 1");
        }
      state_is (t, "CLOSED");
      falls_silent (t);
      talk_free (t);
    }
}

/* Both at once: both asked, both answer. req: TCP-ECN-13 */
static void
test_simultaneous (void)
{
  Talk *t = talk_with (TCP_ECN_ON);

  app_connect (t, 80);
  peer_expects (t, "SEW 0:0(0)");
  peer_sends (t, "SEW 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "SE. 0:0(0) ack 1 ecn no");
  peer_sends (t, "SE. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_ignores (t);
  state_is (t, "ESTABLISHED");
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1 ecn ect0");
  /* The ECE of its SYN was no echo of a mark. */
  g_assert_cmpuint (app_info (t).cwnd, ==, 10000);
  talk_free (t);
}

/* Without agreement a mark is only a mark. req: TCP-ECN-13 */
static void
test_not_agreed (void)
{
  Talk *t = talk_with (TCP_ECN_PASSIVE);

  talk_accepted (t);
  peer_sends (t, ". 1:1001(1000) ack 1 ecn ce");
  peer_sends (t, ". 1001:2001(1000) ack 1 ecn ce");
  peer_expects (t, ". 1:1(0) ack 2001 ecn no");
  app_sends (t, 10000);
  g_assert_cmpuint (peer_ignores (t), ==, 10);
  peer_sends (t, "E. 2001:2001(0) ack 10001");
  g_assert_cmpuint (app_info (t).cwnd, >=, 10000);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ecn/answers", test_answers);
  g_test_add_func ("/ecn/default", test_default);
  g_test_add_func ("/ecn/accurate", test_accurate);
  g_test_add_func ("/ecn/asks", test_asks);
  g_test_add_func ("/ecn/ipv6", test_ipv6);
  g_test_add_func ("/ecn/syn-lost", test_syn_lost);
  g_test_add_func ("/ecn/syn-refused", test_syn_refused);
  g_test_add_func ("/ecn/nobody-there", test_nobody_there);
  g_test_add_func ("/ecn/simultaneous", test_simultaneous);
  g_test_add_func ("/ecn/not-agreed", test_not_agreed);
  return g_test_run ();
}
