// SPDX-License-Identifier: MIT
/* TCP on a path that turns out to be smaller: RFC 1191 6.4, RFC 8201 5.4,
 * RFC 5927 7. */
#include "tests/ip/ip_peer.h"

#include <string.h>

static uint8_t first[PACKET_LINE_MAX];

static size_t
full (const Talk *t)
{
  return ip_peer_is_ipv6 (t) ? 1440 : 1460;
}

static size_t
size_at (const Talk *t, size_t mtu)
{
  return mtu - (ip_peer_is_ipv6 (t) ? 60 : 40);
}

/* A connection whose peer takes whatever fits. */
static Talk *
talk_of (bool ipv6)
{
  Talk *t = ip_peer_talk (ipv6);

  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss %zu>", full (t));
  peer_expects (t, "S. 0:0(0) ack 1 <mss %zu>", full (t));
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  app_accepts (t);
  return t;
}

/* [from, to) in segments of SIZE, none of which crosses a multiple of STEP. */
static void
expect_data (Talk *t, size_t from, size_t to, size_t size, size_t step)
{
  while (from < to)
    {
      size_t edge = from + step - (from - 1) % step;
      size_t end = MIN (MIN (from + size, to), edge);
      bool ends = end == to;

      peer_expects (t, "%s %zu:%zu(%zu) ack 1", ends ? "P." : ".", from, end,
                    end - from);
      from = end;
    }
}

/* COUNT full segments leave; a copy of the first packet is kept. */
static void
send_flight (Talk *t, size_t count)
{
  size_t size = full (t);

  app_sends (t, count * size);
  peer_expects (t, "%s 1:%zu(%zu) ack 1", count == 1 ? "P." : ".", 1 + size,
                size);
  memcpy (first, t->bytes, 1500);
  expect_data (t, 1 + size, 1 + count * size, size, size);
}

/* A router says MTU about the packet at FIRST. */
static void
router_says (Talk *t, uint32_t mtu)
{
  bool ipv6 = ip_peer_is_ipv6 (t);
  size_t length =
      ip_peer_error (t, ipv6 ? 2 : 3, ipv6 ? 0 : 4, mtu, first, ipv6 ? 60 : 28);

  peer_sends_bytes (t, length);
}

/* req: TCP-MTU-1 TCP-MTU-2 TCP-MTU-5 TCP-MTU-12 TCP-MSS-8 TCP-ICM-6
 * IP4-FRG-5 */
static void
test_shrinks (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_of (ipv6);
      size_t size = size_at (t, 1300), end = 1 + 10 * full (t);
      SocketInfo before;

      send_flight (t, 10);
      talk_check (t, ipv6 || (first[6] & 0x40) != 0);
      before = app_info (t);
      router_says (t, 1300);
      /* One, until it is known to have arrived; no congestion. */
      peer_expects (t, ". 1:%zu(%zu) ack 1", 1 + size, size);
      talk_check (t, t->out.cause == REPAIR_TOO_BIG);
      talk_check (t, ipv6 || (t->bytes[6] & 0x40) != 0);
      for (unsigned i = 0; i < 10; i++)
        router_says (t, 1300 + i);
      peer_expects_nothing (t);
      talk_check (t, app_info (t).cwnd == before.cwnd);
      talk_check (t, app_info (t).ssthresh == before.ssthresh);
      talk_check (t, app_info (t).mss == size);

      peer_sends (t, ". 1:1(0) ack %zu win 65535", 1 + size);
      expect_data (t, 1 + size, end, size, full (t));
      peer_expects_nothing (t);
      talk_check (t, app_info (t).cwnd >= before.cwnd);
      peer_sends (t, ". 1:1(0) ack %zu win 65535", end);

      app_sends (t, 2 * size);
      expect_data (t, end, end + 2 * size, size, 100000);
      peer_sends (t, ". 1:1(0) ack %zu win 65535", end + 2 * size);
      talk_free (t);
    }
}

