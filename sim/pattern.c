// SPDX-License-Identifier: MIT
#include "sim/pattern.h"

/* The finaliser of SplitMix64: each word of eight bytes from its number. */
static uint64_t
word_at (uint64_t index)
{
  uint64_t word = (index + 1) * 0x9e3779b97f4a7c15u;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
  return word ^ (word >> 31);
}

void
pattern_fill (uint64_t offset, uint8_t *bytes, size_t length)
{
  uint64_t word = word_at (offset / 8);
  for (size_t i = 0; i < length; i++, offset++)
    {
      if (offset % 8 == 0)
        word = word_at (offset / 8);
      bytes[i] = (uint8_t) (word >> (8 * (offset % 8)));
    }
}
