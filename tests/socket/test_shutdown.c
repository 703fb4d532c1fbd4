// SPDX-License-Identifier: MIT
/* The ends: shutdown in each direction, close, linger. */
#include "tests/harness.h"

#include <errno.h>
#include <sys/socket.h>

static int
shut (Talk *t, int how)
{
  return socket_shutdown (t->stack, t->flow->socket, how);
}

static void
linger (Talk *t, int64_t seconds)
{
  app_sets (t, SOCKET_OPTION_LINGER, seconds);
}

/* req: SOK-SHT-1 */
static void
test_not_connected (void)
{
  static const int HOWS[] = { SHUT_RD, SHUT_WR, SHUT_RDWR };
  Talk *t = talk_new ();
  int fresh = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);

  app_listen (t, 7777, 1);
  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  for (unsigned i = 0; i < G_N_ELEMENTS (HOWS); i++)
    {
      talk_check (t, socket_shutdown (t->stack, fresh, HOWS[i]) == -ENOTCONN);
      talk_check (t, socket_shutdown (t->stack, t->listener, HOWS[i])
                         == -ENOTCONN);
      talk_check (t, shut (t, HOWS[i]) == -ENOTCONN);
    }
  talk_check (t, shut (t, 3) == -EINVAL && shut (t, -1) == -EINVAL);
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1");
  poll_is (t, SOCKET_WRITABLE);
  peer_sends (t, "R. 1:1(0) ack 1");
  for (unsigned i = 0; i < G_N_ELEMENTS (HOWS); i++)
    talk_check (t, shut (t, HOWS[i]) == -ENOTCONN);
  falls_silent (t);
  talk_free (t);
}

/* No packet; what comes is acknowledged, fills the window, and is never read.
 * req: SOK-SHT-1 */
static void
test_reading (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "P. 1:11(10) ack 1");
  talk_check (t, shut (t, SHUT_RD) == 0 && shut (t, SHUT_RD) == 0);
  peer_expects_nothing (t);
  app_receive_gives (t, 0);
  peer_sends (t, "P. 11:21(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 21 win 65515");
  app_receive_gives (t, 0);
  app_sends (t, 5);
  peer_expects (t, "P. 1:6(5) ack 21");
  app_closes (t);
  peer_expects (t, "R. 6:6(0) ack 21");
  falls_silent (t);
  talk_free (t);
}

/* The FIN goes behind what was sent, and once. req: SOK-SHT-1 */
static void
test_writing (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 1500);
  talk_check (t, shut (t, SHUT_WR) == 0 && shut (t, SHUT_WR) == 0);
  app_send_gives (t, 1, -EPIPE);
  peer_expects (t, ". 1:1001(1000) ack 1");
  peer_expects (t, "FP. 1001:1501(500) ack 1");
  app_receive_gives (t, -EAGAIN);
  peer_sends (t, "P. 1:11(10) ack 1502");
  app_receives (t, 100, 10);
  talk_check (t, shut (t, SHUT_RDWR) == 0);
  app_receive_gives (t, 0);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1502:1502(0) ack 11");
  talk_free (t);
}

/* A request that ends with a FIN, and then the whole answer.
 * req: SOK-SHT-2 */
static void
test_half_close (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "FP. 1:11(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 12");
  app_receives (t, 100, 10);
  app_receive_gives (t, 0);
  for (int at = 1; at < 20001; at += 1000)
    {
      app_sends (t, 1000);
      peer_expects (t, "P. %d:%d(1000) ack 12", at, at + 1000);
      peer_sends (t, ". 12:12(0) ack %d win 65535", at + 1000);
    }
  app_closes (t);
  peer_expects (t, "F. 20001:20001(0) ack 12");
  peer_sends (t, ". 12:12(0) ack 20002");
  falls_silent (t);
  talk_free (t);
}

/* A peer that says nothing any more: the data goes again and again, and no
 * RST ever. req: SOK-SHT-3 */
static void
test_linger_off (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 500);
  app_closes (t);
  peer_expects (t, "FP. 1:501(500) ack 1");
  advance (t, 200, MILLISECOND);
  peer_expects (t, "FP. 1:501(500) ack 1");
  advance (t, 400, MILLISECOND);
  peer_expects (t, "FP. 1:501(500) ack 1");
  sleep_through (t, 3600, SECOND);
  falls_silent (t);
  talk_free (t);
}

/* req: SOK-SHT-3 */
static void
test_linger_zero (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 500);
  peer_expects (t, "P. 1:501(500) ack 1");
  app_sends (t, 500);
  linger (t, 0);
  app_closes (t);
  peer_expects (t, "R. 501:501(0) ack 1");
  falls_silent (t);
  talk_free (t);
}

/* An RST five seconds after the close, not a nanosecond before, whatever of it
 * the peer has said. req: SOK-SHT-3 */
