// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"

enum
{
  MANY = 1000000,
  SOME = 3000
};

typedef struct
{
  uint64_t lost, runs, sent;
  bool before;
} Runs;

static void
count_runs (void *self, const Event *event)
{
  Runs *runs = self;
  if (event->type != EVENT_DROPPED && event->type != EVENT_DELIVERED)
    return;
  bool lost = event->type == EVENT_DROPPED;
  runs->sent++;
  runs->lost += lost;
  runs->runs += lost && !runs->before;
  runs->before = lost;
}

static void
judge_share (uint32_t share_ppb)
{
  World *world = world_new (1);
  Runs runs = { 0 };
  world->remember = false;
  network_add_sink (world->network,
                    (EventSink){ .event = count_runs, .self = &runs });
  WORLD_CHAIN (world->there, spec_loss (share_ppb));
  for (unsigned i = 0; i < MANY; i++)
    {
      world_send (world, 10);
      world_drain (world);
    }
  g_assert_cmpuint (runs.sent, ==, MANY);
  assert_binomial (runs.lost, MANY, share_ppb);
  /* Losses are independent: a run begins at P (1 - P) of the packets. */
  double p = share_ppb / 1e9;
  assert_binomial (runs.runs, MANY, (uint32_t) (p * (1 - p) * 1e9));
  world_assert_closed (world->there);
  world_free (world);
}

static void
test_share (void)
{
  judge_share (3000000); /* netem's man page: "loss 0.3% 25%" loses nothing */
  judge_share (200000000);
}

static void
test_all_or_nothing (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_loss (0));
  WORLD_CHAIN (world->back, spec_loss (PPB_ONE));
  for (unsigned i = 0; i < SOME; i++)
    {
      world_send (world, 10);
      world_send_packet (world, world->bob,
                         world_datagram (2, 7777, 1, 50000, 0));
    }
  world_drain (world);
  g_assert_cmpuint (world->counts[EVENT_DELIVERED], ==, SOME);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, SOME);
  world_free (world);
}

static void
test_event (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_loss (500000000));
  for (unsigned i = 0; i < 100; i++)
    world_send (world, 10);
  const Memory *drop = world_nth_memory (world, EVENT_DROPPED, 0);
  g_assert_cmpstr (drop->event.cause, ==, "loss");
  g_assert_cmpstr (drop->event.link, ==, "alice>bob");
  g_assert_cmpstr (drop->event.flow->name, ==,
                   "udp 10.0.0.1:50000>10.0.0.2:7777");
  g_assert_cmpint (memory_number (drop, "share"), ==, 500000000);
  g_assert_cmpint (memory_number (drop, "draw"), <, 500000000);
  world_free (world);
}

/* The fates of SOME datagrams of the first flow, in the order of sending. */
static GByteArray *
fates (World *world)
{
  GByteArray *lost = g_byte_array_new ();
  g_byte_array_set_size (lost, SOME);
  for (unsigned i = 0; i < SOME; i++)
    {
      world_run (world, world->network->sim.now + MILLISECOND);
      lost->data[i] = 0;
      guint from = world->memories->len;
      uint64_t id = world_send (world, 10);
      world_drain (world);
      for (guint j = from; j < world->memories->len; j++)
        {
          const Memory *memory = world_memory (world, j);
          if (memory->event.type == EVENT_DROPPED && memory->id == id
              && memory->copy == 1)
            lost->data[i] = 1;
        }
    }
  world_free (world);
  return lost;
}

static World *
lossy (uint64_t seed)
{
  World *world = world_new (seed);
  WORLD_CHAIN (world->there, spec_loss (200000000));
  return world;
}

static bool
same (GByteArray *a, GByteArray *b)
{
  GBytes *left = g_byte_array_free_to_bytes (a);
  GBytes *right = g_byte_array_free_to_bytes (b);
  bool equal = g_bytes_equal (left, right);
  g_bytes_unref (left);
  g_bytes_unref (right);
  return equal;
}

static void
test_seed (void)
{
  g_assert_true (same (fates (lossy (1)), fates (lossy (1))));
  g_assert_false (same (fates (lossy (1)), fates (lossy (2))));
}

static void
test_other_elements (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_rate (1000000000, 1000, 0),
               spec_corrupt (100000000), spec_delay (40000, 10000, false),
               spec_reorder (100000000, 1), spec_loss (200000000),
               spec_delay (1000, 1000, true));
  g_assert_true (same (fates (lossy (1)), fates (world)));
}

