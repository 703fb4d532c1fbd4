// SPDX-License-Identifier: MIT
#include "stack/tcp_cc.h"

#include <glib.h>

/* RFC 6928 2: ten segments, but no more than 14,600 bytes unless even two
 * segments are more. */
#define INITIAL_BYTES_PER_SEGMENT 1460

const TcpCcClass *
tcp_cc_class (TcpCongestion congestion)
{
  static const TcpCcClass *const classes[] = {
    [TCP_CONGESTION_RENO] = &TCP_CC_RENO,
    [TCP_CONGESTION_CUBIC] = &TCP_CC_CUBIC,
    [TCP_CONGESTION_BBR] = &TCP_CC_BBR,
  };

  return classes[congestion];
}

void
tcp_cc_init (TcpCc *cc,
             const TcpCcClass *class,
             int64_t mss,
             unsigned initial_window)
{
  int64_t segments = initial_window;

  *cc = (TcpCc){ .class = class, .mss = mss, .ssthresh = INT64_MAX };
  cc->cwnd = MIN (segments * mss, MAX (MIN (segments, 2) * mss,
                                       segments * INITIAL_BYTES_PER_SEGMENT));
  cc->initial = cc->cwnd;
  class->init (cc);
}

void
tcp_cc_change (TcpCc *cc, const TcpCcClass *class)
{
  cc->class = class;
  cc->pacing_rate = 0;
  class->init (cc);
}

void
tcp_cc_restart (TcpCc *cc)
{
  if (!cc->class->owns_window)
    cc->cwnd = MIN (cc->cwnd, cc->initial);
}

int64_t
tcp_cc_credit (const TcpCc *cc, const TcpAck *ack, bool after_timeout)
{
  return MIN (ack->acked, after_timeout ? cc->mss : 2 * cc->mss);
}
