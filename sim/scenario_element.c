// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#include <string.h>

/* RFC 791 3.2: every link passes that. */
#define MTU_MIN 68

/* A second share after the first is netem's correlation. */
static bool
refuse_correlation (Parser *parser)
{
  const Token *token = scenario_peek (parser);
  size_t length = token != NULL ? strlen (token->text) : 0;

  if (length == 0 || token->text[length - 1] != '%')
    return true;
  return scenario_error (parser, token, "a correlation is not supported yet");
}

static bool
take_distribution (Parser *parser)
{
  static const char *const words[] = { "uniform", NULL };
  static const char *const later[] = { "normal", "pareto", "paretonormal",
                                       NULL };
  const Token *token = scenario_take (parser, "the distribution");

  if (token == NULL || scenario_is_later (parser, token, later))
    return false;
  return strcmp (token->text, "uniform") == 0
         || scenario_error_word (parser, token, "distribution", words);
}

static bool
take_order (Parser *parser, ElementSpec *spec)
{
  static const char *const words[] = { "free", "keep", NULL };
  const Token *token = scenario_peek (parser);
  int which = scenario_try_words (parser, words);

  if (which < 0)
    return token == NULL ? scenario_take (parser, "keep or free") != NULL
                         : scenario_error_word (parser, token, "order", words);
  spec->as.delay.keep_order = which == 1;
  return true;
}

static bool
take_jitter (Parser *parser, ElementSpec *spec)
{
  const Token *token = scenario_peek (parser);

  if (token == NULL || token->quoted || !g_ascii_isdigit (token->text[0]))
    return true;
  if (!scenario_take_time (parser, "jitter", &spec->as.delay.jitter_ns))
    return false;
  if (spec->as.delay.jitter_ns > spec->as.delay.delay_ns)
    return scenario_error (parser, token,
                           "the jitter is more than the delay: a packet "
                           "cannot arrive before it left");
  return refuse_correlation (parser);
}

static bool
take_delay (Parser *parser, ElementSpec *spec)
{
  if (!scenario_take_time (parser, "delay", &spec->as.delay.delay_ns)
      || !take_jitter (parser, spec))
    return false;
  for (;;)
    if (scenario_try (parser, "distribution"))
      {
        if (!take_distribution (parser))
          return false;
      }
    else if (scenario_try (parser, "order"))
      {
        if (!take_order (parser, spec))
          return false;
      }
    else
      return true;
}

static bool
take_loss (Parser *parser, ElementSpec *spec)
{
  static const char *const later[] = { "state", "gemodel", NULL };
  const Token *token = scenario_peek (parser);

  if (token != NULL && scenario_is_later (parser, token, later))
    return false;
  scenario_try (parser, "random");
  return scenario_take_share (parser, "loss", &spec->as.share.share_ppb)
         && refuse_correlation (parser);
}

static bool
take_reorder (Parser *parser, ElementSpec *spec)
{
  uint64_t gap = 1;

  if (!scenario_take_share (parser, "reorder", &spec->as.reorder.share_ppb)
      || !refuse_correlation (parser))
    return false;
  if (scenario_try (parser, "gap")
      && !scenario_take_number (parser, "gap", 1, UINT32_MAX, &gap))
    return false;
  spec->as.reorder.gap = (uint32_t) gap;
  return true;
}

static bool
take_mtu (Parser *parser, ElementSpec *spec)
{
  uint64_t bytes = 0;

  if (!scenario_take_number (parser, "mtu", MTU_MIN, UINT16_MAX, &bytes))
    return false;
  spec->as.mtu.bytes = (uint32_t) bytes;
  return true;
}

bool
scenario_element_values (Parser *parser, ElementSpec *spec)
{
  switch (spec->kind)
    {
    case ELEMENT_RATE:
      return scenario_rate_values (parser, spec);
    case ELEMENT_DELAY:
      return take_delay (parser, spec);
    case ELEMENT_LOSS:
      return take_loss (parser, spec);
    case ELEMENT_REORDER:
      return take_reorder (parser, spec);
    case ELEMENT_DUPLICATE:
    case ELEMENT_CORRUPT:
      return scenario_take_share (parser, scenario_chain_word (spec->kind),
                                  &spec->as.share.share_ppb)
             && refuse_correlation (parser);
    case ELEMENT_MTU:
      return take_mtu (parser, spec);
    }
  return false;
}
