// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"
#include "sim/units.h"

bool
scenario_rate_limit (Parser *parser, uint64_t *packets, uint64_t *bytes)
{
  const Token *token;
  uint64_t limit = 0;
  bool is_packets;

  if (!scenario_take_size (parser, "limit", 1, UINT64_MAX, &limit))
    return false;
  token = scenario_last (parser);
  is_packets = unit_parse_number (token->text, &limit) == NULL;
  *packets = is_packets ? limit : 0;
  *bytes = is_packets ? 0 : limit;
  return true;
}

/* Is there a bare number, as netem writes what each packet costs more? */
static bool
is_number (const Parser *parser)
{
  const Token *token = scenario_peek (parser);
  const char *text = token != NULL && !token->quoted ? token->text : "";

  return g_ascii_isdigit (*text) || (*text == '-' && g_ascii_isdigit (text[1]));
}

static bool
take_signed (Parser *parser, const char *what, int64_t most, int32_t *bytes)
{
  const Token *token = scenario_take (parser, what);
  uint64_t number = 0;
  bool minus = token != NULL && *token->text == '-';
  const char *wrong;

  if (token == NULL)
    return false;
  wrong = unit_parse_number (token->text + minus, &number);
  if (wrong != NULL)
    return scenario_error (parser, token, "%s: '%s' %s", what, token->text,
                           wrong);
  if (number > (uint64_t) most)
    return scenario_error (parser, token, "%s: '%s' is not in -%d to %d", what,
                           token->text, (int) most, (int) most);
  *bytes = minus ? -(int32_t) number : (int32_t) number;
  return true;
}

static bool
take_overhead (Parser *parser, ElementSpec *spec)
{
  return take_signed (parser, "overhead", UINT16_MAX, &spec->as.rate.overhead);
}

/* A cell with nothing left in it would carry packets for free. */
static bool
take_cell (Parser *parser, ElementSpec *spec)
{
  uint64_t cell = 0;

  if (!scenario_take_number (parser, "cell", 1, UINT16_MAX, &cell))
    return false;
  spec->as.rate.cell = (uint32_t) cell;
  if (!is_number (parser))
    return true;
  if (!take_signed (parser, "cell overhead", (int64_t) cell,
                    &spec->as.rate.cell_overhead))
    return false;
  return (int64_t) cell + spec->as.rate.cell_overhead > 0
         || scenario_error (parser, scenario_last (parser),
                            "cell overhead: nothing is left of the cell");
}

bool
scenario_rate_values (Parser *parser, ElementSpec *spec)
{
  spec->as.rate.limit_packets = SCENARIO_LIMIT_DEFAULT;
  if (!scenario_take_rate (parser, "rate", &spec->as.rate.rate_bps))
    return false;
  if (is_number (parser) && !take_overhead (parser, spec))
    return false;
  if (is_number (parser) && !take_cell (parser, spec))
    return false;
  for (;;)
    if (scenario_try (parser, "overhead"))
      {
        if (!take_overhead (parser, spec))
          return false;
      }
    else if (scenario_try (parser, "cell"))
      {
        if (!take_cell (parser, spec))
          return false;
      }
    else if (scenario_try (parser, "limit"))
      {
        if (!scenario_rate_limit (parser, &spec->as.rate.limit_packets,
                                  &spec->as.rate.limit_bytes))
          return false;
      }
    else
      return true;
}
