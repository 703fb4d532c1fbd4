// SPDX-License-Identifier: MIT
/* Which segment is next? Asked by stack_output, answered with one segment, in
 * this order:
 *
 *   1. what is lost is sent again, as the congestion window allows (the first
 *      repair of an episode at once);
 *   2. new bytes, as far as both windows, Nagle and the silly-window rules
 *      allow; the SYN and the FIN are positions of the stream like any other;
 *   3. an ACK that is due;
 *   4. a question whether the peer is still there.
 *
 * Nothing of it is built before it is asked for, so there is no queue of
 * packets to reorder, drop or forget. */
#include "stack/tcp.h"

#include "stack/tcp_repair.h"

static int64_t
stream_end (const Tcp *tcp)
{
  return tcp->send.end + (tcp->send.fin_queued ? 1 : 0);
}

bool
tcp_output_has_unsent (const Tcp *tcp)
{
  return stream_end (tcp) > tcp->sent.nxt;
}

void
tcp_output_leaves (Tcp *tcp, int64_t length, Time now)
{
  tcp_pacing_send (tcp, length, now);
  tcp_loss_on_send (&tcp->loss, length);
}

/* Data of a segment that leaves room for the blocks that are due; a segment is
 * data by half, however many they are (MUST-16). */
static int64_t
full_size (const Tcp *tcp)
{
  unsigned most = tcp_options_blocks (&tcp->agreed, tcp->send.mss / 2);

  return tcp->send.mss
         - tcp_options_blocks_size (tcp_sack_count (&tcp->receive.sack, most));
}

/* Nagle (RFC 9293 3.7.4) and the sender's silly-window rules (3.8.6.2.1) for
 * DATA new bytes of which all lie in the buffer's end or not. */
static bool
is_worth_sending (const Tcp *tcp, int64_t data, bool all)
{
  bool idle = tcp->sent.una == tcp->sent.nxt;

  if (data >= full_size (tcp) || tcp->send.force || tcp->loss.tlp.due)
    return true;
  if (all && (idle || !tcp_settings (tcp)->nagle || tcp->send.fin_queued))
    return true;
  return idle && data >= tcp->send.wnd_max / 2 && data > 0;
}

/* What we remember of segments never takes more than the bytes in them may:
 * tiny ones are not sent in any number (RFC 9293 leaves it to us; the class of
 * CVE-2019-11478). */
static bool
has_too_many_segments (const Tcp *tcp)
{
  return tcp->sent.count
         >= MAX (tcp->send.buffer_max / sizeof (TcpSegment), 16);
}

/* End of the next new segment; equal to SND.NXT: none may go. */
static int64_t
next_end (Tcp *tcp, Time now)
{
  int64_t probe = tcp_path_probe (tcp, now);
  int64_t nxt = tcp->sent.nxt, pipe = tcp_sent_pipe (&tcp->sent);
  int64_t window = MAX (tcp->sent.una + tcp->send.wnd - nxt, 0);
  int64_t congestion =
      tcp->cc.cwnd + tcp_loss_allowance (&tcp->loss, tcp->cc.mss) - pipe;
  int64_t unsent = MAX (tcp->send.end - nxt, 0);
  int64_t data = probe > 0 ? probe : MIN (unsent, full_size (tcp));
  bool fin;

  if (has_too_many_segments (tcp) || probe > window)
    return nxt;
  if (congestion < data && pipe > 0 && !tcp->loss.tlp.due)
    {
      tcp->send.cwnd_limited = true;
      return nxt;
    }
  if (tcp->send.force)
    window = MAX (window, 1);
  data = MIN (data, window);
  fin = tcp->send.fin_queued && nxt <= tcp->send.end && data == unsent
        && window > data;
  if (!is_worth_sending (tcp, data, data == unsent) || (data == 0 && !fin))
    return nxt;
  return nxt + data + (fin ? 1 : 0);
}

/* Nothing is in flight and the peer's window lets nothing out: somebody must
 * ask again (RFC 9293 3.8.6.1), first after one RTO. */
static void
arm_persist (Tcp *tcp, Time now)
{
  if (tcp->sent.una != tcp->sent.nxt || !tcp_output_has_unsent (tcp)
      || tcp->timers.persist != TIME_NEVER)
    return;
  tcp->timers.persist = now + tcp_rtt_timeout (&tcp->rtt);
}

/* A segment of new data is about to leave, or at least there is one. After a
 * silence the window is of another time (RFC 5681 4.1). */
static void
tell_cc (Tcp *tcp, Time now)
{
  TcpCc *cc = &tcp->cc;
  bool idle = tcp->sent.una == tcp->sent.nxt;

  if (tcp->send.end <= tcp->sent.nxt)
    return;
  if (idle && now - tcp->send.last_at > tcp_rtt_timeout (&tcp->rtt))
    tcp_cc_restart (cc);
  if (cc->class->on_send != NULL)
    cc->class->on_send (cc, tcp_sent_pipe (&tcp->sent), idle, now);
}

/* There is room, but no segment to fill it: what is measured of the network
 * until all of this is acknowledged is too little (draft-ietf-ccwg-bbr 4.1). */
static void
note_lack (Tcp *tcp)
{
  int64_t pipe = tcp_sent_pipe (&tcp->sent);

  if (tcp->send.end - tcp->sent.nxt < tcp->send.mss && pipe < tcp->cc.cwnd)
    tcp_rate_limit (&tcp->sent.rate, pipe);
}

/* Do the schedules of pace and of ECN let it out now? */
static bool
is_scheduled (Tcp *tcp, Time now)
{
  if (tcp->send.force || tcp->loss.tlp.due
      || (tcp_ecn_allows (tcp, now) && tcp_pacing_allows (tcp, now)))
    return true;
  /* A schedule made of the window is faster than it needs: as Linux, half of
   * it in use says that it is what holds us. */
  tcp->send.cwnd_limited = tcp->cc.pacing_rate == 0
                           && 2 * tcp_sent_pipe (&tcp->sent) >= tcp->cc.cwnd;
  return false;
}

