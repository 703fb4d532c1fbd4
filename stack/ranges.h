// SPDX-License-Identifier: MIT
/* A set of 64-bit offsets as sorted, disjoint, never touching half-open
 * ranges [start, end). Serves reassembly (what has arrived out of order),
 * fragments, and SACK.
 *
 * Bounded: at most MAX ranges; an addition that would need one more is
 * refused and changes nothing, so a peer cannot make it grow (CVE-2018-5390
 * class). Look-up is a binary search; insertion moves at most MAX entries. */
#pragma once

#include "stack/types.h"

typedef struct
{
  int64_t start, end;
} Range;

typedef struct
{
  Range *items;
  unsigned count, size, max;
} Ranges;

void ranges_init (Ranges *ranges, unsigned max);
void ranges_clear (Ranges *ranges);

/* Adds [start, end), joining what it overlaps or touches. False: the limit
 * was reached, the set is unchanged. An empty range is true and no change. */
bool ranges_add (Ranges *ranges, int64_t start, int64_t end);

/* Takes [start, end) out; may split one range, which counts against MAX:
 * false then and unchanged. */
bool ranges_remove (Ranges *ranges, int64_t start, int64_t end);

/* Everything below OFFSET is forgotten. */
void ranges_remove_below (Ranges *ranges, int64_t offset);

bool ranges_contains (const Ranges *ranges, int64_t offset);

/* Is all of [start, end) in the set? An empty range is. */
bool ranges_covers (const Ranges *ranges, int64_t start, int64_t end);

/* Does any offset of [start, end) lie in the set? */
bool ranges_overlaps (const Ranges *ranges, int64_t start, int64_t end);

/* The range that contains or follows OFFSET; false: none. */
bool ranges_find (const Ranges *ranges, int64_t offset, Range *range);

/* Number of offsets in the set. */
int64_t ranges_total (const Ranges *ranges);
