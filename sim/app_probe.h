// SPDX-License-Identifier: MIT
/* Echo requests and what answers them, for ping and trace. */
#pragma once

#include "sim/app.h"

typedef struct
{
  uint64_t number; /* of the request that it answers: 1, 2, ... */
  bool is_reply;   /* else an error */
  uint8_t type, code;
  Address from;
} ProbeAnswer;

/* An ICMP socket of the peer's family, or < 0: the app has failed. */
int app_probe_open (App *app);

/* Sends request NUMBER with SIZE bytes of body; HOPS 0: as many as usual.
 * A negative errno value when it could not leave. */
ssize_t
app_probe_send (App *app, int socket, uint64_t number, size_t size, int hops);

/* The next answer to one of our requests; false: none is here. Only the last
 * 65536 can be told apart: LATEST is the number of the latest request. */
bool
app_probe_receive (App *app, int socket, uint64_t latest, ProbeAnswer *answer);

/* "bob (10.0.0.2)", or only the address. */
char *app_probe_name (App *app, const Address *address);

/* Did a router on the way drop it, since its hops were used up? */
bool app_probe_is_hop (const ProbeAnswer *answer);

/* "time exceeded" and the like. */
const char *app_probe_error (const ProbeAnswer *answer);

/* "12.345 ms"; to be freed. */
char *app_probe_time (Time time);
