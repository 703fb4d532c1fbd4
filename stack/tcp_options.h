// SPDX-License-Identifier: MIT
/* What do our SYNs offer, and what did both ends agree on? An option counts
 * when both SYNs had it (RFC 7323 2.2 and 3.2, RFC 2018 2); on any other
 * segment those of the SYN are ignored. Until the peer's SYN is here TcpAgreed
 * is our offer, so that each copy of our SYN offers the same; from then on it
 * is what both have. */
#pragma once

#include "stack/tcp_settings.h"
#include "stack/wire_tcp.h"

typedef struct
{
  bool sack, timestamps, window_scale, ecn;
  uint8_t send_shift;    /* of the windows that the peer offers */
  uint8_t receive_shift; /* of those that we do */
} TcpAgreed;

/* The offer of a connection that holds up to BUFFER bytes for its reader: the
 * smallest shift with which a window can be so large (RFC 7323 2.3). */
void tcp_options_offer (TcpAgreed *agreed,
                        const TcpSettings *settings,
                        size_t buffer);

/* The peer's SYN has come. A shift above 14 is one of 14 (RFC 7323 2.3). */
void tcp_options_agree (TcpAgreed *agreed, const TcpHeader *syn);

/* Our SYN: all but the segment size and the timestamps. */
void tcp_options_put (const TcpAgreed *agreed, TcpHeader *syn);

/* SND.WND as HEADER says it: that of a SYN is never scaled. */
int64_t tcp_options_window (const TcpAgreed *agreed, const TcpHeader *header);

/* How many SACK blocks ROOM bytes of a segment take, and how many bytes they
 * are; never more than the options have room for. */
unsigned tcp_options_blocks (const TcpAgreed *agreed, int64_t room);
int64_t tcp_options_blocks_size (unsigned count);

/* Bytes that options take on every segment. */
int64_t tcp_options_size (const TcpAgreed *agreed);
