// SPDX-License-Identifier: MIT
/* The passive side: listeners, half-open connections, and segments that find
 * nobody (RFC 9293 3.10.7.1, 3.10.7.2). */
#include "tests/harness.h"

#include <errno.h>
#include <string.h>

#include "stack/address.h"

/* req: TCP-OPN-12 TCP-HDR-9 */
static void
test_listen_is_picky (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 5);
  peer_sends (t, "R 0:0(0)");
  peer_sends (t, "R. 0:0(0) ack 77");
  peer_sends (t, ". 0:0(0) ack 77");
  peer_expects (t, "R 77:77(0)");
  peer_sends (t, "S. 0:0(0) ack 78");
  peer_expects (t, "R 78:78(0)");
  peer_sends (t, "F 0:0(0)");
  peer_sends (t, "- 0:5(5)");
  peer_sends (t, "SR 0:0(0)");
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_free (t);
}

/* req: TCP-OPN-14 TCP-RST-8 TCP-RST-10 */
static void
test_closed_port (void)
{
  Talk *t = talk_new ();

  peer_sends (t, "S 0:0(0)");
  peer_expects (t, "R. 0:0(0) ack 1");
  peer_sends (t, "SF 0:5(5)");
  peer_expects (t, "R. 0:0(0) ack 7");
  peer_sends (t, "- 10:15(5)");
  peer_expects (t, "R. 0:0(0) ack 15");
  peer_sends (t, "F 10:10(0)");
  peer_expects (t, "R. 0:0(0) ack 11");
  peer_sends (t, "F. 10:10(0) ack 500");
  peer_expects (t, "R 500:500(0)");
  peer_sends (t, ". 10:20(10) ack 600");
  peer_expects (t, "R 600:600(0)");
  peer_sends (t, "R 10:10(0)");
  peer_sends (t, "R. 10:10(0) ack 5");
  peer_expects_nothing (t);
  drops_are (t, DROP_NO_SOCKET, 8);
  talk_free (t);
}

/* req: TCP-OPN-4 SOK-LSN-2 */
static void
test_backlog (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 2);
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_uses (t, 40001);
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  peer_uses (t, 40002);
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects_nothing (t);
  drops_are (t, DROP_BACKLOG, 1);
  peer_uses (t, 40001);
  app_accepts (t);
  peer_uses (t, 40002);
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_free (t);
}

/* req: TCP-OPN-15 */
static void
test_duplicate_syn (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 1);
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 <mss 1460>");
  advance (t, 500, MILLISECOND);
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 <mss 1460>");
  talk_check (t, t->out.caused_by == t->packet - 1);
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  talk_check (t, socket_accept (t->stack, t->listener, NULL) == -EAGAIN);
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-OPN-3 TCP-RST-2 */
static void
test_embryo_reset (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 1);
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, "R 70000:70000(0)");
  peer_sends (t, "R 1:1(0)");
  falls_silent (t);
  talk_check (t, socket_poll (t->stack, t->listener) == 0);
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_free (t);
}

/* req: TCP-ACK-5 TCP-OPN-20 */
static void
test_embryo_ack (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 1);
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 2");
  peer_expects (t, "R 2:2(0)");
  peer_sends (t, ". 1:1(0) ack 0");
  peer_expects (t, "R 0:0(0)");
  peer_sends (t, "- 1:11(10)");
  talk_check (t, socket_poll (t->stack, t->listener) == 0);
  peer_sends (t, "P. 1:11(10) ack 1");
  app_accepts (t);
  app_receives (t, 100, 10);
  advance (t, 40, MILLISECOND);
  peer_expects (t, ". 1:1(0) ack 11");
  talk_free (t);
}

/* req: TCP-OPN-16 */
static void
test_embryo_other_syn (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 1);
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, "S 100:100(0) <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1");
  /* It knows nothing of the first: so that one ends. */
  peer_sends (t, "R 1:1(0)");
  falls_silent (t);
  talk_free (t);
}

/* Bytes with a SYN are not taken, so they are not acknowledged either.
 * req: TCP-OPN-17 */
static void
test_data_on_syn (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 1);
  peer_sends (t, "S 0:10(10) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  app_receive_gives (t, -EAGAIN);
  talk_free (t);
}

/* A cookie that was never granted, and a wish for one: as if they were not
 * there. req: TCP-TFO-5 */
static void
test_fast_open (void)
{
  static const char *const OPTIONS[] = { "raw 220a0102030405060708", "raw 2202",
                                         "raw 22" };

  for (unsigned i = 0; i < G_N_ELEMENTS (OPTIONS); i++)
    {
      Talk *t = talk_new ();

      app_listen (t, 7777, 1);
      peer_sends (t, "S 0:10(10) <mss 1000,%s>", OPTIONS[i]);
      peer_expects (t, "S. 0:0(0) ack 1 <mss 1460>");
      peer_expects_nothing (t);
      peer_sends (t, ". 1:11(10) ack 1");
      app_accepts (t);
      app_receives (t, 100, 10);
      app_receive_gives (t, -EAGAIN);
      talk_free (t);
    }
}

