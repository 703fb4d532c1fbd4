// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"
#include "stack/address.h"

#include <string.h>

typedef enum
{
  FAMILY_ANY,
  FAMILY_IPV4,
  FAMILY_IPV6
} Family;

static const ScenarioHost *
host_at (const Parser *parser, unsigned index)
{
  return g_ptr_array_index (parser->scenario->hosts, index);
}

/* Then nothing can be said about who reaches whom. */
static bool
is_uncertain (const Parser *parser, unsigned host)
{
  return parser->lost_hosts || parser->lost_links
         || scenario_host_is_broken (parser, host);
}

/* Index + 1 of the link whose sending end has ADDRESS, or 0. */
static unsigned
taken_by (const Parser *parser, const Address *address)
{
  char text[ADDRESS_TEXT_MAX];

  address_format (address, text);
  return GPOINTER_TO_UINT (g_hash_table_lookup (parser->taken_by, text));
}

static bool
has_family (const Parser *parser, unsigned host, bool ipv4)
{
  const GArray *addresses = host_at (parser, host)->addresses;

  for (unsigned i = 0; i < addresses->len; i++)
    if (address_is_ipv4 (&g_array_index (addresses, ScenarioAddress, i).address)
        == ipv4)
      return true;
  return false;
}

/* Only when nothing is lost: then no more hosts or links will come. */
static const TopologyWay *
ways_from (Parser *parser, unsigned host)
{
  if (parser->topology == NULL)
    parser->topology = topology_new (parser->scenario);
  return topology_ways (parser->topology, host);
}

/* Of those that PEER listed, the first that HOST reaches: a neighbour's is on
 * their link, of others any is. */
static bool
choose_address (Parser *parser,
                const Token *token,
                unsigned host,
                unsigned peer,
                Family family,
                Address *address)
{
  const ScenarioHost *other = host_at (parser, peer);
  int link = scenario_link_find (parser, peer, host);

  if (is_uncertain (parser, host) || is_uncertain (parser, peer))
    return true;
  if (ways_from (parser, host)[peer].hops == 0)
    return scenario_error (parser, token, "no link or router leads to '%s'",
                           other->name);
  for (unsigned i = 0; i < other->addresses->len; i++)
    {
      const Address *candidate =
          &g_array_index (other->addresses, ScenarioAddress, i).address;
      bool ipv4 = address_is_ipv4 (candidate);
      unsigned taken = taken_by (parser, candidate);

      if ((family == FAMILY_ANY || (family == FAMILY_IPV4) == ipv4)
          && has_family (parser, host, ipv4)
          && (link < 0 ? taken > 0 : taken == (unsigned) link + 1))
        {
          *address = *candidate;
          return true;
        }
    }
  return scenario_error (parser, token, "'%s' has no such address for '%s'",
                         other->name, host_at (parser, host)->name);
}

/* NAME[/4|/6] */
static bool
read_name (Parser *parser,
           const Token *token,
           const char *text,
           unsigned host,
           Address *address)
{
  const char *slash = strchr (text, '/');
  Family family = FAMILY_ANY;
  unsigned peer = 0;
  char *name;
  bool known;

  if (slash != NULL && strcmp (slash, "/4") != 0 && strcmp (slash, "/6") != 0)
    return scenario_error_inside (parser, token, (size_t) (slash - text), NULL,
                                  "only /4 or /6 can follow a name");
  if (slash != NULL)
    family = slash[1] == '4' ? FAMILY_IPV4 : FAMILY_IPV6;
  name = slash != NULL ? g_strndup (text, (size_t) (slash - text))
                       : g_strdup (text);
  known = scenario_host_find (parser, token, 0, name, &peer);
  g_free (name);
  if (!known)
    return false;
  if (peer == host)
    return scenario_error (parser, token, "'%s' would talk to itself",
                           host_at (parser, host)->name);
  return choose_address (parser, token, host, peer, family, address);
}

