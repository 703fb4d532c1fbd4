// SPDX-License-Identifier: MIT
#include "stack/wire_extensions.h"

#include <glib.h>
#include <string.h>

#include "stack/bytes.h"
#include "tests/unit/luck.h"

#define HEADER    40
#define EXTENSION 40 /* bytes, of which two are next header and length */
#define OPTIONS   (EXTENSION - 2)
#define SKIPPED   0x1e /* an option with action 00 */

/* IPv6 from fd:: to fe::, LENGTH bytes behind the header. */
static void
begin (uint8_t *packet, uint8_t next, size_t length)
{
  IpHeader header = { .source = { { 0xfd } },
                      .destination = { { 0xfe } },
                      .protocol = next };

  memset (packet + HEADER, 0, length);
  wire_ip_emit (&header, length, packet);
}

static DropCause
parse (const uint8_t *packet, size_t length, IpHeader *header, View *payload)
{
  uint8_t *copy = luck_exact_copy (packet, length);
  DropCause cause = wire_ip_parse ((View){ copy, length }, header, payload);

  if (cause == DROP_NONE)
    g_assert_true (payload->bytes + payload->length == copy + length);
  g_free (copy);
  return cause;
}

/* SIZE bytes of something that is skipped. */
static void
fill (uint8_t *options, size_t size)
{
  memset (options, 0, size);
  if (size < 2)
    return; /* nothing, or Pad1 */
  options[0] = SKIPPED;
  options[1] = (uint8_t) (size - 2);
}

/* What must be said of an option of TYPE and LENGTH with LEFT bytes. */
static IpTrouble
judge (unsigned type, unsigned length, size_t left)
{
  static const IpTrouble actions[] = { IP_TROUBLE_NONE, IP_TROUBLE_UNWANTED,
                                       IP_TROUBLE_OPTION,
                                       IP_TROUBLE_OPTION_TO_ONE };
  size_t size = length + 2, padding;

  if (type == 0)
    return IP_TROUBLE_NONE;
  if (left < 2 || size > left)
    return IP_TROUBLE_MALFORMED;
  padding = size + (left == OPTIONS - 1) + (left - size == 1);
  if (type == 1)
    return padding > 7 ? IP_TROUBLE_LIMIT : IP_TROUBLE_NONE;
  return actions[type >> 6];
}

/* All types and lengths, at each place that is left in the header, in both
 * headers that have options. req: IP6-EXT-4 IP6-EXT-5 */
static void
test_options (void)
{
  unsigned cases = 0;

  for (unsigned type = 0; type < 256; type++)
    for (unsigned length = 0; length <= OPTIONS + 1; length++)
      for (size_t left = 1; left <= OPTIONS; left++, cases++)
        {
          uint8_t packet[HEADER + EXTENSION];
          uint8_t *option = packet + HEADER + EXTENSION - left;
          size_t size = type == 0 ? 1 : length + 2;
          IpTrouble trouble = judge (type, length, left);
          IpHeader header;
          View payload;

          begin (packet, cases % 2 == 0 ? 0 : 60, EXTENSION);
          packet[HEADER] = PROTOCOL_NONE;
          packet[HEADER + 1] = EXTENSION / 8 - 1;
          fill (packet + HEADER + 2, OPTIONS - left);
          if (size <= left)
            fill (option + size, left - size);
          option[0] = (uint8_t) type;
          if (left > 1 && type != 0)
            option[1] = (uint8_t) length;
          g_assert_cmpint (parse (packet, sizeof packet, &header, &payload), ==,
                           DROP_NONE);
          g_assert_cmpint (header.trouble, ==, trouble);
          g_assert_cmpuint (header.protocol, ==, PROTOCOL_NONE);
          g_assert_cmpuint (header.protocol_at, ==, HEADER);
          g_assert_cmpuint (payload.length, ==, 0);
          if (trouble != IP_TROUBLE_NONE && trouble != IP_TROUBLE_LIMIT)
            g_assert_true (packet + header.trouble_at == option);
        }
  g_test_message ("%u cases", cases);
}

/* Eight options and seven bytes of padding in a row. req: IP6-EXT-5 */
static void
test_limits (void)
{
  for (unsigned count = 1; count <= 14; count++)
    {
      uint8_t packet[HEADER + 32];
      IpHeader header;
      View payload;

      begin (packet, 60, 32);
      packet[HEADER] = PROTOCOL_NONE;
      packet[HEADER + 1] = 3;
      for (unsigned i = 0; i < 15; i++)
        packet[HEADER + 2 + 2 * i] = i < count ? SKIPPED : 1 /* PadN */;
      /* 30 bytes: COUNT empty options, the rest padding by twos */
      g_assert_cmpint (parse (packet, sizeof packet, &header, &payload), ==,
                       DROP_NONE);
      g_assert_cmpint (header.trouble, ==,
                       count > 8 || 30 - 2 * count > 7 ? IP_TROUBLE_LIMIT
                                                       : IP_TROUBLE_NONE);
    }
}

