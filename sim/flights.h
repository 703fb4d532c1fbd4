// SPDX-License-Identifier: MIT
/* The packets on one link, flow by flow, in the order in which they were sent,
 * and who overtakes whom (RFC 4737: a packet is reordered when one that was
 * sent later arrived earlier).
 *
 * Each flow that is seen on the link has, for each direction, a lane: a small
 * number of its own, by which the link's elements keep what they know about
 * it. Memory is for flows that were seen here, not for all there are.
 *
 * Duplicates neither overtake nor are overtaken. Adding and removing are O(1);
 * arriving costs one step for each packet that is overtaken. */
#pragma once

#include "sim/packet.h"
#include <glib.h>

typedef struct
{
  GHashTable *lanes; /* flow index * 2 + direction > lane + 1 */
  GArray *lists;     /* by lane */
} Flights;

void flights_init (Flights *flights);
void flights_clear (Flights *flights);

/* A packet is sent: gives it its lane. */
void flights_add (Flights *flights, Packet *packet);

/* It arrives, and overtakes those that were sent before it. */
void flights_arrive (Flights *flights, Packet *packet);

/* It is lost. */
void flights_remove (Flights *flights, Packet *packet);
