// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#include <string.h>

/* RFC 791 3.2: every link passes that. */
#define MTU_MIN 68

bool
scenario_element_share_follows (const Parser *parser)
{
  const Token *token = scenario_peek (parser);

  return token != NULL && !token->quoted && g_str_has_suffix (token->text, "%");
}

/* Nothing, or a share. */
static bool
take_correlation (Parser *parser, uint32_t *correlation_ppb)
{
  if (!scenario_element_share_follows (parser))
    return true;
  if (!scenario_take_share (parser, "correlation", correlation_ppb))
    return false;
  return *correlation_ppb < PPB_ONE
         || scenario_error (parser, scenario_last (parser),
                            "with a correlation of 100%% all packets meet the "
                            "fate of the first");
}

bool
scenario_element_chance (Parser *parser, const char *what, Chance *chance)
{
  return scenario_take_share (parser, what, &chance->share_ppb)
         && take_correlation (parser, &chance->correlation_ppb);
}

static bool
take_reorder (Parser *parser, ElementSpec *spec)
{
  uint64_t gap = 1;

  if (!scenario_element_chance (parser, "reorder", &spec->as.reorder.chance))
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
      return scenario_loss (parser, &spec->as.loss);
    case ELEMENT_REORDER:
      return take_reorder (parser, spec);
    case ELEMENT_DUPLICATE:
    case ELEMENT_CORRUPT:
      return scenario_element_chance (parser, scenario_chain_word (spec->kind),
                                      &spec->as.share);
    case ELEMENT_SLOT:
      return scenario_slot_values (parser, spec);
    case ELEMENT_TRACE:
      return scenario_trace_values (parser, spec);
    case ELEMENT_CODEL:
    case ELEMENT_FQ_CODEL:
    case ELEMENT_PIE:
      return scenario_queue_values (parser, spec);
    case ELEMENT_MTU:
      return take_mtu (parser, spec);
    }
  return false;
}
