// SPDX-License-Identifier: MIT
#include "stack/wire_icmp.h"

#include <glib.h>

#include "stack/address.h"
#include "tests/unit/luck.h"

#define ROOM 120

static IpHeader
random_ip (Luck *luck, bool ipv4)
{
  IpHeader ip = { .protocol = ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6 };

  luck_fill (luck, ip.source.bytes, 16);
  luck_fill (luck, ip.destination.bytes, 16);
  if (ipv4)
    {
      ip.source = address_from_ipv4 (ip.source.bytes);
      ip.destination = address_from_ipv4 (ip.destination.bytes);
    }
  return ip;
}

/* Parses from a block of exactly LENGTH bytes. */
static DropCause
parse (const IpHeader *ip,
       const uint8_t *message,
       size_t length,
       IcmpHeader *header)
{
  uint8_t *copy = luck_exact_copy (message, length);
  View body = { NULL, 0 };
  DropCause cause = wire_icmp_parse (ip, (View){ copy, length }, header, &body);

  if (cause == DROP_NONE)
    {
      g_assert_true (body.bytes == copy + WIRE_ICMP_HEADER);
      g_assert_cmpuint (body.length, ==, length - WIRE_ICMP_HEADER);
    }
  g_free (copy);
  return cause;
}

/* req: ICM4-1 IP6-ICM-1 */
static void
test_inverse (void)
{
  Luck luck = { 24 };
  unsigned rounds = luck_rounds (30000, 20);

  for (unsigned round = 0; round < rounds; round++)
    {
      bool ipv4 = round % 2 == 0;
      IpHeader ip = random_ip (&luck, ipv4);
      IcmpHeader header = { (uint8_t) luck_draw (&luck),
                            (uint8_t) luck_draw (&luck),
                            (uint32_t) luck_draw (&luck) };
      size_t length = luck_below (&luck, 100);
      unsigned bit = luck_below (&luck, (unsigned) (8 + length) * 8);
      uint8_t message[ROOM], before[ROOM];
      IcmpHeader again;

      luck_fill (&luck, message, sizeof message);
      memcpy (before, message, sizeof message);
      wire_icmp_emit (&ip, &header, length, message);
      g_assert_true (memcmp (message + 8, before + 8, ROOM - 8) == 0);
      g_assert_cmpint (parse (&ip, message, 8 + length, &again), ==, DROP_NONE);
      g_assert_cmpuint (again.type, ==, header.type);
      g_assert_cmpuint (again.code, ==, header.code);
      g_assert_cmphex (again.rest, ==, header.rest);

      /* the pseudo-header counts in IPv6, and only there */
      ip.destination.bytes[15] ^= 1;
      g_assert_cmpint (parse (&ip, message, 8 + length, &again), ==,
                       ipv4 ? DROP_NONE : DROP_CHECKSUM);
      ip.destination.bytes[15] ^= 1;
      message[bit / 8] ^= (uint8_t) (0x80u >> bit % 8);
      g_assert_cmpint (parse (&ip, message, 8 + length, &again), ==,
                       DROP_CHECKSUM);
    }
  g_test_message ("%u messages", rounds);
}

/* A message as ping(8) would send it; its sum by hand: 0800 + 1234 + 0001 +
 * 6162 = 7b97. */
static void
test_echo (void)
{
  static const uint8_t expected[] = { 8,    0, 0x84, 0x68, 0x12,
                                      0x34, 0, 1,    'a',  'b' };
  uint8_t message[10] = { [8] = 'a', [9] = 'b' };
  IpHeader ip = { .source = ADDRESS_ANY_IPV4 };
  IcmpHeader header = { .type = ICMP_ECHO_REQUEST, .rest = 0x1234u << 16 | 1 };

  wire_icmp_emit (&ip, &header, 2, message);
  g_assert_true (memcmp (message, expected, sizeof expected) == 0);
}

/* req: ICM4-1 */
static void
test_short (void)
{
  uint8_t message[8];
  IcmpHeader header;

  memset (message, 0xff, sizeof message); /* a good sum at even lengths */
  for (unsigned family = 0; family < 2; family++)
    {
      IpHeader ip = { .source = family == 0 ? ADDRESS_ANY_IPV4 : ADDRESS_ANY };

      for (size_t length = 0; length < 8; length++)
        g_assert_cmpint (parse (&ip, message, length, &header), ==,
                         DROP_MALFORMED);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire-icmp/inverse", test_inverse);
  g_test_add_func ("/wire-icmp/echo", test_echo);
  g_test_add_func ("/wire-icmp/short", test_short);
  return g_test_run ();
}
