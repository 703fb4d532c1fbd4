// SPDX-License-Identifier: MIT
/* A packet on its way. It exists only here, where packets wait; the stack has
 * none. A Packet * parameter is consumed, a const Packet * is borrowed. */
#pragma once

#include "sim/flow.h"
#include "stack/timer_queue.h"

typedef struct Packet Packet;

struct Packet
{
  uint64_t id;   /* order of first leaving a stack: 1, 2, ...; copies share */
  unsigned copy; /* 1: the packet itself; 2: its duplicate */
  bool corrupted;
  Flow *flow;
  bool forward;       /* initiator > responder */
  Time sent;          /* when it entered the link it is on */
  unsigned overtaken; /* later packets of its flow that arrived before it */
  Timer timer;        /* place in a delay line */
  Packet *previous, *next; /* neighbours in flight, in order of sending */
  uint32_t length;
  uint8_t bytes[];
};

/* Packets come from a free list by size class; allocation failure aborts. */
Packet *packet_new (const uint8_t *bytes, size_t length);
Packet *packet_copy (const Packet *packet);
void packet_free (Packet *packet);
