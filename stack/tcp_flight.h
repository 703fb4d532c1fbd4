// SPDX-License-Identifier: MIT
/* In which order did it leave? The segments in flight as a list from the one
 * that left first to the one that left last, repairs included.
 *
 * Law: TURN never falls from OLDEST to NEWEST. */
#pragma once

#include "stack/stack.h"
#include "stack/tcp_rate.h"

typedef enum
{
  TCP_SEGMENT_IN_FLIGHT,
  TCP_SEGMENT_LOST,  /* to be sent again */
  TCP_SEGMENT_SACKED /* arrived, but the peer may still forget it */
} TcpSegmentFate;

typedef struct TcpSegment TcpSegment;

struct TcpSegment
{
  int64_t start, end;
  Time sent_at;
  uint64_t turn; /* its last transmission was the TURN-th: orders what left in
                    one nanosecond; that of halves is one */
  uint64_t id;   /* StackOut.id of the last transmission */
  unsigned transmissions;
  TcpSegmentFate fate;
  RepairCause cause; /* why it is lost */
  uint64_t lost_by;  /* StackIn.id of the packet that told, or 0 */
  TcpRateStamp stamp;
  TcpSegment *older, *newer; /* in flight; NEWER also links the free ones */
};

typedef struct
{
  TcpSegment *oldest, *newest;
} TcpFlight;

/* SEGMENT leaves now. */
void tcp_flight_append (TcpFlight *flight, TcpSegment *segment);

/* It is in flight still, though it was thought not to be: back to its place,
 * looked for from NEAR on, one that left at about its time; or NULL. */
void
tcp_flight_insert (TcpFlight *flight, TcpSegment *segment, TcpSegment *near);

void tcp_flight_remove (TcpFlight *flight, const TcpSegment *segment);
