// SPDX-License-Identifier: MIT
/* BBRv3's state (draft-ietf-ccwg-bbr): a model of the path - how fast it
 * delivers, how long a trip over it takes without a queue, how much it can
 * hold - and the phase of the search that keeps the model true.
 *
 * tcp_bbr_model.c is what is known, tcp_bbr_probe.c the cycle that looks for
 * more bandwidth, tcp_cc_bbr.c the states around it and what follows from them
 * for window and pace. Rates are bytes a second. */
#pragma once

#include "stack/types.h"

#define TCP_BBR_UNBOUNDED INT64_MAX

typedef enum
{
  TCP_BBR_STARTUP,      /* doubles until it goes no faster */
  TCP_BBR_DRAIN,        /* empties the queue that this made */
  TCP_BBR_PROBE_DOWN,   /* slower than the model: gives room */
  TCP_BBR_PROBE_CRUISE, /* as fast */
  TCP_BBR_PROBE_REFILL, /* fills the pipe, without a queue */
  TCP_BBR_PROBE_UP,     /* faster: is there more? */
  TCP_BBR_PROBE_RTT     /* hardly anything in flight: how short is the trip? */
} TcpBbrState;

/* Which ACKs are about packets of a search for bandwidth? */
typedef enum
{
  TCP_BBR_ACKS_OTHER,
  TCP_BBR_ACKS_REFILLING,
  TCP_BBR_ACKS_STARTING, /* of UP: none yet */
  TCP_BBR_ACKS_FEEDBACK, /* these */
  TCP_BBR_ACKS_STOPPING  /* the last of them */
} TcpBbrAcks;

typedef struct
{
  TcpBbrState state;

  /* Rounds: one ends when a packet is acknowledged that left after it began. */
  int64_t delivered; /* TcpRate.delivered, as of the last ACK that told */
  int64_t round_end; /* of DELIVERED */
  int64_t rounds;
  bool round_start; /* the last ACK began one */

  /* The bandwidth: the most of this probing cycle and the one before. */
  int64_t bw_cycle[2];
  int64_t bw;            /* that, within the short-term bound */
  int64_t limited_until; /* samples of packets that left before DELIVERED was
                            that say too little: a window was forced down */

  /* The trip: the shortest of ten seconds, and of five. */
  Time min_rtt, min_rtt_at; /* TIME_NEVER: not known */
  Time probe_rtt_min, probe_rtt_min_at;
  bool probe_rtt_expired;

  /* Bounds: of the last search for bandwidth, and of the losses since. */
  int64_t inflight_longterm;
  int64_t inflight_shortterm, bw_shortterm;
  int64_t bw_latest, inflight_latest; /* the most in this round of losses */
  int64_t loss_round_end;             /* of DELIVERED */
  bool loss_round_start;
  bool round_lost_much; /* of the round before: more than 2 % */
  bool loss_in_round, mark_in_round;
  bool marked; /* since the last ACK */
  int64_t lost_in_round;
  unsigned loss_events; /* ACKs of this round that told of losses */

  /* ACKs that come in clumps need a window on top. */
  Time extra_from;
  int64_t extra_delivered; /* since then */
  int64_t extra[2];        /* the most of this span of rounds, and the last */
  int64_t extra_round;     /* when the span began */

  /* Is the pipe full? */
  int64_t full_bw;
  unsigned full_bw_count;
  bool full_bw_now, full_bw_reached;

  int64_t drain_round; /* when DRAIN began */

  /* The cycle that probes for bandwidth. */
  Time cycle_at; /* when it began, with DOWN */
  Time wait;     /* from then to the next REFILL */
  int64_t rounds_since_probe;
  TcpBbrAcks acks;
  bool probing_samples; /* losses now bound inflight_longterm */
  unsigned up_rounds;   /* of growth */
  int64_t up_count;     /* acknowledged bytes for each byte of growth */
  int64_t up_acked;

  /* PROBE_RTT */
  Time probe_rtt_done_at; /* TIME_NEVER: it is not small enough yet */
  bool probe_rtt_round_done;
  int64_t prior_cwnd; /* to come back to */

  int64_t recover;   /* offset where the repairs of a timeout end, or 0 */
  bool idle_restart; /* sending again after silence, nothing delivered yet */
} TcpBbr;
