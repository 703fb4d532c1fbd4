// SPDX-License-Identifier: MIT
/* What sockets hear of the ICMP errors that come in, and what they don't. */
#include "tests/ip/ip_peer.h"

#include <errno.h>
#include <string.h>

#define MOST 200

/* A packet of ours that somebody can quote. */
typedef struct
{
  uint8_t bytes[MOST];
  size_t length;
} Quote;

static Quote
take_quote (Talk *t)
{
  Quote quote = { .length = peer_takes (t) };

  talk_check (t, quote.length > 0 && quote.length <= MOST);
  memcpy (quote.bytes, t->bytes, quote.length);
  return quote;
}

/* A datagram from PORT to the peer's 40000. */
static Quote
send_datagram (Talk *t, int socket)
{
  Endpoint remote = { t->peer, 40000 };

  talk_check (t,
              socket_send_to (t->stack, socket, "abcdefgh", 8, &remote) == 8);
  return take_quote (t);
}

static int
connected (Talk *t, uint16_t port)
{
  Endpoint remote = { t->peer, 40000 };
  int socket = ip_peer_socket (t, port);

  talk_check (t, socket_connect (t->stack, socket, &remote) == 0);
  return socket;
}

static void
peer_reports (Talk *t, uint8_t type, uint8_t code, uint32_t rest, Quote quote)
{
  ip_peer_sends (
      t, ip_peer_error (t, type, code, rest, quote.bytes, quote.length));
  peer_expects_nothing (t);
}

static void
port_unreachable (Talk *t, Quote quote)
{
  bool ipv6 = ip_peer_is_ipv6 (t);

  peer_reports (t, ipv6 ? 1 : 3, ipv6 ? 4 : 3, 0, quote);
}

/* Once, by whichever call comes first. req: UDP-8 ICM4-11 SOK-POL-1 */
static void
test_connected (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ip_peer_talk (ipv6);
      int socket = connected (t, 7777);
      Quote quote = send_datagram (t, socket);
      char bytes[10];

      port_unreachable (t, quote);
      talk_check (t, socket_poll (t->stack, socket)
                         == (SOCKET_WRITABLE | SOCKET_READABLE | SOCKET_ERROR));
      talk_check (t, socket_receive (t->stack, socket, bytes, 10)
                         == -ECONNREFUSED);
      talk_check (t, socket_receive (t->stack, socket, bytes, 10) == -EAGAIN);
      talk_check (t, socket_poll (t->stack, socket) == SOCKET_WRITABLE);
      port_unreachable (t, quote);
      talk_check (t, socket_send (t->stack, socket, "x", 1) == -ECONNREFUSED);
      peer_expects_nothing (t);
      port_unreachable (t, quote);
      talk_check (t, socket_error (t->stack, socket) == ECONNREFUSED);
      talk_check (t, socket_error (t->stack, socket) == 0);
      talk_check (t, socket_send (t->stack, socket, "x", 1) == 1);
      take_quote (t);
      talk_free (t);
    }
}

/* req: UDP-10 */
static void
test_not_connected (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ip_peer_talk (ipv6);
      int socket = ip_peer_socket (t, 7777);

      port_unreachable (t, send_datagram (t, socket));
      talk_check (t, socket_poll (t->stack, socket) == SOCKET_WRITABLE);
      talk_check (t, socket_error (t->stack, socket) == 0);
      drops_are (t, DROP_NO_SOCKET, 1);
      talk_free (t);
    }
}

