// SPDX-License-Identifier: MIT
/* The inside of a Stack, and what its parts may ask of each other. Only files
 * of stack/ include this. */
#pragma once

#include "stack/notices.h"
#include "stack/outbox.h"
#include "stack/socket_table.h"
#include "stack/timer_queue.h"
#include "stack/wire_ip.h"

typedef struct PathMtus PathMtus;

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
  HashKey isn_key;
  GArray *interfaces; /* StackInterface */
  GArray *addresses;  /* StackAddress */
  GArray *routes;     /* StackRoute, the longest prefix first */
  SocketTable sockets;
  Outbox outbox;
  PathMtus *path_mtus;
  TimerQueue timers; /* of TcpTimers */
  GQueue ready;      /* Tcp that may have something to send */
  GQueue changed;    /* Socket whose readiness may have changed */
  GQueue time_wait;  /* Tcp, oldest first */
  GQueue dead;       /* Tcp that nothing points to any more */
  Notices notices;
  unsigned busy; /* flows that will send without being asked */
  uint64_t counters[STACK_COUNTER_COUNT];
  uint64_t drops[DROP_CAUSE_COUNT];
};

/* A packet on its way up: everything that the layers know about it. */
typedef struct
{
  Stack *stack;
  Time now;
  const StackIn *in;
  View packet; /* all of it, for those who must quote it */
  IpHeader ip;
} Arrival;

/* Counts the drop and tells the driver which packet it was. */
void stack_drop (const Arrival *arrival, DropCause cause);

void stack_notice_state (Socket *socket, TcpState from, TcpState to);

/* socket_poll may have another answer now. */
void stack_socket_changed (Socket *socket);
