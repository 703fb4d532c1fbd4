// SPDX-License-Identifier: MIT
/* Which of our addresses does a packet bear that we send through an interface?
 *
 * IPv4: the first of the interface that shares its prefix with the
 * destination, or else its first (RFC 1122 3.3.4.3). IPv6: the rules of RFC
 * 6724 5 that can differ here, in their order: same address (1), scope (2),
 * outgoing interface (5), label of the policy table (6), longest prefix (8);
 * then the order of adding. We have no deprecated, home or temporary ones (3,
 * 4, 7). An interface without an address of the family borrows one of
 * another. */
#pragma once

#include "stack/stack_private.h"

/* False: we have no address of DESTINATION's family. */
bool source_address_select (const Stack *stack,
                            unsigned interface,
                            const Address *destination,
                            Address *source);

/* How far an IPv6 address reaches, RFC 4291 2.7 and 6724 3.1: 2 its link, 5
 * its site, 14 the world; of multicast what it says. */
unsigned source_address_scope (const Address *address);

/* The label of the default policy table, RFC 6724 2.1. */
unsigned source_address_label (const Address *address);
