// SPDX-License-Identifier: MIT
/* Windows of more than 16 bits: RFC 7323 2. */
#include "tests/harness.h"

static Talk *
talk_with_buffer (size_t size, bool ipv6)
{
  StackConfig config = talk_config_modern ();

  config.receive_buffer = size;
  config.send_buffer = 1 << 24;
  config.tcp.timestamps = false;
  config.tcp.sack = false;
  return talk_new_with (&config, ipv6, 1000 * SECOND);
}

/* Accepted; the peer has SHIFT and offers WINDOW. */
static Talk *
accepted (size_t size, int shift, int window)
{
  Talk *t = talk_with_buffer (size, false);

  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000,nop,wscale %d>", shift);
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 win %d", window);
  app_accepts (t);
  return t;
}

/* What the peer says counts shifted, except in its SYN.
 * req: TCP-WSC-1 TCP-WSC-2 TCP-WSC-3 */
static void
test_send_window (void)
{
  static const struct
  {
    int shift, window;
    int64_t is;
  } WINDOWS[] = {
    { 0, 5000, 5000 },
    { 7, 100, 12800 },
    { 14, 1, 16384 },
    { 14, 65535, 65535L << 14 },
    { 15, 1, 16384 },
    { 255, 1, 16384 },
    { 255, 65535, 65535L << 14 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (WINDOWS); i++)
    {
      Talk *t = accepted (1 << 20, WINDOWS[i].shift, WINDOWS[i].window);

      talk_check (t, app_info (t).send_window == WINDOWS[i].is);
      talk_free (t);
    }
}

/* The SYN-ACK's window is not shifted; the next one is. req: TCP-WSC-2 */
static void
test_connect (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_with_buffer (1 << 20, ipv6 == 1);

      app_connect (t, 80);
      peer_expects (t, "S 0:0(0) win 65535 <mss %d,nop,wscale 5>",
                    ipv6 == 1 ? 1440 : 1460);
      peer_sends (t, "S. 0:0(0) ack 1 win 3000 <mss 1000,nop,wscale 2>");
      peer_expects (t, ". 1:1(0) ack 1 win 32768 <>");
      app_sends (t, 5000);
      peer_expects (t, ". 1:1001(1000) ack 1");
      peer_expects (t, ". 1001:2001(1000) ack 1");
      peer_expects (t, ". 2001:3001(1000) ack 1");
      peer_sends (t, ". 1:1(0) ack 1001 win 750");
      peer_expects (t, ". 3001:4001(1000) ack 1");
      peer_sends (t, ". 1:1(0) ack 2001 win 1000");
      peer_expects (t, "P. 4001:5001(1000) ack 1");
      talk_free (t);
    }
}

/* One of the two does not: nobody does. req: TCP-WSC-1 */
static void
test_one_sided (void)
{
  Talk *t = talk_with_buffer (1 << 20, false);

  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
  peer_sends (t, ". 1:1001(1000) ack 1 win 3000");
  app_accepts (t);
  app_receives (t, 2000, 1000);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 1001 win 65535");
  talk_check (t, app_info (t).send_window == 3000);
  talk_free (t);
}

/* A large buffer that 16 bits cannot say: no update for each read.
 * req: TCP-WND-10 */
static void
test_unscaled_updates (void)
{
  Talk *t = talk_with_buffer (4 << 20, false);

  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  for (int at = 1; at < 60001; at += 2000)
    {
      peer_sends (t, ". %d:%d(1000) ack 1", at, at + 1000);
      peer_sends (t, ". %d:%d(1000) ack 1", at + 1000, at + 2000);
      peer_expects (t, ". 1:1(0) ack %d win 65535", at + 2000);
      app_receives (t, 1000, 1000);
      app_receives (t, 1000, 1000);
    }
  talk_free (t);
}

