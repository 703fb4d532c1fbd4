// SPDX-License-Identifier: MIT
/* SipHash-2-4: a keyed hash for whatever an attacker may choose the input of
 * (flow table, initial sequence numbers RFC 6528, ephemeral ports RFC 6056,
 * random streams of the simulator). Test vectors are those of its paper. */
#pragma once

#include "stack/types.h"

typedef struct
{
  uint64_t k0, k1;
} HashKey;

/* 16 bytes, little-endian, as in the paper. */
HashKey hash_key_from_bytes (const uint8_t bytes[16]);

/* A key of its own for each PURPOSE (a short constant text), so that no two
 * functions share one. */
HashKey hash_key_derive (const HashKey *key, const char *purpose);

uint64_t hash_bytes (const HashKey *key, const void *bytes, size_t length);
