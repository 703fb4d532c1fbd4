// SPDX-License-Identifier: MIT
/* Interfaces and addresses of the caller's network namespace, through
 * rtnetlink(7). All return false and set errno when the kernel refuses. */
#pragma once

#include "stack/types.h"

/* QUEUE: packets that may wait in the device. 0 leaves MTU or QUEUE alone. */
bool netlink_link_up (const char *name, unsigned mtu, unsigned queue);

/* Usable at once: no duplicate address detection. */
bool netlink_address_add (const char *name,
                          const Address *address,
                          unsigned prefix_length);

/* To a prefix, through the device; length 0: the default route. */
bool
netlink_route_add (const char *name, const Address *prefix, unsigned length);
