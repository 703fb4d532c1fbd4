// SPDX-License-Identifier: MIT
/* Flights of segments of 1000 bytes, counted from 0, on a path of 100 ms, to a
 * peer that reports by SACK what it holds. */
#pragma once

#include "tests/harness.h"

/* With SACK and RACK, nothing else; change it for flight_new_with. */
StackConfig flight_config (void);

/* The stack has accepted a connection and sent COUNT segments of TOTAL in one
 * instant, 100 ms ago; the window is COUNT, or 10. */
Talk *flight_new (unsigned count, unsigned total);
Talk *
flight_new_with (const StackConfig *config, unsigned count, unsigned total);

/* The peer has all below N, and segments FIRST to LAST, one more such pair
 * after another; FIRST < 0: none. */
void peer_has (Talk *t, int n, int first, int last);
void peer_has_two (Talk *t, int n, int first, int last, int first2, int last2);

/* N leaves, as first transmission or because of CAUSE. */
void flight_expects (Talk *t, int n, RepairCause cause);
/* The same, whenever that is. */
void flight_waits (Talk *t, int n, RepairCause cause);
