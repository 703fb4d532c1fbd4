// SPDX-License-Identifier: MIT
/* A segment that reached a connection, in offsets of the two streams: here <
 * means <. It goes through the steps of RFC 9293 3.10.7 in tcp_input.c and
 * tcp_ack.c, each of which may trim it. */
#pragma once

#include "stack/tcp.h"

typedef struct
{
  const Arrival *arrival;
  const TcpHeader *header;
  Tcp *tcp;
  View payload;
  int64_t start, end; /* SEG.SEQ and the offset after SYN, data and FIN */
  int64_t ack;        /* SEG.ACK */
  int64_t urgent;     /* SEG.SEQ + SEG.UP */
  bool syn, fin;
} Incoming;

static inline bool
tcp_incoming_has (const Incoming *in, uint8_t flag)
{
  return (in->header->flags & flag) != 0;
}

static inline void
tcp_incoming_drop (const Incoming *in, DropCause cause)
{
  stack_drop (in->arrival, cause);
}

/* An ACK is due at once. */
static inline void
tcp_incoming_acknowledge (Tcp *tcp)
{
  tcp->receive.ack_now = true;
  tcp_state_ready (tcp);
}

/* tcp_reopen.c: may this segment make place for a new connection? TIMESTAMPS:
 * would we agree on them? */
bool tcp_reopen_may (const Incoming *in, bool timestamps);

/* tcp_sequence.c: not too old? What is has been dealt with. */
bool tcp_sequence_is_recent (Incoming *in);

/* Does it lie in the window? Then it is trimmed to that, else dealt with. */
bool tcp_sequence_check (Incoming *in);

/* Keeps of the segment only what lies inside the window. */
void tcp_sequence_trim (Incoming *in);

/* The segment is not accepted: an ACK tells what would be, but not too often.
 * False: no ACK. */
bool tcp_sequence_challenge (Incoming *in);

/* tcp_input.c: the segment, of which HEADER, PAYLOAD and TCP are known. */
void tcp_input (Incoming *in);

/* tcp_ack.c: the ACK field and the window of an acceptable segment. */
void tcp_ack_process (Incoming *in);

/* The SYN-ACK's: it acknowledges our SYN. */
void tcp_ack_syn (Incoming *in);

/* Our FIN is acknowledged when everything is. False: that was
 * all, the connection is closed. */
bool tcp_ack_process_fin (Incoming *in);
