// SPDX-License-Identifier: MIT
/* What the driver is told: events that wait until stack_event fetches them,
 * in order. Bounded: when nobody fetches, the newest are lost and counted;
 * that a socket changed is never lost, since that is a flag of the socket. */
#pragma once

#include "stack/stack.h"

typedef struct
{
  StackEvent *items;
  unsigned first, count, size, max;
} Notices;

void notices_init (Notices *notices, unsigned max);
void notices_clear (Notices *notices);

/* False: full, EVENT is lost. */
bool notices_add (Notices *notices, const StackEvent *event);
bool notices_take (Notices *notices, StackEvent *event);
