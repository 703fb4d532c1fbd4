// SPDX-License-Identifier: MIT
#include "stack/tcp_newreno.h"

#include <glib.h>

bool
tcp_newreno_on_duplicate (TcpNewreno *newreno,
                          TcpSent *sent,
                          int64_t mss,
                          bool recovering,
                          bool fresh,
                          const TcpAck *ack)
{
  if (sent->count == 0)
    return false;
  newreno->duplicates++;
  if (recovering)
    newreno->inflation += mss;
  if (recovering || !fresh || newreno->duplicates != TCP_DUP_THRESH)
    return false;
  tcp_sent_lose_first (sent, REPAIR_THIRD_DUPLICATE_ACK, ack->id);
  return true;
}

void
tcp_newreno_begin (TcpNewreno *newreno, int64_t mss)
{
  newreno->restarted = false;
  newreno->inflation = TCP_DUP_THRESH * mss;
}

/* RFC 6582 3.2 step 3: take back from the window what has left the network. */
bool
tcp_newreno_on_partial (TcpNewreno *newreno,
                        TcpSent *sent,
                        int64_t mss,
                        const TcpAck *ack)
{
  bool restart = !newreno->restarted;

  newreno->restarted = true;
  newreno->duplicates = 0;
  newreno->inflation -= ack->acked;
  if (ack->acked >= mss)
    newreno->inflation += mss;
  newreno->inflation = MAX (newreno->inflation, 0);
  tcp_sent_lose_first (sent, REPAIR_PARTIAL_ACK, ack->id);
  return restart;
}

int64_t
tcp_newreno_allowance (const TcpNewreno *newreno, int64_t mss, bool recovering)
{
  if (recovering)
    return newreno->inflation;
  return MIN (newreno->duplicates, TCP_DUP_THRESH - 1) * mss;
}
