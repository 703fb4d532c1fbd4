// SPDX-License-Identifier: MIT
#include "sim/gaps.h"

#include <glib.h>

/* 1 arrives after 2 and 3 are lost: the gap is behind it, before 4. */
static void
test_decided_early (void)
{
  Gaps *gaps = gaps_new ();

  gaps_add_sent (gaps);
  gaps_add_sent (gaps);
  gaps_add_lost (gaps, 20, 2);
  gaps_add_sent (gaps);
  gaps_add_lost (gaps, 30, 3);
  gaps_add_sent (gaps);
  g_assert_cmpuint (gaps_count_arrived (gaps, 10, 1), ==, 0);
  g_assert_cmpuint (gaps_count_arrived (gaps, 40, 4), ==, 2);
  g_assert_cmpuint (gaps_count_arrived (gaps, 50, 5), ==, 0);
  gaps_free (gaps);
}

/* Against a list of all packets: each arrival counts the lost ones that were
 * sent before it and not counted yet. */
static void
test_model (void)
{
  enum
  {
    PACKETS = 2000,
    DELAY = 10
  };
  static bool lost[PACKETS], counted[PACKETS];
  Gaps *gaps = gaps_new ();
  uint64_t total = 0;

  for (int now = 0; now < PACKETS + DELAY; now++)
    {
      int arrived = now - DELAY;

      if (now < PACKETS)
        {
          lost[now] = g_test_rand_int_range (0, 3) == 0;
          gaps_add_sent (gaps);
          if (lost[now])
            gaps_add_lost (gaps, now / 2, (uint64_t) now);
        }
      if (arrived >= 0 && !lost[arrived])
        {
          uint64_t expected = 0;

          for (int i = 0; i < arrived; i++)
            if (lost[i] && !counted[i])
              {
                counted[i] = true;
                expected++;
              }
          g_assert_cmpuint (
              gaps_count_arrived (gaps, arrived / 2, (uint64_t) arrived), ==,
              expected);
          total += expected;
        }
    }
  g_assert_cmpuint (total, >, PACKETS / 4);
  gaps_free (gaps);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gaps/decided-early", test_decided_early);
  g_test_add_func ("/gaps/model", test_model);
  return g_test_run ();
}
