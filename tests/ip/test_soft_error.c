// SPDX-License-Identifier: MIT
/* What a connection says of the ICMP errors about it: RFC 9293 3.9.2.2,
 * RFC 5927. */
#include "tests/ip/ip_peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

/* One segment of ours that anybody on the way can quote. */
typedef struct
{
  uint8_t bytes[200];
  size_t length;
} Quote;

static Quote
sends (Talk *t, size_t length)
{
  Quote quote;

  app_sends (t, length);
  quote.length = peer_takes (t);
  talk_check (t, quote.length > 0 && quote.length <= sizeof quote.bytes);
  memcpy (quote.bytes, t->bytes, quote.length);
  return quote;
}

static void
reports (Talk *t, uint8_t type, uint8_t code, const Quote *quote)
{
  ip_peer_sends (t,
                 ip_peer_error (t, type, code, 0, quote->bytes, quote->length));
  peer_expects_nothing (t);
}

/* In a family: net, host and port unreachable, time exceeded, and so on. */
typedef struct
{
  uint8_t type, code;
  int error;
} Case;

static const Case IPV4[] = {
  { 3, 0, ENETUNREACH },   { 3, 1, EHOSTUNREACH }, { 3, 5, EHOSTUNREACH },
  { 3, 2, ECONNREFUSED },  { 3, 3, ECONNREFUSED }, { 11, 0, EHOSTUNREACH },
  { 11, 1, EHOSTUNREACH }, { 12, 0, EPROTO },
};

static const Case IPV6[] = {
  { 1, 0, ENETUNREACH },  { 1, 3, EHOSTUNREACH }, { 1, 4, ECONNREFUSED },
  { 3, 0, EHOSTUNREACH }, { 3, 1, EHOSTUNREACH }, { 4, 0, EPROTO },
  { 4, 1, ECONNREFUSED }, { 4, 2, EPROTO },
};

/* It goes on, and whoever asks is told.
 * req: TCP-TMO-6 TCP-ICM-3 TCP-ICM-4 */
static void
test_reported (void)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (IPV4) + G_N_ELEMENTS (IPV6); i++)
    {
      bool ipv6 = i >= G_N_ELEMENTS (IPV4);
      const Case *is = ipv6 ? &IPV6[i - G_N_ELEMENTS (IPV4)] : &IPV4[i];
      Talk *t = ip_peer_talk (ipv6);
      unsigned changes;
      Quote quote;

      talk_accepted (t);
      quote = sends (t, 100);
      talk_check (t, app_info (t).soft_error == 0);
      changes = t->changes;
      reports (t, is->type, is->code, &quote);
      g_assert_cmpint (app_info (t).soft_error, ==, is->error);
      talk_check (t, t->changes == changes + 1);
      /* To ask does not change it, and it is no error of the socket. */
      talk_check (t, app_info (t).soft_error == is->error);
      error_is (t, 0);
      poll_is (t, SOCKET_WRITABLE);
      state_is (t, "ESTABLISHED");
      peer_sends (t, ". 1:1(0) ack 101");
      talk_check (t, app_info (t).soft_error == 0);
      falls_silent (t);
      talk_free (t);
    }
}

/* At the end it is the reason. req: TCP-TMO-6 TCP-TMO-5 */
static void
test_reason (void)
{
  Talk *t = ip_peer_talk (false);
  Quote quote;

  talk_accepted (t);
  quote = sends (t, 100);
  sleep_through (t, 2, SECOND);
  talk_check (t, app_info (t).troubled);
  reports (t, 3, 1, &quote);
  sleep_through (t, 1000, SECOND);
  state_is (t, "CLOSED");
  error_is (t, EHOSTUNREACH);
  talk_free (t);
}

/* Every byte that says whose segment it was: protocol, addresses, ports and
 * number, of which only the last byte may be another's of what is in flight.
 * req: TCP-ICM-1 TCP-ICM-2 TCP-ICM-7 */
static void
test_quote_is_checked (void)
{
  for (size_t at = 9; at < 27; at = at == 9 ? 12 : at + 1)
    {
      Talk *t = ip_peer_talk (false);
      Quote quote;

      talk_accepted (t);
      quote = sends (t, 100);
      quote.bytes[at] ^= 0x10;
      reports (t, 3, 1, &quote);
      talk_check (t, app_info (t).soft_error == 0);
      quote.bytes[at] ^= 0x10;
      reports (t, 3, 1, &quote);
      talk_check (t, app_info (t).soft_error == EHOSTUNREACH);
      talk_free (t);
    }
}

/* Quoted numbers at the edges of what is in flight.
 * req: TCP-ICM-2 TCP-ICM-7 */
static void
test_edges (void)
{
  static const struct
  {
    int shift;
    bool told;
  } CASES[] = { { -100000, false }, { -1, false },     { 0, true },
                { 50, true },       { 99, true },      { 100, false },
                { 101, false },     { 1 << 30, false } };

  for (unsigned i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      Talk *t = ip_peer_talk (false);
      Quote quote;
      uint32_t number;

      talk_accepted (t);
      quote = sends (t, 100);
      memcpy (&number, quote.bytes + 24, 4);
      number = htonl (ntohl (number) + (uint32_t) CASES[i].shift);
      memcpy (quote.bytes + 24, &number, 4);
      reports (t, 3, 1, &quote);
      talk_check (t, (app_info (t).soft_error != 0) == CASES[i].told);
      drops_are (t, DROP_SEQUENCE, CASES[i].told ? 0 : 1);
      talk_free (t);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/soft-error/reported", test_reported);
  g_test_add_func ("/soft-error/reason", test_reason);
  g_test_add_func ("/soft-error/quote", test_quote_is_checked);
  g_test_add_func ("/soft-error/edges", test_edges);
  return g_test_run ();
}
