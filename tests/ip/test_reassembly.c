// SPDX-License-Identifier: MIT
/* Fragments that arrive: RFC 791 3.2, RFC 815, RFC 8200 4.5, RFC 5722. */
#include "tests/ip/pieces.h"

#include <string.h>

static Cut cut, other;

static Talk *
talk_of (bool ipv6)
{
  StackConfig config = talk_config ();

  return cut_talk (&config, ipv6);
}

static void
begin (Cut *which, Talk *t, uint32_t id, size_t length)
{
  cut_begin (which, t, id, length);
}

static void
send_in_order (const unsigned *order)
{
  for (unsigned i = 0; i < 5; i++)
    {
      if (i > 0)
        cut_nothing_arrives (&cut);
      cut_sends (&cut, order[i] * 16, MIN (order[i] * 16 + 16, cut.length),
                 order[i] < 4);
    }
  cut_arrives (&cut);
}

static void
permute (Talk *t, unsigned *order, unsigned from, uint32_t *id)
{
  if (from == 5)
    {
      begin (&cut, t, ++*id, 75);
      send_in_order (order);
      return;
    }
  for (unsigned i = from; i < 5; i++)
    {
      unsigned kept = order[from];

      order[from] = order[i];
      order[i] = kept;
      permute (t, order, from + 1, id);
      order[i] = order[from];
      order[from] = kept;
    }
}

/* req: IP4-REA-2 IP4-REA-1 IP6-FRG-1 */
static void
test_all_orders (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_of (ipv6);
      unsigned order[] = { 0, 1, 2, 3, 4 };
      uint32_t id = 0;

      permute (t, order, 0, &id);
      talk_check (t, id == 120);
      talk_check (t, stack_deadline (t->stack) == TIME_NEVER);
      talk_free (t);
    }
}

/* Two datagrams at once, with the same number: of another protocol in IPv4,
 * from another number's point of view in both.
 * req: IP4-REA-1 IP6-FRG-2 */
static void
test_keys (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_of (ipv6);
      size_t length;

      begin (&cut, t, 7, 200);
      begin (&other, t, 8, 300);
      cut_sends (&cut, 0, 80, true);
      cut_sends (&other, 0, 160, true);
      cut_sends (&other, 160, 300, false);
      cut_arrives (&other);
      /* The same place of the same number, but another protocol. */
      length = cut_make (&cut, 99, 80, false, other.whole, 8);
      peer_sends_bytes (t, length);
      if (ipv6)
        drops_are (t, DROP_CHECKSUM, 0);
      cut_sends (&cut, 80, 200, false);
      if (ipv6)
        cut_nothing_arrives (&cut); /* that was its end: one queue */
      else
        cut_arrives (&cut);
      peer_ignores (t);
      talk_free (t);
    }
}

/* req: IP4-REA-2 IP6-FRG-4 */
static void
test_duplicates (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_of (ipv6);

      begin (&cut, t, 7, 100);
      for (unsigned i = 0; i < 3; i++)
        cut_sends (&cut, 48, 100, false);
      cut_sends (&cut, 0, 24, true);
      cut_sends (&cut, 0, 24, true);
      drops_are (t, DROP_DUPLICATE, 3);
      cut_sends (&cut, 24, 48, true);
      cut_arrives (&cut);
      talk_free (t);
    }
}

/* One byte twice ends it, and all that comes later; no word about it, not even
 * when its time is up. req: IP4-REA-7 IP6-FRG-3 */
static void
test_overlap (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_of (ipv6);

      begin (&cut, t, 7, 100);
      cut_sends (&cut, 0, 24, true);
      cut_sends (&cut, 16, 48, true);
      drops_are (t, DROP_FRAGMENT, 2);
      cut_sends (&cut, 0, 24, true);
      cut_sends (&cut, 24, 48, true);
      cut_sends (&cut, 48, 100, false);
      drops_are (t, DROP_FRAGMENT, 5);
      cut_nothing_arrives (&cut);
      advance (t, 60, SECOND);
      falls_silent (t);
      /* Then its number is as good as any. */
      cut_sends (&cut, 0, 48, true);
      cut_sends (&cut, 48, 100, false);
      cut_arrives (&cut);
      talk_free (t);
    }
}

/* Different bytes at the same place. req: IP4-REA-7 IP6-FRG-3 */
static void
test_other_bytes (void)
{
  Talk *t = talk_of (false);
  size_t length;
  uint8_t lie[24];

  begin (&cut, t, 7, 100);
  memset (lie, 0x55, sizeof lie);
  cut_sends (&cut, 24, 48, true);
  length = cut_make (&cut, 17, 24, true, lie, sizeof lie);
  peer_sends_bytes (t, length);
  cut_sends (&cut, 0, 24, true);
  cut_sends (&cut, 48, 100, false);
  cut_nothing_arrives (&cut);
  drops_are (t, DROP_FRAGMENT, 4);
  talk_free (t);
}

