// SPDX-License-Identifier: MIT
/* What is in flight? The segments between SND.UNA and SND.NXT, in order of
 * their offset, each with when, how often and under which packet id it was
 * sent last, and whether it is known to be lost.
 *
 * Law: the segments are contiguous, the first starts at UNA, the last ends at
 * NXT; pipe = NXT - UNA - lost is what the network is believed to hold.
 * Acknowledging and sending cost O(1) amortised. */
#pragma once

#include "stack/stack.h"
#include "stack/tcp_rate.h"

typedef struct
{
  int64_t start, end;
  Time sent_at;
  uint64_t id; /* StackOut.id of the last transmission */
  unsigned transmissions;
  bool lost;         /* to be sent again */
  RepairCause cause; /* why it is lost */
  uint64_t lost_by;  /* StackIn.id of the packet that told, or 0 */
} TcpSegment;

typedef struct
{
  TcpSegment *items; /* a ring, its size a power of two */
  unsigned first, count, size;
  int64_t una, nxt;   /* SND.UNA, SND.NXT as offsets; SYN is 0 */
  int64_t lost;       /* bytes marked lost and not yet sent again */
  unsigned lost_from; /* no segment before this one is lost */
} TcpSent;

/* What one ACK told; filled once, read by rtt, loss and cc. Bytes. */
typedef struct
{
  Time now;
  uint64_t id;       /* StackIn.id of the packet */
  int64_t una, nxt;  /* SND.UNA after it, SND.NXT */
  int64_t acked;     /* by how much SND.UNA moved */
  int64_t sacked;    /* newly reported to have arrived above it */
  int64_t delivered; /* known to have arrived now and not before: ACKED less
                        what had been reported, plus SACKED */
  int64_t lost;      /* newly believed to be lost */
  int64_t in_flight; /* pipe before it */
  int64_t flight;    /* FlightSize before it: SND.NXT - SND.UNA */
  Time rtt;          /* a valid sample (Karn, or by timestamp), or -1 */
  Time srtt;         /* with this sample in it; 0: none yet */
  bool cwnd_limited; /* cwnd, not the application or the peer, held us */
  bool duplicate;    /* RFC 5681 2: no news, but something arrived there */
  bool recovering;   /* an episode of loss goes on: PRR owns the window */
  bool ece;          /* the peer saw a mark (RFC 3168 6.1.2) */
  TcpRateSample rate;
} TcpAck;

void tcp_sent_clear (TcpSent *sent);

/* [nxt, end) has been sent under ID; NXT moves. */
void tcp_sent_add (TcpSent *sent, int64_t end, Time now, uint64_t id);

/* Everything below UNA is acknowledged (una <= nxt): segments go or shrink.
 * Sets acked and rtt of ACK: the newest segment that was sent once, unless a
 * repaired one went with it, whose copy may be the one that arrived. */
void tcp_sent_acknowledge (TcpSent *sent, int64_t una, TcpAck *ack);

/* The oldest segment that is lost, or NULL. */
TcpSegment *tcp_sent_first_lost (TcpSent *sent);

/* It was sent again under ID: no longer lost. */
void
tcp_sent_repaired (TcpSent *sent, TcpSegment *segment, Time now, uint64_t id);

/* Marks the oldest segment, or all, as lost. */
void tcp_sent_lose_first (TcpSent *sent, RepairCause cause, uint64_t by);
void tcp_sent_lose_all (TcpSent *sent, RepairCause cause);

/* Marks those with more than LENGTH bytes of what lies below DATA_END (the FIN
 * beyond takes no room); false: there is none. */
bool tcp_sent_lose_larger (TcpSent *sent,
                           int64_t length,
                           int64_t data_end,
                           RepairCause cause,
                           uint64_t by);

/* Two segments instead of one, the second from AT on; returns the first. */
TcpSegment *tcp_sent_split (TcpSent *sent, TcpSegment *segment, int64_t at);

int64_t tcp_sent_pipe (const TcpSent *sent);

/* The oldest in flight, or NULL. */
TcpSegment *tcp_sent_first (TcpSent *sent);
