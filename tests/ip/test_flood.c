// SPDX-License-Identifier: MIT
/* Fragments by the hundred thousand: those that never become anything, and
 * the largest datagrams over a link that loses, doubles and shuffles them. */
#include "tests/ip/pieces.h"

#include "stack/reassembly.h"
#include "tests/unit/luck.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>

#define FLOOD       100000
#define LONG_FACTOR 10
#define MEMORY_MAX  (1024 * 1024)

static Cut honest;

static void
input (Talk *t, const uint8_t *packet, size_t length)
{
  StackIn in = { .id = ++t->packet };
  StackEvent event;

  stack_input (t->stack, t->now, &in, packet, length);
  while (stack_event (t->stack, &event))
    ;
}

/* Eight bytes of nothing at a random place of a random datagram. */
static size_t
make_rubbish (Cut *cut, Luck *luck, bool spoofed)
{
  uint8_t bytes[8] = { 0 };
  size_t length;

  cut->id = (uint32_t) luck_draw (luck);
  length = cut_make (cut, 17, luck_below (luck, 8000) * 8u,
                     luck_below (luck, 8) > 0, bytes, sizeof bytes);
  if (cut->head == 20)
    {
      cut->t->bytes[15] = 99;
      if (spoofed)
        cut->t->bytes[14] = (uint8_t) luck_below (luck, 256);
      if (spoofed)
        cut->t->bytes[15] = (uint8_t) (3 + luck_below (luck, 250));
      packet_line_seal_ipv4 (cut->t->bytes);
      return length;
    }
  cut->t->bytes[23] = 99;
  if (spoofed)
    luck_fill (luck, cut->t->bytes + 16, 8);
  return length;
}

/* One honest fragment in fifty; three make a datagram. */
static void
flood (bool ipv6, bool spoofed)
{
  static Cut rubbish;
  StackConfig config = talk_config ();
  Talk *t = cut_talk (&config, ipv6);
  unsigned count = luck_rounds (FLOOD, LONG_FACTOR), sent = 0, arrived = 0;
  size_t before = mallinfo2 ().uordblks, most = 0;
  Luck luck = { 31 };
  uint8_t buffer[2000];

  cut_begin (&rubbish, t, 0, 100);
  for (unsigned i = 0; i < count; i++)
    {
      size_t length = make_rubbish (&rubbish, &luck, spoofed);

      input (t, t->bytes, length);
      g_assert_cmpuint (reassembly_bytes (t->stack->reassembly), <=,
                        config.reassembly_bytes);
      g_assert_cmpuint (reassembly_datagrams (t->stack->reassembly), <=,
                        config.reassembly_datagrams);
      if (!spoofed)
        g_assert_cmpuint (reassembly_bytes (t->stack->reassembly), <=,
                          config.reassembly_source_bytes + 4096);
      if (i % 50 == 0)
        {
          size_t third = i / 50 % 3;

          if (third == 0)
            cut_begin (&honest, t, ++sent, 2000);
          length = cut_make (&honest, 17, third * 800, third < 2,
                             honest.whole + honest.head + third * 800,
                             third < 2 ? 800 : 400);
          input (t, t->bytes, length);
          if (third == 2)
            arrived += socket_receive (t->stack, t->flow->socket, buffer,
                                       sizeof buffer)
                       == 1992;
          most = MAX (most, mallinfo2 ().uordblks - before);
        }
      t->now += SECOND / 30000;
    }
  g_test_message ("%u of %u honest datagrams, at most %zu bytes", arrived, sent,
                  most);
  g_assert_cmpuint (arrived * 100, >=, (sent - 1) * 99);
  g_assert_cmpuint (most, <=, MEMORY_MAX);
  /* What is evicted came once: the cost of a packet does not grow. */
  g_assert_cmpuint (stack_counter (t->stack, STACK_COUNTER_REASSEMBLY_EVICTED),
                    <=, count);
  g_assert_cmpuint (stack_counter (t->stack, STACK_COUNTER_REASSEMBLY_EVICTED),
                    >, count / 2);
  t->now += 60 * SECOND;
  peer_ignores (t);
  g_assert_cmpuint (reassembly_bytes (t->stack->reassembly), ==, 0);
  g_assert_cmpuint (reassembly_datagrams (t->stack->reassembly), ==, 0);
  talk_free (t);
}

