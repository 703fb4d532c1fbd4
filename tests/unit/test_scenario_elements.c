// SPDX-License-Identifier: MIT
/* What the values of an element mean. */
#include "tests/unit/scenarios.h"

static Scenario *
chain_of (const char *chain)
{
  char *text = g_strdup_printf ("host a 10.0.0.1/24\nhost b 10.0.0.2/24\n"
                                "link a>b %s\n",
                                chain);
  Scenario *scenario = scenarios_good (text);

  g_free (text);
  return scenario;
}

static const ChainSpec *
there (const Scenario *scenario)
{
  return ((const ScenarioLink *) g_ptr_array_index (scenario->links, 0))->chain;
}

static unsigned
length_of (const Scenario *scenario)
{
  return there (scenario)->len;
}

static const ElementSpec *
element (const Scenario *scenario, unsigned index)
{
  g_assert_cmpuint (index, <, length_of (scenario));
  return &g_array_index (there (scenario), ElementSpec, index);
}

static void
test_distributions (void)
{
  static const char *const words[] = { "uniform", "normal", "pareto",
                                       "paretonormal" };

  for (unsigned i = 0; i < G_N_ELEMENTS (words); i++)
    {
      char *line = g_strdup_printf ("delay 5ms 1ms 25.5%% order "
                                    "keep distribution %s | loss 1%%",
                                    words[i]);
      Scenario *scenario = chain_of (line);
      const ElementSpec *spec = element (scenario, 0);

      g_assert_cmpuint (length_of (scenario), ==, 2);
      g_assert_cmpuint (spec->as.delay.distribution, ==, i);
      g_assert_cmpuint (spec->as.delay.correlation_ppb, ==, 255000000);
      g_assert_true (spec->as.delay.keep_order);
      scenario_free (scenario);
      g_free (line);
    }
}

/* Our words and netem's numbers say the same. */
static void
test_rate_overhead (void)
{
  Scenario *scenario = chain_of ("rate 1mbit limit 5 cell 48 5 overhead -8 "
                                 "rate 1mbit -8 48 5 limit 5 rate 1mbit 14");

  for (unsigned i = 0; i < 2; i++)
    {
      const ElementSpec *spec = element (scenario, i);

      g_assert_cmpint (spec->as.rate.overhead, ==, -8);
      g_assert_cmpuint (spec->as.rate.cell, ==, 48);
      g_assert_cmpint (spec->as.rate.cell_overhead, ==, 5);
      g_assert_cmpuint (spec->as.rate.limit_packets, ==, 5);
    }
  g_assert_cmpint (element (scenario, 2)->as.rate.overhead, ==, 14);
  g_assert_cmpuint (element (scenario, 2)->as.rate.cell, ==, 0);
  scenario_free (scenario);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario_elements/distributions", test_distributions);
  g_test_add_func ("/scenario_elements/rate-overhead", test_rate_overhead);
  return g_test_run ();
}
