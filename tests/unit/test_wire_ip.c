// SPDX-License-Identifier: MIT
#include "stack/wire_ip.h"

#include <glib.h>

#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/checksum.h"
#include "tests/unit/luck.h"

#define ROOM 256

static IpHeader
random_header (Luck *luck, bool ipv4)
{
  IpHeader header = { .protocol = PROTOCOL_UDP };

  luck_fill (luck, header.source.bytes, 16);
  luck_fill (luck, header.destination.bytes, 16);
  header.hop_limit = (uint8_t) luck_draw (luck);
  header.traffic_class = (uint8_t) luck_draw (luck);
  if (ipv4)
    {
      header.source = address_from_ipv4 (header.source.bytes);
      header.destination = address_from_ipv4 (header.destination.bytes);
      header.protocol = (uint8_t) luck_draw (luck);
      header.identification = luck_below (luck, 0x10000);
      header.dont_fragment = luck_below (luck, 2) == 0;
      header.more_fragments = luck_below (luck, 2) == 0;
      header.fragment_offset = (uint16_t) (luck_below (luck, 0x2000) * 8);
    }
  else
    header.flow_label = luck_below (luck, 0x100000);
  return header;
}

static void
assert_equal (const IpHeader *a, const IpHeader *b)
{
  g_assert_true (address_equal (&a->source, &b->source));
  g_assert_true (address_equal (&a->destination, &b->destination));
  g_assert_cmpuint (a->protocol, ==, b->protocol);
  g_assert_cmpuint (a->hop_limit, ==, b->hop_limit);
  g_assert_cmpuint (a->traffic_class, ==, b->traffic_class);
  g_assert_cmpuint (a->flow_label, ==, b->flow_label);
  g_assert_cmpuint (a->identification, ==, b->identification);
  g_assert_true (a->dont_fragment == b->dont_fragment);
  g_assert_true (a->more_fragments == b->more_fragments);
  g_assert_cmpuint (a->fragment_offset, ==, b->fragment_offset);
}

/* Parses from a block of exactly LENGTH bytes; the payload must lie in it. */
static DropCause
parse (const uint8_t *packet, size_t length, IpHeader *header, size_t *payload)
{
  uint8_t *copy = luck_exact_copy (packet, length);
  View view = { NULL, 0 };
  DropCause cause = wire_ip_parse ((View){ copy, length }, header, &view);

  if (cause == DROP_NONE)
    {
      g_assert_true (view.bytes >= copy);
      g_assert_true (view.bytes + view.length <= copy + length);
    }
  *payload = view.length;
  g_free (copy);
  return cause;
}

static void
repair_checksum (uint8_t *packet)
{
  size_t size = (packet[0] & 0xfu) * 4;

  bytes_put16 (packet + 10, 0);
  bytes_put16 (packet + 10, checksum_finish (checksum_add (0, packet, size)));
}

/* Parse gives back what emit was given, emit what parse was given; bytes
 * behind the IP length are cut off. req: IP4-HDR-4 IP4-HDR-6 IP6-HDR-4 */
static void
test_inverse (void)
{
  Luck luck = { 12 };
  unsigned rounds = luck_rounds (20000, 20);

  for (unsigned round = 0; round < rounds; round++)
    {
      IpHeader header = random_header (&luck, round % 2 == 0), again;
      size_t length = luck_below (&luck, 100), size, payload;
      uint8_t packet[ROOM], rewritten[ROOM];

      luck_fill (&luck, packet, sizeof packet);
      size = wire_ip_header_size (&header);
      g_assert_cmpuint (size, ==, round % 2 == 0 ? 20 : 40);
      memcpy (rewritten, packet, sizeof packet);
      wire_ip_emit (&header, length, packet);
      g_assert_true (
          memcmp (packet + size, rewritten + size, sizeof packet - size) == 0);
      g_assert_cmpint (
          parse (packet, size + length + round % 7, &again, &payload), ==,
          DROP_NONE);
      assert_equal (&header, &again);
      g_assert_cmpuint (payload, ==, length);
      wire_ip_emit (&again, payload, rewritten);
      g_assert_true (memcmp (packet, rewritten, sizeof packet) == 0);
    }
  g_test_message ("%u headers", rounds);
}

