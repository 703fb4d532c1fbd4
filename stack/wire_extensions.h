// SPDX-License-Identifier: MIT
/* IPv6 extension headers (RFC 8200 4): one walk for live packets and for those
 * that ICMPv6 errors quote.
 *
 * Each step is checked against what is left before it is taken and consumes at
 * least eight bytes. At most eight headers, in each at most eight options and
 * seven bytes of padding in a row (RFC 8504 5.3). */
#pragma once

#include "stack/wire_ip.h"

/* HEADER->protocol names what PAYLOAD, a part of PACKET, begins with. Moves
 * both behind the extension headers, or behind the fragment header of a piece:
 * what follows there may be a piece of anything. An atomic fragment is whole,
 * there it goes on (RFC 6946). A hop-by-hop header that is not the first is an
 * upper layer that nobody knows (RFC 8200 4.1).
 *
 * DROP_MALFORMED, DROP_LIMIT: the chain cannot be followed. What is wrong
 * within it is HEADER->trouble, and only its destination's business. */
DropCause
wire_extensions_skip (const uint8_t *packet, IpHeader *header, View *payload);

/* The same for the part of a chain behind the fragment header of a first
 * piece. False: the chain does not end in this piece. */
bool wire_extensions_look_ahead (const uint8_t *packet,
                                 IpHeader *header,
                                 View *payload);
