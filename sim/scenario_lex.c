// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#include <string.h>

static bool
is_blank (char byte)
{
  return byte == ' ' || byte == '\t';
}

/* Is there no token from here on? */
static bool
is_end (char byte)
{
  return byte == '\0' || byte == '#';
}

/* NUL, escape sequences and the like would only confuse whoever reads an
 * error message that quotes them. */
static bool
is_forbidden (gunichar character)
{
  return character != '\t' && g_unichar_iscntrl (character);
}

size_t
scenario_lex_check (const char *bytes, size_t length)
{
  const char *end = bytes + length, *valid;

  g_utf8_validate_len (bytes, length, &valid);
  for (const char *at = bytes; at < valid; at = g_utf8_next_char (at))
    if (is_forbidden (g_utf8_get_char (at)))
      return (size_t) (at - bytes);
  return valid < end ? (size_t) (valid - bytes) : length;
}

/* The column of byte AT, going on from the one of byte FROM. */
static unsigned
column_at (const Line *line, size_t from, unsigned column, size_t at)
{
  for (; from < at; from++)
    column += ((unsigned char) line->text[from] & 0xc0) != 0x80;
  return column;
}

static bool
add_token (Parser *parser, Token *token, size_t skip)
{
  Line *line = parser->line;

  token->text = g_strndup (line->text + token->start + skip,
                           token->end - token->start - 2 * skip);
  g_array_append_val (line->tokens, *token);
  return true;
}

static bool
lex_quoted (Parser *parser, Token *token)
{
  const char *text = parser->line->text;
  const char *close = strchr (text + token->start + 1, '"');

  if (close == NULL)
    return scenario_error_plain (parser, NULL, token->column, NULL,
                                 "this quote is never closed");
  token->end = (size_t) (close + 1 - text);
  token->quoted = true;
  if (!is_blank (close[1]) && !is_end (close[1]))
    return scenario_error_plain (
        parser, NULL,
        column_at (parser->line, token->start, token->column, token->end), NULL,
        "a blank is missing after the quote");
  return add_token (parser, token, 1);
}

static bool
lex_word (Parser *parser, Token *token)
{
  const char *text = parser->line->text;
  size_t end = token->start;

  for (; !is_blank (text[end]) && !is_end (text[end]); end++)
    if (text[end] == '"')
      return scenario_error_plain (
          parser, NULL,
          column_at (parser->line, token->start, token->column, end),
          g_strdup ("quotes go around the whole word"),
          "a quote inside a word");
  token->end = end;
  return add_token (parser, token, 0);
}

bool
scenario_lex (Parser *parser)
{
  Line *line = parser->line;
  size_t at = 0, last = 0;
  unsigned column = 1;

  for (;;)
    {
      Token token = { 0 };

      while (is_blank (line->text[at]))
        at++;
      if (is_end (line->text[at]))
        return true;
      column = column_at (line, last, column, at);
      last = at;
      token.start = at;
      token.column = column;
      if (line->text[at] == '"' ? !lex_quoted (parser, &token)
                                : !lex_word (parser, &token))
        return false;
      at = token.end;
    }
}

static void
clear_token (void *token)
{
  g_free (((Token *) token)->text);
}

Line *
scenario_lex_line_new (const char *bytes, size_t length)
{
  Line *line = g_new0 (Line, 1);

  line->text = g_strndup (bytes, length);
  line->tokens = g_array_new (FALSE, FALSE, sizeof (Token));
  g_array_set_clear_func (line->tokens, clear_token);
  return line;
}

void
scenario_lex_line_free (Line *line)
{
  g_array_unref (line->tokens);
  g_free (line->text);
  g_free (line->edit);
  g_free (line);
}
