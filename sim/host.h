// SPDX-License-Identifier: MIT
/* A host or router of the scenario: our stack, its interfaces, the apps on it.
 * What a router passes on stays the same packet. It is the
 * driver of stack.h in virtual time: what comes in goes to the stack, the apps
 * react, what the stack then has to send leaves, and one timer stands for the
 * stack's next deadline. */
#pragma once

#include "sim/network.h"
#include "sim/scenario.h"
#include "stack/socket.h"

typedef struct Host Host;
typedef struct App App;

/* The stack's secret comes from the network's key, and with it from the seed,
 * unless SCENARIO brings one: what is guessable belongs in no live network. */
Host *host_new (Network *network, const ScenarioHost *scenario);

/* Interfaces must be added in the order of the node's links. */
void host_add_interface (Host *host,
                         unsigned mtu,
                         const ScenarioAddress *addresses,
                         unsigned count);

Host *host_from_node (Node *node); /* NULL: not one of ours */
Stack *host_stack (Host *host);
Node *host_node (Host *host);

/* Apps call this after any socket call made outside of their own callbacks. */
void host_pump (Host *host, Time now);

/* From now on APP hears of SOCKET (accepted ones too). */
void host_watch (Host *host, int socket, App *app);
void host_unwatch (Host *host, int socket);

/* The newest flow between two ends as a socket knows them: LOCAL may be a
 * wildcard. NULL: none was seen yet. */
Flow *host_find_flow (Host *host,
                      uint8_t protocol,
                      const Endpoint *local,
                      const Endpoint *remote);
