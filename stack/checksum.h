// SPDX-License-Identifier: MIT
/* The Internet checksum (RFC 1071): the one's complement of the one's
 * complement sum of 16-bit words, in network order.
 *
 * Law: with s = checksum_add (0, bytes, n), checksum_finish (s) put into the
 * field makes the sum over the same bytes finish to 0. Sums of pieces may be
 * added when each piece but the last has an even length. Cost: one pass. */
#pragma once

#include "stack/types.h"

/* Adds LENGTH bytes to a running sum; start with 0. An odd last byte counts
 * as if followed by a zero. */
uint64_t checksum_add (uint64_t sum, const void *bytes, size_t length);

/* Pseudo-header of RFC 9293 3.1 (IPv4) or RFC 8200 8.1 (IPv6), chosen by the
 * family of SOURCE. LENGTH is that of the upper-layer header and payload. */
uint64_t checksum_pseudo (const Address *source,
                          const Address *destination,
                          uint8_t protocol,
                          size_t length);

/* The value of the checksum field in host order; 0 means "correct" when the
 * field itself was part of the sum. */
uint16_t checksum_finish (uint64_t sum);

/* The field when one 16-bit word that it covers, in host order, changes: RFC
 * 1624 3, right for both zeros. */
uint16_t checksum_update (uint16_t checksum, uint16_t before, uint16_t after);
