// SPDX-License-Identifier: MIT
/* When a link can send, in Mahimahi's format: a line is a time in milliseconds
 * since the start, at which 1500 bytes of IP packets can leave; several lines
 * may say the same. Times never go down. The last is also when the trace
 * begins again.
 *
 * Small packets share an opportunity, as far as they wait for it; a packet of
 * more than 1500 bytes uses several. What nobody waits for is lost. */
#pragma once

#include "stack/types.h"
#include <glib.h>

#define RATE_TRACE_OPPORTUNITY 1500
#define RATE_TRACE_BYTES_MAX   (16 << 20) /* of a file */

/* An array of uint32_t, or NULL: *WRONG ends the sentence "LINE ...". */
typedef GArray RateTrace;
RateTrace *rate_trace_read (const char *text,
                            size_t length,
                            unsigned *line,
                            const char **wrong);

/* The opportunity that is used next; zero at the start. */
typedef struct
{
  uint64_t round;
  guint index;
  uint32_t used; /* bytes of it */
} RateTracePlace;

/* When the last byte of a packet leaves that waits from AT on, behind those
 * before it. O(log n) and one step for each opportunity that it uses. */
Time rate_trace_depart (const RateTrace *trace,
                        RateTracePlace *place,
                        Time at,
                        uint32_t length);
