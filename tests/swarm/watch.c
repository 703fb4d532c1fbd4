// SPDX-License-Identifier: MIT
#include "tests/swarm/watch.h"

#include <string.h>

/* Longer than any stream here: larger offsets are forged. */
#define STREAM_MAX (1 << 24)

const char *
watch_fault_words (WatchFault fault)
{
  static const char *const words[] = {
#define X(name, words) [WATCH_##name] = words,
    WATCH_FAULTS (X)
#undef X
  };

  return words[fault];
}

void
watch_init (Watch *watch)
{
  *watch = (Watch){ .digest = 0xcbf29ce484222325 };
  for (unsigned i = 0; i < 2; i++)
    {
      watch->ends[i].sent = g_byte_array_new ();
      watch->ends[i].arrived = g_byte_array_new ();
    }
}

void
watch_clear (Watch *watch)
{
  for (unsigned i = 0; i < 2; i++)
    {
      g_byte_array_unref (watch->ends[i].sent);
      g_byte_array_unref (watch->ends[i].arrived);
    }
}

unsigned
watch_faults (const Watch *watch)
{
  unsigned sum = 0;

  for (unsigned i = 0; i < WATCH_FAULT_COUNT; i++)
    sum += watch->faults[i];
  return sum;
}

static void
judge (Watch *watch, WatchFault fault, bool guilty)
{
  if (!guilty)
    return;
  watch->faults[fault]++;
  if (watch->says)
    g_test_message ("packet %" G_GUINT64_FORMAT ": %s", watch->packet->id,
                    watch_fault_words (fault));
}

/* Offset of SEQUENCE near AROUND in the stream that began with ISN. */
static int64_t
unwrap (uint32_t sequence, uint32_t isn, int64_t around)
{
  return around + (int32_t) (sequence - isn - (uint32_t) around);
}

static bool
has (const Segment *segment, unsigned flag)
{
  return (segment->flags & flag) != 0;
}

static uint8_t
shift (const WatchEnd *offering, const WatchEnd *other, const Segment *segment)
{
  return !has (segment, SEGMENT_SYN) && offering->syn.has_scale
                 && other->syn.has_scale
             ? offering->syn.scale
             : 0;
}

/* Is all of the peer's stream [start, end) there? */
static bool
is_there (const WatchEnd *end, int64_t start, int64_t stop)
{
  if (start < 0 || stop > end->arrived->len)
    return false;
  for (int64_t i = start; i < stop; i++)
    if (end->arrived->data[i] == 0)
      return false;
  return true;
}

static void
set (GByteArray *array, int64_t at, uint8_t value)
{
  guint length = array->len;

  if (at < 0 || at >= STREAM_MAX)
    return;
  if (at >= length)
    {
      g_byte_array_set_size (array, (guint) at + 1);
      memset (array->data + length, 0, (size_t) at + 1 - length);
    }
  array->data[at] = value;
}

/* What END says of what it got. */
static void
judge_ack (Watch *watch,
           WatchEnd *end,
           const WatchEnd *peer,
           const Segment *segment)
{
  int64_t ack = unwrap (segment->acknowledgment, peer->isn, peer->sent_to);
  int64_t edge =
      ack + ((int64_t) segment->window << shift (end, peer, segment));
  int64_t slack = (int64_t) 1 << shift (end, peer, segment);

  judge (watch, WATCH_ACK_UNSENT, !peer->syn_sent || ack > peer->sent_to);
  judge (watch, WATCH_ACK_UNDELIVERED, ack <= peer->sent_to && ack > end->next);
  /* Rounding may hide less than one unit (RFC 7323 2.4), and a SYN more. */
  judge (watch, WATCH_EDGE_LEFT,
         !has (segment, SEGMENT_SYN) && edge <= end->right_edge - slack);
  end->said = MAX (end->said, ack);
  end->right_edge = MAX (end->right_edge, edge);
  judge (watch, WATCH_NOT_AGREED,
         segment->sack_count > 0
             && (!end->syn.sack_permitted || !peer->syn.sack_permitted));
  for (unsigned i = 0; i < segment->sack_count; i++)
    judge (watch, WATCH_SACK_UNDELIVERED,
           !is_there (end,
                      unwrap (segment->sack[i][0], peer->isn, peer->sent_to),
                      unwrap (segment->sack[i][1], peer->isn, peer->sent_to)));
}

