// SPDX-License-Identifier: MIT
/* The ladder: each packet between two hosts in one line, times at both ends
 * in milliseconds, read from events.jsonl. Plain ASCII, 80 columns:
 *
 *         ms  alice                                        bob
 *      0.000 |-- #1 S 0:0(0) ------------------------------->| 41.250
 *     10.000 |-- #7 P. 1:11(10) ack 1 ----X loss             |
 *    121.000 |<------------------------ #9 . 1:1(0) ack 1 ---| 80.000
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

typedef struct
{
  bool all;         /* every packet, not only the interesting ones */
  const char *host; /* the left one; NULL: who sent first */
} LadderOptions;

/* An empty line and the ladder; of a log without packets, nothing. False and
 * *ERROR: the log cannot be read, or no packet of it concerns the host. */
bool ladder_print (const char *log,
                   const LadderOptions *options,
                   FILE *file,
                   GError **error);

/* All that the log says about one packet. False, without *ERROR: it says
 * nothing. */
bool ladder_print_packet (const char *log,
                          guint64 packet,
                          FILE *file,
                          GError **error);
