// SPDX-License-Identifier: MIT
/* Random numbers as pure functions: Philox4x32-10 (Salmon et al., SC 2011),
 * a counter-based generator with published test vectors. There is no state to
 * advance, so nobody's draw can shift anybody else's luck:
 *
 *   draw = random_draw (key of (seed, link, direction, element, flow),
 *                       ordinal, purpose, copy)
 *
 * Integers only. Never two draws in one argument list. */
#pragma once

#include "stack/types.h"

typedef struct
{
  uint64_t value;
} RandomKey;

/* A purpose of its own for every question that is asked of one packet. */
typedef enum
{
  PURPOSE_LOSS = 1,
  PURPOSE_JITTER,
  PURPOSE_REORDER,
  PURPOSE_DUPLICATE,
  PURPOSE_CORRUPT,
  PURPOSE_CORRUPT_BIT,
  PURPOSE_RULE_BIT,
  PURPOSE_LET,
  PURPOSE_SECRET,
  PURPOSE_JITTER_REPEAT,
  PURPOSE_REPEAT,     /* of any chance with correlation */
  PURPOSE_LOSS_START, /* the state before a flow's first packet */
  PURPOSE_LOSS_STATE,
  PURPOSE_SLOT,
  PURPOSE_QUEUE
} RandomPurpose;

RandomKey random_key_root (uint64_t seed);

/* A stream of its own below KEY, named by text or by number. */
RandomKey random_key_named (RandomKey key, const char *name);
RandomKey random_key_numbered (RandomKey key, uint64_t number);

/* 64 uniform bits. */
uint64_t random_draw (RandomKey key,
                      uint64_t ordinal,
                      RandomPurpose purpose,
                      uint32_t copy);

/* Maps a draw to 0 .. bound - 1 (bound > 0) by multiplication; the bias is
 * below bound / 2^64. */
uint64_t random_below (uint64_t draw, uint64_t bound);

/* Does a draw fall below SHARE_PPB parts per 10^9? 0 never, 10^9 always. */
bool random_hits (uint64_t draw, uint32_t share_ppb);

/* The draw itself in parts per 10^9, rounded down, for logs. */
uint32_t random_draw_ppb (uint64_t draw);

#define PPB_ONE 1000000000u

/* The raw generator, for the test vectors. */
void random_philox (const uint32_t counter[4],
                    const uint32_t key[2],
                    uint32_t out[4]);