/* Bytes that END says for the first time or again. */
static bool
is_changed (WatchEnd *end, const Segment *segment, int64_t start)
{
  bool changed = false;

  for (uint32_t i = 0; i < segment->length; i++)
    if (start + i < 0)
      changed = true;
    else if (start + i < end->sent_to)
      changed |= end->sent->data[start + i] != segment->data[i];
    else
      set (end->sent, start + i, segment->data[i]);
  return changed;
}

static void
judge_data (Watch *watch,
            WatchEnd *end,
            const WatchEnd *peer,
            const Segment *segment)
{
  int64_t start = unwrap (segment->sequence, end->isn, end->sent_to);
  int64_t data = start + (has (segment, SEGMENT_SYN) ? 1 : 0);
  int64_t stop = data + segment->length;
  bool again = start < end->sent_to;

  if (has (segment, SEGMENT_FIN))
    {
      judge (watch, WATCH_AFTER_FIN, end->fin > 0 && end->fin != stop);
      end->fin = stop;
      stop++;
    }
  else
    judge (watch, WATCH_AFTER_FIN,
           end->fin > 0 && segment->length > 0 && stop > end->fin);
  judge (watch, WATCH_TOO_LARGE,
         peer->syn.has_mss && segment->length > peer->syn.mss);
  if (stop == start)
    return;
  watch->fresh = again ? 0 : segment->length;
  judge (watch, WATCH_ACKED_AGAIN, stop <= end->acked);
  /* A probe of a closed window is one byte. */
  judge (watch, WATCH_BEYOND_WINDOW,
         end->told && segment->length > 1
             && data + segment->length > end->edge);
  judge (watch, WATCH_CHANGED, is_changed (end, segment, data));
  judge (watch, WATCH_ECN,
         segment->ecn != 0
             && (again || segment->length == 0 || has (segment, SEGMENT_SYN)));
  end->sent_to = MAX (end->sent_to, stop);
}

static void
judge_options (Watch *watch,
               WatchEnd *end,
               const WatchEnd *peer,
               const Segment *segment)
{
  bool agreed = end->syn.has_timestamps && peer->syn.has_timestamps;

  if (!has (segment, SEGMENT_SYN))
    judge (watch, WATCH_NOT_AGREED, segment->has_timestamps != agreed);
  judge (watch, WATCH_TIMESTAMP_LEFT,
         segment->has_timestamps && end->has_timestamp
             && (int32_t) (segment->timestamp - end->timestamp) < 0);
  if (segment->has_timestamps)
    {
      end->timestamp = segment->timestamp;
      end->has_timestamp = true;
    }
  judge (watch, WATCH_ECN,
         segment->ecn == 3 || (segment->ecn != 0 && segment->length == 0));
}

static void
on_sent (Watch *watch, WatchEnd *end, WatchEnd *peer, const Segment *segment)
{
  if (has (segment, SEGMENT_SYN))
    {
      end->syn = *segment;
      end->isn = segment->sequence;
      end->syn_sent = true;
    }
  if (has (segment, SEGMENT_RST) || !end->syn_sent)
    return;
  judge_options (watch, end, peer, segment);
  judge_data (watch, end, peer, segment);
  if (has (segment, SEGMENT_ACK))
    judge_ack (watch, end, peer, segment);
}

