// SPDX-License-Identifier: MIT
#include "tests/ip/pieces.h"

#include <errno.h>
#include <string.h>

#define UDP_HEADER 8

Talk *
cut_talk (const StackConfig *config, bool ipv6)
{
  Talk *t = talk_new_with (config, ipv6, 1000 * SECOND);
  Endpoint any = { .port = 7777 };

  t->flow->socket = socket_new (t->stack, SOCKET_IPV6, SOCKET_DATAGRAM);
  g_assert_cmpint (socket_bind (t->stack, t->flow->socket, &any), ==, 0);
  return t;
}

void
cut_begin (Cut *cut, Talk *t, uint32_t id, size_t length)
{
  size_t head = packet_line_ip_header (&t->peer);
  uint8_t *udp = cut->whole + head;
  uint8_t header[UDP_HEADER] = { 0x9c,
                                 0x40,
                                 7777 >> 8,
                                 7777 & 0xff,
                                 (uint8_t) (length >> 8),
                                 (uint8_t) length };

  cut->t = t;
  cut->head = head;
  cut->length = length;
  cut->id = id;
  cut->traffic_class = 0;
  memcpy (udp, header, sizeof header);
  for (size_t i = UDP_HEADER; i < length; i++)
    udp[i] = packet_line_byte ((int64_t) (i - UDP_HEADER));
  packet_line_wrap (cut->whole, &t->peer, &t->local, 17, 6, length);
}

size_t
cut_make (const Cut *cut,
          uint8_t protocol,
          size_t offset,
          bool more,
          const uint8_t *payload,
          size_t length)
{
  uint8_t *to = cut->t->bytes;
  size_t total = 20 + length;

  memcpy (to, cut->whole, cut->head);
  if (cut->head == 20)
    {
      uint8_t fields[6] = { (uint8_t) (total >> 8),
                            (uint8_t) total,
                            (uint8_t) (cut->id >> 8),
                            (uint8_t) cut->id,
                            (uint8_t) (offset >> 11 | (more ? 0x20 : 0)),
                            (uint8_t) (offset >> 3) };

      memcpy (to + 2, fields, sizeof fields);
      to[1] = cut->traffic_class;
      to[9] = protocol;
      if (length > 0)
        memcpy (to + 20, payload, length);
      packet_line_seal_ipv4 (to);
      return total;
    }
  to[1] = (uint8_t) (cut->traffic_class << 4);
  to[4] = (uint8_t) ((length + 8) >> 8);
  to[5] = (uint8_t) (length + 8);
  to[6] = 44;
  to[40] = protocol;
  to[41] = 0;
  to[42] = (uint8_t) (offset >> 8);
  to[43] = (uint8_t) (offset | more);
  for (unsigned i = 0; i < 4; i++)
    to[44 + i] = (uint8_t) (cut->id >> (24 - 8 * i));
  if (length > 0)
    memcpy (to + 48, payload, length);
  return 48 + length;
}

void
cut_sends (const Cut *cut, size_t start, size_t end, bool more)
{
  size_t length = cut_make (cut, 17, start, more,
                            cut->whole + cut->head + start, end - start);

  peer_sends_bytes (cut->t, length);
}

void
cut_arrives (const Cut *cut)
{
  static uint8_t bytes[PACKET_LINE_MAX];
  Talk *t = cut->t;
  ssize_t length =
      socket_receive (t->stack, t->flow->socket, bytes, sizeof bytes);

  talk_check (t, length == (ssize_t) (cut->length - UDP_HEADER));
  talk_check (
      t, memcmp (bytes, cut->whole + cut->head + UDP_HEADER, (size_t) length)
             == 0);
}

void
cut_nothing_arrives (const Cut *cut)
{
  uint8_t bytes[1];
  Talk *t = cut->t;

  talk_check (t,
              socket_receive (t->stack, t->flow->socket, bytes, 1) == -EAGAIN);
}

void
cut_expects_error (Talk *t, uint8_t type, uint8_t code, uint32_t pointer)
{
  size_t head = packet_line_ip_header (&t->peer);
  const uint8_t *icmp = t->bytes + head;
  size_t length = peer_takes (t);

  talk_check (t, length > head + 8);
  talk_check (t, icmp[0] == type && icmp[1] == code);
  talk_check (t, icmp[4] == pointer >> 24 && icmp[7] == (uint8_t) pointer);
}
