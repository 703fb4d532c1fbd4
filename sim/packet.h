// SPDX-License-Identifier: MIT
/* A packet on its way. It exists only here, where packets wait; the stack has
 * none. A Packet * parameter is consumed, a const Packet * is borrowed. */
#pragma once

#include "sim/flow.h"
#include "stack/timer_queue.h"

typedef struct Packet Packet;

struct Packet
{
  uint64_t id;     /* order of first leaving a stack: 1, 2, ...; copies share */
  uint64_t of;     /* id of the datagram's first fragment, or 0 */
  unsigned copy;   /* 1: the packet itself; 2, ...: its duplicates */
  unsigned stride; /* distance of the next duplicate's number */
  bool corrupted;
  Flow *flow;
  bool forward;       /* initiator > responder */
  Time sent;          /* when it entered the link it is on */
  unsigned lane;      /* its flow's on that link */
  unsigned overtaken; /* later packets of its flow that arrived before it */
  Timer timer;        /* place in a delay line */
  Packet *behind;     /* the next one in it, if they keep their order */
  Packet *previous, *next; /* of its lane, in the order of sending */
  uint32_t length;
  uint8_t bytes[];
};

/* Longer than any IP packet; times of packets of less than it at any rate fit
 * in Time. */
#define PACKET_LENGTH_END ((size_t) 1 << 24)

/* LENGTH is below PACKET_LENGTH_END. Allocation failure aborts. */
Packet *packet_new (const uint8_t *bytes, size_t length);
void packet_free (Packet *packet);

/* A duplicate with a number of its own: however often a packet and its
 * duplicates are duplicated, on whatever links, no two get the same (up to 30
 * times in a row). */
Packet *packet_copy (Packet *packet);

/* As a router that is ECN-capable: ECT(0) or ECT(1) becomes CE (RFC 3168 5).
 * False, and nothing changed: it is neither. */
bool packet_mark (Packet *packet);

/* CE: it met congestion before. */
bool packet_is_marked (const Packet *packet);

/* Flips one bit, counted from the highest of the first byte: 0, 1, ... */
void packet_flip (Packet *packet, uint64_t bit);
