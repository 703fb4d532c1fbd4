// SPDX-License-Identifier: MIT
/* Losses with memory: the share that was asked for is what comes out, in rows
 * as long as the model says, flow by flow. */
#include "sim/loss_model.h"
#include "tests/sim/world.h"
#include <math.h>

enum
{
  MANY = 1000000,
  SOME = 3000,
  PERCENT = 10000000
};

typedef struct
{
  EventType hit; /* what counts; the packet's last event is DELIVERED or
                    DROPPED */
  uint64_t sent, hits, rows, pairs;
  bool now, before;
} Rows;

static void
count_rows (void *self, const Event *event)
{
  Rows *rows = self;
  if (event->packet != NULL && event->packet->copy > 1)
    return;
  if (event->type == rows->hit)
    rows->now = true;
  if (event->type != EVENT_DROPPED && event->type != EVENT_DELIVERED)
    return;
  rows->sent++;
  rows->hits += rows->now;
  rows->rows += rows->now && !rows->before;
  rows->pairs += rows->now && rows->before;
  rows->before = rows->now;
  rows->now = false;
}

static Rows
send_many (ElementSpec spec, EventType hit)
{
  World *world = world_new (2);
  Rows rows = { .hit = hit };
  world->remember = false;
  network_add_sink (world->network,
                    (EventSink){ .event = count_rows, .self = &rows });
  WORLD_CHAIN (world->there, spec);
  for (unsigned i = 0; i < MANY; i++)
    {
      world_send (world, 10);
      world_drain (world);
    }
  g_assert_cmpuint (rows.sent, ==, MANY);
  world_assert_closed (world->there);
  world_free (world);
  return rows;
}

static void
assert_near (double value, double expected)
{
  g_assert_cmpfloat (fabs (value - expected), <=, 0.05 * fabs (expected));
}

static double
correlation_of (const Rows *rows)
{
  double p = (double) rows->hits / MANY;
  return ((double) rows->pairs / MANY - p * p) / (p * (1 - p));
}

/* What a share has of N packets, each correlated with the one before, spreads
 * as if there were fewer of them. */
static void
assert_rows (const Rows *rows, double share, double correlation)
{
  double fewer = MANY * (1 - correlation) / (1 + correlation);
  double off = (double) rows->hits / MANY - share;
  g_assert_cmpfloat (off * off, <=, 9 * share * (1 - share) / fewer);
  assert_near ((double) rows->hits / (double) rows->rows,
               1 / ((1 - share) * (1 - correlation)));
  if (correlation > 0)
    assert_near (correlation_of (rows), correlation);
}

static ElementSpec
spec_chance (ElementKind kind, uint32_t share_ppb, uint32_t correlation_ppb)
{
  Chance chance = { share_ppb, correlation_ppb };
  if (kind == ELEMENT_LOSS)
    return (ElementSpec){ .kind = kind, .as.loss.chance = chance };
  return (ElementSpec){ .kind = kind, .as.share = chance };
}

/* Of "loss 10% 50%" netem loses 0.11%. */
static void
test_correlation (void)
{
  static const uint32_t cases[][2] = {
    { 10 * PERCENT, 50 * PERCENT },
    { 5 * PERCENT, 25 * PERCENT },
    { 30 * PERCENT, 75 * PERCENT },
    { 10 * PERCENT, 722222223 }, /* "loss burst 10% 4" */
  };
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Rows rows = send_many (
          spec_chance (ELEMENT_LOSS, cases[i][0], cases[i][1]), EVENT_DROPPED);
      assert_rows (&rows, cases[i][0] / 1e9, cases[i][1] / 1e9);
    }
}

