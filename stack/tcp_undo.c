// SPDX-License-Identifier: MIT
#include "stack/tcp_undo.h"

#include <glib.h>

void
tcp_undo_keep (TcpUndo *undo, const TcpCc *cc, const TcpSent *sent)
{
  *undo = (TcpUndo){ .kept = true,
                     .cwnd = cc->cwnd,
                     .ssthresh = cc->ssthresh,
                     .state = cc->state,
                     .from = sent->una,
                     .to = sent->nxt,
                     .repaired_at = -1 };
}

void
tcp_undo_on_timeout (TcpUndo *undo, const TcpSent *sent)
{
  undo->frto = TCP_FRTO_FIRST;
  undo->turn = sent->turns;
}

void
tcp_undo_on_repair (TcpUndo *undo, const TcpSegment *segment, Time now)
{
  undo->repaired += segment->end - segment->start;
  if (undo->any_repaired)
    return;
  undo->any_repaired = true;
  undo->repaired_at = now;
  undo->repaired_end = segment->end;
}

/* The first ACK of the first repair: what does it echo (RFC 3522 3.2)? */
static bool
echoes_original (TcpUndo *undo, const TcpAck *ack)
{
  Time repaired_at = undo->repaired_at;

  if (repaired_at < 0 || ack->acked == 0 || ack->una < undo->repaired_end)
    return false;
  undo->repaired_at = -1;
  return ack->echo >= 0 && ack->echo < repaired_at;
}

static bool
all_came_again (TcpUndo *undo, const TcpAck *ack)
{
  Range again = ack->again;

  if (again.start >= again.end || again.start < undo->from
      || again.end > undo->to)
    return false;
  undo->repaired -= again.end - again.start;
  return undo->any_repaired && undo->repaired <= 0;
}

/* RFC 5682 2.1 and 3.1. A duplicate ACK means that segments were lost; with
 * SACK the report of one that was not sent again means the contrary. */
static bool
frto_on_ack (TcpUndo *undo, const TcpAck *ack, bool sack)
{
  bool original = ack->oldest_turn <= undo->turn;
  bool progress = ack->acked > 0;

  if (undo->frto == TCP_FRTO_NONE)
    return false;
  if (undo->frto == TCP_FRTO_FIRST)
    {
      if (progress)
        undo->frto = ack->una < undo->to ? TCP_FRTO_NEW : TCP_FRTO_NONE;
      else if (!sack && ack->duplicate)
        undo->frto = TCP_FRTO_NONE;
      return false;
    }
  if (!progress && !ack->duplicate && ack->sacked == 0)
    return false;
  undo->frto = TCP_FRTO_NONE;
  return original && (sack || progress);
}

bool
tcp_undo_on_ack (TcpUndo *undo, const TcpAck *ack, bool sack)
{
  bool echoed, again, original;

  if (!undo->kept)
    return false;
  echoed = echoes_original (undo, ack);
  again = all_came_again (undo, ack);
  original = frto_on_ack (undo, ack, sack);
  return echoed || again || original;
}

bool
tcp_undo_prefers_new (const TcpUndo *undo)
{
  return undo->frto == TCP_FRTO_NEW || undo->frto == TCP_FRTO_SECOND;
}

void
tcp_undo_on_new (TcpUndo *undo, bool sent)
{
  if (undo->frto == TCP_FRTO_NEW)
    undo->frto = sent ? TCP_FRTO_SECOND : TCP_FRTO_NONE;
}

void
tcp_undo_forget (TcpUndo *undo)
{
  *undo = (TcpUndo){ .kept = false };
}

void
tcp_undo_restore (TcpUndo *undo, TcpCc *cc, const TcpAck *ack)
{
  cc->cwnd = MAX (cc->cwnd, undo->cwnd);
  cc->ssthresh = MAX (cc->ssthresh, undo->ssthresh);
  cc->state = undo->state;
  tcp_undo_forget (undo);
  if (cc->class->on_undo != NULL)
    cc->class->on_undo (cc, ack);
}
