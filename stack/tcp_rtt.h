// SPDX-License-Identifier: MIT
/* How long does a round trip take, and how long to wait for an ACK? RFC 6298,
 * in integer nanoseconds.
 *
 * Law: rto = srtt + max (G, 4 rttvar), within [min, max], doubled BACKOFF
 * times, within max again. The back-off stays until a valid sample comes
 * (Karn; RFC 6298 5.5-5.7). */
#pragma once

#include "stack/types.h"

typedef struct
{
  Time srtt, rttvar; /* srtt 0: no sample yet */
  Time rto;          /* without back-off */
  Time min, max;
  unsigned backoff;
} TcpRtt;

void tcp_rtt_init (TcpRtt *rtt, Time initial, Time min, Time max);

/* One of PER_TRIP samples in a round trip: each of them counts so much less
 * (RFC 7323 appendix G). */
void tcp_rtt_sample (TcpRtt *rtt, Time sample, int64_t per_trip);

/* A timeout: the next one is twice as far. */
void tcp_rtt_back_off (TcpRtt *rtt);

/* The peer answers: what was waited for so long was not lost. */
void tcp_rtt_forget_back_off (TcpRtt *rtt);

/* The handshake needed a timeout: start the data phase with 3 s (5.7). */
void tcp_rtt_after_syn_timeout (TcpRtt *rtt);

/* What to wait now. */
Time tcp_rtt_timeout (const TcpRtt *rtt);
