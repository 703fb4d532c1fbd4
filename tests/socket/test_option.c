// SPDX-License-Identifier: MIT
/* Options: which kind of socket has which, bounds, reading back, and what they
 * do on the wire. */
#include "tests/harness.h"

#include <errno.h>

#include "stack/address.h"

#define NONE (-ENOPROTOOPT)

/* Stream and datagram of IPv4, then of IPv6. */
typedef struct
{
  SocketOption option;
  int64_t value;
  int results[4];
  int64_t read; /* afterwards, where it was taken */
} Row;

static const Row ROWS[] = {
  { SOCKET_OPTION_NODELAY, 1, { 0, NONE, 0, NONE }, 1 },
  { SOCKET_OPTION_NODELAY, 0, { 0, NONE, 0, NONE }, 0 },
  { SOCKET_OPTION_NODELAY, -7, { 0, NONE, 0, NONE }, 1 },
  { SOCKET_OPTION_RECEIVE_BUFFER, 5000, { 0, 0, 0, 0 }, 5000 },
  { SOCKET_OPTION_RECEIVE_BUFFER, 1, { 0, 0, 0, 0 }, 2304 },
  { SOCKET_OPTION_RECEIVE_BUFFER, G_MAXINT64, { 0, 0, 0, 0 }, 1 << 30 },
  { SOCKET_OPTION_RECEIVE_BUFFER,
    0,
    { -EINVAL, -EINVAL, -EINVAL, -EINVAL },
    0 },
  { SOCKET_OPTION_SEND_BUFFER, 5000, { 0, 0, 0, 0 }, 5000 },
  { SOCKET_OPTION_SEND_BUFFER, 1, { 0, 0, 0, 0 }, 2304 },
  { SOCKET_OPTION_SEND_BUFFER, -1, { -EINVAL, -EINVAL, -EINVAL, -EINVAL }, 0 },
  { SOCKET_OPTION_V6ONLY, 1, { NONE, NONE, 0, 0 }, 1 },
  { SOCKET_OPTION_V6ONLY, 0, { NONE, NONE, 0, 0 }, 0 },
  { SOCKET_OPTION_REUSE_ADDRESS, 1, { 0, 0, 0, 0 }, 1 },
  { SOCKET_OPTION_REUSE_PORT, 1, { 0, 0, 0, 0 }, 1 },
  { SOCKET_OPTION_OWNER, 1000, { 0, 0, 0, 0 }, 1000 },
  { SOCKET_OPTION_OWNER, G_MININT64, { 0, 0, 0, 0 }, G_MININT64 },
  { SOCKET_OPTION_LINGER, -2, { -EINVAL, NONE, -EINVAL, NONE }, 0 },
  { SOCKET_OPTION_LINGER, -1, { 0, NONE, 0, NONE }, -1 },
  { SOCKET_OPTION_LINGER, 0, { 0, NONE, 0, NONE }, 0 },
  { SOCKET_OPTION_LINGER, 65535, { 0, NONE, 0, NONE }, 65535 },
  { SOCKET_OPTION_LINGER, 65536, { -EINVAL, NONE, -EINVAL, NONE }, 0 },
  { SOCKET_OPTION_BROADCAST, 1, { 0, 0, 0, 0 }, 1 },
  { SOCKET_OPTION_TTL, -2, { -EINVAL, -EINVAL, -EINVAL, -EINVAL }, 0 },
  { SOCKET_OPTION_TTL, -1, { 0, 0, 0, 0 }, 64 },
  { SOCKET_OPTION_TTL, 0, { -EINVAL, -EINVAL, -EINVAL, -EINVAL }, 0 },
  { SOCKET_OPTION_TTL, 1, { 0, 0, 0, 0 }, 1 },
  { SOCKET_OPTION_TTL, 255, { 0, 0, 0, 0 }, 255 },
  { SOCKET_OPTION_TTL, 256, { -EINVAL, -EINVAL, -EINVAL, -EINVAL }, 0 },
  { SOCKET_OPTION_HOPS, -2, { NONE, NONE, -EINVAL, -EINVAL }, 0 },
  { SOCKET_OPTION_HOPS, -1, { NONE, NONE, 0, 0 }, 64 },
  { SOCKET_OPTION_HOPS, 0, { NONE, NONE, 0, 0 }, 0 },
  { SOCKET_OPTION_HOPS, 1, { NONE, NONE, 0, 0 }, 1 },
  { SOCKET_OPTION_HOPS, 255, { NONE, NONE, 0, 0 }, 255 },
  { SOCKET_OPTION_HOPS, 256, { NONE, NONE, -EINVAL, -EINVAL }, 0 },
  { SOCKET_OPTION_TYPE, 0, { NONE, NONE, NONE, NONE }, 0 },
  { SOCKET_OPTION_FAMILY, 0, { NONE, NONE, NONE, NONE }, 0 },
  { SOCKET_OPTION_LISTENING, 1, { NONE, NONE, NONE, NONE }, 0 },
  { SOCKET_OPTION_ERROR, 0, { NONE, NONE, NONE, NONE }, 0 },
  { (SocketOption) 77, 1, { NONE, NONE, NONE, NONE }, 0 },
  { (SocketOption) -1, 1, { NONE, NONE, NONE, NONE }, 0 },
};

