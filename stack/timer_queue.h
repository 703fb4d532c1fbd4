// SPDX-License-Identifier: MIT
/* Deadlines in the order (time, order of setting): a 4-ary min-heap of nodes
 * that the owners embed. Setting, moving and removing cost O(log n), the
 * earliest is O(1). Two timers at one instant come out in the order in which
 * they were set, never by accident of memory.
 *
 * The owner of a Timer keeps it alive while it is queued; zero-initialised it
 * is not queued. */
#pragma once

#include "stack/types.h"

typedef struct
{
  Time at;
  uint64_t order;
  size_t place; /* index in the heap + 1; 0: not queued */
} Timer;

typedef struct
{
  Timer **heap;
  size_t count, size;
  uint64_t order;
} TimerQueue;

void timer_queue_init (TimerQueue *queue);
void timer_queue_clear (TimerQueue *queue);

/* Queues TIMER at AT, or moves it there; it then comes after all that were
 * set to AT before. */
void timer_queue_set (TimerQueue *queue, Timer *timer, Time at);

/* Harmless when it is not queued. */
void timer_queue_remove (TimerQueue *queue, Timer *timer);

/* The earliest, still queued, or NULL. */
Timer *timer_queue_first (const TimerQueue *queue);

/* Its time, or TIME_NEVER. */
Time timer_queue_deadline (const TimerQueue *queue);

static inline bool
timer_is_set (const Timer *timer)
{
  return timer->place != 0;
}
