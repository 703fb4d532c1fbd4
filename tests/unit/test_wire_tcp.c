// SPDX-License-Identifier: MIT
#include "stack/wire_tcp.h"

#include <glib.h>

#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/checksum.h"
#include "tests/unit/luck.h"

#define ROOM 200

static IpHeader
random_ip (Luck *luck, bool ipv4)
{
  IpHeader ip = { .protocol = PROTOCOL_TCP };

  luck_fill (luck, ip.source.bytes, 16);
  luck_fill (luck, ip.destination.bytes, 16);
  if (ipv4)
    {
      ip.source = address_from_ipv4 (ip.source.bytes);
      ip.destination = address_from_ipv4 (ip.destination.bytes);
    }
  return ip;
}

static TcpHeader
random_header (Luck *luck)
{
  TcpHeader header = {
    .source_port = (uint16_t) luck_draw (luck),
    .destination_port = (uint16_t) luck_draw (luck),
    .sequence = (uint32_t) luck_draw (luck),
    .acknowledgment = (uint32_t) luck_draw (luck),
    .flags = (uint8_t) luck_draw (luck),
    .window = (uint16_t) luck_draw (luck),
    .urgent = (uint16_t) luck_draw (luck),
    .has_mss = luck_below (luck, 2) == 0,
    .has_window_scale = luck_below (luck, 2) == 0,
    .sack_permitted = luck_below (luck, 2) == 0,
    .has_timestamps = luck_below (luck, 2) == 0,
    .sack_count = luck_below (luck, 2) * luck_below (luck, 5),
  };

  if (header.has_mss)
    header.mss = (uint16_t) luck_draw (luck);
  if (header.has_window_scale)
    header.window_scale = (uint8_t) luck_draw (luck);
  if (header.has_timestamps)
    {
      header.timestamp = (uint32_t) luck_draw (luck);
      header.timestamp_echo = (uint32_t) luck_draw (luck);
    }
  for (unsigned i = 0; i < header.sack_count; i++)
    {
      header.sack[i].start = (uint32_t) luck_draw (luck);
      header.sack[i].end = (uint32_t) luck_draw (luck);
    }
  return header;
}

static void
assert_equal (const TcpHeader *a, const TcpHeader *b)
{
  g_assert_cmpuint (a->source_port, ==, b->source_port);
  g_assert_cmpuint (a->destination_port, ==, b->destination_port);
  g_assert_cmpuint (a->sequence, ==, b->sequence);
  g_assert_cmpuint (a->acknowledgment, ==, b->acknowledgment);
  g_assert_cmphex (a->flags, ==, b->flags);
  g_assert_cmpuint (a->window, ==, b->window);
  g_assert_cmpuint (a->urgent, ==, b->urgent);
  g_assert_true (a->has_mss == b->has_mss);
  g_assert_cmpuint (a->mss, ==, b->mss);
  g_assert_true (a->has_window_scale == b->has_window_scale);
  g_assert_cmpuint (a->window_scale, ==, b->window_scale);
  g_assert_true (a->sack_permitted == b->sack_permitted);
  g_assert_true (a->has_timestamps == b->has_timestamps);
  g_assert_cmpuint (a->timestamp, ==, b->timestamp);
  g_assert_cmpuint (a->timestamp_echo, ==, b->timestamp_echo);
  g_assert_cmpuint (a->sack_count, ==, b->sack_count);
  for (unsigned i = 0; i < a->sack_count; i++)
    {
      g_assert_cmpuint (a->sack[i].start, ==, b->sack[i].start);
      g_assert_cmpuint (a->sack[i].end, ==, b->sack[i].end);
    }
}

/* Parses from a block of exactly LENGTH bytes. */
static DropCause
parse (const IpHeader *ip,
       const uint8_t *segment,
       size_t length,
       TcpHeader *header,
       size_t *payload)
{
  uint8_t *copy = luck_exact_copy (segment, length);
  View view = { NULL, 0 };
  DropCause cause = wire_tcp_parse (ip, (View){ copy, length }, header, &view);

  if (cause == DROP_NONE)
    g_assert_true (view.bytes + view.length == copy + length);
  *payload = view.length;
  g_free (copy);
  return cause;
}