static int
nth_kind (Talk *t, unsigned kind)
{
  return app_socket (t, kind < 2 ? SOCKET_IPV4 : SOCKET_IPV6,
                     kind % 2 == 0 ? SOCKET_STREAM : SOCKET_DATAGRAM);
}

/* What is refused changes nothing.
 * req: SOK-OPT-4 SOK-OPT-6 SOK-OPT-7 IP6-DUAL-7 */
static void
test_table (void)
{
  Talk *t = talk_new ();

  for (unsigned kind = 0; kind < 4; kind++)
    for (unsigned i = 0; i < G_N_ELEMENTS (ROWS); i++)
      {
        const Row *row = &ROWS[i];
        int socket = nth_kind (t, kind), result = row->results[kind];
        int64_t before = 0, after = 0;
        int had = socket_option_get (t->stack, socket, row->option, &before);

        talk_check (
            t, socket_option_set (t->stack, socket, row->option, row->value)
                   == result);
        talk_check (t, socket_option_get (t->stack, socket, row->option, &after)
                           == had);
        if (result == 0)
          talk_check (t, had == 0 && after == row->read);
        else
          talk_check (t, after == before);
        talk_check (t, socket_close (t->stack, socket) == 0);
      }
  falls_silent (t);
  talk_free (t);
}

/* req: SOK-OPT-6 SOK-OPT-7 SOK-IO-11 */
static void
test_read_only (void)
{
  Talk *t = talk_new ();
  int64_t value;

  for (unsigned kind = 0; kind < 4; kind++)
    {
      int socket = nth_kind (t, kind);

      talk_check (
          t, socket_option_get (t->stack, socket, SOCKET_OPTION_TYPE, &value)
                 == 0);
      talk_check (t,
                  value == (kind % 2 == 0 ? SOCKET_STREAM : SOCKET_DATAGRAM));
      talk_check (
          t, socket_option_get (t->stack, socket, SOCKET_OPTION_FAMILY, &value)
                 == 0);
      talk_check (t, value == (kind < 2 ? SOCKET_IPV4 : SOCKET_IPV6));
    }
  app_listen (t, 7777, 1);
  talk_check (t, socket_option_get (t->stack, t->listener,
                                    SOCKET_OPTION_LISTENING, &value)
                     == 0);
  talk_check (t, value == 1);
  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  peer_sends (t, "R. 0:0(0) ack 1");
  talk_check (t, socket_option_get (t->stack, t->flow->socket,
                                    SOCKET_OPTION_ERROR, &value)
                     == 0);
  talk_check (t, value == ECONNREFUSED);
  talk_check (t, socket_option_get (t->stack, t->flow->socket,
                                    SOCKET_OPTION_ERROR, &value)
                     == 0);
  talk_check (t, value == 0);
  error_is (t, 0);
  talk_free (t);
}

/* req: SOK-OPT-5 IP6-DUAL-2 */
static void
test_v6only_late (void)
{
  Talk *t = talk_new ();
  Endpoint remote = { t->peer, 80 };

  for (unsigned i = 0; i < 3; i++)
    {
      int socket = app_socket (t, SOCKET_IPV6, SOCKET_STREAM);
      Endpoint any = { ADDRESS_ANY, 0 };

      if (i == 0)
        talk_check (t, socket_bind (t->stack, socket, &any) == 0);
      else if (i == 1)
        talk_check (t, socket_listen (t->stack, socket, 1) == 0);
      else
        talk_check (t,
                    socket_connect (t->stack, socket, &remote) == -EINPROGRESS);
      talk_check (t,
                  socket_option_set (t->stack, socket, SOCKET_OPTION_V6ONLY, 1)
                      == -EINVAL);
    }
  talk_check (t, peer_ignores (t) == 1);
  talk_free (t);
}

/* The right edge never moves left, while the window is used up and after; then
 * the smaller buffer holds. req: SOK-OPT-3 */
static void
test_shrink (void)
{
  Talk *t = talk_new ();
  int64_t value;

  talk_accepted (t);
  app_sets (t, SOCKET_OPTION_RECEIVE_BUFFER, 4000);
  talk_check (t, socket_option_get (t->stack, t->flow->socket,
                                    SOCKET_OPTION_RECEIVE_BUFFER, &value)
                     == 0);
  talk_check (t, value == 4000);
  for (int at = 1; at < 65001; at += 1000)
    {
      peer_sends (t, "P. %d:%d(1000) ack 1", at, at + 1000);
      app_receives (t, 2000, 1000);
      if ((at / 1000) % 2 == 1)
        peer_expects (t, ". 1:1(0) ack %d win %d", at + 1000,
                      at < 62537 ? 64536 - at : 4000);
    }
  talk_free (t);
}

