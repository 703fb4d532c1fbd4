// SPDX-License-Identifier: MIT
/* Closing: RFC 9293 3.6, 3.10.4, and all eleven states. */
#include "tests/harness.h"

#include <errno.h>
#include <sys/socket.h>

#define ALL_STATES ((1u << (TCP_TIME_WAIT + 1)) - 1)

static unsigned seen_states;

static void
over (Talk *t)
{
  seen_states |= t->states;
  talk_free (t);
}

/* We close first. req: TCP-CLS-1 TCP-TW-1 SOK-SHT-3 */
static void
test_active (void)
{
  Talk *t = talk_new ();
  Endpoint local = { t->local, 7777 };
  int other;

  talk_accepted (t);
  app_shuts_down (t, SHUT_WR);
  peer_expects (t, "F. 1:1(0) ack 1");
  state_is (t, "FIN-WAIT-1");
  peer_sends (t, ". 1:1(0) ack 2");
  state_is (t, "FIN-WAIT-2");
  peer_sends (t, "F. 1:1(0) ack 2");
  peer_expects (t, ". 2:2(0) ack 2");
  state_is (t, "TIME-WAIT");
  app_closes (t);
  talk_check (t, socket_close (t->stack, t->listener) == 0);
  advance (t, 60 * SECOND - 1, 1);
  /* The record keeps its port. */
  other = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  talk_check (t, socket_bind (t->stack, other, &local) == -EADDRINUSE);
  advance (t, 1, 1);
  peer_expects_nothing (t);
  talk_check (t, socket_bind (t->stack, other, &local) == 0);
  falls_silent (t);
  over (t);
}

/* The peer closes first: no TIME-WAIT here. req: TCP-CLS-1 TCP-CLS-12 TCP-TW-7
 */
static void
test_passive (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "F. 1:1(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 2");
  state_is (t, "CLOSE-WAIT");
  app_receive_gives (t, 0);
  app_closes (t);
  peer_expects (t, "F. 1:1(0) ack 2");
  peer_sends (t, ". 2:2(0) ack 1");
  peer_expects_nothing (t);
  peer_sends (t, ". 2:2(0) ack 2");
  falls_silent (t);
  talk_check (t, (t->states & 1u << TCP_LAST_ACK) != 0);
  talk_check (t, (t->states & 1u << TCP_TIME_WAIT) == 0);
  peer_sends (t, ". 2:2(0) ack 2");
  peer_expects (t, "R 2:2(0)");
  over (t);
}

/* Both at once. req: TCP-CLS-1 */
static void
test_simultaneous (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_shuts_down (t, SHUT_WR);
  peer_expects (t, "F. 1:1(0) ack 1");
  peer_sends (t, "F. 1:1(0) ack 1");
  peer_expects (t, ". 2:2(0) ack 2");
  state_is (t, "CLOSING");
  peer_sends (t, ". 2:2(0) ack 2");
  state_is (t, "TIME-WAIT");
  app_closes (t);
  advance (t, 60, SECOND);
  falls_silent (t);
  over (t);
}

/* The peer's FIN acknowledges ours. req: TCP-CLS-1 */
static void
test_combined (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_closes (t);
  peer_expects (t, "F. 1:1(0) ack 1");
  peer_sends (t, "F. 1:1(0) ack 2");
  peer_expects (t, ". 2:2(0) ack 2");
  talk_check (t, (t->states & 1u << TCP_TIME_WAIT) != 0);
  talk_check (t, (t->states & 1u << TCP_CLOSING) == 0);
  advance (t, 60, SECOND);
  falls_silent (t);
  over (t);
}

/* req: TCP-CLS-1 TCP-CLS-5 TCP-CLS-6 */
static void
test_all_states (void)
{
  Talk *t = talk_new ();

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  peer_sends (t, "R. 0:0(0) ack 1");
  over (t);
  test_active ();
  test_passive ();
  test_simultaneous ();
  g_assert_cmphex (seen_states, ==, ALL_STATES);
}

/* req: TCP-CLS-1 TCP-PSH-2 TCP-CLS-5 */
static void
test_fin_after_data (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 1500);
  app_closes (t);
  peer_expects (t, ". 1:1001(1000) ack 1");
  peer_expects (t, "FP. 1001:1501(500) ack 1");
  peer_expects_nothing (t);
  peer_sends (t, ". 1:1(0) ack 1001");
  sleep_through (t, 100, MILLISECOND);
  peer_sends (t, "F. 1:1(0) ack 1502");
  peer_expects (t, ". 1502:1502(0) ack 2");
  talk_free (t);
}

