// SPDX-License-Identifier: MIT
#include "stack/ranges.h"

#include <glib.h>
#include <string.h>

#define SIZE_FIRST 4

/* Index of the first range that ends above OFFSET: the one that contains or
 * follows it. */
static unsigned
first_ending_above (const Ranges *ranges, int64_t offset)
{
  unsigned low = 0, high = ranges->count;

  while (low < high)
    {
      unsigned middle = low + (high - low) / 2;

      if (ranges->items[middle].end > offset)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

/* Index of the first range, from FROM on, that starts at OFFSET or above. */
static unsigned
first_starting_from (const Ranges *ranges, unsigned from, int64_t offset)
{
  unsigned low = from, high = ranges->count;

  while (low < high)
    {
      unsigned middle = low + (high - low) / 2;

      if (ranges->items[middle].start >= offset)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

/* Puts COUNT ranges in the place of [first, last): all that ever changes a
 * set, hence the one place that knows the limit. */
static bool
replace (Ranges *ranges,
         unsigned first,
         unsigned last,
         const Range *with,
         unsigned count)
{
  unsigned kept = ranges->count - (last - first);
  unsigned behind = ranges->count - last;

  if (count > last - first && kept + count > ranges->max)
    return false;

  if (kept + count > ranges->size)
    {
      ranges->size = MIN (MAX (2 * ranges->size, SIZE_FIRST), ranges->max);
      ranges->items = g_renew (Range, ranges->items, ranges->size);
    }
  memmove (ranges->items + first + count, ranges->items + last,
           behind * sizeof *with);
  memcpy (ranges->items + first, with, count * sizeof *with);
  ranges->count = kept + count;
  return true;
}

void
ranges_init (Ranges *ranges, unsigned max)
{
  *ranges = (Ranges){ .max = max };
}

void
ranges_clear (Ranges *ranges)
{
  g_free (ranges->items);
  *ranges = (Ranges){ .max = ranges->max };
}

bool
ranges_add (Ranges *ranges, int64_t start, int64_t end)
{
  Range joined = { start, end };
  unsigned first, last;

  if (start >= end)
    return true;

  first = first_ending_above (ranges, start);
  if (first > 0 && ranges->items[first - 1].end == start)
    first--;
  last = first_starting_from (ranges, first, end);
  if (last < ranges->count && ranges->items[last].start == end)
    last++;
  if (first < last)
    {
      joined.start = MIN (start, ranges->items[first].start);
      joined.end = MAX (end, ranges->items[last - 1].end);
    }
  return replace (ranges, first, last, &joined, 1);
}

bool
ranges_remove (Ranges *ranges, int64_t start, int64_t end)
{
  Range left[2];
  unsigned count = 0;
  unsigned first = first_ending_above (ranges, start);
  unsigned last = first_starting_from (ranges, first, end);

  if (start >= end || first == last)
    return true;

  if (ranges->items[first].start < start)
    left[count++] = (Range){ ranges->items[first].start, start };
  if (ranges->items[last - 1].end > end)
    left[count++] = (Range){ end, ranges->items[last - 1].end };
  return replace (ranges, first, last, left, count);
}

void
ranges_remove_below (Ranges *ranges, int64_t offset)
{
  ranges_remove (ranges, INT64_MIN, offset);
}

bool
ranges_contains (const Ranges *ranges, int64_t offset)
{
  Range range;

  return ranges_find (ranges, offset, &range) && range.start <= offset;
}

bool
ranges_covers (const Ranges *ranges, int64_t start, int64_t end)
{
  Range range;

  if (start >= end)
    return true;
  return ranges_find (ranges, start, &range) && range.start <= start
         && range.end >= end;
}

bool
ranges_overlaps (const Ranges *ranges, int64_t start, int64_t end)
{
  Range range;

  return start < end && ranges_find (ranges, start, &range)
         && range.start < end;
}

bool
ranges_find (const Ranges *ranges, int64_t offset, Range *range)
{
  unsigned index = first_ending_above (ranges, offset);

  if (index == ranges->count)
    return false;
  *range = ranges->items[index];
  return true;
}

int64_t
ranges_total (const Ranges *ranges)
{
  int64_t total = 0;

  for (unsigned i = 0; i < ranges->count; i++)
    total += ranges->items[i].end - ranges->items[i].start;
  return total;
}
