// SPDX-License-Identifier: MIT
/* Was the window made smaller for nothing? What it was before is kept until
 * the next reduction, and comes back when one of three witnesses tells that
 * the repairs were not needed:
 *
 *   an ACK for the first repair echoes a timestamp from before it (Eifel,
 *   RFC 3522, RFC 4015);
 *   D-SACK reports all that was sent again (RFC 2883, RFC 3708);
 *   after a timeout, what was not sent again is acknowledged (F-RTO, RFC 5682:
 *   the first ACK that moves SND.UNA lets new segments out instead of repairs,
 *   the second one tells). */
#pragma once

#include "stack/tcp_cc.h"

typedef enum
{
  TCP_FRTO_NONE,
  TCP_FRTO_FIRST, /* the oldest was sent again: waits for its ACK */
  TCP_FRTO_NEW,   /* now up to two new segments go, no repairs */
  TCP_FRTO_SECOND /* the ACK of what was in flight then decides */
} TcpFrto;

typedef struct
{
  bool kept;              /* there is something to bring back */
  int64_t cwnd, ssthresh; /* from before the reduction */
  TcpCcState state;       /* of the algorithm */
  int64_t from, to;       /* UNA and NXT then */
  Time repaired_at;       /* when the first repair left; -1: none has, or its
                             ACK has come */
  int64_t repaired_end;   /* of that one */
  int64_t repaired;       /* bytes sent again that no D-SACK has reported */
  bool any_repaired;
  TcpFrto frto;
  uint64_t turn; /* transmissions before the timeout */
} TcpUndo;

/* The window is about to be reduced. */
void tcp_undo_keep (TcpUndo *undo, const TcpCc *cc, const TcpSent *sent);

/* The reduction was a timeout's, the first of its segment: F-RTO. */
void tcp_undo_on_timeout (TcpUndo *undo, const TcpSent *sent);

/* SEGMENT is sent again. */
void tcp_undo_on_repair (TcpUndo *undo, const TcpSegment *segment, Time now);

/* Does ACK tell that the reduction was for nothing? SACK: it may report. */
bool tcp_undo_on_ack (TcpUndo *undo, const TcpAck *ack, bool sack);

/* F-RTO: are repairs held back in favour of new data? */
bool tcp_undo_prefers_new (const TcpUndo *undo);
/* New data went out, or cannot: then repairs go on. */
void tcp_undo_on_new (TcpUndo *undo, bool sent);

/* What was kept is of no use any more. */
void tcp_undo_forget (TcpUndo *undo);

/* Brings back what was kept, once. */
void tcp_undo_restore (TcpUndo *undo, TcpCc *cc, const TcpAck *ack);