/* Ten minutes later it is tried again. req: TCP-MTU-6 IP6-MTU-3 */
static void
test_grows_again (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_of (ipv6);
      size_t big = full (t), size = size_at (t, 1300), at = 1 + big;

      send_flight (t, 1);
      router_says (t, 1300);
      peer_expects (t, ". 1:%zu(%zu) ack 1", 1 + size, size);
      peer_sends (t, ". 1:1(0) ack %zu win 65535", 1 + size);
      peer_expects (t, "P. %zu:%zu(%zu) ack 1", 1 + size, at, at - 1 - size);
      peer_sends (t, ". 1:1(0) ack %zu win 65535", at);
      advance (t, 599, SECOND);
      app_sends (t, size);
      peer_expects (t, "P. %zu:%zu(%zu) ack 1", at, at + size, size);
      peer_sends (t, ". 1:1(0) ack %zu win 65535", at + size);
      at += size;
      advance (t, 1, SECOND);
      app_sends (t, big);
      peer_expects (t, "P. %zu:%zu(%zu) ack 1", at, at + big, big);
      peer_sends (t, ". 1:1(0) ack %zu win 65535", at + big);
      talk_free (t);
    }
}

/* What cannot be, what is no news, what nobody sent.
 * req: TCP-MTU-2 TCP-MTU-4 TCP-MTU-11 IP6-ICM-9 TCP-ICM-6 */
static void
test_lies (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_of (ipv6);
      size_t head = ipv6 ? 40 : 20;

      send_flight (t, 4);
      router_says (t, 1500);
      router_says (t, 9000);
      if (ipv6)
        {
          router_says (t, 1279);
          router_says (t, 68);
          router_says (t, 0);
        }
      /* Acknowledged long ago, or never sent. */
      first[head + 4] ^= 0x40;
      router_says (t, 1280);
      first[head + 4] ^= 0x40;
      peer_expects_nothing (t);
      talk_check (t, app_info (t).mss == full (t));
      /* The least that is believed. */
      router_says (t, ipv6 ? 1280 : 1);
      talk_check (t, peer_ignores (t) == 1);
      talk_check (t, app_info (t).mss == (ipv6 ? 1220 : 28));
      talk_check (t, (socket_abort (t->stack, t->flow->socket), true));
      peer_ignores (t);
      talk_free (t);
    }
}

/* A router older than RFC 1191 says nothing. req: TCP-MTU-3 */
static void
test_plateaus (void)
{
  static const size_t MTUS[] = { 1492, 1006, 508, 296, 68 };
  Talk *t = talk_of (false);

  send_flight (t, 1);
  for (unsigned i = 0; i < G_N_ELEMENTS (MTUS); i++)
    {
      router_says (t, 0);
      peer_expects (t, ". 1:%zu(%zu) ack 1", MTUS[i] - 39, MTUS[i] - 40);
      memcpy (first, t->bytes, 28);
    }
  peer_sends (t, ". 1:1(0) ack 1461 win 65535");
  talk_free (t);
}

/* Small segments pass, and what the peer says about them is no congestion.
 * req: TCP-MTU-5 */
static void
test_duplicate_acks (void)
{
  Talk *t = talk_of (false);
  SocketInfo before;

  app_sets (t, SOCKET_OPTION_NODELAY, 1);
  send_flight (t, 1);
  for (size_t at = 1461; at < 1961; at += 100)
    {
      app_sends (t, 100);
      peer_expects (t, "P. %zu:%zu(100) ack 1", at, at + 100);
    }
  before = app_info (t);
  router_says (t, 1000);
  peer_expects (t, ". 1:961(960) ack 1");
  for (unsigned i = 0; i < 5; i++)
    peer_sends (t, ". 1:1(0) ack 1 win 65535");
  peer_expects_nothing (t);
  talk_check (t, app_info (t).cwnd == before.cwnd);
  talk_check (t, app_info (t).ssthresh == before.ssthresh);
  peer_sends (t, ". 1:1(0) ack 961 win 65535");
  peer_expects (t, ". 961:1461(500) ack 1");
  peer_sends (t, ". 1:1(0) ack 1961 win 65535");
  talk_free (t);
}

