// SPDX-License-Identifier: MIT
/* IP validation and ICMP echo: RFC 791, 1122, 8200, 792, 4443. */
#include "tests/harness.h"

#include <string.h>

#define ICMP_HEADER 8

/* An echo request with LENGTH bytes of body at t->bytes. */
static size_t
make_echo (Talk *t, size_t length)
{
  bool ipv4 = packet_line_ip_header (&t->peer) == 20;
  uint8_t *icmp = t->bytes + packet_line_ip_header (&t->peer);
  uint8_t header[ICMP_HEADER] = { ipv4 ? 8 : 128, 0, 0, 0, 0x12, 0x34, 0, 7 };

  memcpy (icmp, header, sizeof header);
  for (size_t i = 0; i < length; i++)
    icmp[ICMP_HEADER + i] = packet_line_byte ((int64_t) i);
  return packet_line_wrap (t->bytes, &t->peer, &t->local, ipv4 ? 1 : 58, 2,
                           ICMP_HEADER + length);
}

static void
expect_reply (Talk *t, size_t length)
{
  size_t ip = packet_line_ip_header (&t->peer);
  size_t size = ip == 20 ? 4 : 16;
  const uint8_t *icmp = t->bytes + ip;

  talk_check (t, peer_takes (t) == ip + ICMP_HEADER + length);
  talk_check (t, icmp[0] == (ip == 20 ? 0 : 129) && icmp[1] == 0);
  talk_check (t, memcmp (icmp + 4, "\x12\x34\0\7", 4) == 0);
  talk_check (t, memcmp (t->bytes + (ip == 20 ? 12 : 8),
                         t->local.bytes + 16 - size, size)
                     == 0);
  talk_check (t, memcmp (t->bytes + (ip == 20 ? 16 : 24),
                         t->peer.bytes + 16 - size, size)
                     == 0);
  for (size_t i = 0; i < length; i++)
    talk_check (t, icmp[ICMP_HEADER + i] == packet_line_byte ((int64_t) i));
}

/* req: ICM4-1 ICM4-3 ICM4-4 ICM4-14 IP6-ICM-1 IP4-HDR-6 IP4-HDR-8 */
static void
test_echo (void)
{
  static const size_t LENGTHS[] = {
    0, 1, 2, 3, 7, 55, 56, 57, 1000, 1001, 1452
  };

  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ipv6 ? talk_new_ipv6 () : talk_new ();

      for (unsigned i = 0; i < G_N_ELEMENTS (LENGTHS); i++)
        {
          peer_sends_bytes (t, make_echo (t, LENGTHS[i]));
          expect_reply (t, LENGTHS[i]);
          talk_check (t, t->out.caused_by == t->packet - 1);
          talk_check (t, t->bytes[ipv6 ? 7 : 8] == 64);
        }
      falls_silent (t);
      talk_free (t);
    }
}

/* req: ICM4-1 ICM4-2 ICM4-13 */
static void
test_no_echo (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ipv6 ? talk_new_ipv6 () : talk_new ();
      size_t ip = packet_line_ip_header (&t->peer), length;
      uint8_t protocol = ipv6 ? 58 : 1;

      for (unsigned bit = 0; bit < 18 * 8; bit++)
        {
          length = make_echo (t, 10);
          t->bytes[ip + bit / 8] ^= (uint8_t) (1u << bit % 8);
          peer_sends_bytes (t, length);
        }
      drops_are (t, DROP_CHECKSUM, 18 * 8);
      for (size_t size = 4; size < ICMP_HEADER; size++)
        {
          make_echo (t, 0);
          peer_sends_bytes (t, packet_line_wrap (t->bytes, &t->peer, &t->local,
                                                 protocol, 2, size));
        }
      drops_are (t, DROP_MALFORMED, 4);
      for (unsigned type = 0; type < 256; type++)
        {
          make_echo (t, 10);
          t->bytes[ip] = (uint8_t) type;
          t->bytes[ip + 1] = type == (ipv6 ? 128 : 8);
          peer_sends_bytes (t, packet_line_wrap (t->bytes, &t->peer, &t->local,
                                                 protocol, 2, 18));
        }
      falls_silent (t);
      talk_free (t);
    }
}

/* req: IP4-HDR-1 IP4-HDR-2 */
static void
test_header_bits (void)
{
  Talk *t = talk_new ();

  for (unsigned bit = 0; bit < 20 * 8; bit++)
    {
      size_t length = make_echo (t, 10);

      t->bytes[bit / 8] ^= (uint8_t) (1u << bit % 8);
      peer_sends_bytes (t, length);
    }
  falls_silent (t);
  talk_check (t, stack_drops (t->stack, DROP_CHECKSUM)
                         + stack_drops (t->stack, DROP_MALFORMED)
                     == 160);
  talk_free (t);
}

