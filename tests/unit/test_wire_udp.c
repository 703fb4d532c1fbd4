// SPDX-License-Identifier: MIT
#include "stack/wire_udp.h"

#include <glib.h>

#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/checksum.h"
#include "tests/unit/luck.h"

#define ROOM 120

static IpHeader
random_ip (Luck *luck, bool ipv4)
{
  IpHeader ip = { .protocol = PROTOCOL_UDP };

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
       const uint8_t *datagram,
       size_t length,
       UdpHeader *header,
       size_t *payload)
{
  uint8_t *copy = luck_exact_copy (datagram, length);
  View view = { NULL, 0 };
  DropCause cause = wire_udp_parse (ip, (View){ copy, length }, header, &view);

  if (cause == DROP_NONE)
    {
      g_assert_true (view.bytes == copy + WIRE_UDP_HEADER);
      g_assert_cmpuint (view.length, <=, length - WIRE_UDP_HEADER);
    }
  *payload = view.length;
  g_free (copy);
  return cause;
}

/* Bytes behind the length field are cut off and not summed, and each flipped
 * bit within is seen. req: UDP-2 UDP-5 UDP-6 */
static void
test_inverse (void)
{
  Luck luck = { 22 };
  unsigned rounds = luck_rounds (30000, 20);

  for (unsigned round = 0; round < rounds; round++)
    {
      IpHeader ip = random_ip (&luck, round % 2 == 0);
      UdpHeader header = { (uint16_t) luck_draw (&luck),
                           (uint16_t) luck_draw (&luck) };
      size_t length = luck_below (&luck, 100), surplus = round % 5, payload;
      uint8_t datagram[ROOM], before[ROOM];
      unsigned bit = luck_below (&luck, (unsigned) (8 + length) * 8);
      UdpHeader again;
      DropCause cause;

      luck_fill (&luck, datagram, sizeof datagram);
      memcpy (before, datagram, sizeof datagram);
      wire_udp_emit (&ip, &header, length, datagram);
      g_assert_true (memcmp (datagram + 8, before + 8, ROOM - 8) == 0);
      g_assert_cmpuint (bytes_get16 (datagram + 6), !=, 0);
      g_assert_cmpint (
          parse (&ip, datagram, 8 + length + surplus, &again, &payload), ==,
          DROP_NONE);
      g_assert_cmpuint (payload, ==, length);
      g_assert_cmpuint (again.source_port, ==, header.source_port);
      g_assert_cmpuint (again.destination_port, ==, header.destination_port);

      datagram[bit / 8] ^= (uint8_t) (0x80u >> bit % 8);
      cause = parse (&ip, datagram, 8 + length + surplus, &again, &payload);
      if (round % 2 == 0 && bytes_get16 (datagram + 6) == 0)
        continue; /* it now says "none" */
      g_assert_cmpint (cause, ==,
                       bytes_get16 (datagram + 4) < 8
                               || bytes_get16 (datagram + 4)
                                      > 8 + length + surplus
                           ? DROP_MALFORMED
                           : DROP_CHECKSUM);
    }
  g_test_message ("%u datagrams", rounds);
}

/* Each length field in each length of payload, also with no checksum.
 * req: UDP-1 UDP-2 UDP-11 IP4-HDR-5 */
static void
test_lengths (void)
{
  IpHeader ip = { .source = ADDRESS_ANY_IPV4 };
  unsigned cases = 0;

  for (size_t length = 0; length <= 40; length++)
    for (unsigned field = 0; field <= 50; field++, cases++)
      {
        bool good = field >= 8 && field <= length;
        uint8_t datagram[ROOM] = { 0 };
        size_t payload;
        UdpHeader header;

        bytes_put16 (datagram + 4, (uint16_t) field);
        g_assert_cmpint (parse (&ip, datagram, length, &header, &payload), ==,
                         good ? DROP_NONE : DROP_MALFORMED);
        if (good)
          g_assert_cmpuint (payload, ==, field - 8);
      }
  g_test_message ("%u cases", cases);
}

/* Chosen so that the sum is 0: it goes out as 0xffff. req: UDP-3 UDP-4 */
static void
test_checksum_zero (void)
{
  Luck luck = { 23 };

  for (unsigned round = 0; round < 100; round++)
    {
      bool ipv4 = round % 2 == 0;
      IpHeader ip = random_ip (&luck, ipv4);
      UdpHeader header = { 1, 2 };
      uint8_t datagram[ROOM] = { 0 };
      size_t payload;

      wire_udp_emit (&ip, &header, 2, datagram);
      memcpy (datagram + 8, datagram + 6, 2);
      wire_udp_emit (&ip, &header, 2, datagram);
      g_assert_cmphex (bytes_get16 (datagram + 6), ==, 0xffff);
      g_assert_cmpint (parse (&ip, datagram, 10, &header, &payload), ==,
                       DROP_NONE);

      bytes_put16 (datagram + 6, 0);
      datagram[8] ^= 1; /* nobody looks */
      g_assert_cmpint (parse (&ip, datagram, 10, &header, &payload), ==,
                       ipv4 ? DROP_NONE : DROP_CHECKSUM);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire-udp/inverse", test_inverse);
  g_test_add_func ("/wire-udp/lengths", test_lengths);
  g_test_add_func ("/wire-udp/checksum-zero", test_checksum_zero);
  return g_test_run ();
}
