// SPDX-License-Identifier: MIT
/* Routes that follow from a scenario's links. */
#include "sim/topology.h"

#include "stack/address.h"

static Scenario *
parse (const char *text)
{
  GPtrArray *errors = g_ptr_array_new ();
  Scenario *scenario = scenario_parse (text, "test.lab", ".", NULL, errors);

  for (unsigned i = 0; i < errors->len; i++)
    g_test_message ("%s",
                    ((ScenarioError *) g_ptr_array_index (errors, i))->message);
  g_assert_nonnull (scenario);
  g_ptr_array_unref (errors);
  return scenario;
}

/* The routes of host INDEX as text: "10.0.1.0/24@0 ::/0@1". */
static void
expect_routes (const char *text, unsigned index, const char *expected)
{
  Scenario *scenario = parse (text);
  Topology *topology = topology_new (scenario);
  GArray *routes = topology_routes (topology, index);
  GString *found = g_string_new (NULL);

  for (unsigned i = 0; i < routes->len; i++)
    {
      const TopologyRoute *route = &g_array_index (routes, TopologyRoute, i);
      char address[ADDRESS_TEXT_MAX];

      g_string_append_printf (found, "%s%s/%u@%u", i > 0 ? " " : "",
                              address_format (&route->prefix, address),
                              route->length, route->interface);
    }
  g_assert_cmpstr (found->str, ==, expected);
  g_string_free (found, TRUE);
  g_array_unref (routes);
  topology_free (topology);
  scenario_free (scenario);
}

static const char pair[] = "host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\n";

static const char row[] =
    "host a 10.0.0.1/24 fd00::1/64\n"
    "router r 10.0.0.9/24 fd00::9/64 10.0.1.1/24 fd01::1/64\n"
    "router s 10.0.1.2/24 fd01::2/64 10.0.2.9/24 fd02::9/64\n"
    "host b 10.0.2.1/24 fd02::1/64\n"
    "link a r\nlink r s\nlink s b\n";

/* Two ways of the same length from a to c, the second is written first. */
static const char ring[] = "router a 10.0.1.1/24 10.0.2.1/24\n"
                           "router b 10.0.1.2/24 10.0.3.1/24\n"
                           "router d 10.0.2.2/24 10.0.4.1/24\n"
                           "router c 10.0.3.2/24 10.0.4.2/24 10.0.9.1/24\n"
                           "host e 10.0.9.2/24\n"
                           "link a d\nlink a b\nlink b c\nlink d c\nlink c e\n";

/* A host between two others is no way through. */
static const char through[] = "host a 10.0.0.1/24\n"
                              "host b 10.0.0.2/24 10.0.1.1/24\n"
                              "host c 10.0.1.2/24\n"
                              "link a b\nlink b c\n";

/* One prefix on both links of r: each host has a route of its own. */
static const char shared[] = "host a 10.0.0.1/24\n"
                             "host b 10.0.0.2/24\n"
                             "router r 10.0.0.8/24 10.0.0.9/24\n"
                             "link a:10.0.0.1 r:10.0.0.8\n"
                             "link r:10.0.0.9 b\n";

/* Chosen addresses need no prefix in common. */
static const char foreign[] = "host a 10.0.0.1/32\n"
                              "router r 192.0.2.1/24\n"
                              "link a:10.0.0.1 r:192.0.2.1\n";

static void
test_routes (void)
{
  expect_routes (pair, 0, "");
  expect_routes (row, 0, "0.0.0.0/0@0 ::/0@0");
  expect_routes (row, 1, "10.0.2.0/24@1 fd02::/64@1");
  expect_routes (row, 2, "10.0.0.0/24@0 fd00::/64@0");
  expect_routes (row, 3, "0.0.0.0/0@0 ::/0@0");
}

static void
test_ties (void)
{
  expect_routes (ring, 0, "10.0.4.0/24@0 10.0.3.0/24@1 10.0.9.0/24@0");
  expect_routes (ring, 3, "10.0.1.0/24@0 10.0.2.0/24@1");
  expect_routes (ring, 4, "0.0.0.0/0@0 ::/0@0");
}

static void
test_no_way_through (void)
{
  Scenario *scenario = parse (through);
  Topology *topology = topology_new (scenario);

  g_assert_cmpuint (topology_ways (topology, 0)[0].hops, ==, 0);
  g_assert_cmpuint (topology_ways (topology, 0)[1].hops, ==, 1);
  g_assert_cmpuint (topology_ways (topology, 0)[2].hops, ==, 0);
  g_assert_cmpuint (topology_ways (topology, 2)[0].hops, ==, 0);
  topology_free (topology);
  scenario_free (scenario);
  expect_routes (through, 0, "10.0.1.0/24@0");
}

static void
test_shared_prefix (void)
{
  expect_routes (shared, 2, "10.0.0.2/32@1");
  expect_routes (foreign, 0, "0.0.0.0/0@0 ::/0@0");
  expect_routes (foreign, 1, "10.0.0.1/32@0");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/topology/routes", test_routes);
  g_test_add_func ("/topology/ties", test_ties);
  g_test_add_func ("/topology/no-way-through", test_no_way_through);
  g_test_add_func ("/topology/shared-prefix", test_shared_prefix);
  return g_test_run ();
}
