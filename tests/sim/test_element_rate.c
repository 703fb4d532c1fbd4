// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"

#define HEADERS (WIRE_IPV4_HEADER + WIRE_UDP_HEADER)

/* 1500 bytes at 12 Mbit/s: 1 ms each. */
static void
test_timing (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_rate (12000000, 1000, 0));
  for (int i = 0; i < 10; i++)
    world_send (world, 1500 - HEADERS);
  world_drain (world);
  for (unsigned i = 0; i < 10; i++)
    g_assert_cmpint (world_arrival (world, i)->at, ==,
                     (1 + (Time) i) * MILLISECOND);
  world_free (world);
}

static void
test_rounded_up (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_rate (3, 0, 0)); /* 28 bytes: 74.67 s */
  world_send (world, 0);
  world_drain (world);
  g_assert_cmpint (world_arrival (world, 0)->at, ==, 74666666667);
  world_free (world);
}

static void
test_limit_packets (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_rate (12000000, 3, 0));
  for (int i = 0; i < 5; i++)
    world_send (world, 1500 - HEADERS);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 2);
  const Memory *drop = world_nth_memory (world, EVENT_DROPPED, 0);
  g_assert_cmpuint (drop->id, ==, 4);
  g_assert_cmpstr (drop->event.cause, ==, "queue-full");
  g_assert_cmpint (memory_number (drop, "queued"), ==, 3);
  g_assert_cmpint (memory_number (drop, "limit"), ==, 3);
  /* One is gone exactly when its last bit is. */
  world_run (world, MILLISECOND - 1);
  world_send (world, 0);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 3);
  world_run (world, MILLISECOND);
  world_send (world, 0);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 3);
  world_free (world);
}

static void
test_limit_bytes (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_rate (12000000, 0, 3000));
  world_send (world, 1500 - HEADERS);
  world_send (world, 1501 - HEADERS);
  world_send (world, 1500 - HEADERS);
  world_send (world, 0);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 2);
  const Memory *drop = world_nth_memory (world, EVENT_DROPPED, 0);
  g_assert_cmpuint (drop->id, ==, 2);
  g_assert_cmpint (memory_number (drop, "queued_bytes"), ==, 1500);
  g_assert_cmpint (memory_number (drop, "limit_bytes"), ==, 3000);
  world_free (world);
}

/* Against a model that keeps every departure. */
static void
test_model (void)
{
  enum
  {
    PACKETS = 5000,
    LIMIT = 7
  };
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_rate (1234567, LIMIT, 0));
  uint64_t state = 0;
  unsigned accepted = 0, dropped = 0;
  static Time departures[PACKETS];
  for (unsigned i = 0; i < PACKETS; i++)
    {
      world_run (world, world->network->sim.now
                            + (Time) pick (&state, 4 * MILLISECOND));
      Time now = world->network->sim.now;
      size_t length = HEADERS + pick (&state, 1000);
      unsigned inside = 0;
      for (unsigned j = 0; j < accepted; j++)
        inside += departures[j] > now;
      world_send (world, length - HEADERS);
      if (inside >= LIMIT)
        {
          dropped++;
          continue;
        }
      Time start = accepted > 0 ? MAX (now, departures[accepted - 1]) : now;
      uint64_t work = length * 8 * 1000000000;
      departures[accepted++] = start + (Time) ((work + 1234566) / 1234567);
    }
  world_drain (world);
  g_assert_cmpuint (dropped, >, 100);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, dropped);
  g_assert_cmpuint (world->arrivals->len, ==, accepted);
  for (unsigned i = 0; i < accepted; i++)
    g_assert_cmpint (world_arrival (world, i)->at, ==, departures[i]);
  world_free (world);
}

static void
test_long_queue (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_rate (12000000, 1000, 0));
  for (int i = 0; i < 10; i++)
    world_send (world, 1500 - HEADERS);
  world_drain (world);
  for (int i = 0; i < 1100; i++)
    world_send (world, 1500 - HEADERS);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 100);
  world_run (world, SECOND);
  g_assert_cmpuint (world->arrivals->len, ==, 1000);
  for (int i = 0; i < 1100; i++)
    world_send (world, 1500 - HEADERS);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 210);
  world_drain (world);
  g_assert_cmpuint (world->arrivals->len, ==, 2000);
  g_assert_cmpint (world_arrival (world, 1999)->at, ==, 2 * SECOND);
  world_free (world);
}

/* What waits keeps the time it was given. */
static void
test_change (void)
{
  const char *missing;
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_rate (12000000, 1000, 0));
  world_send (world, 1500 - HEADERS);
  g_assert_true (
      WORLD_CHANGE (world->there, &missing, spec_rate (120000000, 1000, 0)));
  world_send (world, 1500 - HEADERS);
  world_drain (world);
  g_assert_cmpint (world_arrival (world, 0)->at, ==, MILLISECOND);
  g_assert_cmpint (world_arrival (world, 1)->at, ==,
                   MILLISECOND + 100 * MICROSECOND);
  world_free (world);
}

/* At 8 Mbit/s a byte takes a microsecond: an ATM cell of 48 + 5 bytes 53. */
static void
test_overhead (void)
{
  static const struct
  {
    int32_t overhead;
    uint32_t cell;
    int32_t cell_overhead;
    unsigned payload, bytes;
  } table[] = {
    { 0, 0, 0, 72, 100 },        { 14, 0, 0, 72, 114 },
    { -14, 0, 0, 72, 86 },       { -28, 0, 0, 0, 0 },
    { -65535, 0, 0, 72, 0 },     { -65535, 48, 5, 72, 0 },
    { 0, 48, 5, 20, 53 },        { 0, 48, 5, 21, 106 },
    { 8, 48, 5, 12, 53 },        { 8, 48, 5, 13, 106 },
    { 0, 64, 0, 72, 128 },       { 0, 48, -47, 72, 3 },
    { 65535, 1, 1, 72, 131270 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      World *world = world_new (1);
      ElementSpec spec = spec_rate (8000000, 1000, 0);
      spec.as.rate.overhead = table[i].overhead;
      spec.as.rate.cell = table[i].cell;
      spec.as.rate.cell_overhead = table[i].cell_overhead;
      WORLD_CHAIN (world->there, spec);
      world_send (world, table[i].payload);
      world_drain (world);
      g_assert_cmpint (world_arrival (world, 0)->at, ==,
                       table[i].bytes * MICROSECOND);
      world_free (world);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rate/timing", test_timing);
  g_test_add_func ("/rate/rounded-up", test_rounded_up);
  g_test_add_func ("/rate/limit-packets", test_limit_packets);
  g_test_add_func ("/rate/limit-bytes", test_limit_bytes);
  g_test_add_func ("/rate/model", test_model);
  g_test_add_func ("/rate/long-queue", test_long_queue);
  g_test_add_func ("/rate/overhead", test_overhead);
  g_test_add_func ("/rate/change", test_change);
  return g_test_run ();
}
