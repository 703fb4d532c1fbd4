// SPDX-License-Identifier: MIT
/* Which way out? Longest prefix first, then the order of adding. An address of
 * an interface is a route to its prefix; stack_route_add makes others. Every
 * interface leads to one neighbour, so a route needs no gateway. */
#pragma once

#include "stack/stack_private.h"

typedef struct
{
  unsigned interface;
  Address source; /* one of ours, of the same family: source_address.h */
} Route;

/* False: there is no way to DESTINATION. */
bool route_find (const Stack *stack, const Address *destination, Route *route);

/* The same without choosing a source: for what others have sent. */
bool route_find_interface (const Stack *stack,
                           const Address *destination,
                           unsigned *interface);

/* Is DESTINATION in the prefix of an address of INTERFACE? */
bool route_is_on_link (const Stack *stack,
                       unsigned interface,
                       const Address *destination);
