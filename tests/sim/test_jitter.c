// SPDX-License-Identifier: MIT
#include "sim/jitter.h"
#include "tests/sim/world.h"

#include <math.h>

enum
{
  MANY = 1000000,
  BINS = 100,
  DELAY = 100000000,
  JITTER = 1000000
};

static ElementSpec
spec_jitter (Distribution distribution, uint32_t correlation_ppb)
{
  ElementSpec spec = spec_delay (DELAY, JITTER, false);
  spec.as.delay.distribution = distribution;
  spec.as.delay.correlation_ppb = correlation_ppb;
  return spec;
}

/* In standard deviations from the mean. */
static double
drawn (const ElementSpec *spec, uint64_t n)
{
  RandomKey key = random_key_root (5);
  uint64_t draw = random_draw (key, n, PURPOSE_JITTER, 1);
  return (double) (jitter_wait (spec, draw) - DELAY) / JITTER;
}

static double
normal_below (double x)
{
  return erfc (-x / sqrt (2)) / 2;
}

/* Of exponent 3: the mean would be 3/2 and the deviation 0.866, were it not
 * for the parts of the table and its end. */
static double
pareto_below (double x)
{
  double value = 1.50026 + 0.82899 * x;
  return value <= 1 ? 0 : 1 - pow (value, -3);
}

/* Each hundredth of the law is met as often as any other. */
static void
check_law (Distribution distribution, double (*below) (double))
{
  ElementSpec spec = spec_jitter (distribution, 0);
  uint64_t counts[BINS] = { 0 };
  for (uint64_t n = 0; n < MANY; n++)
    counts[(unsigned) (below (drawn (&spec, n)) * BINS)]++;
  assert_uniform (counts, BINS);
}

static void
test_normal (void)
{
  check_law (DISTRIBUTION_NORMAL, normal_below);
}

static void
test_pareto (void)
{
  check_law (DISTRIBUTION_PARETO, pareto_below);
}

/* At the same draw: a quarter of the one and three of the other, made so much
 * larger that the deviation is 1. */
static void
test_paretonormal (void)
{
  ElementSpec specs[] = { spec_jitter (DISTRIBUTION_NORMAL, 0),
                          spec_jitter (DISTRIBUTION_PARETO, 0),
                          spec_jitter (DISTRIBUTION_PARETONORMAL, 0) };
  for (uint64_t n = 0; n < MANY; n++)
    {
      double sum = drawn (&specs[0], n) + 3 * drawn (&specs[1], n);
      double off = drawn (&specs[2], n) - sum / 4 / 0.94366;
      g_assert_cmpfloat (fabs (off), <, 0.0003);
    }
}

/* The mean within 3 sigma, the deviation within 1 %. */
static void
test_mean_and_spread (void)
{
  for (Distribution d = DISTRIBUTION_NORMAL; d <= DISTRIBUTION_PARETONORMAL;
       d++)
    {
      ElementSpec spec = spec_jitter (d, 0);
      double sum = 0, squares = 0;
      for (uint64_t n = 0; n < MANY; n++)
        {
          double x = drawn (&spec, n);
          sum += x;
          squares += x * x;
        }
      g_assert_cmpfloat (fabs (sum / MANY), <, 0.003);
      g_assert_cmpfloat (fabs (sqrt (squares / MANY) - 1), <, 0.01);
    }
}

static void
test_ends (void)
{
  static const Distribution all[] = { DISTRIBUTION_UNIFORM, DISTRIBUTION_NORMAL,
                                      DISTRIBUTION_PARETO,
                                      DISTRIBUTION_PARETONORMAL };
  static const double least[] = { -1, -3.65, -0.60, -1.45 };
  static const double most[] = { 1, 3.65, 22.51, 18.86 };
  for (unsigned i = 0; i < G_N_ELEMENTS (all); i++)
    {
      ElementSpec spec = spec_jitter (all[i], 0);
      double low = (double) (jitter_wait (&spec, 0) - DELAY) / JITTER;
      double high = (double) (jitter_wait (&spec, UINT64_MAX) - DELAY) / JITTER;
      g_assert_cmpfloat (fabs (low - least[i]), <, 0.01);
      g_assert_cmpfloat (fabs (high - most[i]), <, 0.01);
      g_assert_cmpstr (jitter_word (all[i]), !=, NULL);

      /* Neither before the packet came nor beyond the end of time. */
      spec.as.delay.delay_ns = JITTER / 2;
      g_assert_cmpint (jitter_wait (&spec, 0), ==, 0);
      spec.as.delay.delay_ns = spec.as.delay.jitter_ns = TIME_NEVER;
      g_assert_cmpint (jitter_wait (&spec, UINT64_MAX), ==, TIME_NEVER);
    }
}

