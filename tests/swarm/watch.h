// SPDX-License-Identifier: MIT
/* Judges every packet that leaves a stack, without looking into it: checksums
 * and lengths are right, the right edge of an offered window never moves left,
 * no byte is acknowledged that was never sent, no segment is larger than the
 * peer's MSS. Counts what it finds wrong. */
#pragma once

#include "sim/network.h"

typedef struct
{
  bool seen;
  uint32_t sent_to;    /* sequence number after the highest byte sent */
  uint32_t right_edge; /* acknowledgment + window, highest so far */
  bool has_edge;
  uint16_t mss; /* that this side announced */
} WatchSide;

typedef struct
{
  WatchSide sides[2]; /* initiator, responder */
  unsigned packets, malformed, edge_left, ack_unsent, too_large;
} Watch;

EventSink watch_sink (Watch *watch);
