// SPDX-License-Identifier: MIT
#include "stack/pieces.h"

#include "tests/unit/luck.h"

#define LINE        16
#define ROUNDS      20000
#define LONG_FACTOR 20

static PiecesAnswer
add (Pieces *pieces, const uint8_t *all, size_t start, size_t end, bool last)
{
  g_autofree uint8_t *exact = luck_exact_copy (all + start, end - start);

  return pieces_add (pieces, start, (View){ exact, end - start }, last, 1);
}

static void
check_whole (const Pieces *pieces, const uint8_t *all, size_t length)
{
  g_autofree uint8_t *whole = g_malloc (length);

  g_assert_true (pieces_complete (pieces));
  g_assert_cmpuint (pieces->end, ==, length);
  pieces_write (pieces, whole);
  g_assert_true (memcmp (whole, all, length) == 0);
}

/* Every ordered pair of intervals on a line of 16, each as last piece or not,
 * with equal and with different bytes: 147,968 pairs.
 * req: IP4-REA-7 IP4-REA-11 IP6-FRG-3 IP6-FRG-4 */
static void
test_all_pairs (void)
{
  uint8_t lines[2][LINE];
  unsigned pairs = 0, bits;

  for (unsigned i = 0; i < LINE; i++)
    {
      lines[0][i] = (uint8_t) i;
      lines[1][i] = (uint8_t) (i | 0x80);
    }
  for (size_t a = 0; a < LINE; a++)
    for (size_t b = a + 1; b <= LINE; b++)
      for (size_t c = 0; c < LINE; c++)
        for (size_t d = c + 1; d <= LINE; d++)
          for (bits = 0; bits < 8; bits++, pairs++)
            {
              bool last[2] = { (bits & 1) != 0, (bits & 2) != 0 };
              const uint8_t *second = lines[bits >> 2];
              bool same = a == c && b == d && bits >> 2 == 0;
              bool overlap = a < d && c < b;
              bool behind = (last[0] && d >= b) || (last[1] && b >= d);
              Pieces pieces = { .count = 0 };
              PiecesAnswer expected = PIECES_ADDED;

              if (same && last[0] == last[1])
                expected = PIECES_DUPLICATE;
              else if (overlap || behind)
                expected = PIECES_CONFLICT;
              g_assert_cmpint (add (&pieces, lines[0], a, b, last[0]), ==,
                               PIECES_ADDED);
              g_assert_cmpint (add (&pieces, second, c, d, last[1]), ==,
                               expected);
              g_assert_cmpuint (pieces.count, ==,
                                expected == PIECES_ADDED ? 2 : 1);
              pieces_clear (&pieces);
            }
  g_test_message ("%u pairs", pairs);
}

static void
permute (unsigned *order, unsigned from, const uint8_t *all, unsigned *count)
{
  enum
  {
    COUNT = 5
  };

  if (from == COUNT)
    {
      Pieces pieces = { .count = 0 };

      for (unsigned i = 0; i < COUNT; i++)
        {
          size_t start = order[i] * 8u;

          g_assert_false (pieces_complete (&pieces));
          g_assert_cmpint (
              add (&pieces, all, start, start + 8, order[i] == COUNT - 1), ==,
              PIECES_ADDED);
        }
      check_whole (&pieces, all, COUNT * 8);
      pieces_clear (&pieces);
      (*count)++;
      return;
    }
  for (unsigned i = from; i < COUNT; i++)
    {
      unsigned kept = order[from];

      order[from] = order[i];
      order[i] = kept;
      permute (order, from + 1, all, count);
      order[i] = order[from];
      order[from] = kept;
    }
}

/* req: IP4-REA-2 */
static void
test_all_orders (void)
{
  unsigned order[] = { 0, 1, 2, 3, 4 }, count = 0;
  uint8_t all[40];
  Luck luck = { 3 };

  luck_fill (&luck, all, sizeof all);
  permute (order, 0, all, &count);
  g_assert_cmpuint (count, ==, 120);
}

/* Random pieces, mostly of one partition, against a map that knows of each
 * byte whose it is. */
static void
test_model (void)
{
  enum
  {
    LENGTH = 100
  };
  unsigned rounds = luck_rounds (ROUNDS, LONG_FACTOR), completed = 0;
  Luck luck = { 11 };
  uint8_t all[LENGTH];

  luck_fill (&luck, all, sizeof all);
  for (unsigned round = 0; round < rounds; round++)
    {
      Pieces pieces = { .count = 0 };
      unsigned map[LENGTH] = { 0 }, ids = 0, covered = 0;
      size_t starts[200], ends[200], highest = 0, end = 0;

      for (unsigned step = 0; step < 40; step++)
        {
          bool wild = luck_below (&luck, 20) == 0;
          size_t start =
              wild ? luck_below (&luck, LENGTH) : luck_below (&luck, 10) * 10;
          size_t stop =
              wild ? start + 1 + luck_below (&luck, LENGTH - (unsigned) start)
                   : start + 10;
          bool last = stop == LENGTH || (wild && luck_below (&luck, 4) == 0);
          bool free = true, same = false;
          PiecesAnswer expected = PIECES_ADDED;

          for (size_t i = start; i < stop; i++)
            free = free && map[i] == 0;
          if (map[start] != 0 && starts[map[start]] == start
              && ends[map[start]] == stop)
            same = last == (end == stop);
          if (same)
            expected = PIECES_DUPLICATE;
          else if (!free || (end > 0 && (last ? stop != end : stop >= end))
                   || (last && highest > stop))
            expected = PIECES_CONFLICT;
          g_assert_cmpint (add (&pieces, all, start, stop, last), ==, expected);
          if (expected != PIECES_ADDED)
            continue;
          ids++;
          starts[ids] = start;
          ends[ids] = stop;
          for (size_t i = start; i < stop; i++, covered++)
            map[i] = ids;
          highest = MAX (highest, stop);
          end = last ? stop : end;
          g_assert_cmpint (pieces_complete (&pieces), ==,
                           end > 0 && covered == end);
          g_assert_true ((pieces_first (&pieces) != NULL) == (map[0] != 0));
        }
      if (pieces_complete (&pieces))
        {
          check_whole (&pieces, all, end);
          completed++;
        }
      pieces_clear (&pieces);
    }
  g_assert_cmpuint (completed, >, rounds / 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pieces/all-pairs", test_all_pairs);
  g_test_add_func ("/pieces/all-orders", test_all_orders);
  g_test_add_func ("/pieces/model", test_model);
  return g_test_run ();
}
