// SPDX-License-Identifier: MIT
/* With which number does our stream begin, and our clock of timestamps? A
 * clock and a keyed hash of the pair (RFC 9293 3.4.1, RFC 7323 7.1). */
#include "stack/tcp.h"

/* Four microseconds. */
#define ISN_TICK (4 * MICROSECOND)

void
tcp_iss_choose (Tcp *tcp, Time now)
{
  const Stack *stack = tcp->stack;
  const FlowKey *key = &tcp->socket->key;

  tcp->send.iss =
      (uint32_t) (now / ISN_TICK)
      + (uint32_t) hash_bytes (&stack->isn_key, key, FLOW_KEY_BYTES);
  tcp->timestamps.offset =
      (uint32_t) hash_bytes (&stack->timestamp_key, key, FLOW_KEY_BYTES);
  tcp->send.has_iss = true;
  if (tcp->active)
    tcp->opened = now;
}

void
tcp_iss_recall (Tcp *tcp, Time now, uint32_t iss)
{
  tcp_iss_choose (tcp, now);
  tcp->send.iss = iss;
  tcp_sent_add (&tcp->sent, 1, now, 0);
  /* When it left is not known: no sample of the round trip (Karn). */
  tcp_sent_first (&tcp->sent)->transmissions++;
  tcp_receive_offer (&tcp->receive, tcp->send.mss, 0);
  tcp->timers.retransmit = now + tcp_rtt_timeout (&tcp->rtt);
}

void
tcp_iss_choose_above (Tcp *tcp, Time now, uint32_t above)
{
  tcp_iss_choose (tcp, now);
  if ((int32_t) (tcp->send.iss - above) <= 0)
    tcp->send.iss = above + UINT16_MAX;
}
