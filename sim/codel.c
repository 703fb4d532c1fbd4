// SPDX-License-Identifier: MIT
#include "sim/codel.h"

/* RFC 8289 4.5: an old rate of drops is resumed if it is at most so many
 * intervals old. */
#define MEMORY_INTERVALS 16

/* Rounded down, digit by digit. */
static uint64_t
square_root (uint64_t square)
{
  uint64_t root = 0;
  for (uint64_t bit = (uint64_t) 1 << 62; bit > 0; bit >>= 2)
    {
      bool fits = square >= root + bit;
      if (fits)
        square -= root + bit;
      root = (root >> 1) + (fits ? bit : 0);
    }
  return root;
}

Time
codel_law (Time from, Time interval, uint32_t count)
{
  uint64_t root = square_root ((uint64_t) count << 32);
  return sim_after (from, (Time) (((uint64_t) interval << 16) / root));
}

/* RFC 8289 5.6, dodequeue: *MAY_DROP says that it is time to. */
static Packet *
take (Codel *codel, Queue *queue, Time now, Time *waited, bool *may_drop)
{
  Time since = now;
  Packet *packet = fifo_take (&codel->packets, &since);
  *waited = now - since;
  *may_drop = false;
  if (packet == NULL || *waited < queue->spec.target_ns
      || codel->packets.bytes <= queue->largest)
    codel->first_above = 0;
  else if (codel->first_above == 0)
    codel->first_above = sim_after (now, queue->spec.interval_ns);
  else
    *may_drop = now >= codel->first_above;
  return packet;
}

/* True: PACKET was marked and goes on. */
static bool
tell (Queue *queue, Packet *packet, Time waited)
{
  Event event = { .cause = "codel" };
  event_add_time (&event, "waited", waited);
  if (queue_mark (queue, packet, &event))
    return true;
  queue_drop (queue, packet, &event);
  return false;
}

static uint32_t
first_count (const Codel *codel, const Queue *queue, Time now)
{
  uint32_t since = codel->count - codel->last_count;
  Time memory = MEMORY_INTERVALS * queue->spec.interval_ns;
  return since > 1 && now - codel->drop_next < memory ? since : 1;
}

static void
begin_to_drop (Codel *codel, const Queue *queue, Time now)
{
  codel->is_dropping = true;
  codel->count = codel->last_count = first_count (codel, queue, now);
  codel->drop_next = codel_law (now, queue->spec.interval_ns, codel->count);
}

/* RFC 8289 5.5 */
Packet *
codel_dequeue (Codel *codel, Queue *queue, Time now)
{
  Time waited;
  bool may_drop;
  Packet *packet = take (codel, queue, now, &waited, &may_drop);
  if (!may_drop)
    {
      codel->is_dropping = false;
      return packet;
    }
  if (!codel->is_dropping)
    {
      if (!tell (queue, packet, waited))
        packet = take (codel, queue, now, &waited, &may_drop);
      begin_to_drop (codel, queue, now);
      return packet;
    }
  while (may_drop && now >= codel->drop_next)
    {
      bool marked = tell (queue, packet, waited);
      codel->count += codel->count < UINT32_MAX;
      if (!marked)
        packet = take (codel, queue, now, &waited, &may_drop);
      codel->is_dropping = may_drop;
      if (may_drop)
        codel->drop_next =
            codel_law (codel->drop_next, queue->spec.interval_ns, codel->count);
      if (marked)
        break;
    }
  return packet;
}
