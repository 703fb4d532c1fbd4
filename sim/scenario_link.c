// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"
#include "stack/address.h"

#include <string.h>

static ScenarioHost *
host_at (const Parser *parser, unsigned index)
{
  return g_ptr_array_index (parser->scenario->hosts, index);
}

static ScenarioLink *
link_at (const Parser *parser, unsigned index)
{
  return g_ptr_array_index (parser->scenario->links, index);
}

static char *
key_of (const Parser *parser, unsigned from, unsigned to)
{
  return g_strdup_printf ("%s>%s", host_at (parser, from)->name,
                          host_at (parser, to)->name);
}

int
scenario_link_find (const Parser *parser, unsigned from, unsigned to)
{
  char *key = key_of (parser, from, to);
  unsigned found =
      GPOINTER_TO_UINT (g_hash_table_lookup (parser->link_by, key));

  g_free (key);
  return (int) found - 1;
}

static void
add_direction (Parser *parser, unsigned from, unsigned to)
{
  ScenarioLink *link = g_new0 (ScenarioLink, 1);
  LinkLines lines = { NULL, NULL };

  link->place = parser->line->place;
  link->from = from;
  link->to = to;
  link->chain = g_array_new (FALSE, FALSE, sizeof (ElementSpec));
  link->rules = g_ptr_array_new ();
  g_ptr_array_add (parser->scenario->links, link);
  g_array_append_val (parser->link_lines, lines);
  g_hash_table_insert (parser->link_by, key_of (parser, from, to),
                       GUINT_TO_POINTER (parser->scenario->links->len));
}

/* Do both ends see each other in their prefix? */
static bool
share_prefix (const ScenarioAddress *a, const ScenarioAddress *b)
{
  return address_in_prefix (&b->address, &a->address, a->prefix_length)
         && address_in_prefix (&a->address, &b->address, b->prefix_length);
}

/* The addresses of HOST that share a prefix with one of PEER. */
static GArray *
shared_addresses (const ScenarioHost *host, const ScenarioHost *peer)
{
  GArray *shared = g_array_new (FALSE, FALSE, sizeof (ScenarioAddress));

  for (unsigned i = 0; i < host->addresses->len; i++)
    {
      ScenarioAddress *own =
          &g_array_index (host->addresses, ScenarioAddress, i);

      for (unsigned j = 0; j < peer->addresses->len; j++)
        if (share_prefix (own,
                          &g_array_index (peer->addresses, ScenarioAddress, j)))
          {
            g_array_append_val (shared, *own);
            break;
          }
    }
  return shared;
}

GArray *
scenario_link_addresses (const Scenario *scenario, const ScenarioLink *link)
{
  return shared_addresses (g_ptr_array_index (scenario->hosts, link->from),
                           g_ptr_array_index (scenario->hosts, link->to));
}

/* Each address belongs to one interface, or the stack could not tell through
 * which of them its prefix is reached. */
static bool
take_addresses (Parser *parser,
                const Token *token,
                unsigned index,
                const GArray *addresses)
{
  for (unsigned i = 0; i < addresses->len; i++)
    {
      char text[ADDRESS_TEXT_MAX];
      unsigned other;

      address_format (&g_array_index (addresses, ScenarioAddress, i).address,
                      text);
      other = GPOINTER_TO_UINT (g_hash_table_lookup (parser->taken_by, text));
      if (other > 0)
        return scenario_error_inside (
            parser, token, 0,
            g_strdup ("give the host an address of its own for each link"),
            "%s is already used on the link %s>%s", text,
            host_at (parser, link_at (parser, other - 1)->from)->name,
            host_at (parser, link_at (parser, other - 1)->to)->name);
      g_hash_table_insert (parser->taken_by, g_strdup (text),
                           GUINT_TO_POINTER (index + 1));
    }
  return true;
}

static bool
check_prefix (Parser *parser, const Token *token, unsigned a, unsigned b)
{
  const ScenarioHost *first = host_at (parser, a),
                     *second = host_at (parser, b);
  unsigned index = (unsigned) scenario_link_find (parser, a, b);
  GArray *of_first, *of_second;
  bool right;

  if (scenario_host_is_broken (parser, a)
      || scenario_host_is_broken (parser, b))
    return true;
  of_first = shared_addresses (first, second);
  of_second = shared_addresses (second, first);
  if (of_first->len == 0)
    right = scenario_error_inside (
        parser, token, 0,
        g_strdup_printf (
            "give both an address of one prefix, like 10.0.0.1/24 and "
            "10.0.0.2/24; 'link %s:ADDR %s:ADDR' is not supported yet",
            first->name, second->name),
        "'%s' and '%s' have no prefix in common", first->name, second->name);
  else
    right = take_addresses (parser, token, index, of_first)
            && take_addresses (parser, token, index ^ 1, of_second);
  g_array_unref (of_first);
  g_array_unref (of_second);
  return right;
}

