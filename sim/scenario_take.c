// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#include "sim/address_fault.h"
#include "sim/units.h"
#include "stack/wire_ip.h"

#include <string.h>

const Token *
scenario_peek (const Parser *parser)
{
  const Line *line = parser->line;

  return line->next < line->tokens->len
             ? &g_array_index (line->tokens, Token, line->next)
             : NULL;
}

const Token *
scenario_last (const Parser *parser)
{
  const Line *line = parser->line;

  return &g_array_index (line->tokens, Token, line->next - 1);
}

const Token *
scenario_take (Parser *parser, const char *what)
{
  const Token *token = scenario_peek (parser);

  if (token == NULL)
    scenario_error (parser, NULL, "%s is missing", what);
  else
    parser->line->next++;
  return token;
}

bool
scenario_try (Parser *parser, const char *word)
{
  const Token *token = scenario_peek (parser);

  if (token == NULL || token->quoted || strcmp (token->text, word) != 0)
    return false;
  parser->line->next++;
  return true;
}

int
scenario_try_words (Parser *parser, const char *const *words)
{
  for (int i = 0; words[i] != NULL; i++)
    if (scenario_try (parser, words[i]))
      return i;
  return -1;
}

bool
scenario_end (Parser *parser)
{
  const Token *token = scenario_peek (parser);

  return token == NULL
         || scenario_error (parser, token, "unexpected '%s'", token->text);
}

bool
scenario_is_later (Parser *parser, const Token *token, const char *const *words)
{
  for (; !token->quoted && *words != NULL; words++)
    if (strcmp (token->text, *words) == 0)
      {
        scenario_error (parser, token, "'%s' is not supported yet",
                        token->text);
        return true;
      }
  return false;
}

/* True when WRONG is NULL; else TOKEN and it make a sentence. */
static bool
judge (Parser *parser, const Token *token, const char *what, const char *wrong)
{
  return wrong == NULL
         || scenario_error (parser, token, "%s: '%s' %s", what, token->text,
                            wrong);
}

bool
scenario_take_time (Parser *parser, const char *what, Time *value)
{
  const Token *token = scenario_take (parser, what);

  return token != NULL
         && judge (parser, token, what, unit_parse_time (token->text, value));
}

bool
scenario_take_share (Parser *parser, const char *what, uint32_t *ppb)
{
  const Token *token = scenario_take (parser, what);

  return token != NULL
         && judge (parser, token, what, unit_parse_share (token->text, ppb));
}

bool
scenario_take_rate (Parser *parser, const char *what, uint64_t *bps)
{
  const Token *token = scenario_take (parser, what);

  return token != NULL
         && judge (parser, token, what, unit_parse_rate (token->text, bps))
         && (*bps > 0
             || scenario_error (parser, token, "%s: nothing leaves at rate 0",
                                what));
}

static bool
check_range (Parser *parser,
             const Token *token,
             const char *what,
             uint64_t value,
             uint64_t low,
             uint64_t high)
{
  if (value >= low && value <= high)
    return true;
  if (high == UINT64_MAX)
    return scenario_error (parser, token,
                           "%s: '%s' is below %" G_GUINT64_FORMAT, what,
                           token->text, low);
  return scenario_error (parser, token,
                         "%s: '%s' is not in %" G_GUINT64_FORMAT
                         " to %" G_GUINT64_FORMAT,
                         what, token->text, low, high);
}

bool
scenario_take_size (Parser *parser,
                    const char *what,
                    uint64_t low,
                    uint64_t high,
                    uint64_t *bytes)
{
  const Token *token = scenario_take (parser, what);

  return token != NULL
         && judge (parser, token, what, unit_parse_size (token->text, bytes))
         && check_range (parser, token, what, *bytes, low, high);
}

bool
scenario_take_number (Parser *parser,
                      const char *what,
                      uint64_t low,
                      uint64_t high,
                      uint64_t *value)
{
  const Token *token = scenario_take (parser, what);

  return token != NULL
         && judge (parser, token, what, unit_parse_number (token->text, value))
         && check_range (parser, token, what, *value, low, high);
}

bool
scenario_read_port (Parser *parser,
                    const Token *token,
                    const char *text,
                    size_t offset,
                    uint16_t *port)
{
  uint64_t number = 0;
  const char *wrong = unit_parse_number (text, &number);

  if (wrong != NULL)
    return scenario_error_inside (parser, token, offset, NULL, "port: '%s' %s",
                                  text, wrong);
  if (number < 1 || number > UINT16_MAX)
    return scenario_error_inside (parser, token, offset, NULL,
                                  "port: '%s' is not in 1 to 65535", text);
  *port = (uint16_t) number;
  return true;
}

bool
scenario_read_address (Parser *parser,
                       const Token *token,
                       const char *text,
                       size_t offset,
                       AddressText *read)
{
  if (!address_text_read (text, read))
    return scenario_error_inside (parser, token, offset + read->fault_at, NULL,
                                  "'%s' is no address: %s", text,
                                  address_fault_sentence (read->fault));
  return text[read->end] == '\0'
         || scenario_error_inside (parser, token, offset + read->end, NULL,
                                   "'%s': here only an address is expected",
                                   text);
}

bool
scenario_take_port (Parser *parser, uint16_t *port)
{
  const Token *token = scenario_take (parser, "a port");

  return token != NULL
         && scenario_read_port (parser, token, token->text, 0, port);
}

bool
scenario_take_protocol (Parser *parser, uint8_t *protocol)
{
  static const char *const words[] = { "tcp", "udp", NULL };
  const Token *token = scenario_peek (parser);
  int which = scenario_try_words (parser, words);

  if (which < 0)
    return token == NULL
               ? scenario_take (parser, "tcp or udp") != NULL
               : scenario_error_inside (
                   parser, token, 0, scenario_error_hint (token->text, words),
                   "tcp or udp is expected here, not '%s'", token->text);
  *protocol = which == 0 ? PROTOCOL_TCP : PROTOCOL_UDP;
  return true;
}
