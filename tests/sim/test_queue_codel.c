// SPDX-License-Identifier: MIT
#include "sim/codel.h"
#include "stack/wire_ip.h"
#include "tests/sim/world.h"

#define HEADERS  (WIRE_IPV4_HEADER + WIRE_UDP_HEADER)
#define RATE     12000000 /* 1500 bytes: 1 ms each */
#define INTERVAL (100 * MILLISECOND)

static void
test_law (void)
{
  g_assert_cmpint (codel_law (5, INTERVAL, 1), ==, 5 + INTERVAL);
  g_assert_cmpint (codel_law (0, INTERVAL, 4), ==, INTERVAL / 2);
  for (uint32_t count = 1; count < 4000000000u; count += 1 + count / 3)
    {
      double shorter = (double) codel_law (0, INTERVAL, count) - 1;
      double longer = shorter + 2;
      double square = (double) INTERVAL * INTERVAL / count;
      g_assert_cmpfloat (shorter * shorter, <=, square * (1 + 3. / 65536));
      g_assert_cmpfloat (longer * longer, >=, square);
    }
}

static World *
world_with (uint64_t limit, bool ecn)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_rate (RATE, 1000, 0),
               spec_queue (ELEMENT_CODEL, limit, ecn));
  return world;
}

static void
send (World *world, uint8_t ecn)
{
  Packet *packet = world_datagram (1, 50000, 2, 7777, 1500 - HEADERS);
  packet->bytes[1] |= ecn;
  world_send_packet (world, world->alice, packet);
}

/* A packet each 1 ms / FACTOR for TIME. */
static void
flood (World *world, unsigned factor, Time time, uint8_t ecn)
{
  Time start = world->network->sim.now;
  for (Time at = 0; at < time; at += MILLISECOND / factor)
    {
      world_run (world, start + at);
      send (world, ecn);
    }
}

/* A burst that is gone within an interval is none of its business, nor is a
 * wait below the target for ever. */
static void
test_patient (void)
{
  World *world = world_with (1000, false);
  for (int i = 0; i < 90; i++)
    send (world, IP_ECN_NOT_CAPABLE);
  world_run (world, SECOND);
  for (int i = 0; i < 4; i++)
    send (world, IP_ECN_NOT_CAPABLE);
  flood (world, 1, SECOND, IP_ECN_NOT_CAPABLE);
  world_drain (world);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 0);
  for (unsigned i = 0; i < 90; i++)
    g_assert_cmpint (world_arrival (world, i)->at, ==,
                     (1 + (Time) i) * MILLISECOND);
  world_assert_closed (world->there);
  world_free (world);
}

/* RFC 8289 3.3: the n-th follows the one before after interval / sqrt (n),
 * give or take the packet that is being sent. */
static void
assert_spacing (const World *world, EventType type)
{
  for (unsigned n = 1; n < 20; n++)
    {
      Time before = world_nth_memory (world, type, n - 1)->event.at;
      Time at = world_nth_memory (world, type, n)->event.at;
      Time gap = codel_law (0, INTERVAL, n);
      g_assert_cmpint (at - before, >=, gap - MILLISECOND);
      g_assert_cmpint (at - before, <=, gap + MILLISECOND);
    }
}

static void
test_drops (void)
{
  World *world = world_with (10000, true);
  flood (world, 2, 2 * SECOND, IP_ECN_NOT_CAPABLE);
  const Memory *first = world_nth_memory (world, EVENT_DROPPED, 0);
  g_assert_cmpstr (first->event.cause, ==, "codel");
  /* Half of the time waits: 5 ms after 10 ms. */
  g_assert_cmpint (first->event.at, >=, INTERVAL + 9 * MILLISECOND);
  g_assert_cmpint (first->event.at, <=, INTERVAL + 12 * MILLISECOND);
  g_assert_cmpint (memory_number (first, "waited"), >=, 50 * MILLISECOND);
  assert_spacing (world, EVENT_DROPPED);
  g_assert_cmpuint (world->counts[EVENT_MARKED], ==, 0);
  world_assert_closed (world->there);
  world_drain (world);
  world_assert_closed (world->there);
  world_free (world);
}

