// SPDX-License-Identifier: MIT
#include "sim/pattern.h"
#include <glib.h>
#include <string.h>

/* Each word of eight bytes from its number, by a multiplicative hash: making
 * the bytes must cost less than sending them. */
static uint64_t
word_at (uint64_t index)
{
  return GUINT64_TO_LE ((index + 1) * 0x9e3779b97f4a7c15u);
}

/* The part of one word that begins at OFFSET, at most LENGTH bytes. */
static size_t
fill_part (uint64_t offset, uint8_t *bytes, size_t length)
{
  uint64_t word = word_at (offset / 8);
  size_t skip = offset % 8, part = MIN (8 - skip, length);
  memcpy (bytes, (const uint8_t *) &word + skip, part);
  return part;
}

void
pattern_fill (uint64_t offset, uint8_t *bytes, size_t length)
{
  size_t done = offset % 8 > 0 ? fill_part (offset, bytes, length) : 0;
  for (; length - done >= 8; done += 8)
    {
      uint64_t word = word_at ((offset + done) / 8);
      memcpy (bytes + done, &word, sizeof word);
    }
  fill_part (offset + done, bytes + done, length - done);
}
