// SPDX-License-Identifier: MIT
/* RST, SYN and ACK that may be forged: RFC 9293 3.10.7.4, RFC 5961. */
#include "tests/harness.h"

#include <errno.h>
#include <sys/socket.h>

/* req: TCP-RST-2 TCP-RST-11 TCP-RST-12 SOK-IO-3 SOK-IO-11 */
static void
test_exact (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 5000);
  peer_ignores (t);
  peer_sends (t, "R 1:1(0)");
  state_is (t, "CLOSED");
  poll_is (t, SOCKET_ERROR | SOCKET_READABLE | SOCKET_WRITABLE | SOCKET_HANGUP);
  app_receive_gives (t, -ECONNRESET);
  app_receive_gives (t, 0);
  app_send_gives (t, 1, -EPIPE);
  falls_silent (t);
  talk_free (t);
}

/* What came before the reset can be read, then the error is told.
 * req: SOK-IO-4 TCP-RST-9 */
static void
test_data_before (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "P. 1:11(10) ack 1");
  peer_sends (t, "R. 11:31(20) ack 1");
  app_receives (t, 100, 10);
  app_receive_gives (t, -ECONNRESET);
  app_receive_gives (t, 0);
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-RST-3 TCP-RST-1 */
static void
test_in_window (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "R 2:2(0)");
  peer_expects (t, ". 1:1(0) ack 1");
  peer_sends (t, "R. 65535:65535(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 1");
  /* The peer, if it was it, now knows the number. */
  peer_sends (t, "R 65536:65536(0)");
  peer_sends (t, "R 0:0(0)");
  peer_sends (t, "R -1000:-1000(0)");
  peer_sends (t, "R 1000000:1000000(0)");
  state_is (t, "ESTABLISHED");
  falls_silent (t);
  talk_free (t);
}

/* Bytes and flags of an RST don't bring it nearer to RCV.NXT.
 * req: TCP-RST-1 TCP-RST-9 */
