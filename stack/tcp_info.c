// SPDX-License-Identifier: MIT
#include "stack/tcp_info.h"

#include "stack/path_mtu.h"
#include "stack/tcp.h"

void
tcp_info_init (TcpCounters *counters)
{
  *counters = (TcpCounters){ .data_sent_at = TIME_NEVER,
                             .data_received_at = TIME_NEVER,
                             .ack_received_at = TIME_NEVER };
}

void
tcp_info_sent (TcpCounters *counters, size_t length, bool again, Time now)
{
  counters->segments_out++;
  if (length == 0)
    return;
  counters->data_segments_out++;
  counters->bytes_sent += length;
  counters->bytes_again += again ? length : 0;
  counters->data_sent_at = now;
}

void
tcp_info_received (TcpCounters *counters, size_t length, bool ack, Time now)
{
  counters->segments_in++;
  if (ack)
    counters->ack_received_at = now;
  if (length == 0)
    return;
  counters->data_segments_in++;
  counters->data_received_at = now;
}

void
tcp_info_learnt (TcpCounters *counters, const TcpAck *ack)
{
  counters->duplicates += ack->again.start < ack->again.end;
  counters->reorderings += ack->reordered;
  if (ack->rate.delivered == 0)
    return;
  counters->rate_bytes = ack->rate.delivered;
  counters->rate_interval = ack->rate.interval;
}

static TcpHold
find_hold (const Tcp *tcp)
{
  int64_t unsent = tcp->send.end - tcp->sent.nxt;

  if (MAX (tcp->sent.una, 1) >= tcp->send.end)
    return TCP_HOLD_NONE;
  if (unsent <= 0)
    return tcp->send.wants_room ? TCP_HOLD_BUFFER : TCP_HOLD_NETWORK;
  return !tcp->send.cwnd_limited
                 && tcp->sent.una + tcp->send.wnd - tcp->sent.nxt
                        < MIN (unsent, tcp->send.mss)
             ? TCP_HOLD_WINDOW
             : TCP_HOLD_NETWORK;
}

void
tcp_info_hold (Tcp *tcp, Time now)
{
  TcpCounters *counters = &tcp->counters;

  counters->held[counters->hold] += now - counters->hold_since;
  counters->hold = find_hold (tcp);
  counters->hold_since = now;
}

/* Bytes of [1, END) that lie below OFFSET. */
static uint64_t
data_below (int64_t offset, int64_t end)
{
  return (uint64_t) (MAX (MIN (offset, end), 1) - 1);
}

static void
put_agreed (const Tcp *tcp, SocketInfo *info)
{
  info->sack = tcp->agreed.sack;
  info->timestamps = tcp->agreed.timestamps;
  info->window_scale = tcp->agreed.window_scale;
  info->ecn = tcp->agreed.ecn;
  info->send_shift = tcp->agreed.send_shift;
  info->receive_shift = tcp->agreed.receive_shift;
}

static void
put_sizes (const Tcp *tcp, SocketInfo *info)
{
  const Address *remote = &tcp->socket->remote.address;

  info->mss = (uint32_t) tcp->send.mss;
  if (tcp->send.mss_agreed == 0)
    return;
  info->advertised_mss = (uint32_t) tcp_path_largest (tcp);
  info->path_mtu = (uint32_t) path_mtu_get (tcp->stack, tcp->interface, remote);
}

static void
put_counters (const Tcp *tcp, SocketInfo *info)
{
  const TcpCounters *counters = &tcp->counters;
  const Time *held = counters->held;

  info->segments_out = counters->segments_out;
  info->segments_in = counters->segments_in;
  info->data_segments_out = counters->data_segments_out;
  info->data_segments_in = counters->data_segments_in;
  info->bytes_sent = counters->bytes_sent;
  info->bytes_again = counters->bytes_again;
  info->bytes_acknowledged = data_below (tcp->sent.una, tcp->send.end);
  info->bytes_received = data_below (
      tcp->receive.nxt, tcp->receive.ended ? tcp->receive.nxt - 1 : INT64_MAX);
  info->segments_early = counters->segments_early;
  info->duplicates = counters->duplicates;
  info->reorderings = counters->reorderings;
  info->data_sent_at = counters->data_sent_at;
  info->data_received_at = counters->data_received_at;
  info->ack_received_at = counters->ack_received_at;
  info->busy =
      held[TCP_HOLD_NETWORK] + held[TCP_HOLD_WINDOW] + held[TCP_HOLD_BUFFER];
  info->window_limited = held[TCP_HOLD_WINDOW];
  info->buffer_limited = held[TCP_HOLD_BUFFER];
}

static void
put_rates (const Tcp *tcp, SocketInfo *info)
{
  const TcpCounters *counters = &tcp->counters;

  info->pacing_rate = (uint64_t) tcp_pacing_rate (tcp);
  if (counters->rate_interval > 0)
    info->delivery_rate = (uint64_t) tcp_pace_rate (counters->rate_bytes,
                                                    counters->rate_interval);
  info->application_limited = tcp->sent.rate.app_limited > 0;
}

static void
put_flight (const Tcp *tcp, SocketInfo *info)
{
  const TcpSent *sent = &tcp->sent;

  info->in_flight = (uint32_t) tcp_sent_pipe (sent);
  info->lost = (uint32_t) sent->lost;
  info->sacked = (uint32_t) sent->sacked;
  info->unacknowledged = sent->count;
  info->retransmissions = tcp->retransmissions;
}

void
tcp_info (const Tcp *tcp, SocketInfo *info)
{
  *info = (SocketInfo){
    .state = tcp->state,
    .receive_queue = tcp_receive_queue (&tcp->receive),
    .readable = tcp_receive_queue (&tcp->receive),
    .send_queue = tcp->state == TCP_CLOSED
                      ? 0
                      : (size_t) (tcp->send.end - tcp->send.ring.base),
    .congestion = tcp_settings (tcp)->congestion,
    .cwnd = (uint32_t) MIN (tcp->cc.cwnd, UINT32_MAX),
    .ssthresh = (uint32_t) MIN (tcp->cc.ssthresh, UINT32_MAX),
    .send_window = (uint32_t) tcp->send.wnd,
    .receive_window = (uint32_t) (tcp->state == TCP_SYN_SENT
                                      ? tcp_syn_window (tcp)
                                      : tcp->receive.edge - tcp->receive.nxt),
    .receive_space = (uint32_t) tcp->receive.buffer,
    .srtt = tcp->rtt.srtt,
    .rttvar = tcp->rtt.rttvar,
    .min_rtt = tcp->loss.rack.min_rtt,
    .rto = tcp_rtt_timeout (&tcp->rtt),
    .ato = tcp_settings (tcp)->delayed_ack,
    .backoff = tcp->rtt.backoff,
    .troubled = tcp_patience_is_troubled (tcp),
    .soft_error = tcp->soft_error,
  };
  put_agreed (tcp, info);
  put_sizes (tcp, info);
  put_counters (tcp, info);
  put_rates (tcp, info);
  put_flight (tcp, info);
}
