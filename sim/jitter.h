// SPDX-License-Identifier: MIT
/* How long a "delay" with jitter holds a packet, as a pure function of one
 * draw.
 *
 *   uniform               from delay - jitter to delay + jitter, to the ns
 *   normal, pareto, ...   by sim/quantiles.h: the delay is the mean, the jitter
 *                         the standard deviation
 *
 * Never less than 0: where a table reaches below, the mean is above the delay.
 * Saturates at TIME_NEVER. O(1). */
#pragma once

#include "sim/element_spec.h"

Time jitter_wait (const ElementSpec *spec, uint64_t draw);

/* "uniform", "normal", ... */
const char *jitter_word (Distribution distribution);
