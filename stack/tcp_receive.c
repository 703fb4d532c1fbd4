// SPDX-License-Identifier: MIT
#include "stack/tcp_receive.h"

#include <glib.h>

/* An ACK at least for every second segment: RFC 5681 4.2. */
#define SEGMENTS_PER_ACK 2

/* With what rounding may take beyond it; see tcp_receive_offer. */
static size_t
limit_of (size_t buffer)
{
  return buffer + buffer / 8;
}

void
tcp_receive_init (TcpReceive *receive, size_t buffer, unsigned ranges)
{
  *receive = (TcpReceive){ .fin = -1, .buffer = buffer };
  ring_init (&receive->ring, 1, limit_of (buffer));
  ranges_init (&receive->early, ranges);
}

void
tcp_receive_clear (TcpReceive *receive)
{
  ring_clear (&receive->ring);
  ranges_clear (&receive->early);
  tcp_sack_clear (&receive->sack);
}

void
tcp_receive_start (TcpReceive *receive,
                   uint32_t irs,
                   int64_t mss,
                   int64_t offered)
{
  g_assert (mss > 0);
  receive->mss = mss;
  receive->irs = irs;
  receive->nxt = 1;
  receive->edge = 1 + offered;
}

int64_t
tcp_receive_unwrap (const TcpReceive *receive, uint32_t sequence)
{
  uint32_t nxt = receive->irs + (uint32_t) receive->nxt;

  return receive->nxt + (int32_t) (sequence - nxt);
}

/* Writes what is not held yet, so that the first copy of a byte counts. */
static void
write_missing (TcpReceive *receive,
               int64_t offset,
               const uint8_t *bytes,
               int64_t end)
{
  int64_t at = offset;

  while (at < end)
    {
      Range held = { .start = end, .end = end };
      int64_t until;

      if (ranges_find (&receive->early, at, &held) && held.start <= at)
        {
          at = held.end;
          continue;
        }
      until = MIN (end, held.start);
      ring_write (&receive->ring, at, bytes + (at - offset),
                  (size_t) (until - at));
      at = until;
    }
}

/* What lay beyond the hole that was just filled is now in order. */
static void
join_early (TcpReceive *receive)
{
  Range held;

  if (ranges_find (&receive->early, receive->nxt, &held)
      && held.start <= receive->nxt)
    receive->nxt = MAX (receive->nxt, held.end);
  ranges_remove_below (&receive->early, receive->nxt);
  tcp_sack_advance (&receive->sack, receive->nxt);
}

static void
reach_fin (TcpReceive *receive)
{
  if (receive->fin < 0 || receive->nxt != receive->fin)
    return;
  receive->nxt++;
  receive->ended = true;
  receive->ack_now = true;
}

static TcpReceiveResult
take_in_order (TcpReceive *receive,
               int64_t offset,
               const uint8_t *bytes,
               int64_t end)
{
  bool holes = receive->early.count > 0;

  write_missing (receive, offset, bytes, end);
  receive->nxt = end;
  if (end > offset)
    receive->unacked += (unsigned) MAX ((end - offset) / receive->mss, 1);
  if (holes)
    join_early (receive);
  /* What is still owed would tell of another ACK number. */
  receive->duplicates = 0;
  if (holes || receive->unacked >= SEGMENTS_PER_ACK)
    receive->ack_now = true;
  reach_fin (receive);
  return TCP_RECEIVE_NEW;
}

TcpReceiveResult
tcp_receive_take (TcpReceive *receive,
                  int64_t offset,
                  const uint8_t *bytes,
                  size_t length,
                  bool fin)
{
  int64_t end = offset + (int64_t) length;
  bool news = fin && receive->fin < 0;

  g_assert (offset >= receive->nxt && end <= receive->edge);
  if (news)
    receive->fin = end;
  /* Nothing lies behind the end of a stream. */
  if (receive->fin >= 0 && end > receive->fin)
    end = MAX (receive->fin, offset);
  if (offset == receive->nxt)
    return take_in_order (receive, offset, bytes, end);
  receive->duplicates++;
  if (ranges_covers (&receive->early, offset, end))
    {
      if (end > offset)
        tcp_sack_touch (&receive->sack, &receive->early, offset);
      return news ? TCP_RECEIVE_EARLY : TCP_RECEIVE_DUPLICATE;
    }
  /* Writing first is harmless: an unregistered byte is not there. */
  write_missing (receive, offset, bytes, end);
  if (!ranges_add (&receive->early, offset, end))
    return TCP_RECEIVE_FULL;
  tcp_sack_touch (&receive->sack, &receive->early, offset);
  return TCP_RECEIVE_EARLY;
}