/* 8 MiB: all of it can be in flight, and is taken. req: TCP-WSC-6 TCP-WND-14 */
static void
test_eight_mebibytes (void)
{
  Talk *t = accepted (8 << 20, 8, 65535);
  int64_t end = 1 + (8 << 20);
  int64_t at = 1;

  peer_sends (t, "P. 1:2(1) ack 1");
  app_receives (t, 10, 1);
  peer_expects (t, ". 1:1(0) ack 2 win 32768");
  talk_check (t, app_info (t).receive_window == 8 << 20);
  for (at = 2, end = 2 + (8 << 20); at < end; at += 65000)
    {
      int64_t to = MIN (at + 65000, end);

      peer_adds (t, ". %ld:%ld(%ld) ack 1", (long) at, (long) to,
                 (long) (to - at));
      peer_ignores (t);
    }
  talk_check (t, app_info (t).readable == 8 << 20);
  /* By what rounding gives. */
  talk_check (t, app_info (t).receive_window < 1 << 18);
  drops_are (t, DROP_SEQUENCE, 0);
  drops_are (t, DROP_DUPLICATE, 0);
  while (app_info (t).readable > 0)
    {
      app_receives (t, 65536, 65536);
      peer_ignores (t);
    }
  talk_check (t, app_info (t).receive_window > 4 << 20);
  talk_free (t);
}

/* The right edge that the last packet told, as an offset. */
static int64_t
told_edge (Talk *t, int shift)
{
  const uint8_t *tcp = t->bytes + 20;
  uint32_t ack = (uint32_t) tcp[8] << 24 | (uint32_t) tcp[9] << 16
                 | (uint32_t) tcp[10] << 8 | tcp[11];
  int64_t window = tcp[14] << 8 | tcp[15];

  return (int64_t) (ack - t->flow->peer_isn) + (window << shift);
}

/* A peer that fills whatever window it is told with segments of LEAST to 1000
 * bytes, and an application that reads now and then. The edge does not go back
 * by more than BACK, and all inside of the furthest one is taken. */
static void
edge_is_kept (int buffer, int shift, int least, int back)
{
  Talk *t = accepted ((size_t) buffer, 0, 65535);
  GRand *rand = g_rand_new_with_seed (7);
  int64_t at = 1, edge = 1 + MIN (buffer, 65535);

  while (at < 4000000)
    {
      int64_t length = g_rand_int_range (rand, least, 1001);

      length = MIN (length, edge - at);
      if (length > 0)
        {
          peer_adds (t, ". %ld:%ld(%ld) ack 1", (long) at, (long) (at + length),
                     (long) length);
          at += length;
        }
      if (g_rand_int_range (rand, 0, 400) == 0 || length == 0)
        {
          size_t all = app_info (t).readable;
          size_t some = (size_t) g_rand_int_range (rand, 0, (int) all + 1);

          app_receives (t, length == 0 ? all : some, length == 0 ? all : some);
        }
      while (peer_takes (t) > 0)
        {
          int64_t told = told_edge (t, shift);

          talk_check (t, told >= edge - back);
          edge = MAX (edge, told);
        }
      if (length == 0 || app_info (t).receive_window == 0)
        continue;
      talk_check (t, stack_drops (t->stack, DROP_SEQUENCE) == 0);
      talk_check (t, (int) app_info (t).readable <= buffer + buffer / 8);
    }
  drops_are (t, DROP_SEQUENCE, 0);
  drops_are (t, DROP_DUPLICATE, 0);
  peer_ignores (t);
  g_rand_free (rand);
  talk_free (t);
}

/* req: TCP-WSC-5 TCP-WND-1 TCP-WND-14 */
static void
test_edge (void)
{
  edge_is_kept (65535, 0, 1, 0);
  edge_is_kept (100000, 1, 100, 0);
  edge_is_kept (1 << 20, 5, 500, 0);
  edge_is_kept (1 << 20, 5, 999, 0);
  /* Those who nibble see less, within a unit. */
  edge_is_kept (1 << 20, 5, 1, 31);
}

/* Rounding by the peer takes back what it offered: what was sent is sent again
 * all the same, what was not waits. req: TCP-WSC-7 TCP-WND-2 TCP-WND-3 */