static void
test_duplicates_corruption (void)
{
  Rows twice =
      send_many (spec_chance (ELEMENT_DUPLICATE, 10 * PERCENT, 50 * PERCENT),
                 EVENT_DUPLICATED);
  Rows wrong =
      send_many (spec_chance (ELEMENT_CORRUPT, 10 * PERCENT, 50 * PERCENT),
                 EVENT_CORRUPTED);
  assert_rows (&twice, 0.1, 0.5);
  assert_rows (&wrong, 0.1, 0.5);
}

/* With "gap 3" each third packet is asked, and meets the fate of the one that
 * was asked before. */
static void
test_reordering (void)
{
  World *world = world_new (1);
  ElementSpec reorder = spec_reorder (20 * PERCENT, 3);
  reorder.as.reorder.chance.correlation_ppb = 60 * PERCENT;
  WORLD_CHAIN (world->there, spec_delay (MILLISECOND, 0, false), reorder);
  unsigned hits = 0, pairs = 0, asked = 30000;
  bool before = false;
  world->remember = false;
  for (unsigned i = 1; i <= 3 * asked; i++)
    {
      uint64_t delayed = world->counts[EVENT_DELAYED];
      world_send (world, 10);
      world_drain (world);
      bool now = world->counts[EVENT_DELAYED] > delayed;
      g_assert_true (!now || i % 3 == 0);
      if (i % 3 != 0)
        continue;
      hits += now;
      pairs += now && before;
      before = now;
    }
  /* As many as (1 - 0.6) / (1 + 0.6) of them, each for itself, would say. */
  assert_binomial (hits / 4, asked / 4, 20 * PERCENT);
  assert_near ((double) pairs / hits, 0.6 + 0.4 * 0.2);
  world_free (world);
}

static ElementSpec
spec_state (
    uint32_t p13, uint32_t p31, uint32_t p32, uint32_t p23, uint32_t p14)
{
  return (ElementSpec){ .kind = ELEMENT_LOSS,
                        .as.loss = { .model = LOSS_STATE,
                                     .state = { p13, p31, p32, p23, p14 } } };
}

static ElementSpec
spec_gemodel (uint32_t p, uint32_t r, uint32_t bad, uint32_t good)
{
  return (ElementSpec){ .kind = ELEMENT_LOSS,
                        .as.loss = { .model = LOSS_GEMODEL,
                                     .gemodel = { p, r, bad, good } } };
}

/* Another model goes on where the one before it was: in a burst. */
static void
test_change (void)
{
  World *world = world_new (1);
  const char *missing = NULL;
  WORLD_CHAIN (world->there, spec_chance (ELEMENT_LOSS, PPB_ONE - 1, 1));
  world_send (world, 10);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 1);
  g_assert_true (WORLD_CHANGE (world->there, &missing,
                               spec_gemodel (PERCENT, 0, PPB_ONE, 0)));
  for (unsigned i = 0; i < 100; i++)
    world_send (world, 10);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 101);
  g_assert_true (WORLD_CHANGE (world->there, &missing,
                               spec_state (0, PPB_ONE, 0, PPB_ONE, 0)));
  for (unsigned i = 0; i < 100; i++)
    world_send (world, 10);
  world_drain (world);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 101);
  g_assert_cmpuint (world->counts[EVENT_DELIVERED], ==, 100);
  world_free (world);
}

/* Of two states alone: the share is p / (p + r), and 1 - p - r correlates. */
static void
test_two_states (void)
{
  Rows gilbert = send_many (
      spec_gemodel (2 * PERCENT, 25 * PERCENT, PPB_ONE, 0), EVENT_DROPPED);
  Rows state = send_many (spec_state (2 * PERCENT, 25 * PERCENT, 0, PPB_ONE, 0),
                          EVENT_DROPPED);
  assert_rows (&gilbert, 2.0 / 27, 0.73);
  assert_rows (&state, 2.0 / 27, 0.73);
}

/* SHARE and BURST are what the theory says; so does loss_model. The spread is
 * that of a simple chain with the same rows. */
