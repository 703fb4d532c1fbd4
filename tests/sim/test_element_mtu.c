// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"

static ElementSpec
spec_mtu (uint32_t bytes)
{
  return (ElementSpec){ .kind = ELEMENT_MTU, .as.mtu = { bytes } };
}

static void
test_sizes (void)
{
  for (uint32_t mtu = 60; mtu < 70; mtu++)
    for (size_t size = 60; size < 70; size++)
      {
        World *world = world_new (1);
        WORLD_CHAIN (world->there, spec_mtu (mtu), spec_delay (5, 0, true));
        world_send (world, size - 28);
        world_drain (world);
        g_assert_cmpuint (world->arrivals->len, ==, size <= mtu);
        g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, size > mtu);
        if (size > mtu)
          {
            const Memory *event = world_nth_memory (world, EVENT_DROPPED, 0);
            g_assert_cmpstr (event->event.cause, ==, "mtu");
            g_assert_cmpint (memory_number (event, "mtu"), ==, mtu);
          }
        world_assert_closed (world->there);
        world_free (world);
      }
}

static void
test_change (void)
{
  World *world = world_new (1);
  const char *missing;
  WORLD_CHAIN (world->there, spec_mtu (100));
  world_send (world, 100);
  g_assert_true (WORLD_CHANGE (world->there, &missing, spec_mtu (128)));
  world_send (world, 100);
  world_drain (world);
  g_assert_cmpuint (world->arrivals->len, ==, 1);
  g_assert_false (WORLD_CHANGE (world->back, &missing, spec_mtu (128)));
  g_assert_cmpstr (missing, ==, "mtu");
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/element-mtu/sizes", test_sizes);
  g_test_add_func ("/element-mtu/change", test_change);
  return g_test_run ();
}
