// SPDX-License-Identifier: MIT
#include "stack/hash.h"

#include <glib.h>
#include <string.h>

/* J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012. */

typedef struct
{
  uint64_t v0, v1, v2, v3;
} Sip;

static inline uint64_t
load_little_endian (const uint8_t *bytes)
{
  uint64_t word;

  memcpy (&word, bytes, sizeof word);
  return GUINT64_FROM_LE (word);
}

static inline uint64_t
rotate (uint64_t word, unsigned bits)
{
  return word << bits | word >> (64 - bits);
}

static inline void
sip_round (Sip *sip)
{
  sip->v0 += sip->v1;
  sip->v1 = rotate (sip->v1, 13) ^ sip->v0;
  sip->v0 = rotate (sip->v0, 32);
  sip->v2 += sip->v3;
  sip->v3 = rotate (sip->v3, 16) ^ sip->v2;
  sip->v0 += sip->v3;
  sip->v3 = rotate (sip->v3, 21) ^ sip->v0;
  sip->v2 += sip->v1;
  sip->v1 = rotate (sip->v1, 17) ^ sip->v2;
  sip->v2 = rotate (sip->v2, 32);
}

static inline void
sip_absorb (Sip *sip, uint64_t word)
{
  sip->v3 ^= word;
  sip_round (sip);
  sip_round (sip);
  sip->v0 ^= word;
}

uint64_t
hash_bytes (const HashKey *key, const void *bytes, size_t length)
{
  const uint8_t *from = bytes;
  uint8_t last[8] = { 0 };
  size_t rest = length % 8;
  Sip sip = { key->k0 ^ 0x736f6d6570736575, key->k1 ^ 0x646f72616e646f6d,
              key->k0 ^ 0x6c7967656e657261, key->k1 ^ 0x7465646279746573 };

  for (const uint8_t *end = from + (length - rest); from != end; from += 8)
    sip_absorb (&sip, load_little_endian (from));
  if (rest > 0)
    memcpy (last, from, rest);
  last[7] = (uint8_t) length;
  sip_absorb (&sip, load_little_endian (last));

  sip.v2 ^= 0xff;
  for (unsigned i = 0; i < 4; i++)
    sip_round (&sip);
  return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}

HashKey
hash_key_from_bytes (const uint8_t bytes[16])
{
  return (HashKey){ load_little_endian (bytes),
                    load_little_endian (bytes + 8) };
}

HashKey
hash_key_derive (const HashKey *key, const char *purpose)
{
  size_t length = strlen (purpose);

  /* With and without its NUL: no text is both, so all halves differ. */
  return (HashKey){ hash_bytes (key, purpose, length + 1),
                    hash_bytes (key, purpose, length) };
}
