// SPDX-License-Identifier: MIT
/* Urgent data: RFC 9293 3.8.5, RFC 6093. */
#include "tests/harness.h"

#include <errno.h>
#include <sys/socket.h>

static void
left_is (Talk *t, ssize_t left)
{
  ssize_t is = socket_urgent (t->stack, t->flow->socket);
  bool polled = (socket_poll (t->stack, t->flow->socket) & SOCKET_URGENT) != 0;

  if (is != left || polled != (left > 0))
    talk_fail (t, "%zd bytes are urgent (%d), not %zd", is, polled, left);
}

/* More of the pattern, urgent. */
static void
sends_urgent (Talk *t, size_t length, ssize_t result)
{
  g_autofree uint8_t *bytes = g_malloc (length + 1);
  struct iovec part = { bytes, length };

  for (size_t i = 0; i < length; i++)
    bytes[i] = packet_line_byte (t->flow->written + (int64_t) i);
  talk_check (
      t, socket_send_parts (t->stack, t->flow->socket, &part, 1, NULL, MSG_OOB)
             == result);
  if (result > 0)
    t->flow->written += result;
}

/* req: TCP-URG-1 TCP-URG-2 TCP-URG-5 TCP-URG-6 */
static void
test_received (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  left_is (t, 0);
  peer_sends (t, "P. 1:11(10) ack 1");
  left_is (t, 0);
  poll_is (t, SOCKET_READABLE | SOCKET_WRITABLE);
  /* The third byte of it is the last that is urgent. */
  peer_sends (t, "PU. 11:21(10) ack 1 urg 3");
  peer_expects (t, ". 1:1(0) ack 21");
  poll_is (t, SOCKET_READABLE | SOCKET_WRITABLE | SOCKET_URGENT);
  left_is (t, 13);
  app_receives (t, 10, 10);
  left_is (t, 3);
  app_receives (t, 2, 2);
  left_is (t, 1);
  app_receives (t, 1, 1);
  left_is (t, 0);
  app_receives (t, 100, 7);
  left_is (t, 0);
  talk_free (t);
}

/* The bytes that it points behind are still to come. req: TCP-URG-3 */
static void
test_ahead (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "U. 1:1(0) ack 1 urg 5000");
  left_is (t, 5000);
  app_receive_gives (t, -EAGAIN);
  for (int i = 0; i < 6; i++)
    {
      peer_sends (t, ". %d:%d(1000) ack 1", 1 + 1000 * i, 1001 + 1000 * i);
      peer_ignores (t);
      left_is (t, i < 5 ? 5000 - 1000 * i : 0);
      app_receives (t, 2000, 1000);
    }
  sleep_through (t, 1, SECOND);
  talk_free (t);
}

/* req: TCP-URG-4 */
static void
test_told (void)
{
  Talk *t = talk_new ();
  unsigned changes;

  talk_accepted (t);
  changes = t->changes;
  peer_sends (t, "U. 1:1(0) ack 1 urg 10");
  talk_check (t, t->changes == changes + 1);
  /* The same, an earlier one, and one that is not acceptable. */
  peer_sends (t, "U. 1:1(0) ack 1 urg 10");
  peer_sends (t, "U. 1:1(0) ack 1 urg 3");
  peer_sends (t, "U. 1:1(0) ack 1");
  peer_sends (t, "U. 100000:100000(0) ack 1 urg 5");
  peer_expects (t, ". 1:1(0) ack 1");
  talk_check (t, t->changes == changes + 1);
  left_is (t, 10);
  peer_sends (t, "U. 1:1(0) ack 1 urg 11");
  talk_check (t, t->changes == changes + 2);
  left_is (t, 11);
  talk_free (t);
}

/* What has been read is not urgent any more. req: TCP-URG-4 TCP-URG-5 */
static void
test_late (void)
{
  Talk *t = talk_new ();
  unsigned changes;

  talk_accepted (t);
  peer_sends (t, "P. 1:101(100) ack 1");
  app_receives (t, 60, 60);
  changes = t->changes;
  peer_sends (t, "U. 101:101(0) ack 1");
  left_is (t, 40);
  app_receives (t, 60, 40);
  left_is (t, 0);
  peer_sends (t, "PU. 101:201(100) ack 1 urg 100");
  left_is (t, 100);
  app_receives (t, 200, 100);
  changes = t->changes;
  /* An old copy, of which nothing is new. */
  peer_ignores (t);
  peer_sends (t, "PU. 101:201(100) ack 1 urg 100");
  peer_expects (t, ". 1:1(0) ack 201");
  talk_check (t, t->changes == changes);
  left_is (t, 0);
  talk_free (t);
}

/* An old part and a new one: the pointer counts from where it begins.
 * req: TCP-URG-8 TCP-HDR-11 */
