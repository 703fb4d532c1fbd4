// SPDX-License-Identifier: MIT
/* Has the tail of a flight been lost, of which no ACK could ever tell? RFC
 * 8985 7: two round trips after the last ACK one probe goes out, new data if
 * there is any, else the last segment once more, whose ACK shows what is
 * missing. If the probe itself repaired the only loss, that is learnt from
 * what is acknowledged next: one response to congestion is owed. */
#pragma once

#include "stack/tcp_sent.h"

typedef struct
{
  bool due;     /* the timer ran out: the probe is to be sent */
  bool out;     /* a probe is in flight */
  bool repair;  /* it was a copy */
  bool unheard; /* no sample of the round trip since the last probe */
  int64_t end;  /* TLP.end_seq: SND.NXT when it left */
} TcpTlp;

/* How long after the last news: SRTT 0 is unknown; ALONE: one segment is in
 * flight, whose ACK the peer may delay (7.2). */
Time tcp_tlp_timeout (Time srtt, bool alone);

/* Not while another probe is out, nor when nothing was heard since the last
 * one (7.3). */
bool tcp_tlp_may_probe (const TcpTlp *tlp);

/* The probe left, the last byte in flight is before END. */
void tcp_tlp_on_send (TcpTlp *tlp, int64_t end, bool repair);

/* True: the probe repaired a loss that nobody had noticed (7.4). */
bool tcp_tlp_on_ack (TcpTlp *tlp, const TcpAck *ack);
