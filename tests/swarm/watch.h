// SPDX-License-Identifier: MIT
/* Judges every packet of one connection from outside: what each end sends
 * against what it was sent. The faults it counts are listed here; a stack
 * that works commits none of them. */
#pragma once

#include "sim/network.h"
#include "tests/swarm/segment.h"

#define WATCH_FAULTS(X)                                                        \
  X (MALFORMED, "checksum, length or options are wrong")                       \
  X (EDGE_LEFT, "the right edge of the window moved left")                     \
  X (ACK_UNSENT, "acknowledged what was never sent")                           \
  X (ACK_UNDELIVERED, "acknowledged what never arrived")                       \
  X (SACK_UNDELIVERED, "reported what never arrived")                          \
  X (TOO_LARGE, "a segment above the peer's MSS")                              \
  X (BEYOND_WINDOW, "data beyond the peer's window")                           \
  X (ACKED_AGAIN, "sent again what was acknowledged")                          \
  X (CHANGED, "sent again with other bytes")                                   \
  X (AFTER_FIN, "data behind the FIN")                                         \
  X (NOT_AGREED, "an option that was not agreed on")                           \
  X (TIMESTAMP_LEFT, "a timestamp that goes back")                             \
  X (ECN, "an ECN codepoint where none belongs")

typedef enum
{
#define X(name, words) WATCH_##name,
  WATCH_FAULTS (X)
#undef X
      WATCH_FAULT_COUNT
} WatchFault;

const char *watch_fault_words (WatchFault fault);

/* One end: what it sent, and what it was sent. Offsets from its SYN, 0. */
typedef struct
{
  bool syn_sent;
  uint32_t isn;
  Segment syn;         /* what it offered */
  int64_t sent_to;     /* the highest offset sent, SYN and FIN included */
  int64_t fin;         /* of its FIN, or 0 */
  GByteArray *sent;    /* the byte at each offset, as first sent */
  GByteArray *arrived; /* of the peer's stream: 1 where it arrived */
  int64_t next;        /* what it is waiting for: all before has arrived */
  int64_t acked;       /* highest acknowledgment of its data that arrived in a
                          segment that it had to accept */
  int64_t edge;        /* highest offset that the peer's windows allow */
  bool told;           /* an ACK of the peer has arrived */
  int64_t right_edge;  /* highest offset of the peer that it allowed */
  int64_t said;        /* highest acknowledgment that it sent */
  uint32_t timestamp;  /* the last one sent */
  bool has_timestamp;
} WatchEnd;

typedef struct
{
  WatchEnd ends[2]; /* initiator, responder */
  unsigned packets;
  unsigned from;  /* who sent the last packet */
  uint32_t fresh; /* bytes in it that were never sent before */
  unsigned faults[WATCH_FAULT_COUNT];
  uint64_t digest;      /* of all packets and their times */
  const Packet *packet; /* the one that is judged */
  bool says;            /* tells the whole conversation */
} Watch;

void watch_init (Watch *watch);
void watch_clear (Watch *watch);
EventSink watch_sink (Watch *watch);
unsigned watch_faults (const Watch *watch);