/* The piece itself is lost: the timer sends it again, as small.
 * req: TCP-MSS-8 */
static void
test_timeout (void)
{
  Talk *t = talk_of (false);

  send_flight (t, 2);
  router_says (t, 1000);
  peer_expects (t, ". 1:961(960) ack 1");
  advance (t, 200, MILLISECOND);
  peer_expects (t, ". 1:961(960) ack 1");
  talk_check (t, t->out.cause == REPAIR_RTO);
  peer_sends (t, ". 1:1(0) ack 961 win 65535");
  peer_expects (t, ". 961:1461(500) ack 1");
  peer_expects (t, ". 1461:2421(960) ack 1");
  peer_sends (t, ". 1:1(0) ack 2421 win 65535");
  peer_expects (t, "P. 2421:2921(500) ack 1");
  peer_sends (t, ". 1:1(0) ack 2921 win 65535");
  talk_free (t);
}

/* The FIN takes no room. */
static void
test_fin (void)
{
  Talk *t = talk_of (false);

  app_sends (t, 1460);
  app_closes (t);
  peer_expects (t, "FP. 1:1461(1460) ack 1");
  memcpy (first, t->bytes, 1500);
  router_says (t, 1000);
  peer_expects (t, ". 1:961(960) ack 1");
  peer_sends (t, ". 1:1(0) ack 961 win 65535");
  peer_expects (t, "FP. 961:1461(500) ack 1");
  peer_sends (t, ". 1:1(0) ack 1462 win 65535");
  peer_sends (t, "R. 1:1(0) ack 1462 win 65535");
  talk_free (t);
}

/* Who else goes that way knows it too, and who comes later from the start;
 * what we can receive has nothing to do with it. req: TCP-MSS-8 */
static void
test_others (void)
{
  Talk *t = talk_of (false);

  send_flight (t, 1);
  peer_uses (t, 40001);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1460>");
  peer_expects (t, "S. 0:0(0) ack 1 <mss 1460>");
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  app_accepts (t);
  peer_uses (t, 40000);
  router_says (t, 1000);
  peer_expects (t, ". 1:961(960) ack 1");
  peer_sends (t, ". 1:1(0) ack 961 win 65535");
  peer_expects (t, "P. 961:1461(500) ack 1");
  peer_sends (t, ". 1:1(0) ack 1461 win 65535");
  for (uint16_t port = 40001; port <= 40002; port++)
    {
      peer_uses (t, port);
      if (port == 40002)
        {
          peer_sends (t, "S 0:0(0) win 65535 <mss 1460>");
          peer_expects (t, "S. 0:0(0) ack 1 <mss 1460>");
          peer_sends (t, ". 1:1(0) ack 1 win 65535");
          app_accepts (t);
        }
      app_sends (t, 1460);
      peer_expects (t, ". 1:961(960) ack 1");
      peer_ignores (t);
      peer_sends (t, ". 1:1(0) ack 961 win 65535");
      peer_ignores (t);
      peer_sends (t, ". 1:1(0) ack 1461 win 65535");
    }
  talk_free (t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/path-mtu/shrinks", test_shrinks);
  g_test_add_func ("/path-mtu/grows-again", test_grows_again);
  g_test_add_func ("/path-mtu/lies", test_lies);
  g_test_add_func ("/path-mtu/plateaus", test_plateaus);
  g_test_add_func ("/path-mtu/duplicate-acks", test_duplicate_acks);
  g_test_add_func ("/path-mtu/timeout", test_timeout);
  g_test_add_func ("/path-mtu/fin", test_fin);
  g_test_add_func ("/path-mtu/others", test_others);
  return g_test_run ();
}
