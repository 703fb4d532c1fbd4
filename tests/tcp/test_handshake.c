// SPDX-License-Identifier: MIT
/* Opening: RFC 9293 3.5 and 3.10.7.1-3. */
#include "tests/harness.h"

#include <errno.h>

#include "stack/address.h"

/* req: TCP-OPN-1 TCP-MSS-1 TCP-MSS-5 SOK-LSN-3 SOK-LSN-6 */
static void
test_passive (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 5);
  talk_check (t, socket_accept (t->stack, t->listener, NULL) == -EAGAIN);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
  talk_check (t, socket_poll (t->stack, t->listener) == 0);
  talk_check (t, socket_accept (t->stack, t->listener, NULL) == -EAGAIN);
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  talk_check (t, socket_poll (t->stack, t->listener) == SOCKET_READABLE);
  app_accepts (t);
  state_is (t, "ESTABLISHED");
  poll_is (t, SOCKET_WRITABLE);
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-OPN-1 TCP-OPN-7 SOK-CON-1 */
static void
test_active (void)
{
  Talk *t = talk_new ();
  Endpoint remote = { t->peer, 80 };

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0) win 65535 <mss 1460>");
  poll_is (t, 0);
  talk_check (t,
              socket_connect (t->stack, t->flow->socket, &remote) == -EALREADY);
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1 win 65535");
  state_is (t, "ESTABLISHED");
  poll_is (t, SOCKET_WRITABLE);
  error_is (t, 0);
  talk_check (t,
              socket_connect (t->stack, t->flow->socket, &remote) == -EISCONN);
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-OPN-1 TCP-MSS-5 TCP-HDR-3 */
static void
test_ipv6 (void)
{
  Talk *t = talk_new_ipv6 ();

  app_listen (t, 7777, 5);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 win 65535 <mss 1440>");
  peer_sends (t, "P. 1:11(10) ack 1");
  app_accepts (t);
  app_receives (t, 100, 10);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 11");
  app_sends (t, 1001);
  peer_expects (t, ". 1:1001(1000) ack 11");
  peer_sends (t, ". 11:11(0) ack 1001");
  peer_expects (t, "P. 1001:1002(1) ack 11");
  talk_free (t);
}

/* The figure 7 of RFC 9293 3.5. req: TCP-OPN-2 */
static void
test_simultaneous (void)
{
  Talk *t = talk_new ();

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0) win 65535 <mss 1460>");
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
  state_is (t, "SYN-RECEIVED");
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  state_is (t, "ESTABLISHED");
  app_sends (t, 10);
  peer_expects (t, "P. 1:11(10) ack 1");
  peer_sends (t, "P. 1:11(10) ack 11");
  app_receives (t, 10, 10);
  sleep_through (t, 1, SECOND);
  falls_silent (t);
  talk_free (t);
}

/* Our SYN-ACK met the peer's; its second copy comes when we are there.
 * req: TCP-OPN-2 TCP-RST-4 */
static void
test_simultaneous_with_loss (void)
{
  Talk *t = talk_new ();

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0) win 65535 <mss 1460>");
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  advance (t, 1, SECOND);
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  state_is (t, "ESTABLISHED");
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1");
  state_is (t, "ESTABLISHED");
  talk_free (t);
}

