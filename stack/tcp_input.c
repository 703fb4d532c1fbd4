// SPDX-License-Identifier: MIT
/* RFC 9293 3.10.7, step by step: each step is a function that says whether the
 * next one may go on. An Incoming holds the segment in offsets of the two
 * streams. */
#include "stack/tcp_incoming.h"

#include <errno.h>

/* Second, the RST bit (RFC 5961 3.2). In TIME-WAIT it must not end the wait
 * (RFC 1337, fix F1). */
static bool
check_reset (Incoming *in)
{
  Tcp *tcp = in->tcp;

  if (!tcp_incoming_has (in, TCP_RST))
    return true;
  if (tcp->state == TCP_TIME_WAIT)
    tcp_incoming_drop (in, DROP_SEQUENCE);
  else if (in->start != tcp->receive.nxt)
    {
      tcp_incoming_drop (in, DROP_SEQUENCE);
      tcp_sequence_challenge (in);
    }
  else if (tcp->state == TCP_SYN_RECEIVED && tcp->active)
    tcp_state_fail (tcp, ECONNREFUSED);
  else if (tcp->state == TCP_CLOSING || tcp->state == TCP_LAST_ACK)
    tcp_state_closed (tcp);
  else
    tcp_state_fail (tcp, ECONNRESET);
  return false;
}

/* Fourth, the SYN bit: a challenge, whatever its number (RFC 5961 4.2). */
static bool
check_syn (Incoming *in)
{
  if (!in->syn)
    return true;
  tcp_incoming_drop (in, DROP_SEQUENCE);
  tcp_sequence_challenge (in);
  return false;
}

static void
establish (Incoming *in)
{
  Tcp *tcp = in->tcp;

  tcp->send.wnd = tcp_options_window (&tcp->agreed, in->header);
  tcp->send.wnd_max = MAX (tcp->send.wnd_max, tcp->send.wnd);
  tcp->send.wl1 = in->start;
  tcp->send.wl2 = in->ack;
  tcp_state_set (tcp, TCP_ESTABLISHED);
  tcp_listen_ready (tcp);
}

/* The handshake's last ACK. Not taken while too many connections wait to be
 * accepted: our SYN-ACK, sent again, will ask for it again. */
static bool
complete (Incoming *in)
{
  if (!tcp_listen_has_room (in->tcp))
    {
      tcp_incoming_drop (in, DROP_BACKLOG);
      return false;
    }
  establish (in);
  return true;
}

/* Fifth, the ACK field: is it one that this connection could have earned? */
static bool
check_ack (Incoming *in)
{
  Tcp *tcp = in->tcp;
  const TcpSent *sent = &tcp->sent;

  if (!tcp_incoming_has (in, TCP_ACK))
    {
      tcp_incoming_drop (in, DROP_SEQUENCE);
      return false;
    }
  if (tcp->state == TCP_SYN_RECEIVED)
    {
      if (in->ack > sent->una && in->ack <= sent->nxt)
        return complete (in);
      tcp_incoming_drop (in, DROP_SEQUENCE);
      tcp_outbox_refuse (in->arrival, in->header, 0);
      return false;
    }
  /* RFC 5961 5.2 */
  if (in->ack > sent->nxt || in->ack < sent->una - tcp->send.wnd_max)
    {
      tcp_incoming_drop (in, DROP_SEQUENCE);
      tcp_sequence_challenge (in);
      return false;
    }
  return true;
}

static bool
can_receive (TcpState state)
{
  return state == TCP_ESTABLISHED || state == TCP_FIN_WAIT_1
         || state == TCP_FIN_WAIT_2;
}

static void
arm_delayed_ack (Tcp *tcp, Time now)
{
  if (tcp->receive.ack_now || tcp->receive.unacked == 0
      || tcp->timers.delayed_ack != TIME_NEVER)
    return;
  tcp->timers.delayed_ack = now + tcp_settings (tcp)->delayed_ack;
}

static void
take_payload (Incoming *in)
{
  Tcp *tcp = in->tcp;
  bool ended = tcp->receive.ended;
  TcpReceiveResult result;

  if (!ring_reserve (&tcp->receive.ring,
                     in->start + (int64_t) in->payload.length))
    {
      /* Not acknowledged: it comes again. */
      tcp->stack->counters[STACK_COUNTER_MEMORY_FULL]++;
      tcp_incoming_drop (in, DROP_LIMIT);
      return;
    }
  result = tcp_receive_take (&tcp->receive, in->start, in->payload.bytes,
                             in->payload.length, in->fin);
  if (in->payload.length > 0)
    tcp_ecn_take (tcp, in->arrival->ip.traffic_class & IP_ECN_MASK, in->header);
  if (result == TCP_RECEIVE_DUPLICATE)
    tcp_incoming_drop (in, DROP_DUPLICATE);
  else if (result == TCP_RECEIVE_FULL)
    {
      tcp->stack->counters[STACK_COUNTER_RANGES_FULL]++;
      tcp_incoming_drop (in, DROP_LIMIT);
    }
  else if (result == TCP_RECEIVE_EARLY)
    tcp->counters.segments_early++;
  else if (result == TCP_RECEIVE_NEW)
    stack_socket_changed (tcp->socket);
  arm_delayed_ack (tcp, in->arrival->now);
  tcp_state_ready (tcp);
  if (tcp->receive.ended && !ended)
    tcp_state_fin_received (tcp, in->arrival->now);
}

