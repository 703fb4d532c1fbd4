// SPDX-License-Identifier: MIT
#include "stack/tcp_sent.h"

#include <glib.h>

static TcpSegment *
nth (TcpSent *sent, unsigned i)
{
  return &sent->items[(sent->first + i) & (sent->size - 1)];
}

void
tcp_sent_clear (TcpSent *sent)
{
  g_free (sent->items);
  *sent = (TcpSent){ .una = sent->una, .nxt = sent->nxt };
}

static void
grow (TcpSent *sent)
{
  unsigned size = sent->size == 0 ? 16 : sent->size * 2;
  TcpSegment *items = g_new (TcpSegment, size);

  for (unsigned i = 0; i < sent->count; i++)
    items[i] = *nth (sent, i);
  g_free (sent->items);
  sent->items = items;
  sent->size = size;
  sent->first = 0;
}

void
tcp_sent_add (TcpSent *sent, int64_t end, Time now, uint64_t id)
{
  g_assert (end > sent->nxt);
  if (sent->count == sent->size)
    grow (sent);
  sent->count++;
  *nth (sent, sent->count - 1) = (TcpSegment){
    .start = sent->nxt, .end = end, .sent_at = now, .id = id, .transmissions = 1
  };
  sent->nxt = end;
}

static void
remove_first (TcpSent *sent)
{
  if (nth (sent, 0)->lost)
    sent->lost -= nth (sent, 0)->end - nth (sent, 0)->start;
  sent->first = (sent->first + 1) & (sent->size - 1);
  sent->count--;
  if (sent->lost_from > 0)
    sent->lost_from--;
}

void
tcp_sent_acknowledge (TcpSent *sent, int64_t una, TcpAck *ack)
{
  bool ambiguous = false;

  g_assert (una >= sent->una && una <= sent->nxt);
  ack->acked = una - sent->una;
  ack->rtt = -1;
  while (sent->count > 0 && nth (sent, 0)->end <= una)
    {
      const TcpSegment *segment = nth (sent, 0);

      ambiguous = ambiguous || segment->transmissions > 1;
      ack->rtt = ack->now - segment->sent_at;
      remove_first (sent);
    }
  if (sent->count > 0 && nth (sent, 0)->start < una)
    {
      if (nth (sent, 0)->lost)
        sent->lost -= una - nth (sent, 0)->start;
      nth (sent, 0)->start = una;
    }
  if (ambiguous)
    ack->rtt = -1;
  sent->una = una;
}

TcpSegment *
tcp_sent_first_lost (TcpSent *sent)
{
  if (sent->lost == 0)
    return NULL;
  while (!nth (sent, sent->lost_from)->lost)
    sent->lost_from++;
  return nth (sent, sent->lost_from);
}

void
tcp_sent_repaired (TcpSent *sent, TcpSegment *segment, Time now, uint64_t id)
{
  sent->lost -= segment->end - segment->start;
  segment->lost = false;
  segment->sent_at = now;
  segment->id = id;
  segment->transmissions++;
}

static void
lose (TcpSent *sent, unsigned i, RepairCause cause, uint64_t by)
{
  TcpSegment *segment = nth (sent, i);

  segment->cause = cause;
  segment->lost_by = by;
  if (segment->lost)
    return;
  segment->lost = true;
  sent->lost += segment->end - segment->start;
  sent->lost_from = MIN (sent->lost_from, i);
}

void
tcp_sent_lose_first (TcpSent *sent, RepairCause cause, uint64_t by)
{
  if (sent->count > 0)
    lose (sent, 0, cause, by);
}

void
tcp_sent_lose_all (TcpSent *sent, RepairCause cause)
{
  for (unsigned i = 0; i < sent->count; i++)
    lose (sent, i, cause, 0);
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
      const TcpSegment *segment = nth (sent, i);

      if (MIN (segment->end, data_end) - segment->start <= length)
        continue;
      lose (sent, i, cause, by);
      any = true;
    }
  return any;
}

/* What is lost is at the front, so it is the front that makes room. */
TcpSegment *
tcp_sent_split (TcpSent *sent, TcpSegment *segment, int64_t at)
{
  unsigned index = (unsigned) (segment - sent->items) - sent->first;

  g_assert (at > segment->start && at < segment->end);
  index &= sent->size - 1;
  if (sent->count == sent->size)
    grow (sent);
  sent->first = (sent->first - 1) & (sent->size - 1);
  sent->count++;
  for (unsigned i = 0; i <= index; i++)
    *nth (sent, i) = *nth (sent, i + 1);
  if (sent->lost_from > index)
    sent->lost_from++;
  nth (sent, index)->end = at;
  nth (sent, index + 1)->start = at;
  return nth (sent, index);
}

int64_t
tcp_sent_pipe (const TcpSent *sent)
{
  return sent->nxt - sent->una - sent->lost;
}

TcpSegment *
tcp_sent_first (TcpSent *sent)
{
  return sent->count > 0 ? nth (sent, 0) : NULL;
}
