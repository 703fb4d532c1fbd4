// SPDX-License-Identifier: MIT
#include "stack/drop.h"

#include <glib.h>

static void
test_names (void)
{
  g_assert_cmpstr (drop_cause_name (DROP_NONE), ==, "none");
  g_assert_cmpstr (drop_cause_name (DROP_CHECKSUM), ==, "checksum");
  g_assert_cmpstr (drop_cause_name (DROP_DUPLICATE), ==, "duplicate");

  for (unsigned a = 0; a < DROP_CAUSE_COUNT; a++)
    for (unsigned b = 0; b < a; b++)
      g_assert_cmpstr (drop_cause_name (a), !=, drop_cause_name (b));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/drop/names", test_names);
  return g_test_run ();
}
