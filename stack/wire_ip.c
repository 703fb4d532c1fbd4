// SPDX-License-Identifier: MIT
#include "stack/wire_ip.h"

#include <glib.h>
#include <string.h>

#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/checksum.h"

#define IPV4_DONT_FRAGMENT   0x4000
#define IPV4_MORE_FRAGMENTS  0x2000
#define IPV4_FRAGMENT_OFFSET 0x1fff /* counts 8 bytes */

#define IPV6_FLOW_LABEL_MASK      0xfffff
#define IPV6_HOP_BY_HOP           0
#define IPV6_ROUTING              43
#define IPV6_FRAGMENT             44
#define IPV6_DESTINATION          60
#define IPV6_EXTENSION_UNIT       8
#define IPV6_EXTENSIONS_MAX       8 /* RFC 8504 5.3: put a limit on them */
#define IPV6_MORE_FRAGMENTS       0x0001
#define IPV6_FRAGMENT_OFFSET_MASK 0xfff8 /* counts bytes as it stands */

/* Only lengths matter here: each option but the first two kinds has one, and
 * it must lead on and not out (RFC 1122 3.2.1.8). */
static bool
are_ipv4_options_sound (View options)
{
  size_t at = 0;

  while (at < options.length && options.bytes[at] != 0)
    {
      size_t left = options.length - at;
      size_t length = 1;

      if (options.bytes[at] != 1)
        length = left < 2 ? 0 : options.bytes[at + 1];
      if (length > left || (length < 2 && options.bytes[at] != 1))
        return false;
      at += length;
    }
  return true;
}

static DropCause
parse_ipv4 (View packet, IpHeader *header, View *payload)
{
  const uint8_t *bytes = packet.bytes;
  size_t header_size, total;
  uint16_t fragment;

  if (packet.length < WIRE_IPV4_HEADER)
    return DROP_MALFORMED;
  header_size = (bytes[0] & 0xfu) * 4;
  total = bytes_get16 (bytes + 2);
  if (header_size < WIRE_IPV4_HEADER || header_size > total
      || total > packet.length)
    return DROP_MALFORMED;
  if (checksum_finish (checksum_add (0, bytes, header_size)) != 0)
    return DROP_CHECKSUM;
  if (!are_ipv4_options_sound (
          (View){ bytes + WIRE_IPV4_HEADER, header_size - WIRE_IPV4_HEADER }))
    return DROP_MALFORMED;

  fragment = bytes_get16 (bytes + 6);
  *header = (IpHeader){
    .source = address_from_ipv4 (bytes + 12),
    .destination = address_from_ipv4 (bytes + 16),
    .protocol = bytes[9],
    .hop_limit = bytes[8],
    .traffic_class = bytes[1],
    .identification = bytes_get16 (bytes + 4),
    .dont_fragment = (fragment & IPV4_DONT_FRAGMENT) != 0,
    .more_fragments = (fragment & IPV4_MORE_FRAGMENTS) != 0,
    .fragment_offset = (uint16_t) ((fragment & IPV4_FRAGMENT_OFFSET) * 8),
  };
  *payload = (View){ bytes + header_size, total - header_size };
  return DROP_NONE;
}

static bool
is_extension (uint8_t next)
{
  return next == IPV6_HOP_BY_HOP || next == IPV6_ROUTING
         || next == IPV6_FRAGMENT || next == IPV6_DESTINATION;
}

static void
parse_fragment (const uint8_t *extension, IpHeader *header)
{
  uint16_t fragment = bytes_get16 (extension + 2);

  header->fragment_offset = fragment & IPV6_FRAGMENT_OFFSET_MASK;
  header->more_fragments = (fragment & IPV6_MORE_FRAGMENTS) != 0;
  header->identification = bytes_get32 (extension + 4);
}

/* Moves PAYLOAD behind the extension headers. Behind a fragment header nothing
 * is looked at: what follows may be a piece of anything. An atomic fragment
 * is whole, there it goes on (RFC 6946). */
