// SPDX-License-Identifier: MIT
/* What is lost, and what follows from that? One of three witnesses marks
 * segments in TcpSent - time (tcp_rack), counted SACK blocks (tcp_count) or
 * duplicate ACKs (tcp_newreno) - and the retransmission timer in any case
 * (RFC 6298 5). Here they are made into episodes:
 *
 *            loss: on_congestion                 timer: on_timeout
 *   CALM ------------------------> RECOVERY ----------------------> TIMEOUT
 *    ^  \------------------------------------ timer ------------------^  |
 *    |         UNA >= RECOVER          |                                 |
 *    +---------------------------------+---------------------------------+
 *
 * In an episode everything sent before it began is repaired, and TcpCc has
 * been told once: again only when a repair is itself lost (RFC 5681 4.3). What
 * was for nothing is taken back (tcp_undo), what the tail hid is asked for
 * (tcp_tlp), how much leaves in between is tcp_prr's. A segment that only
 * asked for the size of the path is no loss (tcp_probe). */
#pragma once

#include "stack/tcp_cc.h"
#include "stack/tcp_count.h"
#include "stack/tcp_newreno.h"
#include "stack/tcp_probe.h"
#include "stack/tcp_prr.h"
#include "stack/tcp_rack.h"
#include "stack/tcp_tlp.h"
#include "stack/tcp_undo.h"

typedef enum
{
  TCP_WITNESS_DUPLICATES, /* no SACK */
  TCP_WITNESS_COUNT,      /* SACK, `rack off` */
  TCP_WITNESS_TIME
} TcpWitness;

typedef enum
{
  TCP_EPISODE_CALM,
  TCP_EPISODE_RECOVERY,
  TCP_EPISODE_TIMEOUT
} TcpEpisode;

/* After the path shrank: one segment goes, the others when it has arrived
 * (RFC 1191 6.4). */
typedef enum
{
  TCP_PATH_KNOWN,
  TCP_PATH_SHRUNK,
  TCP_PATH_TRIED
} TcpPathState;

typedef struct
{
  TcpWitness witness;
  TcpEpisode episode;
  bool repair_now;   /* the window does not hold the next repair back */
  int64_t recover;   /* RFC 6582's variable, RecoveryPoint; an offset */
  uint64_t reduced;  /* transmissions before the window last was */
  unsigned timeouts; /* in a row, against R2 */
  TcpPathState path;
  int64_t untold; /* bytes that the reordering timer found lost since an ACK */
  TcpNewreno newreno;
  TcpCount count;
  TcpRack rack;
  TcpTlp tlp;
  TcpPrr prr;
  TcpUndo undo;
  TcpProbe probe;
} TcpLoss;

/* ACK told something, or repeats the one before. Fills its LOST and
 * RECOVERING; sets cwnd. True: the retransmission timer restarts. */
bool tcp_loss_on_ack (TcpLoss *loss, TcpSent *sent, TcpCc *cc, TcpAck *ack);

/* The retransmission timer ran out. */
void tcp_loss_on_timeout (TcpLoss *loss, TcpSent *sent, TcpCc *cc, TcpAck *ack);

/* The reordering timer ran out (RFC 8985 6.2 step 5). */
void
tcp_loss_on_reordering (TcpLoss *loss, TcpSent *sent, TcpCc *cc, TcpAck *ack);

/* The path takes MSS now. Nothing of that is congestion: cwnd stays, and the
 * duplicate ACKs that follow mean nothing. */
void tcp_loss_on_too_big (
    TcpLoss *loss, TcpSent *sent, int64_t mss, int64_t data_end, uint64_t by);

/* LENGTH bytes leave; the first repair of an episode is one REPAIR. */
void tcp_loss_on_send (TcpLoss *loss, int64_t length);

/* Would the timer of a tail loss probe make sense (RFC 8985 7.2)? */
bool tcp_loss_may_probe (const TcpLoss *loss, const TcpSent *sent);

/* Bytes that may be in flight beyond cwnd. */
int64_t tcp_loss_allowance (const TcpLoss *loss, int64_t mss);
