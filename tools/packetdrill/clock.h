// SPDX-License-Identifier: MIT
/* Virtual time. It stands still inside a call and moves only when told: each
 * timer on the way runs at its own instant. Under the adapter's lock. */
#pragma once

#include "tools/packetdrill/adapter.h"

/* A packet that has left the stack. */
typedef struct
{
  GList link;
  Time at;
  size_t length;
  uint8_t bytes[];
} Emission;

/* Whatever can happen at this instant has happened: the stack has sent, the
 * calls that wait have been tried. */
void clock_settle (Adapter *adapter);

void clock_advance (Adapter *adapter, Time until);

/* Goes to the next instant at which something happens by itself; false: there
 * is none up to LIMIT, and the time is still the same. */
bool clock_jump (Adapter *adapter, Time limit);
