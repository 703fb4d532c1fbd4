// SPDX-License-Identifier: MIT
/* Receiving: order, holes, overlaps, and what may never be taken. */
#include "tests/harness.h"

#include <errno.h>

/* req: TCP-SEQ-6 TCP-NAG-6 TCP-NAG-8 */
static void
test_out_of_order (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, ". 1001:2001(1000) ack 1");
  peer_expects (t, ". 1:1(0) ack 1");
  peer_sends (t, ". 3001:4001(1000) ack 1");
  peer_expects (t, ". 1:1(0) ack 1");
  peer_sends (t, ". 2001:3001(1000) ack 1");
  peer_expects (t, ". 1:1(0) ack 1");
  app_receive_gives (t, -EAGAIN);
  poll_is (t, SOCKET_WRITABLE);
  peer_sends (t, ". 1:1001(1000) ack 1");
  peer_expects (t, ". 1:1(0) ack 4001");
  poll_is (t, SOCKET_WRITABLE | SOCKET_READABLE);
  app_receives (t, 9000, 4000);
  falls_silent (t);
  talk_free (t);
}

/* What is owed for a hole is not owed when the hole is gone: those ACKs would
 * be duplicates of the new one, and tell of a loss that is none.
 * req: TCP-SEQ-9 TCP-SEQ-6 */
static void
test_hole_filled_in_batch (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  for (int i = 1; i < 6; i++)
    peer_adds (t, ". %d:%d(1000) ack 1", 1 + i * 1000, 1001 + i * 1000);
  peer_adds (t, ". 1:1001(1000) ack 1");
  peer_expects (t, ". 1:1(0) ack 6001");
  peer_expects_nothing (t);
  talk_free (t);
}

/* Each segment beyond a hole is told, even when they come together.
 * req: TCP-NAG-6 */
static void
test_hole_in_batch (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_adds (t, ". 1:1001(1000) ack 1");
  for (int i = 2; i < 5; i++)
    peer_adds (t, ". %d:%d(1000) ack 1", 1 + i * 1000, 1001 + i * 1000);
  for (int i = 2; i < 5; i++)
    peer_expects (t, ". 1:1(0) ack 1001");
  peer_expects_nothing (t);
  talk_free (t);
}

/* req: TCP-HDR-13 */
static void
test_first_copy_wins (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, ". 101:201(100) ack 1");
  peer_expects (t, ". 1:1(0) ack 1");
  peer_sends (t, ". 101:201(100) ack 1 fill B");
  peer_expects (t, ". 1:1(0) ack 1");
  peer_sends (t, ". 51:301(250) ack 1 fill B");
  peer_expects (t, ". 1:1(0) ack 1");
  peer_sends (t, ". 51:101(50) ack 1");
  peer_expects (t, ". 1:1(0) ack 1");
  peer_sends (t, ". 1:51(50) ack 1");
  peer_expects (t, ". 1:1(0) ack 301");
  app_receives (t, 50, 50);
  for (int i = 0; i < 50; i++)
    app_receive_gives (t, 1);
  t->flow->read += 50;
  app_receives (t, 100, 100);
  talk_free (t);
}

/* A copy of what was read does not come again. req: TCP-HDR-11 TCP-HDR-13 */
static void
test_trim_left (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, ". 1:101(100) ack 1");
  app_receives (t, 1000, 100);
  peer_sends (t, "P. 1:201(200) ack 1");
  peer_expects (t, ". 1:1(0) ack 201");
  app_receives (t, 1000, 100);
  peer_sends (t, "P. 1:201(200) ack 1");
  peer_expects (t, ". 1:1(0) ack 201");
  drops_are (t, DROP_DUPLICATE, 1);
  app_receive_gives (t, -EAGAIN);
  talk_free (t);
}

static Talk *
talk_with_window_of_3000 (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.receive_buffer = 3000;
  t = talk_new_with (&config, false, 1000 * SECOND);
  talk_check (t, t->flow->socket == 0);
  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 win 3000");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  return t;
}

/* req: TCP-HDR-12 TCP-SEQ-1 TCP-SEQ-2 */
static void
test_trim_right (void)
{
  Talk *t = talk_with_window_of_3000 ();

  peer_sends (t, ". 1:2801(2800) ack 1");
  peer_sends (t, "P. 2801:3101(300) ack 1");
  peer_expects (t, ". 1:1(0) ack 3001 win 0");
  app_receives (t, 5000, 3000);
  peer_expects (t, ". 1:1(0) ack 3001 win 3000");
  peer_sends (t, ". 6001:6011(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 3001 win 3000");
  drops_are (t, DROP_SEQUENCE, 1);
  app_receive_gives (t, -EAGAIN);
  talk_free (t);
}

/* The FIN takes a number as well, and this one lies outside the window.
 * req: TCP-HDR-12 TCP-HDR-14 */
static void
test_fin_at_edge (void)
{
  Talk *t = talk_with_window_of_3000 ();

  peer_sends (t, "FP. 1:3001(3000) ack 1");
  peer_expects (t, ". 1:1(0) ack 3001 win 0");
  state_is (t, "ESTABLISHED");
  app_receives (t, 5000, 3000);
  app_receive_gives (t, -EAGAIN);
  peer_expects (t, ". 1:1(0) ack 3001 win 3000");
  peer_sends (t, "F. 3001:3001(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 3002");
  state_is (t, "CLOSE-WAIT");
  app_receive_gives (t, 0);
  talk_free (t);
}

