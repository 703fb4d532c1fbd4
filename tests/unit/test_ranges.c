// SPDX-License-Identifier: MIT
#include "stack/ranges.h"

#include <glib.h>

#include "tests/unit/luck.h"

/* The model: a bitmap. req: TCP-SAK-8 */

#define SPACE 120

typedef struct
{
  Ranges ranges;
  int64_t zero; /* offset of bit 0 */
  bool bits[SPACE];
} Model;

static unsigned
count_runs (const bool bits[SPACE])
{
  unsigned runs = 0;

  for (unsigned i = 0; i < SPACE; i++)
    runs += bits[i] && (i == 0 || !bits[i - 1]);
  return runs;
}

static void
check_law (const Ranges *ranges)
{
  g_assert_cmpuint (ranges->count, <=, ranges->max);
  g_assert_cmpuint (ranges->size, <=, ranges->max);
  for (unsigned i = 0; i < ranges->count; i++)
    {
      g_assert_cmpint (ranges->items[i].start, <, ranges->items[i].end);
      if (i > 0)
        g_assert_cmpint (ranges->items[i - 1].end, <, ranges->items[i].start);
    }
}

static void
check_find (const Model *model, unsigned at)
{
  Range range = { 0, 0 };
  unsigned start = at, end;
  bool found = ranges_find (&model->ranges, model->zero + at, &range);

  while (start < SPACE && !model->bits[start])
    start++;
  g_assert_true (found == (start < SPACE));
  if (!found)
    return;
  end = start;
  while (start > 0 && model->bits[start - 1])
    start--;
  while (end < SPACE && model->bits[end])
    end++;
  g_assert_cmpint (range.start, ==, model->zero + start);
  g_assert_cmpint (range.end, ==, model->zero + end);
}

static void
check_questions (const Model *model, unsigned start, unsigned end)
{
  bool all = true, any = false;
  unsigned total = 0;

  for (unsigned i = start; i < end; i++)
    {
      all = all && model->bits[i];
      any = any || model->bits[i];
    }
  for (unsigned i = 0; i < SPACE; i++)
    {
      total += model->bits[i];
      g_assert_true (ranges_contains (&model->ranges, model->zero + i)
                     == model->bits[i]);
    }
  g_assert_true (
      ranges_covers (&model->ranges, model->zero + start, model->zero + end)
      == all);
  g_assert_true (
      ranges_overlaps (&model->ranges, model->zero + start, model->zero + end)
      == any);
  g_assert_cmpint (ranges_total (&model->ranges), ==, total);
}

/* Adds or removes; a refusal must be due and must change nothing. */
static bool
change (Model *model, bool add, unsigned start, unsigned end)
{
  bool bits[SPACE], done;

  memcpy (bits, model->bits, sizeof bits);
  for (unsigned i = start; i < end; i++)
    bits[i] = add;
  if (add)
    done = ranges_add (&model->ranges, model->zero + start, model->zero + end);
  else
    done =
        ranges_remove (&model->ranges, model->zero + start, model->zero + end);
  g_assert_true (done == (count_runs (bits) <= model->ranges.max));
  if (done)
    memcpy (model->bits, bits, sizeof bits);
  return done;
}

static void
test_model (void)
{
  Luck luck = { 3 };
  unsigned operations = 0, refused = 0, rounds = luck_rounds (400, 20);

  for (unsigned round = 0; round < rounds; round++)
    {
      Model model = { .zero = (int64_t) luck_below (&luck, 200) - 100 };
      unsigned longest = 1 + luck_below (&luck, 20);

      ranges_init (&model.ranges, 1 + luck_below (&luck, 20));
      for (unsigned i = 0; i < 200; i++, operations++)
        {
          unsigned start = luck_below (&luck, SPACE);
          unsigned length = luck_below (&luck, longest + 1);
          unsigned end = MIN (start + length, SPACE);
          unsigned choice = luck_below (&luck, 20);

          if (choice == 0)
            {
              ranges_remove_below (&model.ranges, model.zero + start / 4);
              memset (model.bits, false, start / 4);
            }
          else
            refused += !change (&model, choice < 13, start, end);
          check_law (&model.ranges);
          check_find (&model, start);
          check_questions (&model, start, end);
        }
      ranges_clear (&model.ranges);
      g_assert_cmpuint (model.ranges.count, ==, 0);
      g_assert_null (model.ranges.items);
    }
  g_assert_cmpuint (refused, >, operations / 50);
  g_test_message ("%u operations, %u refused", operations, refused);
}

/* All positions of a new range against two old ones, at the limit. */
static void
test_every_position (void)
{
  unsigned cases = 0;

  for (unsigned start = 0; start <= 14; start++)
    for (unsigned end = start; end <= 14; end++)
      for (unsigned add = 0; add < 2; add++, cases++)
        {
          Model model = { .zero = 0 };

          ranges_init (&model.ranges, 2);
          g_assert_true (change (&model, true, 3, 6));
          g_assert_true (change (&model, true, 8, 11));
          change (&model, add == 1, start, end);
          check_law (&model.ranges);
          for (unsigned i = 0; i < 16; i++)
            check_find (&model, i);
          check_questions (&model, start, end);
          ranges_clear (&model.ranges);
        }
  g_test_message ("%u cases", cases);
}

static void
test_extremes (void)
{
  Ranges ranges;
  Range range;

  ranges_init (&ranges, 3);
  g_assert_true (ranges_add (&ranges, 5, 5));
  g_assert_true (ranges_add (&ranges, 6, 5));
  g_assert_true (ranges_remove (&ranges, 0, 9));
  g_assert_cmpuint (ranges.count, ==, 0);
  g_assert_true (ranges_covers (&ranges, 7, 7));
  g_assert_false (ranges_overlaps (&ranges, 7, 7));
  g_assert_false (ranges_find (&ranges, INT64_MIN, &range));

  g_assert_true (ranges_add (&ranges, INT64_MIN, INT64_MIN + 1));
  g_assert_true (ranges_add (&ranges, INT64_MAX - 1, INT64_MAX));
  g_assert_true (ranges_contains (&ranges, INT64_MIN));
  g_assert_false (ranges_contains (&ranges, INT64_MAX));
  ranges_remove_below (&ranges, INT64_MAX);
  g_assert_cmpuint (ranges.count, ==, 0);
  ranges_clear (&ranges);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ranges/model", test_model);
  g_test_add_func ("/ranges/every-position", test_every_position);
  g_test_add_func ("/ranges/extremes", test_extremes);
  return g_test_run ();
}