/* Only what the SYN offers is limited by a buffer that was set before it; what
 * it offered stays. req: SOK-OPT-3 */
static void
test_buffer_and_syn (void)
{
  Talk *t = talk_new ();

  t->flow->socket = 0;
  peer_uses (t, 80);
  t->flow->socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  app_sets (t, SOCKET_OPTION_RECEIVE_BUFFER, 8000);
  app_connect (t, 80);
  peer_expects (t, "S 0:0(0) win 8000");
  app_sets (t, SOCKET_OPTION_RECEIVE_BUFFER, 3000);
  advance (t, 1, SECOND);
  peer_expects (t, "S 0:0(0) win 8000");
  peer_sends (t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
  peer_expects (t, ". 1:1(0) ack 1 win 8000");
  peer_sends (t, ". 1:1001(1000) ack 1");
  peer_sends (t, ". 1001:2001(1000) ack 1");
  peer_expects (t, ". 1:1(0) ack 2001 win 6000");
  talk_free (t);
}

static uint8_t
hop_limit (const Talk *t)
{
  return t->bytes[0] >> 4 == 4 ? t->bytes[8] : t->bytes[7];
}

/* Each family's option counts on its packets, whatever the socket's family.
 * req: SOK-OPT-4 IP6-DUAL-7 */
static void
test_hop_limit (void)
{
  Talk *t = talk_new ();
  int socket = app_socket (t, SOCKET_IPV6, SOCKET_DATAGRAM);
  Endpoint four = { t->peer, 40000 }, six = { .port = 40000 };

  talk_check (t, address_parse ("fd00::2", &six.address));
  talk_check (t,
              socket_option_set (t->stack, socket, SOCKET_OPTION_TTL, 5) == 0);
  talk_check (t,
              socket_option_set (t->stack, socket, SOCKET_OPTION_HOPS, 9) == 0);
  talk_check (t, socket_send_to (t->stack, socket, "x", 1, &four) == 1);
  talk_check (t, peer_takes (t) > 0 && hop_limit (t) == 5);
  talk_check (t, socket_send_to (t->stack, socket, "x", 1, &six) == 1);
  talk_check (t, peer_takes (t) > 0 && hop_limit (t) == 9);
  /* 0 never leaves this host. */
  talk_check (t,
              socket_option_set (t->stack, socket, SOCKET_OPTION_HOPS, 0) == 0);
  talk_check (t, socket_send_to (t->stack, socket, "x", 1, &six) == 1);
  peer_expects_nothing (t);
  talk_check (t, socket_send_to (t->stack, socket, "x", 1, &four) == 1);
  talk_check (t, peer_takes (t) > 0 && hop_limit (t) == 5);
  falls_silent (t);
  talk_free (t);
}

/* req: SOK-OPT-4 */
static void
test_hop_limit_of_streams (void)
{
  Talk *t = talk_new_ipv6 ();

  talk_accepted (t);
  app_sets (t, SOCKET_OPTION_HOPS, 3);
  app_sends (t, 10);
  peer_expects (t, "P. 1:11(10) ack 1");
  talk_check (t, hop_limit (t) == 3);
  app_sets (t, SOCKET_OPTION_HOPS, 0);
  app_sends (t, 10);
  advance (t, 10, SECOND);
  app_sets (t, SOCKET_OPTION_HOPS, -1);
  sleep_through (t, 60, SECOND);
  talk_check (t, hop_limit (t) == 64);
  app_aborts (t);
  talk_check (t, peer_ignores (t) == 1);
  talk_free (t);
}

/* req: SOK-OPT-7 IP4-ADR-4 */
static void
test_broadcast (void)
{
  Talk *t = talk_new ();
  int socket = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);
  Endpoint all = { .port = 40000 };

  talk_check (t, address_parse ("10.0.0.255", &all.address));
  talk_check (t, socket_send_to (t->stack, socket, "x", 1, &all) == -EACCES);
  talk_check (t, socket_connect (t->stack, socket, &all) == -EACCES);
  peer_expects_nothing (t);
  talk_check (
      t, socket_option_set (t->stack, socket, SOCKET_OPTION_BROADCAST, 1) == 0);
  talk_check (t, socket_send_to (t->stack, socket, "x", 1, &all) == 1);
  talk_check (t, peer_takes (t) == 29);
  falls_silent (t);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket/option/table", test_table);
  g_test_add_func ("/socket/option/read-only", test_read_only);
  g_test_add_func ("/socket/option/v6only-late", test_v6only_late);
  g_test_add_func ("/socket/option/shrink", test_shrink);
  g_test_add_func ("/socket/option/buffer-and-syn", test_buffer_and_syn);
  g_test_add_func ("/socket/option/hop-limit", test_hop_limit);
  g_test_add_func ("/socket/option/hop-limit-of-streams",
                   test_hop_limit_of_streams);
  g_test_add_func ("/socket/option/broadcast", test_broadcast);
  return g_test_run ();
}
