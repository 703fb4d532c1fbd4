// SPDX-License-Identifier: MIT
/* Which socket is it? Handles and flows.
 *
 * A handle is slot and generation. A packet finds its socket in two steps:
 * the flow table knows every connected pair of endpoints (one look-up with a
 * keyed hash), socket_port.h knows who waits on a port. */
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
  uint32_t number;  /* protocol << 16 | port */
  GQueue waiting;   /* Socket: bound, in no flow */
  GQueue connected; /* Socket: in a flow */
  unsigned chosen;  /* of both, those whose port connect or send chose */
} Port;

/* The ephemeral ports of one protocol that somebody uses. */
typedef struct
{
  unsigned count;
  uint64_t *bits; /* from port_first on; NULL as long as they are few */
} PortsTaken;

/* Options that a connection inherits from its listener. */
typedef struct
{
  bool v6only, reuse_address, reuse_port, broadcast;
  int64_t owner;
  int linger_s; /* -1: off */
  SocketMtuDiscover mtu_discover;
  int ttl, hops; /* -1: the stack's default */
  uint8_t traffic_class;
  TcpSettings tcp; /* streams */
} SocketSettings;

struct Socket
{
  Stack *stack;
  int handle;
  SocketFamily family;
  SocketType type;
  bool open;      /* the application still holds it */
  bool listening; /* the state is LISTEN */
  bool changed;   /* waits in stack->changed */
  bool in_flows;
  bool shut_read, shut_write; /* datagrams: socket_shutdown */
  int error;                  /* pending, errno value */
  SocketSettings settings;
  Endpoint local, remote;
  Endpoint bound; /* as the application bound it; port 0: it did not */
  FlowKey key;
  uint32_t flow_label; /* while in_flows, IPv6 */
  Port *port;          /* or NULL: not bound */
  GList port_link;     /* in port->waiting or port->connected */
  bool port_chosen;    /* counted in port->chosen */
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
  GHashTable *flows;   /* FlowKey > Socket */
  Socket *found;       /* the flow that was looked up last, or NULL */
  GHashTable *ports;   /* number > Port */
  PortsTaken taken[3]; /* by SocketType */
  HashKey flow_key, label_key;
  HashKey port_key;      /* stack_set_secret */
  uint32_t ports_chosen; /* so far, ephemeral ones */
} SocketTable;

void socket_table_init (SocketTable *table, const uint8_t secret[16]);
void socket_table_clear (SocketTable *table);

/* A new open socket, or NULL at the limit. Its tcp or udp is the caller's. */
Socket *socket_table_add (Stack *stack, SocketFamily family, SocketType type);

/* How many there are. */
unsigned socket_table_count (const SocketTable *table);

/* Takes it out of all tables; the caller frees it. */
void socket_table_remove (Socket *socket);

/* The open socket of a handle, or NULL. */
Socket *socket_table_get (const Stack *stack, int handle);

/* Enters (local, remote) into the flow table; false: it is there already. */
bool socket_table_enter_flow (Socket *socket);
void socket_table_leave_flow (Socket *socket);

/* The socket with exactly this pair of endpoints, or NULL. */
Socket *socket_table_find_flow (Stack *stack,
                                uint8_t protocol,
                                const Endpoint *local,
                                const Endpoint *remote);

FlowKey socket_table_flow_key (const SocketTable *table,
                               uint8_t protocol,
                               const Endpoint *local,
                               const Endpoint *remote);

/* IPv6: the label of packets from LOCAL to REMOTE, the same for all of a flow,
 * not 0 and not to be guessed for another (RFC 6437 3). IPv4: 0. */
uint32_t socket_table_flow_label (const SocketTable *table,
                                  uint8_t protocol,
                                  const Endpoint *local,
                                  const Endpoint *remote);

uint8_t socket_protocol (const Socket *socket);

/* 0.0.0.0 or ::, as the family has it. */
const Address *socket_wildcard (const Socket *socket);

/* The pending error, which is none from now on. */
int socket_take_error (Socket *socket);

/* socket_option.c: of its packets to REMOTE; 0: they stay here. */
uint8_t socket_hop_limit (const Socket *socket, const Address *remote);

/* socket_connect.c. -EAFNOSUPPORT, -ENETUNREACH, -EADDRNOTAVAIL, -EACCES:
 * REMOTE is nobody that this socket, when bound to LOCAL, can speak to. */
int socket_check_peer (const Socket *socket,
                       const Address *local,
                       const Endpoint *remote);
