// SPDX-License-Identifier: MIT
#include "sim/queue.h"
#include "tests/sim/world.h"

#define HEADERS (WIRE_IPV4_HEADER + WIRE_UDP_HEADER)
#define RATE    12000000 /* 1500 bytes: 1 ms each */

static World *
world_with (uint64_t limit)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_rate (RATE, 1000, 0),
               spec_queue (ELEMENT_FQ_CODEL, limit, true));
  return world;
}

static uint64_t
send (World *world, uint16_t port, size_t length)
{
  world_send_packet (world, world->alice,
                     world_datagram (1, 50000, 2, port, length - HEADERS));
  return world->network->packets;
}

static Time
arrival_of (const World *world, uint64_t id)
{
  for (unsigned i = 0; i < world->arrivals->len; i++)
    if (world_arrival (world, i)->id == id)
      return world_arrival (world, i)->at;
  g_assert_not_reached ();
}

/* Who sends little waits for the packet that is being sent, and hardly any
 * longer, while the other one fills the queue. */
static void
test_sparse (void)
{
  World *world = world_with (1000);
  static uint64_t ids[100];
  for (unsigned i = 0; i < 4000; i++)
    {
      world_run (world, (Time) i * MILLISECOND / 2);
      send (world, 1, 1500);
      if (i % 40 == 39)
        ids[i / 40] = send (world, 2, 100);
    }
  world_drain (world);
  for (unsigned i = 0; i < 100; i++)
    {
      Time sent = (Time) (i * 40 + 39) * MILLISECOND / 2;
      g_assert_cmpint (arrival_of (world, ids[i]) - sent, <=,
                       1100 * MICROSECOND);
    }
  g_assert_cmpuint (world->counts[EVENT_DROPPED], >, 0);
  world_assert_closed (world->there);
  world_free (world);
}

/* Bytes, not packets, are shared equally, whoever sends more of them. */
static void
test_fair (void)
{
  World *world = world_with (100000);
  uint64_t bytes[2] = { 0 };
  GArray *large = g_array_new (FALSE, TRUE, sizeof (bool));
  for (unsigned i = 0; i < 4000; i++)
    {
      bool is_large = i % 4 == 0;
      world_run (world, (Time) i * MILLISECOND / 4);
      send (world, is_large ? 1 : 2, is_large ? 1500 : 750);
      g_array_set_size (large, (guint) world->network->packets + 1);
      g_array_index (large, bool, world->network->packets) = is_large;
    }
  for (unsigned i = 0; i < world->arrivals->len; i++)
    {
      bool is_large = g_array_index (large, bool, world_arrival (world, i)->id);
      bytes[is_large] += is_large ? 1500 : 750;
    }
  g_assert_cmpuint (bytes[0] + bytes[1], >=, 1490000);
  g_assert_cmpuint (bytes[1] + 7500, >=, bytes[0]);
  g_assert_cmpuint (bytes[0] + 7500, >=, bytes[1]);
  world_assert_closed (world->there);
  g_array_unref (large);
  world_free (world);
}

/* RFC 8290 4.1: with no room, the longest loses its oldest. A turn lasts while
 * 1 byte of it is left. */
static void
test_evict (void)
{
  World *world = world_with (4);
  for (unsigned i = 0; i < 5; i++)
    send (world, 1, 1500); /* one is being sent */
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 0);
  send (world, 2, 100);
  const Memory *drop = world_nth_memory (world, EVENT_DROPPED, 0);
  g_assert_cmpuint (drop->id, ==, 2);
  g_assert_cmpstr (drop->event.cause, ==, "queue-full");
  g_assert_cmpint (memory_number (drop, "queued"), ==, 4);
  world_drain (world);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 1);
  g_assert_cmpuint (world_arrival (world, 1)->id, ==, 3);
  g_assert_cmpuint (world_arrival (world, 2)->id, ==, 6);
  world_assert_closed (world->there);
  world_free (world);
}

/* What no room would ever be enough for does not empty the queue. */
static void
test_too_large (void)
{
  World *world = world_new (1);
  ElementSpec fair = spec_queue (ELEMENT_FQ_CODEL, 0, true);
  fair.as.queue.limit_bytes = 1000;
  WORLD_CHAIN (world->there, spec_rate (RATE, 1000, 0), fair);
  send (world, 1, 500);
  send (world, 1, 900);
  send (world, 2, 1001);
  g_assert_cmpuint (world_nth_memory (world, EVENT_DROPPED, 0)->id, ==, 3);
  send (world, 2, 101);
  g_assert_cmpuint (world_nth_memory (world, EVENT_DROPPED, 1)->id, ==, 2);
  world_drain (world);
  g_assert_cmpuint (world->arrivals->len, ==, 2);
  send (world, 1, 500);
  send (world, 1, 500);
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fq_codel/sparse", test_sparse);
  g_test_add_func ("/fq_codel/fair", test_fair);
  g_test_add_func ("/fq_codel/evict", test_evict);
  g_test_add_func ("/fq_codel/too-large", test_too_large);
  return g_test_run ();
}
