// SPDX-License-Identifier: MIT
/* What has a connection done so far, and what held it up? Counters that are
 * kept where things happen, and SocketInfo, which is made of them and of the
 * state of all other parts when somebody asks. Bytes are of data: SYN and FIN
 * are none. */
#pragma once

#include "stack/tcp_sent.h"

/* Why nothing leaves just now, though there may be something to say. */
typedef enum
{
  TCP_HOLD_NONE,    /* nothing to say, all is acknowledged */
  TCP_HOLD_NETWORK, /* the congestion window, or what is in flight is all */
  TCP_HOLD_WINDOW,  /* the peer's window */
  TCP_HOLD_BUFFER,  /* our send buffer is full and all of it in flight */
  TCP_HOLD_COUNT
} TcpHold;

typedef struct
{
  uint64_t segments_out, segments_in;
  uint64_t data_segments_out, data_segments_in;
  uint64_t segments_early; /* arrived beyond a hole */
  uint64_t duplicates;     /* D-SACKs: what we sent again had arrived */
  uint64_t reorderings;    /* ACKs that showed it */
  int64_t rate_bytes;      /* of the last sample of the delivery rate */
  Time rate_interval;      /* its time, or 0: none yet */
  uint64_t bytes_sent;     /* again counts again */
  uint64_t bytes_again;    /* of them, not for the first time */
  Time data_sent_at, data_received_at, ack_received_at; /* TIME_NEVER: none */
  TcpHold hold;
  Time hold_since;
  Time held[TCP_HOLD_COUNT]; /* how long each lasted, up to HOLD_SINCE */
} TcpCounters;

void tcp_info_init (TcpCounters *counters);

/* A segment with LENGTH bytes leaves. */
void tcp_info_sent (TcpCounters *counters, size_t length, bool again, Time now);

/* What an ACK has told. */
void tcp_info_learnt (TcpCounters *counters, const TcpAck *ack);

/* One with LENGTH bytes has come for this connection; ACK: it has the flag. */
void
tcp_info_received (TcpCounters *counters, size_t length, bool ack, Time now);
