// SPDX-License-Identifier: MIT
/* What "send udp" puts before the bytes of each datagram, so that "receive"
 * knows where they belong and what is missing: 24 bytes in network order,
 *
 *   0   8  magic, "tunlab\0\1"
 *   8   8  offset of the first byte in the file
 *   16  8  size of the whole file
 *
 * An empty file is one datagram of size 0. */
#pragma once

#include "stack/types.h"

#define SEND_HEADER       24
#define SEND_DATAGRAM     1200     /* bytes, header included, by default */
#define SEND_DATAGRAM_MAX 65507    /* the most that UDP over IPv4 holds */
#define SEND_RATE_BPS     10000000 /* of UDP payload, by default */

void send_header_write (uint64_t offset, uint64_t total, uint8_t *bytes);

/* False: this is no datagram of "send", or one that contradicts itself. */
bool send_header_parse (const uint8_t *bytes,
                        size_t length,
                        uint64_t *offset,
                        uint64_t *total);