static void
repair_checksum (const IpHeader *ip, uint8_t *segment, size_t length)
{
  uint64_t sum =
      checksum_pseudo (&ip->source, &ip->destination, PROTOCOL_TCP, length);

  bytes_put16 (segment + 16, 0);
  bytes_put16 (segment + 16,
               checksum_finish (checksum_add (sum, segment, length)));
}

/* req: TCP-HDR-1 TCP-HDR-3 TCP-OPT-4 TCP-OPT-10 */
static void
test_inverse (void)
{
  Luck luck = { 17 };
  unsigned cut = 0, rounds = luck_rounds (30000, 20);

  for (unsigned round = 0; round < rounds; round++)
    {
      IpHeader ip = random_ip (&luck, round % 2 == 0);
      TcpHeader header = random_header (&luck), again;
      size_t size = wire_tcp_header_size (&header);
      size_t length = luck_below (&luck, 100), payload;
      uint8_t segment[ROOM], rewritten[ROOM];
      uint64_t sum;

      luck_fill (&luck, segment, sizeof segment);
      memcpy (rewritten, segment, sizeof segment);
      g_assert_cmpuint (size % 4, ==, 0);
      g_assert_cmpuint (size, <=, 60);
      sum = checksum_add (0, segment + size, length);
      wire_tcp_emit (&ip, &header, sum, length, segment);
      g_assert_true (memcmp (segment + size, rewritten + size, ROOM - size)
                     == 0);
      g_assert_cmpint (parse (&ip, segment, size + length, &again, &payload),
                       ==, DROP_NONE);
      g_assert_cmpuint (payload, ==, length);
      if (again.sack_count < header.sack_count)
        {
          /* only since one more would not have fitted */
          g_assert_cmpuint (size + (again.sack_count > 0 ? 8 : 12), >, 60);
          header.sack_count = again.sack_count;
          cut++;
        }
      assert_equal (&header, &again);
      wire_tcp_emit (&ip, &again, sum, length, rewritten);
      g_assert_true (memcmp (segment, rewritten, ROOM) == 0);
    }
  g_assert_cmpuint (cut, >, 0);
  g_test_message ("%u headers, %u with less SACK blocks", rounds, cut);
}

typedef struct
{
  TcpHeader header;
  const char *options; /* hexadecimal */
} Layout;

/* req: TCP-OPT-10 */
static void
test_layout (void)
{
  static const Layout table[] = {
    { .options = "" },
    { { .has_mss = true, .mss = 1460 }, "020405b4" },
    { { .has_mss = true,
        .mss = 1460,
        .sack_permitted = true,
        .has_timestamps = true,
        .timestamp = 1,
        .timestamp_echo = 2,
        .has_window_scale = true,
        .window_scale = 7 },
      "020405b4"
      "0402080a0000000100000002"
      "01030307" },
    { { .has_mss = true,
        .mss = 1460,
        .sack_permitted = true,
        .has_window_scale = true,
        .window_scale = 7 },
      "020405b4"
      "01010402"
      "01030307" },
    { { .has_mss = true,
        .mss = 1460,
        .has_window_scale = true,
        .window_scale = 7 },
      "020405b4"
      "01030307" },
    { { .has_timestamps = true,
        .timestamp = 1,
        .timestamp_echo = 2,
        .sack_count = 1,
        .sack = { { 3, 4 } } },
      "0101080a0000000100000002"
      "0101050a0000000300000004" },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const TcpHeader *header = &table[i].header;
      IpHeader ip = { .source = ADDRESS_ANY_IPV4 };
      size_t size = wire_tcp_header_size (header);
      GString *text = g_string_new (NULL);
      uint8_t segment[60];

      wire_tcp_emit (&ip, header, 0, 0, segment);
      for (size_t at = 20; at < size; at++)
        g_string_append_printf (text, "%02x", segment[at]);
      g_assert_cmpstr (text->str, ==, table[i].options);
      g_assert_cmphex (segment[12] & 0xf, ==, 0); /* req: TCP-HDR-8 */
      g_string_free (text, true);
    }
}

