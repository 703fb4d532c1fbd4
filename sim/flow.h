// SPDX-License-Identifier: MIT
/* Whose packet is it? Flows as the simulator sees them on the wire.
 *
 * Identity, on which all fates hang: (protocol, initiator's address,
 * responder's address and port, k-th such flow), for ICMP and later fragments
 * (protocol, addresses). The initiator's ephemeral port is not part of it, so
 * the same program meets the same luck with another port. */
#pragma once

#include "stack/types.h"
#include <glib.h>

typedef struct
{
  unsigned index; /* 0, 1, ... in order of appearance */
  uint8_t protocol;
  Endpoint initiator, responder;
  unsigned k;        /* 1, 2, ...: k-th flow of this identity */
  uint64_t identity; /* hash of all that fates may depend on */
  uint32_t isn;      /* TCP: initiator's initial sequence number */
  uint32_t isn_peer; /* TCP: responder's, once has_isn_peer */
  bool has_isn, has_isn_peer;
  char *name; /* "tcp alice:49152>bob:7777", hosts by name */
} Flow;

typedef struct FlowTable FlowTable;

/* Names an address for Flow.name; NULL: print the address. */
typedef const char *(*FlowNamer) (void *data, const Address *address);

FlowTable *flow_table_new (FlowNamer namer, void *data);
void flow_table_free (FlowTable *table);

/* The flow of a packet, made on first sight. *FORWARD: does it go from the
 * initiator to the responder? Anything, however malformed, has a flow. A SYN
 * with another ISN on a known pair of endpoints begins the next k. */
Flow *flow_table_classify (FlowTable *table,
                           const uint8_t *packet,
                           size_t length,
                           bool *forward);

/* The newest flow between two endpoints, either way round, or NULL. */
Flow *flow_table_find (const FlowTable *table,
                       uint8_t protocol,
                       const Endpoint *a,
                       const Endpoint *b);

/* The newest flow between two ends, or a new one before its first packet: an
 * app has sent, the packet is on its way through the stack. UDP only: a TCP
 * flow begins with its SYN. */
Flow *flow_table_open (FlowTable *table,
                       uint8_t protocol,
                       const Endpoint *initiator,
                       const Endpoint *responder);

unsigned flow_table_count (const FlowTable *table);
Flow *flow_table_nth (const FlowTable *table, unsigned index);
