// SPDX-License-Identifier: MIT
/* CoDel (RFC 8289): once packets have waited for TARGET or longer during a
 * whole INTERVAL, one is dropped as it leaves, then the next after
 * INTERVAL / sqrt (2), INTERVAL / sqrt (3), ..., until one has waited for
 * less. Marks take the place of drops where they can. */
#pragma once

#include "sim/queue.h"

typedef struct
{
  Fifo packets;
  Time first_above; /* when an interval above the target is over, or 0 */
  Time drop_next;
  uint32_t count, last_count; /* drops since it began to; as it began */
  bool is_dropping;
} Codel;

/* The next packet of CODEL, which is all of QUEUE or a part of it. */
Packet *codel_dequeue (Codel *codel, Queue *queue, Time now);

/* FROM + INTERVAL / sqrt (COUNT), rounded to within 2^-16. COUNT > 0. */
Time codel_law (Time from, Time interval, uint32_t count);
