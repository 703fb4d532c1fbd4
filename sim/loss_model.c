// SPDX-License-Identifier: MIT
#include "sim/loss_model.h"
#include "sim/random.h"

__extension__ typedef unsigned __int128 Wide;

#define STATES (LOSS_IN_GAP + 1)

/* How often each state is met in the long run, up to a common factor below
 * 10^9. What balances: 1 and 3 by p13 and p31, 3 and 2 by p32 and p23. */
static void
weigh_state (const LossState *state, Wide weights[STATES])
{
  Wide good = (Wide) state->p31 * state->p23;
  Wide burst = (Wide) state->p13 * state->p23;
  Wide good_in_burst = (Wide) state->p13 * state->p32;
  if (state->p13 == 0) /* whatever would lead back */
    good = (Wide) PPB_ONE * PPB_ONE;
  else if (state->p32 == 0) /* whatever would lead on */
    {
      good = (Wide) state->p31 * PPB_ONE;
      burst = (Wide) state->p13 * PPB_ONE;
    }
  else if (state->p31 == 0) /* stays in the burst */
    {
      burst = state->p23;
      good_in_burst = state->p32;
    }
  weights[LOSS_GOOD] = good;
  weights[LOSS_IN_GAP] = good * state->p14 / PPB_ONE;
  weights[LOSS_IN_BURST] = burst;
  weights[LOSS_GOOD_IN_BURST] = good_in_burst;
}

static void
weigh (const LossSpec *spec, Wide weights[STATES])
{
  const LossGemodel *gemodel = &spec->gemodel;
  for (unsigned i = 0; i < STATES; i++)
    weights[i] = 0;
  if (spec->model == LOSS_STATE)
    {
      weigh_state (&spec->state, weights);
      return;
    }
  weights[LOSS_GOOD] = gemodel->p > 0 ? gemodel->r : 1;
  weights[LOSS_IN_BURST] = gemodel->p;
}

/* Is there a way out of the good state, but none back? */
static bool
ends_elsewhere (const LossSpec *spec)
{
  const LossState *state = &spec->state;
  if (spec->model == LOSS_GEMODEL)
    return spec->gemodel.p > 0 && spec->gemodel.r == 0;
  return state->p13 > 0
         && (state->p31 == 0 || (state->p32 > 0 && state->p23 == 0));
}

LossStateNumber
loss_model_start (const LossSpec *spec, uint64_t draw)
{
  Wide weights[STATES], sum = 0, below = 0;
  if (ends_elsewhere (spec))
    return LOSS_GOOD;
  weigh (spec, weights);
  for (unsigned i = 0; i < STATES; i++)
    sum += weights[i];
  for (unsigned i = LOSS_GOOD; i < LOSS_IN_GAP; i++)
    {
      below += weights[i];
      if (random_hits (draw, (uint32_t) (below * PPB_ONE / sum)))
        return (LossStateNumber) i;
    }
  return LOSS_IN_GAP;
}

uint32_t
loss_model_share (const LossState *state, LossStateNumber before)
{
  switch (before)
    {
    case LOSS_GOOD:
      return state->p14 + state->p13;
    case LOSS_GOOD_IN_BURST:
      return state->p23;
    case LOSS_IN_BURST:
      return PPB_ONE - state->p31 - state->p32;
    case LOSS_IN_GAP:
      break;
    }
  return 0;
}

LossStateNumber
loss_model_next (const LossState *state, LossStateNumber before, uint64_t draw)
{
  uint32_t share_ppb = loss_model_share (state, before);
  if (before == LOSS_GOOD && random_hits (draw, state->p14))
    return LOSS_IN_GAP;
  if (random_hits (draw, share_ppb))
    return LOSS_IN_BURST;
  if (before == LOSS_GOOD_IN_BURST)
    return LOSS_GOOD_IN_BURST;
  if (before == LOSS_IN_BURST && random_hits (draw, share_ppb + state->p32))
    return LOSS_GOOD_IN_BURST;
  return LOSS_GOOD;
}

uint32_t
loss_model_rate_ppb (const LossSpec *spec)
{
  const LossGemodel *gemodel = &spec->gemodel;
  Wide weights[STATES], sum = 0;
  if (spec->model == LOSS_RANDOM || spec->model == LOSS_BURST)
    return spec->chance.share_ppb;
  weigh (spec, weights);
  for (unsigned i = 0; i < STATES; i++)
    sum += weights[i];
  Wide lost = (weights[LOSS_IN_BURST] + weights[LOSS_IN_GAP]) * PPB_ONE;
  if (spec->model == LOSS_GEMODEL)
    lost = weights[LOSS_GOOD] * gemodel->good
           + weights[LOSS_IN_BURST] * gemodel->bad;
  return (uint32_t) (lost / sum);
}

/* All losses over those that begin a row, in thousandths. */
static uint64_t
divide (Wide lost, Wide beginning)
{
  if (lost == 0)
    return 0;
  if (beginning < 1000 || lost / (beginning / 1000) > UINT64_MAX)
    return UINT64_MAX;
  return (uint64_t) (lost / (beginning / 1000));
}

static uint64_t
burst_of_state (const LossState *state)
{
  Wide weights[STATES];
  weigh_state (state, weights);
  Wide lost = weights[LOSS_IN_BURST] + weights[LOSS_IN_GAP];
  Wide beginning = weights[LOSS_GOOD] * (state->p13 + state->p14)
                   + weights[LOSS_GOOD_IN_BURST] * state->p23;
  return divide (lost * PPB_ONE, beginning);
}

static uint64_t
burst_of_gemodel (const LossSpec *spec)
{
  const LossGemodel *model = &spec->gemodel;
  Wide weights[STATES];
  weigh (spec, weights);
  Wide lost_good = weights[LOSS_GOOD] * model->good;
  Wide lost_bad = weights[LOSS_IN_BURST] * model->bad;
  Wide after_good =
      (Wide) (PPB_ONE - model->p) * model->good + (Wide) model->p * model->bad;
  Wide after_bad =
      (Wide) model->r * model->good + (Wide) (PPB_ONE - model->r) * model->bad;
  Wide lost = (lost_good + lost_bad) * PPB_ONE * PPB_ONE;
  Wide both = lost_good * after_good + lost_bad * after_bad;
  return divide (lost, lost - both);
}

uint64_t
loss_model_burst_milli (const LossSpec *spec)
{
  const Chance *chance = &spec->chance;
  if (spec->model == LOSS_STATE)
    return burst_of_state (&spec->state);
  if (spec->model == LOSS_GEMODEL)
    return burst_of_gemodel (spec);
  return divide ((Wide) chance->share_ppb * PPB_ONE * PPB_ONE,
                 (Wide) chance->share_ppb * (PPB_ONE - chance->share_ppb)
                     * (PPB_ONE - chance->correlation_ppb));
}
