// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"

enum
{
  MANY = 1000000,
  SOME = 20000
};

static void
test_share (void)
{
  World *world = world_new (1);
  world->remember = false;
  WORLD_CHAIN (world->there, spec_duplicate (30000000));
  for (unsigned i = 0; i < MANY; i++)
    {
      world_send (world, 10);
      world_drain (world);
    }
  uint64_t duplicated = world->counts[EVENT_DUPLICATED];
  assert_binomial (duplicated, MANY, 30000000);
  g_assert_cmpuint (world->counts[EVENT_DELIVERED], ==, MANY + duplicated);
  world_assert_closed (world->there);
  world_free (world);
}

static void
test_one (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_duplicate (PPB_ONE));
  uint64_t id = world_send (world, 10);
  g_assert_cmpuint (world->network->in_transit, ==, 2);
  world_drain (world);
  g_assert_cmpuint (world->arrivals->len, ==, 2);
  for (unsigned i = 0; i < 2; i++)
    {
      g_assert_cmpuint (world_arrival (world, i)->id, ==, id);
      g_assert_cmpuint (world_arrival (world, i)->copy, ==, i + 1);
      g_assert_cmpint (world_arrival (world, i)->at, ==, 0);
    }
  const Memory *event = world_nth_memory (world, EVENT_DUPLICATED, 0);
  g_assert_cmpuint (event->copy, ==, 1);
  g_assert_cmpstr (event->event.cause, ==, "duplicate");
  g_assert_cmpint (memory_number (event, "copy"), ==, 2);
  g_assert_cmpint (memory_number (event, "share"), ==, PPB_ONE);
  world_free (world);
}

/* The duplicate is lost, delayed and duplicated by its own luck. */
static void
test_independent (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_duplicate (PPB_ONE),
               spec_delay (1000, 500, false), spec_loss (300000000));
  unsigned lost[2] = { 0 }, both = 0, same_delay = 0;
  for (unsigned i = 0; i < SOME; i++)
    {
      guint from = world->memories->len;
      world_send (world, 10);
      world_drain (world);
      unsigned drops = 0;
      int64_t delays[2];
      for (guint j = from; j < world->memories->len; j++)
        {
          const Memory *memory = world_memory (world, j);
          if (memory->event.type == EVENT_DROPPED)
            lost[memory->copy - 1]++, drops++;
          if (memory->event.type == EVENT_DELAYED)
            delays[memory->copy - 1] = memory_number (memory, "delay");
        }
      both += drops == 2;
      same_delay += delays[0] == delays[1];
    }
  assert_binomial (lost[0], SOME, 300000000);
  assert_binomial (lost[1], SOME, 300000000);
  assert_binomial (both, SOME, 90000000);
  assert_binomial (same_delay, SOME, PPB_ONE / 1001);
  world_free (world);
}

static void
test_thrice (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_duplicate (PPB_ONE), spec_duplicate (PPB_ONE),
               spec_duplicate (PPB_ONE));
  world_send (world, 10);
  world_drain (world);
  unsigned seen = 0;
  g_assert_cmpuint (world->arrivals->len, ==, 8);
  for (unsigned i = 0; i < 8; i++)
    seen |= 1u << world_arrival (world, i)->copy;
  g_assert_cmphex (seen, ==, 0x1fe); /* 1 ... 8 */
  world_assert_closed (world->there);
  world_free (world);
}

/* A duplicate neither overtakes nor is overtaken. */
static void
test_never_reordered (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_duplicate (PPB_ONE),
               spec_delay (1000, 1000, false));
  for (unsigned i = 0; i < SOME; i++)
    {
      world_run (world, world->network->sim.now + 3000);
      world_send (world, 10);
    }
  world_drain (world);
  g_assert_cmpuint (world->arrivals->len, ==, 2 * SOME);
  g_assert_cmpuint (world->counts[EVENT_REORDERED], ==, 0);
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/duplicate/share", test_share);
  g_test_add_func ("/duplicate/one", test_one);
  g_test_add_func ("/duplicate/independent", test_independent);
  g_test_add_func ("/duplicate/thrice", test_thrice);
  g_test_add_func ("/duplicate/never-reordered", test_never_reordered);
  return g_test_run ();
}