static void
judge_model (ElementSpec spec, double share, double burst)
{
  double correlation = 1 - 1 / (burst * (1 - share));
  Rows rows = send_many (spec, EVENT_DROPPED);
  double off = (double) rows.hits / MANY - share;
  double fewer = MANY * (1 - correlation) / (1 + correlation);
  g_assert_cmpfloat (off * off, <=, 9 * share * (1 - share) / fewer);
  assert_near ((double) rows.hits / (double) rows.rows, burst);
  g_assert_cmpfloat (fabs (loss_model_rate_ppb (&spec.as.loss) / 1e9 - share),
                     <=, 1e-8);
  g_assert_cmpfloat (
      fabs ((double) loss_model_burst_milli (&spec.as.loss) / 1e3 - burst), <=,
      2e-3);
}

/* In the long run the states are as 1 : p14 : p13/p31 : p13 p32 / p31 p23 =
 * 1 : 0.02 : 0.2 : 0.04. */
static void
test_four_states (void)
{
  double lost = 0.02 + 0.2, sum = 1 + 0.02 + 0.2 + 0.04;
  double beginning = 0.05 + 0.02 + 0.04 * 0.5;
  judge_model (spec_state (5 * PERCENT, 25 * PERCENT, 10 * PERCENT,
                           50 * PERCENT, 2 * PERCENT),
               lost / sum, lost / beginning);
}

/* Good : bad as 4 : 1; of them 1% and 60% are lost. */
static void
test_gemodel (void)
{
  double good = 0.8 * 0.01, bad = 0.2 * 0.6;
  double both =
      good * (0.95 * 0.01 + 0.05 * 0.6) + bad * (0.2 * 0.01 + 0.8 * 0.6);
  judge_model (spec_gemodel (5 * PERCENT, 20 * PERCENT, 60 * PERCENT, PERCENT),
               good + bad, (good + bad) / (good + bad - both));
}

/* Who goes to a state for good begins in the good one. */
static void
test_no_way_back (void)
{
  static const uint64_t draws[] = { 0, UINT64_MAX / 2, UINT64_MAX };
  LossSpec specs[] = {
    spec_state (PERCENT, 0, 0, PPB_ONE, 0).as.loss,
    spec_state (PERCENT, 0, PERCENT, 0, PERCENT).as.loss,
    spec_state (PERCENT, PERCENT, PERCENT, 0, 0).as.loss,
    spec_gemodel (PERCENT, 0, PPB_ONE, 0).as.loss,
    spec_state (0, 0, 0, 0, 0).as.loss,
    spec_gemodel (0, 0, PPB_ONE, 0).as.loss,
  };
  static const uint32_t rates[] = { PPB_ONE, PPB_ONE, 0, PPB_ONE, 0, 0 };
  for (unsigned i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      for (unsigned j = 0; j < G_N_ELEMENTS (draws); j++)
        g_assert_cmpint (loss_model_start (&specs[i], draws[j]), ==, LOSS_GOOD);
      if (i != 1) /* there state 2 with no way on keeps everything */
        g_assert_cmpuint (loss_model_rate_ppb (&specs[i]), ==, rates[i]);
    }
  g_assert_cmpuint (loss_model_rate_ppb (&specs[1]), ==, 0);
  g_assert_cmpuint (loss_model_burst_milli (&specs[0]), ==, UINT64_MAX);
  g_assert_cmpuint (loss_model_burst_milli (&specs[4]), ==, 0);
}

/* Flows of one packet lose as much as long ones. */
static void
test_short_flows (void)
{
  ElementSpec specs[] = {
    spec_gemodel (2 * PERCENT, 18 * PERCENT, PPB_ONE, 0),
    spec_state (2 * PERCENT, 18 * PERCENT, 0, PPB_ONE, 0),
    spec_chance (ELEMENT_LOSS, 10 * PERCENT, 80 * PERCENT),
  };
  for (unsigned i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      World *world = world_new (1);
      world->remember = false;
      WORLD_CHAIN (world->there, specs[i]);
      for (uint16_t port = 1; port <= 20000; port++)
        world_send_packet (world, world->alice,
                           world_datagram (1, port, 2, 7777, 10));
      world_drain (world);
      g_assert_cmpuint (flow_table_count (world->network->flows), ==, 20000);
      assert_binomial (world->counts[EVENT_DROPPED], 20000, 10 * PERCENT);
      world_free (world);
    }
}