/* req: ICM4-11 ICM4-12 ICM4-13 IP6-ICM-2 IP6-ICM-7 IP6-ICM-8 */
static void
test_words (void)
{
  static const struct
  {
    bool ipv6;
    uint8_t type, code;
    int error;
  } table[] = {
    { false, 3, 0, ENETUNREACH },
    { false, 3, 1, EHOSTUNREACH },
    { false, 3, 2, ENOPROTOOPT },
    { false, 3, 3, ECONNREFUSED },
    { false, 3, 4, EMSGSIZE },
    { false, 3, 5, EHOSTUNREACH },
    { false, 3, 6, ENETUNREACH },
    { false, 3, 9, ENETUNREACH },
    { false, 3, 13, EHOSTUNREACH },
    { false, 3, 16, 0 },
    { false, 4, 0, 0 },
    { false, 5, 0, 0 },
    { false, 11, 0, EHOSTUNREACH },
    { false, 11, 1, EHOSTUNREACH },
    { false, 12, 0, EPROTO },
    { false, 18, 0, 0 },
    { true, 1, 0, ENETUNREACH },
    { true, 1, 1, EHOSTUNREACH },
    { true, 1, 3, EHOSTUNREACH },
    { true, 1, 4, ECONNREFUSED },
    { true, 2, 0, EMSGSIZE },
    { true, 3, 0, EHOSTUNREACH },
    { true, 3, 1, EHOSTUNREACH },
    { true, 4, 0, EPROTO },
    { true, 4, 1, ENOPROTOOPT },
    { true, 4, 2, EPROTO },
    { true, 4, 3, EPROTO },
    { true, 100, 0, EPROTO },
    { true, 127, 9, EPROTO },
    { true, 130, 0, 0 },
    { true, 137, 0, 0 },
    { true, 200, 0, 0 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      Talk *t = ip_peer_talk (table[i].ipv6);
      int socket = connected (t, 7777);

      peer_reports (t, table[i].type, table[i].code, 1400,
                    send_datagram (t, socket));
      talk_check (t, socket_error (t->stack, socket) == table[i].error);
      talk_free (t);
    }
}

/* Each byte of the quote that says whose it is. req: UDP-9 */
static void
test_forged (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ip_peer_talk (ipv6);
      int socket = connected (t, 7777);
      Quote quote = send_datagram (t, socket);
      size_t from = ipv6 ? 8 : 12, to = ipv6 ? 44 : 24;

      for (size_t at = from; at < to; at++)
        {
          Quote forged = quote;

          forged.bytes[at] ^= 1;
          port_unreachable (t, forged);
          talk_check (t, socket_error (t->stack, socket) == 0);
        }
      port_unreachable (t, quote);
      talk_check (t, socket_error (t->stack, socket) == ECONNREFUSED);
      talk_free (t);
    }
}

/* Cut anywhere, with every inner protocol and header length; the harness
 * hands out exact copies, so a sanitizer sees one byte too many.
 * req: ICM4-15 IP6-EXT-12 TCP-ICM-8 */
static void
test_cut_quotes (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ip_peer_talk (ipv6);
      int socket = connected (t, 7777);
      Quote quote = send_datagram (t, socket);
      size_t enough = (ipv6 ? 40 : 20) + 8;

      for (size_t cut = 0; cut <= quote.length; cut++)
        {
          Quote shorter = { .length = cut };

          memcpy (shorter.bytes, quote.bytes, cut);
          port_unreachable (t, shorter);
          talk_check (t, socket_error (t->stack, socket)
                             == (cut >= enough ? ECONNREFUSED : 0));
        }
      for (unsigned inner = 0; inner < 256; inner++)
        for (size_t cut = 0; cut <= quote.length; cut++)
          {
            Quote other = quote;

            other.length = cut;
            other.bytes[ipv6 ? 6 : 9] = (uint8_t) inner;
            port_unreachable (t, other);
            other = quote;
            other.length = cut;
            other.bytes[0] = (uint8_t) inner;
            port_unreachable (t, other);
            socket_error (t->stack, socket);
          }
      talk_free (t);
    }
}

