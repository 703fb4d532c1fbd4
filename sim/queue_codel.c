// SPDX-License-Identifier: MIT
/* "codel": CoDel over all packets. */
#include "sim/codel.h"

typedef struct
{
  Queue queue;
  Codel codel;
} CodelQueue;

static void
enqueue (Queue *queue, Packet *packet, Time now)
{
  fifo_add (&((CodelQueue *) queue)->codel.packets, packet, now);
}

static Packet *
dequeue (Queue *queue, Time now)
{
  return codel_dequeue (&((CodelQueue *) queue)->codel, queue, now);
}

static void
clear (Queue *queue)
{
  fifo_clear (&((CodelQueue *) queue)->codel.packets);
}

Queue *
queue_codel_new (void)
{
  static const QueueClass class = { .enqueue = enqueue,
                                    .dequeue = dequeue,
                                    .clear = clear };
  CodelQueue *codel = g_new0 (CodelQueue, 1);
  codel->queue.class = &class;
  return &codel->queue;
}
