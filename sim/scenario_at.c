// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"

#include <string.h>

static const char *const WORDS[] = { "link", "rule", "app", "expect", NULL };

ScenarioAt *
scenario_at_add (Parser *parser, Time time, ScenarioAtKind kind, unsigned link)
{
  ScenarioAt *at = g_new0 (ScenarioAt, 1);

  at->place = parser->line->place;
  at->at = time;
  at->kind = kind;
  at->link = link;
  g_ptr_array_add (parser->scenario->ats, at);
  g_ptr_array_add (parser->at_lines, parser->line);
  return at;
}

static void
add_both (Parser *parser,
          Time time,
          ScenarioAtKind kind,
          unsigned link,
          bool both,
          ChainSpec *chain)
{
  for (unsigned i = 0; i <= both; i++)
    {
      ScenarioAt *at = scenario_at_add (parser, time, kind, link ^ i);

      at->chain = chain != NULL ? g_array_ref (chain) : NULL;
    }
}

/* (A B | A>B) (ELEMENTS | chain CHAIN | up | down) */
static bool
take_link (Parser *parser, Time time)
{
  ScenarioAtKind kind = AT_CHANGE;
  unsigned link = 0;
  bool both = false;
  ChainSpec *chain = NULL;

  if (!scenario_link_take (parser, &link, &both))
    return false;
  if (scenario_peek (parser) == NULL)
    return scenario_take (parser, "what changes") != NULL;
  if (scenario_try (parser, "up"))
    kind = AT_UP;
  else if (scenario_try (parser, "down"))
    kind = AT_DOWN;
  else
    {
      kind = scenario_try (parser, "chain") ? AT_CHAIN : AT_CHANGE;
      chain = scenario_chain (parser, kind == AT_CHANGE);
      if (chain == NULL)
        return false;
    }
  if (!scenario_end (parser))
    return false;
  add_both (parser, time, kind, link, both, chain);
  if (chain != NULL)
    g_array_unref (chain);
  return true;
}

static bool
take_rule (Parser *parser, Time time)
{
  unsigned link = 0;
  RuleSpec *rule = scenario_rule_take (parser, &link);

  if (rule == NULL)
    return false;
  scenario_at_add (parser, time, AT_RULE, link)->rule = rule;
  return true;
}

bool
scenario_at (Parser *parser)
{
  const Token *token;
  Time time = 0;

  if (!scenario_take_time (parser, "at", &time))
    return false;
  token = scenario_peek (parser);
  switch (scenario_try_words (parser, WORDS))
    {
    case 0:
      return take_link (parser, time);
    case 1:
      return take_rule (parser, time);
    case 2:
      return scenario_app (parser, &time);
    case 3:
      return scenario_expect (parser, &time);
    default:
      return token == NULL
                 ? scenario_take (parser, "what happens then") != NULL
                 : scenario_error_inside (
                     parser, token, 0, scenario_error_hint (token->text, WORDS),
                     "'%s' cannot happen at a time", token->text);
    }
}

/* How many of the first LENGTH elements of CHAIN are of KIND? */
static unsigned
count (const ChainSpec *chain, ElementKind kind, unsigned length)
{
  unsigned found = 0;

  for (unsigned i = 0; i < length; i++)
    found += g_array_index (chain, ElementSpec, i).kind == kind;
  return found;
}

/* The first of CHANGE's elements that CHAIN has not, or -1. The n-th of a
 * kind changes the n-th of that kind. */
static int
find_absent (const ChainSpec *change, const ChainSpec *chain)
{
  for (unsigned i = 0; i < change->len; i++)
    {
      ElementKind kind = g_array_index (change, ElementSpec, i).kind;

      if (count (change, kind, i + 1) > count (chain, kind, chain->len))
        return (int) kind;
    }
  return -1;
}

typedef struct
{
  const ScenarioAt *at;
  Line *line;
  unsigned order;
} Change;

static int
compare (gconstpointer first, gconstpointer second)
{
  const Change *a = first, *b = second;

  if (a->at->at != b->at->at)
    return a->at->at < b->at->at ? -1 : 1;
  return a->order < b->order ? -1 : a->order > b->order;
}

static void
refuse (Parser *parser, const Change *change, int kind)
{
  const ScenarioLink *link =
      g_ptr_array_index (parser->scenario->links, change->at->link);
  const ScenarioHost *from =
      g_ptr_array_index (parser->scenario->hosts, link->from);
  const ScenarioHost *to =
      g_ptr_array_index (parser->scenario->hosts, link->to);
  const char *word = scenario_chain_word ((ElementKind) kind);
  const GArray *tokens = change->line->tokens;
  const Token *token = &g_array_index (tokens, Token, 0);

  for (unsigned i = 0; i < tokens->len; i++)
    if (strcmp (g_array_index (tokens, Token, i).text, word) == 0)
      token = &g_array_index (tokens, Token, i);
  parser->line = change->line;
  scenario_error_inside (parser, token, 0,
                         g_strdup ("add it to the line of the link, or write "
                                   "'chain' to replace the whole chain"),
                         "%s>%s has no '%s' to change", from->name, to->name,
                         word);
}

/* What a change names must be there at its time, after the changes before. */
void
scenario_at_finish (Parser *parser)
{
  Scenario *scenario = parser->scenario;
  GArray *changes = g_array_new (FALSE, FALSE, sizeof (Change));
  GPtrArray *chains = g_ptr_array_new ();
  const Line *refused = NULL;

  for (unsigned i = 0; i < scenario->links->len; i++)
    g_ptr_array_add (
        chains,
        ((ScenarioLink *) g_ptr_array_index (scenario->links, i))->chain);
  for (unsigned i = 0; i < scenario->ats->len; i++)
    {
      Change change = { g_ptr_array_index (scenario->ats, i),
                        g_ptr_array_index (parser->at_lines, i), i };

      g_array_append_val (changes, change);
    }
  g_array_sort (changes, compare);
  for (unsigned i = 0; i < changes->len && !parser->lost_links; i++)
    {
      const Change *change = &g_array_index (changes, Change, i);
      unsigned link = change->at->link;
      int absent = -1;

      if (change->at->kind == AT_CHAIN)
        chains->pdata[link] = change->at->chain;
      else if (change->at->kind == AT_CHANGE)
        absent = find_absent (change->at->chain, chains->pdata[link]);
      if (absent >= 0 && change->line != refused)
        refuse (parser, change, absent);
      if (absent >= 0)
        refused = change->line;
    }
  g_ptr_array_unref (chains);
  g_array_unref (changes);
}

void
scenario_at_free (ScenarioAt *at)
{
  if (at->chain != NULL)
    g_array_unref (at->chain);
  if (at->rule != NULL)
    scenario_rule_free (at->rule);
  g_free (at);
}