/* req: IP4-REA-10 IP6-FRG-12 */
static void
test_flood (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    for (int spoofed = 0; spoofed < 2; spoofed++)
      flood (ipv6, spoofed);
}

/* A link that holds some packets and lets them go in any order. */
typedef struct
{
  struct
  {
    size_t length;
    uint8_t bytes[1500];
  } held[16];
  unsigned count;
} Shuffle;

static Shuffle shuffle;

static void
release (Talk *t, Luck *luck)
{
  unsigned which = luck_below (luck, shuffle.count);

  input (t, shuffle.held[which].bytes, shuffle.held[which].length);
  if (luck_below (luck, 50) == 0)
    input (t, shuffle.held[which].bytes, shuffle.held[which].length);
  shuffle.held[which] = shuffle.held[--shuffle.count];
}

static void
carry (Talk *from, Talk *to, Luck *luck)
{
  StackOut out = { .id = ++from->packet };
  size_t length;

  while (
      (length = stack_output (from->stack, from->now, from->bytes, 1500, &out))
      > 0)
    {
      out = (StackOut){ .id = ++from->packet };
      if (luck_below (luck, 500) == 0)
        continue;
      if (shuffle.count == G_N_ELEMENTS (shuffle.held))
        release (to, luck);
      shuffle.held[shuffle.count].length = length;
      memcpy (shuffle.held[shuffle.count++].bytes, from->bytes, length);
    }
}

/* Each datagram's bytes depend on its number, which is in front. */
static void
fill (uint8_t *bytes, size_t length, uint32_t number)
{
  Luck luck = { number };

  luck_fill (&luck, bytes, length);
  memcpy (bytes, &number, sizeof number);
}

static unsigned
receive_all (Talk *t, size_t length)
{
  static uint8_t bytes[70000], expected[70000];
  unsigned count = 0;
  ssize_t got;

  while ((got = socket_receive (t->stack, t->flow->socket, bytes, sizeof bytes))
         >= 0)
    {
      uint32_t number;

      g_assert_cmpint (got, ==, (ssize_t) length);
      memcpy (&number, bytes, sizeof number);
      fill (expected, length, number);
      g_assert_true (memcmp (bytes, expected, length) == 0);
      count++;
    }
  g_assert_cmpint (got, ==, -EAGAIN);
  return count;
}

/* req: UDP-13 UDP-14 IP4-REA-2 IP4-HDR-11 */
static void
test_largest_over_bad_link (void)
{
  static uint8_t bytes[70000];

  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      StackConfig config = talk_config ();
      Talk *to = cut_talk (&config, ipv6), *from;
      size_t length = ipv6 ? 65527 : 65507;
      unsigned rounds = luck_rounds (300, LONG_FACTOR), arrived = 0;
      Endpoint remote = { to->local, 7777 };
      Luck luck = { 37 };

      /* The sender is the peer: another stack with its address. */
      from = cut_talk (&config, ipv6);
      stack_free (from->stack);
      from->stack = stack_new (&config);
      stack_interface_add (from->stack, 1500);
      stack_address_add (from->stack, 0, &to->peer, ipv6 ? 64 : 24);
      from->flow->socket =
          socket_new (from->stack, SOCKET_IPV6, SOCKET_DATAGRAM);
      for (unsigned i = 0; i < rounds; i++)
        {
          fill (bytes, length, i + 1);
          g_assert_cmpint (socket_send_to (from->stack, from->flow->socket,
                                           bytes, length, &remote),
                           ==, (ssize_t) length);
          carry (from, to, &luck);
          arrived += receive_all (to, length);
          to->now = from->now += MILLISECOND;
        }
      while (shuffle.count > 0)
        release (to, &luck);
      arrived += receive_all (to, length);
      g_test_message ("%u of %u datagrams", arrived, rounds);
      g_assert_cmpuint (arrived, >, rounds * 8 / 10);
      g_assert_cmpuint (arrived, <, rounds);
      to->now += 61 * SECOND;
      peer_ignores (to);
      g_assert_cmpuint (reassembly_bytes (to->stack->reassembly), ==, 0);
      talk_free (from);
      talk_free (to);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flood/rubbish", test_flood);
  g_test_add_func ("/flood/largest-over-bad-link", test_largest_over_bad_link);
  return g_test_run ();
}
