// SPDX-License-Identifier: MIT
#include "stack/tcp_repair.h"

static size_t
send_again (Tcp *tcp,
            TcpSegment *segment,
            RepairCause cause,
            uint64_t caused_by,
            Time now,
            uint8_t *buffer,
            StackOut *out)
{
  size_t length =
      tcp_emit (tcp, segment->start, segment->end, now, buffer, out);

  out->cause = cause;
  out->repairs = cause != REPAIR_NONE ? segment->id : 0;
  out->caused_by = caused_by;
  tcp_output_leaves (tcp, segment->end - segment->start, now);
  tcp_undo_on_repair (&tcp->loss.undo, segment, now);
  tcp_sent_repaired (&tcp->sent, segment, now, out->id);
  tcp->retransmissions++;
  tcp->stack->counters[STACK_COUNTER_RETRANSMISSIONS]++;
  /* The timer must not fire sooner than one RTO after its segment left. */
  if (segment->start == tcp->sent.una || tcp->timers.retransmit == TIME_NEVER)
    tcp_timer_start (tcp, now);
  return length;
}

/* The peer's may lack what its rounding took back (RFC 7323 2.4). */
static bool
fits_windows (const Tcp *tcp, const TcpSegment *segment)
{
  int64_t length = segment->end - segment->start;
  int64_t rounding = (int64_t) 1 << tcp->agreed.send_shift;

  return tcp_sent_pipe (&tcp->sent) + length <= tcp->cc.cwnd
         && segment->end < tcp->sent.una + tcp->send.wnd + rounding;
}

/* The first repair of an episode goes always, and the oldest when nothing is
 * in flight; F-RTO first wants to see new data acknowledged. */
static bool
may_go (const Tcp *tcp, const TcpSegment *segment)
{
  if (tcp->loss.path == TCP_PATH_TRIED
      || tcp_undo_prefers_new (&tcp->loss.undo))
    return false;
  if (tcp->loss.repair_now)
    return true;
  return (segment->start == tcp->sent.una && tcp_sent_pipe (&tcp->sent) == 0)
         || fits_windows (tcp, segment);
}

/* The oldest that is lost, and no more of it than the path takes now. */
static TcpSegment *
next_lost (Tcp *tcp)
{
  TcpSegment *segment = tcp_sent_first_lost (&tcp->sent);

  if (segment == NULL
      || MIN (segment->end, tcp->send.end) - segment->start <= tcp->send.mss)
    return segment;
  tcp_probe_cancel (&tcp->loss.probe);
  return tcp_sent_split (&tcp->sent, segment, segment->start + tcp->send.mss);
}

size_t
tcp_repair_lost (Tcp *tcp, Time now, uint8_t *buffer, StackOut *out)
{
  TcpSegment *segment = next_lost (tcp);

  if (segment == NULL || !may_go (tcp, segment)
      || (segment->cause != REPAIR_PROBE && !tcp_pacing_allows (tcp, now)))
    return 0;
  tcp->loss.repair_now = false;
  if (tcp->loss.path == TCP_PATH_SHRUNK)
    tcp->loss.path = TCP_PATH_TRIED;
  return send_again (tcp, segment, segment->cause, segment->lost_by, now,
                     buffer, out);
}

/* The last segment once more: whatever its ACK says is news. */
static size_t
probe (Tcp *tcp, Time now, uint8_t *buffer, StackOut *out)
{
  TcpSegment *last = tcp_sent_last (&tcp->sent);

  tcp->loss.tlp.due = false;
  if (last == NULL || last->fate != TCP_SEGMENT_IN_FLIGHT)
    return 0;
  tcp_tlp_on_send (&tcp->loss.tlp, tcp->sent.nxt, true);
  return send_again (tcp, last, REPAIR_TLP, 0, now, buffer, out);
}

size_t
tcp_repair_instead (Tcp *tcp, Time now, uint8_t *buffer, StackOut *out)
{
  TcpLoss *loss = &tcp->loss;

  if (loss->tlp.due)
    return probe (tcp, now, buffer, out);
  /* F-RTO has nothing new to ask with. */
  if (loss->undo.frto == TCP_FRTO_NEW)
    {
      tcp_undo_on_new (&loss->undo, false);
      return tcp_repair_lost (tcp, now, buffer, out);
    }
  if (loss->witness != TCP_WITNESS_COUNT
      || loss->episode != TCP_EPISODE_RECOVERY || tcp->sent.lost > 0
      || tcp_sent_pipe (&tcp->sent) + tcp->cc.mss > tcp->cc.cwnd)
    return 0;
  tcp_count_next (&loss->count, &tcp->sent, loss->recover);
  return tcp_repair_lost (tcp, now, buffer, out);
}
