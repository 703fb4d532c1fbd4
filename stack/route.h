// SPDX-License-Identifier: MIT
/* Which way out? Longest prefix first, then the order of adding. An address of
 * an interface is a route to its prefix; stack_route_add makes others. */
#pragma once

#include "stack/stack_private.h"

typedef struct
{
  unsigned interface;
  Address source;  /* ours on that interface, of the same family */
  Address gateway; /* the next hop, or the destination itself */
} Route;

/* False: there is no way to DESTINATION. */
bool route_find (const Stack *stack, const Address *destination, Route *route);
