// SPDX-License-Identifier: MIT
/* The inside of a Stack, and what its parts may ask of each other. Only files
 * of stack/ include this. */
#pragma once

#include "stack/icmp_limit.h"
#include "stack/notices.h"
#include "stack/outbox.h"
#include "stack/ring.h"
#include "stack/socket_table.h"
#include "stack/timer_queue.h"
#include "stack/wire_ip.h"

typedef struct Identifications Identifications;
typedef struct PathMtus PathMtus;
typedef struct Reassembly Reassembly;

typedef struct
{
  unsigned mtu;
} StackInterface;

typedef struct
{
  unsigned interface;
  Address address;
  unsigned prefix_length;
} StackAddress;

typedef struct
{
  Address prefix;
  unsigned length;
  unsigned interface;
} StackRoute;

struct Stack
{
  StackConfig config;
  HashKey isn_key, timestamp_key, cookie_key, luck_key;
  GArray *interfaces; /* StackInterface */
  GArray *addresses;  /* StackAddress */
  GArray *routes;     /* StackRoute, the longest prefix first */
  SocketTable sockets;
  Outbox outbox;
  RingBudget rings; /* of all streams */
  Identifications *identifications;
  PathMtus *path_mtus;
  Reassembly *reassembly;
  IcmpLimit icmp_limit;
  TimerQueue timers; /* of TcpTimers */
  GQueue ready;      /* Tcp that may have something to send */
  GQueue changed;    /* Socket whose readiness may have changed */
  GQueue time_wait;  /* Tcp, oldest first */
  GQueue want_room;  /* Socket: datagrams that met a full outbox */
  bool measures;     /* somebody asks for metrics */
  GQueue measured;   /* Tcp whose numbers may have changed */
  GQueue dead;       /* Tcp that nothing points to any more */
  Notices notices;
  unsigned busy; /* flows that will send without being asked */
  uint64_t counters[STACK_COUNTER_COUNT];
  uint64_t drops[DROP_CAUSE_COUNT];
};

/* Whom the destination of a packet means. */
typedef enum
{
  IP_TO_OTHERS, /* nothing that we ever listen to */
  IP_TO_US,
  IP_TO_BROADCAST, /* of everybody or of one of our networks, IPv4 */
  IP_TO_ALL_NODES  /* ff01::1, ff02::1; no other group is ever joined */
} IpAudience;

/* A packet on its way up: everything that the layers know about it. */
typedef struct
{
  Stack *stack;
  Time now;
  const StackIn *in;
  View packet; /* all of it, for those who must quote it */
  IpHeader ip;
  IpAudience audience;
} Arrival;

/* Counts the drop and tells the driver which packet it was. */
void stack_drop (const Arrival *arrival, DropCause cause);

void stack_notice_state (Socket *socket, TcpState from, TcpState to);

/* socket_poll may have another answer now. */
void stack_socket_changed (Socket *socket);
