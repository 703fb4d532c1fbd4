// SPDX-License-Identifier: MIT
/* A sender with congestion control and pace on a small model of a path: a
 * bottleneck with a queue of bounded length, a round trip around it, losses
 * and marks at random. Every packet has its own ACK, so what is lost is known
 * with the next one that is not; nothing is sent again, it is only counted. */
#pragma once

#include "stack/tcp_cc.h"
#include "stack/tcp_pace.h"
#include "tests/unit/luck.h"

#define PATH_MSS 1000

typedef struct
{
  TcpRateStamp stamp;
  Time sent_at, back_at; /* TIME_NEVER: lost */
  bool marked;
} PathPacket;

typedef struct
{
  /* The path; may be changed at any time. */
  int64_t rate; /* bytes a second */
  Time trip;
  int64_t queue_max; /* bytes */
  unsigned loss_ppm, mark_ppm;
  int64_t mark_above; /* bytes in the queue from which on all are marked */
  Time clump;         /* ACKs come at multiples of it only; 0: at once */
  int64_t to_send;    /* what the application still has; INT64_MAX: always */

  /* The sender. */
  TcpCc cc;
  TcpPace pace;
  TcpRate sampler;
  Time now, srtt, min_rtt;
  int64_t in_flight, recover, marked_until;
  bool recovering, cwnd_limited;

  GArray *packets; /* PathPacket, in flight from FIRST on */
  guint first;
  Time free_at; /* the bottleneck's */
  Luck luck;

  /* What was seen. */
  TcpAck ack; /* the last one */
  int64_t sent, delivered, lost;
  int64_t queue_most, queue_least; /* since path_watch */
  int64_t flight_most;
  unsigned burst, burst_most; /* packets that left at one instant */
  Time burst_at;
} Path;

/* 10 Mbit/s, 40 ms, a queue of four times what that holds. */
void path_init (Path *path, const TcpCcClass *class);
/* BBR, 100 Mbit/s, 100 ms: 1250 packets, and a queue for three times as many.
 */
void path_init_large (Path *path);
void path_clear (Path *path);

/* One thing happens: an ACK comes, or a packet leaves. False: nothing will. */
bool path_step (Path *path, Time until);
void path_run (Path *path, Time time);

const TcpBbr *path_bbr (const Path *path);
/* Until BBR enters STATE, once more if it is in it; false: not in TIME. */
bool path_reach (Path *path, TcpBbrState state, Time time);

/* Forgets the extremes seen so far. */
void path_watch (Path *path);

/* Bytes in the bottleneck's queue. */
int64_t path_queue (const Path *path);
/* What the path holds without a queue. */
int64_t path_bdp (const Path *path);
/* Share of the bottleneck's rate that arrived in TIME from now on, percent. */
int path_use (Path *path, Time time);