static DropCause
skip_extensions (IpHeader *header, View *payload)
{
  bool fragment_seen = false;

  for (unsigned count = 0; is_extension (header->protocol); count++)
    {
      const uint8_t *bytes = payload->bytes;
      size_t size = IPV6_EXTENSION_UNIT;
      bool is_fragment = header->protocol == IPV6_FRAGMENT;

      if (count == IPV6_EXTENSIONS_MAX || payload->length < size)
        return DROP_MALFORMED;
      if (header->protocol == IPV6_HOP_BY_HOP && count > 0)
        return DROP_MALFORMED; /* RFC 8200 4.1: only as the first */
      if (is_fragment && fragment_seen)
        return DROP_MALFORMED;
      if (!is_fragment)
        size *= bytes[1] + 1u;
      if (size > payload->length)
        return DROP_MALFORMED;

      if (is_fragment)
        parse_fragment (bytes, header);
      fragment_seen |= is_fragment;
      header->protocol = bytes[0];
      *payload = (View){ bytes + size, payload->length - size };
      if (header->more_fragments || header->fragment_offset > 0)
        break;
    }
  return DROP_NONE;
}

static DropCause
parse_ipv6 (View packet, IpHeader *header, View *payload)
{
  const uint8_t *bytes = packet.bytes;
  size_t payload_length;
  uint32_t first;

  if (packet.length < WIRE_IPV6_HEADER)
    return DROP_MALFORMED;
  payload_length = bytes_get16 (bytes + 4);
  if (payload_length > packet.length - WIRE_IPV6_HEADER)
    return DROP_MALFORMED;

  first = bytes_get32 (bytes);
  *header = (IpHeader){
    .protocol = bytes[6],
    .hop_limit = bytes[7],
    .traffic_class = (uint8_t) (first >> 20),
    .flow_label = first & IPV6_FLOW_LABEL_MASK,
  };
  memcpy (header->source.bytes, bytes + 8, 16);
  memcpy (header->destination.bytes, bytes + 24, 16);

  /* A mapped address never is on the wire (RFC 4038 4.2); here it would make
   * an IPv4 packet of this one. */
  if (address_is_ipv4 (&header->source)
      || address_is_ipv4 (&header->destination))
    return DROP_MALFORMED;

  *payload = (View){ bytes + WIRE_IPV6_HEADER, payload_length };
  return skip_extensions (header, payload);
}

DropCause
wire_ip_parse (View packet, IpHeader *header, View *payload)
{
  unsigned version = packet.length > 0 ? packet.bytes[0] >> 4 : 0;

  if (version == 4)
    return parse_ipv4 (packet, header, payload);
  if (version == 6)
    return parse_ipv6 (packet, header, payload);
  return DROP_MALFORMED;
}

size_t
wire_ip_header_size (const IpHeader *header)
{
  return address_is_ipv4 (&header->source) ? WIRE_IPV4_HEADER
                                           : WIRE_IPV6_HEADER;
}

static void
emit_ipv4 (const IpHeader *header, size_t payload_length, uint8_t *packet)
{
  size_t total = WIRE_IPV4_HEADER + payload_length;
  unsigned fragment = header->fragment_offset / 8u;

  g_assert (total <= UINT16_MAX);
  if (header->dont_fragment)
    fragment |= IPV4_DONT_FRAGMENT;
  if (header->more_fragments)
    fragment |= IPV4_MORE_FRAGMENTS;

  packet[0] = 4 << 4 | WIRE_IPV4_HEADER / 4;
  packet[1] = header->traffic_class;
  bytes_put16 (packet + 2, (uint16_t) total);
  bytes_put16 (packet + 4, (uint16_t) header->identification);
  bytes_put16 (packet + 6, (uint16_t) fragment);
  packet[8] = header->hop_limit;
  packet[9] = header->protocol;
  bytes_put16 (packet + 10, 0);
  memcpy (packet + 12, header->source.bytes + 12, 4);
  memcpy (packet + 16, header->destination.bytes + 12, 4);
  bytes_put16 (packet + 10,
               checksum_finish (checksum_add (0, packet, WIRE_IPV4_HEADER)));
}

static void
emit_ipv6 (const IpHeader *header, size_t payload_length, uint8_t *packet)
{
  g_assert (payload_length <= UINT16_MAX);

  bytes_put32 (packet, 6u << 28 | (uint32_t) header->traffic_class << 20
                           | (header->flow_label & IPV6_FLOW_LABEL_MASK));
  bytes_put16 (packet + 4, (uint16_t) payload_length);
  packet[6] = header->protocol;
  packet[7] = header->hop_limit;
  memcpy (packet + 8, header->source.bytes, 16);
  memcpy (packet + 24, header->destination.bytes, 16);
}

void
wire_ip_emit (const IpHeader *header, size_t payload_length, uint8_t *packet)
{
  if (address_is_ipv4 (&header->source))
    emit_ipv4 (header, payload_length, packet);
  else
    emit_ipv6 (header, payload_length, packet);
}
