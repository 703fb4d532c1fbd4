// SPDX-License-Identifier: MIT
#include "stack/checksum.h"

#include <glib.h>
#include <string.h>

#include "stack/address.h"
#include "stack/bytes.h"

/* One's complement addition does not care for the order of bytes (RFC 1071
 * 2.B) nor for the width of its words (2.C): 64 bits at a time are loaded as
 * the machine does it, their halves are added, and the result is swapped once,
 * in checksum_finish. */

static inline uint32_t
load_half (const uint8_t *bytes)
{
  uint32_t half;

  memcpy (&half, bytes, sizeof half);
  return half;
}

/* No carry is lost: HIGH, the sum of the upper halves, does not overflow, and
 * what TOTAL has lost of them is not needed to find the sum of the lower ones.
 */
uint64_t
checksum_add (uint64_t sum, const void *bytes, size_t length)
{
  const uint8_t *from = bytes;
  uint64_t total = 0, high = 0, word = 0;

#pragma GCC unroll 4
  for (; length >= sizeof word; length -= sizeof word, from += sizeof word)
    {
      memcpy (&word, from, sizeof word);
      total += word;
      high += word >> 32;
    }
  word = 0;
  if (length > 0)
    memcpy (&word, from, length);
  total += word;
  high += word >> 32;
  return sum + high + (total - (high << 32));
}

uint64_t
checksum_pseudo (const Address *source,
                 const Address *destination,
                 uint8_t protocol,
                 size_t length)
{
  uint8_t rest[8] = { 0 };
  uint64_t sum;

  /* IPv4 has 16 bits of length, IPv6 has 32; the higher ones are zero in the
   * former, and zeros may stand anywhere in a sum. */
  bytes_put32 (rest, (uint32_t) length);
  rest[7] = protocol;
  sum = (uint64_t) load_half (rest) + load_half (rest + 4);
  for (size_t i = address_is_ipv4 (source) ? 12 : 0; i < 16; i += 4)
    sum += (uint64_t) load_half (source->bytes + i)
           + load_half (destination->bytes + i);
  return sum;
}

uint16_t
checksum_finish (uint64_t sum)
{
  while (sum > UINT16_MAX)
    sum = (sum >> 16) + (sum & UINT16_MAX);
  return (uint16_t) ~GUINT16_FROM_BE ((uint16_t) sum);
}

uint16_t
checksum_update (uint16_t checksum, uint16_t before, uint16_t after)
{
  uint32_t sum = (uint16_t) ~checksum + (uint32_t) (uint16_t) ~before + after;

  sum = (sum >> 16) + (sum & UINT16_MAX);
  sum = (sum >> 16) + (sum & UINT16_MAX);
  return (uint16_t) ~sum;
}
