// SPDX-License-Identifier: MIT
#include "sim/pattern.h"
#include <glib.h>
#include <string.h>

/* The finaliser of SplitMix64: each word of eight bytes from its number. */
static uint64_t
word_at (uint64_t index)
{
  uint64_t word = (index + 1) * 0x9e3779b97f4a7c15u;
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
  return GUINT64_TO_LE (word ^ (word >> 31));
}

void
pattern_fill (uint64_t offset, uint8_t *bytes, size_t length)
{
  while (length > 0)
    {
      uint64_t word = word_at (offset / 8);
      size_t skip = offset % 8, part = MIN (8 - skip, length);
      if (part == 8)
        memcpy (bytes, &word, 8);
      else
        memcpy (bytes, (const uint8_t *) &word + skip, part);
      offset += part;
      bytes += part;
      length -= part;
    }
}
