// SPDX-License-Identifier: MIT
/* Is a packet that arrived for this host, and can it be what it says? The
 * rules of RFC 1122 3.2.1.3 and RFC 4291 2.5-2.8 for addresses, RFC 8200 4 for
 * what extension headers ask. */
#pragma once

#include "stack/stack_private.h"

IpAudience ip_accept_audience (const Stack *stack, const Address *destination);

/* No packet of another host can come from a group, from nobody, from the
 * loopback, from addresses without use, or from ourselves. */
bool ip_accept_source (const Stack *stack, const Address *source);

/* What the header is in trouble with: drops the packet and answers it as its
 * protocol says. True: nothing, go on. */
bool ip_accept_header (const Arrival *arrival);
