// SPDX-License-Identifier: MIT
/* One run's world: nodes, links, flows, the clock, and whoever watches.
 *
 *   app > socket > stack > node_send > link: rules, chain > node receive
 *
 * Everything that happens passes network_emit. Nodes, links and sinks are
 * visited in the order of adding. */
#pragma once

#include "sim/event.h"
#include "sim/random.h"
#include "sim/sim.h"
#include <glib.h>

typedef struct Network Network;
typedef struct Node Node;
typedef struct Link Link; /* one direction; see sim/link.h */

typedef struct
{
  /* Consumes PACKET, which came in over INTERFACE. */
  void (*receive) (Node *node, unsigned interface, Packet *packet, Time now);
  /* Will it still send without being asked? */
  bool (*busy) (const Node *node);
  /* Frees the node, but for what network_add_node made. NULL: g_free. */
  void (*free) (Node *node);
} NodeClass;

/* A host, a router, or the kernel behind a TUN device; embedded first. */
struct Node
{
  const NodeClass *class;
  Network *network;
  char *name;
  unsigned index;
  GPtrArray *out; /* Link *: by interface number, the way out */
};

struct Network
{
  Sim sim;
  RandomKey key;
  FlowTable *flows;
  GPtrArray *nodes; /* Node *, owned */
  GPtrArray *links; /* Link *, owned */
  GArray *sinks;    /* EventSink */
  bool wants_calls; /* one of the sinks does */
  bool wants_metrics;
  GHashTable *names;   /* Address * > Node *, for the names of flows */
  uint64_t packets;    /* last packet id given */
  uint64_t in_transit; /* packets on all links */
};

Network *network_new (uint64_t seed);
void network_free (Network *network);

void network_add_sink (Network *network, EventSink sink);
void network_emit (Network *network, const Event *event);

/* Takes ownership, also of the name; NODE's class and name are set. */
void network_add_node (Network *network, Node *node);
Node *network_find_node (const Network *network, const char *name);

/* Tells flows how to call an address. */
void network_name_address (Network *network,
                           const Address *address,
                           const Node *node);

/* The next packet id. */
uint64_t network_next_packet (Network *network);

/* Classifies the packet unless it has a flow already (a router's, which may be
 * corrupted), emits "sent" and puts it on the link of INTERFACE; consumes it.
 * The packet has its id. RETRANSMITTED, if not NULL, is emitted
 * right after "sent" with packet, flow and link filled in: what the stack says
 * about the packet. */
void node_send (Node *node,
                unsigned interface,
                Packet *packet,
                Time now,
                Event *retransmitted);

/* No packet on a link and no node busy. */
bool network_quiet (const Network *network);
