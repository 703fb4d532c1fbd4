// SPDX-License-Identifier: MIT
/* "fq_codel" (RFC 8290): flows are hashed into buckets, each a CoDel of its
 * own, that take turns of QUANTUM bytes. A bucket that was empty has its first
 * turn before those that always have something to send, so who sends little
 * hardly waits. With no room left, the longest bucket loses its oldest packet.
 *
 * The hash is keyed by the link: the same scenario and seed, the same
 * collisions. */
#include "sim/codel.h"

#define BUCKETS 1024

typedef struct Bucket Bucket;

struct Bucket
{
  Codel codel;
  int64_t credit; /* bytes that may still be sent in this turn */
  bool is_listed;
  Bucket *next; /* in its list */
};

typedef struct
{
  Bucket *first, *last;
} List;

typedef struct
{
  Queue queue;
  List fresh, old;
  Bucket buckets[BUCKETS];
} FqCodel;

static void
append (List *list, Bucket *bucket)
{
  bucket->next = NULL;
  *(list->first == NULL ? &list->first : &list->last->next) = bucket;
  list->last = bucket;
}

static Bucket *
shift (List *list)
{
  Bucket *bucket = list->first;
  list->first = bucket->next;
  return bucket;
}

static Bucket *
bucket_of (FqCodel *fq, const Packet *packet)
{
  RandomKey key =
      random_key_numbered (fq->queue.element->key, packet->flow->identity);
  key = random_key_numbered (key, packet->forward);
  return &fq->buckets[random_below (key.value, BUCKETS)];
}

static void
enqueue (Queue *queue, Packet *packet, Time now)
{
  FqCodel *fq = (FqCodel *) queue;
  Bucket *bucket = bucket_of (fq, packet);
  fifo_add (&bucket->codel.packets, packet, now);
  if (bucket->is_listed)
    return;
  bucket->is_listed = true;
  bucket->credit = queue->spec.quantum;
  append (&fq->fresh, bucket);
}

/* RFC 8290 4.2 */
static Packet *
dequeue (Queue *queue, Time now)
{
  FqCodel *fq = (FqCodel *) queue;
  while (fq->fresh.first != NULL || fq->old.first != NULL)
    {
      List *list = fq->fresh.first != NULL ? &fq->fresh : &fq->old;
      Bucket *bucket = list->first;
      if (bucket->credit <= 0)
        {
          bucket->credit += queue->spec.quantum;
          append (&fq->old, shift (list));
          continue;
        }
      Packet *packet = codel_dequeue (&bucket->codel, queue, now);
      if (packet != NULL)
        {
          bucket->credit -= packet->length;
          return packet;
        }
      /* An empty one waits for its turn, so that it is not fresh too soon. */
      shift (list);
      bucket->is_listed = list == &fq->fresh;
      if (bucket->is_listed)
        append (&fq->old, bucket);
    }
  return NULL;
}

static Packet *
evict (Queue *queue)
{
  FqCodel *fq = (FqCodel *) queue;
  Bucket *longest = fq->buckets;
  for (unsigned i = 1; i < BUCKETS; i++)
    if (fq->buckets[i].codel.packets.bytes > longest->codel.packets.bytes)
      longest = &fq->buckets[i];
  return fifo_take (&longest->codel.packets, NULL);
}

static void
clear (Queue *queue)
{
  FqCodel *fq = (FqCodel *) queue;
  for (unsigned i = 0; i < BUCKETS; i++)
    fifo_clear (&fq->buckets[i].codel.packets);
}

Queue *
queue_fq_codel_new (void)
{
  static const QueueClass class = {
    .enqueue = enqueue, .dequeue = dequeue, .evict = evict, .clear = clear
  };
  FqCodel *fq = g_new0 (FqCodel, 1);
  fq->queue.class = &class;
  return &fq->queue;
}