/* req: IP4-REA-11 */
static void
test_two_ends (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    for (int longer = 0; longer < 2; longer++)
      {
        Talk *t = talk_of (ipv6);

        begin (&cut, t, 7, 104);
        cut_sends (&cut, 48, longer ? 96 : 104, false);
        cut_sends (&cut, longer ? 96 : 40, longer ? 104 : 48, false);
        cut_sends (&cut, 0, 48, true);
        cut_nothing_arrives (&cut);
        drops_are (t, DROP_FRAGMENT, 3);
        talk_free (t);
      }
}

/* req: IP4-REA-9 IP6-FRG-8 */
static void
test_odd_lengths (void)
{
  static const size_t LENGTHS[] = { 0, 1, 7, 9, 15, 23 };

  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    for (unsigned i = 0; i < G_N_ELEMENTS (LENGTHS); i++)
      {
        Talk *t = talk_of (ipv6);

        begin (&cut, t, 7, 100);
        cut_sends (&cut, 0, 24, true);
        cut_sends (&cut, 24, 24 + LENGTHS[i], true);
        if (ipv6 && LENGTHS[i] > 0)
          cut_expects_error (t, 4, 0, 4);
        peer_expects_nothing (t);
        drops_are (t, DROP_FRAGMENT, 1);
        cut_nothing_arrives (&cut);
        /* It spoiled nothing. */
        cut_sends (&cut, 24, 100, false);
        cut_arrives (&cut);
        talk_free (t);
      }
}

/* req: IP4-REA-3 */
static void
test_limit_of_size (void)
{
  StackConfig config = talk_config ();

  config.reassembly_size = 1000;
  for (size_t over = 0; over < 2; over++)
    {
      Talk *t = cut_talk (&config, false);

      begin (&cut, t, 7, 980 + over);
      cut_sends (&cut, 0, 800, true);
      cut_sends (&cut, 800, cut.length, false);
      if (over == 0)
        cut_arrives (&cut);
      else
        cut_nothing_arrives (&cut);
      drops_are (t, DROP_FRAGMENT, over * 2);
      talk_free (t);
    }
}

/* req: IP4-REA-4 IP4-REA-5 IP6-FRG-7 */
static void
test_timeout (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    for (int first = 0; first < 2; first++)
      {
        Talk *t = talk_of (ipv6);

        begin (&cut, t, 7, 100);
        cut_sends (&cut, first ? 0 : 24, first ? 24 : 48, true);
        talk_check (t, !stack_busy (t->stack));
        advance (t, 59, SECOND);
        cut_sends (&cut, 48, 100, false);
        advance (t, 1, SECOND);
        if (first)
          cut_expects_error (t, ipv6 ? 3 : 11, 1, 0);
        peer_expects_nothing (t);
        drops_are (t, DROP_TIMEOUT, 2);
        /* Too late. */
        cut_sends (&cut, first ? 24 : 0, first ? 48 : 24, true);
        cut_nothing_arrives (&cut);
        sleep_through (t, 60, SECOND);
        talk_check (
            t, stack_counter (t->stack, STACK_COUNTER_REASSEMBLY_TIMEOUT) == 2);
        talk_free (t);
      }
}

/* req: IP4-REA-8 IP6-FRG-10 */
static void
test_tiny (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    for (size_t length = 8; length <= 24; length += 8)
      {
        Talk *t = talk_of (ipv6);
        size_t size;

        begin (&cut, t, 7, 100);
        size = cut_make (&cut, 6, 0, true, cut.whole + cut.head, length);
        peer_sends_bytes (t, size);
        if (length < 20 && ipv6)
          cut_expects_error (t, 4, 3, 0);
        peer_expects_nothing (t);
        talk_check (t,
                    (stack_deadline (t->stack) == TIME_NEVER) == (length < 20));
        sleep_through (t, 60, SECOND);
        talk_free (t);
      }
}

/* What would write over the flags. req: IP4-REA-8 */
static void
test_offset_one (void)
{
  Talk *t = talk_of (false);

  begin (&cut, t, 7, 100);
  peer_sends_bytes (t, cut_make (&cut, 6, 8, true, cut.whole, 16));
  drops_are (t, DROP_FRAGMENT, 1);
  talk_check (t, stack_deadline (t->stack) == TIME_NEVER);
  talk_free (t);
}

/* Pieces of two datagrams under one number: the sum is wrong.
 * req: IP4-REA-13 */
