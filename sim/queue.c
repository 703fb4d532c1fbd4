// SPDX-License-Identifier: MIT
#include "sim/queue.h"

static Queue *(*const CONSTRUCTORS[]) (void) = {
  [ELEMENT_CODEL] = queue_codel_new,
  [ELEMENT_FQ_CODEL] = queue_fq_codel_new,
  [ELEMENT_PIE] = queue_pie_new,
};

Queue *
queue_new (Element *element, const ElementSpec *spec)
{
  Queue *queue = CONSTRUCTORS[spec->kind]();
  queue->element = element;
  queue->spec = spec->as.queue;
  return queue;
}

void
queue_free (Queue *queue)
{
  queue->class->clear (queue);
  g_free (queue);
}

void
queue_change (Queue *queue, const QueueSpec *spec)
{
  QueueSpec old = queue->spec;
  queue->spec = *spec;
  if (spec->limit_packets > 0 || spec->limit_bytes > 0)
    return;
  queue->spec.limit_packets = old.limit_packets;
  queue->spec.limit_bytes = old.limit_bytes;
}

static bool
has_packets_enough (const Queue *queue)
{
  return queue->spec.limit_packets > 0
         && queue->packets >= queue->spec.limit_packets;
}

static bool
is_full (const Queue *queue, uint32_t length)
{
  return has_packets_enough (queue)
         || (queue->spec.limit_bytes > 0
             && queue->bytes + length > queue->spec.limit_bytes);
}

static void
drop_full (Queue *queue, Packet *packet)
{
  Event event = { .type = EVENT_DROPPED, .cause = "queue-full" };
  if (has_packets_enough (queue))
    {
      event_add_number (&event, "queued", (int64_t) queue->packets);
      event_add_number (&event, "limit", (int64_t) queue->spec.limit_packets);
    }
  else
    {
      event_add_number (&event, "queued_bytes", (int64_t) queue->bytes);
      event_add_number (&event, "limit_bytes",
                        (int64_t) queue->spec.limit_bytes);
    }
  link_drop (queue->element->link, packet, &event);
}

static void
forget (Queue *queue, const Packet *packet)
{
  queue->packets--;
  queue->bytes -= packet->length;
}

/* False: the newcomer must go. */
static bool
make_room (Queue *queue, uint32_t length)
{
  uint64_t limit_bytes = queue->spec.limit_bytes;
  if (queue->class->evict == NULL || queue->packets == 0
      || (limit_bytes > 0 && length > limit_bytes))
    return false;
  Packet *packet = queue->class->evict (queue);
  uint32_t freed = packet->length;
  drop_full (queue, packet);
  queue->packets--;
  queue->bytes -= freed;
  return true;
}

void
queue_enqueue (Queue *queue, Packet *packet, Time now)
{
  while (is_full (queue, packet->length))
    if (!make_room (queue, packet->length))
      {
        drop_full (queue, packet);
        return;
      }
  queue->packets++;
  queue->bytes += packet->length;
  queue->largest = MAX (queue->largest, packet->length);
  queue->class->enqueue (queue, packet, now);
}

Packet *
queue_dequeue (Queue *queue, Time now)
{
  Packet *packet = queue->class->dequeue (queue, now);
  if (packet != NULL)
    forget (queue, packet);
  return packet;
}

void
queue_drop (Queue *queue, Packet *packet, Event *event)
{
  forget (queue, packet);
  event->type = EVENT_DROPPED;
  link_drop (queue->element->link, packet, event);
}

bool
queue_mark (Queue *queue, Packet *packet, Event *event)
{
  if (!queue->spec.ecn)
    return false;
  /* An earlier router has said it already (RFC 3168 5). */
  if (packet_is_marked (packet))
    return true;
  if (!packet_mark (packet))
    return false;
  event->type = EVENT_MARKED;
  link_emit (queue->element->link, packet, event);
  return true;
}
