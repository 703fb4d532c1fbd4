// SPDX-License-Identifier: MIT
#include "stack/tcp_tlp.h"

#include <glib.h>

#define TIMEOUT_UNKNOWN SECOND
/* As Linux: the ends of a short path need some time, too. */
#define TIMEOUT_MIN (2 * MILLISECOND)
/* How long a peer may keep an ACK back that is for one segment. */
#define ACK_DELAY_MAX (40 * MILLISECOND)

Time
tcp_tlp_timeout (Time srtt, bool alone)
{
  if (srtt == 0)
    return TIMEOUT_UNKNOWN;
  return MAX (2 * srtt, TIMEOUT_MIN) + (alone ? ACK_DELAY_MAX : 0);
}

bool
tcp_tlp_may_probe (const TcpTlp *tlp)
{
  return !tlp->out && !tlp->unheard;
}

void
tcp_tlp_on_send (TcpTlp *tlp, int64_t end, bool repair)
{
  *tlp = (TcpTlp){ .out = true, .repair = repair, .unheard = true, .end = end };
}

/* Did the copy arrive after the original? A D-SACK, or without one a bare
 * duplicate ACK, says so. */
static bool
was_for_nothing (const TcpTlp *tlp, const TcpAck *ack)
{
  if (ack->again.start < ack->again.end)
    return ack->again.end == tlp->end;
  return ack->duplicate && ack->sacked == 0;
}

bool
tcp_tlp_on_ack (TcpTlp *tlp, const TcpAck *ack)
{
  if (ack->rtt >= 0)
    tlp->unheard = false;
  if (ack->acked > 0)
    tlp->due = false;
  if (!tlp->out || ack->una < tlp->end)
    return false;
  if (!tlp->repair || was_for_nothing (tlp, ack))
    {
      tlp->out = false;
      return false;
    }
  if (ack->una == tlp->end)
    return false;
  tlp->out = false;
  return true;
}
