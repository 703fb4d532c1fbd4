// SPDX-License-Identifier: MIT
/* Is this segment one that we may take now? By its timestamp (RFC 7323 5.2),
 * then by its sequence number (RFC 9293 3.10.7.4, first step). What is not gets
 * an ACK, within limits. */
#include "stack/tcp_incoming.h"

/* RFC 9293 3.4, table 6, on RCV.NXT and the window last offered. */
static bool
is_acceptable (const Incoming *in)
{
  int64_t nxt = in->tcp->receive.nxt, edge = in->tcp->receive.edge;

  if (in->end == in->start)
    return edge == nxt ? in->start == nxt
                       : in->start >= nxt && in->start < edge;
  if (edge == nxt)
    return false;
  return (in->start >= nxt && in->start < edge)
         || (in->end > nxt && in->end <= edge);
}

/* With a closed window a probe's byte is refused, but what it says of ACK and
 * window counts, or two ends that probe each other never learn that the
 * windows are open (RFC 9293 A.2, MUST-66). */
static bool
is_window_probe (const Incoming *in)
{
  const TcpReceive *receive = &in->tcp->receive;

  return receive->edge == receive->nxt && in->start <= receive->nxt
         && in->start >= receive->nxt - 1 && !in->syn
         && !tcp_incoming_has (in, TCP_RST);
}

void
tcp_sequence_trim (Incoming *in)
{
  const TcpReceive *receive = &in->tcp->receive;
  int64_t front = MAX (receive->nxt - in->start, 0);
  int64_t excess;

  front = MIN (front, (int64_t) in->payload.length);
  in->payload.bytes += front;
  in->payload.length -= (size_t) front;
  in->start = MAX (in->start, receive->nxt);
  /* At the edge the data may end, but not the FIN: it has a number too. */
  excess = in->start + (int64_t) in->payload.length - receive->edge;
  if (excess < 0)
    return;
  in->fin = false;
  in->payload.length -= (size_t) MIN (excess, (int64_t) in->payload.length);
}

/* Both ends opened at once: the peer's SYN is here already, the ACK that comes
 * with its second copy is what we wait for (RFC 9293 3.5, figure 7). */
static void
strip_known_syn (Incoming *in)
{
  const Tcp *tcp = in->tcp;

  if (tcp->state != TCP_SYN_RECEIVED || !in->syn || in->start != 0
      || !tcp_incoming_has (in, TCP_ACK) || tcp_incoming_has (in, TCP_RST)
      || in->ack <= tcp->sent.una || in->ack > tcp->sent.nxt)
    return;
  in->syn = false;
  in->start = 1;
}

/* Old data is always answered: no ACK ever answers an ACK that way, and its
 * sender waits for this one. */
bool
tcp_sequence_challenge (Incoming *in)
{
  Tcp *tcp = in->tcp;
  Stack *stack = tcp->stack;
  bool old_data =
      in->payload.length > 0 && !in->syn && in->end <= tcp->receive.nxt;

  if (!old_data
      && !tcp_challenge_take (&tcp->challenge, stack->config.challenge_acks,
                              in->arrival->now))
    {
      stack->counters[STACK_COUNTER_CHALLENGES_LIMITED]++;
      return false;
    }
  tcp_incoming_acknowledge (tcp);
  return true;
}

/* A SYN without timestamps is of another connection, which has agreed on
 * nothing yet. */
bool
tcp_sequence_is_recent (Incoming *in)
{
  const Tcp *tcp = in->tcp;
  const TcpHeader *header = in->header;
  bool is_old = header->has_timestamps
                && tcp_timestamps_is_old (&tcp->timestamps, header->timestamp,
                                          in->arrival->now);
  bool lacks = !header->has_timestamps && !in->syn;

  if (!tcp->agreed.timestamps || tcp_incoming_has (in, TCP_RST)
      || (!is_old && !lacks))
    return true;
  tcp_incoming_drop (in, DROP_TIMESTAMP);
  if (is_old)
    tcp_sequence_challenge (in);
  return false;
}

/* The peer's value that we echo (RFC 7323 4.3); START is not trimmed yet. */
static void
take_timestamp (const Incoming *in)
{
  Tcp *tcp = in->tcp;

  if (tcp->agreed.timestamps && in->header->has_timestamps)
    tcp_timestamps_take (&tcp->timestamps, in->header->timestamp, in->start,
                         in->arrival->now);
}

/* What of its data was here already? */
static void
note_duplicate (const Incoming *in)
{
  int64_t start = in->start + (in->syn ? 1 : 0);

  if (in->payload.length > 0)
    tcp_receive_note (&in->tcp->receive, start,
                      start + (int64_t) in->payload.length);
}

bool
tcp_sequence_check (Incoming *in)
{
  Tcp *tcp = in->tcp;

  strip_known_syn (in);
  note_duplicate (in);
  if (is_window_probe (in))
    {
      take_timestamp (in);
      /* A keep-alive may have no byte. */
      if (in->end > in->start || in->start < tcp->receive.nxt)
        tcp_incoming_acknowledge (tcp);
      in->payload.length = 0;
      in->fin = false;
      in->start = tcp->receive.nxt;
      return true;
    }
  if (is_acceptable (in))
    {
      take_timestamp (in);
      tcp_sequence_trim (in);
      return true;
    }
  tcp_incoming_drop (in, in->end <= tcp->receive.nxt ? DROP_DUPLICATE
                                                     : DROP_SEQUENCE);
  if (tcp_incoming_has (in, TCP_RST))
    return false;
  if (tcp->state == TCP_TIME_WAIT && tcp_incoming_has (in, TCP_FIN))
    tcp->timers.state = in->arrival->now + 2 * tcp->stack->config.msl;
  if (tcp_sequence_challenge (in) && tcp->state == TCP_SYN_RECEIVED && in->syn)
    /* The peer did not get our SYN-ACK: again, rather than a bare ACK. */
    tcp_sent_lose_first (&tcp->sent, REPAIR_RTO, in->arrival->in->id);
  return false;
}