static void
test_just_before (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  peer_sends (t, "R. 0:2(2) ack 1");
  state_is (t, "ESTABLISHED");
  peer_sends (t, "RF. -9:10(19) ack 1");
  state_is (t, "ESTABLISHED");
  peer_sends (t, "R. 1:100(99) ack 1");
  state_is (t, "CLOSED");
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-RST-1 TCP-RST-2 TCP-SEQ-4 */
static void
test_zero_window (void)
{
  StackConfig config = talk_config ();
  Talk *t;

  config.receive_buffer = 1000;
  t = talk_new_with (&config, false, SECOND);
  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 win 1000");
  peer_sends (t, ". 1:1001(1000) ack 1");
  app_accepts (t);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 1001 win 0");
  peer_sends (t, "R 1000:1000(0)");
  peer_sends (t, "R 1002:1002(0)");
  state_is (t, "ESTABLISHED");
  peer_sends (t, "R 1001:1001(0)");
  state_is (t, "CLOSED");
  app_receives (t, 2000, 1000);
  app_receive_gives (t, -ECONNRESET);
  talk_free (t);
}

/* req: TCP-RST-4 TCP-RST-6 */
static void
test_syn (void)
{
  static const int AT[] = { -500, 0, 1, 500, 65535, 100000 };
  Talk *t = talk_new ();

  talk_accepted (t);
  for (unsigned i = 0; i < G_N_ELEMENTS (AT); i++)
    {
      peer_sends (t, "S %d:%d(0)", AT[i], AT[i]);
      peer_expects (t, ". 1:1(0) ack 1");
      peer_sends (t, "S. %d:%d(0) ack 1", AT[i], AT[i]);
      peer_expects (t, ". 1:1(0) ack 1");
    }
  state_is (t, "ESTABLISHED");
  falls_silent (t);
  talk_free (t);
}

/* Brings a connection into each state from which a reset ends it. */
static void
enter (Talk *t, TcpState state)
{
  talk_accepted (t);
  if (state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK)
    {
      peer_sends (t, "F. 1:1(0) ack 1");
      peer_expects (t, ". 1:1(0) ack 2");
    }
  if (state != TCP_ESTABLISHED && state != TCP_CLOSE_WAIT)
    {
      app_shuts_down (t, SHUT_WR);
      talk_check (t, peer_ignores (t) == 1);
    }
  if (state == TCP_FIN_WAIT_2)
    peer_sends (t, ". 1:1(0) ack 2");
  if (state == TCP_CLOSING || state == TCP_TIME_WAIT)
    {
      peer_sends (t, "F. 1:1(0) ack %d", state == TCP_CLOSING ? 1 : 2);
      peer_expects (t, ". 2:2(0) ack 2");
    }
  state_is (t, tcp_state_name (state));
}

/* req: TCP-RST-2 TCP-RST-3 TCP-RST-7 TCP-TW-4 TCP-SEQ-1 */
static void
test_each_state (void)
{
  for (TcpState state = TCP_ESTABLISHED; state <= TCP_TIME_WAIT; state++)
    {
      Talk *t = talk_new ();
      bool ended = state == TCP_CLOSE_WAIT || state >= TCP_CLOSING;
      bool loses = state < TCP_CLOSING;
      int nxt = ended ? 2 : 1;

      enter (t, state);
      /* A challenge, but in TIME-WAIT. */
      peer_sends (t, "R %d:%d(0)", nxt + 1, nxt + 1);
      talk_check (t, peer_ignores (t) == (state != TCP_TIME_WAIT));
      peer_sends (t, "R %d:%d(0)", nxt - 1, nxt - 1);
      peer_expects_nothing (t);
      state_is (t, tcp_state_name (state));
      peer_sends (t, "R %d:%d(0)", nxt, nxt);
      state_is (t, state == TCP_TIME_WAIT ? "TIME-WAIT" : "CLOSED");
      error_is (t, loses ? ECONNRESET : 0);
      falls_silent (t);
      talk_free (t);
    }
}

/* All 256 flag bytes in all states: nothing breaks, and only an RST or our own
 * time ends a connection. req: TCP-HDR-8 TCP-HDR-9 TCP-URG-8 */
static void
test_all_flags (void)
{
  for (TcpState state = TCP_ESTABLISHED; state <= TCP_TIME_WAIT; state++)
    for (unsigned flags = 0; flags < 256; flags++)
      {
        Talk *t = talk_new ();
        PacketLine line = packet_line_parse ("- 1:11(10) ack 1");
        PacketPath path;

        enter (t, state);
        path = (PacketPath){ .source = { t->peer, t->flow->peer_port },
                             .destination = { t->local, 7777 },
                             .source_isn = t->flow->peer_isn,
                             .destination_isn = t->flow->isn };
        line.flags = (uint8_t) flags;
        peer_sends_bytes (t, packet_line_encode (&line, &path, t->bytes));
        peer_ignores (t);
        talk_check (t, (flags & 4) != 0 || app_info (t).state != TCP_CLOSED);
        sleep_through (t, 2000, SECOND);
        talk_free (t);
      }
}

/* req: TCP-ACK-1 TCP-ACK-2 */
static void
test_ack_too_new (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1");
  peer_sends (t, "P. 1:11(10) ack 1002");
  peer_expects (t, ". 1001:1001(0) ack 1");
  app_receive_gives (t, -EAGAIN);
  talk_check (t, app_info (t).send_queue == 1000);
  talk_check (t, app_info (t).cwnd == 10000);
  talk_free (t);
}

/* req: TCP-ACK-1 TCP-ACK-3 */
static void
test_ack_too_old (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 2000 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1 win 2000");
  app_accepts (t);
  for (int i = 0; i < 5; i++)
    {
      app_sends (t, 1000);
      peer_expects (t, "P. %d:%d(1000) ack 1", 1 + i * 1000, 1001 + i * 1000);
      peer_sends (t, ". 1:1(0) ack %d win 2000", 1001 + i * 1000);
    }
  /* As old as the largest window: it may be late. Older: never ours. */
  peer_sends (t, "P. 1:11(10) ack 3001 win 9");
  app_receives (t, 100, 10);
  talk_check (t, app_info (t).send_window == 2000);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 5001:5001(0) ack 11");
  peer_sends (t, "P. 11:21(10) ack 3000 win 9");
  peer_expects (t, ". 5001:5001(0) ack 11");
  peer_sends (t, "P. 11:21(10) ack -1073741824 win 9");
  peer_expects (t, ". 5001:5001(0) ack 11");
  app_receive_gives (t, -EAGAIN);
  talk_check (t, app_info (t).send_window == 2000);
  talk_free (t);
}

/* req: TCP-ACK-4 */
static void
test_late_window (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 3000);
  talk_check (t, peer_ignores (t) == 3);
  peer_sends (t, ". 1:1(0) ack 3001 win 0");
  /* This one was sent before it. */
  peer_sends (t, ". 1:1(0) ack 2001 win 20000");
  talk_check (t, app_info (t).send_window == 0);
  app_sends (t, 1000);
  peer_expects_nothing (t);
  peer_sends (t, "P. 1:11(10) ack 3001 win 5000");
  peer_expects (t, "P. 3001:4001(1000) ack 11");
  peer_sends (t, ". 1:1(0) ack 4001 win 0");
  peer_expects (t, ". 4001:4001(0) ack 11");
  talk_check (t, app_info (t).send_window == 5000);
  talk_free (t);
}

/* req: TCP-ACK-6 TCP-LR-2 */
static void
test_partial_ack (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 1000);
  peer_expects (t, "P. 1:1001(1000) ack 1");
  peer_sends (t, ". 1:1(0) ack 101");
  talk_check (t, app_info (t).send_queue == 900);
  advance (t, 200, MILLISECOND);
  peer_expects (t, "P. 101:1001(900) ack 1");
  peer_sends (t, ". 1:1(0) ack 1001");
  falls_silent (t);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reset/exact", test_exact);
  g_test_add_func ("/reset/data-before", test_data_before);
  g_test_add_func ("/reset/in-window", test_in_window);
  g_test_add_func ("/reset/just-before", test_just_before);
  g_test_add_func ("/reset/zero-window", test_zero_window);
  g_test_add_func ("/reset/syn", test_syn);
  g_test_add_func ("/reset/each-state", test_each_state);
  g_test_add_func ("/reset/all-flags", test_all_flags);
  g_test_add_func ("/reset/ack-too-new", test_ack_too_new);
  g_test_add_func ("/reset/ack-too-old", test_ack_too_old);
  g_test_add_func ("/reset/late-window", test_late_window);
  g_test_add_func ("/reset/partial-ack", test_partial_ack);
  return g_test_run ();
}