/* req: IP4-HDR-3 IP4-HDR-4 */
static void
test_lengths (void)
{
  Talk *t = talk_new ();

  for (unsigned header = 0; header < 16; header++)
    for (unsigned total = 0; total < 60; total++)
      {
        make_echo (t, 10);
        t->bytes[0] = (uint8_t) (0x40 | header);
        t->bytes[3] = (uint8_t) total;
        if (header >= 5)
          packet_line_seal_ipv4 (t->bytes);
        peer_sends_bytes (t, 38);
        if (header == 5 && total == 38)
          expect_reply (t, 10);
        else
          peer_expects_nothing (t);
      }
  /* Trailing bytes are not part of it. */
  make_echo (t, 10);
  memset (t->bytes + 38, 0xaa, 20);
  peer_sends_bytes (t, 58);
  expect_reply (t, 10);
  for (size_t length = 0; length < 38; length++)
    {
      make_echo (t, 10);
      peer_sends_bytes (t, length);
    }
  falls_silent (t);
  talk_free (t);
}

/* req: IP6-HDR-1 */
static void
test_lengths_ipv6 (void)
{
  Talk *t = talk_new_ipv6 ();

  for (unsigned payload = 0; payload < 40; payload++)
    {
      make_echo (t, 10);
      t->bytes[5] = (uint8_t) payload;
      peer_sends_bytes (t, 58);
      if (payload == 18)
        expect_reply (t, 10);
      else
        peer_expects_nothing (t);
    }
  make_echo (t, 10);
  memset (t->bytes + 58, 0xaa, 20);
  peer_sends_bytes (t, 78);
  expect_reply (t, 10);
  for (size_t length = 0; length < 58; length++)
    {
      make_echo (t, 10);
      peer_sends_bytes (t, length);
    }
  falls_silent (t);
  talk_free (t);
}

/* A host does not ask how far a packet could still go. req: IP4-HDR-7
 * IP6-HDR-3 */
static void
test_hop_limit (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    for (uint8_t hops = 0; hops < 3; hops++)
      {
        Talk *t = ipv6 ? talk_new_ipv6 () : talk_new ();
        size_t length = make_echo (t, 10);

        t->bytes[ipv6 ? 7 : 8] = hops;
        if (!ipv6)
          packet_line_seal_ipv4 (t->bytes);
        peer_sends_bytes (t, length);
        expect_reply (t, 10);
        talk_free (t);
      }
}

/* An unknown protocol is answered, a broken upper layer is not.
 * req: IP4-HDR-9 ICM4-7 */
static void
test_protocols (void)
{
  Talk *t = talk_new ();

  for (unsigned protocol = 0; protocol < 256; protocol++)
    {
      size_t length = make_echo (t, 40);

      if (protocol == 1)
        continue;
      t->bytes[9] = (uint8_t) protocol;
      packet_line_seal_ipv4 (t->bytes);
      peer_sends_bytes (t, length);
      if (protocol == 6 || protocol == 17)
        peer_expects_nothing (t);
      else
        talk_check (t, peer_takes (t) > 0 && t->bytes[20] == 3);
      advance (t, 1, SECOND);
    }
  drops_are (t, DROP_PROTOCOL, 256 - 3);
  talk_free (t);
}

/* Options are skipped, and lengths that lead out are not followed.
 * req: TCP-OPT-11 IP4-HDR-3 */
static void
test_options (void)
{
  Talk *t = talk_new ();
  static const uint8_t ALERT[4] = { 148, 4, 0, 0 };

  for (uint8_t size = 0; size < 8; size++)
    {
      make_echo (t, 10);
      memmove (t->bytes + 24, t->bytes + 20, 18);
      memcpy (t->bytes + 20, ALERT, 4);
      t->bytes[0] = 0x46;
      t->bytes[3] = 42;
      t->bytes[21] = size;
      packet_line_seal_ipv4 (t->bytes);
      peer_sends_bytes (t, 42);
      if (size >= 2 && size <= 4)
        expect_reply (t, 10);
      else
        peer_expects_nothing (t);
    }
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ip/echo", test_echo);
  g_test_add_func ("/ip/no-echo", test_no_echo);
  g_test_add_func ("/ip/header-bits", test_header_bits);
  g_test_add_func ("/ip/lengths", test_lengths);
  g_test_add_func ("/ip/lengths-ipv6", test_lengths_ipv6);
  g_test_add_func ("/ip/hop-limit", test_hop_limit);
  g_test_add_func ("/ip/protocols", test_protocols);
  g_test_add_func ("/ip/options", test_options);
  return g_test_run ();
}
