// SPDX-License-Identifier: MIT
/* Losses with memory as chains of states, after Salsano, Ludovici, Ordine and
 * Giannuzzi (2012), whose numbers netem's "loss state" has:
 *
 *   1 good            p13 -> 3, p14 -> 4
 *   2 good in a burst p23 -> 3
 *   3 lost in a burst p31 -> 1, p32 -> 2
 *   4 lost alone      always -> 1
 *
 * A packet is lost when its state is 3 or 4. "loss gemodel" has the states 1
 * (good) and 3 (bad), each with a share of its own. */
#pragma once

#include "sim/element_spec.h"

typedef enum
{
  LOSS_GOOD = 1, /* 1 and 2 are also what a Chance remembers: missed, hit */
  LOSS_IN_BURST,
  LOSS_GOOD_IN_BURST,
  LOSS_IN_GAP
} LossStateNumber;

/* A state drawn from the long run; LOSS_GOOD where there is none, since no
 * state leads back to it. */
LossStateNumber loss_model_start (const LossSpec *spec, uint64_t draw);

/* The state after BEFORE; a loss when DRAW is below loss_model_share. */
LossStateNumber
loss_model_next (const LossState *state, LossStateNumber before, uint64_t draw);
uint32_t loss_model_share (const LossState *state, LossStateNumber before);

/* In the long run: the share of packets that is lost, and how many are lost in
 * a row on average, in thousandths (0: none is ever lost; UINT64_MAX: they
 * never end). */
uint32_t loss_model_rate_ppb (const LossSpec *spec);
uint64_t loss_model_burst_milli (const LossSpec *spec);
