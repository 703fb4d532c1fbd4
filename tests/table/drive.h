// SPDX-License-Identifier: MIT
/* The stack under the table: one connection between 10.0.0.1:4000, ours, and
 * the peer, who sends one segment at a time. Every attempt begins alike, with
 * the same numbers at the same time, and leaves nothing behind. */
#pragma once

#include "stack/socket.h"
#include "tests/table/wire.h"

#include <glib.h>

/* What the outside can see of a connection. Without USER nobody holds a
 * socket of it, and only STATE and the answer are known. */
typedef struct
{
  ModelState state;
  unsigned answers;
  ModelSegment answer; /* the first */
  bool user;
  uint32_t delivered; /* octets to be read */
  uint32_t in_flight; /* SND.NXT - SND.UNA */
  uint32_t snd_wnd, rcv_wnd;
  ModelSignal signal;
} Seen;

typedef struct Drive Drive;

/* The ISS of every connection: what is in flight lies on both sides of 0. */
#define DRIVE_ISS UINT32_C (0xffffff80)

/* The peer offers OPTIONS; whether the stack does is CONFIG's. */
Drive *drive_new (const StackConfig *config, const WireOptions *options);
void drive_free (Drive *drive);

/* The application's calls. What they send is not looked at. */
void drive_listen (Drive *drive);
void drive_connect (Drive *drive);
void drive_send (Drive *drive, uint32_t length);
void drive_shutdown (Drive *drive);
void drive_close (Drive *drive);

/* A segment from the peer, and what came of it. */
void drive_input (Drive *drive, const ModelSegment *segment, Seen *seen);

/* Reads what was delivered, of which the first octet has the number FIRST, and
 * puts all away. NULL, or what was wrong. */
const char *drive_end (Drive *drive, uint32_t first, const Seen *seen);
