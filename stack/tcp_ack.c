// SPDX-License-Identifier: MIT
/* What does an acknowledgment tell? It moves SND.UNA, gives a sample of the
 * round trip, witnesses loss, opens the windows (RFC 9293 3.10.7.4, fifth
 * step; RFC 5681; RFC 6298). */
#include "stack/tcp_incoming.h"

#include "stack/tcp_blocks.h"

TcpAck
tcp_ack_of_timer (const Tcp *tcp, Time now)
{
  return (TcpAck){ .now = now,
                   .una = tcp->sent.una,
                   .nxt = tcp->sent.nxt,
                   .in_flight = tcp_sent_pipe (&tcp->sent),
                   .flight = tcp->sent.nxt - tcp->sent.una,
                   .rtt = -1,
                   .srtt = tcp->rtt.srtt,
                   .min_rtt = tcp->loss.rack.min_rtt,
                   .echo = -1,
                   .oldest_turn = UINT64_MAX,
                   .cwnd_limited = tcp->send.cwnd_limited };
}

/* RFC 5681 2, whether or not something is in flight. */
static bool
is_duplicate_ack (const Incoming *in)
{
  const Tcp *tcp = in->tcp;

  return in->ack == tcp->sent.una && in->payload.length == 0
         && in->end == in->start
         && tcp_options_window (&tcp->agreed, in->header) == tcp->send.wnd
         && tcp->send.wnd > 0;
}

/* When did what HEADER echoes leave? Before the connection was opened there is
 * only a cookie's timestamp, which was turned back. */
static Time
find_echo (const Tcp *tcp, const TcpHeader *header, Time now)
{
  Time echo;

  if (!tcp->agreed.timestamps || !header->has_timestamps)
    return -1;
  echo = tcp_timestamps_echo (&tcp->timestamps, header->timestamp_echo, now);
  return echo >= tcp->opened ? echo : -1;
}

static TcpAck
begin (const Incoming *in)
{
  const Tcp *tcp = in->tcp;
  const TcpHeader *header = in->header;
  TcpAck ack = tcp_ack_of_timer (tcp, in->arrival->now);

  ack.id = in->arrival->in->id;
  ack.duplicate = is_duplicate_ack (in);
  ack.ece = tcp->agreed.ecn && (header->flags & (TCP_ECE | TCP_SYN)) == TCP_ECE;
  ack.echo = find_echo (tcp, header, ack.now);
  return ack;
}

static TcpWitness
choose_witness (const Tcp *tcp)
{
  if (!tcp->agreed.sack)
    return TCP_WITNESS_DUPLICATES;
  return tcp_settings (tcp)->rack ? TCP_WITNESS_TIME : TCP_WITNESS_COUNT;
}

/* The SYN is not data: it opens no window, and only if it was lost twice does
 * it say that the path is bad (RFC 6928 2, RFC 5681 3.1). */
static void
forget_handshake (Tcp *tcp)
{
  bool lossy = tcp->loss.timeouts > 1;

  tcp->loss = (TcpLoss){ .witness = choose_witness (tcp) };
  tcp_start_cc (tcp, lossy ? 1 : tcp_settings (tcp)->initial_window);
}

/* Everything below the ACK has left the buffer. */
static void
release (Incoming *in, TcpAck *ack)
{
  Tcp *tcp = in->tcp;

  tcp->soft_error = 0;
  tcp_sent_acknowledge (&tcp->sent, in->ack, ack);
  ring_advance (&tcp->send.ring,
                MAX (MIN (in->ack, tcp->send.end), tcp->send.ring.base));
  if (tcp->send.end == tcp->send.ring.base)
    ring_release (&tcp->send.ring);
}

/* Karn: not of what was sent twice; its timestamp knows which copy it was (RFC
 * 7323 4.1), if it acknowledges something, and no D-SACK says that it is the
 * ACK of an earlier copy that was lost. With many samples a round trip each
 * counts less (RFC 7323 appendix G). */
static void
sample_rtt (Tcp *tcp, TcpAck *ack)
{
  if (ack->repaired)
    ack->rtt = -1;
  if (ack->rtt < 0 && ack->echo >= 0 && ack->acked > 0
      && ack->again.start == ack->again.end)
    ack->rtt = ack->now - ack->echo + TCP_TIMESTAMPS_TICK;
  if (ack->rtt < 0)
    return;
  tcp_rtt_sample (&tcp->rtt, ack->rtt,
                  (ack->flight + 2 * tcp->send.mss - 1) / (2 * tcp->send.mss));
  ack->srtt = tcp->rtt.srtt;
}