/* req: TCP-SEQ-7 TCP-HDR-14 */
static void
test_fin_before_hole (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "F. 201:201(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 1");
  drops_are (t, DROP_DUPLICATE, 0);
  peer_sends (t, ". 101:201(100) ack 1");
  peer_expects (t, ". 1:1(0) ack 1");
  state_is (t, "ESTABLISHED");
  app_receive_gives (t, -EAGAIN);
  peer_sends (t, "P. 1:101(100) ack 1");
  peer_expects (t, ". 1:1(0) ack 202");
  state_is (t, "CLOSE-WAIT");
  app_receives (t, 500, 200);
  app_receive_gives (t, 0);
  app_receive_gives (t, 0);
  talk_free (t);
}

/* req: TCP-HDR-14 TCP-CLS-5 */
static void
test_fin_with_data (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "FP. 1:11(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 12");
  poll_is (t, SOCKET_READABLE | SOCKET_WRITABLE | SOCKET_PEER_ENDED);
  app_receives (t, 5, 5);
  app_receives (t, 50, 5);
  app_receive_gives (t, 0);
  talk_free (t);
}

/* req: TCP-SEQ-8 TCP-WND-13 */
static void
test_too_many_holes (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.ranges_max = 3;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  for (int at = 11; at < 100; at += 20)
    {
      peer_sends (t, ". %d:%d(10) ack 1", at, at + 10);
      peer_expects (t, ". 1:1(0) ack 1");
    }
  talk_check (t, stack_counter (t->stack, STACK_COUNTER_RANGES_FULL) == 2);
  drops_are (t, DROP_LIMIT, 2);
  /* What was refused is asked for again. */
  peer_sends (t, ". 1:11(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 21");
  peer_sends (t, ". 21:31(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 41");
  peer_sends (t, ". 41:51(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 61");
  peer_sends (t, "P. 61:101(40) ack 1");
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 101");
  app_receives (t, 500, 100);
  talk_free (t);
}

/* Without an ACK it is nothing. req: TCP-HDR-10 */
static void
test_no_ack_flag (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "- 1:11(10)");
  peer_sends (t, "P 1:11(10)");
  peer_sends (t, "F 1:11(10)");
  app_receive_gives (t, -EAGAIN);
  state_is (t, "ESTABLISHED");
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-CLS-6 TCP-SEQ-2 */
static void
test_data_behind_fin (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "F. 1:11(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 12");
  peer_sends (t, "P. 12:22(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 12");
  app_receives (t, 100, 10);
  app_receive_gives (t, 0);
  talk_free (t);
}

/* A pointer takes no byte out of the stream.
 * req: TCP-URG-6 TCP-URG-8 */
static void
test_urgent_in_line (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "PU. 1:11(10) ack 1");
  app_receives (t, 100, 10);
  peer_sends (t, "U. 11:11(0) ack 1");
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 11");
  talk_free (t);
}

/* req: TCP-HDR-2 TCP-HDR-4 */
static void
test_damaged (void)
{
  Talk *t = talk_new ();
  PacketLine line = packet_line_parse ("P. 1:11(10) ack 1");
  PacketPath path;
  size_t length;

  talk_accepted (t);
  path = (PacketPath){ .source = { t->peer, t->flow->peer_port },
                       .destination = { t->local, t->flow->local_port },
                       .source_isn = t->flow->peer_isn,
                       .destination_isn = t->flow->isn };
  for (unsigned bit = 0; bit < 30 * 8; bit++)
    {
      length = packet_line_encode (&line, &path, t->bytes);
      t->bytes[20 + bit / 8] ^= (uint8_t) (1u << bit % 8);
      peer_sends_bytes (t, length);
    }
  drops_are (t, DROP_CHECKSUM, 240);
  for (unsigned words = 0; words < 16; words++)
    if (words != 5)
      {
        length = packet_line_encode (&line, &path, t->bytes);
        t->bytes[20 + 12] = (uint8_t) (words << 4);
        packet_line_wrap (t->bytes, &t->peer, &t->local, 6, 16,
                          words > 5 ? words * 4u - 1 : 30);
        peer_sends_bytes (t, words > 5 ? words * 4u + 19 : 50);
      }
  drops_are (t, DROP_MALFORMED, 15);
  app_receive_gives (t, -EAGAIN);
  falls_silent (t);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reassembly/out-of-order", test_out_of_order);
  g_test_add_func ("/reassembly/hole-filled-in-batch",
                   test_hole_filled_in_batch);
  g_test_add_func ("/reassembly/hole-in-batch", test_hole_in_batch);
  g_test_add_func ("/reassembly/first-copy-wins", test_first_copy_wins);
  g_test_add_func ("/reassembly/trim-left", test_trim_left);
  g_test_add_func ("/reassembly/trim-right", test_trim_right);
  g_test_add_func ("/reassembly/fin-at-edge", test_fin_at_edge);
  g_test_add_func ("/reassembly/fin-before-hole", test_fin_before_hole);
  g_test_add_func ("/reassembly/fin-with-data", test_fin_with_data);
  g_test_add_func ("/reassembly/too-many-holes", test_too_many_holes);
  g_test_add_func ("/reassembly/no-ack-flag", test_no_ack_flag);
  g_test_add_func ("/reassembly/data-behind-fin", test_data_behind_fin);
  g_test_add_func ("/reassembly/urgent-in-line", test_urgent_in_line);
  g_test_add_func ("/reassembly/damaged", test_damaged);
  return g_test_run ();
}
