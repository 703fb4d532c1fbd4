// SPDX-License-Identifier: MIT
/* req: IP4-ADR-7 */
#include "stack/route.h"

#include "stack/address.h"
#include "tests/unit/luck.h"

static Address
address_of (const char *text)
{
  Address address;

  g_assert_true (address_parse (text, &address));
  return address;
}

static Stack *
stack_with_interfaces (unsigned count)
{
  StackConfig config;
  Stack *stack;

  stack_config_init (&config);
  stack = stack_new (&config);
  for (unsigned i = 0; i < count; i++)
    stack_interface_add (stack, 1500);
  return stack;
}

static void
add_address (Stack *stack,
             unsigned interface,
             const char *text,
             unsigned length)
{
  Address address = address_of (text);

  stack_address_add (stack, interface, &address, length);
}

static void
add_route (Stack *stack, const char *text, unsigned length, unsigned interface)
{
  Address prefix = address_of (text);

  stack_route_add (stack, &prefix, length, interface);
}

/* The interface towards TEXT, or -1. */
static int
way_to (const Stack *stack, const char *text)
{
  Address destination = address_of (text);
  unsigned way;

  return route_find_interface (stack, &destination, &way) ? (int) way : -1;
}

static void
test_longest_prefix (void)
{
  Stack *stack = stack_with_interfaces (5);

  add_address (stack, 0, "10.0.0.1", 24);
  g_assert_cmpint (way_to (stack, "10.0.0.9"), ==, 0);
  g_assert_cmpint (way_to (stack, "10.0.1.9"), ==, -1);

  add_route (stack, "0.0.0.0", 0, 1); /* default */
  add_route (stack, "10.0.0.0", 8, 2);
  add_route (stack, "10.0.0.7", 32, 3); /* one host */
  add_route (stack, "10.0.0.0", 8, 4);  /* comes too late */
  g_assert_cmpint (way_to (stack, "10.0.0.9"), ==, 0);
  g_assert_cmpint (way_to (stack, "10.0.0.7"), ==, 3);
  g_assert_cmpint (way_to (stack, "10.0.1.9"), ==, 2);
  g_assert_cmpint (way_to (stack, "11.0.1.9"), ==, 1);

  /* The default of one family is none for the other. */
  g_assert_cmpint (way_to (stack, "2001:db8::1"), ==, -1);
  add_route (stack, "::", 0, 4);
  g_assert_cmpint (way_to (stack, "2001:db8::1"), ==, 4);
  g_assert_cmpint (way_to (stack, "11.0.1.9"), ==, 1);
  stack_free (stack);
}

static void
test_on_link (void)
{
  Stack *stack = stack_with_interfaces (2);
  Address inside = address_of ("10.0.0.9"), outside = address_of ("10.0.1.9");

  add_address (stack, 0, "10.0.0.1", 24);
  add_route (stack, "10.0.1.0", 24, 0);
  g_assert_true (route_is_on_link (stack, 0, &inside));
  g_assert_false (route_is_on_link (stack, 1, &inside));
  g_assert_false (route_is_on_link (stack, 0, &outside));
  stack_free (stack);
}

/* The law: of the routes that fit, a longest one, and of those the first. */

#define ROUTES 40

typedef struct
{
  Address prefix;
  unsigned length;
} Rule;

static int
best_of (const Rule *rules, const Address *destination)
{
  int best = -1;

  for (int i = 0; i < ROUTES; i++)
    if (address_in_prefix (destination, &rules[i].prefix, rules[i].length)
        && (best < 0 || rules[i].length > rules[best].length))
      best = i;
  return best;
}

/* Few different bits, so that prefixes really contain each other. */
static Address
draw_address (Luck *luck)
{
  Address address = luck_below (luck, 2) ? ADDRESS_ANY_IPV4 : ADDRESS_ANY;

  address.bytes[12] = (uint8_t) (luck_below (luck, 4) << 6);
  address.bytes[13] = (uint8_t) luck_below (luck, 4);
  return address;
}

static void
test_against_model (void)
{
  Luck luck = { 3 };

  for (unsigned round = 0; round < luck_rounds (200, 20); round++)
    {
      Stack *stack = stack_with_interfaces (ROUTES);
      Rule rules[ROUTES];

      for (unsigned i = 0; i < ROUTES; i++)
        {
          rules[i].prefix = draw_address (&luck);
          rules[i].length =
              luck_below (&luck, address_is_ipv4 (&rules[i].prefix) ? 33 : 129);
          stack_route_add (stack, &rules[i].prefix, rules[i].length, i);
        }
      for (unsigned i = 0; i < 50; i++)
        {
          Address destination = draw_address (&luck);
          unsigned interface;
          int best = best_of (rules, &destination);

          g_assert_cmpint (
              route_find_interface (stack, &destination, &interface), ==,
              best >= 0);
          if (best >= 0)
            g_assert_cmpuint (interface, ==, (unsigned) best);
        }
      stack_free (stack);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/route/longest-prefix", test_longest_prefix);
  g_test_add_func ("/route/on-link", test_on_link);
  g_test_add_func ("/route/against-model", test_against_model);
  return g_test_run ();
}
