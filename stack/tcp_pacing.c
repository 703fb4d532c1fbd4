// SPDX-License-Identifier: MIT
/* May a connection's next segment of data leave now? The schedule is
 * tcp_pace's; the rate is congestion control's, or made of its window when the
 * application wants pacing from an algorithm that knows none, or when one ACK
 * for many would else let out a burst. ACKs, the SYN and window probes are not
 * asked about. */
#include "stack/tcp.h"

int64_t
tcp_pacing_rate (const Tcp *tcp)
{
  if (tcp->cc.pacing_rate > 0)
    return tcp->cc.pacing_rate;
  if (!tcp_settings (tcp)->pacing && !tcp->send.smooth)
    return 0;
  return tcp_pace_window_rate (tcp->cc.cwnd, tcp->cc.ssthresh, tcp->rtt.srtt);
}

bool
tcp_pacing_allows (Tcp *tcp, Time now)
{
  if (tcp_pace_is_due (&tcp->pace, tcp_pacing_rate (tcp), now))
    return true;
  tcp->timers.pace = tcp->pace.at;
  return false;
}

void
tcp_pacing_send (Tcp *tcp, int64_t length, Time now)
{
  tcp_pace_send (&tcp->pace, tcp_pacing_rate (tcp), tcp->send.mss, length, now);
}

/* While losses are repaired, recovery meters what leaves. */
void
tcp_pacing_open (Tcp *tcp)
{
  int64_t congestion = tcp->cc.cwnd - tcp_sent_pipe (&tcp->sent);
  int64_t window = tcp->sent.una + tcp->send.wnd - tcp->sent.nxt;
  int64_t unsent = tcp->send.end - tcp->sent.nxt;

  tcp->send.smooth =
      tcp->sent.lost == 0
      && MIN (MIN (congestion, window), unsent) > tcp->cc.initial;
}
