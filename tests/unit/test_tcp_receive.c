// SPDX-License-Identifier: MIT
#include "stack/tcp_receive.h"

#include <glib.h>

#include "tests/unit/luck.h"

/* The model: an array of the bytes that came first, and which came.
 * req: TCP-SEQ-6 TCP-SEQ-7 TCP-HDR-11 TCP-HDR-12 TCP-HDR-13 TCP-WND-1
 * TCP-WND-10 */

#define STREAM 3000
#define BUFFER 700
#define MSS    100

typedef struct
{
  TcpReceive receive;
  uint8_t bytes[STREAM + 1];
  bool here[STREAM + 1];
  int64_t nxt, read, edge;
  bool fin;
} Model;

static void
check (Model *model)
{
  const TcpReceive *receive = &model->receive;
  bool ended = model->fin && model->nxt == STREAM;

  g_assert_cmpint (receive->nxt, ==, model->nxt + ended);
  g_assert_true (receive->ended == ended);
  g_assert_cmpint (receive->edge, >=, model->edge);
  g_assert_cmpuint (tcp_receive_queue (receive), ==,
                    (size_t) (model->nxt - model->read));
  g_assert_true (receive->early.count == 0
                 || receive->early.items[0].start > receive->nxt);
  model->edge = receive->edge;
}

static void
take (Model *model, Luck *luck)
{
  TcpReceive *receive = &model->receive;
  int64_t room = receive->edge - receive->nxt;
  int64_t offset, end;
  uint8_t bytes[MSS];
  TcpReceiveResult result;
  bool news = false, fin, old_fin = model->fin;

  if (room <= 0 || receive->ended)
    return;
  offset = receive->nxt + luck_below (luck, (unsigned) MIN (room, 300));
  if (luck_below (luck, 3) == 0)
    offset = receive->nxt;
  offset = MIN (offset, STREAM);
  end = offset + 1 + luck_below (luck, MSS);
  end = MIN (MIN (end, receive->edge), STREAM);
  fin = end == STREAM && receive->edge > STREAM;
  luck_fill (luck, bytes, sizeof bytes);
  result =
      tcp_receive_take (receive, offset, bytes, (size_t) (end - offset), fin);
  if (result == TCP_RECEIVE_FULL)
    {
      model->fin = model->fin || fin;
      return;
    }
  model->fin = model->fin || fin;
  for (int64_t at = offset; at < end; at++)
    if (!model->here[at])
      {
        news = true;
        model->here[at] = true;
        model->bytes[at] = bytes[at - offset];
      }
  while (model->nxt < STREAM && model->here[model->nxt])
    model->nxt++;
  if (offset == receive->nxt || result == TCP_RECEIVE_NEW)
    return;
  g_assert_true ((result == TCP_RECEIVE_DUPLICATE)
                 == (!news && model->fin == old_fin));
  g_assert_cmpuint (receive->duplicates, >, 0);
}

static void
read_some (Model *model, Luck *luck)
{
  uint8_t bytes[400];
  size_t size = luck_below (luck, 400);
  size_t length = MIN (tcp_receive_queue (&model->receive), size);

  g_assert_cmpuint (length, ==,
                    MIN (size, (size_t) (model->nxt - model->read)));
  tcp_receive_copy (&model->receive, 0, bytes, length);
  tcp_receive_consume (&model->receive, length);
  g_assert_true (memcmp (bytes, model->bytes + model->read, length) == 0);
  model->read += (int64_t) length;
}

/* The edge moves by a segment or half the buffer, or not at all. */
static void
offer (Model *model)
{
  int64_t before = model->receive.edge;
  int64_t window = tcp_receive_offer (&model->receive, MSS, 0);
  int64_t moved = model->receive.edge - before;

  g_assert_cmpint (window, ==, model->receive.edge - model->receive.nxt);
  g_assert_true (moved == 0 || moved >= MSS || model->receive.ended);
  g_assert_cmpint (model->receive.edge, <=, model->read + BUFFER + 1);
  g_assert_false (model->receive.ack_now);
}

static void
test_against_model (void)
{
  for (unsigned seed = 0; seed < luck_rounds (300, 20); seed++)
    {
      Luck luck = { seed };
      Model model = { .nxt = 1, .read = 1 };

      tcp_receive_init (&model.receive, BUFFER, 1 + luck_below (&luck, 8));
      tcp_receive_start (&model.receive, 0xffffffff, MSS, 0);
      for (unsigned i = 0; i < 5000 && model.read < STREAM; i++)
        {
          unsigned what = luck_below (&luck, 10);

          if (what < 7)
            take (&model, &luck);
          else if (what < 9)
            read_some (&model, &luck);
          else
            offer (&model);
          check (&model);
        }
      g_assert_cmpint (model.read, ==, STREAM);
      tcp_receive_clear (&model.receive);
    }
}

/* req: TCP-HDR-5 */
static void
test_unwrap (void)
{
  TcpReceive receive;

  tcp_receive_init (&receive, BUFFER, 4);
  tcp_receive_start (&receive, 0xfffffff0, MSS, 0);
  receive.nxt = 0x500000000;
  for (int64_t off = -0x7fffffff; off <= 0x7fffffff; off += 0x1234567)
    g_assert_cmpint (
        tcp_receive_unwrap (&receive,
                            0xfffffff0u + (uint32_t) (receive.nxt + off)),
        ==, receive.nxt + off);
  tcp_receive_clear (&receive);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tcp_receive/model", test_against_model);
  g_test_add_func ("/tcp_receive/unwrap", test_unwrap);
  return g_test_run ();
}
