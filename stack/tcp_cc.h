// SPDX-License-Identifier: MIT
/* How much may be in flight, and how fast may it leave? Congestion control
 * behind one small table of functions; the state is a union inside the
 * connection, so that it can be copied and needs no allocation. Windows are in
 * bytes, integers only. A function may be NULL where an algorithm has nothing
 * to say. */
#pragma once

#include "stack/tcp_sent.h"

typedef struct TcpCc TcpCc;

typedef enum
{
  TCP_SIGN_LOSS, /* a segment is lost: an episode begins */
  TCP_SIGN_ECN   /* a router marked one; at most once per round trip */
} TcpCcSign;

typedef struct
{
  const char *name;
  /* It sets cwnd by itself also while losses are repaired: no PRR. */
  bool owns_window;
  void (*init) (TcpCc *cc);
  /* Each ACK that moved SND.UNA or reported something; with ack->recovering
   * the window is not its business unless OWNS_WINDOW. */
  void (*on_ack) (TcpCc *cc, const TcpAck *ack);
  /* Sets ssthresh and cwnd from ack->flight, RFC 5681's FlightSize. */
  void (*on_congestion) (TcpCc *cc, const TcpAck *ack, TcpCcSign sign);
  /* The first timeout of a segment. */
  void (*on_timeout) (TcpCc *cc, const TcpAck *ack);
  /* The last reduction was for nothing: what was saved before it is back in
   * the fields already. */
  void (*on_undo) (TcpCc *cc, const TcpAck *ack);
  /* A segment is about to leave; IN_FLIGHT: pipe without it; IDLE: nothing
   * was, because the application had nothing to say. */
  void (*on_send) (TcpCc *cc, int64_t in_flight, bool idle, Time now);
} TcpCcClass;

typedef union
{
  struct
  {
    int64_t acked;      /* bytes towards the next segment of growth */
    bool after_timeout; /* slow start over bytes that were sent before */
  } reno;
} TcpCcState;

struct TcpCc
{
  const TcpCcClass *class;
  int64_t mss;
  int64_t initial; /* initial window */
  int64_t cwnd, ssthresh;
  int64_t pacing_rate; /* bytes a second; 0: not paced */
  uint64_t luck;       /* seed of the algorithm's own draws */
  TcpCcState state;
};

const TcpCcClass *tcp_cc_class (TcpCongestion congestion);

/* INITIAL_WINDOW in segments: cwnd = min (n mss, max (2 mss, 14600)) for the
 * default of 10 (RFC 6928 2). */
void tcp_cc_init (TcpCc *cc,
                  const TcpCcClass *class,
                  int64_t mss,
                  unsigned initial_window);

/* Another algorithm in the middle of a connection: it begins anew, but with
 * the windows as they are. */
void tcp_cc_change (TcpCc *cc, const TcpCcClass *class);

extern const TcpCcClass TCP_CC_RENO; /* RFC 5681 */
