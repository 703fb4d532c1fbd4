// SPDX-License-Identifier: MIT
#include "stack/tcp_receive.h"

#include <glib.h>

#include "tests/unit/luck.h"

/* The model: for each byte, when it came last; a block is a run of bytes that
 * are here, and as recent as the latest of them.
 * req: TCP-SAK-2 TCP-SAK-3 TCP-SAK-4 TCP-SAK-9 TCP-SAK-10 */

#define STREAM 400
#define MOST   4

typedef struct
{
  TcpReceive receive;
  unsigned came[STREAM + 1]; /* 0: not yet */
  unsigned step;
  int64_t nxt;
  Range duplicate;
} Model;

/* The run of bytes from AT on that are all here, or all not. */
static int64_t
run_end (const Model *model, int64_t at, int64_t end)
{
  bool here = model->came[at] > 0;

  while (at < end && (model->came[at] > 0) == here)
    at++;
  return at;
}

static void
take (Model *model, Luck *luck)
{
  TcpReceive *receive = &model->receive;
  int64_t start = 1 + luck_below (luck, STREAM - 40);
  int64_t end = start + 1 + luck_below (luck, 39), at;
  uint8_t bytes[40] = { 0 };

  if (luck_below (luck, 6) == 0)
    start = MIN (model->nxt, STREAM - 1);
  end = MAX (end, start + 1);
  end = MIN (end, MIN (start + 40, STREAM));
  tcp_receive_note (receive, start, end);
  at = model->came[start] > 0 ? start : run_end (model, start, end);
  if (at < end)
    model->duplicate = (Range){ at, run_end (model, at, end) };
  if (end <= model->nxt)
    return;
  at = MAX (start, model->nxt);
  if (tcp_receive_take (receive, at, bytes, (size_t) (end - at), false)
      == TCP_RECEIVE_FULL)
    return;
  model->step++;
  for (; at < end; at++)
    model->came[at] = model->step;
  while (model->nxt < STREAM && model->came[model->nxt] > 0)
    model->nxt++;
}

/* The most recent block that is older than BEFORE. */
static bool
find_block (const Model *model, unsigned before, Range *block, unsigned *when)
{
  *when = 0;
  for (int64_t at = model->nxt; at < STREAM; at = run_end (model, at, STREAM))
    {
      int64_t end = run_end (model, at, STREAM);
      unsigned last = 0;

      for (int64_t i = at; i < end; i++)
        last = MAX (last, model->came[i]);
      if (last > *when && last < before)
        {
          *when = last;
          *block = (Range){ at, end };
        }
    }
  return *when > 0;
}

static void
report (Model *model, Luck *luck)
{
  unsigned most = luck_below (luck, MOST + 1), count, at = 0, when = G_MAXUINT;
  Range blocks[MOST], expected;

  g_assert_cmpint (model->receive.nxt, ==, model->nxt);
  g_assert_cmpuint (model->receive.sack.count, ==, model->receive.early.count);
  count = tcp_receive_report (&model->receive, blocks, most);
  g_assert_cmpuint (count, <=, most);
  if (model->duplicate.end > 0 && most > 0)
    {
      g_assert_cmpint (blocks[0].start, ==, model->duplicate.start);
      g_assert_cmpint (blocks[0].end, ==, model->duplicate.end);
      model->duplicate = (Range){ 0, 0 };
      at++;
    }
  for (; at < most && find_block (model, when, &expected, &when); at++)
    {
      g_assert_cmpuint (at, <, count);
      g_assert_cmpint (blocks[at].start, ==, expected.start);
      g_assert_cmpint (blocks[at].end, ==, expected.end);
    }
  g_assert_cmpuint (at, ==, count);
}

static void
test_against_model (void)
{
  for (unsigned seed = 0; seed < luck_rounds (1000, 20); seed++)
    {
      Luck luck = { seed };
      Model model = { .nxt = 1 };

      tcp_receive_init (&model.receive, STREAM, 1 + luck_below (&luck, 20));
      tcp_receive_start (&model.receive, 0, STREAM, STREAM);
      for (unsigned i = 0; i < 200 && model.nxt < STREAM; i++)
        {
          take (&model, &luck);
          if (luck_below (&luck, 3) > 0)
            report (&model, &luck);
        }
      tcp_receive_clear (&model.receive);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tcp-sack/against-model", test_against_model);
  return g_test_run ();
}