static void
test_duplicates (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_duplicate (300000000), spec_loss (200000000));
  g_assert_true (same (fates (lossy (1)), fates (world)));
}

static void
test_other_flows (void)
{
  World *world = lossy (1);
  GByteArray *alone = fates (lossy (1));
  for (uint16_t port = 1; port <= 50; port++)
    world_send_packet (world, world->alice,
                       world_datagram (1, 50000, 2, port, 0));
  world_send_packet (world, world->alice,
                     world_segment (1, 50000, 2, 7777, TCP_SYN, 1, 0));
  g_assert_true (same (alone, fates (world)));
}

static void
test_other_direction (void)
{
  World *world = lossy (1);
  WORLD_CHAIN (world->back, spec_loss (200000000));
  for (unsigned i = 0; i < 5; i++)
    world_send_packet (world, world->bob,
                       world_datagram (2, 60000, 1, 7777, 0));
  g_assert_true (same (fates (lossy (1)), fates (world)));
}

static void
test_other_link (void)
{
  World *world = world_new (1);
  Node *carol = world_add_node (world, "carol");
  link_new (world->network, carol, world->bob, 1);
  link_new (world->network, world->bob, carol, 0);
  WORLD_CHAIN (world->there, spec_loss (200000000));
  for (unsigned i = 0; i < 5; i++)
    world_send_packet (world, carol, world_datagram (3, 5, 2, 7777, 0));
  g_assert_true (same (fates (lossy (1)), fates (world)));
}

/* Of two losses in a row each has its own luck. */
static void
test_two (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_loss (200000000), spec_loss (200000000));
  world->remember = false;
  for (unsigned i = 0; i < 100000; i++)
    world_send (world, 10);
  assert_binomial (world->counts[EVENT_DROPPED], 100000, 360000000);
  world_free (world);
}

/* Where both directions of a flow take the same link, each has its own. */
static void
test_two_directions (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_loss (500000000));
  unsigned differ = 0;
  for (unsigned i = 0; i < 1000; i++)
    {
      uint64_t before = world->counts[EVENT_DROPPED];
      world_send (world, 10);
      uint64_t first = world->counts[EVENT_DROPPED] - before;
      world_send_packet (world, world->alice,
                         world_datagram (2, 7777, 1, 50000, 10));
      differ += world->counts[EVENT_DROPPED] - before != 2 * first;
    }
  g_assert_cmpuint (flow_table_count (world->network->flows), ==, 1);
  assert_binomial (differ, 1000, 500000000);
  world_free (world);
}

/* So has each of two cables between the same two nodes. */
static void
test_twin_links (void)
{
  World *world = world_new (1);
  Link *twin = link_new (world->network, world->alice, world->bob, 1);
  g_assert_cmpstr (link_name (twin), ==, link_name (world->there));
  WORLD_CHAIN (world->there, spec_loss (500000000));
  WORLD_CHAIN (twin, spec_loss (500000000));
  unsigned differ = 0;
  for (unsigned i = 0; i < 1000; i++)
    {
      uint64_t before = world->counts[EVENT_DROPPED];
      world_send (world, 10);
      uint64_t first = world->counts[EVENT_DROPPED] - before;
      node_send (world->alice, 1, world_datagram (1, 50000, 2, 7777, 10),
                 world->network->sim.now, NULL);
      differ += world->counts[EVENT_DROPPED] - before != 2 * first;
    }
  assert_binomial (differ, 1000, 500000000);
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loss/share", test_share);
  g_test_add_func ("/loss/all-or-nothing", test_all_or_nothing);
  g_test_add_func ("/loss/event", test_event);
  g_test_add_func ("/loss/seed", test_seed);
  g_test_add_func ("/loss/other-elements", test_other_elements);
  g_test_add_func ("/loss/duplicates", test_duplicates);
  g_test_add_func ("/loss/other-flows", test_other_flows);
  g_test_add_func ("/loss/other-direction", test_other_direction);
  g_test_add_func ("/loss/other-link", test_other_link);
  g_test_add_func ("/loss/two", test_two);
  g_test_add_func ("/loss/two-directions", test_two_directions);
  g_test_add_func ("/loss/twin-links", test_twin_links);
  return g_test_run ();
}
