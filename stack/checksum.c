// SPDX-License-Identifier: MIT
#include "stack/checksum.h"

#include <glib.h>
#include <string.h>

#include "stack/address.h"
#include "stack/bytes.h"

/* One's complement addition does not care for the order of bytes (RFC 1071
 * 2.B): words are added as the machine loads them, and the result is swapped
 * once, in checksum_finish. 64 bits take four thousand million words of 32
 * bits before a carry could be lost, so none is looked at on the way. */

static inline uint64_t
load_words (const uint8_t *bytes)
{
  uint64_t words;

  memcpy (&words, bytes, sizeof words);
  return words;
}

static inline uint64_t
fold_words (uint64_t words)
{
  return (words >> 32) + (words & UINT32_MAX);
}

/* Inlined for each constant COPYING, so that either loop is bare. */
static inline uint64_t
add_bytes (
    uint64_t sum, uint8_t *to, const uint8_t *from, size_t length, bool copying)
{
  uint64_t other = 0; /* a second chain of additions runs beside the first */
  uint8_t rest[8] = { 0 };

  for (; length >= 16; length -= 16, from += 16)
    {
      uint64_t a = load_words (from);
      uint64_t b = load_words (from + 8);

      sum += fold_words (a);
      other += fold_words (b);
      if (copying)
        {
          memcpy (to, &a, sizeof a);
          memcpy (to + 8, &b, sizeof b);
          to += 16;
        }
    }
  if (length >= 8)
    {
      sum += fold_words (load_words (from));
      if (copying)
        {
          memcpy (to, from, 8);
          to += 8;
        }
      length -= 8;
      from += 8;
    }
  if (length > 0)
    {
      memcpy (rest, from, length);
      sum += fold_words (load_words (rest));
      if (copying)
        memcpy (to, rest, length);
    }
  return sum + other;
}

uint64_t
checksum_add (uint64_t sum, const void *bytes, size_t length)
{
  return add_bytes (sum, NULL, bytes, length, false);
}

uint64_t
checksum_copy (uint64_t sum, void *to, const void *from, size_t length)
{
  return add_bytes (sum, to, from, length, true);
}

uint64_t
checksum_pseudo (const Address *source,
                 const Address *destination,
                 uint8_t protocol,
                 size_t length)
{
  size_t skip = address_is_ipv4 (source) ? 12 : 0;
  uint8_t rest[8] = { 0 };
  uint64_t sum;

  /* IPv4 has 16 bits of length, IPv6 has 32; the higher ones are zero in the
   * former, and zeros may stand anywhere in a sum. */
  bytes_put32 (rest, (uint32_t) length);
  rest[7] = protocol;
  sum = checksum_add (0, rest, sizeof rest);
  sum = checksum_add (sum, source->bytes + skip, 16 - skip);
  return checksum_add (sum, destination->bytes + skip, 16 - skip);
}

uint16_t
checksum_finish (uint64_t sum)
{
  while (sum > UINT16_MAX)
    sum = (sum >> 16) + (sum & UINT16_MAX);
  return (uint16_t) ~GUINT16_FROM_BE ((uint16_t) sum);
}
