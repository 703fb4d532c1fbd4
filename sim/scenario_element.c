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
      return scenario_delay_values (parser, spec);
    case ELEMENT_LOSS:
      return take_loss (parser, spec);
    case ELEMENT_REORDER:
      return take_reorder (parser, spec);
    case ELEMENT_DUPLICATE:
    case ELEMENT_CORRUPT:
      return scenario_take_share (parser, scenario_chain_word (spec->kind),
                                  &spec->as.share.share_ppb)
             && refuse_correlation (parser);
    case ELEMENT_CODEL:
      return scenario_queue_values (parser, spec);
    case ELEMENT_MTU:
      return take_mtu (parser, spec);
    }
  return false;
}
