// SPDX-License-Identifier: MIT
#include "sim/ledger.h"
#include "sim/scenario_parser.h"
#include "stack/wire_ip.h"

#include <string.h>

static const char *const COMPARISONS[] = { "==", "!=", "<", "<=",
                                           ">",  ">=", NULL };

/* [HOST.](tcp|udp).WORD */
static bool
read_metric (Parser *parser, const Token *token, ScenarioTerm *term)
{
  char **parts = g_strsplit (token->text, ".", -1);
  unsigned count = g_strv_length (parts), index, first = count == 3;
  bool right = false;

  if (count < 2 || count > 3)
    scenario_error (parser, token,
                    "'%s' is no metric: write [HOST.]tcp.WORD or udp.WORD",
                    token->text);
  else if (first > 0
           && !scenario_host_find (parser, token, 0, parts[0], &index))
    ;
  else if (strcmp (parts[first], "tcp") != 0
           && strcmp (parts[first], "udp") != 0)
    scenario_error_inside (parser, token, first > 0 ? strlen (parts[0]) + 1 : 0,
                           NULL, "tcp or udp is expected here, not '%s'",
                           parts[first]);
  else if (!g_strv_contains (LEDGER_WORDS, parts[count - 1]))
    scenario_error_inside (parser, token,
                           strlen (token->text) - strlen (parts[count - 1]),
                           scenario_error_hint (parts[count - 1], LEDGER_WORDS),
                           "unknown metric '%s'", parts[count - 1]);
  else
    {
      right = true;
      term->host = first > 0 ? g_strdup (parts[0]) : NULL;
      term->protocol =
          strcmp (parts[first], "tcp") == 0 ? PROTOCOL_TCP : PROTOCOL_UDP;
      term->word = g_strdup (parts[count - 1]);
    }
  g_strfreev (parts);
  return right;
}

static bool
take_comparison (Parser *parser, ScenarioTerm *term)
{
  const Token *token = scenario_peek (parser);
  int which = scenario_try_words (parser, COMPARISONS);

  if (which < 0)
    return token == NULL ? scenario_take (parser, "a comparison") != NULL
                         : scenario_error (
                             parser, token,
                             "'%s' is none of == != < <= > >=", token->text);
  g_strlcpy (term->comparison, COMPARISONS[which], sizeof term->comparison);
  return true;
}

/* Delays are times, bytes may be written as sizes, all else is counted. */
static bool
take_value (Parser *parser, ScenarioTerm *term)
{
  uint64_t number = 0;
  bool right;

  if (g_str_has_suffix (term->word, "_delay"))
    return scenario_take_time (parser, term->word, &term->value);
  if (g_str_has_prefix (term->word, "bytes_"))
    right = scenario_take_size (parser, term->word, 0, INT64_MAX, &number);
  else
    right = scenario_take_number (parser, term->word, 0, INT64_MAX, &number);
  term->value = (int64_t) number;
  return right;
}

static void
clear_term (void *data)
{
  ScenarioTerm *term = data;

  g_free (term->host);
  g_free (term->word);
}

static bool
take_terms (Parser *parser, GArray *terms)
{
  static const char *const joins[] = { "and", "or", NULL };
  int join = -1;

  do
    {
      const Token *metric = scenario_take (parser, "what to expect");
      ScenarioTerm term = { .or_before = join == 1 };

      if (metric == NULL || !read_metric (parser, metric, &term))
        return false;
      g_array_append_val (terms, term);
      if (!take_comparison (
              parser, &g_array_index (terms, ScenarioTerm, terms->len - 1))
          || !take_value (parser,
                          &g_array_index (terms, ScenarioTerm, terms->len - 1)))
        return false;
      join = scenario_try_words (parser, joins);
    }
  while (join >= 0);
  return scenario_end (parser);
}

bool
scenario_expect (Parser *parser, const Time *at)
{
  const Line *line = parser->line;
  ScenarioExpect *expect = g_new0 (ScenarioExpect, 1);
  unsigned first = line->next;
  GString *text;

  expect->place = line->place;
  expect->timed = at != NULL;
  expect->terms = g_array_new (FALSE, FALSE, sizeof (ScenarioTerm));
  g_array_set_clear_func (expect->terms, clear_term);
  if (!take_terms (parser, expect->terms))
    {
      scenario_expect_free (expect);
      return false;
    }
  text = g_string_new (NULL);
  for (unsigned i = first; i < line->tokens->len; i++)
    g_string_append_printf (text, i > first ? " %s" : "%s",
                            g_array_index (line->tokens, Token, i).text);
  expect->text = g_string_free (text, FALSE);
  g_ptr_array_add (parser->scenario->expects, expect);
  if (at != NULL)
    scenario_at_add (parser, *at, AT_EXPECT, 0)->expect =
        parser->scenario->expects->len - 1;
  return true;
}

void
scenario_expect_free (ScenarioExpect *expect)
{
  g_free (expect->text);
  g_array_unref (expect->terms);
  g_free (expect);
}