/* What a world's packets waited, and what was that again one or two later. */
typedef struct
{
  uint64_t n, counts[BINS];
  double (*below) (double);
  double last[2], squares, products[2];
} Waits;

static void
note_wait (void *self, const Event *event)
{
  Waits *waits = self;
  if (event->type != EVENT_DELIVERED)
    return;
  Time wait = event_field (event, "delay")->number;
  double x = (double) (wait - DELAY) / JITTER;
  for (unsigned i = 0; i < 2; i++)
    waits->products[i] += x * waits->last[i];
  waits->last[1] = waits->last[0];
  waits->last[0] = x;
  waits->squares += x * x;
  waits->counts[(unsigned) (waits->below (x) * BINS)]++;
  waits->n++;
}

static double
uniform_below (double x)
{
  return MIN ((x + 1) / 2, 1 - 1e-9);
}

static Waits
wait_often (Distribution d, double (*below) (double), uint32_t correlation_ppb)
{
  World *world = world_new (1);
  Waits waits = { .below = below };
  world->remember = false;
  network_add_sink (world->network,
                    (EventSink){ .event = note_wait, .self = &waits });
  WORLD_CHAIN (world->there, spec_jitter (d, correlation_ppb));
  for (unsigned i = 0; i < MANY; i++)
    {
      world_send (world, 10);
      world_drain (world);
    }
  g_assert_cmpuint (waits.n, ==, MANY);
  world_free (world);
  return waits;
}

/* A correlation is met within 5 %, the waits keep their law. Chi-square grows
 * with correlation, by up to (1 + c) / (1 - c): so counts are taken by that
 * much fewer. */
static void
check_correlation (Distribution d, double (*below) (double), unsigned percent)
{
  double c = percent / 100.0, repeats = (1 + c) / (1 - c);
  Waits waits = wait_often (d, below, percent * (PPB_ONE / 100));
  for (unsigned i = 0; i < 2; i++)
    {
      double got = waits.products[i] / waits.squares;
      double asked = i == 0 ? c : c * c;
      g_assert_cmpfloat (fabs (got - asked), <, asked * 0.05);
    }
  for (unsigned i = 0; i < BINS; i++)
    waits.counts[i] = (uint64_t) ((double) waits.counts[i] / repeats);
  assert_uniform (waits.counts, BINS);
}

static void
test_correlation (void)
{
  check_correlation (DISTRIBUTION_UNIFORM, uniform_below, 25);
  check_correlation (DISTRIBUTION_UNIFORM, uniform_below, 90);
  check_correlation (DISTRIBUTION_NORMAL, normal_below, 50);
  check_correlation (DISTRIBUTION_PARETO, pareto_below, 50);
}

/* Another flow's packets between ours change none of our waits. */
static void
test_memory_is_the_flows (void)
{
  enum
  {
    FLOW = 200
  };
  Time waits[2][FLOW];
  for (unsigned with_other = 0; with_other < 2; with_other++)
    {
      World *world = world_new (1);
      WORLD_CHAIN (world->there,
                   spec_jitter (DISTRIBUTION_NORMAL, PPB_ONE / 2));
      unsigned repeated = 0;
      for (unsigned i = 0; i < FLOW; i++)
        {
          Time now = world->network->sim.now;
          world_send (world, 10);
          world_drain (world);
          waits[with_other][i] = world->network->sim.now - now;
          repeated += i > 0 && waits[with_other][i] == waits[with_other][i - 1];
          if (with_other)
            world_send_packet (world, world->alice,
                               world_datagram (1, 9, 2, 9, 10));
          world_drain (world);
        }
      g_assert_cmpuint (repeated, >, FLOW / 3);
      world_free (world);
    }
  assert_bytes (waits[0], sizeof waits[0], waits[1], sizeof waits[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jitter/normal", test_normal);
  g_test_add_func ("/jitter/pareto", test_pareto);
  g_test_add_func ("/jitter/paretonormal", test_paretonormal);
  g_test_add_func ("/jitter/mean-and-spread", test_mean_and_spread);
  g_test_add_func ("/jitter/ends", test_ends);
  g_test_add_func ("/jitter/correlation", test_correlation);
  g_test_add_func ("/jitter/memory-is-the-flows", test_memory_is_the_flows);
  return g_test_run ();
}
