// SPDX-License-Identifier: MIT
#include "sim/pattern.h"
#include <glib.h>
#include <string.h>

/* A word of eight bytes is its number times this, so that the next one is an
 * addition away: making the bytes must cost less than sending them. */
#define FACTOR      0x9e3779b97f4a7c15u
#define BLOCK_WORDS 16

/* The part of one word that begins at OFFSET, at most LENGTH bytes. */
static size_t
fill_part (uint64_t offset, uint8_t *bytes, size_t length)
{
  uint64_t word = GUINT64_TO_LE ((offset / 8 + 1) * FACTOR);
  size_t skip = offset % 8, part = MIN (8 - skip, length);
  memcpy (bytes, (const uint8_t *) &word + skip, part);
  return part;
}

static void
fill_block (uint64_t index, uint8_t *bytes)
{
  uint64_t words[BLOCK_WORDS];
  uint64_t first = (index + 1) * FACTOR;
  for (unsigned i = 0; i < BLOCK_WORDS; i++)
    words[i] = GUINT64_TO_LE (first + i * FACTOR);
  memcpy (bytes, words, sizeof words);
}

void
pattern_fill (uint64_t offset, uint8_t *bytes, size_t length)
{
  size_t done = 0;
  while (done < length)
    if ((offset + done) % 8 == 0 && length - done >= BLOCK_WORDS * 8)
      {
        fill_block ((offset + done) / 8, bytes + done);
        done += BLOCK_WORDS * 8;
      }
    else
      done += fill_part (offset + done, bytes + done, length - done);
}
