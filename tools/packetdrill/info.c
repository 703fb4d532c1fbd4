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

static uint32_t
microseconds (Time time)
{
  return (uint32_t) MIN (time / MICROSECOND, UINT32_MAX);
}

static uint32_t
segments (uint32_t bytes, uint32_t mss)
{
  return mss == 0 ? 0 : bytes / mss + (bytes % mss != 0);
}

int
info_fill (Stack *stack, int socket, struct tcp_info *info)
{
  SocketInfo ours;
  int error = socket_info (stack, socket, &ours);

  if (error < 0)
    return error;
  *info = (struct tcp_info){
    .tcpi_state = STATES[ours.state],
    .tcpi_retransmits = (uint8_t) MIN (ours.backoff, UINT8_MAX),
    .tcpi_backoff = (uint8_t) MIN (ours.backoff, UINT8_MAX),
    .tcpi_rto = microseconds (ours.rto),
    .tcpi_snd_mss = ours.mss,
    .tcpi_unacked = segments (ours.in_flight, ours.mss),
    .tcpi_rtt = microseconds (ours.srtt),
    .tcpi_rttvar = microseconds (ours.rttvar),
    .tcpi_snd_ssthresh = segments (ours.ssthresh, ours.mss),
    .tcpi_snd_cwnd = segments (ours.cwnd, ours.mss),
    .tcpi_rcv_space = ours.receive_window,
    .tcpi_total_retrans = (uint32_t) MIN (ours.retransmissions, UINT32_MAX),
    .tcpi_notsent_bytes = (uint32_t) MIN (
        ours.send_queue - MIN (ours.send_queue, ours.in_flight), UINT32_MAX),
    .tcpi_snd_wnd = ours.send_window,
  };
  return 0;
}
