// SPDX-License-Identifier: MIT
#include "stack/checksum.h"

#include <glib.h>

#include "stack/address.h"
#include "tests/unit/luck.h"

/* The model: RFC 1071, byte by byte, carries folded at once. */
static uint16_t
naive (const uint8_t *bytes, size_t length)
{
  uint32_t sum = 0;

  for (size_t i = 0; i < length; i++)
    {
      sum += i % 2 == 0 ? (uint32_t) bytes[i] << 8 : bytes[i];
      sum = (sum & 0xffff) + (sum >> 16);
    }
  return (uint16_t) ~sum;
}

static void
test_rfc_1071_example (void)
{
  static const uint8_t bytes[] = { 0x00, 0x01, 0xf2, 0x03,
                                   0xf4, 0xf5, 0xf6, 0xf7 };

  g_assert_cmphex (checksum_finish (checksum_add (0, bytes, sizeof bytes)), ==,
                   0xffff - 0xddf2);
  g_assert_cmphex (checksum_finish (0), ==, 0xffff);
}

/* Random pieces at random alignments; bytes of 0x00 and 0xff are frequent,
 * since carries and the two zeros are where sums go wrong. */
static void
test_model (void)
{
  static uint8_t bytes[4096];
  Luck luck = { 5 };
  unsigned rounds = luck_rounds (20000, 20);

  for (unsigned round = 0; round < rounds; round++)
    {
      size_t length = luck_below (&luck, round % 8 == 0 ? 4000 : 80);
      uint8_t *from = bytes + luck_below (&luck, 17);
      uint16_t expected;

      luck_fill (&luck, from, length);
      for (size_t i = 0; round % 3 == 0 && i < length; i++)
        from[i] =
            luck_below (&luck, 8) == 0 ? from[i] : (uint8_t) - (round % 2);
      expected = naive (from, length);
      g_assert_cmphex (checksum_finish (checksum_add (0, from, length)), ==,
                       expected);
    }
  g_test_message ("%u pieces", rounds);
}

/* Each length and alignment, at the end of a block. */
static void
test_stays_inside (void)
{
  uint8_t bytes[80];
  Luck luck = { 6 };

  luck_fill (&luck, bytes, sizeof bytes);
  for (size_t length = 0; length <= 64; length++)
    for (size_t skip = 0; skip < 8; skip++)
      {
        uint8_t *block = luck_exact_copy (bytes, length + skip);
        const uint8_t *from = length + skip > 0 ? block + skip : NULL;

        g_assert_cmphex (checksum_finish (checksum_add (0, from, length)), ==,
                         naive (from, length));
        g_free (block);
      }
}

/* The law: filled in, the sum finishes to 0; even pieces add.
 * req: TCP-HDR-1 */
static void
test_law (void)
{
  uint8_t bytes[300];
  Luck luck = { 7 };

  for (unsigned round = 0; round < 5000; round++)
    {
      size_t length = 2 + luck_below (&luck, 298);
      size_t field = luck_below (&luck, (unsigned) length / 2) * 2;
      size_t cut = luck_below (&luck, (unsigned) length / 2 + 1) * 2;
      uint64_t whole, pieces;
      uint16_t checksum;

      luck_fill (&luck, bytes, length);
      bytes[field] = bytes[field + 1] = 0;
      whole = checksum_add (0, bytes, length);
      pieces = checksum_add (checksum_add (0, bytes, cut), bytes + cut,
                             length - cut);
      checksum = checksum_finish (whole);
      g_assert_cmphex (checksum_finish (pieces), ==, checksum);
      pieces = checksum_add (0, bytes + cut, length - cut)
               + checksum_add (0, bytes, cut);
      g_assert_cmphex (checksum_finish (pieces), ==, checksum);

      bytes[field] = (uint8_t) (checksum >> 8);
      bytes[field + 1] = (uint8_t) checksum;
      g_assert_cmphex (checksum_finish (checksum_add (0, bytes, length)), ==,
                       0);
      bytes[luck_below (&luck, (unsigned) length)] ^= 0x10;
      g_assert_cmphex (checksum_finish (checksum_add (0, bytes, length)), !=,
                       0);
    }
}

/* req: TCP-HDR-3 */
static void
test_pseudo (void)
{
  static const uint8_t ipv4[] = { 10,  0,   0, 1, 192,  168,
                                  255, 254, 0, 6, 0x12, 0x34 };
  uint8_t ipv6[40] = { 0 };
  Address source = address_from_ipv4 (ipv4);
  Address destination = address_from_ipv4 (ipv4 + 4);
  Luck luck = { 8 };

  g_assert_cmphex (
      checksum_finish (checksum_pseudo (&source, &destination, 6, 0x1234)), ==,
      naive (ipv4, sizeof ipv4));

  luck_fill (&luck, ipv6, 32);
  memcpy (source.bytes, ipv6, 16);
  memcpy (destination.bytes, ipv6 + 16, 16);
  ipv6[33] = 0x01; /* 32 bits of length */
  ipv6[35] = 0x02;
  ipv6[39] = 58;
  g_assert_cmphex (
      checksum_finish (checksum_pseudo (&source, &destination, 58, 0x10002)),
      ==, naive (ipv6, sizeof ipv6));
}

/* Every word there is becomes another: as if all were added again, also when
 * the sum becomes all ones or was (RFC 1624 4). req: IP4-FWD-2 */
static void
test_update (void)
{
  static const uint16_t after[] = { 0, 1, 0x7fff, 0x8000, 0xfffe, 0xffff };

  for (unsigned before = 0; before < 65536; before++)
    for (unsigned i = 0; i < G_N_ELEMENTS (after); i++)
      {
        uint8_t bytes[4] = { (uint8_t) (before >> 8), (uint8_t) before, 0, 1 };
        uint16_t checksum = naive (bytes, sizeof bytes);

        bytes[0] = (uint8_t) (after[i] >> 8);
        bytes[1] = (uint8_t) after[i];
        g_assert_cmphex (
            checksum_update (checksum, (uint16_t) before, after[i]), ==,
            naive (bytes, sizeof bytes));
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checksum/rfc-1071-example", test_rfc_1071_example);
  g_test_add_func ("/checksum/model", test_model);
  g_test_add_func ("/checksum/stays-inside", test_stays_inside);
  g_test_add_func ("/checksum/law", test_law);
  g_test_add_func ("/checksum/pseudo", test_pseudo);
  g_test_add_func ("/checksum/update", test_update);
  return g_test_run ();
}
