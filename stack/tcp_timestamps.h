// SPDX-License-Identifier: MIT
/* When was what sent? The timestamps of RFC 7323, of a connection that agreed
 * on them: our clock of 1 ms a tick, which of the peer's values is echoed, and
 * how old a segment may be.
 *
 * Our clock starts at a keyed hash of the pair of endpoints, so that it tells
 * nothing of our uptime or of other connections (7.1), and that connections of
 * one pair see one clock that never goes back. All comparisons are modulo
 * 2^32. */
#pragma once

#include "stack/types.h"
#include "stack/wire_tcp.h"

#define TCP_TIMESTAMPS_TICK MILLISECOND

typedef struct
{
  uint32_t offset;  /* of our clock */
  uint32_t sent;    /* the last TSval that left */
  uint32_t recent;  /* TS.Recent: the peer's value that we echo */
  Time recent_at;   /* when it came */
  int64_t last_ack; /* Last.ACK.sent, in offsets of the peer's stream */
} TcpTimestamps;

/* The peer's SYN had VALUE. */
void tcp_timestamps_start (TcpTimestamps *times, uint32_t value, Time now);

/* A segment of ours: TSval, and TSecr if it carries an ACK (3.2); ACK is that
 * one's offset. */
void tcp_timestamps_put (TcpTimestamps *times,
                         TcpHeader *header,
                         int64_t ack,
                         Time now);

/* A segment that leaves without knowing the time: the RST of a socket call. */
void tcp_timestamps_repeat (const TcpTimestamps *times, TcpHeader *header);

/* Is VALUE before what the peer said last (5.3)? What it said more than 24
 * days ago does not count (5.5): its clock may have wrapped since. */
bool
tcp_timestamps_is_old (const TcpTimestamps *times, uint32_t value, Time now);

/* Is VALUE after what the peer said last? */
bool tcp_timestamps_is_news (const TcpTimestamps *times, uint32_t value);

/* An acceptable segment that starts at offset START: is its value the one to
 * echo (4.3)? */
void tcp_timestamps_take (TcpTimestamps *times,
                          uint32_t value,
                          int64_t start,
                          Time now);

/* When did what VALUE echoes leave, at the latest? Within a tick; -1: not from
 * this clock. */
Time tcp_timestamps_echo (const TcpTimestamps *times, uint32_t value, Time now);