/* The fates of SOME datagrams of alice's, each after NOISE more of others. */
static char *
fates (ElementSpec spec, unsigned noise)
{
  World *world = world_new (7);
  GString *lost = g_string_new (NULL);
  WORLD_CHAIN (world->there,
               spec_chance (ELEMENT_DUPLICATE, noise > 0 ? 30 * PERCENT : 0, 0),
               spec);
  for (unsigned i = 0; i < SOME; i++)
    {
      for (unsigned j = 0; j < noise; j++)
        world_send_packet (
            world, world->alice,
            world_datagram (1, 50000, 2, (uint16_t) (1000 + j), 0));
      guint from = world->memories->len;
      uint64_t id = world_send (world, 10);
      char fate = '.';
      world_drain (world);
      for (guint j = from; j < world->memories->len; j++)
        {
          const Memory *memory = world_memory (world, j);
          if (memory->event.type == EVENT_DROPPED && memory->id == id
              && memory->copy == 1)
            fate = 'x';
        }
      g_string_append_c (lost, fate);
    }
  world_free (world);
  return g_string_free (lost, FALSE);
}

/* Neither other flows nor duplicates of one's own change what is remembered. */
static void
test_others (void)
{
  ElementSpec specs[] = {
    spec_chance (ELEMENT_LOSS, 20 * PERCENT, 50 * PERCENT),
    spec_state (5 * PERCENT, 25 * PERCENT, 10 * PERCENT, 50 * PERCENT, PERCENT),
    spec_gemodel (5 * PERCENT, 20 * PERCENT, 60 * PERCENT, PERCENT),
  };
  for (unsigned i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      g_autofree char *alone = fates (specs[i], 0);
      g_autofree char *among = fates (specs[i], 3);
      g_assert_true (g_str_equal (alone, among));
      g_assert_nonnull (strchr (alone, 'x'));
      g_assert_nonnull (strchr (alone, '.'));
    }
}

/* How often do losses of two flows that take turns come in a row? */
static Rows
take_turns (bool shared)
{
  World *world = world_new (1);
  Rows rows = { .hit = EVENT_DROPPED };
  ElementSpec spec = spec_chance (ELEMENT_LOSS, 10 * PERCENT, 80 * PERCENT);
  spec.as.loss.shared = shared;
  world->remember = false;
  network_add_sink (world->network,
                    (EventSink){ .event = count_rows, .self = &rows });
  WORLD_CHAIN (world->there, spec);
  for (unsigned i = 0; i < MANY; i++)
    {
      world_send_packet (
          world, world->alice,
          world_datagram (1, (uint16_t) (5000 + i % 2), 2, 7777, 10));
      world_drain (world);
    }
  world_free (world);
  return rows;
}

/* A shared memory gives one burst to both. */
static void
test_shared (void)
{
  Rows shared = take_turns (true), alone = take_turns (false);
  assert_rows (&shared, 0.1, 0.8);
  assert_near ((double) alone.pairs / (double) alone.hits, 0.1);
}

static const char *
state_of (const Memory *memory)
{
  const EventField *field = event_field (&memory->event, "state");
  return field != NULL ? field->text : NULL;
}

