// SPDX-License-Identifier: MIT
/* Pairs of lengths that disagree: what the wire gave, what IP says, what the
 * upper layer says (class SEC-1 and SEC-2 of the table of bad packets). */
#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/checksum.h"
#include "stack/wire_icmp.h"
#include "stack/wire_tcp.h"
#include "stack/wire_udp.h"
#include "tests/unit/luck.h"

#define ROOM 600

/* Around TRUE, then the ends: ERRORS values in all. */
#define ERRORS 19

static size_t
disagree (size_t true_length, unsigned error)
{
  if (error == 17)
    return 0;
  return error == 18 ? UINT16_MAX : true_length + error - 8;
}

static size_t
make (uint8_t *packet, bool ipv6, uint8_t protocol, size_t payload)
{
  IpHeader header = { .source = { { 0xfd } },
                      .destination = { { 0xfe } },
                      .protocol = protocol };

  if (!ipv6)
    header.source = header.destination = (Address){ { [10] = 255, 255, 10 } };
  memset (packet, 0, ROOM);
  wire_ip_emit (&header, payload, packet);
  return wire_ip_header_size (&header);
}

/* What IP says its payload is, if RECEIVED bytes bear it out; SIZE_MAX. */
static size_t
set_ip_length (uint8_t *packet, bool ipv6, size_t header, size_t payload)
{
  size_t field = ipv6 ? payload : header + payload;

  bytes_put16 (packet + (ipv6 ? 4 : 2), (uint16_t) MIN (field, UINT16_MAX));
  if (!ipv6)
    {
      bytes_put16 (packet + 10, 0);
      bytes_put16 (packet + 10,
                   checksum_finish (checksum_add (0, packet, header)));
    }
  return MIN (field, UINT16_MAX) - (ipv6 ? 0 : header);
}

static void
check_udp (uint8_t *packet, bool ipv6, size_t received, size_t ip, size_t udp)
{
  size_t header_size = ipv6 ? 40 : 20;
  uint8_t *copy = luck_exact_copy (packet, received);
  bool ip_good = received >= header_size && ip <= received - header_size;
  bool udp_good = ip >= 8 && udp >= 8 && udp <= ip;
  IpHeader header;
  UdpHeader ports;
  View view;
  DropCause cause = wire_ip_parse ((View){ copy, received }, &header, &view);

  g_assert_cmpint (cause, ==, ip_good ? DROP_NONE : DROP_MALFORMED);
  if (ip_good)
    {
      g_assert_cmpuint (view.length, ==, ip);
      cause = wire_udp_parse (&header, view, &ports, &view);
      g_assert_cmpint (cause, ==, udp_good ? DROP_NONE : DROP_MALFORMED);
      if (udp_good)
        g_assert_cmpuint (view.length, ==, udp - 8);
    }
  g_free (copy);
}

/* A checksum for UDP bytes of zeros, ports and all. */
static void
seal_udp (uint8_t *packet, bool ipv6, size_t udp)
{
  uint8_t *datagram = packet + (ipv6 ? 40 : 20);
  Address source = { { 0xfd } }, destination = { { 0xfe } };
  uint64_t sum;

  bytes_put16 (datagram + 4, (uint16_t) udp);
  bytes_put16 (datagram + 6, 0);
  if (!ipv6 || udp > ROOM - 40)
    return;
  sum = checksum_pseudo (&source, &destination, PROTOCOL_UDP, udp);
  bytes_put16 (datagram + 6,
               checksum_finish (checksum_add (sum, datagram, udp)));
}

/* req: IP4-HDR-3 IP4-HDR-5 IP6-HDR-1 UDP-1 UDP-2 */
static void
test_udp (void)
{
  unsigned cases = 0, most = luck_rounds (20, 4);

  for (size_t data = 0; data < most; data++)
    for (unsigned ipv6 = 0; ipv6 < 2; ipv6++)
      for (unsigned a = 0; a < ERRORS; a++)
        for (unsigned b = 0; b < ERRORS; b++)
          for (unsigned c = 0; c < ERRORS - 1; c++, cases++)
            {
              uint8_t packet[ROOM];
              size_t header = make (packet, ipv6, PROTOCOL_UDP, data + 8);
              size_t ip =
                  set_ip_length (packet, ipv6, header, disagree (data + 8, a));
              size_t udp = disagree (data + 8, b) & UINT16_MAX;

              seal_udp (packet, ipv6, udp);
              check_udp (packet, ipv6,
                         c == 17 ? 0 : disagree (header + data + 8, c), ip,
                         udp);
            }
  g_test_message ("%u cases", cases);
}

static void
seal_tcp (uint8_t *packet, bool ipv6, size_t length)
{
  uint8_t *segment = packet + (ipv6 ? 40 : 20);
  Address source = ADDRESS_ANY, destination = ADDRESS_ANY;
  uint64_t sum;

  if (length < 20)
    return;
  memcpy (source.bytes, packet + 8, 16);
  memcpy (destination.bytes, packet + 24, 16);
  if (!ipv6)
    {
      source = address_from_ipv4 (packet + 12);
      destination = address_from_ipv4 (packet + 16);
    }
  bytes_put16 (segment + 16, 0);
  sum = checksum_pseudo (&source, &destination, PROTOCOL_TCP, length);
  bytes_put16 (segment + 16,
               checksum_finish (checksum_add (sum, segment, length)));
}

/* Each data offset and length of segment; each length of an ICMP message.
 * req: TCP-HDR-2 ICM4-1 IP6-ICM-11 */
static void
test_tcp_and_icmp (void)
{
  unsigned cases = 0;

  for (unsigned ipv6 = 0; ipv6 < 2; ipv6++)
    for (size_t length = 0; length <= 80; length++)
      for (unsigned offset = 0; offset < 16; offset++, cases++)
        {
          uint8_t packet[ROOM];
          size_t size = make (packet, ipv6, PROTOCOL_TCP, length);
          uint8_t *copy, *segment = packet + size;
          IpHeader header;
          TcpHeader tcp;
          IcmpHeader icmp;
          View view, inner;
          bool good;

          segment[12] = (uint8_t) (offset << 4);
          seal_tcp (packet, ipv6, length);
          copy = luck_exact_copy (packet, size + length);
          g_assert_cmpint (
              wire_ip_parse ((View){ copy, size + length }, &header, &view), ==,
              DROP_NONE);
          good = offset >= 5 && offset * 4 <= length;
          g_assert_cmpint (wire_tcp_parse (&header, view, &tcp, &inner), ==,
                           good ? DROP_NONE : DROP_MALFORMED);
          if (good)
            g_assert_cmpuint (inner.length, ==, length - offset * 4);
          g_assert_cmpint (wire_icmp_parse (&header, view, &icmp, &inner), ==,
                           length < 8 ? DROP_MALFORMED : DROP_CHECKSUM);
          g_free (copy);
        }
  g_test_message ("%u cases", cases);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire-lengths/udp", test_udp);
  g_test_add_func ("/wire-lengths/tcp-and-icmp", test_tcp_and_icmp);
  return g_test_run ();
}
