// SPDX-License-Identifier: MIT
/* How much may be in flight, and how fast may it leave? Congestion control
 * behind one small table of functions; the state is a union inside the
 * connection, so that it can be copied and needs no allocation. Windows are in
 * bytes, integers only. A function may be NULL where an algorithm has nothing
 * to say. */
#pragma once

#include "stack/tcp_bbr.h"
#include "stack/tcp_hystart.h"
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
  /* New data is there and may leave, if the windows allow; IN_FLIGHT: pipe
   * without it; IDLE: nothing was in flight. */
  void (*on_send) (TcpCc *cc, int64_t in_flight, bool idle, Time now);
} TcpCcClass;

typedef struct
{
  int64_t acked;      /* bytes towards the next segment of growth */
  bool after_timeout; /* slow start over bytes that were sent before */
} TcpReno;

typedef struct
{
  int64_t w_max;  /* W_max; 0: none */
  int64_t prior;  /* cwnd_prior, before the last reduction */
  int64_t w_est;  /* what Reno would have */
  int64_t growth; /* of cwnd and W_est, not yet a whole byte */
  int64_t est_growth;
  Time k;        /* K */
  Time t;        /* in this stage of avoidance, app-limited time out */
  Time last;     /* ACK, or end of silence */
  bool in_stage; /* of congestion avoidance */
  bool after_timeout;
  TcpHystart hystart;
} TcpCubic;

typedef union
{
  TcpReno reno;
  TcpCubic cubic;
  TcpBbr bbr;
} TcpCcState;

struct TcpCc
{
  const TcpCcClass *class;
  int64_t mss;
  int64_t initial; /* initial window */
  int64_t cwnd, ssthresh;
  int64_t pacing_rate; /* bytes a second; 0: not paced */
  uint64_t luck;       /* seed of the algorithm's own draws */
  Time srtt;           /* of the handshake; 0: not known */
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

/* After a silence longer than an RTO nothing is known of the path any more
 * (RFC 5681 4.1): the window is at most the initial one again. */
void tcp_cc_restart (TcpCc *cc);

/* What ACK adds to cwnd in slow start, counting bytes (RFC 3465 2.2, 2.3): a
 * delayed ACK counts for both its segments, but not after a timeout, when it
 * may be for copies that had arrived before. */
int64_t tcp_cc_credit (const TcpCc *cc, const TcpAck *ack, bool after_timeout);

extern const TcpCcClass TCP_CC_RENO;  /* RFC 5681 */
extern const TcpCcClass TCP_CC_CUBIC; /* RFC 9438, RFC 9406 */
extern const TcpCcClass TCP_CC_BBR;   /* draft-ietf-ccwg-bbr */
