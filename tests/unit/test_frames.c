// SPDX-License-Identifier: MIT
#include "sim/frames.h"

#include <glib.h>

/* Ids rise in steps, as they do when other hosts send in between. */
static void
test_latest (void)
{
  Frames *frames = frames_new ();

  g_assert_cmpuint (frames_find (frames, 1), ==, 0);
  for (uint64_t i = 1; i <= FRAMES_MAX + 1000; i++)
    frames_add (frames, i * 3, i);
  for (uint64_t i = 1; i <= FRAMES_MAX + 1000; i++)
    {
      uint64_t expected = i > 1000 ? i : 0;

      g_assert_cmpuint (frames_find (frames, i * 3), ==, expected);
      g_assert_cmpuint (frames_find (frames, i * 3 - 1), ==, 0);
    }
  g_assert_cmpuint (frames_find (frames, 0), ==, 0);
  g_assert_cmpuint (frames_find (frames, UINT64_MAX), ==, 0);
  frames_free (frames);
}

static void
test_passing (void)
{
  Frames *frames = frames_new ();

  frames_add (frames, 5, 1);
  frames_add (frames, 3, 2);
  frames_add (frames, 5, 3);
  frames_add (frames, 7, 4);
  g_assert_cmpuint (frames_find (frames, 3), ==, 0);
  g_assert_cmpuint (frames_find (frames, 5), ==, 1);
  g_assert_cmpuint (frames_find (frames, 7), ==, 4);
  frames_free (frames);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frames/latest", test_latest);
  g_test_add_func ("/frames/passing", test_passing);
  return g_test_run ();
}
