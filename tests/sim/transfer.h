// SPDX-License-Identifier: MIT
/* One endless transfer between two hosts over a link: alice sends as much as
 * TCP takes, bob counts and forgets. Buffers of 8 MiB, all of TCP's options. */
#pragma once

#include "sim/app.h"
#include "sim/link.h"
#include "stack/tcp.h"

typedef struct
{
  App app; /* first member */
  int listener, socket;
  Endpoint peer; /* of the one that connects */
  bool sends;
  uint64_t to_send; /* the application still has */
  uint64_t bytes;   /* sent or received so far */
} TransferEnd;

typedef struct
{
  Network *network;
  Host *hosts[2];
  Link *links[2];
  TransferEnd ends[2];
} Transfer;

typedef struct
{
  TcpCongestion congestion;
  uint64_t rate_bps;
  uint64_t queue_packets; /* of the bottleneck; the ACKs' way has none */
  const ElementSpec
      *queue;        /* of the bottleneck instead of drop-tail, or NULL */
  Time trip;         /* there and back */
  uint32_t loss_ppb; /* of alice's packets */
} TransferPath;

void transfer_init (Transfer *transfer, const TransferPath *path);
void transfer_clear (Transfer *transfer);

/* From now on the path is like that. */
void transfer_change (Transfer *transfer, const TransferPath *path);

void transfer_run (Transfer *transfer, Time time);
/* So much of RATE_BPS reached bob in TIME from now on, percent; headers do not
 * count. */
int transfer_use (Transfer *transfer, const TransferPath *path, Time time);

/* Nothing more to send, or so many bytes. */
void transfer_offer (Transfer *transfer, uint64_t bytes);

/* Alice's connection. */
const Tcp *transfer_tcp (const Transfer *transfer);