static void
test_straddling (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, ". 1:101(100) ack 1");
  app_receives (t, 100, 100);
  peer_sends (t, "PU. 51:201(150) ack 1 urg 60");
  peer_expects (t, ". 1:1(0) ack 201");
  left_is (t, 10);
  app_receives (t, 200, 100);
  talk_free (t);
}

/* Beyond a hole: known before the bytes are. req: TCP-URG-4 TCP-URG-6 */
static void
test_out_of_order (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "PU. 101:201(100) ack 1 urg 50");
  peer_expects (t, ". 1:1(0) ack 1");
  left_is (t, 150);
  app_receive_gives (t, -EAGAIN);
  peer_sends (t, ". 1:101(100) ack 1");
  peer_expects (t, ". 1:1(0) ack 201");
  app_receives (t, 500, 200);
  left_is (t, 0);
  talk_free (t);
}

/* Nothing fits, but that it is urgent is heard. req: TCP-SEQ-4 TCP-URG-1 */
static void
test_window_closed (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.receive_buffer = 1000;
  t = talk_new_with (&config, false, SECOND);
  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 win 1000");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  peer_sends (t, ". 1:1001(1000) ack 1");
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 1001 win 0");
  peer_sends (t, "U. 1001:1001(0) ack 1 urg 20");
  left_is (t, 1020);
  peer_sends (t, "U. 1001:1002(1) ack 1 urg 30");
  peer_expects (t, ". 1:1(0) ack 1001 win 0");
  left_is (t, 1030);
  app_receives (t, 1000, 1000);
  peer_expects (t, ". 1:1(0) ack 1001 win 1000");
  left_is (t, 30);
  talk_free (t);
}

/* req: TCP-URG-8 */
static void
test_syn (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 8);
  peer_sends (t, "SU 0:0(0) win 65535 urg 500 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  left_is (t, 0);
  falls_silent (t);
  talk_free (t);

  /* On the ACK of the handshake it counts, as on any other. */
  t = talk_new ();
  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  peer_sends (t, "SU. 0:0(0) ack 1 win 65535 urg 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1");
  left_is (t, 65534);
  talk_free (t);
}

/* There is nothing behind the end of a stream. req: TCP-URG-8 TCP-URG-5 */
static void
test_fin (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "FPU. 1:11(10) ack 1 urg 40000");
  peer_expects (t, ". 1:1(0) ack 12");
  left_is (t, 10);
  /* And no pointer comes behind it. */
  peer_sends (t, "U. 12:12(0) ack 1 urg 60000");
  left_is (t, 10);
  app_receives (t, 100, 10);
  left_is (t, 0);
  app_receive_gives (t, 0);
  talk_free (t);
}

/* req: TCP-URG-2 TCP-URG-6 SOK-IO-6 */
static void
test_sent (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  sends_urgent (t, 1, 1);
  peer_expects (t, "PU. 1:2(1) ack 1 urg 1");
  peer_sends (t, ". 1:1(0) ack 2");
  app_sends (t, 10);
  peer_expects (t, "P. 2:12(10) ack 1");
  peer_sends (t, ". 1:1(0) ack 12");
  sends_urgent (t, 5, 5);
  peer_expects (t, "PU. 12:17(5) ack 1 urg 5");
  peer_sends (t, ". 1:1(0) ack 17");
  falls_silent (t);
  talk_free (t);
}

/* Also the segments before it say how far it goes, those behind say nothing.
 * req: TCP-URG-2 TCP-URG-3 */
static void
test_sent_among_others (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 2500);
  sends_urgent (t, 1000, 1000);
  app_sends (t, 2500);
  peer_expects (t, "U. 1:1001(1000) ack 1 urg 3500");
  peer_expects (t, "U. 1001:2001(1000) ack 1 urg 2500");
  peer_expects (t, "U. 2001:3001(1000) ack 1 urg 1500");
  peer_expects (t, "U. 3001:4001(1000) ack 1 urg 500");
  peer_expects (t, ". 4001:5001(1000) ack 1");
  peer_expects (t, "P. 5001:6001(1000) ack 1");
  peer_sends (t, ". 1:1(0) ack 6001");
  falls_silent (t);
  talk_free (t);
}

/* The field has 16 bits, the window more. req: TCP-URG-3 TCP-HDR-7 */
static void
test_sent_far (void)
{
  StackConfig config = talk_config_modern ();
  Talk *t;
  int64_t mark = 1 + 100000;

  config.tcp.timestamps = false;
  config.tcp.initial_window = 200;
  t = talk_new_with (&config, false, SECOND);
  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000,nop,wscale 7>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  app_accepts (t);
  sends_urgent (t, 100000, 100000);
  for (int64_t at = 1; at < mark; at += 1000)
    peer_expects (t, "%sU. %ld:%ld(1000) ack 1 urg %ld",
                  at + 1000 == mark ? "P" : "", (long) at, (long) at + 1000,
                  (long) MIN (mark - at, 65535));
  peer_expects_nothing (t);
  talk_check (t, app_info (t).in_flight == 100000);
  talk_free (t);
}

