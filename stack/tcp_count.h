// SPDX-License-Identifier: MIT
/* Which segments does counting say are lost? RFC 6675, for SACK without RACK:
 * three duplicate ACKs mean the oldest; so does for any segment that three
 * separate blocks, or more than two full segments, have arrived above it. */
#pragma once

#include "stack/tcp_sent.h"

typedef struct
{
  unsigned duplicates; /* ACKs in a row that told something new by SACK */
  int64_t counted;     /* below it all that is lost has been marked */
  int64_t rescued;     /* RescueRxt: none again before UNA is above; 0: none */
} TcpCount;

/* Marks in SENT what ACK shows to be lost (IsLost); FIRST: the third duplicate
 * means the oldest, too. False: it shows nothing. */
bool tcp_count_on_ack (
    TcpCount *count, TcpSent *sent, int64_t mss, bool first, const TcpAck *ack);

/* Recovery begins, or a timeout ends it. */
void tcp_count_begin (TcpCount *count);

/* Nothing that is lost and nothing new can be sent: what else is worth
 * repairing (NextSeg rules 3 and 4)? Marks it lost, once, up to RECOVER; NULL:
 * nothing. */
TcpSegment *tcp_count_next (TcpCount *count, TcpSent *sent, int64_t recover);
