// SPDX-License-Identifier: MIT
/* "pie" (RFC 8033): newcomers are dropped or marked with a probability that is
 * adjusted at each UPDATE (interval_ns), so that the wait comes to TARGET.
 *
 * The wait is measured, not estimated. Between two packets it stays the same,
 * so the updates that are due are done when the next one comes or leaves: no
 * timer keeps a quiet link busy. */
#include "sim/queue.h"

#define ONE       ((int64_t) 1000000000000000) /* a probability of 1 */
#define BURST_MAX (150 * MILLISECOND)
#define WAIT_MAX  (100 * SECOND) /* the products fit */
#define WAIT_LONG (250 * MILLISECOND)

/* RFC 8033 4.2: 1/8 and 5/4 for each second; here for each nanosecond. */
#define ALPHA 125000
#define BETA  1250000

typedef struct
{
  Queue queue;
  Fifo packets;
  int64_t probability, accumulated; /* of ONE */
  Time wait, old_wait, burst;
  Time next_update; /* 0: not before the first packet */
} Pie;

/* RFC 8033 4.2: small steps where the probability is small. */
static int64_t
scale (const Pie *pie, int64_t step)
{
  static const struct
  {
    int64_t below;
    int64_t divisor;
  } scales[] = { { ONE / 1000000, 2048 }, { ONE / 100000, 512 },
                 { ONE / 10000, 128 },    { ONE / 1000, 32 },
                 { ONE / 100, 8 },        { ONE / 10, 2 } };

  for (unsigned i = 0; i < G_N_ELEMENTS (scales); i++)
    if (pie->probability < scales[i].below)
      return step / scales[i].divisor;
  return MIN (step, ONE / 50);
}

static void
update (Pie *pie)
{
  Time target = pie->queue.spec.target_ns;
  int64_t step =
      (pie->wait - target) * ALPHA + (pie->wait - pie->old_wait) * BETA;
  step = scale (pie, step) + (pie->wait > WAIT_LONG ? ONE / 50 : 0);
  pie->probability += step;
  if (pie->wait == 0 && pie->old_wait == 0)
    pie->probability -= pie->probability / 64;
  pie->probability = CLAMP (pie->probability, 0, ONE);
  pie->burst = MAX (pie->burst - pie->queue.spec.interval_ns, 0);
  if (pie->probability == 0 && pie->wait < target / 2
      && pie->old_wait < target / 2)
    pie->burst = BURST_MAX;
  pie->old_wait = pie->wait;
}

/* Would another update change nothing? */
static bool
is_at_rest (const Pie *pie)
{
  return pie->probability == 0 && pie->wait == 0 && pie->old_wait == 0
         && pie->burst == BURST_MAX;
}

static void
catch_up (Pie *pie, Time now)
{
  while (pie->next_update <= now && !is_at_rest (pie))
    {
      update (pie);
      pie->next_update =
          sim_after (pie->next_update, pie->queue.spec.interval_ns);
    }
  if (pie->next_update <= now)
    pie->next_update = sim_after (now, pie->queue.spec.interval_ns);
}

/* RFC 8033 4.1 and 5.4: neither too early nor too late after the last. */
static bool
is_chosen (Pie *pie, const Packet *packet, uint64_t draw)
{
  uint64_t before = pie->queue.bytes - packet->length;
  if (pie->burst > 0
      || (pie->old_wait < pie->queue.spec.target_ns / 2
          && pie->probability < ONE / 5)
      || before <= 2 * (uint64_t) pie->queue.largest)
    return false;
  if (pie->probability == 0)
    pie->accumulated = 0;
  pie->accumulated += pie->probability;
  if (pie->accumulated < ONE * 85 / 100)
    return false;
  if (pie->accumulated < ONE * 85 / 10
      && (int64_t) random_below (draw, (uint64_t) ONE) >= pie->probability)
    return false;
  pie->accumulated = 0;
  return true;
}

static void
enqueue (Queue *queue, Packet *packet, Time now)
{
  Pie *pie = (Pie *) queue;
  uint64_t ordinal = element_count (queue->element, packet);
  uint64_t draw = element_draw (queue->element, packet, ordinal, PURPOSE_QUEUE);
  catch_up (pie, now);
  if (is_chosen (pie, packet, draw))
    {
      uint32_t share_ppb = (uint32_t) (pie->probability / (ONE / PPB_ONE));
      Event event = element_fate (EVENT_DROPPED, "pie", share_ppb, draw);
      if (pie->probability >= ONE / 10 || !queue_mark (queue, packet, &event))
        {
          queue_drop (queue, packet, &event);
          return;
        }
    }
  fifo_add (&pie->packets, packet, now);
}

static Packet *
dequeue (Queue *queue, Time now)
{
  Pie *pie = (Pie *) queue;
  Time since = now;
  catch_up (pie, now);
  Packet *packet = fifo_take (&pie->packets, &since);
  bool is_empty = pie->packets.count == 0;
  pie->wait = is_empty ? 0 : MIN (now - since, WAIT_MAX);
  return packet;
}

static void
clear (Queue *queue)
{
  fifo_clear (&((Pie *) queue)->packets);
}

Queue *
queue_pie_new (void)
{
  static const QueueClass class = { .enqueue = enqueue,
                                    .dequeue = dequeue,
                                    .clear = clear };
  Pie *pie = g_new0 (Pie, 1);
  pie->queue.class = &class;
  pie->burst = BURST_MAX;
  return &pie->queue;
}