/* req: IP4-HDR-1 IP4-HDR-3 IP6-HDR-1 */
static void
test_lengths (void)
{
  Luck luck = { 13 };
  unsigned cases = 0;

  for (unsigned first = 0; first < 256; first++)
    for (unsigned total = 0; total <= 72; total++, cases++)
      {
        uint8_t packet[64] = { 0 };
        bool six = first >> 4 == 6, four = first >> 4 == 4;
        size_t ihl = (first & 0xf) * 4, payload;
        IpHeader header = random_header (&luck, !six);
        DropCause cause;
        bool good;

        wire_ip_emit (&header, 0, packet);
        packet[0] = (uint8_t) first;
        bytes_put16 (packet + (six ? 4 : 2), (uint16_t) total);
        memset (packet + (six ? 40 : 20), 1, six ? 24 : 44); /* NOPs */
        if (!six)
          repair_checksum (packet);
        cause = parse (packet, sizeof packet, &header, &payload);
        good = four ? ihl >= 20 && ihl <= total && total <= 64
                    : six && total <= 24;
        g_assert_cmpint (cause, ==, good ? DROP_NONE : DROP_MALFORMED);
        if (good)
          g_assert_cmpuint (payload, ==, four ? total - ihl : total);
      }
  g_test_message ("%u cases", cases);
}

/* Each bit of an IPv4 header, flipped. req: IP4-HDR-2 */
static void
test_flipped_bits (void)
{
  Luck luck = { 14 };

  for (unsigned bit = 0; bit < 160; bit++)
    {
      IpHeader header = random_header (&luck, true);
      uint8_t packet[60] = { 0 };
      size_t payload;
      DropCause cause;

      wire_ip_emit (&header, 40, packet);
      packet[bit / 8] ^= (uint8_t) (0x80u >> bit % 8);
      cause = parse (packet, sizeof packet, &header, &payload);
      g_assert_true (cause == DROP_CHECKSUM || cause == DROP_MALFORMED);
      if (bit >= 32)
        g_assert_cmpint (cause, ==, DROP_CHECKSUM);
    }
}

/* All types and lengths of an option, at each place that is left in the
 * header. req: IP4-OPT-1 IP4-OPT-2 IP4-OPT-3 IP4-OPT-6 */
static void
test_ipv4_options (void)
{
  Luck luck = { 15 };
  unsigned cases = 0;

  for (unsigned kind = 0; kind < 256; kind++)
    for (unsigned length = 0; length <= 41; length++)
      for (unsigned left = 1; left <= 40; left++, cases++)
        {
          IpHeader header = random_header (&luck, true);
          uint8_t packet[64];
          bool legal = kind < 2 || (left > 1 && length >= 2 && length <= left);
          size_t payload;
          DropCause cause;

          memset (packet, kind == 0 ? 0xff : 1, sizeof packet);
          memset (packet + 20, 1, 40 - left);
          wire_ip_emit (&header, 44, packet);
          packet[0] = 0x4f;
          packet[60 - left] = (uint8_t) kind;
          if (left > 1 && kind != 1)
            packet[61 - left] = (uint8_t) length;
          repair_checksum (packet);
          cause = parse (packet, sizeof packet, &header, &payload);
          g_assert_cmpint (cause, ==, legal ? DROP_NONE : DROP_MALFORMED);
          if (legal)
            g_assert_cmpuint (payload, ==, 4);
        }
  g_test_message ("%u cases", cases);
}

/* Writes an IPv6 packet: an extension header of 8 bytes for each letter, then
 * PAYLOAD bytes of UDP. Returns its length. */
