// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#define BURST_MAX 1000000

/* p13 [p31 [p32 [p23 [p14]]]], or the like: what is not given stays. */
static bool
take_shares (Parser *parser,
             const char *const names[],
             uint32_t *const shares[],
             unsigned count,
             unsigned *given)
{
  for (*given = 0; *given < count; (*given)++)
    {
      if (*given > 0 && !scenario_element_share_follows (parser))
        return true;
      if (!scenario_take_share (parser, names[*given], shares[*given]))
        return false;
    }
  return true;
}

/* What leaves one state cannot be more than all. */
static bool
check_sum (Parser *parser,
           const Token *token,
           uint32_t first,
           uint32_t second,
           const char *names)
{
  return first <= PPB_ONE - second
         || scenario_error (parser, token, "%s are more than 100%%", names);
}

static bool
take_state (Parser *parser, LossSpec *spec)
{
  static const char *const names[] = { "p13", "p31", "p32", "p23", "p14" };
  LossState *state = &spec->state;
  uint32_t *const shares[] = { &state->p13, &state->p31, &state->p32,
                               &state->p23, &state->p14 };
  const Token *first = scenario_peek (parser);
  unsigned given;

  state->p23 = PPB_ONE;
  if (!take_shares (parser, names, shares, G_N_ELEMENTS (shares), &given))
    return false;
  if (given < 2)
    state->p31 = PPB_ONE - state->p13;
  return check_sum (parser, first, state->p13, state->p14, "p13 and p14")
         && check_sum (parser, first, state->p31, state->p32, "p31 and p32");
}

static bool
take_gemodel (Parser *parser, LossSpec *spec)
{
  static const char *const names[] = { "p", "r", "1-h", "1-k" };
  LossGemodel *model = &spec->gemodel;
  uint32_t *const shares[] = { &model->p, &model->r, &model->bad,
                               &model->good };
  unsigned given;

  model->bad = PPB_ONE;
  if (!take_shares (parser, names, shares, G_N_ELEMENTS (shares), &given))
    return false;
  if (given < 2)
    model->r = PPB_ONE - model->p;
  return true;
}

/* A row goes on with probability C + (1 - C) P = 1 - 1 / MEAN. */
static bool
take_burst (Parser *parser, LossSpec *spec)
{
  Chance *chance = &spec->chance;
  uint64_t mean = 0, ends;

  if (!scenario_take_share (parser, "loss", &chance->share_ppb)
      || !scenario_take_number (parser, "mean burst", 1, BURST_MAX, &mean))
    return false;
  ends = mean * (PPB_ONE - chance->share_ppb);
  if (ends < PPB_ONE)
    return scenario_error (parser, scenario_last (parser),
                           "that is shorter than without a model: at random "
                           "the mean burst is 1 / (1 - loss)");
  spec->burst = (uint32_t) mean;
  chance->correlation_ppb =
      (uint32_t) (PPB_ONE - (uint64_t) PPB_ONE * PPB_ONE / ends);
  return true;
}

static bool
take_model (Parser *parser, LossSpec *spec)
{
  static const char *const words[] = { "random", "burst", "state", "gemodel",
                                       NULL };

  spec->model = LOSS_RANDOM;
  switch (scenario_try_words (parser, words))
    {
    case 1:
      spec->model = LOSS_BURST;
      return take_burst (parser, spec);
    case 2:
      spec->model = LOSS_STATE;
      return take_state (parser, spec);
    case 3:
      spec->model = LOSS_GEMODEL;
      return take_gemodel (parser, spec);
    default:
      return scenario_element_chance (parser, "loss", &spec->chance);
    }
}

bool
scenario_loss (Parser *parser, LossSpec *spec)
{
  if (!take_model (parser, spec))
    return false;
  spec->shared = scenario_try (parser, "shared");
  spec->ecn = scenario_try (parser, "ecn");
  return true;
}
