// SPDX-License-Identifier: MIT
/* A packet in fragments and back: bytes only (RFC 791 3.2, RFC 8200 4.5).
 *
 * Every fragment but the last carries a multiple of 8 bytes; options of IPv4
 * that are not marked to be copied stay in the first. The fragments of a
 * fragment are fragments of the same datagram. */
#pragma once

#include "stack/wire_ip.h"

/* Writes the fragment of PACKET that begins at *DONE bytes of its payload and
 * has at most MTU bytes (68 or more) into BUFFER; moves *DONE behind it,
 * returns its length. PACKET is well-formed; of IPv6, has no extension
 * headers. IPv4's "don't fragment" is not looked at, and cleared. */
size_t fragment_next (View packet,
                      size_t mtu,
                      uint32_t identification,
                      size_t *done,
                      uint8_t *buffer);

/* Has the last fragment been written? */
bool fragment_is_over (View packet, size_t done);

/* PACKET, of TOTAL bytes, begins with HEAD bytes that stood in front of a
 * fragment's payload (of IPv6, without the fragment header, which named NEXT):
 * makes them say that this is the whole datagram. MARKED: congestion was
 * experienced (RFC 3168 5.3). */
void fragment_make_whole (
    uint8_t *packet, size_t head, size_t total, uint8_t next, bool marked);

/* Could the fragment IP with PAYLOAD hide the ports or flags of TCP from who
 * only looks at first fragments, or write over them (RFC 1858, RFC 3128)? */
bool fragment_is_tiny (const IpHeader *ip, View payload);

/* IPv6: is there another fragment header in this first fragment (the class of
 * CVE-2021-24086)? */
bool fragment_is_nested (const IpHeader *ip, View payload);
