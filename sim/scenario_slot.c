// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

static bool
take_most (Parser *parser, SlotSpec *slot)
{
  const Token *token = scenario_peek (parser);

  slot->most_ns = slot->least_ns;
  if (token == NULL || token->quoted || !g_ascii_isdigit (token->text[0]))
    return true;
  if (!scenario_take_time (parser, "slot", &slot->most_ns))
    return false;
  return slot->most_ns >= slot->least_ns
         || scenario_error (parser, token,
                            "the longest time is shorter than the shortest");
}

bool
scenario_slot_values (Parser *parser, ElementSpec *spec)
{
  SlotSpec *slot = &spec->as.slot;

  if (!scenario_take_time (parser, "slot", &slot->least_ns)
      || !take_most (parser, slot))
    return false;
  for (;;)
    if (scenario_try (parser, "packets"))
      {
        if (!scenario_take_number (parser, "packets", 1, UINT64_MAX,
                                   &slot->packets))
          return false;
      }
    else if (scenario_try (parser, "bytes"))
      {
        if (!scenario_take_size (parser, "bytes", 1, UINT64_MAX, &slot->bytes))
          return false;
      }
    else
      return true;
}
