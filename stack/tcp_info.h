// SPDX-License-Identifier: MIT
/* What has a connection done so far, and what held it up? Counters that are
 * kept where things happen, and SocketInfo, which is made of them and of the
 * state of all other parts when somebody asks. Bytes are of data: SYN and FIN
 * are none. */
#pragma once

#include "stack/types.h"

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
  uint64_t bytes_sent;  /* again counts again */
  uint64_t bytes_again; /* of them, not for the first time */
  Time data_sent_at, data_received_at, ack_received_at; /* TIME_NEVER: none */
  TcpHold hold;
  Time hold_since;
  Time held[TCP_HOLD_COUNT]; /* how long each lasted, up to HOLD_SINCE */
} TcpCounters;

void tcp_info_init (TcpCounters *counters);

/* A segment with LENGTH bytes leaves. */
void tcp_info_sent (TcpCounters *counters, size_t length, bool again, Time now);

/* One with LENGTH bytes has come for this connection; ACK: it has the flag. */
void
tcp_info_received (TcpCounters *counters, size_t length, bool ack, Time now);
