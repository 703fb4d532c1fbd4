// SPDX-License-Identifier: MIT
/* Addresses: text, kind and prefix. Pure functions, no allocation.
 *
 * Text is RFC 4291 2.2 for IPv6 and dotted decimal (no leading zeros) for
 * IPv4; what is printed is RFC 5952. "10.0.0.1" and "::ffff:10.0.0.1" are the
 * same Address; it is printed as IPv4. */
#pragma once

#include "stack/types.h"

/* Longest text with its NUL, a mapped address written in full. */
#define ADDRESS_TEXT_MAX  46
#define ENDPOINT_TEXT_MAX (ADDRESS_TEXT_MAX + 8)

/* ::, the IPv6 wildcard, and 0.0.0.0, the IPv4 one (as ::ffff:0.0.0.0). */
extern const Address ADDRESS_ANY;
extern const Address ADDRESS_ANY_IPV4;

/* False when the whole of TEXT is not exactly one address; address_text.h says
 * why. */
bool address_parse (const char *text, Address *address);

/* Writes RFC 5952 text, NUL terminated; returns TEXT. */
char *address_format (const Address *address, char text[ADDRESS_TEXT_MAX]);

/* "10.0.0.1:7777", "[fd00::1]:7777"; returns TEXT. */
char *endpoint_format (const Endpoint *endpoint, char text[ENDPOINT_TEXT_MAX]);

Address address_from_ipv4 (const uint8_t octets[4]);
bool address_is_ipv4 (const Address *address);
bool address_equal (const Address *a, const Address *b);

/* Wildcards of either family. */
bool address_is_any (const Address *address);

/* 224/4 and ff00::/8; 255.255.255.255 is broadcast, not multicast. */
bool address_is_multicast (const Address *address);
bool address_is_broadcast (const Address *address);
bool address_is_loopback (const Address *address);

/* How many of the first bits agree, 0-128; mapped IPv4 begins with 96. */
unsigned address_common_bits (const Address *a, const Address *b);

/* Do the first LENGTH bits agree? LENGTH counts in the address's own family:
 * 0-32 for IPv4, 0-128 for IPv6; families never match each other. */
bool address_in_prefix (const Address *address,
                        const Address *prefix,
                        unsigned length);

/* Directed broadcast of an IPv4 prefix shorter than 31 bits (RFC 3021). */
bool address_is_subnet_broadcast (const Address *address,
                                  const Address *prefix,
                                  unsigned length);
