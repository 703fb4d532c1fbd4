// SPDX-License-Identifier: MIT
/* What is answered by an ICMP error, with which words, and what never is. */
#include "tests/ip/ip_peer.h"

#include "stack/address.h"

#include <string.h>

/* req: UDP-7 ICM4-7 ICM4-8 IP6-ICM-4 IP6-ICM-7 */
static void
test_closed_port (void)
{
  static const size_t LENGTHS[] = { 0, 1, 100, 519, 520, 521, 1400 };

  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ip_peer_talk (ipv6);

      for (unsigned i = 0; i < G_N_ELEMENTS (LENGTHS); i++)
        {
          ip_peer_sends (t, ip_peer_datagram (t, 4000, 7777, LENGTHS[i]));
          ip_peer_expects_error (t, ipv6 ? 1 : 3, ipv6 ? 4 : 3, 0);
        }
      drops_are (t, DROP_NO_SOCKET, G_N_ELEMENTS (LENGTHS));
      /* What is behind the IP packet is not quoted. */
      t->bytes[ip_peer_datagram (t, 4000, 7777, 0)] = 1;
      ip_peer_sends (t, ip_peer_datagram (t, 4000, 7777, 0));
      ip_peer_expects_error (t, ipv6 ? 1 : 3, ipv6 ? 4 : 3, 0);
      falls_silent (t);
      talk_free (t);
    }
}

/* The second address answers for itself. req: ICM4-9 IP6-ICM-12 */
static void
test_second_address (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ip_peer_talk (ipv6);

      t->local = ip_peer_second_address (ipv6);
      ip_peer_sends (t, ip_peer_datagram (t, 4000, 7777, 20));
      ip_peer_expects_error (t, ipv6 ? 1 : 3, ipv6 ? 4 : 3, 0);
      talk_free (t);
    }
}

/* Every protocol but those that we speak and, in IPv6, the extension headers
 * and "no next header". AH and ESP are unknown like the others.
 * req: ICM4-7 IP6-EXT-2 IP6-EXT-8 IP6-EXT-10 */
static void
test_unknown_protocol (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ip_peer_talk (ipv6);

      for (unsigned protocol = 0; protocol < 256; protocol++)
        {
          bool spoken =
              protocol == 6 || protocol == 17 || protocol == (ipv6 ? 58 : 1);
          bool extension = ipv6
                           && (protocol == 0 || protocol == 43 || protocol == 44
                               || protocol == 60);

          if (spoken || extension)
            continue;
          ip_peer_sends (t, ip_peer_packet (t, (uint8_t) protocol, 24));
          if (ipv6 && protocol == 59)
            peer_expects_nothing (t);
          else
            ip_peer_expects_error (t, ipv6 ? 4 : 3, ipv6 ? 1 : 2, ipv6 ? 6 : 0);
          advance (t, 1, SECOND);
        }
      falls_silent (t);
      talk_free (t);
    }
}

/* req: IP4-OPT-6 IP4-OPT-7 */
static void
test_options_are_quoted (void)
{
  uint8_t options[40] = { 200, 40 };
  Talk *t = ip_peer_talk (false);
  size_t length = ip_peer_datagram (t, 4000, 7777, 5);

  ip_peer_sends (t, ip_peer_insert (t, length, 0, options, sizeof options));
  ip_peer_expects_error (t, 3, 3, 0);
  talk_free (t);
}

/* An answer to an error could go on for ever. req: ICM4-2 ICM4-6 ICM4-12
 * ICM4-13 IP6-ICM-2 IP6-ICM-3 IP6-ICM-10 */
static void
test_no_answer_to_icmp (void)
{
  static const uint8_t quote[60] = { 0x45 };

  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ip_peer_talk (ipv6);

      for (unsigned type = 0; type < 256; type++)
        for (uint8_t code = 0; code < 17; code++)
          {
            if (type == (ipv6 ? 128 : 8))
              continue;
            ip_peer_sends (
                t, ip_peer_error (t, (uint8_t) type, code, 0, quote, code * 3));
          }
      falls_silent (t);
      talk_free (t);
    }
}

/* One IPv4 error behind an extension header that asks for an error, or in a
 * first fragment: looked through. req: IP6-ICM-3 ICM4-6 */
static void
test_no_answer_to_hidden_error (void)
{
  static const uint8_t option[8] = { 0, 0, 0x80, 4 };
  static const uint8_t fragment[8] = { 0, 0, 0, 1 };
  static const uint8_t zeros[48] = { 0 };
  Talk *t = ip_peer_talk (true);

  for (unsigned type = 0; type < 256; type++)
    {
      bool is_error = type < 128 || type == 137;
      size_t length = ip_peer_error (t, (uint8_t) type, 0, 0, zeros, 48);

      ip_peer_sends (t, ip_peer_insert (t, length, 60, option, 8));
      if (is_error)
        peer_expects_nothing (t);
      else
        ip_peer_expects_error (t, 4, 2, 42);
      length = ip_peer_error (t, (uint8_t) type, 0, 0, zeros, 48);
      length = ip_peer_insert (t, length, 44, fragment, 8);
      ip_peer_sends (t, ip_peer_insert (t, length, 60, option, 8));
      if (is_error)
        peer_expects_nothing (t);
      else
        ip_peer_expects_error (t, 4, 2, 42);
      advance (t, 1, SECOND);
    }
  talk_free (t);
}

/* Whole addresses that no error goes to or is about. req: ICM4-6 UDP-7 UDP-16
 * IP4-ADR-2 IP4-ADR-3 IP4-ADR-6 IP4-ADR-8 IP6-HDR-2 IP6-ICM-3 IP4-HDR-9 */
