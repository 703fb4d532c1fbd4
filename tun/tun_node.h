// SPDX-License-Identifier: MIT
/* The real kernel as a node of the network: what comes out of its TUN devices
 * gets an id and goes the way of every packet, what is delivered is written to
 * them. Device 0 is interface 0, and so on.
 *
 * Packets that are not for an address of the scenario (neighbours sought,
 * multicast groups joined) are counted and go no further. */
#pragma once

#include "sim/network.h"
#include "tun/live.h"

/* TUNS are borrowed and outlive the network. */
Node *tun_node_new (Network *network,
                    const char *name,
                    Live *live,
                    const int *tuns,
                    unsigned count);

/* Emits "counter": what was ignored, if anything was. */
void tun_node_report (Node *node, Time now);