/* With timestamps three blocks remain of four. req: TCP-OPT-10 */
static void
test_blocks_give_way (void)
{
  TcpHeader header = { .sack_count = 4 };

  g_assert_cmpuint (wire_tcp_header_size (&header), ==, 20 + 36);
  header.has_timestamps = true;
  g_assert_cmpuint (wire_tcp_header_size (&header), ==, 20 + 12 + 28);
}

/* Which data offsets are possible in a segment of each length.
 * req: TCP-HDR-4 */
static void
test_data_offsets (void)
{
  Luck luck = { 18 };
  unsigned cases = 0;

  for (unsigned words = 0; words < 16; words++)
    for (size_t length = 0; length <= 70; length++, cases++)
      {
        IpHeader ip = random_ip (&luck, words % 2 == 0);
        size_t size = words * 4, payload;
        uint8_t segment[ROOM] = { 0 };
        TcpHeader header;
        bool good = size >= 20 && size <= length;

        segment[12] = (uint8_t) (words << 4 | 0xf); /* reserved bits, too */
        memset (segment + 20, 1, 50);
        repair_checksum (&ip, segment, length);
        g_assert_cmpint (parse (&ip, segment, length, &header, &payload), ==,
                         good ? DROP_NONE : DROP_MALFORMED);
        if (good)
          g_assert_cmpuint (payload, ==, length - size);
      }
  g_test_message ("%u cases", cases);
}

/* Each bit of segment and addresses. req: TCP-HDR-2 TCP-HDR-3 */
static void
test_flipped_bits (void)
{
  Luck luck = { 19 };

  for (unsigned bit = 0; bit < 8 * 60; bit++)
    for (unsigned family = 0; family < 2; family++)
      {
        IpHeader ip = random_ip (&luck, family == 0);
        TcpHeader header = { .has_mss = true }, again;
        uint8_t mask = (uint8_t) (0x80u >> bit % 8);
        uint8_t segment[ROOM] = { 0 };
        size_t payload;
        Address *address = &ip.destination;

        wire_tcp_emit (&ip, &header, 0, 37, segment);
        g_assert_cmpint (parse (&ip, segment, 61, &again, &payload), ==,
                         DROP_NONE);
        segment[bit / 8] ^= mask;
        g_assert_cmpint (parse (&ip, segment, 61, &again, &payload), ==,
                         DROP_CHECKSUM);
        segment[bit / 8] ^= mask;
        if (bit >= (family == 0 ? 32u : 128u))
          continue;
        address->bytes[(family == 0 ? 12 : 0) + bit / 8] ^= mask;
        g_assert_cmpint (parse (&ip, segment, 61, &again, &payload), ==,
                         DROP_CHECKSUM);
      }
}

static bool
is_legal (unsigned kind, unsigned length)
{
  static const uint8_t lengths[] = { [2] = 4, [3] = 3, [4] = 2, [8] = 10 };

  if (kind == 5)
    return length == 10 || length == 18 || length == 26 || length == 34;
  if (kind < sizeof lengths && lengths[kind] != 0)
    return length == lengths[kind];
  return length >= 2;
}

/* Each kind and length of an option with LEFT bytes of room from its kind on,
 * between an MSS and, if there is room, another one: the first is always
 * seen, the second exactly when the option is sound. req: TCP-OPT-2 TCP-OPT-3
 * TCP-OPT-5 TCP-OPT-6 TCP-SAK-7 */