/* Is ADDRESS in a prefix of HOST that one of its links has? */
static bool
has_prefix (const Parser *parser, unsigned host, const Address *address)
{
  const GArray *addresses = host_at (parser, host)->addresses;

  for (unsigned i = 0; i < addresses->len; i++)
    {
      const ScenarioAddress *one =
          &g_array_index (addresses, ScenarioAddress, i);

      if (taken_by (parser, &one->address) > 0
          && address_in_prefix (address, &one->address, one->prefix_length))
        return true;
    }
  return false;
}

/* Some address of a prefix that HOST reaches; nobody needs to have it. */
static bool
check_route (Parser *parser,
             const Token *token,
             unsigned host,
             const Address *address)
{
  const ScenarioHost *self = host_at (parser, host);
  const TopologyWay *ways;

  for (unsigned i = 0; i < self->addresses->len; i++)
    if (address_equal (
            &g_array_index (self->addresses, ScenarioAddress, i).address,
            address))
      return scenario_error (parser, token, "'%s' would talk to itself",
                             self->name);
  if (is_uncertain (parser, host) || has_prefix (parser, host, address))
    return true;
  ways = ways_from (parser, host);
  for (unsigned i = 0; i < parser->scenario->hosts->len; i++)
    if (ways[i].hops > 0 && has_prefix (parser, i, address))
      return true;
  return scenario_error (parser, token,
                         "'%s' is in no prefix that '%s' reaches", token->text,
                         self->name);
}

/* [IPV6], the brackets included. */
static bool
read_bracketed (Parser *parser,
                const Token *token,
                const char *text,
                size_t offset,
                AddressText *read)
{
  char *inner = g_strndup (text + 1, strlen (text) - 2);
  bool valid = scenario_read_address (parser, token, inner, offset + 1, read);

  g_free (inner);
  return valid
         && (read->ipv6
             || scenario_error (parser, token,
                                "brackets are for IPv6 addresses only"));
}

static bool
read_host_part (Parser *parser,
                const Token *token,
                const char *text,
                size_t offset,
                unsigned host,
                Address *address)
{
  size_t length = strlen (text);
  AddressText read;
  bool valid;

  if (*text == '\0')
    return scenario_error (parser, token, "a host is missing in '%s'",
                           token->text);
  if (g_ascii_isalpha (*text) && strchr (text, ':') == NULL)
    return read_name (parser, token, text, host, address);
  if (*text == '[' && text[length - 1] == ']')
    valid = read_bracketed (parser, token, text, offset, &read);
  else if (strchr (text, ':') != NULL)
    return scenario_error (parser, token,
                           "IPv6 addresses stand in brackets here, like "
                           "[fd00::2]");
  else
    valid = scenario_read_address (parser, token, text, offset, &read);
  if (!valid)
    return false;
  *address = read.address;
  return check_route (parser, token, host, address);
}

bool
scenario_peer_read (Parser *parser,
                    const Token *token,
                    const char *text,
                    size_t offset,
                    unsigned host,
                    unsigned port_default,
                    Endpoint *peer)
{
  const char *colon = strrchr (text, ':');
  const char *bracket = strrchr (text, ']');
  char *name;
  bool right;

  if (colon != NULL && bracket != NULL && colon < bracket)
    colon = NULL;
  if (colon == NULL && port_default == SCENARIO_PEER_PORT)
    return scenario_error (parser, token, "'%s' has no :PORT", text);
  if (colon == NULL)
    {
      peer->port = (uint16_t) port_default;
      return read_host_part (parser, token, text, offset, host, &peer->address);
    }
  if (port_default == SCENARIO_PEER_PORTLESS)
    return scenario_error (parser, token, "'%s': no port belongs here", text);
  if (!scenario_read_port (parser, token, colon + 1,
                           offset + (size_t) (colon + 1 - text), &peer->port))
    return false;
  name = g_strndup (text, (size_t) (colon - text));
  right = read_host_part (parser, token, name, offset, host, &peer->address);
  g_free (name);
  return right;
}