/* req: TCP-OPN-3 TCP-RST-1 TCP-RST-2 SOK-CON-2 */
static void
test_simultaneous_reset (void)
{
  Talk *t = talk_new ();

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  talk_check (t, app_info (t).receive_window == 65535);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_check (t, app_info (t).receive_window == 65535);
  /* The number of its SYN lies before the window, whatever else it says. */
  peer_sends (t, "SR. 0:0(0) ack 1");
  state_is (t, "SYN-RECEIVED");
  peer_sends (t, "R 1:1(0)");
  state_is (t, "CLOSED");
  error_is (t, ECONNREFUSED);
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-RTO-1 TCP-RTO-9 TCP-TMO-4 SOK-CON-2 */
static void
test_syn_retransmission (void)
{
  static const int GAPS[] = { 1, 2, 4, 8, 16, 32, 60 };
  Talk *t = talk_new ();

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0) win 65535 <mss 1460>");
  for (unsigned i = 0; i < G_N_ELEMENTS (GAPS); i++)
    {
      advance (t, GAPS[i], SECOND);
      peer_expects (t, "S 0:0(0) win 65535 <mss 1460>");
      talk_check (t, t->out.cause == REPAIR_RTO);
      state_is (t, "SYN-SENT");
    }
  advance (t, 60, SECOND);
  peer_expects_nothing (t);
  talk_check (t, t->now - t->began >= 180 * SECOND);
  state_is (t, "CLOSED");
  poll_is (t, SOCKET_ERROR | SOCKET_READABLE | SOCKET_WRITABLE | SOCKET_HANGUP);
  error_is (t, ETIMEDOUT);
  error_is (t, 0);
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-OPN-13 TCP-RST-8 SOK-CON-2 SOK-IO-2 SOK-IO-3 SOK-IO-11 */
static void
test_refused (void)
{
  Talk *t = talk_new ();

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  peer_sends (t, "R. 0:0(0) ack 1");
  state_is (t, "CLOSED");
  app_send_gives (t, 10, -ECONNREFUSED);
  app_send_gives (t, 10, -EPIPE);
  app_receive_gives (t, 0);
  falls_silent (t);
  app_closes (t);
  talk_free (t);
}

/* req: TCP-OPN-13 */
static void
test_syn_sent_is_picky (void)
{
  Talk *t = talk_new ();

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  peer_sends (t, "R 0:0(0)");
  peer_sends (t, "R. 0:0(0) ack 0");
  peer_sends (t, "R. 0:0(0) ack 2");
  peer_sends (t, "S. 0:0(0) ack 2 win 65535");
  peer_expects (t, "R 2:2(0)");
  peer_sends (t, "S. 0:0(0) ack 0 win 65535");
  peer_expects (t, "R 0:0(0)");
  peer_sends (t, ". 0:0(0) ack 1");
  peer_sends (t, "F 0:0(0)");
  peer_sends (t, "- 0:10(10)");
  state_is (t, "SYN-SENT");
  advance (t, 1, SECOND);
  peer_expects (t, "S 0:0(0)");
  peer_sends (t, "S. 0:0(0) ack 1 win 65535");
  peer_expects (t, ". 1:1(0) ack 1");
  talk_free (t);
}

/* req: TCP-OPN-1 TCP-CLS-5 */
static void
test_fin_on_syn_ack (void)
{
  Talk *t = talk_new ();

  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  peer_sends (t, "SF. 0:0(0) ack 1 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 2");
  state_is (t, "CLOSE-WAIT");
  app_receive_gives (t, 0);
  talk_free (t);
}

/* req: TCP-OPN-8 */
static void
test_connect_to_nobody (void)
{
  static const char *const REMOTES[] = { "0.0.0.0", "255.255.255.255",
                                         "224.0.0.1", "192.0.2.1" };
  Talk *t = talk_new ();
  int socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  Endpoint remote = { .port = 80 };

  for (unsigned i = 0; i < G_N_ELEMENTS (REMOTES); i++)
    {
      talk_check (t, address_parse (REMOTES[i], &remote.address));
      talk_check (t,
                  socket_connect (t->stack, socket, &remote) == -ENETUNREACH);
    }
  talk_check (t, address_parse ("fd00::2", &remote.address));
  talk_check (t, socket_connect (t->stack, socket, &remote) == -EAFNOSUPPORT);
  falls_silent (t);
  talk_free (t);
}

/* The peer has forgotten us: req: TCP-OPN-18 */
static void
test_half_open (void)
{
  Talk *t = talk_new ();

  talk_accepted (t);
  app_sends (t, 10);
  peer_expects (t, "P. 1:11(10) ack 1");
  peer_sends (t, "R 1:1(0)");
  app_receive_gives (t, -ECONNRESET);
  app_receive_gives (t, 0);
  app_send_gives (t, 1, -EPIPE);
  falls_silent (t);
  talk_free (t);
}

static uint32_t
isn_at (uint16_t port, Time start)
{
  StackConfig config = talk_config ();
  Talk *t = talk_new_with (&config, false, start);
  uint32_t isn;

  app_listen (t, 7777, 5);
  peer_uses (t, port);
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  isn = t->flow->isn;
  talk_free (t);
  return isn;
}

/* req: TCP-ISN-1 TCP-ISN-2 TCP-ISN-4 */
static void
test_initial_number (void)
{
  uint32_t isn = isn_at (40000, 5 * SECOND);
  uint32_t other = isn_at (40001, 5 * SECOND);

  g_assert_cmpuint (isn_at (40000, 5 * SECOND), ==, isn);
  g_assert_cmpuint (isn_at (40000, 6 * SECOND) - isn, ==, 250000);
  g_assert_cmpuint (isn_at (40000, 6 * SECOND + 4 * MICROSECOND) - isn, ==,
                    250001);
  g_assert_cmpuint (MIN (isn - other, other - isn), >, 1000000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/handshake/passive", test_passive);
  g_test_add_func ("/handshake/active", test_active);
  g_test_add_func ("/handshake/ipv6", test_ipv6);
  g_test_add_func ("/handshake/simultaneous", test_simultaneous);
  g_test_add_func ("/handshake/simultaneous-with-loss",
                   test_simultaneous_with_loss);
  g_test_add_func ("/handshake/simultaneous-reset", test_simultaneous_reset);
  g_test_add_func ("/handshake/syn-retransmission", test_syn_retransmission);
  g_test_add_func ("/handshake/refused", test_refused);
  g_test_add_func ("/handshake/syn-sent-is-picky", test_syn_sent_is_picky);
  g_test_add_func ("/handshake/fin-on-syn-ack", test_fin_on_syn_ack);
  g_test_add_func ("/handshake/connect-to-nobody", test_connect_to_nobody);
  g_test_add_func ("/handshake/half-open", test_half_open);
  g_test_add_func ("/handshake/initial-number", test_initial_number);
  return g_test_run ();
}
