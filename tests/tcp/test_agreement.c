// SPDX-License-Identifier: MIT
/* What the SYNs agree on: RFC 7323 2.2, 2.3, 3.2; RFC 2018 2. */
#include "tests/harness.h"

#define ALL "mss 1460,sackOK,TS val 0 ecr 0,nop,wscale 5"

static Talk *
modern (bool ipv6)
{
  StackConfig config = talk_config_modern ();

  return talk_new_with (&config, ipv6, 1000 * SECOND);
}

/* The stack is asked: to OFFER it gives ANSWER. */
static void
answer_is (Talk *t, const char *offer, const char *answer)
{
  app_listen (t, 7777, 1);
  peer_sends (t, "S 0:0(0) win 65535 <%s>", offer);
  peer_expects (t, "S. 0:0(0) ack 1 win 65535 <%s>", answer);
  talk_free (t);
}

/* Whatever the peer did not offer, we don't; but the segment size.
 * req: TCP-WSC-1 TCP-WSC-2 TCP-TS-1 TCP-SAK-1 TCP-MSS-1 TCP-MSS-2 TCP-MSS-5 */
static void
test_answers (void)
{
  answer_is (modern (false), "mss 1000", "mss 1460");
  answer_is (modern (true), "mss 1000", "mss 1440");
  answer_is (modern (false), "mss 1000,sackOK", "mss 1460,nop,nop,sackOK");
  answer_is (modern (false), "nop,wscale 3", "mss 1460,nop,wscale 5");
  answer_is (modern (false), "nop,nop,TS val 9 ecr 0",
             "mss 1460,nop,nop,TS val 0 ecr 9");
  answer_is (modern (false), "TS val 9 ecr 0,sackOK",
             "mss 1460,sackOK,TS val 0 ecr 9");
  answer_is (modern (false), "sackOK,wscale 0",
             "mss 1460,nop,nop,sackOK,nop,wscale 5");
  answer_is (modern (true), "sackOK,TS val 9 ecr 0,wscale 14",
             "mss 1440,sackOK,TS val 0 ecr 9,nop,wscale 5");
  answer_is (talk_new (), "mss 1000,sackOK,TS val 9 ecr 0,nop,wscale 7",
             "mss 1460");
}

/* Each is a setting. Every copy of the SYN says the same, and what is set
 * meanwhile comes too late. req: TCP-WSC-1 TCP-WSC-2 TCP-TS-3 TCP-SAK-1 */
static void
test_offers (void)
{
  static const char *const OFFERS[] = {
    "S 0:0(0) win 65535 <mss 1460>",
    "S 0:0(0) win 65535 <mss 1460,nop,nop,sackOK>",
    "S 0:0(0) win 65535 <mss 1460,nop,nop,TS val %d ecr 0>",
    "S 0:0(0) win 65535 <mss 1460,sackOK,TS val %d ecr 0>",
    "S 0:0(0) win 65535 <mss 1460,nop,wscale 5>",
    "S 0:0(0) win 65535 <mss 1460,nop,nop,sackOK,nop,wscale 5>",
    "S 0:0(0) win 65535 <mss 1460,nop,nop,TS val %d ecr 0,nop,wscale 5>",
    "S 0:0(0) win 65535 <mss 1460,sackOK,TS val %d ecr 0,nop,wscale 5>",
  };

  for (unsigned set = 0; set < G_N_ELEMENTS (OFFERS); set++)
    {
      StackConfig config = talk_config_modern ();
      Talk *t;

      config.tcp.sack = (set & 1) != 0;
      config.tcp.timestamps = (set & 2) != 0;
      config.tcp.window_scale = (set & 4) != 0;
      t = talk_new_with (&config, false, 1000 * SECOND);
      app_connect (t, 80);
      peer_expects (t, OFFERS[set], 0);
      app_sets (t, SOCKET_OPTION_RECEIVE_BUFFER, 8 << 20);
      advance (t, 1, SECOND);
      peer_expects (t, OFFERS[set], 1000);
      advance (t, 2, SECOND);
      peer_expects (t, OFFERS[set], 3000);
      talk_free (t);
    }
}

/* The smallest shift with which 16 bits can say the whole buffer.
 * req: TCP-WSC-6 */
static void
test_shifts (void)
{
  static const struct
  {
    size_t buffer;
    int shift;
  } SHIFTS[] = {
    { 1, 0 },           { 65535, 0 },         { 65536, 1 },
    { 131070, 1 },      { 131071, 2 },        { 1 << 20, 5 },
    { 4 << 20, 7 },     { 8 << 20, 8 },       { 1 << 30, 14 },
    { 65535u << 7, 7 }, { 65535u << 14, 14 }, { (size_t) 1 << 32, 14 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (SHIFTS); i++)
    {
      StackConfig config = talk_config_modern ();
      Talk *t;

      config.receive_buffer = SHIFTS[i].buffer;
      t = talk_new_with (&config, i % 2 == 1, SECOND);
      app_listen (t, 7777, 1);
      peer_sends (t, "S 0:0(0) win 65535 <wscale 1>");
      peer_expects (t, "S. 0:0(0) ack 1 win %d <mss %d,nop,wscale %d>",
                    (int) MIN (SHIFTS[i].buffer, 65535),
                    i % 2 == 1 ? 1440 : 1460, SHIFTS[i].shift);
      talk_free (t);
    }
}

/* Both open at once: the second SYN has what both had.
 * req: TCP-WSC-1 TCP-TS-1 TCP-SAK-1 */
static void
test_simultaneous (void)
{
  Talk *t = modern (false);

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0) win 65535 <" ALL ">");
  peer_sends (t, "S 0:0(0) win 1000 <mss 1000,sackOK,nop,wscale 2>");
  peer_expects (t, "S. 0:0(0) ack 1 win 65535 "
                   "<mss 1460,nop,nop,sackOK,nop,wscale 5>");
  peer_sends (t, "S. 0:0(0) ack 1 win 1000 <mss 1000,sackOK,nop,wscale 2>");
  state_is (t, "ESTABLISHED");
  peer_ignores (t);
  talk_free (t);
}

/* req: TCP-WSC-4 TCP-SAK-1 TCP-TS-12 */
static void
test_too_late (void)
{
  Talk *t = modern (false);

  app_listen (t, 7777, 1);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
  peer_sends (t, ". 1:1(0) ack 1 win 1000 <sackOK,TS val 1 ecr 0,wscale 7>");
  app_accepts (t);
  app_sends (t, 3000);
  peer_expects (t, ". 1:1001(1000) ack 1 <>");
  peer_expects_nothing (t);
  peer_sends (t, "P. 1:11(10) ack 1001 win 1000 "
                 "<nop,nop,TS val 5 ecr 7,nop,nop,sack 1001:2001>");
  app_receives (t, 100, 10);
  peer_expects (t, ". 1001:2001(1000) ack 11 <>");
  peer_sends (t, "P. 21:31(10) ack 1001 win 1000 <nop,nop,TS val 1 ecr 1>");
  peer_expects (t, ". 2001:2001(0) ack 11 <>");
  app_aborts (t);
  peer_expects (t, "R. 2001:2001(0) ack 11 <>");
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agreement/answers", test_answers);
  g_test_add_func ("/agreement/offers", test_offers);
  g_test_add_func ("/agreement/shifts", test_shifts);
  g_test_add_func ("/agreement/simultaneous", test_simultaneous);
  g_test_add_func ("/agreement/too-late", test_too_late);
  return g_test_run ();
}
