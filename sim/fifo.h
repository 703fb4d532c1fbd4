// SPDX-License-Identifier: MIT
/* Packets that wait in the order in which they came, each with the time when
 * it came. A zeroed Fifo is empty. O(1) amortised. */
#pragma once

#include "sim/packet.h"

typedef struct
{
  Packet *packet;
  Time since;
} FifoPlace;

typedef struct
{
  FifoPlace *ring;
  size_t first, count, size; /* size: a power of 2, or 0 */
  uint64_t bytes;            /* of the packets inside */
} Fifo;

/* Frees the packets inside, too. */
void fifo_clear (Fifo *fifo);

/* Consumes PACKET. */
void fifo_add (Fifo *fifo, Packet *packet, Time now);

/* The oldest packet and since when it waits (unless SINCE is NULL), or NULL. */
Packet *fifo_take (Fifo *fifo, Time *since);