/* req: TCP-CLS-2 SOK-SHT-1 SOK-SHT-2 SOK-IO-2 */
static void
test_half_close (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_shuts_down (t, SHUT_WR);
  app_send_gives (t, 1, -EPIPE);
  peer_expects (t, "F. 1:1(0) ack 1");
  peer_sends (t, "P. 1:11(10) ack 1");
  app_receives (t, 100, 10);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 2:2(0) ack 11");
  peer_sends (t, ". 11:11(0) ack 2");
  for (int at = 11; at < 20000; at += 2000)
    {
      peer_sends (t, ". %d:%d(1000) ack 2", at, at + 1000);
      peer_sends (t, ". %d:%d(1000) ack 2", at + 1000, at + 2000);
      peer_expects (t, ". 2:2(0) ack %d", at + 2000);
      app_receives (t, 5000, 2000);
    }
  state_is (t, "FIN-WAIT-2");
  /* Somebody holds the socket: it may take as long as it likes. */
  sleep_through (t, 3600, SECOND);
  state_is (t, "FIN-WAIT-2");
  app_receive_gives (t, -EAGAIN);
  talk_free (t);
}

/* req: TCP-CLS-3 */
static void
test_send_in_close_wait (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "F. 1:1(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 2");
  poll_is (t, SOCKET_READABLE | SOCKET_WRITABLE | SOCKET_PEER_ENDED);
  app_sends (t, 1500);
  peer_expects (t, ". 1:1001(1000) ack 2");
  peer_sends (t, ". 2:2(0) ack 1001");
  peer_expects (t, "P. 1001:1501(500) ack 2");
  app_closes (t);
  peer_expects (t, "F. 1501:1501(0) ack 2");
  peer_sends (t, ". 2:2(0) ack 1502");
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-CLS-4 TCP-RTO-9 */
static void
test_fin_retransmission (void)
{
  static const struct
  {
    const char *peer;
    const char *state;
    int ack;
  } CASES[] = { { NULL, "FIN-WAIT-1", 1 },
                { "before", "LAST-ACK", 2 },
                { "after", "CLOSING", 2 } };

  for (unsigned i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      Talk *t = talk_new ();

      talk_accepted (t);
      if (i == 1)
        {
          peer_sends (t, "F. 1:1(0) ack 1");
          peer_expects (t, ". 1:1(0) ack 2");
        }
      app_shuts_down (t, SHUT_WR);
      peer_expects (t, "F. 1:1(0) ack %d", i == 1 ? 2 : 1);
      if (i == 2)
        {
          peer_sends (t, "F. 1:1(0) ack 1");
          peer_expects (t, ". 2:2(0) ack 2");
        }
      for (int n = 0; n < 4; n++)
        {
          state_is (t, CASES[i].state);
          advance (t, 200 << n, MILLISECOND);
          peer_expects (t, "F. 1:1(0) ack %d", CASES[i].ack);
          talk_check (t, t->out.cause == REPAIR_RTO);
        }
      talk_free (t);
    }
}

/* req: TCP-CLS-6 TCP-TW-1 TCP-TW-5 */
static void
test_fin_again (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "FP. 1:11(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 12");
  peer_sends (t, "FP. 1:11(10) ack 1");
  peer_expects (t, ". 1:1(0) ack 12");
  state_is (t, "CLOSE-WAIT");
  app_receives (t, 100, 10);
  app_shuts_down (t, SHUT_WR);
  peer_expects (t, "F. 1:1(0) ack 12");
  peer_sends (t, "F. 11:11(0) ack 1");
  peer_expects (t, ". 2:2(0) ack 12");
  state_is (t, "LAST-ACK");
  talk_free (t);
}

/* req: TCP-CLS-7 SOK-SHT-4 TCP-RST-10 */
static void
test_unread_data (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "P. 1:11(10) ack 1");
  app_closes (t);
  peer_expects (t, "R. 1:1(0) ack 11");
  falls_silent (t);
  peer_sends (t, ". 11:11(0) ack 1");
  peer_expects (t, "R 1:1(0)");
  talk_free (t);
}

