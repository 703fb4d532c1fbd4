// SPDX-License-Identifier: MIT
/* How much may be in flight? Congestion control behind one small table of
 * functions; the state is a union inside the connection, so that it can be
 * copied and needs no allocation. Windows are in bytes. */
#pragma once

#include "stack/tcp_sent.h"

typedef struct TcpCc TcpCc;

typedef struct
{
  const char *name;
  void (*init) (TcpCc *cc);
  void (*on_ack) (TcpCc *cc, const TcpAck *ack);
  /* Once per episode of loss; IN_FLIGHT is RFC 5681's FlightSize. */
  void (*on_congestion) (TcpCc *cc, int64_t in_flight);
  /* The first timeout of a segment. */
  void (*on_timeout) (TcpCc *cc, int64_t in_flight);
} TcpCcClass;

struct TcpCc
{
  const TcpCcClass *class;
  int64_t mss;
  int64_t cwnd, ssthresh;
  union
  {
    struct
    {
      int64_t acked;      /* bytes towards the next segment of growth */
      bool after_timeout; /* slow start over bytes that were sent before */
    } reno;
  } state;
};

/* INITIAL_WINDOW in segments: cwnd = min (n mss, max (2 mss, 14600)) for the
 * default of 10 (RFC 6928 2). */
void tcp_cc_init (TcpCc *cc,
                  const TcpCcClass *class,
                  int64_t mss,
                  unsigned initial_window);

/* RFC 5681: slow start, congestion avoidance. */
extern const TcpCcClass TCP_CC_RENO;
