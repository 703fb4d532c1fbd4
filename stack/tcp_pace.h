// SPDX-License-Identifier: MIT
/* When may the next segment leave? Not before those in front of it would have
 * left at the rate: a schedule that runs ahead of what was sent, and may lag
 * behind NOW by no more than a quantum, which is what a sender that comes late
 * or from idleness may catch up at once (draft-ietf-ccwg-bbr 5.6).
 *
 * Law: in any T, less than rate * T + quantum + one segment leave; and as long
 * as the sender is never later than a quantum, rate * T do, without drift:
 * what a division leaves over is carried on. Rates are bytes a second. */
#pragma once

#include "stack/types.h"

#define TCP_PACE_RATE_MAX ((int64_t) 100000000000)

typedef struct
{
  Time at;      /* the next segment may leave then */
  int64_t rest; /* bytes * ns that belong to it, less than 1 ns */
} TcpPace;

/* RATE 0: always. */
bool tcp_pace_is_due (const TcpPace *pace, int64_t rate, Time now);

/* LENGTH bytes leave. */
void tcp_pace_send (
    TcpPace *pace, int64_t rate, int64_t mss, int64_t length, Time now);

/* A millisecond's worth, at least two segments, at most 64 KiB. */
int64_t tcp_pace_quantum (int64_t rate, int64_t mss);

/* The rate that a window of CWND makes, as Linux: twice what it needs as long
 * as it doubles, 1.2 times what it needs later, so that the window, not the
 * schedule, holds the sender. 0: SRTT is not known yet. */
int64_t tcp_pace_window_rate (int64_t cwnd, int64_t ssthresh, Time srtt);

/* BYTES in TIME (> 0) are so many a second, at most TCP_PACE_RATE_MAX. */
int64_t tcp_pace_rate (int64_t bytes, Time time);

/* How many bytes RATE (<= TCP_PACE_RATE_MAX) is in TIME (at most 9 s are
 * counted). */
int64_t tcp_pace_bytes (int64_t rate, Time time);
