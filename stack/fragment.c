// SPDX-License-Identifier: MIT
#include "stack/fragment.h"

#include <glib.h>
#include <string.h>

#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/checksum.h"

#define UNIT            8u
#define FRAGMENT_HEADER 8
#define IPV6_FRAGMENT   44
#define TCP_HEADER      20

#define MORE_FRAGMENTS  0x2000
#define FRAGMENT_OFFSET 0x1fff
#define OPTION_END      0
#define OPTION_NOP      1
#define OPTION_COPIED   0x80

#define ECN_MARK 3

static bool
is_ipv4 (const uint8_t *packet)
{
  return packet[0] >> 4 == 4;
}

static size_t
head_of (const uint8_t *packet)
{
  return is_ipv4 (packet) ? (packet[0] & 15u) * 4 : WIRE_IPV6_HEADER;
}

bool
fragment_is_over (View packet, size_t done)
{
  return head_of (packet.bytes) + done >= packet.length;
}

/* How much of REST goes next, where ROOM is. */
static size_t
portion (size_t rest, size_t room)
{
  return rest <= room ? rest : room / UNIT * UNIT;
}

static void
seal_ipv4 (uint8_t *packet, size_t head, size_t total)
{
  packet[0] = (uint8_t) (4u << 4 | head / 4);
  bytes_put16 (packet + 2, (uint16_t) total);
  bytes_put16 (packet + 10, 0);
  bytes_put16 (packet + 10, checksum_finish (checksum_add (0, packet, head)));
}

/* The header of a fragment that is not the first: with those options that say
 * so (RFC 791 3.1). Returns its size. */
static size_t
copy_later_header (const uint8_t *packet, uint8_t *to)
{
  size_t end = head_of (packet), size = WIRE_IPV4_HEADER;

  memcpy (to, packet, WIRE_IPV4_HEADER);
  for (size_t at = WIRE_IPV4_HEADER; at < end && packet[at] != OPTION_END;)
    {
      size_t length = packet[at] == OPTION_NOP ? 1 : packet[at + 1];

      if ((packet[at] & OPTION_COPIED) != 0)
        {
          memcpy (to + size, packet + at, length);
          size += length;
        }
      at += length;
    }
  while (size % 4 != 0)
    to[size++] = OPTION_END;
  return size;
}

static size_t
next_ipv4 (View packet,
           size_t mtu,
           uint32_t identification,
           size_t *done,
           uint8_t *buffer)
{
  size_t from = head_of (packet.bytes), head = from, length;
  unsigned field = bytes_get16 (packet.bytes + 6);
  unsigned offset = (field & FRAGMENT_OFFSET) + (unsigned) *done / UNIT;

  if (*done == 0)
    memcpy (buffer, packet.bytes, head);
  else
    head = copy_later_header (packet.bytes, buffer);
  length = portion (packet.length - from - *done, mtu - head);
  memcpy (buffer + head, packet.bytes + from + *done, length);
  *done += length;
  if (!fragment_is_over (packet, *done) || (field & MORE_FRAGMENTS) != 0)
    offset |= MORE_FRAGMENTS;
  bytes_put16 (buffer + 4, (uint16_t) identification);
  bytes_put16 (buffer + 6, (uint16_t) offset);
  seal_ipv4 (buffer, head, head + length);
  return head + length;
}

static size_t
next_ipv6 (View packet,
           size_t mtu,
           uint32_t identification,
           size_t *done,
           uint8_t *buffer)
{
  size_t from = WIRE_IPV6_HEADER, head = from + FRAGMENT_HEADER;
  size_t length = portion (packet.length - from - *done, mtu - head);
  size_t offset = *done;

  memcpy (buffer, packet.bytes, from);
  memcpy (buffer + head, packet.bytes + from + *done, length);
  *done += length;
  bytes_put16 (buffer + 4, (uint16_t) (FRAGMENT_HEADER + length));
  buffer[6] = IPV6_FRAGMENT;
  buffer[from] = packet.bytes[6];
  buffer[from + 1] = 0;
  bytes_put16 (buffer + from + 2,
               (uint16_t) (offset | !fragment_is_over (packet, *done)));
  bytes_put32 (buffer + from + 4, identification);
  return head + length;
}

size_t
fragment_next (View packet,
               size_t mtu,
               uint32_t identification,
               size_t *done,
               uint8_t *buffer)
{
  return is_ipv4 (packet.bytes)
             ? next_ipv4 (packet, mtu, identification, done, buffer)
             : next_ipv6 (packet, mtu, identification, done, buffer);
}

/* NEXT takes the place of the fragment header in the chain. */
static void
make_whole_ipv6 (uint8_t *packet, size_t head, size_t total, uint8_t next)
{
  uint8_t *link = packet + 6;
  size_t at = WIRE_IPV6_HEADER;

  bytes_put16 (packet + 4, (uint16_t) (total - WIRE_IPV6_HEADER));
  while (*link != IPV6_FRAGMENT && at < head)
    {
      link = packet + at;
      at += (packet[at + 1] + 1u) * UNIT;
    }
  *link = next;
}

void
fragment_make_whole (
    uint8_t *packet, size_t head, size_t total, uint8_t next, bool marked)
{
  if (is_ipv4 (packet))
    {
      packet[1] |= marked ? ECN_MARK : 0;
      bytes_put16 (packet + 6, 0);
      seal_ipv4 (packet, head, total);
      return;
    }
  packet[1] |= marked ? ECN_MARK << 4 : 0;
  make_whole_ipv6 (packet, head, total, next);
}

bool
fragment_is_tiny (const IpHeader *ip, View payload)
{
  if (ip->protocol != PROTOCOL_TCP)
    return false;
  if (ip->fragment_offset == 0)
    return payload.length < TCP_HEADER;
  return ip->fragment_offset == UNIT && address_is_ipv4 (&ip->source);
}

bool
fragment_is_nested (const IpHeader *ip, View payload)
{
  uint8_t next = ip->protocol;

  if (address_is_ipv4 (&ip->source) || ip->fragment_offset > 0)
    return false;
  while ((next == 0 || next == 43 || next == 60) && payload.length >= UNIT)
    {
      size_t size = MIN ((payload.bytes[1] + 1u) * UNIT, payload.length);

      next = payload.bytes[0];
      payload = (View){ payload.bytes + size, payload.length - size };
    }
  return next == IPV6_FRAGMENT;
}
