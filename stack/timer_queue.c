// SPDX-License-Identifier: MIT
#include "stack/timer_queue.h"

#include <glib.h>

/* Law: no timer is before its parent, and heap[t->place - 1] == t. Four
 * children share a cache line, and the tree is half as deep as a binary one. */

#define CHILDREN   4
#define SIZE_FIRST 16

static bool
is_before (const Timer *a, const Timer *b)
{
  return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void
put (TimerQueue *queue, size_t index, Timer *timer)
{
  queue->heap[index] = timer;
  timer->place = index + 1;
}

static void
move_up (TimerQueue *queue, size_t index, Timer *timer)
{
  while (index > 0)
    {
      size_t parent = (index - 1) / CHILDREN;

      if (!is_before (timer, queue->heap[parent]))
        break;
      put (queue, index, queue->heap[parent]);
      index = parent;
    }
  put (queue, index, timer);
}

static void
move_down (TimerQueue *queue, size_t index, Timer *timer)
{
  for (;;)
    {
      size_t child = index * CHILDREN + 1;
      size_t end = MIN (child + CHILDREN, queue->count);
      size_t first = child;

      if (child >= queue->count)
        break;
      while (++child < end)
        if (is_before (queue->heap[child], queue->heap[first]))
          first = child;
      if (!is_before (queue->heap[first], timer))
        break;
      put (queue, index, queue->heap[first]);
      index = first;
    }
  put (queue, index, timer);
}

/* Puts TIMER where the heap has a hole, then where it belongs. */
static void
settle (TimerQueue *queue, size_t hole, Timer *timer)
{
  if (hole > 0 && is_before (timer, queue->heap[(hole - 1) / CHILDREN]))
    move_up (queue, hole, timer);
  else
    move_down (queue, hole, timer);
}

void
timer_queue_init (TimerQueue *queue)
{
  *queue = (TimerQueue){ 0 };
}

void
timer_queue_clear (TimerQueue *queue)
{
  for (size_t i = 0; i < queue->count; i++)
    queue->heap[i]->place = 0;
  g_free (queue->heap);
  *queue = (TimerQueue){ 0 };
}

void
timer_queue_set (TimerQueue *queue, Timer *timer, Time at)
{
  timer->at = at;
  timer->order = queue->order++;
  if (timer->place == 0)
    {
      if (queue->count == queue->size)
        {
          queue->size = MAX (2 * queue->size, SIZE_FIRST);
          queue->heap = g_renew (Timer *, queue->heap, queue->size);
        }
      timer->place = ++queue->count;
    }
  settle (queue, timer->place - 1, timer);
}

void
timer_queue_remove (TimerQueue *queue, Timer *timer)
{
  size_t hole = timer->place - 1;
  Timer *last;

  if (timer->place == 0)
    return;

  timer->place = 0;
  last = queue->heap[--queue->count];
  if (last != timer)
    settle (queue, hole, last);
}

Timer *
timer_queue_first (const TimerQueue *queue)
{
  return queue->count > 0 ? queue->heap[0] : NULL;
}

Time
timer_queue_deadline (const TimerQueue *queue)
{
  return queue->count > 0 ? queue->heap[0]->at : TIME_NEVER;
}
