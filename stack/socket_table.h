// SPDX-License-Identifier: MIT
/* Which socket is it? Handles, ports and flows.
 *
 * A handle is slot and generation. A packet finds its socket in two steps:
 * the flow table knows every connected pair of endpoints (one look-up with a
 * keyed hash), the port table knows who waits on a port; among those the more
 * specific binding wins: address, then 0.0.0.0, then ::. */
#pragma once

#include "stack/hash.h"
#include "stack/socket.h"
#include <glib.h>

typedef struct Socket Socket;
typedef struct Tcp Tcp;
typedef struct Udp Udp;

/* Compared as a whole; HASH is the keyed hash of the rest, since GHashTable
 * hands no secret to its hash function. */
typedef struct
{
  Endpoint local, remote;
  uint8_t protocol;
  uint32_t hash;
} FlowKey;

/* Of them, without padding and hash. */
#define FLOW_KEY_BYTES (offsetof (FlowKey, protocol) + 1)

/* Who uses a port number of one protocol. */
typedef struct
{
  uint32_t number;   /* protocol << 16 | port */
  GQueue bound;      /* Socket: bound by bind or connect */
  unsigned accepted; /* connections that a listener on it made */
} Port;

struct Socket
{
  Stack *stack;
  int handle;
  SocketFamily family;
  SocketType type;
  bool open; /* the application still holds it */
  bool v6only;
  bool changed; /* waits in stack->changed */
  bool in_flows;
  int error; /* pending, errno value */
  Endpoint local, remote;
  FlowKey key;
  Port *port;      /* or NULL: not bound */
  GList port_link; /* in port->bound, if port_is_bound */
  bool port_is_bound;
  GList changed_link;
  Tcp *tcp; /* streams */
  Udp *udp; /* datagrams */
};

typedef struct
{
  Socket **slots;
  uint16_t *generations;
  unsigned count, size; /* slots in use so far, allocated */
  GArray *unused;       /* slots to use again, oldest first */
  unsigned unused_first;
  GHashTable *flows; /* FlowKey > Socket */
  GHashTable *ports; /* number > Port */
  HashKey flow_key, port_key;
  uint64_t port_next; /* RFC 6056 algorithm 3's counter */
} SocketTable;

void socket_table_init (SocketTable *table, const uint8_t secret[16]);
void socket_table_clear (SocketTable *table);

/* A new open socket, or NULL at the limit. Its tcp or udp is the caller's. */
Socket *socket_table_add (Stack *stack, SocketFamily family, SocketType type);

/* Takes it out of all tables; the caller frees it. */
void socket_table_remove (Socket *socket);

/* The open socket of a handle, or NULL. */
Socket *socket_table_get (const Stack *stack, int handle);

/* -EADDRINUSE, -EADDRNOTAVAIL (no ephemeral port is free). Port 0: any. */
int socket_table_bind (Socket *socket, const Endpoint *local);

/* Binds a socket that is about to connect: to an ephemeral port that the pair
 * of addresses does not use yet. */
int socket_table_bind_ephemeral (Socket *socket,
                                 const Endpoint *local,
                                 const Endpoint *remote);

/* Bound on behalf of a listener: shares its port. */
void socket_table_share_port (Socket *socket, const Socket *listener);

/* Enters (local, remote) into the flow table; false: it is there already. */
bool socket_table_enter_flow (Socket *socket);
void socket_table_leave_flow (Socket *socket);

/* The socket with exactly this pair of endpoints, or NULL. */
Socket *socket_table_find_flow (const Stack *stack,
                                uint8_t protocol,
                                const Endpoint *local,
                                const Endpoint *remote);

/* The listener or unconnected socket that waits on LOCAL, or NULL. */
Socket *socket_table_find_bound (const Stack *stack,
                                 uint8_t protocol,
                                 const Endpoint *local);

uint8_t socket_protocol (const Socket *socket);
