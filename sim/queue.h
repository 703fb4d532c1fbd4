// SPDX-License-Identifier: MIT
/* The queue before a "rate": who waits, who leaves next, who is dropped or
 * marked. Each discipline is a file of its own with one constructor. It says
 * what it did by events of the link; those who wait here are in flight.
 *
 * What a queue does to a packet depends on the others that wait, so a new flow
 * changes the luck of the old ones. */
#pragma once

#include "sim/element.h"
#include "sim/fifo.h"

typedef struct Queue Queue;

typedef struct
{
  /* Consumes the packet. There is room for it. */
  void (*enqueue) (Queue *queue, Packet *packet, Time now);
  /* The next to be sent; NULL: none is left. */
  Packet *(*dequeue) (Queue *queue, Time now);
  /* Who is dropped when there is no room; some wait. NULL: the newcomer. */
  Packet *(*evict) (Queue *queue);
  void (*clear) (Queue *queue);
} QueueClass;

struct Queue
{
  const QueueClass *class;
  Element *element; /* for links and draws */
  QueueSpec spec;   /* as it is now */
  uint64_t packets; /* waiting */
  uint64_t bytes;   /* of those */
  uint32_t largest; /* packet seen, in bytes */
};

/* SPEC is of a kind for which element_kind_is_queue. */
Queue *queue_new (Element *element, const ElementSpec *spec);
void queue_free (Queue *queue);

/* A limit that SPEC does not set stays; who waits stays in any case. */
void queue_change (Queue *queue, const QueueSpec *spec);

/* Consumes PACKET. Where there is no room, it or another is dropped:
 * "queue-full". */
void queue_enqueue (Queue *queue, Packet *packet, Time now);
Packet *queue_dequeue (Queue *queue, Time now);

/* --- for disciplines --- */

/* PACKET, which nobody holds any more, is dropped. */
void queue_drop (Queue *queue, Packet *packet, Event *event);

/* False, and nothing was done: marks are off, or the packet can't carry any. */
bool queue_mark (Queue *queue, Packet *packet, Event *event);

/* The constructors by kind: allocated, all else zero. */
Queue *queue_codel_new (void);
Queue *queue_fq_codel_new (void);
Queue *queue_pie_new (void);
