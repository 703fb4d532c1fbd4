// SPDX-License-Identifier: MIT
/* When does slow start end without a loss? HyStart++ (RFC 9406): the round
 * trip grows when a queue does. A round lasts until what was SND.NXT at its
 * beginning is acknowledged; from the eighth sample of a round on its smallest
 * one counts. If it is above the smallest of the round before by an eighth,
 * but 4 to 16 ms, growth goes on at a quarter (conservative slow start, CSS)
 * for five rounds, of which the one it begins in is the first. Is a round
 * faster again than that one was, the alarm was false. */
#pragma once

#include "stack/tcp_sent.h"

typedef struct
{
  int64_t window_end;     /* of this round, an offset */
  Time min_rtt, last_min; /* of this round and the one before */
  Time baseline;          /* MIN_RTT when CSS began */
  unsigned samples;       /* of this round */
  unsigned rounds_of_css; /* begun; 0: slow start as ever */
} TcpHystart;

void tcp_hystart_init (TcpHystart *hystart);

/* An ACK of the first slow start. False: it is over, now is congestion
 * avoidance's turn. */
bool tcp_hystart_on_ack (TcpHystart *hystart, const TcpAck *ack);

/* By how many bytes the window may grow for ACK. PACED: they don't leave in
 * one burst, so that one ACK may be worth any number. */
int64_t tcp_hystart_growth (const TcpHystart *hystart,
                            const TcpAck *ack,
                            int64_t mss,
                            bool paced);
