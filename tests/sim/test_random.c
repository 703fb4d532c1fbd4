// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"

/* Known answers of Random123 (kat_vectors, philox4x32 10). */
static void
test_vectors (void)
{
  static const struct
  {
    uint32_t counter[4], key[2], out[4];
  } vectors[] = {
    { { 0, 0, 0, 0 },
      { 0, 0 },
      { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
      { 0xffffffff, 0xffffffff },
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
      { 0xa4093822, 0x299f31d0 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      uint32_t out[4];
      random_philox (vectors[i].counter, vectors[i].key, out);
      assert_bytes (out, sizeof out, vectors[i].out, sizeof out);
    }
}

static void
test_pure (void)
{
  RandomKey key = random_key_named (random_key_root (1), "alice>bob");
  uint64_t draw = random_draw (key, 5, PURPOSE_LOSS, 1);
  for (uint64_t i = 0; i < 100; i++)
    random_draw (key, i, PURPOSE_JITTER, 1);
  g_assert_cmpuint (random_draw (key, 5, PURPOSE_LOSS, 1), ==, draw);
}

static void
test_everything_matters (void)
{
  RandomKey root = random_key_root (1);
  RandomKey key = random_key_named (root, "alice>bob");
  uint64_t draws[] = {
    random_draw (key, 5, PURPOSE_LOSS, 1),
    random_draw (key, 6, PURPOSE_LOSS, 1),
    random_draw (key, 5 + ((uint64_t) 1 << 32), PURPOSE_LOSS, 1),
    random_draw (key, 5, PURPOSE_JITTER, 1),
    random_draw (key, 5, PURPOSE_LOSS, 2),
    random_draw (root, 5, PURPOSE_LOSS, 1),
    random_draw (random_key_named (root, "bob>alice"), 5, PURPOSE_LOSS, 1),
    random_draw (random_key_named (random_key_root (2), "alice>bob"), 5,
                 PURPOSE_LOSS, 1),
    random_draw (random_key_numbered (key, 0), 5, PURPOSE_LOSS, 1),
    random_draw (random_key_numbered (key, 1), 5, PURPOSE_LOSS, 1),
  };
  for (gsize i = 0; i < G_N_ELEMENTS (draws); i++)
    for (gsize j = 0; j < i; j++)
      g_assert_cmpuint (draws[i], !=, draws[j]);
}

static void
test_below (void)
{
  g_assert_cmpuint (random_below (0, 10), ==, 0);
  g_assert_cmpuint (random_below (UINT64_MAX, 10), ==, 9);
  g_assert_cmpuint (random_below (UINT64_MAX, 1), ==, 0);
  g_assert_cmpuint (random_below (UINT64_MAX, UINT64_MAX), ==, UINT64_MAX - 1);
  g_assert_cmpuint (random_below ((uint64_t) 1 << 63, 10), ==, 5);
}

static void
test_hits (void)
{
  g_assert_false (random_hits (0, 0));
  g_assert_true (random_hits (0, 1));
  g_assert_true (random_hits (UINT64_MAX, PPB_ONE));
  g_assert_false (random_hits (UINT64_MAX, PPB_ONE - 1));
  g_assert_cmpuint (random_draw_ppb (UINT64_MAX), ==, PPB_ONE - 1);
  g_assert_cmpuint (random_draw_ppb ((uint64_t) 1 << 63), ==, PPB_ONE / 2);
}

static void
test_uniform (void)
{
  enum
  {
    BINS = 64,
    N = 1000000
  };
  uint64_t counts[BINS] = { 0 }, pairs[BINS] = { 0 };
  RandomKey key = random_key_root (7);
  uint64_t before = 0;
  for (uint64_t i = 1; i <= N; i++)
    {
      uint64_t draw = random_draw (key, i, PURPOSE_LOSS, 1);
      counts[random_below (draw, BINS)]++;
      pairs[random_below (before, 8) * 8 + random_below (draw, 8)]++;
      before = draw;
    }
  assert_uniform (counts, BINS);
  assert_uniform (pairs, BINS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/vectors", test_vectors);
  g_test_add_func ("/random/pure", test_pure);
  g_test_add_func ("/random/everything-matters", test_everything_matters);
  g_test_add_func ("/random/below", test_below);
  g_test_add_func ("/random/hits", test_hits);
  g_test_add_func ("/random/uniform", test_uniform);
  return g_test_run ();
}