static void
test_retracted (void)
{
  Talk *t = accepted (1 << 20, 7, 24);

  app_sends (t, 10000);
  peer_expects (t, ". 1:1001(1000) ack 1");
  peer_expects (t, ". 1001:2001(1000) ack 1");
  peer_expects (t, ". 2001:3001(1000) ack 1");
  peer_expects_nothing (t);
  /* 24 * 128 = 3072 were offered, to 3073; now to 2921. */
  peer_sends (t, ". 1:1(0) ack 1001 win 15");
  peer_expects_nothing (t);
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 1001:2001(1000) ack 1");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 2001 win 7");
  peer_expects (t, ". 2001:3001(1000) ack 1");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 3001 win 24");
  peer_expects (t, ". 3001:4001(1000) ack 1");
  peer_expects (t, ". 4001:5001(1000) ack 1");
  peer_ignores (t);
  talk_free (t);
}

/* Out of the window by less than a unit is not out of it. req: TCP-WSC-7 */
static void
test_retracted_by_less (void)
{
  Talk *t = accepted (1 << 20, 7, 40);

  app_sends (t, 5000);
  for (int at = 1; at < 5001; at += 1000)
    peer_expects (t, "%s %d:%d(1000) ack 1", at == 4001 ? "P." : ".", at,
                  at + 1000);
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 1:1001(1000) ack 1");
  /* To 1001 + 31 * 128 = 4969. */
  peer_sends (t, ". 1:1(0) ack 1001 win 31");
  peer_expects (t, ". 1001:2001(1000) ack 1");
  peer_expects (t, ". 2001:3001(1000) ack 1");
  peer_sends (t, ". 1:1(0) ack 3001 win 15");
  peer_expects (t, ". 3001:4001(1000) ack 1");
  peer_expects (t, "P. 4001:5001(1000) ack 1");
  peer_sends (t, ". 1:1(0) ack 5001 win 40");
  talk_free (t);
}

/* The window closes and opens in units. req: TCP-WND-10 TCP-WND-12 */
static void
test_closes_and_opens (void)
{
  Talk *t = accepted (100000, 0, 65535);
  int at;

  peer_sends (t, ". 1:1001(1000) ack 1");
  peer_sends (t, ". 1001:2001(1000) ack 1");
  peer_expects (t, ". 1:1(0) ack 2001 win 49000");
  for (at = 2001; at < 100001; at += 1000)
    {
      peer_sends (t, ". %d:%d(1000) ack 1", at, at + 1000);
      peer_ignores (t);
    }
  talk_check (t, app_info (t).receive_window == 0);
  app_receives (t, 999, 999);
  peer_expects_nothing (t);
  app_receives (t, 1, 1);
  peer_expects (t, ". 1:1(0) ack 100001 win 500");
  talk_free (t);
}

/* A buffer that is less than a unit of the wire still lets something in.
 * req: TCP-WND-12 */
static void
test_less_than_a_unit (void)
{
  Talk *t = accepted (1 << 30, 0, 65535);

  app_sets (t, SOCKET_OPTION_RECEIVE_BUFFER, 4000);
  for (int at = 1; at < 65536; at += 16384)
    {
      peer_sends (t, ". %d:%d(16384) ack 1", at, at + 16384);
      sleep_through (t, 40, MILLISECOND);
    }
  talk_check (t, app_info (t).receive_window == 0);
  app_receives (t, 65536, 65536);
  peer_expects (t, ". 1:1(0) ack 65537 win 1");
  talk_check (t, app_info (t).receive_window == 16384);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add_func ("/window-scale/" name, test)
  ADD ("send-window", test_send_window);
  ADD ("connect", test_connect);
  ADD ("one-sided", test_one_sided);
  ADD ("unscaled-updates", test_unscaled_updates);
  ADD ("eight-mebibytes", test_eight_mebibytes);
  ADD ("edge", test_edge);
  ADD ("retracted", test_retracted);
  ADD ("retracted-by-less", test_retracted_by_less);
  ADD ("closes-and-opens", test_closes_and_opens);
  ADD ("less-than-a-unit", test_less_than_a_unit);
#undef ADD
  return g_test_run ();
}
