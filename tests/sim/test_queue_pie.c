// SPDX-License-Identifier: MIT
#include "sim/queue.h"
#include "tests/sim/world.h"

#define HEADERS (WIRE_IPV4_HEADER + WIRE_UDP_HEADER)
#define RATE    12000000 /* 1500 bytes: 1 ms each */

static World *
world_with (uint64_t limit)
{
  World *world = world_new (1);
  ElementSpec pie = spec_queue (ELEMENT_PIE, limit, false);
  pie.as.queue.target_ns = pie.as.queue.interval_ns = 15 * MILLISECOND;
  WORLD_CHAIN (world->there, spec_rate (RATE, 1000, 0), pie);
  return world;
}

/* A packet each GAP, COUNT of them. */
static void
flood (World *world, Time gap, unsigned count)
{
  Time start = world->network->sim.now;
  for (unsigned i = 0; i < count; i++)
    {
      world_run (world, start + gap * i);
      world_send (world, 1500 - HEADERS);
    }
}

/* RFC 8033 4.4: the first 150 ms are free, again after a rest. */
static void
test_burst (void)
{
  World *world = world_with (1000);
  for (unsigned i = 0; i < 2; i++)
    {
      flood (world, MILLISECOND / 2, 290);
      g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 0);
      world_drain (world);
      world_run (world, world->network->sim.now + 3600 * SECOND);
    }
  g_assert_cmpuint (world->arrivals->len, ==, 580);
  world_assert_closed (world->there);
  world_free (world);
}

/* Who sends a quarter too much and does not listen loses a fifth, and what is
 * left waits as long as it should. */
static void
test_converges (void)
{
  World *world = world_with (1000);
  flood (world, MILLISECOND * 4 / 5, 25000);
  uint64_t before = world->counts[EVENT_DROPPED];
  guint first = world->memories->len;
  flood (world, MILLISECOND * 4 / 5, 25000);
  Time waited = 0, packets = 0;
  for (guint i = first; i < world->memories->len; i++)
    {
      const Memory *memory = world_memory (world, i);
      if (memory->event.type != EVENT_DELIVERED)
        continue;
      waited += memory_number (memory, "delay") - MILLISECOND;
      packets++;
    }
  uint64_t dropped = world->counts[EVENT_DROPPED] - before;
  const Memory *drop = world_nth_memory (world, EVENT_DROPPED, 0);
  g_assert_cmpstr (drop->event.cause, ==, "pie");
  g_test_message ("%u dropped, %d us", (unsigned) dropped,
                  (int) (waited / packets / MICROSECOND));
  g_assert_cmpuint (dropped, >=, 4900);
  g_assert_cmpuint (dropped, <=, 5100);
  g_assert_cmpint (waited / packets, >=, 13 * MILLISECOND);
  g_assert_cmpint (waited / packets, <=, 17 * MILLISECOND);
  world_drain (world);
  world_assert_closed (world->there);
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pie/burst", test_burst);
  g_test_add_func ("/pie/converges", test_converges);
  return g_test_run ();
}
