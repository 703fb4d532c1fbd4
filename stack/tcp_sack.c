// SPDX-License-Identifier: MIT
#include "stack/tcp_sack.h"

#include <glib.h>

void
tcp_sack_clear (TcpSack *sack)
{
  g_free (sack->recent);
  *sack = (TcpSack){ .count = 0 };
}

/* Keeps the offsets outside [start, end), in their order. */
static void
forget (TcpSack *sack, int64_t start, int64_t end)
{
  unsigned kept = 0;

  for (unsigned i = 0; i < sack->count; i++)
    if (sack->recent[i] < start || sack->recent[i] >= end)
      sack->recent[kept++] = sack->recent[i];
  sack->count = kept;
}

static void
put_first (TcpSack *sack, int64_t offset)
{
  if (sack->count == sack->size)
    {
      sack->size = MAX (2 * sack->size, 4);
      sack->recent = g_renew (int64_t, sack->recent, sack->size);
    }
  for (unsigned i = sack->count++; i > 0; i--)
    sack->recent[i] = sack->recent[i - 1];
  sack->recent[0] = offset;
}

void
tcp_sack_touch (TcpSack *sack, const Ranges *ranges, int64_t offset)
{
  Range range;
  bool found = ranges_find (ranges, offset, &range);

  g_assert (found && range.start <= offset);
  forget (sack, range.start, range.end);
  put_first (sack, offset);
}

void
tcp_sack_advance (TcpSack *sack, int64_t nxt)
{
  forget (sack, INT64_MIN, nxt);
}

void
tcp_sack_repeat (TcpSack *sack, int64_t start, int64_t end)
{
  sack->duplicate = (Range){ start, end };
}

bool
tcp_sack_has_duplicate (const TcpSack *sack)
{
  return sack->duplicate.end > sack->duplicate.start;
}

unsigned
tcp_sack_count (const TcpSack *sack, unsigned most)
{
  return MIN (sack->count + (tcp_sack_has_duplicate (sack) ? 1 : 0), most);
}

unsigned
tcp_sack_report (TcpSack *sack,
                 const Ranges *ranges,
                 Range *blocks,
                 unsigned most)
{
  unsigned count = tcp_sack_count (sack, most), at = 0;

  if (count > 0 && tcp_sack_has_duplicate (sack))
    {
      blocks[at++] = sack->duplicate;
      sack->duplicate = (Range){ 0, 0 };
    }
  for (unsigned i = 0; at < count; i++)
    ranges_find (ranges, sack->recent[i], &blocks[at++]);
  return count;
}
