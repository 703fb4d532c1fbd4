// SPDX-License-Identifier: MIT
#include "stack/ring.h"

#include <glib.h>

#include "tests/unit/luck.h"

/* The model: a plain array of the whole stream, and which of its bytes are
 * defined. */

#define STREAM 200000
#define PIECE  3000

typedef struct
{
  Ring ring;
  int64_t first; /* offset of stream[0] */
  uint8_t stream[STREAM];
  bool written[STREAM];
} Model;

static void
write_somewhere (Model *model, Luck *luck)
{
  Ring *ring = &model->ring;
  size_t gap = luck_below (luck, (unsigned) ring->limit + 1);
  size_t length =
      luck_below (luck, (unsigned) MIN (ring->limit - gap, PIECE) + 1);
  size_t at = (size_t) (ring->base - model->first) + gap;
  uint8_t *piece;

  if (at + length > STREAM)
    return;
  luck_fill (luck, model->stream + at, length);
  memset (model->written + at, true, length);
  piece = luck_exact_copy (model->stream + at, length);
  ring_write (ring, model->first + (int64_t) at, piece, length);
  g_free (piece);
}

static void
read_somewhere (const Model *model, Luck *luck)
{
  const Ring *ring = &model->ring;
  size_t held = MIN (ring->size, ring->limit);
  size_t gap = luck_below (luck, (unsigned) held + 1);
  size_t most = luck_below (luck, (unsigned) (held - gap) + 1);
  size_t at = (size_t) (ring->base - model->first) + gap;
  uint8_t bytes[STREAM / 8];
  size_t length = 0;

  while (length < most && at + length < STREAM && model->written[at + length])
    length++;
  ring_read (ring, ring->base + (int64_t) gap, bytes, length);
  g_assert_true (memcmp (bytes, model->stream + at, length) == 0);
}

static void
advance_somewhere (Model *model, Luck *luck)
{
  int64_t at = model->ring.base - model->first;
  int64_t step = luck_below (luck, (unsigned) model->ring.limit / 4 + 2);

  if (at + step <= STREAM)
    ring_advance (&model->ring, model->ring.base + step);
}

static void
check_size (const Ring *ring)
{
  g_assert_cmpuint (ring->size & (ring->size - 1), ==, 0);
  g_assert_cmpuint (ring->size, <, MAX (2 * ring->limit, 1024));
  g_assert_true ((ring->size == 0) == (ring->bytes == NULL));
}

static unsigned
run_against_model (Model *model, Luck *luck, int64_t first, size_t limit)
{
  unsigned operations = 0;

  memset (model->written, false, sizeof model->written);
  model->first = first;
  ring_init (&model->ring, first, limit);
  g_assert_null (model->ring.bytes);
  for (; operations < 600; operations++)
    {
      unsigned choice = luck_below (luck, 100);

      if (choice < 40)
        write_somewhere (model, luck);
      else if (choice < 80)
        read_somewhere (model, luck);
      else if (choice < 99)
        advance_somewhere (model, luck);
      else
        {
          ring_release (&model->ring);
          g_assert_null (model->ring.bytes);
          memset (model->written, false, sizeof model->written);
        }
      check_size (&model->ring);
    }
  ring_clear (&model->ring);
  return operations;
}

static void
test_model (void)
{
  static const size_t limits[] = { 1,   2,    3,    511,  512,
                                   513, 1000, 4096, 5001, 16384 };
  static const int64_t firsts[] = { 0, 1, -5000, 511, 0xffffff00, 1LL << 50 };
  Model *model = g_new (Model, 1);
  Luck luck = { 1 };
  unsigned operations = 0, rounds = luck_rounds (3, 20);

  for (unsigned round = 0; round < rounds; round++)
    for (unsigned i = 0; i < G_N_ELEMENTS (limits); i++)
      for (unsigned j = 0; j < G_N_ELEMENTS (firsts); j++)
        operations += run_against_model (model, &luck, firsts[j], limits[i]);
  g_test_message ("%u operations", operations);
  g_free (model);
}

static void
test_takes_memory_late (void)
{
  uint8_t byte = 1;
  Ring ring;

  ring_init (&ring, 10, 1 << 20);
  ring_write (&ring, 10, &byte, 0);
  ring_write (&ring, 10 + (1 << 20), &byte, 0);
  g_assert_cmpuint (ring.size, ==, 0);
  ring_write (&ring, 10, &byte, 1);
  g_assert_cmpuint (ring.size, <=, 4096);
  ring_write (&ring, 9 + (1 << 20), &byte, 1);
  g_assert_cmpuint (ring.size, ==, 1 << 20);
  ring_release (&ring);
  g_assert_cmpuint (ring.size, ==, 0);
  g_assert_cmpint (ring.base, ==, 10);
  ring_write (&ring, 10, &byte, 1);
  ring_clear (&ring);
  g_assert_null (ring.bytes);
}

static void
test_outside_is_our_error (void)
{
  uint8_t bytes[64] = { 0 };
  unsigned step = 0;
  Ring ring;

  if (g_test_subprocess ())
    {
      step = (unsigned) g_ascii_strtoull (g_getenv ("STEP"), NULL, 10);
      ring_init (&ring, 100, 10);
      ring_write (&ring, 100, bytes, 10);
      switch (step)
        {
        case 0:
          ring_write (&ring, 99, bytes, 1);
          break;
        case 1:
          ring_write (&ring, 105, bytes, 6);
          break;
        case 2:
          ring_write (&ring, 100, bytes, SIZE_MAX);
          break;
        case 3:
          ring_read (&ring, 99, bytes, 1);
          break;
        default:
          ring_advance (&ring, 99);
        }
      ring_clear (&ring);
      return;
    }
  for (step = 0; step < 5; step++)
    {
      char text[2] = { (char) ('0' + step), '\0' };

      g_setenv ("STEP", text, true);
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_failed ();
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ring/model", test_model);
  g_test_add_func ("/ring/takes-memory-late", test_takes_memory_late);
  g_test_add_func ("/ring/outside-is-our-error", test_outside_is_our_error);
  return g_test_run ();
}
