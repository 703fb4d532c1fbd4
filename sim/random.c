// SPDX-License-Identifier: MIT
#include "sim/random.h"
#include "stack/hash.h"
#include <string.h>

__extension__ typedef unsigned __int128 Wide;

/* SipHash keeps streams with similar names apart; what is secret about them is
 * the seed, which becomes part of its key. */
#define NAME_KEY 0x74756e6c61622d31u

RandomKey
random_key_root (uint64_t seed)
{
  return (RandomKey){ seed };
}

RandomKey
random_key_named (RandomKey key, const char *name)
{
  HashKey hash = { key.value, NAME_KEY };
  return (RandomKey){ hash_bytes (&hash, name, strlen (name)) };
}

/* Purpose and copy 0, which no draw has. */
RandomKey
random_key_numbered (RandomKey key, uint64_t number)
{
  return (RandomKey){ random_draw (key, number, 0, 0) };
}

uint64_t
random_draw (RandomKey key,
             uint64_t ordinal,
             RandomPurpose purpose,
             uint32_t copy)
{
  const uint32_t counter[4] = { (uint32_t) ordinal, (uint32_t) (ordinal >> 32),
                                (uint32_t) purpose, copy };
  const uint32_t words[2] = { (uint32_t) key.value,
                              (uint32_t) (key.value >> 32) };
  uint32_t out[4];
  random_philox (counter, words, out);
  return (uint64_t) out[1] << 32 | out[0];
}

uint64_t
random_below (uint64_t draw, uint64_t bound)
{
  return (uint64_t) ((Wide) draw * bound >> 64);
}

bool
random_hits (uint64_t draw, uint32_t share_ppb)
{
  return random_draw_ppb (draw) < share_ppb;
}

uint32_t
random_draw_ppb (uint64_t draw)
{
  return (uint32_t) random_below (draw, PPB_ONE);
}

void
random_philox (const uint32_t counter[4],
               const uint32_t key[2],
               uint32_t out[4])
{
  uint32_t c0 = counter[0], c1 = counter[1];
  uint32_t c2 = counter[2], c3 = counter[3];
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; round++)
    {
      uint64_t a = (uint64_t) c0 * 0xd2511f53u;
      uint64_t b = (uint64_t) c2 * 0xcd9e8d57u;
      c0 = (uint32_t) (b >> 32) ^ c1 ^ k0;
      c1 = (uint32_t) b;
      c2 = (uint32_t) (a >> 32) ^ c3 ^ k1;
      c3 = (uint32_t) a;
      k0 += 0x9e3779b9u;
      k1 += 0xbb67ae85u;
    }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}
