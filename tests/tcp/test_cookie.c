// SPDX-License-Identifier: MIT
/* SYN cookies: what a listener does when its backlog is full. RFC 4987 3.6. */
#include "tests/harness.h"

#include <errno.h>
#include <sys/socket.h>

#define SYN "S 0:0(0) win 65535 <mss 1000>"

static uint64_t
sent (const Talk *t)
{
  return stack_counter (t->stack, STACK_COUNTER_COOKIES_SENT);
}

static uint64_t
taken (const Talk *t)
{
  return stack_counter (t->stack, STACK_COUNTER_COOKIES_TAKEN);
}

/* A listener with room for one, which somebody has who never answers. */
static Talk *
talk_full_with (StackConfig config, bool ipv6)
{
  Talk *t;

  config.syn_cookies = true;
  t = talk_new_with (&config, ipv6, 1000 * SECOND);
  app_listen (t, 7777, 1);
  peer_uses (t, 50000);
  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_check (t, sent (t) == 0);
  peer_uses (t, 40000);
  return t;
}

static Talk *
talk_full (void)
{
  return talk_full_with (talk_config (), false);
}

/* The half-open one's SYN-ACK comes again, in between. */
static void
wait_silently (Talk *t, int64_t count, Time unit)
{
  sleep_through (t, count, unit);
}

/* req: TCP-SEC-2 TCP-SEC-1 */
static void
test_accepted (void)
{
  Talk *t = talk_full ();
  unsigned changes = t->changes;

  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
  talk_check (t, t->out.socket == -1 && sent (t) == 1);
  /* There is nothing of it here: no state, no timer, no event. */
  talk_check (t, (t->states & 1u << TCP_ESTABLISHED) == 0);
  talk_check (t, t->changes == changes);
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  talk_check (t, taken (t) == 1);
  app_accepts (t);
  state_is (t, "ESTABLISHED");
  app_sends (t, 1000);
  peer_expects (t, ". 1:537(536) ack 1");
  peer_sends (t, "P. 1:101(100) ack 537");
  peer_expects (t, "P. 537:1001(464) ack 101");
  app_receives (t, 200, 100);
  app_closes (t);
  peer_expects (t, "F. 1001:1001(0) ack 101");
  peer_sends (t, "F. 101:101(0) ack 1002");
  peer_expects (t, ". 1002:1002(0) ack 102");
  sleep_through (t, 1, SECOND);
  talk_free (t);
}

/* Eight sizes are remembered: the next one down. req: TCP-SEC-2 TCP-MSS-7 */
static void
test_segment_size (void)
{
  static const struct
  {
    int mss, data;
  } CASES[] = { { 0, 48 },      { 1, 48 },      { 48, 48 },     { 535, 48 },
                { 536, 536 },   { 1219, 536 },  { 1220, 1220 }, { 1300, 1300 },
                { 1399, 1300 }, { 1400, 1400 }, { 1440, 1440 }, { 1460, 1460 },
                { 9000, 1460 }, { 65535, 1460 } };

  for (unsigned i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      Talk *t = talk_full ();

      peer_sends (t, "S 0:0(0) win 65535 <mss %d>", CASES[i].mss);
      peer_expects (t, "S. 0:0(0) ack 1");
      peer_sends (t, ". 1:1(0) ack 1");
      app_accepts (t);
      app_sends (t, 3000);
      peer_expects (t, ". 1:%d(%d) ack 1", 1 + CASES[i].data, CASES[i].data);
      peer_ignores (t);
      talk_free (t);
    }
}

/* No size at all: the default of the family. req: TCP-SEC-2 TCP-MSS-3 */
static void
test_no_segment_size (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_full_with (talk_config (), ipv6);
      int mss = ipv6 ? 1220 : 536;

      peer_sends (t, "S 0:0(0) win 65535");
      peer_expects (t, "S. 0:0(0) ack 1");
      peer_sends (t, ". 1:1(0) ack 1");
      app_accepts (t);
      app_sends (t, 3000);
      peer_expects (t, ". 1:%d(%d) ack 1", 1 + mss, mss);
      peer_ignores (t);
      talk_free (t);
    }
}

/* The ACK of the handshake was lost, data has it as well.
 * req: TCP-SEC-2 TCP-OPN-20 */
static void
test_ack_with_data (void)
{
  Talk *t = talk_full ();

  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, "FP. 1:101(100) ack 1");
  peer_expects (t, ". 1:1(0) ack 102");
  app_accepts (t);
  app_receives (t, 200, 100);
  app_receive_gives (t, 0);
  state_is (t, "CLOSE-WAIT");
  talk_free (t);
}