static void
test_option_walk (void)
{
  Luck luck = { 20 };
  unsigned cases = 0, sound = 0;

  for (unsigned kind = 2; kind < 256; kind++)
    for (unsigned length = 0; length <= 41; length++)
      for (unsigned left = 1; left <= 36; left++, cases++)
        {
          IpHeader ip = random_ip (&luck, true);
          uint8_t segment[ROOM];
          size_t payload, at = 60 - left;
          bool good = left > 1 && length <= left && is_legal (kind, length);
          bool room = good && length + 4 <= left;
          TcpHeader header;

          memset (segment, 1, sizeof segment);
          segment[12] = 0xf0;
          memcpy (segment + 20, "\2\4\1\1", 4);
          segment[at] = (uint8_t) kind;
          if (left > 1)
            segment[at + 1] = (uint8_t) length;
          if (length + 4 <= left && length >= 2)
            memcpy (segment + at + length, "\2\4\2\2", 4);
          repair_checksum (&ip, segment, 60);
          g_assert_cmpint (parse (&ip, segment, 60, &header, &payload), ==,
                           DROP_NONE);
          g_assert_cmpuint (payload, ==, 0);
          g_assert_true (header.has_mss);
          if (kind != 2)
            g_assert_cmphex (header.mss, ==, room ? 0x0202 : 0x0101);
          g_assert_true (header.has_window_scale == (good && kind == 3));
          g_assert_true (header.sack_permitted == (good && kind == 4));
          g_assert_true (header.has_timestamps == (good && kind == 8));
          g_assert_cmpuint (header.sack_count, ==,
                            good && kind == 5 ? length / 8 : 0);
          sound += good;
        }
  g_test_message ("%u cases, %u of them sound", cases, sound);
}

/* req: TCP-OPT-1 TCP-OPT-7 TCP-OPT-9 */
static void
test_end_and_repetition (void)
{
  static const uint8_t options[] = { 1, 2, 4, 1, 1, 2, 4, 2, 2, 0, 2, 4 };
  IpHeader ip = { .source = ADDRESS_ANY_IPV4 };
  uint8_t segment[32] = { 0 };
  TcpHeader header;
  size_t payload;

  segment[12] = 0x80;
  memcpy (segment + 20, options, sizeof options);
  repair_checksum (&ip, segment, sizeof segment);
  g_assert_cmpint (parse (&ip, segment, sizeof segment, &header, &payload), ==,
                   DROP_NONE);
  g_assert_true (header.has_mss);
  g_assert_cmphex (header.mss, ==, 0x0202); /* the last before the end */
}

/* Every cut of a good segment, its checksum made right again. */
static void
test_truncated (void)
{
  Luck luck = { 21 };
  unsigned cases = 0;

  for (unsigned round = 0; round < 500; round++)
    {
      IpHeader ip = random_ip (&luck, round % 2 == 0);
      TcpHeader header = random_header (&luck), again;
      size_t size = wire_tcp_header_size (&header);
      uint8_t segment[ROOM] = { 0 };

      wire_tcp_emit (&ip, &header, 0, 4, segment);
      for (size_t length = 0; length <= size + 4; length++, cases++)
        {
          size_t payload;

          repair_checksum (&ip, segment, length);
          g_assert_cmpint (parse (&ip, segment, length, &again, &payload), ==,
                           length < size ? DROP_MALFORMED : DROP_NONE);
        }
    }
  g_test_message ("%u cuts", cases);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire-tcp/inverse", test_inverse);
  g_test_add_func ("/wire-tcp/layout", test_layout);
  g_test_add_func ("/wire-tcp/blocks-give-way", test_blocks_give_way);
  g_test_add_func ("/wire-tcp/data-offsets", test_data_offsets);
  g_test_add_func ("/wire-tcp/flipped-bits", test_flipped_bits);
  g_test_add_func ("/wire-tcp/option-walk", test_option_walk);
  g_test_add_func ("/wire-tcp/end-and-repetition", test_end_and_repetition);
  g_test_add_func ("/wire-tcp/truncated", test_truncated);
  return g_test_run ();
}
