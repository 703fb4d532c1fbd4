// SPDX-License-Identifier: MIT
/* What is lost? Without SACK there are two witnesses: the third duplicate ACK
 * (RFC 5681 3.2, NewReno RFC 6582) and the retransmission timeout (RFC 6298
 * 5). They mark segments in TcpSent and tell TcpCc once per episode.
 *
 * NewReno in offsets: recovery begins when the third duplicate of an ACK above
 * RECOVER arrives and lasts until everything sent by then is acknowledged; an
 * ACK in between (partial) shows the next hole. INFLATION is what duplicate
 * ACKs add to the window, since each says that a segment has left. */
#pragma once

#include "stack/tcp_cc.h"

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
  bool recovering;
  bool repair_now; /* the window does not hold the next repair back */
  unsigned duplicates;
  int64_t recover; /* RFC 6582's variable, an offset */
  int64_t inflation;
  unsigned timeouts; /* in a row, against R2 */
  TcpPathState path;
  bool restarted; /* timer restarted by the first partial ACK */
} TcpLoss;

/* ACK carried no news (RFC 5681 2). */
void tcp_loss_on_duplicate (TcpLoss *loss,
                            TcpSent *sent,
                            TcpCc *cc,
                            const TcpAck *ack);

/* ACK moved SND.UNA. True: the retransmission timer restarts. */
bool
tcp_loss_on_ack (TcpLoss *loss, TcpSent *sent, TcpCc *cc, const TcpAck *ack);

/* The retransmission timer ran out. */
void tcp_loss_on_timeout (TcpLoss *loss,
                          TcpSent *sent,
                          TcpCc *cc,
                          const TcpAck *ack);

/* The path takes MSS now. Nothing of that is congestion: cwnd stays, and the
 * duplicate ACKs that follow mean nothing. */
void tcp_loss_on_too_big (
    TcpLoss *loss, TcpSent *sent, int64_t mss, int64_t data_end, uint64_t by);

/* Bytes that may be in flight beyond cwnd: inflation in recovery, limited
 * transmit before it (RFC 3042). */
int64_t tcp_loss_allowance (const TcpLoss *loss, int64_t mss);
