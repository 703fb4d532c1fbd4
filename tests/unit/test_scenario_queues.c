// SPDX-License-Identifier: MIT
/* The words of queues, well written and not. */
#include "tests/unit/scenarios.h"

#include <string.h>

static const ElementSpec *
element (const Scenario *scenario, unsigned link, unsigned index)
{
  const ScenarioLink *direction = g_ptr_array_index (scenario->links, link);

  g_assert_cmpuint (index, <, direction->chain->len);
  return &g_array_index (direction->chain, ElementSpec, index);
}

static void
test_values (void)
{
  Scenario *scenario = scenarios_good (
      SCENARIO_BASE "link bob>alice rate 1mbit limit 64kb | codel | rate 2mbit "
                    "codel ecn target 1ms interval 20ms limit 7 noecn ecn");
  const QueueSpec *first = &element (scenario, 1, 1)->as.queue;
  const QueueSpec *second = &element (scenario, 1, 3)->as.queue;

  g_assert_cmpint (element (scenario, 1, 1)->kind, ==, ELEMENT_CODEL);
  g_assert_cmpuint (first->limit_packets, ==, 0);
  g_assert_cmpuint (first->limit_bytes, ==, 65536);
  g_assert_cmpint (first->target_ns, ==, 5 * MILLISECOND);
  g_assert_cmpint (first->interval_ns, ==, 100 * MILLISECOND);
  g_assert_false (first->ecn);
  g_assert_cmpuint (second->limit_packets, ==, 7);
  g_assert_cmpint (second->target_ns, ==, MILLISECOND);
  g_assert_cmpint (second->interval_ns, ==, 20 * MILLISECOND);
  g_assert_true (second->ecn);
  scenario_free (scenario);
}

static void
test_fair (void)
{
  Scenario *scenario = scenarios_good (
      SCENARIO_BASE "link bob>alice rate 1mbit | fq_codel | rate 2mbit "
                    "fq_codel quantum 300 noecn target 1ms\n");
  const QueueSpec *first = &element (scenario, 1, 1)->as.queue;
  const QueueSpec *second = &element (scenario, 1, 3)->as.queue;

  g_assert_cmpint (element (scenario, 1, 1)->kind, ==, ELEMENT_FQ_CODEL);
  g_assert_cmpuint (first->limit_packets, ==, 1000);
  g_assert_cmpuint (first->quantum, ==, 1514);
  g_assert_true (first->ecn);
  g_assert_cmpuint (second->quantum, ==, 300);
  g_assert_cmpint (second->target_ns, ==, MILLISECOND);
  g_assert_false (second->ecn);
  scenario_free (scenario);
}

/* Each is one error, which says PART. */
static void
test_bad (void)
{
  static const struct
  {
    const char *line;
    const char *part;
  } bad[] = {
    { "link alice>bob rate 1mbit fq_codel quantum 255", "not in 256 to" },
    { "link alice>bob rate 1mbit codel quantum 300", "word 'quantum'" },
    { "link alice>bob rate 1mbit pie interval 5ms", "word 'interval'" },
    { "link alice>bob rate 1mbit pie tupdate 999us", "tupdate is not in" },
    { "link alice>bob codel", "needs a 'rate' directly before" },
    { "link alice>bob rate 1mbit delay 1ms codel", "'rate' directly" },
    { "link alice>bob rate 1mbit codel codel", "'rate' directly" },
    { "link alice>bob rate 1mbit codel target 0s", "not in 1ns to" },
    { "link alice>bob rate 1mbit codel target 1001s", "not in 1ns to" },
    { "link alice>bob rate 1mbit codel interval 5", "needs a unit" },
    { "link alice>bob rate 1mbit codel limit 0", "below 1" },
    { "link alice>bob netem rate 1mbit codel", "netem has no 'codel'" },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      char *text = g_strconcat (SCENARIO_BASE, bad[i].line, "\n", NULL);
      unsigned count;
      char *errors = scenarios_bad (text, &count);

      if (count != 1 || strstr (errors, bad[i].part) == NULL)
        g_error ("wanted %s\ngot %s", bad[i].part, errors);
      g_free (errors);
      g_free (text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario_queues/values", test_values);
  g_test_add_func ("/scenario_queues/fair", test_fair);
  g_test_add_func ("/scenario_queues/bad", test_bad);
  return g_test_run ();
}