/* Makes the pair on first sight; false: an error. */
static bool
connect (Parser *parser, const Token *token, unsigned a, unsigned b)
{
  if (a == b)
    return scenario_error (parser, token, "'%s' cannot be linked to itself",
                           host_at (parser, a)->name);
  if (scenario_link_find (parser, a, b) >= 0)
    return true;
  add_direction (parser, a, b);
  add_direction (parser, b, a);
  return check_prefix (parser, token, a, b);
}

static bool
read_end (Parser *parser,
          const Token *token,
          size_t offset,
          const char *name,
          unsigned *host)
{
  char *colon = strchr (name, ':');

  if (colon != NULL)
    return scenario_error_inside (parser, token, offset, NULL,
                                  "'link A:ADDR B:ADDR' is not supported yet");
  return scenario_host_find (parser, token, offset, name, host);
}

/* A B or A>B. */
static bool
take_ends (Parser *parser, unsigned *from, unsigned *to, bool *both)
{
  const Token *token = scenario_take (parser, "a link");
  const char *arrow;
  char *name;
  bool known;

  if (token == NULL)
    return false;
  arrow = strchr (token->text, '>');
  *both = arrow == NULL;
  if (arrow == token->text || (arrow != NULL && arrow[1] == '\0'))
    return scenario_error (parser, token, "'A>B' is one word without blanks");
  if (arrow == NULL)
    {
      const Token *second;

      return read_end (parser, token, 0, token->text, from)
             && (second = scenario_take (parser, "the host at the other end"))
                    != NULL
             && read_end (parser, second, 0, second->text, to);
    }
  name = g_strndup (token->text, (size_t) (arrow - token->text));
  known = read_end (parser, token, 0, name, from)
          && read_end (parser, token, (size_t) (arrow + 1 - token->text),
                       arrow + 1, to);
  g_free (name);
  return known;
}

bool
scenario_link_take (Parser *parser, unsigned *index, bool *both)
{
  const Token *token = scenario_peek (parser);
  unsigned from = 0, to = 0;
  int found;

  if (!take_ends (parser, &from, &to, both))
    return false;
  found = scenario_link_find (parser, from, to);
  if (found < 0 && parser->lost)
    {
      /* Perhaps the lost line had it: go on as if. */
      add_direction (parser, from, to);
      add_direction (parser, to, from);
      found = scenario_link_find (parser, from, to);
    }
  if (found < 0)
    return scenario_error (parser, token, "there is no link %s>%s",
                           host_at (parser, from)->name,
                           host_at (parser, to)->name);
  *index = (unsigned) found;
  return true;
}

bool
scenario_link_take_direction (Parser *parser, unsigned *index)
{
  const Token *token = scenario_peek (parser);
  bool both = false;

  if (token != NULL && strchr (token->text, '>') == NULL)
    return scenario_error_inside (
        parser, token, 0, g_strdup ("write it as one word, like alice>bob"),
        "'%s' is no direction of a link", token->text);
  return scenario_link_take (parser, index, &both);
}

/* The later line replaces the chain, unless it says the same thing again. */
static bool
write_chain (Parser *parser,
             const Token *token,
             unsigned index,
             bool both,
             const ChainSpec *chain)
{
  LinkLines *lines = &g_array_index (parser->link_lines, LinkLines, index);
  const Line **line = both ? &lines->both : &lines->alone;
  ScenarioLink *link = link_at (parser, index);

  if (*line != NULL)
    return scenario_error (parser, token,
                           "this link has its line already: %s:%u",
                           (*line)->place.file, (*line)->place.line);
  *line = parser->line;
  link->place = parser->line->place;
  g_array_set_size (link->chain, 0);
  g_array_append_vals (link->chain, chain->data, chain->len);
  return true;
}

bool
scenario_link (Parser *parser)
{
  const Token *token = scenario_peek (parser);
  unsigned from = 0, to = 0, index;
  bool both = false, right;
  ChainSpec *chain;

  if (!take_ends (parser, &from, &to, &both)
      || !connect (parser, token, from, to))
    {
      parser->lost = true;
      return false;
    }
  index = (unsigned) scenario_link_find (parser, from, to);
  if (scenario_try (parser, "up"))
    return scenario_end (parser);
  if (scenario_try (parser, "down"))
    {
      scenario_at_add (parser, 0, AT_DOWN, index);
      if (both)
        scenario_at_add (parser, 0, AT_DOWN, index ^ 1);
      return scenario_end (parser);
    }
  chain = scenario_chain (parser, false);
  right = chain != NULL && write_chain (parser, token, index, both, chain)
          && (!both || write_chain (parser, token, index ^ 1, both, chain));
  if (chain != NULL)
    g_array_unref (chain);
  return right;
}
