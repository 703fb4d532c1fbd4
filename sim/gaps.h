// SPDX-License-Identifier: MIT
/* How many packets were lost on the way between this arrival and the one
 * before it? Losses are told when they are decided, often long before the
 * packets in front of them arrive; each is counted at the first arrival that
 * was sent after it. So a capture shows the gap where the receiver sees it.
 *
 * Losses in a row share one entry, so memory is bounded by the packets in
 * flight. */
#pragma once

#include "stack/types.h"

typedef struct Gaps Gaps;

Gaps *gaps_new (void);
void gaps_free (Gaps *gaps);

/* A packet sets out. */
void gaps_add_sent (Gaps *gaps);

/* The packet ID that set out at SENT is lost. */
void gaps_add_lost (Gaps *gaps, Time sent, uint64_t id);

/* The packet ID that set out at SENT arrives: how many are missing before it
 * that were not counted yet? */
uint64_t gaps_count_arrived (Gaps *gaps, Time sent, uint64_t id);
