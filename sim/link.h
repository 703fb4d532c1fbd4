// SPDX-License-Identifier: MIT
/* One direction of a link: rules, then a chain of elements, then a delay line
 * that hands the packets to the node at the other end.
 *
 * A packet's fate is decided when it enters an element; elements that only
 * compute a time (rate, constant delay) pass packets on with a time in the
 * future, so a link has one pending event. Only an element that may change
 * the order (jitter, reorder) followed by others holds packets itself, so that
 * those see them in the order in which they come.
 *
 * Accounts close: sent + duplicated = delivered + dropped + in flight. */
#pragma once

#include "sim/element_spec.h"
#include "sim/network.h"

/* From interface FROM_INTERFACE of FROM to TO_INTERFACE of TO; appended to
 * FROM->out. Both directions of a cable are two links. */
Link *link_new (Network *network, Node *from, Node *to, unsigned to_interface);
void link_free (Link *link);

/* "alice>bob" */
const char *link_name (const Link *link);
Node *link_to (const Link *link);

/* Replaces the chain; packets inside keep their fate, and the elements count
 * on where those of the same kind stood. */
void link_set_chain (Link *link, const ChainSpec *chain);

/* Changes the elements named in CHAIN where they stand. False and *MISSING
 * (borrowed) set: the chain has no such element; nothing was changed. */
bool link_change (Link *link, const ChainSpec *chain, const char **missing);

/* A link that is down drops what is sent ("dropped by=down") before any rule
 * counts it. */
void link_set_up (Link *link, bool up);

/* Rules act before the chain in the order of adding; the first that fires
 * wins. False: MATCH is no BPF expression, *ERROR says why. */
bool link_add_rule (Link *link, const RuleSpec *rule, GError **error);

/* Consumes PACKET. */
void link_send (Link *link, Packet *packet, Time now);

typedef struct
{
  uint64_t sent, duplicated, delivered, dropped, in_flight;
  uint64_t bytes_sent, bytes_delivered;
} LinkAccount;

void link_account (const Link *link, LinkAccount *account);

/* What follows is for elements only. */

Network *link_network (const Link *link);

/* Emits EVENT with link, packet and flow filled in, at the present time. */
void link_emit (Link *link, const Packet *packet, Event *event);

/* The packet ends here: emits EVENT, DROPPED, and frees the packet. */
void link_drop (Link *link, Packet *packet, Event *event);

/* A duplicate that enters the link here; emits EVENT, DUPLICATED, with the
 * number of the copy added. */
Packet *link_duplicate (Link *link, Packet *packet, Event *event);

/* The end of the chain: the packet arrives at AT. Consumes it. */
void link_deliver (Link *link, Packet *packet, Time at);