static size_t
chain (uint8_t *packet, const char *kinds, size_t payload)
{
  size_t count = strlen (kinds);
  IpHeader header = { .source = { { 0xfd } }, .destination = { { 0xfe } } };
  uint8_t next[ROOM];

  for (size_t i = 0; i < count; i++)
    next[i] = kinds[i] == 'h'   ? 0
              : kinds[i] == 'r' ? 43
              : kinds[i] == 'd' ? 60
                                : 44;
  next[count] = PROTOCOL_UDP;
  header.protocol = next[0];
  wire_ip_emit (&header, count * 8 + payload, packet);
  for (size_t i = 0; i < count; i++)
    {
      uint8_t *extension = packet + 40 + i * 8;

      memset (extension, 0, 8);
      extension[0] = next[i + 1];
      if (kinds[i] == 'F') /* the first of several */
        extension[3] = 1;
      if (kinds[i] == 'L') /* the last of several, at 1480 */
        bytes_put16 (extension + 2, 1480);
      if (next[i] == 44)
        bytes_put32 (extension + 4, 0xdeadbeef);
    }
  memset (packet + 40 + count * 8, 0x55, payload);
  return 40 + count * 8 + payload;
}

/* h hop-by-hop, r routing, d destination; A, F, L fragments: atomic, first,
 * last. req: IP6-EXT-1 IP6-EXT-5 IP6-EXT-9 IP6-FRG-5 */
