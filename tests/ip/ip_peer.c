// SPDX-License-Identifier: MIT
#include "tests/ip/ip_peer.h"

#include "stack/address.h"

#include <string.h>

#define ICMP_HEADER 8
#define UDP_HEADER  8

/* What was sent last; one conversation speaks at a time. */
static struct
{
  uint8_t bytes[PACKET_LINE_MAX];
  size_t length;
} sent;

static void
put16 (uint8_t *bytes, size_t value)
{
  bytes[0] = (uint8_t) (value >> 8);
  bytes[1] = (uint8_t) value;
}

static uint32_t
get32 (const uint8_t *bytes)
{
  return (uint32_t) bytes[0] << 24 | (uint32_t) bytes[1] << 16
         | (uint32_t) bytes[2] << 8 | bytes[3];
}

Address
ip_peer_second_address (bool ipv6)
{
  Address address;

  g_assert_true (address_parse (ipv6 ? "fd00::9" : "10.0.0.9", &address));
  return address;
}

Talk *
ip_peer_talk (bool ipv6)
{
  Talk *t = ipv6 ? talk_new_ipv6 () : talk_new ();
  Address second = ip_peer_second_address (ipv6);

  stack_address_add (t->stack, 0, &second, ipv6 ? 64 : 24);
  return t;
}

bool
ip_peer_is_ipv6 (const Talk *t)
{
  return packet_line_ip_header (&t->peer) == 40;
}

size_t
ip_peer_datagram (Talk *t, uint16_t from, uint16_t to, size_t length)
{
  uint8_t *udp = t->bytes + packet_line_ip_header (&t->peer);
  size_t size = UDP_HEADER + length;

  put16 (udp, from);
  put16 (udp + 2, to);
  put16 (udp + 4, size);
  for (size_t i = 0; i < length; i++)
    udp[UDP_HEADER + i] = packet_line_byte ((int64_t) i);
  return packet_line_wrap (t->bytes, &t->peer, &t->local, 17, 6, size);
}

size_t
ip_peer_packet (Talk *t, uint8_t protocol, size_t length)
{
  size_t header = packet_line_ip_header (&t->peer);
  size_t size =
      packet_line_wrap (t->bytes, &t->peer, &t->local, protocol, 0, length);

  memset (t->bytes + header, 0, length);
  return size;
}

size_t
ip_peer_error (Talk *t,
               uint8_t type,
               uint8_t code,
               uint32_t rest,
               const void *quote,
               size_t length)
{
  bool ipv6 = ip_peer_is_ipv6 (t);
  uint8_t *icmp = t->bytes + packet_line_ip_header (&t->peer);

  if (length > 0)
    memmove (icmp + ICMP_HEADER, quote, length);
  icmp[0] = type;
  icmp[1] = code;
  put16 (icmp + 4, rest >> 16);
  put16 (icmp + 6, rest & 0xffff);
  return packet_line_wrap (t->bytes, &t->peer, &t->local, ipv6 ? 58 : 1, 2,
                           ICMP_HEADER + length);
}

size_t
ip_peer_insert (
    Talk *t, size_t length, uint8_t next, const uint8_t *bytes, size_t size)
{
  size_t header = packet_line_ip_header (&t->peer);

  memmove (t->bytes + header + size, t->bytes + header, length - header);
  memcpy (t->bytes + header, bytes, size);
  length += size;
  if (ip_peer_is_ipv6 (t))
    {
      t->bytes[header] = t->bytes[6];
      t->bytes[6] = next;
      put16 (t->bytes + 4, length - header);
      return length;
    }
  t->bytes[0] = (uint8_t) (0x45 + size / 4);
  put16 (t->bytes + 2, length);
  packet_line_seal_ipv4 (t->bytes);
  return length;
}

void
ip_peer_sends (Talk *t, size_t length)
{
  memcpy (sent.bytes, t->bytes, length);
  sent.length = length;
  peer_expects_nothing (t);
  peer_sends_bytes (t, length);
}

void
ip_peer_expects_error (Talk *t, uint8_t type, uint8_t code, uint32_t rest)
{
  bool ipv6 = ip_peer_is_ipv6 (t);
  size_t header = ipv6 ? 40 : 20, size = ipv6 ? 16 : 4;
  size_t from = ipv6 ? 8 : 12, to = from + size;
  size_t length = MIN (header + ICMP_HEADER + sent.length, ipv6 ? 1280 : 576);
  const uint8_t *icmp = t->bytes + header;

  talk_check (t, peer_takes (t) == length);
  talk_check (t, t->bytes[ipv6 ? 6 : 9] == (ipv6 ? 58 : 1));
  talk_check (t, t->bytes[ipv6 ? 7 : 8] == 64);
  if (icmp[0] != type || icmp[1] != code || get32 (icmp + 4) != rest)
    talk_fail (t, "ICMP %u/%u value %u, not %u/%u value %u", icmp[0], icmp[1],
               get32 (icmp + 4), type, code, rest);
  talk_check (t, memcmp (t->bytes + to, sent.bytes + from, size) == 0);
  talk_check (t, sent.bytes[to] == 0xff /* a group */
                     || memcmp (t->bytes + from, sent.bytes + to, size) == 0);
  talk_check (
      t, memcmp (icmp + ICMP_HEADER, sent.bytes, length - header - ICMP_HEADER)
             == 0);
  talk_check (t, t->out.caused_by == t->packet - 1);
}

int
ip_peer_socket (Talk *t, uint16_t port)
{
  bool ipv6 = ip_peer_is_ipv6 (t);
  Endpoint local = { ipv6 ? ADDRESS_ANY : ADDRESS_ANY_IPV4, port };
  int socket =
      app_socket (t, ipv6 ? SOCKET_IPV6 : SOCKET_IPV4, SOCKET_DATAGRAM);

  talk_check (t, socket_bind (t->stack, socket, &local) == 0);
  return socket;
}
