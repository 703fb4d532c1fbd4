// SPDX-License-Identifier: MIT
#include "stack/timer_queue.h"

#include <glib.h>

#include "tests/unit/luck.h"

/* The model: an array kept in the order (time, order of setting). */

#define TIMERS 150

typedef struct
{
  TimerQueue queue;
  Timer timers[TIMERS];
  Timer *sorted[TIMERS];
  Time at[TIMERS];
  unsigned count;
} Model;

static void
model_remove (Model *model, const Timer *timer)
{
  unsigned i = 0;

  while (i < model->count && model->sorted[i] != timer)
    i++;
  if (i == model->count)
    return;
  model->count--;
  for (; i < model->count; i++)
    {
      model->sorted[i] = model->sorted[i + 1];
      model->at[i] = model->at[i + 1];
    }
}

static void
model_set (Model *model, Timer *timer, Time at)
{
  unsigned i;

  model_remove (model, timer);
  for (i = model->count++; i > 0 && model->at[i - 1] > at; i--)
    {
      model->sorted[i] = model->sorted[i - 1];
      model->at[i] = model->at[i - 1];
    }
  model->sorted[i] = timer;
  model->at[i] = at;
}

static void
check (const Model *model)
{
  const TimerQueue *queue = &model->queue;

  g_assert_cmpuint (queue->count, ==, model->count);
  for (size_t i = 0; i < queue->count; i++)
    g_assert_cmpuint (queue->heap[i]->place, ==, i + 1);
  if (model->count == 0)
    {
      g_assert_null (timer_queue_first (queue));
      g_assert_cmpint (timer_queue_deadline (queue), ==, TIME_NEVER);
      return;
    }
  g_assert_true (timer_queue_first (queue) == model->sorted[0]);
  g_assert_cmpint (timer_queue_deadline (queue), ==, model->at[0]);
}

static void
drain (Model *model)
{
  while (model->count > 0)
    {
      Timer *first = timer_queue_first (&model->queue);

      check (model);
      timer_queue_remove (&model->queue, first);
      g_assert_false (timer_is_set (first));
      model_remove (model, first);
    }
  check (model);
}

static void
test_model (void)
{
  Luck luck = { 4 };
  unsigned operations = 0, rounds = luck_rounds (120, 20);
  Model *model = g_new (Model, 1);

  for (unsigned round = 0; round < rounds; round++)
    {
      /* Few instants make many ties. */
      unsigned instants = round % 3 == 0 ? 1 : 1 + luck_below (&luck, 400);

      memset (model, 0, sizeof *model);
      timer_queue_init (&model->queue);
      for (unsigned i = 0; i < 800; i++, operations++)
        {
          Timer *timer = &model->timers[luck_below (&luck, TIMERS)];

          if (luck_below (&luck, 10) < 6)
            {
              Time at = (Time) luck_below (&luck, instants) - 3;

              timer_queue_set (&model->queue, timer, at);
              model_set (model, timer, at);
              g_assert_true (timer_is_set (timer));
            }
          else
            {
              timer_queue_remove (&model->queue, timer);
              model_remove (model, timer);
              g_assert_false (timer_is_set (timer));
            }
          check (model);
        }
      if (round % 2 == 0)
        drain (model);
      timer_queue_clear (&model->queue);
      for (unsigned i = 0; i < TIMERS; i++)
        g_assert_false (timer_is_set (&model->timers[i]));
    }
  g_free (model);
  g_test_message ("%u operations", operations);
}

/* Set again to the same instant, a timer goes behind those that wait. */
static void
test_ties (void)
{
  Timer a = { 0 }, b = { 0 }, c = { 0 };
  TimerQueue queue;

  timer_queue_init (&queue);
  timer_queue_set (&queue, &a, 5);
  timer_queue_set (&queue, &b, 5);
  timer_queue_set (&queue, &c, 5);
  g_assert_true (timer_queue_first (&queue) == &a);
  timer_queue_set (&queue, &a, 5);
  g_assert_true (timer_queue_first (&queue) == &b);
  timer_queue_remove (&queue, &b);
  timer_queue_remove (&queue, &b);
  g_assert_true (timer_queue_first (&queue) == &c);
  timer_queue_remove (&queue, &c);
  g_assert_true (timer_queue_first (&queue) == &a);
  timer_queue_set (&queue, &c, TIME_NEVER);
  timer_queue_remove (&queue, &a);
  g_assert_cmpint (timer_queue_deadline (&queue), ==, TIME_NEVER);
  g_assert_true (timer_queue_first (&queue) == &c);
  timer_queue_clear (&queue);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timer-queue/model", test_model);
  g_test_add_func ("/timer-queue/ties", test_ties);
  return g_test_run ();
}