/* What END can know from now on. */
static void
on_arrived (WatchEnd *end,
            const WatchEnd *peer,
            const Segment *segment,
            bool corrupted)
{
  int64_t start = unwrap (segment->sequence, peer->isn, peer->sent_to);
  int64_t stop = start + segment->length + has (segment, SEGMENT_SYN)
                 + has (segment, SEGMENT_FIN);
  bool old = start < end->next && stop <= end->next;
  bool beyond = start != end->said && start >= end->right_edge;
  int64_t ack, edge;

  for (int64_t i = start; i < stop; i++)
    set (end->arrived, i, 1);
  while (is_there (end, end->next, end->next + 1))
    end->next++;
  if (!has (segment, SEGMENT_ACK) || has (segment, SEGMENT_RST))
    return;
  ack = unwrap (segment->acknowledgment, end->isn, end->sent_to);
  edge = ack + ((int64_t) segment->window << shift (peer, end, segment));
  /* A bit that no checksum covers may have made it unacceptable. */
  if (!old && !beyond && !corrupted)
    end->acked = MAX (end->acked, ack);
  end->edge = MAX (end->edge, edge);
  end->told = true;
}

static void
digest (Watch *watch, const Event *event)
{
  const Packet *packet = event->packet;
  uint64_t hash = watch->digest ^ (uint64_t) event->at;

  for (uint32_t i = 0; i < packet->length; i++)
    hash = (hash ^ packet->bytes[i]) * 0x100000001b3;
  watch->digest = hash * 0x100000001b3;
}

static void
say (const Watch *watch, const Event *event, const Segment *segment)
{
  const WatchEnd *end = &watch->ends[event->packet->forward ? 0 : 1];
  const WatchEnd *peer = &watch->ends[event->packet->forward ? 1 : 0];
  int64_t start = unwrap (segment->sequence, end->isn, end->sent_to);

  g_test_message ("%.9f packet %" G_GUINT64_FORMAT
                  " of end %d %s: flags %02x %" G_GINT64_FORMAT
                  ":%" G_GINT64_FORMAT " ack %" G_GINT64_FORMAT " win %u",
                  (double) event->at / 1e9, event->packet->id,
                  event->packet->forward ? 0 : 1, event_type_name (event->type),
                  (unsigned) segment->flags, start, start + segment->length,
                  unwrap (segment->acknowledgment, peer->isn, peer->sent_to),
                  (unsigned) segment->window << shift (end, peer, segment));
}

/* Nothing protects the hop limit of IPv6, and a host does not ask for it. */
static SegmentVerdict
judge_packet (const Packet *packet, Segment *segment)
{
  g_autofree uint8_t *bytes = NULL;

  if (!packet->corrupted || packet->bytes[0] >> 4 != 6 || packet->length < 40)
    return segment_read (packet->bytes, packet->length, segment);
  bytes = g_memdup2 (packet->bytes, packet->length);
  bytes[7] = 64;
  return segment_read (bytes, packet->length, segment);
}

static void
on_event (void *self, const Event *event)
{
  Watch *watch = self;
  const Packet *packet = event->packet;
  bool sent = event->type == EVENT_SENT;
  unsigned from;
  Segment segment;
  SegmentVerdict verdict;

  if (watch->says && event->type == EVENT_DROPPED)
    g_test_message ("packet %" G_GUINT64_FORMAT " dropped: %s at %s",
                    packet->id, event->cause,
                    event->host != NULL ? event->host : event->link);
  if (!sent && event->type != EVENT_DELIVERED)
    return;
  from = packet->forward ? 0 : 1;
  watch->packet = packet;
  verdict = judge_packet (packet, &segment);
  if (sent)
    {
      watch->from = from;
      watch->fresh = 0;
      watch->packets++;
      digest (watch, event);
      judge (watch, WATCH_MALFORMED, verdict == SEGMENT_BAD);
    }
  if (verdict != SEGMENT_GOOD)
    return;
  if (watch->says)
    say (watch, event, &segment);
  if (sent)
    on_sent (watch, &watch->ends[from], &watch->ends[1 - from], &segment);
  else
    on_arrived (&watch->ends[1 - from], &watch->ends[from], &segment,
                packet->corrupted);
}

EventSink
watch_sink (Watch *watch)
{
  return (EventSink){ .event = on_event, .self = watch };
}
