// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"
#include "stack/address.h"

#include <string.h>

/* One end as it is written: NAME[:ADDR]. */
typedef struct
{
  unsigned host;
  const ScenarioAddress *chosen; /* NULL: not said */
} LinkEnd;

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
  link->addresses = g_array_new (FALSE, FALSE, sizeof (ScenarioAddress));
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

/* May the link have ADDRESS of a host of which it was told CHOSEN? */
static bool
is_eligible (const ScenarioAddress *address, const ScenarioAddress *chosen)
{
  return chosen == NULL
         || address_is_ipv4 (&address->address)
                != address_is_ipv4 (&chosen->address)
         || address_equal (&address->address, &chosen->address);
}

/* Does one of END's addresses that the link may have share ADDRESS's prefix? */
static bool
shares_prefix (const Parser *parser,
               const LinkEnd *end,
               const ScenarioAddress *address)
{
  const GArray *others = host_at (parser, end->host)->addresses;

  for (unsigned i = 0; i < others->len; i++)
    {
      const ScenarioAddress *other =
          &g_array_index (others, ScenarioAddress, i);

      if (is_eligible (other, end->chosen) && share_prefix (other, address))
        return true;
    }
  return false;
}

/* What the link has of END's addresses: the chosen one, and those that share
 * a prefix with its PEER. */
static void
choose_addresses (const Parser *parser,
                  const LinkEnd *end,
                  const LinkEnd *peer,
                  GArray *addresses)
{
  const GArray *own = host_at (parser, end->host)->addresses;

  for (unsigned i = 0; i < own->len; i++)
    {
      const ScenarioAddress *address = &g_array_index (own, ScenarioAddress, i);

      if (address == end->chosen
          || (is_eligible (address, end->chosen)
              && shares_prefix (parser, peer, address)))
        g_array_append_val (addresses, *address);
    }
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
            g_strdup ("give the host an address of its own for each link, and "
                      "choose: 'link A:ADDR B:ADDR'"),
            "%s is already used on the link %s>%s", text,
            host_at (parser, link_at (parser, other - 1)->from)->name,
            host_at (parser, link_at (parser, other - 1)->to)->name);
      g_hash_table_insert (parser->taken_by, g_strdup (text),
                           GUINT_TO_POINTER (index + 1));
    }
  return true;
}

static bool
settle_addresses (Parser *parser,
                  const Token *token,
                  const LinkEnd *first,
                  const LinkEnd *second)
{
  unsigned index =
      (unsigned) scenario_link_find (parser, first->host, second->host);
  GArray *there = link_at (parser, index)->addresses;
  GArray *back = link_at (parser, index ^ 1)->addresses;
  const char *a = host_at (parser, first->host)->name;
  const char *b = host_at (parser, second->host)->name;

  if (scenario_host_is_broken (parser, first->host)
      || scenario_host_is_broken (parser, second->host))
    return true;
  choose_addresses (parser, first, second, there);
  choose_addresses (parser, second, first, back);
  if (there->len == 0 || back->len == 0)
    return scenario_error_inside (
        parser, token, 0,
        g_strdup_printf (
            "give both an address of one prefix, like 10.0.0.1/24 and "
            "10.0.0.2/24, or choose: 'link %s:ADDR %s:ADDR'",
            a, b),
        "'%s' and '%s' have no prefix in common", a, b);
  return take_addresses (parser, token, index, there)
         && take_addresses (parser, token, index ^ 1, back);
}

/* Makes the pair on first sight; false: an error. */
static bool
connect (Parser *parser,
         const Token *token,
         const LinkEnd *first,
         const LinkEnd *second)
{
  unsigned a = first->host, b = second->host;
  int found = scenario_link_find (parser, a, b);

  if (a == b)
    return scenario_error (parser, token, "'%s' cannot be linked to itself",
                           host_at (parser, a)->name);
  if (found >= 0 && (first->chosen != NULL || second->chosen != NULL))
    {
      const ScenarioPlace *place = &link_at (parser, (unsigned) found)->place;

      return scenario_error (parser, token,
                             "the link's addresses are settled already: %s:%u",
                             place->file, place->line);
    }
  if (found >= 0)
    return true;
  add_direction (parser, a, b);
  add_direction (parser, b, a);
  return settle_addresses (parser, token, first, second);
}

