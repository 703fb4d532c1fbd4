// SPDX-License-Identifier: MIT
/* Packets that wait for their time: released in the order (time, order of
 * entering), whatever order they were added in. One event stands for all of
 * them. Adding and releasing cost O(1) as long as nobody overtakes, O(log n)
 * for those that do. */
#pragma once

#include "sim/packet.h"
#include "sim/sim.h"

typedef struct
{
  Packet *first, *last; /* by Packet.behind: each no earlier than the one before
                           it when it came */
  TimerQueue early;     /* Packet.timer: those that were */
  Sim *sim;
  SimTimer timer; /* the first packet's */
  void (*release) (void *owner, Packet *packet, Time now);
  void *owner;
} DelayLine;

/* RELEASE consumes the packet; it may add others. */
void delay_line_init (DelayLine *line,
                      Sim *sim,
                      void (*release) (void *owner, Packet *packet, Time now),
                      void *owner);

/* Frees the packets that wait. */
void delay_line_clear (DelayLine *line);

/* Consumes PACKET. */
void delay_line_add (DelayLine *line, Packet *packet, Time at);

bool delay_line_is_empty (const DelayLine *line);
