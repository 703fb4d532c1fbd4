// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"

enum
{
  SOME = 5000
};

static void
test_nothing_happens (void)
{
  World *world = world_new (1);
  g_assert_cmpstr (link_name (world->there), ==, "alice>bob");
  g_assert_true (link_to (world->there) == world->bob);
  uint64_t id = world_send (world, 10);
  g_assert_cmpuint (world->network->in_transit, ==, 1);
  g_assert_false (network_quiet (world->network));
  world_drain (world);
  g_assert_cmpuint (world->memories->len, ==, 2);
  g_assert_cmpint (memory_number (world_memory (world, 0), "size"), ==, 38);
  g_assert_cmpuint (world_memory (world, 1)->id, ==, id);
  g_assert_cmpint (world_memory (world, 1)->event.type, ==, EVENT_DELIVERED);
  world_free (world);
}

typedef struct
{
  uint64_t id; /* order of sending */
  unsigned flow;
  unsigned copy;
} Delivery;

static void
note_delivery (void *self, const Event *event)
{
  Delivery delivery = { event->packet->id, event->flow->index,
                        event->packet->copy };
  if (event->type == EVENT_DELIVERED)
    g_array_append_val ((GArray *) self, delivery);
}

/* RFC 4737 by the letter: of the same flow, sent later, delivered earlier. */
static unsigned
brute_overtaken (const GArray *deliveries, guint n)
{
  const Delivery *all = (const Delivery *) deliveries->data;
  unsigned count = 0;
  for (guint i = 0; i < n && all[n].copy == 1; i++)
    count +=
        all[i].copy == 1 && all[i].flow == all[n].flow && all[i].id > all[n].id;
  return count;
}

static void
storm (World *world, uint64_t *state)
{
  for (unsigned i = 0; i < SOME; i++)
    {
      world_run (world, world->network->sim.now + (Time) pick (state, 3000));
      uint16_t port = (uint16_t) (7777 + pick (state, 3));
      world_send_packet (world, world->alice,
                         world_datagram (1, 50000, 2, port, pick (state, 900)));
      world_assert_closed (world->there);
      if (pick (state, 1000) == 0)
        link_set_up (world->there, pick (state, 2));
    }
  link_set_up (world->there, true);
}

static void
test_storm (void)
{
  static const ElementSpec none[1];
  uint64_t state = 0;
  for (uint64_t seed = 1; seed <= 6; seed++)
    {
      World *world = world_new (seed);
      GArray *deliveries = g_array_new (FALSE, FALSE, sizeof (Delivery));
      network_add_sink (world->network, (EventSink){ .event = note_delivery,
                                                     .self = deliveries });
      ElementSpec specs[] = {
        spec_duplicate (100000000),
        spec_delay (40000, seed % 2 ? 20000 : 0, false),
        spec_reorder (100000000, 2),
        spec_rate (3000000000, 20, 0),
        spec_loss (100000000),
        spec_duplicate (100000000),
        spec_corrupt (100000000),
        spec_delay (40000, 20000, seed % 3 == 0),
      };
      world_chain (world->there, specs, G_N_ELEMENTS (specs));
      storm (world, &state);
      world_chain (world->there, none, 0);
      storm (world, &state);
      world_chain (world->there, specs, 3);
      storm (world, &state);
      world_drain (world);
      LinkAccount account;
      link_account (world->there, &account);
      g_assert_cmpuint (account.sent, ==, 3 * SOME);
      g_assert_cmpuint (account.in_flight, ==, 0);
      g_assert_cmpuint (account.delivered, ==, world->arrivals->len);
      g_assert_cmpuint (account.dropped, ==, world->counts[EVENT_DROPPED]);
      world_assert_closed (world->there);
      unsigned reordered = 0;
      for (guint i = 0; i < deliveries->len; i++)
        {
          unsigned overtaken = brute_overtaken (deliveries, i);
          g_assert_cmpuint (world_arrival (world, i)->overtaken, ==, overtaken);
          reordered += overtaken > 0;
        }
      g_assert_cmpuint (reordered, >, SOME / 10);
      g_assert_cmpuint (world->counts[EVENT_REORDERED], ==, reordered);
      g_array_unref (deliveries);
      world_free (world);
    }
}

