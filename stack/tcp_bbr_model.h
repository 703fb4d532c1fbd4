// SPDX-License-Identifier: MIT
/* What does the path look like? BBR's filters (draft-ietf-ccwg-bbr 5.5): the
 * bandwidth, the round trip, how far ACKs clump, and the bounds that losses
 * have shown. The order of calls for each ACK is that of tcp_cc_bbr.c. */
#pragma once

#include "stack/tcp_cc.h"

/* An ACK, as BBR looks at it. */
typedef struct
{
  const TcpAck *ack;
  int64_t rate;      /* of its sample; 0: none */
  int64_t in_flight; /* after it */
  bool limited;      /* the sample says too little */
} TcpBbrAck;

/* SRTT: a first guess at the trip, until ten seconds have shown it; 0: none.
 */
void tcp_bbr_model_init (TcpBbr *bbr, Time srtt);

/* What ACK tells, before anything follows from it: counts rounds. */
TcpBbrAck tcp_bbr_model_read (TcpBbr *bbr, const TcpAck *ack);

/* A round begins with what is in flight now. */
void tcp_bbr_model_begin_round (TcpBbr *bbr);

/* The most that was delivered lately, and what losses say about it; PROBING:
 * they are to be expected. */
void
tcp_bbr_model_update_signals (TcpCc *cc, const TcpBbrAck *told, bool probing);
void tcp_bbr_model_update_aggregation (TcpCc *cc, const TcpBbrAck *told);
void tcp_bbr_model_update_full_bw (TcpBbr *bbr, const TcpBbrAck *told);
void tcp_bbr_model_update_min_rtt (TcpBbr *bbr, const TcpBbrAck *told);
/* Last of all. */
void tcp_bbr_model_finish (TcpBbr *bbr, const TcpBbrAck *told);

/* Something was lost: a round of losses begins, if none goes on. */
void tcp_bbr_model_note_loss (TcpBbr *bbr);

/* Looks for the full pipe from the rate of now on. */
void tcp_bbr_model_reset_full_bw (TcpBbr *bbr, int64_t rate);
void tcp_bbr_model_reset_shortterm (TcpBbr *bbr);
void tcp_bbr_model_reset_signals (TcpBbr *bbr);
/* A probing cycle is over: its bandwidth is that of the one before. */
void tcp_bbr_model_advance_bw (TcpBbr *bbr);

int64_t tcp_bbr_model_max_bw (const TcpBbr *bbr);

/* More than 2 % of what was in flight with the newest delivered segment was
 * lost since. */
bool tcp_bbr_model_is_too_high (const TcpBbrAck *told);

/* PERCENT of the bandwidth-delay product; the initial window as long as that
 * is not known. */
int64_t tcp_bbr_model_bdp (const TcpCc *cc, int64_t percent);
/* The same as a window: room for a few bursts, four segments at least. */
int64_t tcp_bbr_model_inflight (const TcpCc *cc, int64_t percent);
int64_t tcp_bbr_model_quantize (const TcpCc *cc, int64_t inflight);
int64_t tcp_bbr_model_window_min (const TcpCc *cc);
/* The long-term bound, with room for others. */
int64_t tcp_bbr_model_headroom (const TcpCc *cc);
