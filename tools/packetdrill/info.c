// SPDX-License-Identifier: MIT
#include "tools/packetdrill/info.h"

#include <glib.h>

/* The numbers of Linux, which getsockopt gives away. */
static const uint8_t STATES[] = {
  [TCP_ESTABLISHED] = 1, [TCP_SYN_SENT] = 2,   [TCP_SYN_RECEIVED] = 3,
  [TCP_FIN_WAIT_1] = 4,  [TCP_FIN_WAIT_2] = 5, [TCP_TIME_WAIT] = 6,
  [TCP_CLOSED] = 7,      [TCP_CLOSE_WAIT] = 8, [TCP_LAST_ACK] = 9,
  [TCP_LISTEN] = 10,     [TCP_CLOSING] = 11,
};

/* ssthresh before there is one */
#define UNLIMITED INT32_MAX

static uint32_t
clip (uint64_t value)
{
  return (uint32_t) MIN (value, UINT32_MAX);
}

static uint32_t
microseconds (Time time)
{
  return clip ((uint64_t) MAX (time, 0) / MICROSECOND);
}

/* Since AT, in milliseconds; 0 when it never happened. */
static uint32_t
since (Time now, Time at)
{
  return at == TIME_NEVER ? 0 : clip ((uint64_t) (now - at) / MILLISECOND);
}

static uint32_t
segments (uint32_t bytes, uint32_t mss)
{
  return mss == 0 ? 0 : bytes / mss + (bytes % mss != 0);
}

static uint8_t
options (const SocketInfo *ours)
{
  return (uint8_t) ((ours->timestamps ? TCPI_OPT_TIMESTAMPS : 0)
                    | (ours->sack ? TCPI_OPT_SACK : 0)
                    | (ours->window_scale ? TCPI_OPT_WSCALE : 0)
                    | (ours->ecn ? TCPI_OPT_ECN : 0));
}

static void
fill_counts (struct tcp_info *info, const SocketInfo *ours, Time now)
{
  info->tcpi_total_retrans = clip (ours->retransmissions);
  info->tcpi_last_data_sent = since (now, ours->data_sent_at);
  info->tcpi_last_data_recv = since (now, ours->data_received_at);
  info->tcpi_last_ack_recv = since (now, ours->ack_received_at);
  info->tcpi_bytes_acked = ours->bytes_acknowledged;
  info->tcpi_bytes_received = ours->bytes_received;
  info->tcpi_bytes_sent = ours->bytes_sent;
  info->tcpi_bytes_retrans = ours->bytes_again;
  info->tcpi_segs_out = clip (ours->segments_out);
  info->tcpi_segs_in = clip (ours->segments_in);
  info->tcpi_data_segs_out = clip (ours->data_segments_out);
  info->tcpi_data_segs_in = clip (ours->data_segments_in);
  info->tcpi_busy_time = (uint64_t) (ours->busy / MICROSECOND);
  info->tcpi_rwnd_limited = (uint64_t) (ours->window_limited / MICROSECOND);
  info->tcpi_sndbuf_limited = (uint64_t) (ours->buffer_limited / MICROSECOND);
}

int
info_fill (Stack *stack, int socket, Time now, struct tcp_info *info)
{
  SocketInfo ours;
  int error = socket_info (stack, socket, &ours);

  if (error < 0)
    return error;
  *info = (struct tcp_info){
    .tcpi_state = STATES[ours.state],
    .tcpi_retransmits = (uint8_t) MIN (ours.backoff, UINT8_MAX),
    .tcpi_backoff = (uint8_t) MIN (ours.backoff, UINT8_MAX),
    .tcpi_options = options (&ours),
    .tcpi_snd_wscale = ours.send_shift & 0xfu,
    .tcpi_rcv_wscale = ours.receive_shift & 0xfu,
    .tcpi_rto = microseconds (ours.rto),
    .tcpi_ato = microseconds (ours.ato),
    .tcpi_snd_mss = ours.mss,
    .tcpi_advmss = ours.advertised_mss,
    .tcpi_pmtu = ours.path_mtu,
    .tcpi_unacked = ours.unacknowledged,
    .tcpi_lost = segments (ours.lost, ours.mss),
    .tcpi_rtt = microseconds (ours.srtt),
    .tcpi_rttvar = microseconds (ours.rttvar),
    .tcpi_snd_ssthresh = ours.ssthresh == UINT32_MAX
                             ? UNLIMITED
                             : segments (ours.ssthresh, ours.mss),
    .tcpi_snd_cwnd = segments (ours.cwnd, ours.mss),
    .tcpi_rcv_space = ours.receive_space,
    .tcpi_pacing_rate = ours.pacing_rate == 0 ? UINT64_MAX : ours.pacing_rate,
    .tcpi_max_pacing_rate = UINT64_MAX,
    .tcpi_notsent_bytes =
        clip (ours.send_queue - MIN (ours.send_queue, ours.in_flight)),
    .tcpi_snd_wnd = ours.send_window,
  };
  fill_counts (info, &ours, now);
  return 0;
}