/* It is said at once, whatever holds the bytes back.
 * req: TCP-URG-1 TCP-SEQ-4 */
static void
test_sent_to_closed_window (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, ". 1:1(0) ack 1 win 0");
  sends_urgent (t, 3, 3);
  peer_expects (t, "U. 1:1(0) ack 1 urg 3");
  advance (t, 200, MILLISECOND);
  peer_expects (t, "U. 1:2(1) ack 1 urg 3");
  peer_sends (t, ". 1:1(0) ack 1 win 1000");
  peer_expects (t, "U. 1:2(1) ack 1 urg 3");
  peer_sends (t, ". 1:1(0) ack 2 win 1000");
  peer_expects (t, "PU. 2:4(2) ack 1 urg 2");
  talk_free (t);
}

/* req: TCP-URG-1 TCP-NAG-1 */
static void
test_sent_behind_nagle (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 10);
  peer_expects (t, "P. 1:11(10) ack 1");
  sends_urgent (t, 1, 1);
  peer_expects (t, "U. 11:11(0) ack 1 urg 1");
  peer_sends (t, ". 1:1(0) ack 11");
  peer_expects (t, "PU. 11:12(1) ack 1 urg 1");
  talk_free (t);
}

/* Until it is acknowledged. req: TCP-URG-2 */
static void
test_sent_again (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.tcp.keep_alive = true;
  t = talk_new_with (&config, false, SECOND);
  talk_accepted (t);
  sends_urgent (t, 10, 10);
  peer_expects (t, "PU. 1:11(10) ack 1 urg 10");
  advance (t, 200, MILLISECOND);
  peer_expects (t, "PU. 1:11(10) ack 1 urg 10");
  peer_sends (t, ". 1:1(0) ack 11");
  peer_sends (t, "P. 1:11(10) ack 11");
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 11:11(0) ack 11");
  /* Not by a question after it, which begins before its end. */
  advance (t, 7200 * SECOND - 40 * MILLISECOND, 1);
  peer_expects (t, ". 10:10(0) ack 11");
  talk_free (t);
}

/* req: TCP-URG-2 */
static void
test_sent_with_fin (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  sends_urgent (t, 10, 10);
  app_shuts_down (t, SHUT_WR);
  peer_expects (t, "FPU. 1:11(10) ack 1 urg 10");
  sends_urgent (t, 10, -EPIPE);
  peer_sends (t, ". 1:1(0) ack 12");
  talk_free (t);
}

/* req: SOK-IO-1 SOK-IO-6 SOK-IO-8 */
static void
test_calls (void)
{
  Talk *t = talk_new ();
  int datagram = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);

  talk_check (t, socket_urgent (t->stack, datagram) == -EOPNOTSUPP);
  talk_check (t, socket_urgent (t->stack, 77) == -EBADF);
  t->flow->socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  left_is (t, 0);
  sends_urgent (t, 10, -ENOTCONN);
  talk_accepted (t);
  sends_urgent (t, 0, 0);
  falls_silent (t);
  /* What does not fit is not taken, and so not urgent. */
  app_sends (t, 262140);
  sends_urgent (t, 10, 4);
  peer_expects (t, "U. 1:1001(1000) ack 1 urg 65535");
  peer_ignores (t);
  talk_free (t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/urgent/received", test_received);
  g_test_add_func ("/urgent/ahead", test_ahead);
  g_test_add_func ("/urgent/told", test_told);
  g_test_add_func ("/urgent/late", test_late);
  g_test_add_func ("/urgent/straddling", test_straddling);
  g_test_add_func ("/urgent/out-of-order", test_out_of_order);
  g_test_add_func ("/urgent/window-closed", test_window_closed);
  g_test_add_func ("/urgent/syn", test_syn);
  g_test_add_func ("/urgent/fin", test_fin);
  g_test_add_func ("/urgent/sent", test_sent);
  g_test_add_func ("/urgent/sent-among-others", test_sent_among_others);
  g_test_add_func ("/urgent/sent-far", test_sent_far);
  g_test_add_func ("/urgent/sent-to-closed-window", test_sent_to_closed_window);
  g_test_add_func ("/urgent/sent-behind-nagle", test_sent_behind_nagle);
  g_test_add_func ("/urgent/sent-again", test_sent_again);
  g_test_add_func ("/urgent/sent-with-fin", test_sent_with_fin);
  g_test_add_func ("/urgent/calls", test_calls);
  return g_test_run ();
}
