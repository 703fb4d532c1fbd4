// SPDX-License-Identifier: MIT
/* What the values of an element mean. */
#include "tests/unit/scenarios.h"

#include <glib/gstdio.h>
#include <string.h>

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

static void
test_slot (void)
{
  Scenario *scenario =
      chain_of ("slot 1ms slot 1ms 2ms bytes 2kb packets 3 loss 1%");

  g_assert_cmpuint (length_of (scenario), ==, 3);
  g_assert_cmpint (element (scenario, 0)->as.slot.least_ns, ==, MILLISECOND);
  g_assert_cmpint (element (scenario, 0)->as.slot.most_ns, ==, MILLISECOND);
  g_assert_cmpuint (element (scenario, 0)->as.slot.packets, ==, 0);
  g_assert_cmpint (element (scenario, 1)->as.slot.most_ns, ==, 2 * MILLISECOND);
  g_assert_cmpuint (element (scenario, 1)->as.slot.packets, ==, 3);
  g_assert_cmpuint (element (scenario, 1)->as.slot.bytes, ==, 2048);
  scenario_free (scenario);
}

static void
assert_bad (const char *directory, const char *chain, const char *message)
{
  char *text = g_strdup_printf ("host a 10.0.0.1/24\nhost b 10.0.0.2/24\n"
                                "link a>b %s\n",
                                chain);
  GPtrArray *errors =
      g_ptr_array_new_with_free_func ((GDestroyNotify) scenario_error_free);

  g_assert_null (scenario_parse (text, "test.lab", directory, NULL, errors));
  g_assert_cmpuint (errors->len, ==, 1);
  g_assert_cmpstr (((ScenarioError *) g_ptr_array_index (errors, 0))->message,
                   ==, message);
  g_ptr_array_unref (errors);
  g_free (text);
}

static void
write_file (const char *directory, const char *name, const char *bytes)
{
  char *path = g_build_filename (directory, name, NULL);

  g_assert_true (g_file_set_contents (path, bytes, -1, NULL));
  g_free (path);
}

/* A trace is named relative to the scenario and copied to its results. */
static void
test_trace (void)
{
  char *directory = g_dir_make_tmp ("tunlab-trace-XXXXXX", NULL);
  GPtrArray *errors = g_ptr_array_new ();
  Scenario *scenario;

  write_file (directory, "good", "1\n1\n4\n");
  write_file (directory, "bad", "1\n1\nx\n");
  scenario =
      scenario_parse ("host a 10.0.0.1/24\nhost b 10.0.0.2/24\n"
                      "link a>b trace good limit 9\nlink b>a trace ./good\n",
                      "test.lab", directory, NULL, errors);
  g_assert_nonnull (scenario);
  g_assert_cmpuint (length_of (scenario), ==, 1);
  g_assert_cmpint (element (scenario, 0)->kind, ==, ELEMENT_TRACE);
  g_assert_cmpuint (element (scenario, 0)->as.rate.trace->len, ==, 3);
  g_assert_cmpuint (element (scenario, 0)->as.rate.limit_packets, ==, 9);
  g_assert_nonnull (
      strstr (scenario->resolved->str, "trace inputs/good limit"));
  g_assert_cmpuint (scenario->inputs->len, ==, 1);
  scenario_free (scenario);
  g_ptr_array_unref (errors);
  assert_bad (directory, "trace bad",
              "'bad': line 3 is no time in milliseconds");
  assert_bad (directory, "trace none", "there is no file 'none'");
  assert_bad (directory, "trace good trace good", "a chain has one trace");
  assert_bad (directory, "trace .", "'.' is no regular file");
  assert_bad (directory, "netem trace good", "netem has no 'trace'");
  for (unsigned i = 0; i < 2; i++)
    {
      char *path = g_build_filename (directory, i == 0 ? "good" : "bad", NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
      g_free (path);
    }
  g_assert_cmpint (g_rmdir (directory), ==, 0);
  g_free (directory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario_elements/distributions", test_distributions);
  g_test_add_func ("/scenario_elements/rate-overhead", test_rate_overhead);
  g_test_add_func ("/scenario_elements/slot", test_slot);
  g_test_add_func ("/scenario_elements/trace", test_trace);
  return g_test_run ();
}
