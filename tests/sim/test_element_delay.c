// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"

enum
{
  MANY = 1000000,
  SOME = 20000
};

static void
test_constant (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_delay (40 * MILLISECOND, 0, false));
  for (int i = 0; i < 5; i++)
    {
      world_run (world, i * MILLISECOND);
      world_send (world, 10);
    }
  world_drain (world);
  g_assert_cmpuint (world->arrivals->len, ==, 5);
  for (unsigned i = 0; i < 5; i++)
    {
      g_assert_cmpuint (world_arrival (world, i)->id, ==, i + 1);
      g_assert_cmpint (world_arrival (world, i)->at, ==,
                       (40 + (Time) i) * MILLISECOND);
    }
  g_assert_cmpuint (world->counts[EVENT_DELAYED], ==, 0);
  g_assert_cmpint (
      memory_number (world_nth_memory (world, EVENT_DELIVERED, 0), "delay"), ==,
      40 * MILLISECOND);
  world_free (world);
}

enum
{
  DELAY = 1000,
  JITTER = 50,
  WIDTH = 2 * JITTER + 1
};

static void
count_delays (void *self, const Event *event)
{
  uint64_t *counts = self;
  if (event->type != EVENT_DELIVERED)
    return;
  Time delay = event_field (event, "delay")->number;
  g_assert_cmpint (delay, >=, DELAY - JITTER);
  g_assert_cmpint (delay, <=, DELAY + JITTER);
  counts[delay - (DELAY - JITTER)]++;
}

/* Every nanosecond of [T - J, T + J] is as likely as any other. */
static void
test_jitter_is_uniform (void)
{
  World *world = world_new (1);
  uint64_t counts[WIDTH] = { 0 };
  world->remember = false;
  network_add_sink (world->network,
                    (EventSink){ .event = count_delays, .self = counts });
  WORLD_CHAIN (world->there, spec_delay (DELAY, JITTER, false));
  for (unsigned i = 0; i < MANY; i++)
    {
      world_send (world, 10);
      world_drain (world);
    }
  g_assert_cmpuint (world->counts[EVENT_DELAYED], ==, MANY);
  assert_uniform (counts, WIDTH);
  world_free (world);
}

static void
test_event (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_delay (DELAY, JITTER, false));
  world_send (world, 10);
  world_drain (world);
  const Memory *delayed = world_nth_memory (world, EVENT_DELAYED, 0);
  g_assert_cmpint (delayed->event.at, ==, 0);
  g_assert_cmpstr (delayed->event.cause, ==, "jitter");
  g_assert_cmpint (memory_number (delayed, "delay"), ==,
                   world_arrival (world, 0)->at);
  world_free (world);
}

/* Jitter above the delay never sends a packet into the past. */
static void
test_clamped (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_delay (10, 100, false));
  unsigned at_once = 0;
  for (unsigned i = 0; i < SOME; i++)
    {
      Time now = world->network->sim.now;
      world_send (world, 10);
      world_drain (world);
      Time delay = world_arrival (world, i)->at - now;
      g_assert_cmpint (delay, <=, 110);
      at_once += delay == 0;
    }
  assert_binomial (at_once, SOME, (uint32_t) (91 * (int64_t) PPB_ONE / 201));
  world_free (world);
}

/* Nor do the longest times overflow. */
static void
test_longest (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_delay (TIME_NEVER, TIME_NEVER, false),
               spec_delay (TIME_NEVER, TIME_NEVER, true));
  for (unsigned i = 0; i < 100; i++)
    world_send (world, 10);
  world_drain (world);
  for (unsigned i = 0; i < 100; i++)
    g_assert_cmpint (world_arrival (world, i)->at, >=, 0);
  world_free (world);
}

static unsigned
inversions (const World *world)
{
  unsigned count = 0;
  for (guint i = 1; i < world->arrivals->len; i++)
    count += world_arrival (world, i)->id < world_arrival (world, i - 1)->id;
  return count;
}

static World *
jittery (bool keep_order)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_delay (40000, 10000, keep_order));
  for (unsigned i = 0; i < SOME; i++)
    {
      world_run (world, i * 1000);
      world_send (world, 10);
    }
  world_drain (world);
  g_assert_cmpuint (world->arrivals->len, ==, SOME);
  return world;
}

static void
test_order_free (void)
{
  World *world = jittery (false);
  g_assert_cmpuint (inversions (world), >, SOME / 10);
  g_assert_cmpuint (world->counts[EVENT_REORDERED], >, SOME / 10);
  world_free (world);
}

