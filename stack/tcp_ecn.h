// SPDX-License-Identifier: MIT
/* What do the ECN bits say, and to whom? RFC 3168: routers mark instead of
 * dropping, the receiver echoes it, the sender slows down and confirms.
 *
 *   sender                  router                 receiver
 *     data, ECT(0) ---------> full: CE ------------> data, CE
 *     ACK, ECE <------------------------------------ ACK, ECE
 *     halves its window                                (every ACK)
 *     new data, CWR --------------------------------> echoes no more
 *
 * Laws: only new data is ECT(0), never a SYN, a pure ACK, a copy, a window
 * probe or an RST; ECE counts once until the segment with CWR that answered it
 * is acknowledged, which takes a round trip. TcpAgreed.ecn says that both ends
 * take part; before the peer's SYN is here, that we offer it. */
#pragma once

#include "stack/tcp_options.h"
#include "stack/tcp_sent.h"
#include "stack/wire_ip.h"

typedef struct Tcp Tcp;

typedef struct
{
  unsigned offers;   /* SYNs that asked for ECN */
  bool echo;         /* a mark came, and no CWR since */
  bool reduced;      /* the next new data must have CWR */
  int64_t confirmed; /* offset after the last segment that had it */
  int64_t cwnd;      /* when anything left last */
  unsigned waits;    /* in a row, because cwnd can be no smaller */
  Time wait_until;   /* if so: no new data before */
} TcpEcnState;

/* Of who connects (ACTIVE), or of who may have to answer. */
void
tcp_ecn_offer (TcpAgreed *agreed, const TcpSettings *settings, bool active);

/* The peer's SYN or SYN-ACK. */
void tcp_ecn_agree (TcpAgreed *agreed, const TcpHeader *syn);

/* Our SYN was refused, perhaps for its flags (6.1.1.1). True: try again, now
 * without them. */
bool tcp_ecn_refused (Tcp *tcp);

/* Flags and codepoint of a segment that leaves; FRESH: [start, end) is new
 * data and no probe. */
void tcp_ecn_put_syn (Tcp *tcp, TcpHeader *syn);
void tcp_ecn_put (
    Tcp *tcp, bool fresh, int64_t end, TcpHeader *header, IpHeader *ip);

/* New data has arrived in a packet with CODEPOINT. */
void tcp_ecn_take (Tcp *tcp, unsigned codepoint, const TcpHeader *header);

/* An ACK, after all that it told has been processed. */
void tcp_ecn_on_ack (Tcp *tcp, const TcpAck *ack);

/* May new data leave now? False: the timer is armed for when it may. */
bool tcp_ecn_allows (Tcp *tcp, Time now);