static void
test_splice (void)
{
  Talk *t = talk_of (false);

  begin (&cut, t, 7, 100);
  begin (&other, t, 7, 100);
  for (size_t i = 50; i < 100; i++)
    other.whole[other.head + i] ^= 0x40;
  cut_sends (&cut, 0, 48, true);
  cut_sends (&other, 48, 100, false);
  cut_nothing_arrives (&cut);
  drops_are (t, DROP_CHECKSUM, 1);
  talk_free (t);
}

/* req: IP4-REA-12 */
static void
test_ecn (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    for (uint8_t a = 0; a < 4; a++)
      for (uint8_t b = 0; b < 4; b++)
        {
          Talk *t = talk_of (ipv6);
          bool contradictory = (a == 0 && b == 3) || (a == 3 && b == 0);

          begin (&cut, t, 7, 100);
          cut.traffic_class = a;
          cut_sends (&cut, 0, 48, true);
          cut.traffic_class = b;
          cut_sends (&cut, 48, 100, false);
          if (contradictory)
            cut_nothing_arrives (&cut);
          else
            cut_arrives (&cut);
          drops_are (t, DROP_FRAGMENT, contradictory ? 2 : 0);
          talk_free (t);
        }
}

/* A fragment header on what is whole stands alone, whatever waits.
 * req: IP6-FRG-5 */
static void
test_atomic (void)
{
  Talk *t = talk_of (true);

  begin (&cut, t, 7, 100);
  begin (&other, t, 7, 50);
  cut_sends (&cut, 0, 48, true);
  cut_sends (&other, 0, 50, false);
  cut_arrives (&other);
  cut_sends (&cut, 48, 100, false);
  cut_arrives (&cut);
  talk_free (t);
}

/* A fragment header in what the fragments hold, up to a hundred of them.
 * req: IP6-FRG-14 */
static void
test_nested (void)
{
  for (size_t depth = 1; depth <= 100; depth++)
    {
      Talk *t = talk_of (true);
      uint8_t chain[1000] = { 0 };

      begin (&cut, t, 7, 100);
      for (size_t i = 0; i < depth; i++)
        chain[i * 8] = i + 1 < depth ? 44 : 17;
      memcpy (chain + depth * 8, cut.whole + cut.head, 100);
      peer_sends_bytes (t, cut_make (&cut, 44, 0, true, chain, depth * 8 + 48));
      peer_sends_bytes (t, cut_make (&cut, 44, depth * 8 + 48, false,
                                     chain + depth * 8 + 48, 52));
      peer_ignores (t);
      cut_nothing_arrives (&cut);
      sleep_through (t, 60, SECOND);
      talk_free (t);
    }
}

/* The first fragment's headers are the datagram's; reserved bits are nothing.
 * req: IP6-FRG-13 */
static void
test_headers_of_first (void)
{
  Talk *t = talk_of (true);
  size_t length;

  begin (&cut, t, 7, 100);
  /* The later one claims to be TCP, and has all reserved bits set. */
  length = cut_make (&cut, 6, 48, false, cut.whole + cut.head + 48, 52);
  t->bytes[41] = 0xff;
  t->bytes[43] |= 6;
  peer_sends_bytes (t, length);
  /* The first has a header of padding in front of its fragment header. */
  length = cut_make (&cut, 17, 0, true, cut.whole + cut.head, 48);
  memmove (t->bytes + 48, t->bytes + 40, 56);
  memcpy (t->bytes + 40, "\x2c\0\1\4\0\0\0\0", 8);
  t->bytes[6] = 60;
  t->bytes[5] += 8;
  peer_sends_bytes (t, length + 8);
  cut_arrives (&cut);
  talk_free (t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reassembly/all-orders", test_all_orders);
  g_test_add_func ("/reassembly/keys", test_keys);
  g_test_add_func ("/reassembly/duplicates", test_duplicates);
  g_test_add_func ("/reassembly/overlap", test_overlap);
  g_test_add_func ("/reassembly/other-bytes", test_other_bytes);
  g_test_add_func ("/reassembly/two-ends", test_two_ends);
  g_test_add_func ("/reassembly/odd-lengths", test_odd_lengths);
  g_test_add_func ("/reassembly/limit-of-size", test_limit_of_size);
  g_test_add_func ("/reassembly/timeout", test_timeout);
  g_test_add_func ("/reassembly/tiny", test_tiny);
  g_test_add_func ("/reassembly/offset-one", test_offset_one);
  g_test_add_func ("/reassembly/splice", test_splice);
  g_test_add_func ("/reassembly/ecn", test_ecn);
  g_test_add_func ("/reassembly/atomic", test_atomic);
  g_test_add_func ("/reassembly/nested", test_nested);
  g_test_add_func ("/reassembly/headers-of-first", test_headers_of_first);
  return g_test_run ();
}