static void
test_order_keep (void)
{
  World *world = jittery (true);
  g_assert_cmpuint (inversions (world), ==, 0);
  g_assert_cmpuint (world->counts[EVENT_REORDERED], ==, 0);
  for (guint i = 0; i < SOME; i++)
    {
      const Arrival *arrival = world_arrival (world, i);
      g_assert_cmpint (arrival->at, >=, (Time) i * 1000 + 30000);
      g_assert_cmpint (arrival->at, <=, (Time) i * 1000 + 50000);
    }
  world_free (world);
}

static void
test_reorder_gap (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_delay (1000000, 0, false),
               spec_reorder (PPB_ONE, 5));
  for (unsigned i = 0; i < 20; i++)
    {
      world_run (world, i * 1000);
      world_send (world, 10);
    }
  world_drain (world);
  for (unsigned i = 0; i < 20; i++)
    {
      const Arrival *arrival = world_arrival (world, i);
      bool jumps = arrival->id % 5 == 0;
      g_assert_cmpint (arrival->at, ==,
                       (Time) (arrival->id - 1) * 1000 + (jumps ? 0 : 1000000));
      /* 5, 10, 15, 20 overtake all of those before that don't jump. */
      unsigned jumpers = 4 - (unsigned) (arrival->id / 5);
      g_assert_cmpuint (arrival->overtaken, ==, jumps ? 0 : jumpers);
    }
  g_assert_cmpuint (world->counts[EVENT_REORDERED], ==, 16);
  g_assert_cmpuint (world->counts[EVENT_DELAYED], ==, 4);
  const Memory *jump = world_nth_memory (world, EVENT_DELAYED, 0);
  g_assert_cmpstr (jump->event.cause, ==, "reorder");
  g_assert_cmpint (memory_number (jump, "delay"), ==, 0);
  world_free (world);
}

static void
test_reorder_share (void)
{
  World *world = world_new (1);
  world->remember = false;
  WORLD_CHAIN (world->there, spec_delay (1000, 0, false),
               spec_reorder (250000000, 1));
  for (unsigned i = 0; i < MANY; i++)
    {
      world_send (world, 10);
      world_drain (world);
    }
  assert_binomial (world->counts[EVENT_DELAYED], MANY, 250000000);
  world_free (world);
}

/* SOME packets through a delay that is jittery first and, if CHANGED, then
 * constant and shorter, with or without a rate behind it. */
static World *
delayed (bool with_rate, bool changed)
{
  const char *missing;
  World *world = world_new (1);
  ElementSpec specs[] = { spec_delay (40000, 10000, false),
                          spec_rate (8000000000, 0, 0) };
  world_chain (world->there, specs, with_rate ? 2 : 1);
  for (unsigned i = 0; i < SOME; i++)
    {
      if (changed && i == SOME / 2)
        g_assert_true (WORLD_CHANGE (world->there, &missing,
                                     spec_delay (20000, 0, false)));
      world_run (world, i * 100);
      world_send (world, 72); /* 100 bytes: 100 ns */
    }
  world_drain (world);
  return world;
}

/* Who is behind a delay meets the packets as they come out of it: a rate
 * serves first who arrives first. */
static void
judge_behind (bool changed)
{
  World *alone = delayed (false, changed);
  World *both = delayed (true, changed);
  Time idle_from = 0;
  g_assert_cmpuint (inversions (alone), >, SOME / 10);
  for (guint i = 0; i < SOME; i++)
    {
      const Arrival *a = world_arrival (alone, i);
      const Arrival *b = world_arrival (both, i);
      idle_from = MAX (idle_from, a->at) + 100;
      g_assert_cmpuint (a->id, ==, b->id);
      g_assert_cmpint (b->at, ==, idle_from);
      g_assert_cmpuint (a->overtaken, ==, b->overtaken);
    }
  world_free (alone);
  world_free (both);
}

static void
test_rate_behind_jitter (void)
{
  judge_behind (false);
}

/* Packets that are held keep their fate when the delay is changed; those
 * behind them reach the next element in their order. */
static void
test_change_while_held (void)
{
  judge_behind (true);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/delay/constant", test_constant);
  g_test_add_func ("/delay/jitter-is-uniform", test_jitter_is_uniform);
  g_test_add_func ("/delay/event", test_event);
  g_test_add_func ("/delay/clamped", test_clamped);
  g_test_add_func ("/delay/longest", test_longest);
  g_test_add_func ("/delay/order-free", test_order_free);
  g_test_add_func ("/delay/order-keep", test_order_keep);
  g_test_add_func ("/delay/reorder-gap", test_reorder_gap);
  g_test_add_func ("/delay/reorder-share", test_reorder_share);
  g_test_add_func ("/delay/rate-behind-jitter", test_rate_behind_jitter);
  g_test_add_func ("/delay/change-while-held", test_change_while_held);
  return g_test_run ();
}
