// SPDX-License-Identifier: MIT
/* Which segments does time say are lost? RFC 8985 6: what left before
 * something that has arrived, and has had a round trip and the reordering
 * window to arrive itself. Repairs are judged like first transmissions.
 *
 * The window is nothing until the path is seen to reorder, then a quarter of
 * the least round trip, and one quarter more for each round trip in which a
 * D-SACK tells of a repair for nothing; 16 recoveries without one forget that.
 *
 * Cost of a look: O(1) and what it finds lost, as segments are kept in the
 * order in which they left. */
#pragma once

#include "stack/tcp_sent.h"

typedef struct
{
  Time min_rtt;    /* least of the last minutes; 0: no sample yet */
  Time min_rtt_at; /* when it was that */
  uint64_t turn;   /* of the newest transmission known to have arrived */
  Time sent_at;    /* RACK.xmit_ts: its time */
  Time rtt;        /* RACK.rtt: and its round trip */
  bool reordering; /* seen */
  unsigned extra;  /* reo_wnd_mult - 1 */
  unsigned kept;   /* recoveries for which EXTRA is still kept */
  int64_t round;   /* until UNA is there, more D-SACKs say nothing new */
  Time deadline;   /* the reordering timer: look again then; 0: no need */
} TcpRack;

/* A sample of the round trip. */
void tcp_rack_sample (TcpRack *rack, Time rtt, Time now);

/* Steps 1 to 4: what does ACK tell of time, order and D-SACK? */
void tcp_rack_on_ack (TcpRack *rack, const TcpAck *ack);

/* Step 5: marks in SENT what is lost NOW, as told by the packet BY, or 0;
 * RECOVERING: while losses are repaired. Sets DEADLINE. */
void tcp_rack_detect (TcpRack *rack,
                      TcpSent *sent,
                      Time srtt,
                      bool recovering,
                      Time now,
                      uint64_t by);

/* The retransmission timer ran out: the oldest is lost, and what had its time
 * (RFC 8985 6.3). */
void tcp_rack_on_timeout (TcpRack *rack, TcpSent *sent, Time srtt, Time now);

/* An episode of recovery is over. */
void tcp_rack_on_recovered (TcpRack *rack);

/* What it knew of arrivals was wrong: it starts anew. */
void tcp_rack_forget (TcpRack *rack);