/* The whole record of a run is the same again. */
static void
test_deterministic (void)
{
  World *worlds[2];
  for (int w = 0; w < 2; w++)
    {
      uint64_t state = 5;
      worlds[w] = world_new (9);
      WORLD_CHAIN (worlds[w]->there, spec_duplicate (100000000),
                   spec_delay (40000, 20000, false), spec_loss (100000000),
                   spec_rate (3000000000, 20, 0), spec_corrupt (100000000));
      storm (worlds[w], &state);
      world_drain (worlds[w]);
    }
  g_assert_cmpuint (worlds[0]->memories->len, ==, worlds[1]->memories->len);
  for (guint i = 0; i < worlds[0]->memories->len; i++)
    {
      const Memory *a = world_memory (worlds[0], i);
      const Memory *b = world_memory (worlds[1], i);
      g_assert_cmpuint (a->id, ==, b->id);
      g_assert_cmpuint (a->copy, ==, b->copy);
      g_assert_cmpint (a->event.type, ==, b->event.type);
      g_assert_cmpint (a->event.at, ==, b->event.at);
      g_assert_cmpstr (a->event.cause, ==, b->event.cause);
      for (unsigned f = 0; f < a->event.field_count; f++)
        g_assert_cmpint (a->event.fields[f].number, ==,
                         b->event.fields[f].number);
    }
  world_free (worlds[0]);
  world_free (worlds[1]);
}

static void
test_freed_in_flight (void)
{
  World *world = world_new (1);
  RuleSpec rule = { .match = (char *) "udp",
                    .count = RULE_NTH,
                    .first = 1,
                    .last = 1,
                    .action = RULE_DELAY,
                    .delay_ns = SECOND };
  g_assert_true (link_add_rule (world->there, &rule, NULL));
  WORLD_CHAIN (world->there, spec_delay (40000, 10000, false), spec_loss (0),
               spec_delay (SECOND, 0, false));
  world_send (world, 10);
  world_send (world, 10);
  world_run (world, SECOND / 2);
  world_send (world, 10);
  g_assert_cmpuint (world->network->in_transit, ==, 3);
  world_free (world);
}

static void
test_down (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_delay (MILLISECOND, 0, false));
  world_send (world, 10);
  link_set_up (world->there, false);
  world_send (world, 10);
  g_assert_cmpstr (world_nth_memory (world, EVENT_DROPPED, 0)->event.cause, ==,
                   "down");
  link_set_up (world->there, true);
  world_send (world, 10);
  world_drain (world);
  g_assert_cmpuint (world->arrivals->len, ==, 2);
  g_assert_cmpuint (world_arrival (world, 0)->id, ==, 1);
  g_assert_cmpuint (world_arrival (world, 1)->id, ==, 3);
  world_free (world);
}

static void
test_change_is_all_or_nothing (void)
{
  const char *missing = NULL;
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_delay (1000, 0, false), spec_loss (0));
  g_assert_false (WORLD_CHANGE (world->there, &missing, spec_loss (PPB_ONE),
                                spec_corrupt (0)));
  g_assert_cmpstr (missing, ==, "corrupt");
  g_assert_false (WORLD_CHANGE (world->there, &missing, spec_loss (PPB_ONE),
                                spec_loss (PPB_ONE)));
  g_assert_cmpstr (missing, ==, "loss");
  g_assert_false (WORLD_CHANGE (world->there, &missing, spec_reorder (0, 1)));
  g_assert_cmpstr (missing, ==, "reorder");
  world_send (world, 10);
  world_drain (world);
  g_assert_cmpuint (world->arrivals->len, ==, 1);
  g_assert_cmpint (world_arrival (world, 0)->at, ==, 1000);
  g_assert_true (WORLD_CHANGE (world->there, &missing, spec_loss (PPB_ONE)));
  world_send (world, 10);
  world_drain (world);
  g_assert_cmpuint (world->arrivals->len, ==, 1);
  world_free (world);
}

