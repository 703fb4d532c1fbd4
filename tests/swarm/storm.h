// SPDX-License-Identifier: MIT
/* A program at one end of a connection that does everything differently each
 * time: writes and reads pieces of random length, pauses (so that windows
 * close), ends its direction when all is sent, and compares every byte that
 * comes with what the other end must have sent. */
#pragma once

#include "sim/app.h"
#include "tests/unit/luck.h"

typedef struct
{
  App app; /* first member */
  Luck luck;
  int listener, socket; /* 0: not yet */
  Endpoint peer;        /* of the end that connects */
  bool connects;
  uint64_t to_send, sent, expected, received;
  uint64_t salt_out, salt_in; /* what distinguishes the two streams */
  bool ended, peer_ended, closed, wrong;
  int error;     /* errno value of the call that failed, or 0 */
  unsigned poll; /* what it knows of its socket */
} Storm;

/* Prepares an end on HOST; it begins at once. */
void storm_init (Storm *storm, Host *host, uint64_t seed, bool connects);
void storm_start (Storm *storm, Time now);
void storm_clear (Storm *storm);

/* Could it do something that nobody told it? */
bool storm_slept (const Storm *storm);

/* Everything sent, everything received, and both directions closed. */
bool storm_is_complete (const Storm *storm);