static void
test_ipv6_chains (void)
{
  static const struct
  {
    const char *kinds;
    DropCause cause;
    unsigned protocol, payload;
  } table[] = {
    { "", DROP_NONE, 17, 16 },
    { "h", DROP_NONE, 17, 16 },
    { "hdrAd", DROP_NONE, 17, 16 },
    { "dh", DROP_NONE, 0, 24 }, /* an upper layer that nobody knows */
    { "hh", DROP_NONE, 0, 24 },
    { "dddddddd", DROP_NONE, 17, 16 },
    { "ddddddddd", DROP_LIMIT, 0, 0 },
    { "A", DROP_NONE, 17, 16 },
    { "AA", DROP_MALFORMED, 0, 0 },
    { "AF", DROP_MALFORMED, 0, 0 },
    { "F", DROP_NONE, 17, 16 },
    { "Fd", DROP_NONE, 60, 24 },
    { "FF", DROP_NONE, 44, 24 },
    { "hL", DROP_NONE, 17, 16 },
    { "Lh", DROP_NONE, 0, 24 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      uint8_t packet[ROOM];
      size_t payload, length = chain (packet, table[i].kinds, 16);
      bool last = strchr (table[i].kinds, 'L') != NULL;
      bool first = strchr (table[i].kinds, 'F') != NULL;
      IpHeader header;
      DropCause cause = parse (packet, length + 3, &header, &payload);

      g_assert_cmpint (cause, ==, table[i].cause);
      if (cause != DROP_NONE)
        continue;
      g_assert_cmpuint (header.protocol, ==, table[i].protocol);
      g_assert_cmpuint (payload, ==, table[i].payload);
      g_assert_true (header.more_fragments == first);
      g_assert_cmpuint (header.fragment_offset, ==, last ? 1480 : 0);
      if (first || last || strchr (table[i].kinds, 'A') != NULL)
        g_assert_cmphex (header.identification, ==, 0xdeadbeef);
    }
}

/* Each length of an extension header against each length of the packet.
 * req: IP6-EXT-3 */
static void
test_ipv6_extension_lengths (void)
{
  unsigned cases = 0;

  for (unsigned units = 0; units < 256; units++)
    for (size_t payload = 0; payload <= 64; payload++, cases++)
      {
        uint8_t packet[ROOM];
        size_t length = chain (packet, "d", payload), rest;
        size_t size = (units + 1) * 8;
        IpHeader header;
        DropCause cause;

        packet[41] = (uint8_t) units;
        cause = parse (packet, length, &header, &rest);
        g_assert_cmpint (cause, ==,
                         size <= payload + 8 ? DROP_NONE : DROP_MALFORMED);
        if (cause == DROP_NONE)
          g_assert_cmpuint (rest, ==, payload + 8 - size);
      }
  g_test_message ("%u cases", cases);
}

/* Unknown next headers are told, not judged. req: IP6-EXT-8 IP6-EXT-10 */
static void
test_ipv6_next_headers (void)
{
  for (unsigned next = 0; next < 256; next++)
    {
      uint8_t packet[ROOM];
      size_t payload, length = chain (packet, "", 24);
      IpHeader header;

      if (next == 0 || next == 43 || next == 44 || next == 60)
        continue;
      packet[6] = (uint8_t) next;
      g_assert_cmpint (parse (packet, length, &header, &payload), ==,
                       DROP_NONE);
      g_assert_cmpuint (header.protocol, ==, next);
      g_assert_cmpuint (payload, ==, 24);
    }
}

/* req: IP6-HDR-7 */
static void
test_mapped_is_malformed (void)
{
  static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

  for (unsigned at = 8; at <= 24; at += 16)
    {
      uint8_t packet[ROOM];
      size_t payload, length = chain (packet, "", 8);
      IpHeader header;

      memcpy (packet + at, mapped, sizeof mapped);
      g_assert_cmpint (parse (packet, length, &header, &payload), ==,
                       DROP_MALFORMED);
    }
}

static void
test_truncated (void)
{
  uint8_t packet[ROOM];
  IpHeader header = { .source = ADDRESS_ANY_IPV4,
                      .destination = ADDRESS_ANY_IPV4 };
  size_t payload, length = chain (packet, "hdrA", 16);

  for (size_t cut = 0; cut < length; cut++)
    {
      uint8_t shorter[ROOM];

      g_assert_cmpint (parse (packet, cut, &header, &payload), ==,
                       DROP_MALFORMED);
      if (cut < 40)
        continue;
      /* and with a length field that believes it: parts of the chain */
      memcpy (shorter, packet, cut);
      bytes_put16 (shorter + 4, (uint16_t) (cut - 40));
      g_assert_cmpint (parse (shorter, cut, &header, &payload), ==,
                       cut < 40 + 32 ? DROP_MALFORMED : DROP_NONE);
    }
  header = (IpHeader){ .source = ADDRESS_ANY_IPV4 };
  memset (packet, 0, sizeof packet);
  wire_ip_emit (&header, 30, packet);
  for (size_t cut = 0; cut < 50; cut++)
    g_assert_cmpint (parse (packet, cut, &header, &payload), ==,
                     DROP_MALFORMED);
}

/* Anything at all: the sanitizers are the judge, and the payload's place. */
static void
test_noise (void)
{
  Luck luck = { 16 };
  unsigned good = 0, rounds = luck_rounds (200000, 20);

  for (unsigned round = 0; round < rounds; round++)
    {
      static const uint8_t nexts[] = { 0, 43, 44, 60, 17 };
      size_t payload, length = luck_below (&luck, 130);
      uint8_t packet[ROOM] = { 0 };
      IpHeader header;

      luck_fill (&luck, packet, length);
      packet[0] =
          round % 2 == 0 ? (uint8_t) (0x45 + luck_below (&luck, 4)) : 0x60;
      bytes_put16 (packet + (round % 2 == 0 ? 2 : 4),
                   (uint16_t) luck_below (&luck, 130));
      for (size_t i = 40; round % 2 == 1 && i < length; i += 8)
        {
          packet[i] = nexts[luck_below (&luck, sizeof nexts)];
          packet[i + 1] = (uint8_t) luck_below (&luck, 3);
        }
      packet[6] = round % 2 == 0 ? packet[6] : nexts[round / 2 % 5];
      if (round % 2 == 0)
        repair_checksum (packet);
      good += parse (packet, length, &header, &payload) == DROP_NONE;
    }
  g_assert_cmpuint (good, >, rounds / 100);
  g_test_message ("%u packets, %u of them good", rounds, good);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire-ip/inverse", test_inverse);
  g_test_add_func ("/wire-ip/lengths", test_lengths);
  g_test_add_func ("/wire-ip/flipped-bits", test_flipped_bits);
  g_test_add_func ("/wire-ip/ipv4-options", test_ipv4_options);
  g_test_add_func ("/wire-ip/ipv6-chains", test_ipv6_chains);
  g_test_add_func ("/wire-ip/ipv6-extension-lengths",
                   test_ipv6_extension_lengths);
  g_test_add_func ("/wire-ip/ipv6-next-headers", test_ipv6_next_headers);
  g_test_add_func ("/wire-ip/mapped-is-malformed", test_mapped_is_malformed);
  g_test_add_func ("/wire-ip/truncated", test_truncated);
  g_test_add_func ("/wire-ip/noise", test_noise);
  return g_test_run ();
}
