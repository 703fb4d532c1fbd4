// SPDX-License-Identifier: MIT
/* The text of an address: what is written, or which characters break which
 * rule. The only parser of addresses.
 *
 *   text = (IPv4 | IPv6 ["%" zone]) ["/" length]
 *
 * IPv4 is four decimal octets without leading zeros (RFC 6943 3.1.1), IPv6 is
 * RFC 4291 2.2 ("::" for at least one hextet, dotted decimal only at the end),
 * a zone is RFC 4007 11 and belongs to link-local addresses and to multicast
 * below global scope; no length, or in its family's range.
 *
 * A pure function of the text, linear, no allocation. Of several faults the
 * first from the left is told, but of a bracket, a name or a missing part,
 * which explain the whole text. */
#pragma once

#include "stack/types.h"

/* Name, word for scripts. The sentences are in sim/address_fault.h. */
#define ADDRESS_FAULTS(X)                                                      \
  X (NONE, "none")                                                             \
  X (EMPTY, "empty")                                                           \
  X (BLANK, "blank")                                                           \
  X (NAME, "name")                                                             \
  X (BRACKET, "bracket")                                                       \
  X (PORT, "port")                                                             \
  X (OCTETS_FEW, "octets-few")                                                 \
  X (OCTETS_MANY, "octets-many")                                               \
  X (OCTET_EMPTY, "octet-empty")                                               \
  X (OCTET_RANGE, "octet-range")                                               \
  X (OCTET_ZERO, "octet-leading-zero")                                         \
  X (OCTET_HEX, "octet-hex")                                                   \
  X (OCTET_CHARACTER, "octet-character")                                       \
  X (HEXTETS_FEW, "hextets-few")                                               \
  X (HEXTETS_MANY, "hextets-many")                                             \
  X (HEXTET_LONG, "hextet-long")                                               \
  X (HEXTET_PREFIX, "hextet-0x")                                               \
  X (HEXTET_CHARACTER, "hextet-character")                                     \
  X (COLON_FIRST, "colon-first")                                               \
  X (COLON_LAST, "colon-last")                                                 \
  X (COLON_THREE, "colon-three")                                               \
  X (GAP_TWICE, "gap-twice")                                                   \
  X (GAP_NOTHING, "gap-nothing")                                               \
  X (DOTTED_PLACE, "dotted-place")                                             \
  X (ZONE_EMPTY, "zone-empty")                                                 \
  X (ZONE_CHARACTER, "zone-character")                                         \
  X (ZONE_SCOPE, "zone-scope")                                                 \
  X (LENGTH_EMPTY, "length-empty")                                             \
  X (LENGTH_MASK, "length-mask")                                               \
  X (LENGTH_ZERO, "length-leading-zero")                                       \
  X (LENGTH_CHARACTER, "length-character")                                     \
  X (LENGTH_RANGE_IPV4, "length-range-ipv4")                                   \
  X (LENGTH_RANGE_IPV6, "length-range-ipv6")

typedef enum
{
#define X(name, word) ADDRESS_FAULT_##name,
  ADDRESS_FAULTS (X)
#undef X
      ADDRESS_FAULT_COUNT
} AddressFault;

#define ADDRESS_HEXTETS 8

typedef struct
{
  Address address;
  bool ipv6;          /* written with colons; a mapped address may be both */
  unsigned gap;       /* the first hextet that "::" hides, from 0 */
  unsigned gap_count; /* how many it hides; 0: there is no "::" */
  size_t end;         /* of the address itself */
  size_t zone, zone_length; /* its place; 0 bytes: there is none */
  int prefix_length;        /* bits of the family as written; -1: none */

  AddressFault fault;
  size_t fault_at, fault_length; /* bytes; behind the end: something is missing,
                                    and the length is 1 */
} AddressText;

/* False: only the fault of READ means anything. */
bool address_text_read (const char *text, AddressText *read);

const char *address_fault_name (AddressFault fault);
