// SPDX-License-Identifier: MIT
#include "stack/tcp_count.h"

#include <glib.h>

/* IsLost: the highest offset with enough reported above it; 0: none. */
static int64_t
lost_below (const TcpSent *sent, int64_t mss)
{
  const Ranges *blocks = &sent->blocks;
  int64_t bytes = 0;

  for (unsigned n = 1; n <= blocks->count; n++)
    {
      const Range *block = &blocks->items[blocks->count - n];

      bytes += block->end - block->start;
      if (n == TCP_DUP_THRESH || bytes > (TCP_DUP_THRESH - 1) * mss)
        return block->start;
    }
  return 0;
}

/* A repair counts as in flight until the timeout: only what was sent once. */
static bool
is_candidate (const TcpSegment *segment)
{
  return segment->fate == TCP_SEGMENT_IN_FLIGHT && segment->transmissions == 1;
}

static bool
mark (TcpCount *count, TcpSent *sent, int64_t mss, uint64_t by)
{
  int64_t limit = lost_below (sent, mss);
  bool any = false;

  for (unsigned i = tcp_sent_count_below (sent, count->counted);
       i < sent->count; i++)
    {
      TcpSegment *segment = tcp_sent_nth (sent, i);

      if (segment->start >= limit)
        break;
      if (!is_candidate (segment))
        continue;
      tcp_sent_lose (sent, segment, REPAIR_SACK_COUNT, by);
      any = true;
    }
  count->counted = MAX (count->counted, limit);
  return any;
}

bool
tcp_count_on_ack (
    TcpCount *count, TcpSent *sent, int64_t mss, bool first, const TcpAck *ack)
{
  const TcpSegment *oldest = tcp_sent_first (sent);
  bool any;

  if (ack->acked > 0)
    count->duplicates = 0;
  if (ack->sacked == 0)
    return false;
  count->duplicates++;
  any = mark (count, sent, mss, ack->id);
  if (!first || count->duplicates != TCP_DUP_THRESH || oldest == NULL
      || oldest->fate != TCP_SEGMENT_IN_FLIGHT)
    return any;
  tcp_sent_lose_first (sent, REPAIR_THIRD_DUPLICATE_ACK, ack->id);
  return true;
}

void
tcp_count_begin (TcpCount *count)
{
  count->duplicates = 0;
  count->rescued = 0;
}

/* Rule 3: not lost by IsLost, but with something reported above it. */
static TcpSegment *
below_highest (TcpCount *count, TcpSent *sent)
{
  TcpSegment *segment;

  for (unsigned i = tcp_sent_count_below (sent, count->counted);
       (segment = tcp_sent_nth (sent, i)) != NULL
       && segment->end < sent->highest;
       i++)
    if (is_candidate (segment))
      {
        count->counted = segment->end;
        return segment;
      }
  return NULL;
}

/* Rule 4: the last one that nothing was heard of, once in an episode. */
static TcpSegment *
rescue (TcpCount *count, TcpSent *sent, int64_t recover)
{
  unsigned i = sent->count;
  TcpSegment *segment;

  if (count->rescued >= sent->una && count->rescued > 0)
    return NULL;
  while (i > 0)
    {
      segment = tcp_sent_nth (sent, --i);
      if (segment->fate != TCP_SEGMENT_IN_FLIGHT)
        continue;
      count->rescued = recover;
      return segment;
    }
  return NULL;
}

TcpSegment *
tcp_count_next (TcpCount *count, TcpSent *sent, int64_t recover)
{
  TcpSegment *segment = below_highest (count, sent);
  RepairCause cause = REPAIR_SACK_COUNT;

  if (segment == NULL)
    {
      segment = rescue (count, sent, recover);
      cause = REPAIR_RESCUE;
    }
  if (segment != NULL)
    tcp_sent_lose (sent, segment, cause, 0);
  return segment;
}