/* A fragment but the first shows no ports. req: ICM4-15 */
static void
test_quoted_fragment (void)
{
  Talk *t = ip_peer_talk (false);
  int socket = connected (t, 7777);
  Quote quote = send_datagram (t, socket);

  quote.bytes[7] = 1;
  port_unreachable (t, quote);
  talk_check (t, socket_error (t->stack, socket) == 0);
  drops_are (t, DROP_FRAGMENT, 1);
  talk_free (t);
}

/* req: TCP-ICM-1 TCP-ICM-2 TCP-ICM-4 SOK-CON-2 */
static void
test_connect_refused (void)
{
  static const struct
  {
    bool ipv6;
    uint8_t type, code;
  } table[] = {
    { false, 3, 2 }, { false, 3, 3 }, { true, 4, 1 }, { true, 1, 4 }
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      Talk *t = ip_peer_talk (table[i].ipv6);
      size_t sequence = (table[i].ipv6 ? 40 : 20) + 4;
      Quote quote, forged;

      app_connect (t, 80);
      quote = forged = take_quote (t);
      for (unsigned bit = 0; bit < 32; bit++)
        {
          forged.bytes[sequence + bit / 8] ^= (uint8_t) (1u << bit % 8);
          peer_reports (t, table[i].type, table[i].code, 0, forged);
          forged = quote;
        }
      state_is (t, "SYN-SENT");
      drops_are (t, DROP_SEQUENCE, 32);
      peer_reports (t, table[i].type, table[i].code, 0, quote);
      state_is (t, "CLOSED");
      error_is (t, ECONNREFUSED);
      falls_silent (t);
      talk_free (t);
    }
}

/* It goes on, and says at its end what it has heard.
 * req: TCP-ICM-3 SOK-CON-2 */
static void
test_connect_soft (void)
{
  Talk *t = ip_peer_talk (false);
  Quote quote;

  app_connect (t, 80);
  quote = take_quote (t);
  peer_reports (t, 3, 1, 0, quote);
  state_is (t, "SYN-SENT");
  poll_is (t, 0);
  sleep_through (t, 400, SECOND);
  state_is (t, "CLOSED");
  error_is (t, EHOSTUNREACH);
  talk_free (t);
}

/* Neither hard nor soft errors end it; what an ACK has disproved is not held
 * against the path. req: TCP-ICM-3 TCP-ICM-4 TCP-ICM-5 */
static void
test_established (void)
{
  Talk *t = ip_peer_talk (false);
  Quote quote;

  talk_connected (t);
  app_sends (t, 100);
  quote = take_quote (t);
  for (uint8_t code = 0; code < 16; code++)
    if (code != 4)
      peer_reports (t, 3, code, 0, quote);
  peer_reports (t, 4, 0, 0, quote);
  peer_reports (t, 11, 0, 0, quote);
  peer_reports (t, 12, 0, 0, quote);
  state_is (t, "ESTABLISHED");
  error_is (t, 0);
  peer_sends (t, ". 1:1(0) ack 101 win 65535");
  /* Now it quotes what has arrived. */
  peer_reports (t, 3, 1, 0, quote);
  drops_are (t, DROP_SEQUENCE, 1);
  app_sends (t, 100);
  take_quote (t);
  sleep_through (t, 3600, SECOND);
  state_is (t, "CLOSED");
  error_is (t, ETIMEDOUT);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/icmp-receive/connected", test_connected);
  g_test_add_func ("/icmp-receive/not-connected", test_not_connected);
  g_test_add_func ("/icmp-receive/words", test_words);
  g_test_add_func ("/icmp-receive/forged", test_forged);
  g_test_add_func ("/icmp-receive/cut-quotes", test_cut_quotes);
  g_test_add_func ("/icmp-receive/quoted-fragment", test_quoted_fragment);
  g_test_add_func ("/icmp-receive/connect-refused", test_connect_refused);
  g_test_add_func ("/icmp-receive/connect-soft", test_connect_soft);
  g_test_add_func ("/icmp-receive/established", test_established);
  return g_test_run ();
}
