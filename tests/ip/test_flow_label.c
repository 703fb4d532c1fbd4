// SPDX-License-Identifier: MIT
/* The flow label: one for each flow of ours, none asked for from others. */
#include "tests/ip/ip_peer.h"

#include "tests/unit/luck.h"

#define FLOWS 64

/* Of the packet at t->bytes. */
static uint32_t
label (const Talk *t)
{
  return (t->bytes[1] & 0xfu) << 16 | (uint32_t) t->bytes[2] << 8 | t->bytes[3];
}

static uint32_t
next_label (Talk *t)
{
  talk_check (t, peer_takes (t) > 0);
  return label (t);
}

/* Handshake, data, repair, FIN and reset. req: IP6-HDR-5 */
static void
test_connection (void)
{
  Talk *t = talk_new_ipv6 ();
  uint32_t first;

  app_listen (t, 7777, 5);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  first = label (t);
  talk_check (t, first != 0);
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  app_accepts (t);
  app_sends (t, 100);
  peer_expects (t, "P. 1:101(100) ack 1");
  talk_check (t, label (t) == first);
  advance (t, 200, MILLISECOND);
  peer_expects (t, "P. 1:101(100) ack 1");
  talk_check (t, label (t) == first);
  peer_sends (t, ". 1:1(0) ack 101 win 65535");
  app_shuts_down (t, 1);
  peer_expects (t, "F. 101:101(0) ack 1");
  talk_check (t, label (t) == first);
  app_aborts (t);
  talk_check (t, next_label (t) == first);
  talk_free (t);
}

/* Labels of FLOWS connections of a stack whose secret begins with KEY. */
static void
collect (uint8_t key, uint32_t labels[FLOWS])
{
  StackConfig config = talk_config ();
  Talk *t;

  config.secret[0] = key;
  t = talk_new_with (&config, true, 1000 * SECOND);
  for (unsigned i = 0; i < FLOWS; i++)
    {
      Endpoint remote = { t->peer, (uint16_t) (80 + i) };
      int socket = app_socket (t, SOCKET_IPV6, SOCKET_STREAM);

      socket_connect (t->stack, socket, &remote);
      labels[i] = next_label (t);
      socket_abort (t->stack, socket);
    }
  talk_free (t);
}

/* Each its own, in no order, and with another secret others; with the same
 * the same. req: IP6-HDR-5 */
static void
test_flows (void)
{
  uint32_t labels[FLOWS], again[FLOWS], others[FLOWS];
  unsigned rises = 0;

  collect (1, labels);
  collect (1, again);
  collect (2, others);
  for (unsigned i = 0; i < FLOWS; i++)
    {
      g_assert_cmpuint (labels[i], ==, again[i]);
      g_assert_cmpuint (labels[i], !=, others[i]);
      g_assert_cmpuint (labels[i], !=, 0);
      for (unsigned k = 0; k < i; k++)
        g_assert_cmpuint (labels[i], !=, labels[k]);
      rises += i > 0 && labels[i] > labels[i - 1];
    }
  g_assert_cmpuint (rises, >, FLOWS / 4);
  g_assert_cmpuint (rises, <, FLOWS * 3 / 4);
}

static uint32_t
send_to (Talk *t, int socket, uint16_t port, size_t length)
{
  static const uint8_t bytes[4000];
  Endpoint remote = { t->peer, port };

  talk_check (t, socket_send_to (t->stack, socket, bytes, length, &remote) > 0);
  return next_label (t);
}

/* Connected or not, whole or in pieces. req: IP6-HDR-5 */
static void
test_datagrams (void)
{
  Talk *t = talk_new_ipv6 ();
  int socket = ip_peer_socket (t, 7777);
  Endpoint remote = { t->peer, 4000 };
  uint32_t first = send_to (t, socket, 4000, 10);

  talk_check (t, first != 0);
  talk_check (t, send_to (t, socket, 4001, 10) != first);
  talk_check (t, send_to (t, socket, 4000, 4000) == first);
  talk_check (t, next_label (t) == first);
  talk_check (t, next_label (t) == first);
  talk_check (t, socket_connect (t->stack, socket, &remote) == 0);
  talk_check (t, socket_send (t->stack, socket, "x", 1) == 1);
  talk_check (t, next_label (t) == first);
  talk_free (t);
}

/* Another on each segment changes nothing. req: IP6-HDR-6 */
static void
test_ignored (void)
{
  Luck luck = { 1 };
  Talk *t = talk_new_ipv6 ();

  app_listen (t, 7777, 5);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  t->peer_label = 0xfffff;
  peer_sends (t, ". 1:1(0) ack 1 win 65535");
  app_accepts (t);
  for (int i = 0; i < 100; i += 2)
    {
      t->peer_label = luck_below (&luck, 1u << 20);
      peer_sends (t, "P. %d:%d(10) ack 1", 1 + 10 * i, 11 + 10 * i);
      t->peer_label = luck_below (&luck, 1u << 20);
      peer_adds (t, "P. %d:%d(10) ack 1", 11 + 10 * i, 21 + 10 * i);
      app_receives (t, 100, 20);
      peer_ignores (t);
    }
  t->peer_label = 1;
  peer_sends (t, "F. 1001:1001(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 1002");
  state_is (t, "CLOSE-WAIT");
  app_aborts (t);
  peer_expects (t, "R. 1:1(0) ack 1002");
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow_label/connection", test_connection);
  g_test_add_func ("/flow_label/flows", test_flows);
  g_test_add_func ("/flow_label/datagrams", test_datagrams);
  g_test_add_func ("/flow_label/ignored", test_ignored);
  return g_test_run ();
}
