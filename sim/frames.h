// SPDX-License-Identifier: MIT
/* Which frame of a capture is the packet with this id? Remembers the latest
 * FRAMES_MAX packets that a host sent, so that a retransmission can name the
 * frame it repairs. Adding costs O(1), finding O(log FRAMES_MAX); memory grows
 * with what is remembered, to 2 MiB. */
#pragma once

#include "stack/types.h"

typedef struct Frames Frames;

#define FRAMES_MAX 131072

Frames *frames_new (void);
void frames_free (Frames *frames);

/* Ids must rise. One that does not belongs to a packet that began elsewhere
 * and is only passing: it is not remembered. */
void frames_add (Frames *frames, uint64_t id, uint64_t frame);

/* 0: not remembered. */
uint64_t frames_find (const Frames *frames, uint64_t id);