static void
test_marks (void)
{
  World *world = world_with (10000, true);
  flood (world, 2, 2 * SECOND, IP_ECN_CAPABLE_0);
  assert_spacing (world, EVENT_MARKED);
  world_drain (world);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 0);
  g_assert_cmpuint (world->arrivals->len, ==, 4000);
  world_free (world);
  /* An earlier router has said it: nothing to add, and no reason to drop. */
  world = world_with (10000, true);
  flood (world, 2, SECOND, IP_ECN_MARKED);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 0);
  g_assert_cmpuint (world->counts[EVENT_MARKED], ==, 0);
  world_free (world);
  /* Not asked for: drops, whoever sends. */
  world = world_with (10000, false);
  flood (world, 2, SECOND, IP_ECN_CAPABLE_0);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], >, 0);
  g_assert_cmpuint (world->counts[EVENT_MARKED], ==, 0);
  world_free (world);
}

/* The one being sent does not wait. */
static void
test_limit (void)
{
  World *world = world_with (3, false);
  for (int i = 0; i < 6; i++)
    send (world, IP_ECN_NOT_CAPABLE);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 2);
  const Memory *drop = world_nth_memory (world, EVENT_DROPPED, 0);
  g_assert_cmpuint (drop->id, ==, 5);
  g_assert_cmpstr (drop->event.cause, ==, "queue-full");
  g_assert_cmpint (memory_number (drop, "queued"), ==, 3);
  world_drain (world);
  world_assert_closed (world->there);
  world_free (world);
}

/* What waits meets the new values; a limit that is not named stays. */
static void
test_change (void)
{
  const char *missing;
  World *world = world_with (20, false);
  for (int i = 0; i < 20; i++)
    send (world, IP_ECN_NOT_CAPABLE);
  g_assert_true (WORLD_CHANGE (world->there, &missing,
                               spec_rate (10 * (uint64_t) RATE, 1000, 0),
                               spec_queue (ELEMENT_CODEL, 0, false)));
  send (world, IP_ECN_NOT_CAPABLE);
  send (world, IP_ECN_NOT_CAPABLE);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 1);
  world_drain (world);
  g_assert_cmpint (world_arrival (world, 0)->at, ==, MILLISECOND);
  g_assert_cmpint (world_arrival (world, 20)->at, ==, 3 * MILLISECOND);
  WORLD_CHAIN (world->there, spec_rate (RATE, 1000, 0));
  g_assert_false (WORLD_CHANGE (world->there, &missing,
                                spec_queue (ELEMENT_CODEL, 0, false)));
  g_assert_cmpstr (missing, ==, "codel");
  world_free (world);
}

/* Elements before it compute times ahead; packets still queue in their time,
 * and a world may end while they are on their way. */
static void
test_behind_delay (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_delay (20 * MILLISECOND, 0, false),
               spec_rate (RATE, 1000, 0), spec_queue (ELEMENT_CODEL, 5, false),
               spec_delay (30 * MILLISECOND, 0, false));
  send (world, IP_ECN_NOT_CAPABLE);
  world_run (world, 10 * MILLISECOND);
  send (world, IP_ECN_NOT_CAPABLE);
  world_drain (world);
  g_assert_cmpint (world_arrival (world, 0)->at, ==, 51 * MILLISECOND);
  g_assert_cmpint (world_arrival (world, 1)->at, ==, 61 * MILLISECOND);
  for (int i = 0; i < 3; i++)
    send (world, IP_ECN_NOT_CAPABLE);
  world_run (world, 85 * MILLISECOND);
  send (world, IP_ECN_NOT_CAPABLE);
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codel/law", test_law);
  g_test_add_func ("/codel/patient", test_patient);
  g_test_add_func ("/codel/drops", test_drops);
  g_test_add_func ("/codel/marks", test_marks);
  g_test_add_func ("/codel/limit", test_limit);
  g_test_add_func ("/codel/change", test_change);
  g_test_add_func ("/codel/behind-delay", test_behind_delay);
  return g_test_run ();
}
