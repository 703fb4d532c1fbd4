// SPDX-License-Identifier: MIT
/* How much may leave while losses are repaired? RFC 9937: in proportion to
 * what the network delivers, so that at the end of the recovery just ssthresh
 * is in flight, without half a round trip of silence before and a burst
 * after. Below ssthresh at most what was delivered, and one segment more for
 * each ACK that shows progress and no further loss. Bytes. */
#pragma once

#include "stack/types.h"

typedef struct
{
  int64_t delivered; /* prr_delivered: since recovery began */
  int64_t out;       /* prr_out: sent since then */
  int64_t flight;    /* RecoverFS: in flight when it began */
} TcpPrr;

/* Recovery begins. FLIGHT: SND.NXT - SND.UNA before the ACK that began it,
 * less what had been reported before that. */
void tcp_prr_begin (TcpPrr *prr, int64_t flight);

/* An ACK for DELIVERED bytes, the one that began recovery included; SAFE: it
 * moved SND.UNA and told of no loss. Returns how many bytes may leave. */
int64_t tcp_prr_on_ack (TcpPrr *prr,
                        int64_t delivered,
                        bool safe,
                        int64_t pipe,
                        int64_t ssthresh,
                        int64_t mss);

/* LENGTH bytes leave, new or again. */
void tcp_prr_on_send (TcpPrr *prr, int64_t length);