void
tcp_receive_note (TcpReceive *receive, int64_t start, int64_t end)
{
  Range held = { .start = MAX (start, 1), .end = receive->nxt };

  if (start >= receive->nxt && !ranges_find (&receive->early, start, &held))
    return;
  held.start = MAX (held.start, start);
  held.end = MIN (held.end, end);
  if (held.start < held.end)
    tcp_sack_repeat (&receive->sack, held.start, held.end);
}

unsigned
tcp_receive_report (TcpReceive *receive, Range *blocks, unsigned most)
{
  unsigned first = tcp_sack_has_duplicate (&receive->sack) ? 1 : 0;
  unsigned count =
      tcp_sack_report (&receive->sack, &receive->early, blocks, most);

  for (unsigned i = first; i < count; i++)
    if (blocks[i].end == receive->fin)
      blocks[i].end++;
  return count;
}

size_t
tcp_receive_queue (const TcpReceive *receive)
{
  int64_t end = receive->ended ? receive->fin : receive->nxt;

  return end > receive->ring.base ? (size_t) (end - receive->ring.base) : 0;
}

void
tcp_receive_copy (const TcpReceive *receive,
                  size_t skip,
                  void *bytes,
                  size_t length)
{
  if (length > 0)
    ring_read (&receive->ring, receive->ring.base + (int64_t) skip, bytes,
               length);
}

void
tcp_receive_consume (TcpReceive *receive, size_t length)
{
  ring_advance (&receive->ring, receive->ring.base + (int64_t) length);
  if (tcp_receive_queue (receive) == 0 && receive->early.count == 0)
    ring_release (&receive->ring);
}

void
tcp_receive_set_buffer (TcpReceive *receive, size_t size)
{
  receive->buffer = size;
  receive->ring.limit = MAX (receive->ring.limit, limit_of (size));
}

/* As much as the buffer takes and 16 bits can say. A buffer that became too
 * small to be said counts as the smallest that can. */
static int64_t
largest_window (const TcpReceive *receive, unsigned shift)
{
  int64_t unit = (int64_t) 1 << shift;

  return MIN (MAX ((int64_t) receive->buffer, unit), UINT16_MAX * unit);
}

static int64_t
possible_edge (const TcpReceive *receive, unsigned shift)
{
  int64_t unit = (int64_t) 1 << shift;
  int64_t window = MAX ((int64_t) receive->buffer, unit)
                   - (receive->nxt - receive->ring.base);

  window = CLAMP (window, 0, UINT16_MAX * unit);
  return receive->nxt + window / unit * unit;
}

/* RFC 9293 3.8.6.2.2: Fr is a half. */
static int64_t
least_opening (const TcpReceive *receive, int64_t mss, unsigned shift)
{
  return MIN (largest_window (receive, shift) / 2, mss);
}

bool
tcp_receive_update_is_due (const TcpReceive *receive,
                           int64_t mss,
                           unsigned shift)
{
  int64_t opening = possible_edge (receive, shift) - receive->edge;

  return !receive->ended && receive->fin < 0
         && opening >= least_opening (receive, mss, shift)
         /* In the middle of a window the next ACK tells soon enough. */
         && (receive->edge - receive->nxt < mss
             || opening >= largest_window (receive, shift) / 2);
}

/* The window in units of the wire. */
static int64_t
round_window (TcpReceive *receive, unsigned shift)
{
  int64_t unit = (int64_t) 1 << shift;
  int64_t window = receive->edge - receive->nxt;
  int64_t up = (window + unit - 1) / unit;

  if (receive->nxt + up * unit
      > receive->ring.base + (int64_t) receive->ring.limit)
    return window / unit;
  receive->edge = receive->nxt + up * unit;
  return up;
}

uint16_t
tcp_receive_offer (TcpReceive *receive, int64_t mss, unsigned shift)
{
  int64_t edge = possible_edge (receive, shift);

  if (edge - receive->edge >= least_opening (receive, mss, shift))
    receive->edge = edge;
  /* A FIN that was taken lies outside the buffer. */
  receive->edge = MAX (receive->edge, receive->nxt);
  receive->ack_now = false;
  receive->unacked = 0;
  if (receive->duplicates > 0)
    receive->duplicates--;
  return (uint16_t) MIN (round_window (receive, shift), UINT16_MAX);
}
