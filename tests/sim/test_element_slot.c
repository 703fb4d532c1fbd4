// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"

#define HEADERS (WIRE_IPV4_HEADER + WIRE_UDP_HEADER)

static World *
world_of (Time least, Time most, uint64_t packets, uint64_t bytes)
{
  World *world = world_new (1);
  ElementSpec spec = { .kind = ELEMENT_SLOT };
  spec.as.slot = (SlotSpec){
    .least_ns = least, .most_ns = most, .packets = packets, .bytes = bytes
  };
  WORLD_CHAIN (world->there, spec);
  return world;
}

/* COUNT packets of 500 bytes, one a millisecond, and when they arrive. */
static void
check (World *world, const Time *at_ms, unsigned count)
{
  for (unsigned i = 0; i < count; i++)
    {
      world_run (world, i * MILLISECOND);
      world_send (world, 500 - HEADERS);
    }
  world_drain (world);
  g_assert_cmpuint (world->arrivals->len, ==, count);
  for (unsigned i = 0; i < count; i++)
    {
      g_assert_cmpuint (world_arrival (world, i)->id, ==, i + 1);
      g_assert_cmpint (world_arrival (world, i)->at, ==,
                       at_ms[i] * MILLISECOND);
    }
  world_assert_closed (world->there);
  world_free (world);
}

static void
test_bursts (void)
{
  static const Time all[] = { 3, 3, 3, 3, 7, 7, 7, 7 };
  static const Time two[] = { 3, 3, 6, 6, 9, 9, 12, 12 };
  check (world_of (3 * MILLISECOND, 3 * MILLISECOND, 0, 0), all, 8);
  check (world_of (3 * MILLISECOND, 3 * MILLISECOND, 2, 0), two, 8);
  /* The packet that goes over the bytes still leaves. */
  check (world_of (3 * MILLISECOND, 3 * MILLISECOND, 0, 501), two, 8);
  check (world_of (3 * MILLISECOND, 3 * MILLISECOND, 5, 1000), two, 8);
}

/* Every nanosecond from MIN to MAX is as likely. */
static void
test_gaps (void)
{
  enum
  {
    MANY = 100000,
    LEAST = 1000,
    WIDTH = 50
  };
  uint64_t counts[WIDTH] = { 0 };
  World *world = world_of (LEAST, LEAST + WIDTH - 1, 0, 0);
  for (unsigned i = 0; i < MANY; i++)
    {
      Time now = world->network->sim.now;
      world_send (world, 10);
      world_drain (world);
      Time wait = world_arrival (world, i)->at - now;
      g_assert_cmpint (wait, >=, LEAST);
      g_assert_cmpint (wait, <, LEAST + WIDTH);
      counts[wait - LEAST]++;
      world_run (world, world->network->sim.now + 1);
    }
  assert_uniform (counts, WIDTH);
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slot/bursts", test_bursts);
  g_test_add_func ("/slot/gaps", test_gaps);
  return g_test_run ();
}
