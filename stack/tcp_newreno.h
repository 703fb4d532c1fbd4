// SPDX-License-Identifier: MIT
/* What do duplicate ACKs say, when the peer reports nothing else? The third
 * means that the oldest segment is lost (RFC 5681 3.2); while that is repaired
 * an ACK for a part of what was in flight shows the next hole (RFC 6582), and
 * each duplicate that a segment has left the network: INFLATION is what they
 * add to the window. */
#pragma once

#include "stack/tcp_sent.h"

typedef struct
{
  unsigned duplicates;
  int64_t inflation;
  bool restarted; /* the timer, by the first partial ACK */
} TcpNewreno;

/* ACK repeats the one before. FRESH: SND.UNA is above all that was in flight
 * at the last loss. True: the oldest is lost, marked in SENT. */
bool tcp_newreno_on_duplicate (TcpNewreno *newreno,
                               TcpSent *sent,
                               int64_t mss,
                               bool recovering,
                               bool fresh,
                               const TcpAck *ack);

/* Recovery begins. */
void tcp_newreno_begin (TcpNewreno *newreno, int64_t mss);

/* ACK moved SND.UNA, but not above all that was in flight when recovery began:
 * the next one is lost, marked in SENT. True: the timer restarts. */
bool tcp_newreno_on_partial (TcpNewreno *newreno,
                             TcpSent *sent,
                             int64_t mss,
                             const TcpAck *ack);

/* Bytes that may be in flight beyond cwnd: inflation in recovery, limited
 * transmit before it (RFC 3042). */
int64_t
tcp_newreno_allowance (const TcpNewreno *newreno, int64_t mss, bool recovering);
