// SPDX-License-Identifier: MIT
/* Numbers in network order at any alignment. Compilers make one load or store
 * and a swap of each. */
#pragma once

#include "stack/types.h"

static inline uint16_t
bytes_get16 (const uint8_t *bytes)
{
  return (uint16_t) (bytes[0] << 8 | bytes[1]);
}

static inline uint32_t
bytes_get32 (const uint8_t *bytes)
{
  return (uint32_t) bytes_get16 (bytes) << 16 | bytes_get16 (bytes + 2);
}

static inline void
bytes_put16 (uint8_t *bytes, uint16_t value)
{
  bytes[0] = (uint8_t) (value >> 8);
  bytes[1] = (uint8_t) value;
}

static inline void
bytes_put32 (uint8_t *bytes, uint32_t value)
{
  bytes_put16 (bytes, (uint16_t) (value >> 16));
  bytes_put16 (bytes + 2, (uint16_t) value);
}
