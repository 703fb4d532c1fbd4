// SPDX-License-Identifier: MIT
/* What does an acknowledgment tell? It moves SND.UNA, gives a sample of the
 * round trip, witnesses loss, opens the windows (RFC 9293 3.10.7.4, fifth
 * step; RFC 5681; RFC 6298). */
#include "stack/tcp_incoming.h"

/* RFC 5681 2. */
static bool
is_duplicate_ack (const Incoming *in)
{
  const Tcp *tcp = in->tcp;

  return in->ack == tcp->sent.una && tcp->sent.count > 0
         && in->payload.length == 0 && in->end == in->start
         && tcp_options_window (&tcp->agreed, in->header) == tcp->send.wnd
         && tcp->send.wnd > 0;
}

static void
restart_retransmit (Tcp *tcp, Time now)
{
  if (tcp->sent.count == 0)
    tcp->timers.retransmit = TIME_NEVER;
  else
    tcp->timers.retransmit = now + tcp_rtt_timeout (&tcp->rtt);
}

/* The SYN is not data: it opens no window, and only if it was lost twice does
 * it say that the path is bad (RFC 6928 2, RFC 5681 3.1). */
static void
forget_handshake (Tcp *tcp)
{
  bool lossy = tcp->loss.timeouts > 1;

  tcp->loss = (TcpLoss){ .duplicates = 0 };
  tcp_start_cc (tcp, lossy ? 1 : tcp_settings (tcp)->initial_window);
}

static void
on_new_ack (Incoming *in, TcpAck *ack)
{
  Tcp *tcp = in->tcp;
  bool first = tcp->sent.una == 0, restart = true;
  bool had_room = tcp_has_room (tcp);

  tcp->soft_error = 0;
  tcp_sent_acknowledge (&tcp->sent, in->ack, ack);
  ring_advance (&tcp->send.ring,
                MAX (MIN (in->ack, tcp->send.end), tcp->send.ring.base));
  if (tcp->send.end == tcp->send.ring.base)
    ring_release (&tcp->send.ring);
  if (ack->rtt >= 0)
    tcp_rtt_sample (&tcp->rtt, ack->rtt);
  else if (first && tcp->loss.timeouts > 0)
    tcp_rtt_after_syn_timeout (&tcp->rtt);
  if (first)
    forget_handshake (tcp);
  else
    restart = tcp_loss_on_ack (&tcp->loss, &tcp->sent, &tcp->cc, ack);
  if (restart || tcp->sent.count == 0)
    restart_retransmit (tcp, ack->now);
  if (tcp->send.wants_room || (!had_room && tcp_has_room (tcp)))
    stack_socket_changed (tcp->socket);
}

/* Only news moves the window (RFC 9293 3.10.7.4): a newer segment, or the same
 * one with a newer ACK. */
static void
process_window (Incoming *in)
{
  TcpSend *send = &in->tcp->send;
  TcpSegment *probe;
  bool was_closed = send->wnd == 0;

  if (in->ack < in->tcp->sent.una || in->start < send->wl1
      || (in->start == send->wl1 && in->ack < send->wl2))
    return;
  send->wnd = tcp_options_window (&in->tcp->agreed, in->header);
  send->wnd_max = MAX (send->wnd_max, send->wnd);
  send->wl1 = in->start;
  send->wl2 = in->ack;
  if (send->wnd > 0)
    in->tcp->timers.persist = TIME_NEVER;
  /* What went out as a probe was refused: send it again now. */
  probe = tcp_sent_first (&in->tcp->sent);
  if (was_closed && send->wnd > 0 && probe != NULL && !probe->lost)
    {
      tcp_sent_lose_first (&in->tcp->sent, REPAIR_PROBE, in->arrival->in->id);
      in->tcp->loss.repair_now = true;
    }
}

void
tcp_ack_process (Incoming *in)
{
  Tcp *tcp = in->tcp;
  TcpAck ack = { .now = in->arrival->now,
                 .id = in->arrival->in->id,
                 .una = MAX (in->ack, tcp->sent.una),
                 .nxt = tcp->sent.nxt,
                 .in_flight = tcp_sent_pipe (&tcp->sent),
                 .flight = tcp->sent.nxt - tcp->sent.una,
                 .srtt = tcp->rtt.srtt,
                 .cwnd_limited = tcp->send.cwnd_limited,
                 .rtt = -1 };

  if (in->ack > tcp->sent.una)
    on_new_ack (in, &ack);
  else if (is_duplicate_ack (in))
    tcp_loss_on_duplicate (&tcp->loss, &tcp->sent, &tcp->cc, &ack);
  /* Whoever answers our probes is alive (MUST-37). */
  if (tcp->send.wnd == 0)
    tcp->loss.timeouts = 0;
  process_window (in);
  tcp_pacing_open (tcp);
  tcp_state_ready (tcp);
}

void
tcp_ack_syn (Incoming *in)
{
  TcpAck ack = { .now = in->arrival->now,
                 .id = in->arrival->in->id,
                 .rtt = -1 };

  on_new_ack (in, &ack);
}

bool
tcp_ack_process_fin (Incoming *in)
{
  Tcp *tcp = in->tcp;
  bool fin_sent = tcp->send.fin_queued && tcp->sent.nxt == tcp->send.end + 1;
  bool ends = tcp->state == TCP_LAST_ACK;

  if (!fin_sent || tcp->sent.una != tcp->sent.nxt)
    return true;
  tcp_state_fin_acknowledged (tcp, in->arrival->now);
  return !ends;
}
