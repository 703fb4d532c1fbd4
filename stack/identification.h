// SPDX-License-Identifier: MIT
/* What tells the datagrams in fragments apart: a counter for each source,
 * destination and protocol, which begins where nobody can guess (RFC 6864 4,
 * RFC 7739 5.1). What goes to one host moves no number that another sees, so
 * nobody can count by proxy (CVE-2020-36516 class). Bounded; the counter used
 * least recently goes first, and comes back with another beginning. O(1). */
#pragma once

#include "stack/stack_private.h"

Identifications *identification_new (const StackConfig *config);
void identification_free (Identifications *identifications);

/* For the next datagram with HEADER's addresses and protocol: 16 bits for
 * IPv4, else 32. */
uint32_t identification_next (Stack *stack, const IpHeader *header);