/* Each bit of both numbers, both ports. req: TCP-SEC-2 TCP-SEC-3 */
static void
test_altered (void)
{
  Talk *t = talk_full ();

  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  for (unsigned bit = 0; bit < 32; bit++)
    {
      int64_t by = (int32_t) (1u << bit);

      peer_sends (t, ". 1:1(0) ack %ld", (long) (1 + by));
      peer_expects (t, "R %ld:%ld(0)", (long) (1 + by), (long) (1 + by));
      peer_sends (t, ". %ld:%ld(0) ack 1", (long) (1 + by), (long) (1 + by));
      peer_expects (t, "R 1:1(0)");
    }
  talk_check (t, taken (t) == 0);
  talk_check (t, (t->states & 1u << TCP_ESTABLISHED) == 0);
  /* Another's number is no good to me. */
  {
    uint32_t isn = t->flow->isn, peer_isn = t->flow->peer_isn;

    peer_uses (t, 40001);
    t->flow->isn = isn;
    t->flow->peer_isn = peer_isn;
    peer_sends (t, ". 1:1(0) ack 1");
    peer_expects (t, "R 1:1(0)");
    peer_uses (t, 40000);
  }
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  talk_free (t);
}

/* req: TCP-SEC-2 */
static void
test_age (void)
{
  static const struct
  {
    int64_t start, wait;
    bool taken;
  } CASES[] = {
    { 0, 0, true },    { 0, 59, true },    { 0, 119, true },  { 0, 120, false },
    { 59, 59, true },  { 59, 60, true },   { 59, 61, false }, { 30, 89, true },
    { 30, 90, false }, { 0, 3600, false },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      Talk *t = talk_full ();

      /* A minute of the stack's clock begins at 1020 s. */
      wait_silently (t, 20 + CASES[i].start, SECOND);
      peer_sends (t, SYN);
      peer_expects (t, "S. 0:0(0) ack 1");
      wait_silently (t, CASES[i].wait, SECOND);
      peer_sends (t, ". 1:1(0) ack 1");
      if (!CASES[i].taken)
        peer_expects (t, "R 1:1(0)");
      talk_check (t, taken (t) == CASES[i].taken);
      talk_free (t);
    }
}

/* Nothing was sent that an ACK could answer: nothing is looked for, also if
 * somebody has a number that was right. req: TCP-SEC-3 */
static void
test_not_asked_for (void)
{
  Talk *t = talk_full ();
  uint32_t isn, peer_isn;

  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  isn = t->flow->isn;
  peer_isn = t->flow->peer_isn;
  talk_free (t);

  t = talk_full ();
  t->flow->isn = isn;
  t->flow->peer_isn = peer_isn;
  peer_sends (t, ". 1:1(0) ack 1");
  peer_expects (t, "R 1:1(0)");
  talk_check (t, taken (t) == 0);
  talk_free (t);
}

/* What the SYNs agreed on comes back with our timestamp.
 * req: TCP-SEC-2 TCP-WSC-1 TCP-TS-1 */
static void
test_options (void)
{
  for (unsigned shift = 0; shift <= 14; shift += 7)
    for (int sack = 0; sack < 2; sack++)
      {
        Talk *t = talk_full_with (talk_config_modern (), false);
        SocketInfo info;

        peer_sends (t,
                    "S 0:0(0) win 65535 <mss 1460,%s,TS val 100 ecr 0,"
                    "nop,wscale %u>",
                    sack ? "sackOK" : "nop,nop", shift);
        peer_expects (t, "S. 0:0(0) ack 1 win 65535");
        talk_check (t, sent (t) == 1);
        advance (t, 50, MILLISECOND);
        peer_sends (t, ". 1:1(0) ack 1 win 1000 <nop,nop,TS val 150 ecr 0>");
        app_accepts (t);
        info = app_info (t);
        talk_check (t, info.send_window == 1000u << shift);
        app_sends (t, 100);
        peer_ignores (t);
        talk_free (t);
      }
}

/* Without timestamps there is no room to remember them, so they are not
 * offered. req: TCP-SEC-2 */
