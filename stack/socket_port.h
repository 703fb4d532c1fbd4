// SPDX-License-Identifier: MIT
/* Who may use a port, and who gets what comes to it?
 *
 * Two bindings of a port meet when some packet would fit both: the same
 * address; a wildcard and an address of its family; :: (unless V6ONLY) and
 * anything. Bindings that meet exclude each other, but for these:
 *
 *   REUSEPORT on both, same OWNER: they share. Each new flow goes to one of
 *     them, by the keyed hash of its endpoints.
 *   REUSEADDR on both, streams: as long as the earlier one does not listen;
 *     so a server may start again while its old connections live or are in
 *     TIME-WAIT, and no two listeners ever meet (Linux's rule).
 *   REUSEADDR on both, datagrams: wildcard and address may live together,
 *     never the same address twice (BSD's rule: nobody steals).
 *
 * Among those that wait on a port the more specific binding gets the packet:
 * the address, then 0.0.0.0, then ::.
 *
 * Ephemeral ports are RFC 6056's algorithm 2, with a keyed hash for its luck:
 * where that of the pair and of how many were chosen before says, and from
 * there the first that nobody uses. So no port tells the next one, nor how many
 * were chosen for others. When all are in use, connect may share one with flows
 * to other peers. */
#pragma once

#include "stack/socket_table.h"

/* -EADDRINUSE, -EADDRNOTAVAIL (no ephemeral port is free). Port 0: any. */
int socket_port_bind (Socket *socket, const Endpoint *local);

/* For a socket that connects or sends without being bound. -EADDRNOTAVAIL;
 * when nothing is free a call looks at a few hundred ports, not at all. */
int socket_port_choose (Socket *socket,
                        const Endpoint *local,
                        const Endpoint *remote);

/* A connection that a listener makes uses its port. */
void socket_port_share (Socket *socket, const Socket *listener);

void socket_port_leave (Socket *socket);

/* Between these two socket->in_flows may change. */
void socket_port_leave_queue (Socket *socket);
void socket_port_enter_queue (Socket *socket);

/* Does no other listener get some of its packets? */
bool socket_port_may_listen (const Socket *socket);

/* The listener or unconnected datagram socket that a packet is for, or NULL. */
Socket *socket_port_find (const Stack *stack,
                          uint8_t protocol,
                          const Endpoint *local,
                          const Endpoint *remote);
