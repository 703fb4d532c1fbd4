// SPDX-License-Identifier: MIT
/* Who reaches whom, and which way: shortest paths over the links of a
 * scenario, counted in hops; among equals the one whose links come first in
 * the file. Only routers pass packets on.
 *
 * Cost: one walk over all links for each host that is asked about; asking
 * again about the same host costs nothing. */
#pragma once

#include "sim/scenario.h"

typedef struct Topology Topology;

typedef struct
{
  unsigned hops;      /* 0: it cannot be reached, or is the host itself */
  unsigned interface; /* of the first link, counted in the host's links */
} TopologyWay;

typedef struct
{
  Address prefix; /* with zeros behind LENGTH bits */
  unsigned length;
  unsigned interface;
} TopologyRoute;

/* SCENARIO is borrowed, its hosts and links stay as they are. */
Topology *topology_new (const Scenario *scenario);
void topology_free (Topology *topology);

/* The ways from HOST, by host; they stay until the next call. */
const TopologyWay *topology_ways (Topology *topology, unsigned host);

/* What HOST needs to know besides the prefixes of its own addresses,
 * TopologyRoute, for g_array_unref. A host whose only neighbour is a router
 * sends it everything; all others know each prefix of the scenario, through
 * the nearest host that is in it, and each address that is elsewhere. */
GArray *topology_routes (Topology *topology, unsigned host);
