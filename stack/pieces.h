// SPDX-License-Identifier: MIT
/* The pieces of one datagram, as they came: sorted by offset, disjoint, their
 * bytes never mixed. No copy of the whole exists before the last piece is
 * here, so that memory is what has arrived, not what an offset claims
 * (CVE-2018-5391 class).
 *
 * Law: complete when the piece that is the last is here and the lengths of all
 * add up to its end. Finding a place is a binary search; a piece that comes
 * out of order moves the pointers behind it. */
#pragma once

#include "stack/wire_ip.h"

typedef struct
{
  size_t start, end;
  uint64_t id; /* StackIn.id of its packet */
  bool last;
  uint8_t bytes[];
} Piece;

typedef struct
{
  Piece **items;
  unsigned count, size;
  size_t total; /* bytes of all */
  size_t end;   /* of the last piece, or 0: not here yet */
} Pieces;

typedef enum
{
  PIECES_ADDED,
  PIECES_DUPLICATE, /* the very same is here: unchanged */
  PIECES_CONFLICT   /* overlaps, or another end: unchanged */
} PiecesAnswer;

void pieces_clear (Pieces *pieces);

/* BYTES, at least one, begin at START; LAST: nothing follows them. */
PiecesAnswer
pieces_add (Pieces *pieces, size_t start, View bytes, bool last, uint64_t id);

bool pieces_complete (const Pieces *pieces);

/* The piece that begins the datagram, or NULL. */
const Piece *pieces_first (const Pieces *pieces);

/* Writes all that is there to its place in WHOLE. */
void pieces_write (const Pieces *pieces, uint8_t *whole);

/* What LENGTH bytes more would cost, bookkeeping included. */
size_t pieces_cost (size_t length);
