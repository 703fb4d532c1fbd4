// SPDX-License-Identifier: MIT
/* How large may a packet to that destination be? The MTU of the way out, until
 * a router said less (RFC 1191, RFC 8201). Only lowered by news, never below
 * 68 (IPv4) or 1280 (IPv6); forgotten after ten minutes; a bounded table, the
 * oldest entry goes first. All calls cost O(1). */
#pragma once

#include "stack/stack_private.h"

#define PATH_MTU_MIN_IPV4 68   /* RFC 791 3.2 */
#define PATH_MTU_MIN_IPV6 1280 /* RFC 8200 5 */

PathMtus *path_mtu_new (const StackConfig *config);
void path_mtu_free (PathMtus *mtus);

/* Bytes of a whole IP packet; at most the MTU of INTERFACE. */
unsigned path_mtu_get (const Stack *stack,
                       unsigned interface,
                       const Address *destination);

/* A router's word for a packet of QUOTED_LENGTH bytes; MTU 0 (a router older
 * than RFC 1191) takes the next plateau below it. True: lower than before. */
bool path_mtu_lower (Stack *stack,
                     Time now,
                     const Address *destination,
                     unsigned mtu,
                     unsigned quoted_length);

/* Forgets what was said too long ago. */
void path_mtu_expire (Stack *stack, Time now);

/* Another number each time that an answer of path_mtu_get may have changed. */
uint64_t path_mtu_version (const Stack *stack);

/* Of the table. */
unsigned path_mtu_count (const Stack *stack);