/* req: IP6-EXT-7 */
static void
test_routing (void)
{
  for (unsigned type = 0; type < 256; type++)
    for (unsigned left = 0; left < 256; left++)
      {
        uint8_t packet[HEADER + 16];
        IpHeader header;
        View payload;

        begin (packet, 43, 16);
        packet[HEADER] = PROTOCOL_UDP;
        packet[HEADER + 2] = (uint8_t) type;
        packet[HEADER + 3] = (uint8_t) left;
        g_assert_cmpint (parse (packet, sizeof packet, &header, &payload), ==,
                         DROP_NONE);
        g_assert_cmpint (header.trouble, ==,
                         left > 0 ? IP_TROUBLE_ROUTING : IP_TROUBLE_NONE);
        if (left > 0)
          g_assert_cmpuint (header.trouble_at, ==, HEADER + 2);
        g_assert_cmpuint (header.protocol, ==, PROTOCOL_UDP);
        g_assert_cmpuint (payload.length, ==, 8);
      }
}

/* The first piece holds the whole chain and the upper header. LENGTH bytes of
 * a destination header of 16 and then of UPPER. req: IP6-EXT-6 */
static void
test_first_piece (void)
{
  static const struct
  {
    uint8_t protocol;
    size_t header;
  } uppers[] = { { PROTOCOL_TCP, 20 },
                 { PROTOCOL_UDP, 8 },
                 { PROTOCOL_ICMPV6, 8 },
                 { PROTOCOL_NONE, 0 },
                 { 200, 0 } };

  for (unsigned i = 0; i < G_N_ELEMENTS (uppers); i++)
    for (size_t length = 0; length <= 40; length++)
      for (unsigned piece = 0; piece < 3; piece++)
        {
          uint8_t packet[HEADER + 8 + 64];
          bool whole = length >= 16 + uppers[i].header;
          IpHeader header;
          View payload;

          begin (packet, 44, 8 + length);
          memset (packet + HEADER + 8, 0, 64);
          packet[HEADER] = 60;
          bytes_put16 (packet + HEADER + 2, piece == 0   ? 1
                                            : piece == 1 ? 1 | 800
                                                         : 800);
          packet[HEADER + 8] = uppers[i].protocol;
          packet[HEADER + 9] = 1;
          packet[HEADER + 10] = 1; /* PadN of 6, then of 8: skipped option */
          packet[HEADER + 11] = 4;
          packet[HEADER + 16] = SKIPPED;
          packet[HEADER + 17] = 6;
          g_assert_cmpint (
              parse (packet, HEADER + 8 + length, &header, &payload), ==,
              DROP_NONE);
          g_assert_cmpint (header.trouble, ==,
                           piece > 0 || whole ? IP_TROUBLE_NONE
                                              : IP_TROUBLE_INCOMPLETE);
          g_assert_cmpuint (header.trouble_at, ==, 0);
          g_assert_cmpuint (header.protocol, ==, 60);
          g_assert_cmpuint (payload.length, ==, length);
        }
}

/* Every header length in every chain of up to eight, cut anywhere: the
 * sanitizers judge, and that it ends. req: IP6-EXT-3 */
static void
test_nesting (void)
{
  static const uint8_t kinds[] = { 43, 60, 44 };
  unsigned cases = 0;

  for (unsigned depth = 1; depth <= 8; depth++)
    for (unsigned units = 0; units < 256; units++)
      for (unsigned kind = 0; kind < G_N_ELEMENTS (kinds); kind++, cases++)
        {
          uint8_t packet[HEADER + 8 * 9];
          IpHeader header;
          View payload;

          begin (packet, kinds[kind], 8 * 9);
          for (unsigned i = 0; i < depth; i++)
            {
              packet[HEADER + 8 * i] = kinds[kind];
              packet[HEADER + 8 * i + 1] = 0;
            }
          packet[HEADER + 8 * (depth - 1)] = PROTOCOL_NONE;
          packet[HEADER + 8 * (depth - 1) + 1] = (uint8_t) units;
          if (kinds[kind] == 44 && depth > 1)
            g_assert_cmpint (parse (packet, sizeof packet, &header, &payload),
                             ==, DROP_MALFORMED);
          else
            g_assert_cmpint (
                parse (packet, sizeof packet, &header, &payload), ==,
                kinds[kind] == 44 || depth + units <= 9 ? DROP_NONE
                                                        : DROP_MALFORMED);
        }
  g_test_message ("%u cases", cases);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire-extensions/options", test_options);
  g_test_add_func ("/wire-extensions/limits", test_limits);
  g_test_add_func ("/wire-extensions/routing", test_routing);
  g_test_add_func ("/wire-extensions/first-piece", test_first_piece);
  g_test_add_func ("/wire-extensions/nesting", test_nesting);
  return g_test_run ();
}