/* A drop says against which share it was drawn, and in which state. */
static void
test_events (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there,
               spec_state (5 * PERCENT, 25 * PERCENT, 0, PPB_ONE, 2 * PERCENT));
  bool burst = false, gap = false;
  for (unsigned i = 0; i < SOME; i++)
    world_send (world, 10);
  for (guint i = 0; i < world->memories->len; i++)
    {
      const Memory *memory = world_memory (world, i);
      if (memory->event.type != EVENT_DROPPED)
        continue;
      int64_t share = memory_number (memory, "share");
      g_assert_cmpint (memory_number (memory, "draw"), <, share);
      bool is_burst = g_str_equal (state_of (memory), "burst");
      g_assert_true (is_burst || g_str_equal (state_of (memory), "gap"));
      g_assert_true (share == 7 * PERCENT
                     || (share == 75 * PERCENT && is_burst));
      burst |= is_burst;
      gap |= !is_burst;
    }
  g_assert_true (burst && gap);
  world_free (world);
}

static void
test_repeated (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there,
               spec_chance (ELEMENT_LOSS, 20 * PERCENT, 50 * PERCENT));
  unsigned repeated = 0;
  for (unsigned i = 0; i < SOME; i++)
    world_send (world, 10);
  for (guint i = 0; i < world->memories->len; i++)
    {
      const Memory *memory = world_memory (world, i);
      if (memory->event.type != EVENT_DROPPED)
        continue;
      bool is_repeated = state_of (memory) != NULL;
      int64_t share = memory_number (memory, "share");
      g_assert_cmpint (share, ==, (is_repeated ? 50 : 20) * PERCENT);
      g_assert_cmpint (memory_number (memory, "draw"), <, share);
      repeated += is_repeated;
    }
  g_assert_cmpuint (repeated, >, 0);
  world_free (world);
}

static void
send_with_ecn (World *world, unsigned ecn)
{
  Packet *packet = world_datagram (1, 50000, 2, 7777, 10);
  packet->bytes[1] = (uint8_t) ecn;
  world_send_packet (world, world->alice, packet);
}

/* ECT(1), ECT(0): marked and delivered. Not ECT: lost. CE says it already. */
static void
test_ecn (void)
{
  World *world = world_new (1);
  ElementSpec spec = spec_loss (PPB_ONE);
  spec.as.loss.ecn = true;
  WORLD_CHAIN (world->there, spec);
  send_with_ecn (world, 1);
  send_with_ecn (world, 2);
  world_drain (world);
  g_assert_cmpuint (world->counts[EVENT_MARKED], ==, 2);
  g_assert_cmpuint (world->counts[EVENT_DELIVERED], ==, 2);
  g_assert_cmpstr (world_nth_memory (world, EVENT_MARKED, 0)->event.cause, ==,
                   "loss");
  send_with_ecn (world, 0);
  world_drain (world);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 1);
  g_assert_cmpuint (world->counts[EVENT_MARKED], ==, 2);
  send_with_ecn (world, 3);
  world_drain (world);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 1);
  g_assert_cmpuint (world->counts[EVENT_DELIVERED], ==, 3);
  world_assert_closed (world->there);
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loss-models/correlation", test_correlation);
  g_test_add_func ("/loss-models/duplicates-corruption",
                   test_duplicates_corruption);
  g_test_add_func ("/loss-models/reordering", test_reordering);
  g_test_add_func ("/loss-models/change", test_change);
  g_test_add_func ("/loss-models/two-states", test_two_states);
  g_test_add_func ("/loss-models/four-states", test_four_states);
  g_test_add_func ("/loss-models/gemodel", test_gemodel);
  g_test_add_func ("/loss-models/no-way-back", test_no_way_back);
  g_test_add_func ("/loss-models/short-flows", test_short_flows);
  g_test_add_func ("/loss-models/others", test_others);
  g_test_add_func ("/loss-models/shared", test_shared);
  g_test_add_func ("/loss-models/events", test_events);
  g_test_add_func ("/loss-models/repeated", test_repeated);
  g_test_add_func ("/loss-models/ecn", test_ecn);
  return g_test_run ();
}
