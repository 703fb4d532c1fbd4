// SPDX-License-Identifier: MIT
#include "stack/wire_ip.h"

#include <glib.h>
#include <string.h>

#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/checksum.h"
#include "stack/wire_extensions.h"

#define IPV4_DONT_FRAGMENT   0x4000
#define IPV4_MORE_FRAGMENTS  0x2000
#define IPV4_FRAGMENT_OFFSET 0x1fff /* counts 8 bytes */

#define IPV4_OPTION_END  0
#define IPV4_OPTION_NOP  1
#define IPV4_OPTION_LSRR 131
#define IPV4_OPTION_SSRR 137
#define IPV4_PROTOCOL_AT 9
#define IPV6_NEXT_AT     6

#define IPV6_FLOW_LABEL_MASK 0xfffff

/* How much of a packet is there. */
typedef enum
{
  WHOLE,
  MAY_BE_CUT
} Extent;

/* Bytes of the option at the head of OPTIONS: each kind but the first two has
 * a length, and it must lead on and not out (RFC 1122 3.2.1.8); else 0. */
static size_t
option_size (View options)
{
  size_t size;

  if (options.bytes[0] == IPV4_OPTION_NOP)
    return 1;
  if (options.length < 2)
    return 0;
  size = options.bytes[1];
  return size >= 2 && size <= options.length ? size : 0;
}

/* Looks only at lengths and for source routes; false: broken. */
static bool
check_ipv4_options (const uint8_t *packet, View options, IpHeader *header)
{
  while (options.length > 0 && options.bytes[0] != IPV4_OPTION_END)
    {
      uint8_t kind = options.bytes[0];
      size_t size = option_size (options);

      if (size == 0)
        return false;
      if (kind == IPV4_OPTION_LSRR || kind == IPV4_OPTION_SSRR)
        {
          header->trouble = IP_TROUBLE_SOURCE_ROUTE;
          header->trouble_at = (uint16_t) (options.bytes - packet);
        }
      options.bytes += size;
      options.length -= size;
    }
  return true;
}

/* The fields that stand at fixed places. */
static IpHeader
read_ipv4 (const uint8_t *bytes)
{
  uint16_t fragment = bytes_get16 (bytes + 6);

  return (IpHeader){
    .source = address_from_ipv4 (bytes + 12),
    .destination = address_from_ipv4 (bytes + 16),
    .protocol = bytes[IPV4_PROTOCOL_AT],
    .protocol_at = IPV4_PROTOCOL_AT,
    .hop_limit = bytes[8],
    .traffic_class = bytes[1],
    .identification = bytes_get16 (bytes + 4),
    .dont_fragment = (fragment & IPV4_DONT_FRAGMENT) != 0,
    .more_fragments = (fragment & IPV4_MORE_FRAGMENTS) != 0,
    .fragment_offset = (uint16_t) ((fragment & IPV4_FRAGMENT_OFFSET) * 8),
  };
}

static DropCause
parse_ipv4 (View packet, Extent extent, IpHeader *header, View *payload)
{
  const uint8_t *bytes = packet.bytes;
  size_t header_size, total;
  View options;

  if (packet.length < WIRE_IPV4_HEADER)
    return DROP_MALFORMED;
  header_size = (bytes[0] & 0xfu) * 4;
  total = bytes_get16 (bytes + 2);
  if (extent == MAY_BE_CUT)
    total = MIN (total, packet.length);
  if (header_size < WIRE_IPV4_HEADER || header_size > total
      || total > packet.length)
    return DROP_MALFORMED;
  if (extent == WHOLE
      && checksum_finish (checksum_add (0, bytes, header_size)) != 0)
    return DROP_CHECKSUM;
  *header = read_ipv4 (bytes);
  options = (View){ bytes + WIRE_IPV4_HEADER, header_size - WIRE_IPV4_HEADER };
  if (!check_ipv4_options (bytes, options, header))
    return DROP_MALFORMED;
  *payload = (View){ bytes + header_size, total - header_size };
  return DROP_NONE;
}

static IpHeader
read_ipv6 (const uint8_t *bytes)
{
  uint32_t first = bytes_get32 (bytes);
  IpHeader header = {
    .protocol = bytes[IPV6_NEXT_AT],
    .protocol_at = IPV6_NEXT_AT,
    .hop_limit = bytes[7],
    .traffic_class = (uint8_t) (first >> 20),
    .flow_label = first & IPV6_FLOW_LABEL_MASK,
  };

  memcpy (header.source.bytes, bytes + 8, 16);
  memcpy (header.destination.bytes, bytes + 24, 16);
  return header;
}

static DropCause
parse_ipv6 (View packet, Extent extent, IpHeader *header, View *payload)
{
  const uint8_t *bytes = packet.bytes;
  size_t length;

  if (packet.length < WIRE_IPV6_HEADER)
    return DROP_MALFORMED;
  length = bytes_get16 (bytes + 4);
  if (extent == MAY_BE_CUT)
    length = MIN (length, packet.length - WIRE_IPV6_HEADER);
  if (length > packet.length - WIRE_IPV6_HEADER)
    return DROP_MALFORMED;
  *header = read_ipv6 (bytes);

  /* A mapped address never is on the wire (RFC 4038 4.2); here it would make
   * an IPv4 packet of this one. */
  if (address_is_ipv4 (&header->source)
      || address_is_ipv4 (&header->destination))
    return DROP_MALFORMED;

  *payload = (View){ bytes + WIRE_IPV6_HEADER, length };
  return wire_extensions_skip (bytes, header, payload);
}

static DropCause
parse (View packet, Extent extent, IpHeader *header, View *payload)
{
  unsigned version = packet.length > 0 ? packet.bytes[0] >> 4 : 0;

  if (version == 4)
    return parse_ipv4 (packet, extent, header, payload);
  if (version == 6)
    return parse_ipv6 (packet, extent, header, payload);
  return DROP_MALFORMED;
}

DropCause
wire_ip_parse (View packet, IpHeader *header, View *payload)
{
  return parse (packet, WHOLE, header, payload);
}

DropCause
wire_ip_parse_quote (View quote, IpHeader *header, View *payload)
{
  return parse (quote, MAY_BE_CUT, header, payload);
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
