// SPDX-License-Identifier: MIT
#include "stack/fragment.h"

#include "tests/unit/luck.h"

#define ROUNDS      20000
#define LONG_FACTOR 20
#define PAYLOAD_MAX 3000

static unsigned
get16 (const uint8_t *bytes)
{
  return bytes[0] * 256u + bytes[1];
}

static void
put16 (uint8_t *bytes, size_t value)
{
  bytes[0] = (uint8_t) (value >> 8);
  bytes[1] = (uint8_t) value;
}

/* Ones' complement sum of an IPv4 header, by the book. */
static unsigned
sum_of (const uint8_t *header, size_t size)
{
  unsigned sum = 0;

  for (size_t i = 0; i < size; i += 2)
    sum += get16 (header + i);
  while (sum > 0xffff)
    sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

/* A random packet; HEAD gets the size of its header. */
static size_t
make (Luck *luck, bool ipv6, uint8_t *packet, size_t *head)
{
  size_t length = 1 + luck_below (luck, PAYLOAD_MAX);

  luck_fill (luck, packet, 60 + length);
  *head = ipv6 ? 40 : 20 + 4 * luck_below (luck, 11);
  packet[0] = ipv6 ? 0x60 : (uint8_t) (0x40 | *head / 4);
  if (ipv6)
    {
      packet[6] = 17;
      put16 (packet + 4, length);
      return *head + length;
    }
  put16 (packet + 2, *head + length);
  put16 (packet + 6, 0);
  /* Options of any kind, each with a length that leads on. */
  for (size_t at = 20; at < *head;)
    {
      size_t wanted = 2 + luck_below (luck, 6);
      size_t size = MIN (wanted, *head - at);

      packet[at] = size < 2 ? 1 : (uint8_t) (2 + luck_below (luck, 254));
      if (size >= 2)
        packet[at + 1] = (uint8_t) size;
      at += size;
    }
  return *head + length;
}

/* What the options of a later fragment must be. */
static size_t
copied_options (const uint8_t *packet, size_t head, uint8_t *to)
{
  size_t size = 0;

  for (size_t at = 20; at < head && packet[at] != 0;)
    {
      size_t length = packet[at] == 1 ? 1 : packet[at + 1];

      if (packet[at] >= 128)
        {
          memcpy (to + size, packet + at, length);
          size += length;
        }
      at += length;
    }
  while (size % 4 != 0)
    to[size++] = 0;
  return size;
}

typedef struct
{
  size_t head, offset, length;
  bool more;
  uint32_t id;
} Seen;

static Seen
read_fragment (const uint8_t *bytes, size_t size)
{
  Seen seen;

  if (bytes[0] >> 4 == 6)
    {
      seen.head = 48;
      g_assert_cmpuint (bytes[6], ==, 44);
      g_assert_cmpuint (get16 (bytes + 4), ==, size - 40);
      g_assert_cmpuint (bytes[41], ==, 0);
      g_assert_cmpuint (bytes[43] & 6, ==, 0);
      seen.offset = get16 (bytes + 42) & 0xfff8;
      seen.more = (bytes[43] & 1) != 0;
      seen.id = get16 (bytes + 44) << 16 | get16 (bytes + 46);
    }
  else
    {
      seen.head = (bytes[0] & 15u) * 4;
      g_assert_cmpuint (get16 (bytes + 2), ==, size);
      g_assert_cmpuint (sum_of (bytes, seen.head), ==, 0xffff);
      seen.offset = (get16 (bytes + 6) & 0x1fff) * 8;
      seen.more = (bytes[6] & 0x20) != 0;
      g_assert_cmpuint (bytes[6] & 0xc0, ==, 0);
      seen.id = get16 (bytes + 4);
    }
  seen.length = size - seen.head;
  return seen;
}

/* req: IP4-FRG-1 IP4-FRG-3 IP4-FRG-4 */
static void
test_cut (void)
{
  unsigned rounds = luck_rounds (ROUNDS, LONG_FACTOR);
  static uint8_t packet[60 + PAYLOAD_MAX], joined[PAYLOAD_MAX];
  static uint8_t buffer[2000], options[60];
  Luck luck = { 23 };

  for (unsigned round = 0; round < rounds; round++)
    {
      bool ipv6 = luck_below (&luck, 2) == 1;
      size_t head, done = 0, expected = 0;
      size_t size = make (&luck, ipv6, packet, &head);
      size_t mtu = (ipv6 ? 1280 : 68) + luck_below (&luck, 700);
      uint32_t id =
          ipv6 ? (uint32_t) luck_draw (&luck) : (uint16_t) luck_draw (&luck);
      g_autofree uint8_t *exact = luck_exact_copy (packet, size);
      View view = { exact, size };

      while (!fragment_is_over (view, done))
        {
          size_t written = fragment_next (view, mtu, id, &done, buffer);
          Seen seen = read_fragment (buffer, written);

          g_assert_cmpuint (written, <=, mtu);
          g_assert_cmpuint (seen.id, ==, id);
          g_assert_cmpuint (seen.offset, ==, expected);
          g_assert_true (seen.more
                         == (seen.offset + seen.length < size - head));
          if (seen.more)
            {
              g_assert_cmpuint (seen.length % 8, ==, 0);
              g_assert_cmpuint (mtu - written, <, 8);
            }
          memcpy (joined + seen.offset, buffer + seen.head, seen.length);
          expected += seen.length;
          if (ipv6)
            {
              g_assert_cmpuint (buffer[40], ==, 17);
              continue;
            }
          if (seen.offset == 0)
            g_assert_true (memcmp (buffer + 20, packet + 20, head - 20) == 0);
          else
            g_assert_cmpuint (seen.head - 20, ==,
                              copied_options (packet, head, options));
          if (seen.offset > 0)
            g_assert_true (memcmp (buffer + 20, options, seen.head - 20) == 0);
        }
      g_assert_cmpuint (expected, ==, size - head);
      g_assert_true (memcmp (joined, packet + head, size - head) == 0);
    }
}

/* A router cuts what another one cut already. req: IP4-FRG-1 */
static void
test_cut_again (void)
{
  static uint8_t packet[60 + PAYLOAD_MAX], first[2000], second[2000];
  static uint8_t joined[PAYLOAD_MAX];
  Luck luck = { 29 };

  for (unsigned round = 0; round < 2000; round++)
    {
      size_t head, done = 0, total = 0;
      size_t size = make (&luck, false, packet, &head);
      View view = { packet, size };
      bool ended = false;

      while (!fragment_is_over (view, done))
        {
          size_t length = fragment_next (view, 200 + luck_below (&luck, 900), 7,
                                         &done, first);
          View piece = { first, length };
          size_t again = 0;

          while (!fragment_is_over (piece, again))
            {
              size_t written = fragment_next (
                  piece, 68 + luck_below (&luck, 200), 7, &again, second);
              Seen seen = read_fragment (second, written);

              g_assert_cmpuint (seen.offset, ==, total);
              g_assert_false (ended);
              memcpy (joined + seen.offset, second + seen.head, seen.length);
              total += seen.length;
              ended = !seen.more;
            }
        }
      g_assert_true (ended);
      g_assert_cmpuint (total, ==, size - head);
      g_assert_true (memcmp (joined, packet + head, total) == 0);
    }
}

/* The first fragment's header becomes that of the whole, marked or not.
 * req: IP4-REA-12 */
static void
test_make_whole (void)
{
  uint8_t four[28] = { 0x45, 0x01, 0,  28, 0, 7, 0x20, 0, 64, 17,
                       0,    0,    10, 0,  0, 2, 10,   0, 0,  1 };
  uint8_t six[56] = { 0x60, 0x20, 0, 0, 0, 99, 60, 64, [40] = 44, 0, 1, 4 };

  fragment_make_whole (four, 20, 28, 0, false);
  g_assert_cmpuint (four[1], ==, 1);
  g_assert_cmpuint (four[6], ==, 0);
  g_assert_cmpuint (sum_of (four, 20), ==, 0xffff);
  fragment_make_whole (four, 20, 28, 0, true);
  g_assert_cmpuint (four[1], ==, 3);
  g_assert_cmpuint (sum_of (four, 20), ==, 0xffff);

  fragment_make_whole (six, 48, 56, 17, true);
  g_assert_cmpuint (six[1], ==, 0x30);
  g_assert_cmpuint (get16 (six + 4), ==, 16);
  g_assert_cmpuint (six[6], ==, 60);
  g_assert_cmpuint (six[40], ==, 17);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fragment/cut", test_cut);
  g_test_add_func ("/fragment/cut-again", test_cut_again);
  g_test_add_func ("/fragment/make-whole", test_make_whole);
  return g_test_run ();
}
