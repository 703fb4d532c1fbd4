// SPDX-License-Identifier: MIT
#include "stack/tcp_timestamps.h"

#include <glib.h>

#define TICK         TCP_TIMESTAMPS_TICK
#define VALID_PERIOD (24 * 24 * 3600 * SECOND)

static void
remember (TcpTimestamps *times, uint32_t value, Time now)
{
  times->recent = value;
  times->recent_at = now;
}

void
tcp_timestamps_start (TcpTimestamps *times, uint32_t value, Time now)
{
  remember (times, value, now);
  times->last_ack = 0;
}

void
tcp_timestamps_put (TcpTimestamps *times,
                    TcpHeader *header,
                    int64_t ack,
                    Time now)
{
  times->sent = times->offset + (uint32_t) (now / TICK);
  header->has_timestamps = true;
  header->timestamp = times->sent;
  if ((header->flags & TCP_ACK) == 0)
    return;
  header->timestamp_echo = times->recent;
  times->last_ack = ack;
}

void
tcp_timestamps_repeat (const TcpTimestamps *times, TcpHeader *header)
{
  header->has_timestamps = true;
  header->timestamp = times->sent;
  header->timestamp_echo = times->recent;
}

/* Modulo 2^32, while half of the numbers lie behind. */
static bool
is_behind (const TcpTimestamps *times, uint32_t value)
{
  return (int32_t) (value - times->recent) < 0;
}

bool
tcp_timestamps_is_news (const TcpTimestamps *times, uint32_t value)
{
  return (int32_t) (value - times->recent) > 0;
}

bool
tcp_timestamps_is_old (const TcpTimestamps *times, uint32_t value, Time now)
{
  return is_behind (times, value) && now - times->recent_at <= VALID_PERIOD;
}

void
tcp_timestamps_take (TcpTimestamps *times,
                     uint32_t value,
                     int64_t start,
                     Time now)
{
  if (start <= times->last_ack && !tcp_timestamps_is_old (times, value, now))
    remember (times, value, now);
}

Time
tcp_timestamps_echo (const TcpTimestamps *times, uint32_t value, Time now)
{
  Time ticks = now / TICK;
  int32_t age = (int32_t) (times->offset + (uint32_t) ticks - value);

  if (age < 0 || age > ticks)
    return -1;
  return MIN ((ticks - age + 1) * TICK - 1, now);
}