/* NAME[:ADDR], OFFSET bytes into TOKEN. */
static bool
read_end (Parser *parser,
          const Token *token,
          size_t offset,
          const char *text,
          LinkEnd *end)
{
  const char *colon = strchr (text, ':');
  size_t length = colon != NULL ? (size_t) (colon - text) : strlen (text);
  char *name = g_strndup (text, length);
  bool known = scenario_host_find (parser, token, offset, name, &end->host);
  const GArray *addresses;
  Address address;

  g_free (name);
  end->chosen = NULL;
  if (!known || colon == NULL || scenario_host_is_broken (parser, end->host))
    return known;
  addresses = host_at (parser, end->host)->addresses;
  if (address_parse (colon + 1, &address))
    for (unsigned i = 0; i < addresses->len; i++)
      if (address_equal (&g_array_index (addresses, ScenarioAddress, i).address,
                         &address))
        end->chosen = &g_array_index (addresses, ScenarioAddress, i);
  return end->chosen != NULL
         || scenario_error_inside (parser, token, offset + length + 1, NULL,
                                   "'%s' is no address of '%s'", colon + 1,
                                   host_at (parser, end->host)->name);
}

/* A B or A>B; what is wrong with one end hides nothing of the other. */
static bool
take_ends (Parser *parser, LinkEnd *from, LinkEnd *to, bool *both)
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
      const Token *second = scenario_take (parser, "the host at the other end");

      known = read_end (parser, token, 0, token->text, from);
      return second != NULL && read_end (parser, second, 0, second->text, to)
             && known;
    }
  name = g_strndup (token->text, (size_t) (arrow - token->text));
  known = read_end (parser, token, 0, name, from);
  known &= read_end (parser, token, (size_t) (arrow + 1 - token->text),
                     arrow + 1, to);
  g_free (name);
  return known;
}

bool
scenario_link_take (Parser *parser, unsigned *index, bool *both)
{
  const Token *token = scenario_peek (parser);
  LinkEnd from = { 0, NULL }, to = { 0, NULL };
  int found;

  if (!take_ends (parser, &from, &to, both))
    return false;
  if (from.chosen != NULL || to.chosen != NULL)
    return scenario_error (parser, token, "no address belongs here");
  found = scenario_link_find (parser, from.host, to.host);
  if (found < 0 && parser->lost_links)
    {
      /* Perhaps the lost line had it: go on as if. */
      add_direction (parser, from.host, to.host);
      add_direction (parser, to.host, from.host);
      found = scenario_link_find (parser, from.host, to.host);
    }
  if (found < 0)
    return scenario_error (parser, token, "there is no link %s>%s",
                           host_at (parser, from.host)->name,
                           host_at (parser, to.host)->name);
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

/* Nothing is known about the ends, but the rest of the line is checked; unless
 * it is no chain, since words may have slipped. */
static bool
check_rest (Parser *parser)
{
  ChainSpec *chain;

  parser->lost_links = true;
  if (scenario_try (parser, "up") || scenario_try (parser, "down"))
    scenario_end (parser);
  else if (scenario_chain_begins (parser)
           && (chain = scenario_chain (parser, false)) != NULL)
    g_array_unref (chain);
  return false;
}

bool
scenario_link (Parser *parser)
{
  const Token *token = scenario_peek (parser);
  LinkEnd from = { 0, NULL }, to = { 0, NULL };
  unsigned index;
  bool both = false, right;
  ChainSpec *chain;

  if (!take_ends (parser, &from, &to, &both)
      || !connect (parser, token, &from, &to))
    return check_rest (parser);
  index = (unsigned) scenario_link_find (parser, from.host, to.host);
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