static void
test_addresses (void)
{
  static const struct
  {
    const char *address;
    bool source;
    DropCause cause;
  } table[] = {
    { "0.0.0.0", true, DROP_BAD_SOURCE },
    { "0.1.2.3", true, DROP_BAD_SOURCE },
    { "10.0.0.1", true, DROP_BAD_SOURCE },
    { "10.0.0.9", true, DROP_BAD_SOURCE },
    { "10.0.0.255", true, DROP_BAD_SOURCE },
    { "127.0.0.1", true, DROP_BAD_SOURCE },
    { "127.9.9.9", true, DROP_BAD_SOURCE },
    { "224.0.0.1", true, DROP_BAD_SOURCE },
    { "239.255.255.255", true, DROP_BAD_SOURCE },
    { "240.0.0.1", true, DROP_BAD_SOURCE },
    { "255.255.255.255", true, DROP_BAD_SOURCE },
    { "0.0.0.0", false, DROP_NOT_OURS },
    { "10.0.0.3", false, DROP_NOT_OURS },
    { "127.0.0.1", false, DROP_NOT_OURS },
    { "192.0.2.1", false, DROP_NOT_OURS },
    { "224.0.0.1", false, DROP_NOT_OURS },
    { "239.1.2.3", false, DROP_NOT_OURS },
    { "10.0.0.255", false, DROP_NO_SOCKET },
    { "255.255.255.255", false, DROP_NO_SOCKET },
    { "::", true, DROP_BAD_SOURCE },
    { "::1", true, DROP_BAD_SOURCE },
    { "fd00::1", true, DROP_BAD_SOURCE },
    { "fd00::9", true, DROP_BAD_SOURCE },
    { "ff02::1", true, DROP_BAD_SOURCE },
    { "::", false, DROP_NOT_OURS },
    { "::1", false, DROP_NOT_OURS },
    { "fd00::3", false, DROP_NOT_OURS },
    { "ff02::1", false, DROP_NOT_OURS },
    { "ff05::1:3", false, DROP_NOT_OURS },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      Address address;
      bool parsed = address_parse (table[i].address, &address);
      Talk *t = ip_peer_talk (!address_is_ipv4 (&address));

      g_assert_true (parsed);
      *(table[i].source ? &t->peer : &t->local) = address;
      ip_peer_sends (t, ip_peer_datagram (t, 4000, 7777, 20));
      peer_expects_nothing (t);
      drops_are (t, table[i].cause, 1);
      /* nor does an unknown protocol, a connection or an echo */
      ip_peer_sends (t, ip_peer_packet (t, 99, 20));
      ip_peer_sends (t, ip_peer_packet (t, 6, 20));
      ip_peer_sends (
          t, ip_peer_error (t, ip_peer_is_ipv6 (t) ? 128 : 8, 0, 7, "abc", 3));
      falls_silent (t);
      talk_free (t);
    }
}

/* A later fragment says nothing about ports. req: ICM4-6 */
static void
test_fragments (void)
{
  Talk *t = ip_peer_talk (false);

  for (unsigned offset = 1; offset < 4; offset++)
    {
      size_t length = ip_peer_packet (t, 99, 24);

      t->bytes[7] = (uint8_t) offset;
      packet_line_seal_ipv4 (t->bytes);
      ip_peer_sends (t, length);
      peer_expects_nothing (t);
    }
  talk_free (t);
}

static unsigned
answers_to_flood (Talk *t, unsigned count, Time distance)
{
  unsigned answers = 0;

  for (unsigned i = 0; i < count; i++)
    {
      peer_sends_bytes (t, ip_peer_datagram (t, 4000, 7777, 0));
      answers += peer_ignores (t);
      t->now += distance;
    }
  return answers;
}

/* 50 at once and 100 a second; somebody else's budget is not touched by it.
 * req: ICM4-10 IP6-ICM-5 */
static void
test_rate_limit (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ip_peer_talk (ipv6);
      Address flooder = t->peer, other = t->peer;
      unsigned answers = answers_to_flood (t, 10000, 100 * MICROSECOND);

      other.bytes[15] = 77;
      g_assert_cmpuint (answers, >=, 149);
      g_assert_cmpuint (answers, <=, 150);
      g_assert_cmpuint (stack_counter (t->stack, STACK_COUNTER_ICMP_LIMITED),
                        ==, 10000 - answers);
      t->peer = other;
      g_assert_cmpuint (answers_to_flood (t, 100, 0), ==, 50);
      t->peer = flooder;
      g_assert_cmpuint (answers_to_flood (t, 100, 0), <=, 2);
      t->now += SECOND;
      g_assert_cmpuint (answers_to_flood (t, 100, 0), ==, 50);
      talk_free (t);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/icmp-error/closed-port", test_closed_port);
  g_test_add_func ("/icmp-error/second-address", test_second_address);
  g_test_add_func ("/icmp-error/unknown-protocol", test_unknown_protocol);
  g_test_add_func ("/icmp-error/options-are-quoted", test_options_are_quoted);
  g_test_add_func ("/icmp-error/no-answer-to-icmp", test_no_answer_to_icmp);
  g_test_add_func ("/icmp-error/no-answer-to-hidden-error",
                   test_no_answer_to_hidden_error);
  g_test_add_func ("/icmp-error/addresses", test_addresses);
  g_test_add_func ("/icmp-error/fragments", test_fragments);
  g_test_add_func ("/icmp-error/rate-limit", test_rate_limit);
  return g_test_run ();
}