/* [SND.NXT, end) leaves for the first time. */
static size_t
emit_new (Tcp *tcp, int64_t end, Time now, uint8_t *buffer, StackOut *out)
{
  int64_t start = tcp->sent.nxt;
  size_t length = tcp_emit (tcp, start, end, now, buffer, out);

  tcp_sent_add (&tcp->sent, end, now, out->id);
  tcp_path_sent (tcp, start, end);
  tcp_patience_start (tcp, now);
  tcp_undo_on_new (&tcp->loss.undo, true);
  tcp->send.force = false;
  if (tcp->timers.retransmit == TIME_NEVER)
    tcp_timer_start (tcp, now);
  if (tcp->loss.tlp.due)
    tcp_tlp_on_send (&tcp->loss.tlp, end, false);
  else
    tcp_timer_guard (tcp, now);
  if (end > tcp->send.end)
    tcp_state_fin_sent (tcp);
  return length;
}

static size_t
send_syn (Tcp *tcp, Time now, uint8_t *buffer, StackOut *out)
{
  if (tcp->sent.nxt > 0)
    return 0;
  if (!tcp->send.has_iss)
    tcp_iss_choose (tcp, now);
  return emit_new (tcp, 1, now, buffer, out);
}

/* Before what is lost nothing new goes; the window holds both back, if the
 * schedule does not. */
static size_t
send_new (Tcp *tcp, Time now, uint8_t *buffer, StackOut *out)
{
  int64_t start = tcp->sent.nxt, end;
  size_t length;

  if (tcp->state == TCP_SYN_SENT || tcp->state == TCP_SYN_RECEIVED)
    return send_syn (tcp, now, buffer, out);
  tcp->send.cwnd_limited = tcp->sent.lost > 0 && tcp->timers.pace == TIME_NEVER;
  if ((tcp->sent.lost > 0 && !tcp_undo_prefers_new (&tcp->loss.undo))
      || tcp->loss.path != TCP_PATH_KNOWN)
    return 0;
  tell_cc (tcp, now);
  end = next_end (tcp, now);
  if (end == start)
    {
      note_lack (tcp);
      arm_persist (tcp, now);
      return 0;
    }
  if (!is_scheduled (tcp, now))
    return 0;
  length = emit_new (tcp, end, now, buffer, out);
  tcp_output_leaves (tcp, end - start, now);
  return length;
}

static size_t
send_ack (Tcp *tcp, Time now, uint8_t *buffer, StackOut *out)
{
  if (tcp->state == TCP_SYN_SENT
      || (!tcp->receive.ack_now && tcp->receive.duplicates == 0))
    return 0;
  return tcp_emit (tcp, tcp->sent.nxt, tcp->sent.nxt, now, buffer, out);
}

/* Nothing of ours, but a number that must be answered. */
static size_t
send_keep_alive (Tcp *tcp, Time now, uint8_t *buffer, StackOut *out)
{
  int64_t before = tcp->sent.nxt - 1;

  if (!tcp->keep_alive.due)
    return 0;
  tcp->keep_alive.due = false;
  return tcp->sent.una == tcp->sent.nxt
             ? tcp_emit (tcp, before, before, now, buffer, out)
             : 0;
}

/* Nobody waits for the peer's FIN any more: don't wait for ever. Before, as
 * long as SO_LINGER says. */
static void
arm_orphan (Tcp *tcp, Time now)
{
  int linger_s = tcp->socket->settings.linger_s;

  if (tcp->socket->open || tcp->listener != NULL
      || tcp->timers.state != TIME_NEVER)
    return;
  if (tcp->state == TCP_FIN_WAIT_2)
    tcp->timers.state = now + tcp->stack->config.fin_wait_2;
  else if (linger_s > 0)
    tcp->timers.state = now + linger_s * SECOND;
}

size_t
tcp_output (Tcp *tcp, Time now, uint8_t *buffer, size_t size, StackOut *out)
{
  bool more = true;
  size_t length = 0;

  if (tcp->state == TCP_CLOSED || tcp->state == TCP_LISTEN)
    {
      tcp->ready = false;
      return 0;
    }
  tcp_path_update (tcp, 0);
  tcp->timers.pace = TIME_NEVER;
  if (tcp->state != TCP_TIME_WAIT)
    length = tcp_repair_lost (tcp, now, buffer, out);
  if (length == 0 && tcp->state != TCP_TIME_WAIT)
    length = send_new (tcp, now, buffer, out);
  if (length == 0 && tcp->state != TCP_TIME_WAIT)
    length = tcp_repair_instead (tcp, now, buffer, out);
  if (length == 0)
    {
      /* Nothing else may leave, so a bare ACK is the last. */
      length = send_ack (tcp, now, buffer, out);
      more = tcp->receive.duplicates > 0 || tcp->keep_alive.due;
    }
  if (length == 0)
    length = send_keep_alive (tcp, now, buffer, out);
  more = more && length > 0;
  if (!more)
    {
      tcp->trigger = 0;
      tcp_info_hold (tcp, now);
    }
  tcp_metrics_mark (tcp);
  arm_orphan (tcp, now);
  tcp_keepalive_arm (tcp);
  /* With a hop limit of 0 it does not leave this host. */
  if (socket_hop_limit (tcp->socket, &tcp->socket->remote.address) == 0)
    length = 0;
  tcp->ready = more && length > 0;
  g_assert (length <= size);
  tcp_timer_update (tcp);
  tcp_state_check (tcp);
  return length;
}
