// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"
#include <string.h>

#define LENGTH (WIRE_IPV4_HEADER + WIRE_UDP_HEADER + 36)
#define BITS   (LENGTH * 8)

typedef struct
{
  const uint8_t *original;
  uint64_t counts[BITS];
  uint64_t corrupted, intact;
} Judge;

/* Exactly the bit of the event differs; without an event, none. */
static void
judge (void *self, const Event *event)
{
  Judge *judge = self;
  const Packet *packet = event->packet;
  if (event->type == EVENT_CORRUPTED)
    {
      int64_t bit = event_field (event, "bit")->number;
      uint8_t expected[LENGTH];
      memcpy (expected, judge->original, LENGTH);
      expected[bit / 8] ^= (uint8_t) (0x80 >> bit % 8);
      assert_bytes (packet->bytes, packet->length, expected, LENGTH);
      g_assert_true (packet->corrupted);
      judge->counts[bit]++;
      judge->corrupted++;
    }
  if (event->type == EVENT_DELIVERED && !packet->corrupted)
    {
      assert_bytes (packet->bytes, packet->length, judge->original, LENGTH);
      judge->intact++;
    }
}

static void
test_uniform (void)
{
  enum
  {
    MANY = 1000000
  };
  World *world = world_new (1);
  Packet *original = world_datagram (1, 50000, 2, 7777, 36);
  Judge bench = { .original = original->bytes };
  world->remember = false;
  network_add_sink (world->network,
                    (EventSink){ .event = judge, .self = &bench });
  WORLD_CHAIN (world->there, spec_corrupt (100000000));
  for (unsigned i = 0; i < MANY; i++)
    {
      world_send (world, 36);
      world_drain (world);
    }
  assert_binomial (bench.corrupted, MANY, 100000000);
  g_assert_cmpuint (bench.corrupted + bench.intact, ==, MANY);
  assert_uniform (bench.counts, BITS);
  packet_free (original);
  world_free (world);
}

static void
test_at_most_once (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_corrupt (PPB_ONE), spec_corrupt (PPB_ONE));
  world_send (world, 36);
  world_drain (world);
  g_assert_cmpuint (world->counts[EVENT_CORRUPTED], ==, 1);
  g_assert_true (world_arrival (world, 0)->corrupted);
  const Memory *event = world_nth_memory (world, EVENT_CORRUPTED, 0);
  g_assert_cmpstr (event->event.cause, ==, "corrupt");
  g_assert_cmpint (memory_number (event, "share"), ==, PPB_ONE);
  world_free (world);
}

/* Only the copy is hurt by what comes after the duplication. */
static void
test_copies (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_duplicate (PPB_ONE),
               spec_corrupt (500000000));
  unsigned one = 0, n = 10000;
  for (unsigned i = 0; i < n; i++)
    {
      world_send (world, 36);
      world_drain (world);
      one += world_arrival (world, 2 * i)->corrupted
             != world_arrival (world, 2 * i + 1)->corrupted;
    }
  assert_binomial (one, n, 500000000);
  world_free (world);
}

static void
test_empty_packet (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_corrupt (PPB_ONE));
  world_send_packet (world, world->alice, packet_new (NULL, 0));
  world_drain (world);
  g_assert_cmpuint (world->counts[EVENT_CORRUPTED], ==, 0);
  g_assert_cmpuint (world->counts[EVENT_DELIVERED], ==, 1);
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/corrupt/uniform", test_uniform);
  g_test_add_func ("/corrupt/at-most-once", test_at_most_once);
  g_test_add_func ("/corrupt/copies", test_copies);
  g_test_add_func ("/corrupt/empty-packet", test_empty_packet);
  return g_test_run ();
}
