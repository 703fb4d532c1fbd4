// SPDX-License-Identifier: MIT
#include "sim/pattern.h"
#include <glib.h>
#include <string.h>

/* A word of eight bytes is its number times this, so that the next one is an
 * addition away: making the bytes must cost less than sending them. */
#define FACTOR 0x9e3779b97f4a7c15u

/* The part of one word that begins at OFFSET, at most LENGTH bytes. */
static size_t
fill_part (uint64_t offset, uint8_t *bytes, size_t length)
{
  uint64_t word = GUINT64_TO_LE ((offset / 8 + 1) * FACTOR);
  size_t skip = offset % 8, part = MIN (8 - skip, length);
  memcpy (bytes, (const uint8_t *) &word + skip, part);
  return part;
}

/* COUNT whole words from the one with INDEX on. */
static void
fill_words (uint64_t index, uint8_t *bytes, size_t count)
{
  uint64_t number = (index + 1) * FACTOR;
#pragma GCC unroll 4
  for (size_t i = 0; i < count; i++, number += FACTOR)
    {
      uint64_t word = GUINT64_TO_LE (number);
      memcpy (bytes + i * 8, &word, sizeof word);
    }
}

void
pattern_fill (uint64_t offset, uint8_t *bytes, size_t length)
{
  size_t done = 0;
  if (offset % 8 != 0)
    done = fill_part (offset, bytes, length);
  size_t words = (length - done) / 8;
  fill_words ((offset + done) / 8, bytes + done, words);
  done += words * 8;
  if (done < length)
    fill_part (offset + done, bytes + done, length - done);
}
