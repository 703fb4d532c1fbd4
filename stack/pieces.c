// SPDX-License-Identifier: MIT
#include "stack/pieces.h"

#include <glib.h>
#include <string.h>

#define SIZE_FIRST 4

void
pieces_clear (Pieces *pieces)
{
  for (unsigned i = 0; i < pieces->count; i++)
    g_free (pieces->items[i]);
  g_free (pieces->items);
  *pieces = (Pieces){ .count = 0 };
}

/* Index of the first piece that ends above OFFSET. */
static unsigned
first_ending_above (const Pieces *pieces, size_t offset)
{
  unsigned low = 0, high = pieces->count;

  while (low < high)
    {
      unsigned middle = low + (high - low) / 2;

      if (pieces->items[middle]->end > offset)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static void
insert (Pieces *pieces, unsigned at, Piece *piece)
{
  if (pieces->count == pieces->size)
    {
      pieces->size = MAX (2 * pieces->size, SIZE_FIRST);
      pieces->items = g_renew (Piece *, pieces->items, pieces->size);
    }
  memmove (pieces->items + at + 1, pieces->items + at,
           (pieces->count - at) * sizeof piece);
  pieces->items[at] = piece;
  pieces->count++;
}

static bool
is_same (const Piece *piece, size_t start, View bytes, bool last)
{
  return piece->start == start && piece->end - start == bytes.length
         && piece->last == last
         && memcmp (piece->bytes, bytes.bytes, bytes.length) == 0;
}

/* Does a piece up to END fit to what is known of the datagram's end? */
static bool
fits_end (const Pieces *pieces, size_t end, bool last)
{
  if (pieces->end > 0)
    return last ? end == pieces->end : end < pieces->end;
  return !last || pieces->count == 0
         || pieces->items[pieces->count - 1]->end <= end;
}

PiecesAnswer
pieces_add (Pieces *pieces, size_t start, View bytes, bool last, uint64_t id)
{
  unsigned at = first_ending_above (pieces, start);
  size_t end = start + bytes.length;
  Piece *piece;

  if (at < pieces->count && is_same (pieces->items[at], start, bytes, last))
    return PIECES_DUPLICATE;
  if (!fits_end (pieces, end, last)
      || (at < pieces->count && pieces->items[at]->start < end))
    return PIECES_CONFLICT;
  piece = g_malloc (sizeof *piece + bytes.length);
  *piece = (Piece){ .start = start, .end = end, .id = id, .last = last };
  memcpy (piece->bytes, bytes.bytes, bytes.length);
  insert (pieces, at, piece);
  pieces->total += bytes.length;
  if (last)
    pieces->end = end;
  return PIECES_ADDED;
}

bool
pieces_complete (const Pieces *pieces)
{
  return pieces->end > 0 && pieces->total == pieces->end;
}

const Piece *
pieces_first (const Pieces *pieces)
{
  return pieces->count > 0 && pieces->items[0]->start == 0 ? pieces->items[0]
                                                           : NULL;
}

void
pieces_write (const Pieces *pieces, uint8_t *whole)
{
  for (unsigned i = 0; i < pieces->count; i++)
    {
      const Piece *piece = pieces->items[i];

      memcpy (whole + piece->start, piece->bytes, piece->end - piece->start);
    }
}

/* The list doubles, so a piece has up to two places in it. */
size_t
pieces_cost (size_t length)
{
  return sizeof (Piece) + 2 * sizeof (Piece *) + length;
}
