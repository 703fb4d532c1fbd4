// SPDX-License-Identifier: MIT
/* Two stacks, 10.0.0.1 and fd00::1, 10.0.0.2 and fd00::2, and between them a
 * wire that loses and overtakes as luck has it. */
#pragma once

#include "stack/socket.h"
#include "tests/unit/luck.h"

#define PAIR_MTU 1500

typedef struct
{
  Stack *stacks[2];
  Address addresses[2][2]; /* of stack, of family */
  Time now;
  Luck luck;
  unsigned loss_percent;
  GPtrArray *wires[2]; /* GBytes on their way to stack */
} Pair;

void pair_init (Pair *pair, const StackConfig *config, uint64_t seed);
void pair_clear (Pair *pair);

/* What both have to say goes onto the wire. */
void pair_listen (Pair *pair);

/* One packet arrives, or is lost; when there is none, time goes on. */
void pair_step (Pair *pair);