static void
restart_retransmit (Tcp *tcp, Time now)
{
  if (tcp->sent.count > 0)
    tcp_timer_start (tcp, now);
  else
    tcp->timers.retransmit = TIME_NEVER;
}

static bool
is_news (const TcpAck *ack)
{
  return ack->acked > 0 || ack->sacked > 0 || ack->again.start < ack->again.end;
}

/* What the scoreboard has learnt, told to all that want to know. */
static void
draw_conclusions (Tcp *tcp, TcpAck *ack)
{
  bool restart;

  ack->una = tcp->sent.una;
  sample_rtt (tcp, ack);
  tcp_rate_finish (&tcp->sent.rate, tcp->loss.rack.min_rtt, &ack->rate);
  tcp->loss.witness = choose_witness (tcp);
  restart = tcp_loss_on_ack (&tcp->loss, &tcp->sent, &tcp->cc, ack);
  if (ack->rtt >= 0 && !ack->repaired)
    tcp_rack_sample (&tcp->loss.rack, ack->rtt, ack->now);
  if (restart)
    restart_retransmit (tcp, ack->now);
  tcp_info_learnt (&tcp->counters, ack);
  if (is_news (ack) || ack->lost > 0)
    tcp_timer_guard (tcp, ack->now);
}

/* Only news moves the window (RFC 9293 3.10.7.4): a newer segment, or the same
 * one with a newer ACK. So does a newer ACK on an older segment, one that is
 * sent again: by the letter its window is not taken, and SND.UNA, which
 * moves, carries the right edge beyond what the peer ever offered. */
static void
process_window (Incoming *in)
{
  TcpSend *send = &in->tcp->send;
  TcpSegment *probe;
  bool was_closed = send->wnd == 0;

  if (in->ack < in->tcp->sent.una || in->ack < send->wl2
      || (in->ack == send->wl2 && in->start < send->wl1))
    return;
  send->wnd = tcp_options_window (&in->tcp->agreed, in->header);
  send->wnd_max = MAX (send->wnd_max, send->wnd);
  send->wl1 = in->start;
  send->wl2 = in->ack;
  if (send->wnd > 0)
    in->tcp->timers.persist = TIME_NEVER;
  /* What went out as a probe was refused: send it again now. */
  probe = tcp_sent_first (&in->tcp->sent);
  if (was_closed && send->wnd > 0 && probe != NULL
      && probe->fate == TCP_SEGMENT_IN_FLIGHT)
    {
      tcp_sent_lose_first (&in->tcp->sent, REPAIR_PROBE, in->arrival->in->id);
      in->tcp->loss.repair_now = true;
    }
}

/* Our SYN is acknowledged: the connection begins, with what that says of the
 * round trip. */
static void
on_first_ack (Incoming *in, TcpAck *ack)
{
  Tcp *tcp = in->tcp;
  bool timed_out = tcp->loss.timeouts > 0;

  release (in, ack);
  sample_rtt (tcp, ack);
  if (ack->rtt < 0 && timed_out)
    tcp_rtt_after_syn_timeout (&tcp->rtt);
  forget_handshake (tcp);
  if (ack->rtt >= 0 && !ack->repaired)
    tcp_rack_sample (&tcp->loss.rack, ack->rtt, ack->now);
  restart_retransmit (tcp, ack->now);
}

static void
take_blocks (const Incoming *in, TcpAck *ack)
{
  Tcp *tcp = in->tcp;

  if (tcp->agreed.sack
      && !tcp_blocks_take (&tcp->sent, in->header, tcp->send.iss, in->ack, ack))
    tcp->stack->counters[STACK_COUNTER_RANGES_FULL]++;
}

void
tcp_ack_process (Incoming *in)
{
  Tcp *tcp = in->tcp;
  TcpAck ack = begin (in);
  bool had_room = tcp_has_room (tcp);

  if (tcp->sent.una == 0 && in->ack > 0)
    on_first_ack (in, &ack);
  else
    {
      if (in->ack > tcp->sent.una)
        release (in, &ack);
      take_blocks (in, &ack);
      if (is_news (&ack) || ack.duplicate)
        draw_conclusions (tcp, &ack);
    }
  /* Whoever answers our probes is alive (MUST-37). */
  if (tcp->send.wnd == 0)
    tcp->loss.timeouts = 0;
  tcp_ecn_on_ack (tcp, &ack);
  tcp_make_room (tcp, had_room);
  process_window (in);
  tcp_pacing_open (tcp);
  tcp_state_ready (tcp);
}

void
tcp_ack_syn (Incoming *in)
{
  TcpAck ack = begin (in);

  on_first_ack (in, &ack);
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
