// SPDX-License-Identifier: MIT
#include "stack/tcp_loss.h"

#include <glib.h>

#define DUPLICATES_MEAN_LOSS 3

static void
begin_recovery (TcpLoss *loss, TcpSent *sent, TcpCc *cc, const TcpAck *ack)
{
  TcpAck sign = *ack;

  /* What limited transmit sent beyond cwnd does not count (RFC 3042 2). */
  sign.flight = MIN (sent->nxt - sent->una, cc->cwnd);
  cc->class->on_congestion (cc, &sign, TCP_SIGN_LOSS);
  loss->recovering = true;
  loss->restarted = false;
  loss->recover = sent->nxt;
  loss->inflation = DUPLICATES_MEAN_LOSS * cc->mss;
  loss->repair_now = true;
  tcp_sent_lose_first (sent, REPAIR_THIRD_DUPLICATE_ACK, ack->id);
}

void
tcp_loss_on_duplicate (TcpLoss *loss,
                       TcpSent *sent,
                       TcpCc *cc,
                       const TcpAck *ack)
{
  loss->duplicates++;
  if (loss->recovering)
    loss->inflation += cc->mss;
  else if (loss->duplicates == DUPLICATES_MEAN_LOSS
           && sent->una > loss->recover)
    begin_recovery (loss, sent, cc, ack);
}

/* RFC 6582 3.2 step 3: the segment after what was just acknowledged is lost
 * too; take back from the window what has left the network. */
static bool
on_partial_ack (TcpLoss *loss, TcpSent *sent, TcpCc *cc, const TcpAck *ack)
{
  bool restart = !loss->restarted;

  loss->restarted = true;
  loss->inflation -= ack->acked;
  if (ack->acked >= cc->mss)
    loss->inflation += cc->mss;
  loss->inflation = MAX (loss->inflation, 0);
  loss->repair_now = true;
  tcp_sent_lose_first (sent, REPAIR_PARTIAL_ACK, ack->id);
  return restart;
}

bool
tcp_loss_on_ack (TcpLoss *loss, TcpSent *sent, TcpCc *cc, const TcpAck *ack)
{
  loss->timeouts = 0;
  loss->duplicates = 0;
  loss->path = TCP_PATH_KNOWN;
  if (loss->recovering && sent->una < loss->recover)
    return on_partial_ack (loss, sent, cc, ack);
  if (!loss->recovering)
    cc->class->on_ack (cc, ack);
  loss->recovering = false;
  loss->inflation = 0;
  return true;
}

void
tcp_loss_on_timeout (TcpLoss *loss, TcpSent *sent, TcpCc *cc, const TcpAck *ack)
{
  /* Only the first timeout of a segment halves (RFC 5681 3.1). */
  if (loss->timeouts == 0)
    cc->class->on_timeout (cc, ack);
  else
    cc->cwnd = cc->mss;
  loss->timeouts++;
  loss->path = TCP_PATH_KNOWN;
  loss->recovering = false;
  loss->duplicates = 0;
  loss->inflation = 0;
  loss->recover = sent->nxt;
  loss->repair_now = true;
  tcp_sent_lose_all (sent, REPAIR_RTO);
}

void
tcp_loss_on_too_big (
    TcpLoss *loss, TcpSent *sent, int64_t mss, int64_t data_end, uint64_t by)
{
  if (!tcp_sent_lose_larger (sent, mss, data_end, REPAIR_TOO_BIG, by))
    return;
  loss->recovering = false;
  loss->duplicates = 0;
  loss->inflation = 0;
  loss->recover = sent->nxt;
  loss->repair_now = true;
  loss->path = TCP_PATH_SHRUNK;
}

int64_t
tcp_loss_allowance (const TcpLoss *loss, int64_t mss)
{
  if (loss->recovering)
    return loss->inflation;
  return MIN (loss->duplicates, DUPLICATES_MEAN_LOSS - 1) * mss;
}
