// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#include <string.h>

static bool
take_distribution (Parser *parser, ElementSpec *spec)
{
  /* In the order of Distribution. */
  static const char *const words[] = { "uniform", "normal", "pareto",
                                       "paretonormal", NULL };
  const Token *token = scenario_peek (parser);
  int which = scenario_try_words (parser, words);

  if (which < 0)
    return token == NULL
               ? scenario_take (parser, "the distribution") != NULL
               : scenario_error_word (parser, token, "distribution", words);
  if (which != DISTRIBUTION_UNIFORM && spec->as.delay.jitter_ns == 0)
    return scenario_error (parser, token, "there is no jitter that would be %s",
                           token->text);
  spec->as.delay.distribution = (Distribution) which;
  return true;
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
take_correlation (Parser *parser, ElementSpec *spec)
{
  const Token *token = scenario_peek (parser);

  return token == NULL || token->quoted || !g_ascii_isdigit (token->text[0])
         || scenario_take_share (parser, "correlation",
                                 &spec->as.delay.correlation_ppb);
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
  return take_correlation (parser, spec);
}

bool
scenario_delay_values (Parser *parser, ElementSpec *spec)
{
  if (!scenario_take_time (parser, "delay", &spec->as.delay.delay_ns)
      || !take_jitter (parser, spec))
    return false;
  for (;;)
    if (scenario_try (parser, "distribution"))
      {
        if (!take_distribution (parser, spec))
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