/* req: TCP-CLS-8 */
static void
test_data_after_close (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_closes (t);
  peer_expects (t, "F. 1:1(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 2");
  peer_sends (t, "P. 1:11(10) ack 2");
  peer_expects (t, "R. 2:2(0) ack 1");
  drops_are (t, DROP_NO_SOCKET, 1);
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-CLS-10 */
static void
test_orphan (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_shuts_down (t, SHUT_WR);
  peer_expects (t, "F. 1:1(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 2");
  advance (t, 100, SECOND);
  app_closes (t);
  peer_expects_nothing (t);
  advance (t, 59, SECOND);
  peer_sends (t, ". 1:1(0) ack 2");
  peer_expects_nothing (t);
  advance (t, 1, SECOND);
  peer_expects_nothing (t);
  peer_sends (t, "F. 1:1(0) ack 2");
  peer_expects (t, "R 2:2(0)");
  talk_free (t);
}

/* req: TCP-CLS-11 TCP-RST-10 TCP-RST-11 SOK-SHT-3 */
static void
test_abort (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 3000);
  peer_expects (t, ". 1:1001(1000) ack 1");
  app_aborts (t);
  peer_expects (t, "R. 1001:1001(0) ack 1");
  falls_silent (t);
  talk_check (t, socket_abort (t->stack, t->flow->socket) == -EBADF);
  talk_free (t);
}

/* Nobody knows of it yet. req: TCP-CLS-11 */
static void
test_close_while_connecting (void)
{
  Talk *t = talk_new ();

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  app_closes (t);
  falls_silent (t);
  peer_sends (t, "S. 0:0(0) ack 1");
  peer_expects (t, "R 1:1(0)");
  talk_free (t);
}

/* The window is closed: the FIN asks for it like any byte. req: TCP-CLS-1
 * TCP-WND-4 */
static void
test_fin_and_zero_window (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, ". 1:1(0) ack 1 win 0");
  app_closes (t);
  advance (t, 200, MILLISECOND);
  peer_expects (t, "F. 1:1(0) ack 1");
  peer_sends (t, "F. 1:1(0) ack 2 win 0");
  peer_expects (t, ". 2:2(0) ack 2");
  talk_free (t);
}

/* req: SOK-SHT-1 */
static void
test_shut_for_reading (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_shuts_down (t, SHUT_RD);
  poll_is (t, SOCKET_READABLE | SOCKET_WRITABLE);
  app_receive_gives (t, 0);
  app_sends (t, 10);
  peer_expects (t, "P. 1:11(10) ack 1");
  talk_free (t);
}

/* Over in both directions, long before TIME-WAIT is. req: SOK-POL-2 */
static void
test_hangup (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "F. 1:1(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 2");
  app_shuts_down (t, SHUT_WR);
  peer_expects (t, "F. 1:1(0) ack 2");
  state_is (t, "LAST-ACK");
  talk_check (t,
              (socket_poll (t->stack, t->flow->socket) & SOCKET_HANGUP) != 0);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/close/active", test_active);
  g_test_add_func ("/close/passive", test_passive);
  g_test_add_func ("/close/simultaneous", test_simultaneous);
  g_test_add_func ("/close/combined", test_combined);
  g_test_add_func ("/close/all-states", test_all_states);
  g_test_add_func ("/close/fin-after-data", test_fin_after_data);
  g_test_add_func ("/close/half-close", test_half_close);
  g_test_add_func ("/close/send-in-close-wait", test_send_in_close_wait);
  g_test_add_func ("/close/fin-retransmission", test_fin_retransmission);
  g_test_add_func ("/close/fin-again", test_fin_again);
  g_test_add_func ("/close/unread-data", test_unread_data);
  g_test_add_func ("/close/data-after-close", test_data_after_close);
  g_test_add_func ("/close/orphan", test_orphan);
  g_test_add_func ("/close/abort", test_abort);
  g_test_add_func ("/close/close-while-connecting",
                   test_close_while_connecting);
  g_test_add_func ("/close/fin-and-zero-window", test_fin_and_zero_window);
  g_test_add_func ("/close/shut-for-reading", test_shut_for_reading);
  g_test_add_func ("/close/hangup", test_hangup);
  return g_test_run ();
}