static void
test_no_timestamps (void)
{
  Talk *t = talk_full_with (talk_config_modern (), false);

  peer_sends (t, "S 0:0(0) win 65535 <mss 1460,sackOK,nop,wscale 7>");
  peer_expects (t, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
  peer_sends (t, ". 1:1(0) ack 1 win 1000");
  app_accepts (t);
  talk_check (t, app_info (t).send_window == 1000);
  talk_free (t);
}

/* req: TCP-SEC-1 */
static void
test_off (void)
{
  StackConfig config = talk_config ();
  Talk *t = talk_new_with (&config, false, SECOND);

  app_listen (t, 7777, 1);
  peer_uses (t, 50000);
  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_uses (t, 40000);
  peer_sends (t, SYN);
  peer_expects_nothing (t);
  drops_are (t, DROP_BACKLOG, 1);
  talk_check (t, sent (t) == 0);
  talk_free (t);
}

/* Nobody accepts: no SYN is answered, no handshake completed.
 * req: TCP-SEC-4 SOK-LSN-2 */
static void
test_queue_full (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.syn_cookies = true;
  t = talk_new_with (&config, false, SECOND);
  app_listen (t, 7777, 5);
  for (uint16_t i = 0; i < 5; i++)
    {
      peer_uses (t, 40000 + i);
      peer_sends (t, SYN);
      peer_expects (t, "S. 0:0(0) ack 1");
      peer_sends (t, ". 1:1(0) ack 1");
    }
  peer_uses (t, 40005);
  peer_sends (t, SYN);
  peer_expects_nothing (t);
  drops_are (t, DROP_BACKLOG, 1);
  falls_silent (t);
  /* It waits, and asks again. */
  peer_uses (t, 40000);
  app_accepts (t);
  peer_uses (t, 40005);
  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  falls_silent (t);
  for (uint16_t i = 1; i < 6; i++)
    {
      peer_uses (t, 40000 + i);
      app_accepts (t);
    }
  talk_free (t);
}

/* A cookie that comes when the queue is full is not taken, but as long as it
 * counts the peer may try again. req: TCP-SEC-4 */
static void
test_full_at_the_ack (void)
{
  Talk *t = talk_full ();

  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_uses (t, 50000);
  peer_sends (t, ". 1:1(0) ack 1");
  peer_uses (t, 40000);
  peer_sends (t, ". 1:1(0) ack 1");
  peer_expects_nothing (t);
  drops_are (t, DROP_BACKLOG, 1);
  talk_check (t, taken (t) == 0);
  peer_uses (t, 50000);
  app_accepts (t);
  peer_uses (t, 40000);
  peer_sends (t, "P. 1:11(10) ack 1");
  app_accepts (t);
  app_receives (t, 100, 10);
  sleep_through (t, 1, SECOND);
  talk_free (t);
}

/* The half-open one completes when others fill the queue: it has to wait.
 * req: TCP-SEC-4 TCP-OPN-19 */
static void
test_embryo_waits (void)
{
  Talk *t = talk_full ();

  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  peer_uses (t, 50000);
  peer_sends (t, ". 1:1(0) ack 1");
  drops_are (t, DROP_BACKLOG, 1);
  peer_uses (t, 40000);
  app_accepts (t);
  peer_uses (t, 50000);
  advance (t, 1, SECOND);
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  state_is (t, "ESTABLISHED");
  falls_silent (t);
  talk_free (t);
}

/* How long it took is not known: no sample. req: TCP-RTO-6 TCP-RTO-1 */
static void
test_no_sample (void)
{
  Talk *t = talk_full ();

  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  advance (t, 900, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  talk_check (t, app_info (t).srtt == 0);
  talk_check (t, app_info (t).rto == SECOND);
  talk_free (t);
}

/* It is the listener's child in all it says. req: TCP-HDR-15 TCP-HDR-16 */
static void
test_listener_options (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.syn_cookies = true;
  t = talk_new_with (&config, false, SECOND);
  app_listen (t, 7777, 1);
  socket_option_set (t->stack, t->listener, SOCKET_OPTION_TTL, 7);
  socket_option_set (t->stack, t->listener, SOCKET_OPTION_TRAFFIC_CLASS, 0xb8);
  peer_uses (t, 50000);
  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_check (t, t->bytes[8] == 7 && t->bytes[1] == 0xb8);
  peer_uses (t, 40000);
  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_check (t, t->bytes[8] == 7 && t->bytes[1] == 0xb8);
  talk_free (t);
}

/* Nor by what the ACK echoes: our timestamp was turned back, by up to 64 ms,
 * to hold what was agreed on. req: TCP-SEC-2 TCP-RTO-6 */
static void
test_no_sample_of_echo (void)
{
  Talk *t = talk_full_with (talk_config_modern (), false);

  peer_sends (t, "S 0:0(0) win 65535 <mss 1460,sackOK,TS val 100 ecr 0>");
  peer_expects (t, "S. 0:0(0) ack 1");
  advance (t, 1, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1 <nop,nop,TS val 101 ecr 0>");
  app_accepts (t);
  talk_check (t, app_info (t).srtt == 0);
  talk_free (t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cookie/accepted", test_accepted);
  g_test_add_func ("/cookie/segment-size", test_segment_size);
  g_test_add_func ("/cookie/no-segment-size", test_no_segment_size);
  g_test_add_func ("/cookie/ack-with-data", test_ack_with_data);
  g_test_add_func ("/cookie/altered", test_altered);
  g_test_add_func ("/cookie/age", test_age);
  g_test_add_func ("/cookie/not-asked-for", test_not_asked_for);
  g_test_add_func ("/cookie/options", test_options);
  g_test_add_func ("/cookie/no-timestamps", test_no_timestamps);
  g_test_add_func ("/cookie/off", test_off);
  g_test_add_func ("/cookie/queue-full", test_queue_full);
  g_test_add_func ("/cookie/full-at-the-ack", test_full_at_the_ack);
  g_test_add_func ("/cookie/embryo-waits", test_embryo_waits);
  g_test_add_func ("/cookie/no-sample", test_no_sample);
  g_test_add_func ("/cookie/no-sample-of-echo", test_no_sample_of_echo);
  g_test_add_func ("/cookie/listener-options", test_listener_options);
  return g_test_run ();
}
