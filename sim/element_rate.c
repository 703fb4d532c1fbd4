// SPDX-License-Identifier: MIT
/* "rate R limit N": one packet at a time takes length * 8 / R seconds, rounded
 * up to the next nanosecond; the others wait in the order in which they came.
 * "overhead" and "cell" say how long it is on the wire below: its length and
 * the overhead, in as many cells as that needs.
 * A packet that finds N packets (or would make more than the bytes allowed),
 * the one in service included, is dropped.
 *
 * "trace FILE" is the same with moments at which packets can leave for a rate.
 *
 * When a packet departs is known when it arrives, so the queue is only a ring
 * of departure times, from which those in the past are removed at each
 * arrival: O(1) amortised. A queue that decides who is dropped only as packets
 * leave ("codel", ...) takes the place of that ring. */
#include "sim/service.h"

typedef struct
{
  Time departure;
  uint32_t length;
} Waiting;

typedef struct
{
  Element element;
  RateSpec spec;
  RateTracePlace place; /* of the last packet */
  Time idle_from;       /* departure of the last packet */
  Waiting *ring;
  size_t first, count, size; /* size: a power of 2 */
  uint64_t bytes;            /* of those waiting */
  Service *service;          /* NULL: the ring */
} Rate;

#define RING_SIZE_FIRST 64

static void
grow (Rate *rate)
{
  size_t size = rate->size * 2;
  Waiting *ring = g_new (Waiting, size);
  for (size_t i = 0; i < rate->count; i++)
    ring[i] = rate->ring[(rate->first + i) & (rate->size - 1)];
  g_free (rate->ring);
  rate->ring = ring;
  rate->first = 0;
  rate->size = size;
}

static void
wait (Rate *rate, Waiting waiting)
{
  if (rate->count == rate->size)
    grow (rate);
  rate->ring[(rate->first + rate->count) & (rate->size - 1)] = waiting;
  rate->count++;
  rate->bytes += waiting.length;
}

static void
forget_departed (Rate *rate, Time at)
{
  while (rate->count > 0 && rate->ring[rate->first].departure <= at)
    {
      rate->bytes -= rate->ring[rate->first].length;
      rate->first = (rate->first + 1) & (rate->size - 1);
      rate->count--;
    }
}

static bool
has_packets_enough (const Rate *rate)
{
  return rate->spec.limit_packets > 0
         && rate->count >= rate->spec.limit_packets;
}

static bool
is_full (const Rate *rate, uint32_t length)
{
  return has_packets_enough (rate)
         || (rate->spec.limit_bytes > 0
             && rate->bytes + length > rate->spec.limit_bytes);
}

static void
drop (Rate *rate, Packet *packet)
{
  Event event = { .type = EVENT_DROPPED, .cause = "queue-full" };
  if (has_packets_enough (rate))
    {
      event_add_number (&event, "queued", (int64_t) rate->count);
      event_add_number (&event, "limit", (int64_t) rate->spec.limit_packets);
    }
  else
    {
      event_add_number (&event, "queued_bytes", (int64_t) rate->bytes);
      event_add_number (&event, "limit_bytes",
                        (int64_t) rate->spec.limit_bytes);
    }
  link_drop (rate->element.link, packet, &event);
}

static Time
depart (Rate *rate, Time start, uint32_t length)
{
  if (rate->spec.trace != NULL)
    return rate_trace_depart (rate->spec.trace, &rate->place, start, length);
  return sim_after (start, service_time (&rate->spec, length));
}

/* The element may outlive the scenario that the trace is of. */
static void
set_rate (Rate *rate, const RateSpec *spec)
{
  g_assert (spec->rate_bps > 0 || spec->trace != NULL);
  if (spec->trace != NULL)
    g_array_ref (spec->trace);
  if (rate->spec.trace != NULL)
    g_array_unref (rate->spec.trace);
  rate->spec = *spec;
  rate->place = (RateTracePlace){ 0 };
  if (rate->service != NULL)
    rate->service->rate = rate->spec;
}

static void
push (Element *element, Packet *packet, Time at)
{
  Rate *rate = (Rate *) element;
  if (rate->service != NULL)
    {
      service_push (rate->service, packet, at);
      return;
    }
  forget_departed (rate, at);
  if (is_full (rate, packet->length))
    {
      drop (rate, packet);
      return;
    }
  Time start = at < rate->idle_from ? rate->idle_from : at;
  rate->idle_from = depart (rate, start, packet->length);
  wait (rate, (Waiting){ rate->idle_from, packet->length });
  element_pass (element, packet, rate->idle_from);
}

static void
set_queue (Rate *rate, const ElementSpec *spec)
{
  if (rate->service == NULL)
    rate->service = service_new (&rate->element, spec, &rate->spec);
  else
    queue_change (rate->service->queue, &spec->as.queue);
}

static void
change (Element *element, const ElementSpec *spec)
{
  Rate *rate = (Rate *) element;
  if (element_kind_is_queue (spec->kind))
    {
      set_queue (rate, spec);
      return;
    }
  set_rate (rate, &spec->as.rate);
}

static void
clear (Element *element)
{
  Rate *rate = (Rate *) element;
  g_free (rate->ring);
  if (rate->spec.trace != NULL)
    g_array_unref (rate->spec.trace);
  if (rate->service != NULL)
    service_free (rate->service);
}

Element *
element_rate_new (const ElementSpec *spec)
{
  static const ElementClass class = { .push = push,
                                      .change = change,
                                      .clear = clear };
  Rate *rate = g_new0 (Rate, 1);
  rate->element.class = &class;
  rate->size = RING_SIZE_FIRST;
  rate->ring = g_new (Waiting, rate->size);
  change (&rate->element, spec);
  return &rate->element;
}