/* Sixth, the URG bit. */
static void
process_urgent (const Incoming *in)
{
  if (tcp_incoming_has (in, TCP_URG) && can_receive (in->tcp->state))
    tcp_urgent_hear (in->tcp, in->urgent);
}

/* Seventh and eighth, the text and the FIN. */
static void
process_payload (Incoming *in)
{
  Tcp *tcp = in->tcp;

  if (in->payload.length == 0 && !in->fin)
    return;
  if (!can_receive (tcp->state))
    {
      /* Nothing comes after a FIN. */
      tcp_incoming_drop (in, DROP_DUPLICATE);
      tcp_incoming_acknowledge (tcp);
      return;
    }
  /* The application closed: data cannot be delivered (RFC 9293 3.6.1). */
  if (!tcp->socket->open && tcp->listener == NULL && in->payload.length > 0)
    {
      tcp_incoming_drop (in, DROP_NO_SOCKET);
      tcp_abort (tcp);
      return;
    }
  take_payload (in);
}

static void
send_syn_again (const Incoming *in)
{
  Tcp *tcp = in->tcp;

  tcp_sent_lose_first (&tcp->sent, REPAIR_NONE, in->arrival->in->id);
  tcp->loss.repair_now = true;
  tcp_state_ready (tcp);
}

/* RFC 9293 3.10.7.3. */
static void
synchronize (Incoming *in)
{
  Tcp *tcp = in->tcp;

  tcp_take_syn (tcp, in->header, in->arrival->now);
  in->syn = false;
  in->start = 1;
  in->urgent = in->header->urgent;
  in->end = 1 + (int64_t) in->payload.length + (in->fin ? 1 : 0);
  if (!tcp_incoming_has (in, TCP_ACK))
    {
      /* Simultaneous open: now with an ACK. */
      tcp_state_set (tcp, TCP_SYN_RECEIVED);
      send_syn_again (in);
      return;
    }
  establish (in);
  tcp_keepalive_hear (tcp, in->arrival->now);
  tcp_ack_syn (in);
  tcp_patience_reward (tcp, in->arrival->now);
  tcp_incoming_acknowledge (tcp);
  tcp_sequence_trim (in);
  process_urgent (in);
  process_payload (in);
}

static void
in_syn_sent (Incoming *in)
{
  Tcp *tcp = in->tcp;
  bool acceptable = in->ack > tcp->sent.una && in->ack <= tcp->sent.nxt;

  if (tcp_incoming_has (in, TCP_ACK) && !acceptable)
    {
      tcp_incoming_drop (in, DROP_SEQUENCE);
      tcp_outbox_refuse (in->arrival, in->header, 0);
    }
  else if (tcp_incoming_has (in, TCP_RST))
    {
      if (!tcp_incoming_has (in, TCP_ACK))
        tcp_incoming_drop (in, DROP_SEQUENCE);
      else if (tcp_ecn_refused (tcp))
        send_syn_again (in);
      else
        tcp_state_fail (tcp, ECONNREFUSED);
    }
  else if (tcp_incoming_has (in, TCP_SYN))
    synchronize (in);
  else
    tcp_incoming_drop (in, DROP_SEQUENCE);
}

/* Fifth, goes on: what the ACK tells. Whoever answers the probes of a closed
 * window is there, and the path works. */
static void
process_ack (Incoming *in)
{
  Tcp *tcp = in->tcp;
  int64_t una = tcp->sent.una;
  bool was_closed = tcp->send.wnd == 0;

  tcp_keepalive_hear (tcp, in->arrival->now);
  tcp_ack_process (in);
  if (tcp->sent.una > una || was_closed)
    tcp_patience_reward (tcp, in->arrival->now);
  if (was_closed && tcp->send.wnd > 0)
    tcp_rtt_forget_back_off (&tcp->rtt);
}

static void
in_other_states (Incoming *in)
{
  if (!tcp_sequence_is_recent (in) || !tcp_sequence_check (in)
      || !check_reset (in) || !check_syn (in) || !check_ack (in))
    return;
  process_ack (in);
  if (!tcp_ack_process_fin (in))
    return;
  process_urgent (in);
  process_payload (in);
}

void
tcp_input (Incoming *in)
{
  Tcp *tcp = in->tcp;
  const TcpHeader *header = in->header;
  uint32_t una = tcp->send.iss + (uint32_t) tcp->sent.una;

  in->start = tcp_receive_unwrap (&tcp->receive, header->sequence);
  in->urgent = in->start + header->urgent;
  in->syn = tcp_incoming_has (in, TCP_SYN);
  in->fin = tcp_incoming_has (in, TCP_FIN);
  in->end = in->start + (int64_t) in->payload.length + (in->syn ? 1 : 0)
            + (in->fin ? 1 : 0);
  in->ack = tcp->sent.una + (int32_t) (header->acknowledgment - una);
  tcp->trigger = in->arrival->in->id;
  tcp_info_received (&tcp->counters, in->payload.length,
                     tcp_incoming_has (in, TCP_ACK), in->arrival->now);
  if (tcp_incoming_has (in, TCP_RST))
    {
      /* It is judged by its number, not by what it carries (SHLD-2). */
      in->payload.length = 0;
      in->end = in->start;
    }
  if (tcp->state == TCP_SYN_SENT)
    in_syn_sent (in);
  else
    in_other_states (in);
  tcp_timer_update (tcp);
  tcp_state_check (tcp);
}
