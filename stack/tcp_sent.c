// SPDX-License-Identifier: MIT
#include "stack/tcp_sent.h"

#include <glib.h>

#define SIZE_FIRST 16

static int64_t
length_of (const TcpSegment *segment)
{
  return segment->end - segment->start;
}

/* Segments: a ring of pointers, those done with are kept for the next. */

static TcpSegment **
slot (const TcpSent *sent, unsigned n)
{
  return &sent->items[(sent->first + n) & (sent->size - 1)];
}

TcpSegment *
tcp_sent_nth (const TcpSent *sent, unsigned n)
{
  return n < sent->count ? *slot (sent, n) : NULL;
}

TcpSegment *
tcp_sent_first (const TcpSent *sent)
{
  return tcp_sent_nth (sent, 0);
}

TcpSegment *
tcp_sent_last (const TcpSent *sent)
{
  return sent->count > 0 ? *slot (sent, sent->count - 1) : NULL;
}

unsigned
tcp_sent_count_below (const TcpSent *sent, int64_t offset)
{
  unsigned low = 0, high = sent->count;

  while (low < high)
    {
      unsigned middle = low + (high - low) / 2;

      if ((*slot (sent, middle))->start >= offset)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static void
grow (TcpSent *sent)
{
  unsigned size = MAX (sent->size * 2, SIZE_FIRST);
  TcpSegment **items = g_new (TcpSegment *, size);

  for (unsigned i = 0; i < sent->count; i++)
    items[i] = *slot (sent, i);
  g_free (sent->items);
  sent->items = items;
  sent->size = size;
  sent->first = 0;
}

static TcpSegment *
take_free (TcpSent *sent)
{
  TcpSegment *segment = sent->free;

  if (segment == NULL)
    return g_new (TcpSegment, 1);
  sent->free = segment->newer;
  return segment;
}

static void
give_back (TcpSent *sent, TcpSegment *segment)
{
  segment->newer = sent->free;
  sent->free = segment;
}

void
tcp_sent_init (TcpSent *sent, unsigned blocks_max)
{
  *sent = (TcpSent){ .una = 0 };
  ranges_init (&sent->blocks, blocks_max);
}

void
tcp_sent_clear (TcpSent *sent)
{
  TcpSent left = { .una = sent->una, .nxt = sent->nxt };

  for (unsigned i = 0; i < sent->count; i++)
    g_free (*slot (sent, i));
  while (sent->free != NULL)
    g_free (take_free (sent));
  g_free (sent->items);
  ranges_clear (&sent->blocks);
  left.blocks = sent->blocks;
  *sent = left;
}

/* Fates */

/* Its bytes change sides: what is not in flight is counted. */
static void
count (TcpSent *sent, const TcpSegment *segment, int64_t bytes)
{
  if (segment->fate == TCP_SEGMENT_LOST)
    sent->lost += bytes;
  else if (segment->fate == TCP_SEGMENT_SACKED)
    sent->sacked += bytes;
}

/* Out of what it was counted or linked as. */
static void
leave (TcpSent *sent, const TcpSegment *segment)
{
  count (sent, segment, -length_of (segment));
  if (segment->fate == TCP_SEGMENT_IN_FLIGHT)
    tcp_flight_remove (&sent->flight, segment);
  else if (segment->fate == TCP_SEGMENT_SACKED)
    sent->sacked_count--;
}

/* Everything with FATE is in flight again; neighbours in the stream mostly are
 * in time. */
static void
put_back (TcpSent *sent, TcpSegmentFate fate)
{
  TcpSegment *near = NULL;

  for (unsigned i = 0; i < sent->count; i++)
    {
      TcpSegment *segment = *slot (sent, i);

      if (segment->fate != fate)
        continue;
      leave (sent, segment);
      segment->fate = TCP_SEGMENT_IN_FLIGHT;
      tcp_flight_insert (&sent->flight, segment, near);
      near = segment;
    }
}

/* IN_FLIGHT: the pipe without it. */
static void
transmit (TcpSent *sent,
          TcpSegment *segment,
          int64_t in_flight,
          Time now,
          uint64_t id)
{
  tcp_rate_send (&sent->rate, &segment->stamp, in_flight, length_of (segment),
                 now);
  segment->fate = TCP_SEGMENT_IN_FLIGHT;
  segment->sent_at = now;
  segment->id = id;
  segment->turn = ++sent->turns;
  segment->transmissions++;
  tcp_flight_append (&sent->flight, segment);
}

void
tcp_sent_add (TcpSent *sent, int64_t end, Time now, uint64_t id)
{
  TcpSegment *segment = take_free (sent);

  g_assert (end > sent->nxt);
  if (sent->count == sent->size)
    grow (sent);
  segment->start = sent->nxt;
  segment->end = end;
  segment->transmissions = 0;
  transmit (sent, segment, tcp_sent_pipe (sent), now, id);
  *slot (sent, sent->count++) = segment;
  sent->nxt = end;
}

void
tcp_sent_repaired (TcpSent *sent, TcpSegment *segment, Time now, uint64_t id)
{
  g_assert (segment->fate != TCP_SEGMENT_SACKED);
  leave (sent, segment);
  transmit (sent, segment, tcp_sent_pipe (sent) - length_of (segment), now, id);
}

/* What arrives */

/* Bytes of it are known to have arrived that were not before. */
static void
deliver (TcpSent *sent, const TcpSegment *segment, int64_t bytes, TcpAck *ack)
{
  ack->delivered += bytes;
  tcp_rate_deliver (&sent->rate, &segment->stamp, segment->sent_at, bytes,
                    ack->now, &ack->rate);
}

/* All of it is: what does that say of time and order? Of a repaired one the
 * first copy may be meant: it is if the answer came too soon, or echoes what
 * left before (RFC 8985 6.2 step 2). */
static void
witness (TcpSent *sent, const TcpSegment *segment, TcpAck *ack)
{
  bool repaired = segment->transmissions > 1;
  Time rtt = ack->now - segment->sent_at;

  ack->oldest_turn = MIN (ack->oldest_turn, segment->turn);
  ack->repaired = ack->repaired || repaired;
  if (!repaired && segment->turn > ack->sampled_turn)
    {
      ack->sampled_turn = segment->turn;
      ack->rtt = rtt;
    }
  if (!repaired && segment->end < sent->highest)
    ack->reordered = true;
  sent->highest = MAX (sent->highest, segment->end);
  if (repaired
      && (rtt < ack->min_rtt
          || (ack->echo >= 0 && ack->echo < segment->sent_at)))
    return;
  if (segment->turn < ack->newest_turn)
    return;
  ack->newest_turn = segment->turn;
  ack->newest_sent_at = segment->sent_at;
}

static void
remove_first (TcpSent *sent)
{
  TcpSegment *segment = *slot (sent, 0);

  leave (sent, segment);
  give_back (sent, segment);
  sent->first = (sent->first + 1) & (sent->size - 1);
  sent->count--;
  if (sent->lost_from > 0)
    sent->lost_from--;
}

void
tcp_sent_acknowledge (TcpSent *sent, int64_t una, TcpAck *ack)
{
  TcpSegment *first;

  g_assert (una >= sent->una && una <= sent->nxt);
  ack->acked = una - sent->una;
  while ((first = tcp_sent_first (sent)) != NULL && first->end <= una)
    {
      if (first->fate != TCP_SEGMENT_SACKED)
        {
          deliver (sent, first, length_of (first), ack);
          witness (sent, first, ack);
        }
      remove_first (sent);
    }
  if (first != NULL && first->start < una)
    {
      count (sent, first, first->start - una);
      if (first->fate != TCP_SEGMENT_SACKED)
        deliver (sent, first, una - first->start, ack);
      first->start = una;
    }
  if (sent->blocks.count > 0)
    ranges_remove_below (&sent->blocks, una);
  sent->una = una;
}

/* Segments from the N-th on and up to END have been reported. */
static void
sack_segments (TcpSent *sent, unsigned n, int64_t end, TcpAck *ack)
{
  TcpSegment *segment;

  while ((segment = tcp_sent_nth (sent, n++)) != NULL && segment->end <= end)
    {
      leave (sent, segment);
      segment->fate = TCP_SEGMENT_SACKED;
      count (sent, segment, length_of (segment));
      sent->sacked_count++;
      ack->sacked += length_of (segment);
      deliver (sent, segment, length_of (segment), ack);
      witness (sent, segment, ack);
    }
}

/* Inward to whole segments. */
static Range
round_block (const TcpSent *sent, int64_t start, int64_t end)
{
  const TcpSegment *first =
      tcp_sent_nth (sent, tcp_sent_count_below (sent, start));
  const TcpSegment *behind =
      tcp_sent_nth (sent, tcp_sent_count_below (sent, end + 1) - 1);

  g_assert (behind != NULL);
  return (Range){ first != NULL ? first->start : sent->nxt,
                  behind->end == end ? end : behind->start };
}

bool
tcp_sent_sack (TcpSent *sent, int64_t start, int64_t end, TcpAck *ack)
{
  Range block, known;

  g_assert (start < end && end > sent->una && end <= sent->nxt);
  /* As most are: reported before, and still true. */
  if (ranges_covers (&sent->blocks, start, end))
    return true;
  block = round_block (sent, start, end);
  while (block.start < block.end)
    {
      int64_t gap_end = block.end;

      if (ranges_find (&sent->blocks, block.start, &known)
          && known.start < block.end)
        gap_end = known.start;
      else
        known.end = block.end;
      if (gap_end > block.start)
        {
          if (!ranges_add (&sent->blocks, block.start, gap_end))
            return false;
          sack_segments (sent, tcp_sent_count_below (sent, block.start),
                         gap_end, ack);
        }
      block.start = known.end;
    }
  return true;
}

void
tcp_sent_forget_blocks (TcpSent *sent)
{
  if (sent->blocks.count == 0)
    return;
  ranges_clear (&sent->blocks);
  put_back (sent, TCP_SEGMENT_SACKED);
}

/* What is lost */

TcpSegment *
tcp_sent_first_lost (TcpSent *sent)
{
  if (sent->lost == 0)
    return NULL;
  while ((*slot (sent, sent->lost_from))->fate != TCP_SEGMENT_LOST)
    sent->lost_from++;
  return *slot (sent, sent->lost_from);
}

void
tcp_sent_lose (TcpSent *sent,
               TcpSegment *segment,
               RepairCause cause,
               uint64_t by)
{
  g_assert (segment->fate == TCP_SEGMENT_IN_FLIGHT);
  leave (sent, segment);
  segment->fate = TCP_SEGMENT_LOST;
  segment->cause = cause;
  segment->lost_by = by;
  count (sent, segment, length_of (segment));
  tcp_rate_lose (&sent->rate, length_of (segment));
  if (segment->transmissions > 1)
    sent->repair_lost = MAX (sent->repair_lost, segment->turn);
  if (sent->lost_from > 0)
    sent->lost_from =
        MIN (sent->lost_from, tcp_sent_count_below (sent, segment->start));
}

/* In flight or lost already, for another reason. */
static void
lose_again (TcpSent *sent, TcpSegment *segment, RepairCause cause, uint64_t by)
{
  if (segment->fate == TCP_SEGMENT_IN_FLIGHT)
    tcp_sent_lose (sent, segment, cause, by);
  segment->cause = cause;
  segment->lost_by = by;
}

void
tcp_sent_lose_first (TcpSent *sent, RepairCause cause, uint64_t by)
{
  if (sent->count > 0)
    lose_again (sent, *slot (sent, 0), cause, by);
}

void
tcp_sent_lose_all (TcpSent *sent, RepairCause cause)
{
  for (unsigned i = 0; i < sent->count; i++)
    lose_again (sent, *slot (sent, i), cause, 0);
}

bool
tcp_sent_lose_larger (TcpSent *sent,
                      int64_t length,
                      int64_t data_end,
                      RepairCause cause,
                      uint64_t by)
{
  bool any = false;

  for (unsigned i = 0; i < sent->count; i++)
    {
      TcpSegment *segment = *slot (sent, i);

      if (segment->fate == TCP_SEGMENT_SACKED
          || MIN (segment->end, data_end) - segment->start <= length)
        continue;
      lose_again (sent, segment, cause, by);
      any = true;
    }
  return any;
}

void
tcp_sent_find_all (TcpSent *sent)
{
  put_back (sent, TCP_SEGMENT_LOST);
}

/* What is lost is near the front, so it is the front that makes room. */
TcpSegment *
tcp_sent_split (TcpSent *sent, TcpSegment *segment, int64_t at)
{
  unsigned index = tcp_sent_count_below (sent, segment->start);
  TcpSegment *front = take_free (sent);

  g_assert (segment->fate == TCP_SEGMENT_LOST);
  g_assert (at > segment->start && at < segment->end);
  if (sent->count == sent->size)
    grow (sent);
  sent->first = (sent->first - 1) & (sent->size - 1);
  sent->count++;
  for (unsigned i = 0; i < index; i++)
    *slot (sent, i) = *slot (sent, i + 1);
  if (sent->lost_from > index)
    sent->lost_from++;
  *front = *segment;
  front->end = at;
  segment->start = at;
  *slot (sent, index) = front;
  return front;
}

int64_t
tcp_sent_pipe (const TcpSent *sent)
{
  return sent->nxt - sent->una - sent->lost - sent->sacked;
}
