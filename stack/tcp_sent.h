// SPDX-License-Identifier: MIT
/* What is in flight? The scoreboard of the segments between SND.UNA and
 * SND.NXT, in order of their offset, each with when, how often and under which
 * packet id it was sent last, and what became of it.
 *
 * Laws: the segments are contiguous, the first starts at UNA, the last ends at
 * NXT; each is believed to be in flight, or lost, or reported by SACK;
 * pipe = NXT - UNA - lost - sacked is what the network is believed to hold.
 * BLOCKS is the union of the reported segments; only whole segments ever are
 * (blocks are rounded inward), so that no peer makes us cut any (the class of
 * CVE-2019-11477).
 *
 * Acknowledging and sending cost O(1) amortised, a block O(log n) and what it
 * covers for the first time. */
#pragma once

#include "stack/ranges.h"
#include "stack/tcp_flight.h"

/* DupThresh: so many duplicate ACKs, or segments reported beyond a hole, mean
 * loss (RFC 5681 3.2, RFC 6675 2, RFC 8985 6.2). */
#define TCP_DUP_THRESH 3

typedef struct
{
  TcpSegment **items; /* a ring, its size a power of two */
  unsigned first, count, size;
  TcpFlight flight;
  TcpSegment *free;
  int64_t una, nxt;      /* SND.UNA, SND.NXT as offsets; SYN is 0 */
  int64_t lost;          /* bytes marked lost and not yet sent again */
  int64_t sacked;        /* bytes reported above UNA */
  unsigned sacked_count; /* segments */
  unsigned lost_from;    /* no segment before this one is lost */
  Ranges blocks;
  int64_t highest;      /* end of the highest byte known to have arrived */
  uint64_t turns;       /* transmissions so far */
  uint64_t repair_lost; /* turn of the newest repair that is itself lost */
  TcpRate rate;
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
  int64_t lost_late; /* by the reordering timer, since the ACK before this one;
                        no part of IN_FLIGHT any more */
  int64_t in_flight; /* pipe before it */
  int64_t flight;    /* FlightSize before it: SND.NXT - SND.UNA */
  Time rtt;          /* a valid sample (Karn, or by timestamp), or -1 */
  Time srtt;         /* with this sample in it; 0: none yet */
  Time min_rtt;      /* the least before it; 0: none yet */
  Time echo;         /* what it echoes left no later than that, or -1 */
  bool cwnd_limited; /* cwnd, not the application or the peer, held us */
  bool duplicate;    /* RFC 5681 2: no news, but something arrived there */
  bool recovering;   /* an episode of loss goes on: PRR owns the window */
  bool ece;          /* the peer saw a mark (RFC 3168 6.1.2) */
  bool reordered;    /* what was sent once came after what was sent later */
  bool repaired;     /* something that was sent again arrived */
  Range again;       /* D-SACK: what arrived once more (RFC 2883); or empty */
  uint64_t oldest_turn;  /* of the transmissions that arrived, or UINT64_MAX */
  uint64_t newest_turn;  /* of those that surely did, or 0 */
  Time newest_sent_at;   /* of NEWEST_TURN */
  uint64_t sampled_turn; /* of the segment that RTT is of */
  TcpRateSample rate;
} TcpAck;

/* At most BLOCKS_MAX holes are remembered. */
void tcp_sent_init (TcpSent *sent, unsigned blocks_max);
/* Nothing is in flight any more; UNA and NXT stay. */
void tcp_sent_clear (TcpSent *sent);

/* [nxt, end) has been sent under ID; NXT moves. */
void tcp_sent_add (TcpSent *sent, int64_t end, Time now, uint64_t id);

/* Everything below UNA is acknowledged (una <= nxt): segments go or shrink.
 * Fills ACK; its RTT is of the newest segment that was sent once, REPAIRED
 * says whether it may count. */
void tcp_sent_acknowledge (TcpSent *sent, int64_t una, TcpAck *ack);

/* The peer holds [start, end), una < end <= nxt. False: too many holes, it is
 * ignored from there on. */
bool tcp_sent_sack (TcpSent *sent, int64_t start, int64_t end, TcpAck *ack);

/* After a timeout nothing that was only reported counts (RFC 2018 8). */
void tcp_sent_forget_blocks (TcpSent *sent);

/* The oldest segment that is lost, or NULL. */
TcpSegment *tcp_sent_first_lost (TcpSent *sent);

/* It was sent again under ID, lost or not: now it is in flight. */
void
tcp_sent_repaired (TcpSent *sent, TcpSegment *segment, Time now, uint64_t id);

/* A segment in flight is lost. */
void tcp_sent_lose (TcpSent *sent,
                    TcpSegment *segment,
                    RepairCause cause,
                    uint64_t by);

/* Marks the oldest segment, or all, as lost; what was reported is not. */
void tcp_sent_lose_first (TcpSent *sent, RepairCause cause, uint64_t by);
void tcp_sent_lose_all (TcpSent *sent, RepairCause cause);

/* Marks those with more than LENGTH bytes of what lies below DATA_END (the FIN
 * beyond takes no room); false: there is none. */
bool tcp_sent_lose_larger (TcpSent *sent,
                           int64_t length,
                           int64_t data_end,
                           RepairCause cause,
                           uint64_t by);

/* Nothing was lost after all. */
void tcp_sent_find_all (TcpSent *sent);

/* Two segments instead of a lost one, the second from AT on; returns the
 * first. */
TcpSegment *tcp_sent_split (TcpSent *sent, TcpSegment *segment, int64_t at);

int64_t tcp_sent_pipe (const TcpSent *sent);

/* The oldest by offset, the last, or the N-th; or NULL. */
TcpSegment *tcp_sent_first (const TcpSent *sent);
TcpSegment *tcp_sent_last (const TcpSent *sent);
TcpSegment *tcp_sent_nth (const TcpSent *sent, unsigned n);

/* How many segments start below OFFSET. */
unsigned tcp_sent_count_below (const TcpSent *sent, int64_t offset);
