// SPDX-License-Identifier: MIT
/* How fast does the network deliver? One sample for each ACK
 * (draft-ietf-ccwg-bbr 4.1): what was delivered between the sending of the
 * newest segment that it reports and now, over the longer of the time in which
 * that was sent and the time in which it was acknowledged. Bytes, ns. */
#pragma once

#include "stack/types.h"

/* Written on a segment each time that it leaves. */
typedef struct
{
  int64_t delivered;  /* TcpRate.delivered then */
  Time delivered_at;  /* its time */
  Time first_sent_at; /* when the flight that it belongs to began to leave */
  int64_t in_flight;  /* with this segment */
  int64_t lost;       /* TcpRate.lost then */
  bool app_limited;   /* we had nothing more to send */
} TcpRateStamp;

/* What all ACKs so far told. */
typedef struct
{
  int64_t delivered; /* bytes ever known to have arrived */
  Time delivered_at; /* when the last of them was */
  Time first_sent_at;
  int64_t lost;        /* bytes ever marked as lost */
  int64_t app_limited; /* until DELIVERED is above it samples are too small;
                          0: they are not */
} TcpRate;

/* What one ACK told; all 0 before its first segment. */
typedef struct
{
  Time interval;           /* in which DELIVERED was; 0: no sample of a rate */
  int64_t delivered;       /* since the newest one left */
  int64_t prior_delivered; /* TcpRate.delivered then */
  Time prior_delivered_at, sent_at; /* of it */
  Time send_elapsed;
  int64_t in_flight; /* when it left, with it; 0: the ACK told of none */
  int64_t lost;      /* between then and now */
  bool app_limited;
} TcpRateSample;

/* A segment leaves; IN_FLIGHT: pipe without it. */
void tcp_rate_send (TcpRate *rate,
                    TcpRateStamp *stamp,
                    int64_t in_flight,
                    int64_t length,
                    Time now);

/* LENGTH bytes of a segment that left at SENT_AT are known to have arrived.
 * An ACK's segments may be told in any order. */
void tcp_rate_deliver (TcpRate *rate,
                       const TcpRateStamp *stamp,
                       Time sent_at,
                       int64_t length,
                       Time now,
                       TcpRateSample *sample);

/* LENGTH bytes are marked as lost. */
void tcp_rate_lose (TcpRate *rate, int64_t length);

/* After all of an ACK's segments: completes its sample. Samples over less
 * than MIN_RTT (0: not known) are none. */
void tcp_rate_finish (const TcpRate *rate, Time min_rtt, TcpRateSample *sample);

/* We would send, but have nothing: IN_FLIGHT bytes are all there is. */
void tcp_rate_limit (TcpRate *rate, int64_t in_flight);
