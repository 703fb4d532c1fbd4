// SPDX-License-Identifier: MIT
#include "stack/tcp_pace.h"

#include <glib.h>

#define QUANTUM_TIME     MILLISECOND
#define QUANTUM_MAX      65536
#define QUANTUM_SEGMENTS 2

bool
tcp_pace_is_due (const TcpPace *pace, int64_t rate, Time now)
{
  return rate == 0 || pace->at <= now;
}

void
tcp_pace_send (
    TcpPace *pace, int64_t rate, int64_t mss, int64_t length, Time now)
{
  Time lag;

  if (rate == 0)
    return;
  lag = tcp_pace_quantum (rate, mss) * SECOND / rate;
  if (pace->at < now - lag)
    *pace = (TcpPace){ .at = now - lag };
  pace->rest += length * SECOND;
  pace->at += pace->rest / rate;
  pace->rest %= rate;
}

int64_t
tcp_pace_quantum (int64_t rate, int64_t mss)
{
  int64_t quantum = MIN (tcp_pace_bytes (rate, QUANTUM_TIME), QUANTUM_MAX);

  return MAX (quantum, QUANTUM_SEGMENTS * mss);
}

int64_t
tcp_pace_window_rate (int64_t cwnd, int64_t ssthresh, Time srtt)
{
  int64_t rate;

  if (srtt == 0)
    return 0;
  rate = tcp_pace_rate (cwnd, srtt);
  rate = cwnd < ssthresh / 2 ? rate * 2 : rate * 6 / 5;
  return CLAMP (rate, 1, TCP_PACE_RATE_MAX);
}

int64_t
tcp_pace_rate (int64_t bytes, Time time)
{
  return MIN (MIN (bytes, INT64_MAX / SECOND) * SECOND / time,
              TCP_PACE_RATE_MAX);
}

int64_t
tcp_pace_bytes (int64_t rate, Time time)
{
  time = MIN (time, 9 * SECOND);
  return rate / SECOND * time + rate % SECOND * time / SECOND;
}