static void
test_linger_ends (void)
{
  for (unsigned acked = 0; acked < 2; acked++)
    {
      Talk *t = talk_new ();
      Time closed;

      talk_accepted (t);
      linger (t, 5);
      app_sends (t, 500);
      peer_expects (t, "P. 1:501(500) ack 1");
      sleep_through (t, 900, MILLISECOND);
      app_closes (t);
      closed = t->now;
      peer_expects (t, "F. 501:501(0) ack 1");
      if (acked == 1)
        peer_sends (t, "F. 1:1(0) ack 501");
      peer_ignores (t);
      sleep_through (t, 5 * SECOND - 1, 1);
      talk_check (t, t->now == closed + 5 * SECOND - 1);
      t->now++;
      peer_expects (t, "R. 502:502(0) ack %d", acked == 1 ? 2 : 1);
      falls_silent (t);
      talk_free (t);
    }
}

/* A closed window holds the FIN back as well. req: SOK-SHT-3 */
static void
test_linger_behind_window (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, ". 1:1(0) ack 1 win 0");
  peer_expects_nothing (t);
  linger (t, 1);
  app_sends (t, 500);
  app_closes (t);
  sleep_through (t, SECOND - 1, 1);
  t->now++;
  while (peer_takes (t) > 0)
    if ((t->bytes[33] & 4) != 0)
      break;
  talk_check (t, (t->bytes[33] & 4) != 0);
  falls_silent (t);
  talk_free (t);
}

/* All is acknowledged in time: no RST, and the peer may take its time.
 * req: SOK-SHT-3 */
static void
test_linger_in_time (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  linger (t, 5);
  app_sends (t, 500);
  app_closes (t);
  peer_expects (t, "FP. 1:501(500) ack 1");
  peer_sends (t, ". 1:1(0) ack 502");
  advance (t, 50, SECOND);
  peer_sends (t, "F. 1:1(0) ack 502");
  peer_expects (t, ". 502:502(0) ack 2");
  falls_silent (t);
  talk_free (t);
}

/* A listener's option does not end those that wait to be accepted.
 * req: SOK-SHT-3 SOK-LSN-5 */
static void
test_linger_before_accept (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 5);
  talk_check (t,
              socket_option_set (t->stack, t->listener, SOCKET_OPTION_LINGER, 1)
                  == 0);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  advance (t, 100, SECOND);
  app_accepts (t);
  advance (t, 100, SECOND);
  state_is (t, "ESTABLISHED");
  falls_silent (t);
  talk_free (t);
}

/* req: SOK-SHT-4 */
static void
test_unread (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "P. 1:11(10) ack 1");
  app_receives (t, 9, 9);
  app_closes (t);
  peer_expects (t, "R. 1:1(0) ack 11");
  falls_silent (t);
  talk_free (t);
}

/* req: SOK-SHT-1 SOK-POL-2 */
static void
test_datagram (void)
{
  Talk *t = talk_new ();
  int socket = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);
  Endpoint remote = { t->peer, 40000 };
  char byte;

  t->flow->socket = socket;
  talk_check (t, shut (t, SHUT_RDWR) == -ENOTCONN);
  talk_check (t, socket_connect (t->stack, socket, &remote) == 0);
  talk_check (t, shut (t, SHUT_WR) == 0);
  app_send_gives (t, 1, -EPIPE);
  app_receive_gives (t, -EAGAIN);
  poll_is (t, SOCKET_WRITABLE);
  talk_check (t, shut (t, SHUT_RD) == 0);
  talk_check (t, socket_receive (t->stack, socket, &byte, 1) == 0);
  poll_is (t, SOCKET_WRITABLE | SOCKET_READABLE | SOCKET_HANGUP);
  app_closes (t);
  talk_check (t, shut (t, SHUT_RD) == -EBADF);
  falls_silent (t);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket/shutdown/not-connected", test_not_connected);
  g_test_add_func ("/socket/shutdown/reading", test_reading);
  g_test_add_func ("/socket/shutdown/writing", test_writing);
  g_test_add_func ("/socket/shutdown/half-close", test_half_close);
  g_test_add_func ("/socket/shutdown/linger-off", test_linger_off);
  g_test_add_func ("/socket/shutdown/linger-zero", test_linger_zero);
  g_test_add_func ("/socket/shutdown/linger-ends", test_linger_ends);
  g_test_add_func ("/socket/shutdown/linger-behind-window",
                   test_linger_behind_window);
  g_test_add_func ("/socket/shutdown/linger-in-time", test_linger_in_time);
  g_test_add_func ("/socket/shutdown/linger-before-accept",
                   test_linger_before_accept);
  g_test_add_func ("/socket/shutdown/unread", test_unread);
  g_test_add_func ("/socket/shutdown/datagram", test_datagram);
  return g_test_run ();
}
