// SPDX-License-Identifier: MIT
/* IPv4 (RFC 791) and IPv6 (RFC 8200) headers: bytes <-> struct.
 *
 * Parse and emit are inverse: what parse accepts, emit writes again bit for
 * bit, but for IPv4 options and IPv6 extension headers, which are skipped, and
 * reserved bits, which are zero when sent. Every length is checked here, once;
 * the View that comes out lies inside the one that went in. */
#pragma once

#include "stack/drop.h"
#include "stack/types.h"

/* Bytes that somebody else owns; it may only shrink. */
/* ECN, the last two bits of the traffic class (RFC 3168 5). */
enum
{
  IP_ECN_NOT_CAPABLE = 0,
  IP_ECN_CAPABLE_1 = 1, /* ECT(1) */
  IP_ECN_CAPABLE_0 = 2, /* ECT(0) */
  IP_ECN_MARKED = 3,    /* CE */
  IP_ECN_MASK = 3
};

typedef struct
{
  const uint8_t *bytes;
  size_t length;
} View;

enum
{
  PROTOCOL_ICMP = 1,
  PROTOCOL_TCP = 6,
  PROTOCOL_UDP = 17,
  PROTOCOL_ICMPV6 = 58,
  PROTOCOL_NONE = 59 /* IPv6: no next header */
};

#define WIRE_IPV4_HEADER 20
#define WIRE_IPV6_HEADER 40

/* What the destination, and only it, must object to. */
typedef enum
{
  IP_TROUBLE_NONE,
  IP_TROUBLE_SOURCE_ROUTE,  /* IPv4: LSRR or SSRR; dropped, RFC 7126 4.3 */
  IP_TROUBLE_MALFORMED,     /* IPv6 options that don't fit; dropped */
  IP_TROUBLE_LIMIT,         /* too many of them; dropped */
  IP_TROUBLE_UNWANTED,      /* option with action 01; dropped */
  IP_TROUBLE_OPTION,        /* action 10: ICMPv6 4/2 */
  IP_TROUBLE_OPTION_TO_ONE, /* action 11: the same unless multicast */
  IP_TROUBLE_ROUTING,       /* segments left: ICMPv6 4/0 */
  IP_TROUBLE_INCOMPLETE     /* first fragment without all headers: 4/3 */
} IpTrouble;

typedef struct
{
  Address source, destination; /* their family is the packet's */
  uint8_t protocol;            /* of the upper layer, extensions skipped */
  uint8_t hop_limit;           /* IPv4: TTL */
  uint8_t traffic_class;       /* DSCP and ECN */
  uint32_t flow_label;         /* IPv6 only */
  uint32_t identification;     /* IPv4: 16 bits; IPv6: fragment header's */
  bool dont_fragment;          /* IPv4 only */
  bool more_fragments;
  uint16_t fragment_offset; /* bytes, multiple of 8 */

  /* Only parse sets these; offsets in the packet. */
  uint16_t protocol_at; /* of the octet that says PROTOCOL */
  IpTrouble trouble;
  uint16_t trouble_at;
} IpHeader;

/* Parses the header of PACKET; PAYLOAD is what the header says the upper layer
 * gets: trailing bytes beyond the IP length are cut off. DROP_NONE on success,
 * else DROP_MALFORMED, DROP_CHECKSUM or DROP_LIMIT and *header, *payload
 * undefined. */
DropCause wire_ip_parse (View packet, IpHeader *header, View *payload);

/* The same for the packet that an ICMP error quotes: it may be cut anywhere,
 * and its checksum is not looked at. */
DropCause wire_ip_parse_quote (View quote, IpHeader *header, View *payload);

/* Bytes of the header that emit writes: 20 or 40. */
size_t wire_ip_header_size (const IpHeader *header);

/* Writes the header for PAYLOAD_LENGTH bytes that follow it, IPv4 checksum
 * included. The caller has wire_ip_header_size bytes of room. */
void
wire_ip_emit (const IpHeader *header, size_t payload_length, uint8_t *packet);