/* The second word of a kind means the second of the chain; a reorder changes
 * the delay it stands behind. */
static void
test_change_finds_its_place (void)
{
  const char *missing;
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_delay (1000, 0, false), spec_loss (0),
               spec_delay (20, 0, false), spec_reorder (0, 1));
  g_assert_true (
      WORLD_CHANGE (world->there, &missing, spec_delay (3000, 0, false),
                    spec_reorder (PPB_ONE, 1), spec_delay (40, 0, false)));
  world_send (world, 10);
  world_drain (world);
  g_assert_cmpint (world_arrival (world, 0)->at, ==, 3000);
  g_assert_true (WORLD_CHANGE (world->there, &missing, spec_reorder (0, 1)));
  world_send (world, 10);
  world_drain (world);
  g_assert_cmpint (world_arrival (world, 1)->at, ==, 3000 + 3040);
  world_free (world);
}

/* Packets in the old chain come out of it; the new one goes on counting. */
static void
test_replace (void)
{
  World *world = world_new (1), *model = world_new (1);
  World *worlds[] = { model, world };
  for (int w = 0; w < 2; w++)
    {
      WORLD_CHAIN (worlds[w]->there, spec_delay (5000, 2000, false),
                   spec_loss (300000000));
      for (unsigned i = 0; i < 1000; i++)
        {
          world_run (worlds[w], i * 10000);
          if (w == 1 && i % 100 == 50)
            WORLD_CHAIN (world->there, spec_delay (5000, 2000, false),
                         spec_loss (300000000));
          world_send (worlds[w], 10);
        }
      world_drain (worlds[w]);
    }
  g_assert_cmpuint (world->arrivals->len, ==, model->arrivals->len);
  for (guint i = 0; i < model->arrivals->len; i++)
    {
      const Arrival *a = world_arrival (model, i);
      const Arrival *b = world_arrival (world, i);
      g_assert_cmpuint (a->id, ==, b->id);
      g_assert_cmpint (a->at, ==, b->at);
    }
  world_free (model);
  world_free (world);
}

static void
test_replace_while_held (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_delay (5000, 2000, false),
               spec_loss (PPB_ONE));
  world_send (world, 10);
  WORLD_CHAIN (world->there, spec_delay (10, 0, false));
  world_send (world, 10);
  world_drain (world);
  g_assert_cmpuint (world->arrivals->len, ==, 1);
  g_assert_cmpuint (world_arrival (world, 0)->id, ==, 2);
  g_assert_cmpuint (world_nth_memory (world, EVENT_DROPPED, 0)->id, ==, 1);
  world_free (world);
}

static void
test_one_event (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_rate (1000000, 0, 0), spec_loss (0),
               spec_delay (SECOND, 0, false));
  for (unsigned i = 0; i < 100; i++)
    world_send (world, 10);
  g_assert_cmpuint (world->network->sim.events.count, ==, 1);
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link/nothing-happens", test_nothing_happens);
  g_test_add_func ("/link/storm", test_storm);
  g_test_add_func ("/link/deterministic", test_deterministic);
  g_test_add_func ("/link/freed-in-flight", test_freed_in_flight);
  g_test_add_func ("/link/down", test_down);
  g_test_add_func ("/link/change-is-all-or-nothing",
                   test_change_is_all_or_nothing);
  g_test_add_func ("/link/change-finds-its-place", test_change_finds_its_place);
  g_test_add_func ("/link/replace", test_replace);
  g_test_add_func ("/link/replace-while-held", test_replace_while_held);
  g_test_add_func ("/link/one-event", test_one_event);
  return g_test_run ();
}