static void
send_syn_from (Talk *t, const char *source, const char *destination)
{
  Address local = t->local, peer = t->peer;

  talk_check (t, address_parse (source, &t->peer));
  talk_check (t, address_parse (destination, &t->local));
  peer_sends (t, "S 0:0(0) <mss 1000>");
  t->local = local;
  t->peer = peer;
}

/* req: TCP-OPN-9 TCP-OPN-10 TCP-OPN-11 IP4-ADR-2 IP4-ADR-3 IP4-ADR-6 IP4-HDR-9
 * IP6-HDR-2 */
static void
test_impossible_addresses (void)
{
  static const char *const SOURCES[] = {
    "0.0.0.0",   "255.255.255.255", "224.0.0.1", "10.0.0.255",
    "127.0.0.1", "10.0.0.1",        "240.0.0.1", "0.1.2.3",
    "::",        "ff02::1",         "fd00::1",   "::1",
  };
  Talk *t = talk_new ();

  app_listen (t, 7777, 5);
  for (unsigned i = 0; i < G_N_ELEMENTS (SOURCES); i++)
    {
      bool ipv4 = strchr (SOURCES[i], '.') != NULL;

      send_syn_from (t, SOURCES[i], ipv4 ? "10.0.0.1" : "fd00::1");
      peer_expects_nothing (t);
      drops_are (t, DROP_BAD_SOURCE, i + 1);
    }
  send_syn_from (t, "10.0.0.2", "10.0.0.255");
  send_syn_from (t, "10.0.0.2", "255.255.255.255");
  send_syn_from (t, "10.0.0.2", "224.0.0.1");
  send_syn_from (t, "10.0.0.2", "10.0.0.3");
  send_syn_from (t, "10.0.0.2", "127.0.0.1");
  send_syn_from (t, "fd00::2", "ff02::1");
  send_syn_from (t, "fd00::2", "::1");
  drops_are (t, DROP_NOT_OURS, 7);
  falls_silent (t);
  talk_free (t);
}

/* To where there is no route no SYN-ACK can go, and no embryo waits.
 * req: IP4-ADR-7 */
static void
test_no_way_back (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 1);
  send_syn_from (t, "192.0.2.1", "10.0.0.1");
  peer_expects_nothing (t);
  falls_silent (t);
  peer_sends (t, "S 0:0(0) <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_free (t);
}

/* req: SOK-LSN-4 TCP-RST-10 */
static void
test_close_listener (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 5);
  for (uint16_t port = 40000; port < 40003; port++)
    {
      peer_uses (t, port);
      peer_sends (t, "S 0:0(0) <mss 1000>");
      peer_expects (t, "S. 0:0(0) ack 1");
    }
  peer_sends (t, ". 1:1(0) ack 1");
  talk_check (t, socket_close (t->stack, t->listener) == 0);
  talk_check (t, socket_accept (t->stack, t->listener, NULL) == -EBADF);
  for (uint16_t port = 40000; port < 40003; port++)
    {
      peer_uses (t, port);
      peer_expects (t, "R. 1:1(0) ack 1");
    }
  peer_sends (t, ". 1:1(0) ack 1");
  peer_expects (t, "R 1:1(0)");
  falls_silent (t);
  talk_free (t);
}

/* req: TCP-OPN-19 */
static void
test_syn_ack_retransmission (void)
{
  static const int GAPS[] = { 1, 2, 4, 8, 16, 32, 60 };
  Talk *t = talk_new ();

  app_listen (t, 7777, 1);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
  for (unsigned i = 0; i < G_N_ELEMENTS (GAPS); i++)
    {
      advance (t, GAPS[i], SECOND);
      peer_expects (t, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    }
  advance (t, 60, SECOND);
  falls_silent (t);
  /* Its place in the backlog is free again. */
  peer_uses (t, 40001);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/listen/listen-is-picky", test_listen_is_picky);
  g_test_add_func ("/listen/closed-port", test_closed_port);
  g_test_add_func ("/listen/backlog", test_backlog);
  g_test_add_func ("/listen/duplicate-syn", test_duplicate_syn);
  g_test_add_func ("/listen/embryo-reset", test_embryo_reset);
  g_test_add_func ("/listen/embryo-ack", test_embryo_ack);
  g_test_add_func ("/listen/embryo-other-syn", test_embryo_other_syn);
  g_test_add_func ("/listen/data-on-syn", test_data_on_syn);
  g_test_add_func ("/listen/fast-open", test_fast_open);
  g_test_add_func ("/listen/impossible-addresses", test_impossible_addresses);
  g_test_add_func ("/listen/no-way-back", test_no_way_back);
  g_test_add_func ("/listen/close-listener", test_close_listener);
  g_test_add_func ("/listen/syn-ack-retransmission",
                   test_syn_ack_retransmission);
  return g_test_run ();
}
