// SPDX-License-Identifier: MIT
/* Which larger or smaller segment does the path take, when nobody tells? RFC
 * 4821 and RFC 8899, by what becomes of segments, without ICMP:
 *
 *   black hole  a large segment has timed out twice and more: smaller ones are
 *               tried, packets of 1200 bytes first, then 1024 and 576 (IPv6:
 *               1280);
 *   search      from there on upwards: one segment of new data is larger than
 *               the others. If it arrives, all may be so large. If it alone is
 *               lost, that is no congestion; three times, and it is too large.
 *               First all that the path is said to take, then the middle of
 *               what is left;
 *   raise       ten minutes after the search has ended it is begun again.
 *
 * Sizes are bytes of a segment behind the fixed header, options included. As
 * long as all gets through that the path is said to take (LOW is 0), nothing
 * is asked and nothing costs more than that look. */
#pragma once

#include "stack/tcp_sent.h"

typedef struct
{
  int64_t low;       /* gets through; 0: whatever is said does */
  int64_t high;      /* nothing larger does */
  int64_t size;      /* of the next probe, or the one in flight */
  unsigned failures; /* probes of SIZE that were lost alone */
  int64_t start;     /* the probe in flight: [start, end) of the stream */
  int64_t end;       /* 0: there is none */
  Time again;        /* when to search again; 0: the search is not over */
} TcpProbe;

/* The oldest segment, of SIZE, has timed out so many TIMEOUTS in a row;
 * HEADERS: the fixed ones of IP and TCP. A probe in flight has failed. True:
 * LOW is smaller now. */
bool tcp_probe_on_timeout (TcpProbe *probe,
                           int64_t size,
                           unsigned timeouts,
                           int64_t headers,
                           bool ipv4);

/* Which size is worth a probe NOW, when the path is said to take MOST? 0:
 * none. */
int64_t tcp_probe_next (TcpProbe *probe, int64_t most, Time now);

/* It leaves as [start, end). */
void tcp_probe_on_send (TcpProbe *probe, int64_t start, int64_t end);

/* Its bytes are sent again in pieces, which says nothing of its size. */
static inline void
tcp_probe_cancel (TcpProbe *probe)
{
  probe->end = 0;
}

/* What has become of the one in flight? CALM: nothing was lost before. Raises
 * LOW when it has arrived. True: it alone is lost, and so not by congestion
 * (RFC 4821 7.6); it counts neither as that nor in SENT's rates. */
bool tcp_probe_settle (TcpProbe *probe, TcpSent *sent, bool calm);
