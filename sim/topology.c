// SPDX-License-Identifier: MIT
#include "sim/topology.h"

#include "stack/address.h"

struct Topology
{
  const Scenario *scenario;
  unsigned count;    /* of hosts */
  GHashTable *wires; /* "10.0.0.0/24" > index / 2 + 1 of the link that has it,
                        or SEVERAL */
  GArray **links;    /* unsigned, of Scenario.links: those that leave a host */
  TopologyWay *ways; /* from the host that was asked about last */
  unsigned *reached; /* others, in the order of the walk */
  unsigned reached_count;
  unsigned asked; /* that host + 1; 0: none */
};

#define SEVERAL UINT_MAX

static const ScenarioHost *
host_nth (const Topology *topology, unsigned i)
{
  return g_ptr_array_index (topology->scenario->hosts, i);
}

static const ScenarioLink *
link_nth (const Topology *topology, unsigned i)
{
  return g_ptr_array_index (topology->scenario->links, i);
}

static TopologyRoute
route_to (const Address *address, unsigned length, unsigned interface)
{
  TopologyRoute route = { *address, length, interface };
  unsigned ends = length + (address_is_ipv4 (address) ? 96 : 0);

  for (unsigned bit = ends; bit < 128; bit++)
    route.prefix.bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
  return route;
}

static char *
key_of (const TopologyRoute *route)
{
  char text[ADDRESS_TEXT_MAX];

  return g_strdup_printf ("%s/%u", address_format (&route->prefix, text),
                          route->length);
}

static unsigned
look_up (GHashTable *table, const char *key)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (table, key));
}

/* Notes which prefixes link INDEX has. */
static void
note_prefixes (Topology *topology, unsigned index)
{
  const GArray *addresses = link_nth (topology, index)->addresses;
  unsigned wire = index / 2 + 1;

  for (unsigned i = 0; i < addresses->len; i++)
    {
      const ScenarioAddress *one =
          &g_array_index (addresses, ScenarioAddress, i);
      TopologyRoute prefix = route_to (&one->address, one->prefix_length, 0);
      char *key = key_of (&prefix);
      unsigned before = look_up (topology->wires, key);

      g_hash_table_insert (
          topology->wires, key,
          GUINT_TO_POINTER (before == 0 || before == wire ? wire : SEVERAL));
    }
}

Topology *
topology_new (const Scenario *scenario)
{
  Topology *topology = g_new0 (Topology, 1);
  unsigned count = scenario->hosts->len;

  topology->scenario = scenario;
  topology->count = count;
  topology->wires =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  topology->links = g_new (GArray *, count);
  topology->ways = g_new (TopologyWay, count);
  topology->reached = g_new (unsigned, count);
  for (unsigned i = 0; i < count; i++)
    topology->links[i] = g_array_new (FALSE, FALSE, sizeof (unsigned));
  for (unsigned i = 0; i < scenario->links->len; i++)
    {
      g_array_append_val (topology->links[link_nth (topology, i)->from], i);
      note_prefixes (topology, i);
    }
  return topology;
}

void
topology_free (Topology *topology)
{
  if (topology == NULL)
    return;
  for (unsigned i = 0; i < topology->count; i++)
    g_array_unref (topology->links[i]);
  g_hash_table_unref (topology->wires);
  g_free (topology->links);
  g_free (topology->ways);
  g_free (topology->reached);
  g_free (topology);
}

static void
reach_neighbours (Topology *topology, unsigned from, unsigned at)
{
  const GArray *links = topology->links[at];

  for (unsigned i = 0; i < links->len; i++)
    {
      unsigned index = g_array_index (links, unsigned, i);
      unsigned to = link_nth (topology, index)->to;
      TopologyWay *way = &topology->ways[to];

      if (way->hops > 0 || to == from)
        continue;
      way->hops = topology->ways[at].hops + 1;
      way->interface = at == from ? i : topology->ways[at].interface;
      topology->reached[topology->reached_count++] = to;
    }
}

const TopologyWay *
topology_ways (Topology *topology, unsigned host)
{
  if (topology->asked == host + 1)
    return topology->ways;
  topology->asked = host + 1;
  topology->reached_count = 0;
  for (unsigned i = 0; i < topology->count; i++)
    topology->ways[i] = (TopologyWay){ .hops = 0 };
  reach_neighbours (topology, host, host);
  for (unsigned i = 0; i < topology->reached_count; i++)
    if (host_nth (topology, topology->reached[i])->router)
      reach_neighbours (topology, host, topology->reached[i]);
  return topology->ways;
}

/* Routes of one host in the making. */
typedef struct
{
  GArray *routes;    /* TopologyRoute */
  GHashTable *known; /* "10.0.0.0/24" > index + 1 of routes */
} Table;

/* The first one to a prefix stays. */
static void
offer_route (Table *table, TopologyRoute route)
{
  char *key = key_of (&route);

  if (look_up (table->known, key) > 0)
    {
      g_free (key);
      return;
    }
  g_array_append_val (table->routes, route);
  g_hash_table_insert (table->known, key,
                       GUINT_TO_POINTER (table->routes->len));
}

/* Where a prefix is on several links, the route to it leads to one of them. */
static void
offer_address (Table *table,
               const Topology *topology,
               const ScenarioAddress *address,
               unsigned interface)
{
  TopologyRoute prefix =
      route_to (&address->address, address->prefix_length, interface);
  unsigned bits = address_is_ipv4 (&address->address) ? 32 : 128;
  char *key = key_of (&prefix);
  unsigned place;

  offer_route (table, prefix);
  place = look_up (table->known, key) - 1;
  if (look_up (topology->wires, key) == SEVERAL
      && g_array_index (table->routes, TopologyRoute, place)
                 .interface != interface)
    offer_route (table, route_to (&address->address, bits, interface));
  g_free (key);
}

static const GArray *
addresses_on (const Topology *topology, unsigned host, unsigned interface)
{
  unsigned link = g_array_index (topology->links[host], unsigned, interface);

  return link_nth (topology, link)->addresses;
}

/* HOST's own prefixes. */
static void
offer_own (Table *table, const Topology *topology, unsigned host)
{
  for (unsigned i = 0; i < topology->links[host]->len; i++)
    {
      const GArray *addresses = addresses_on (topology, host, i);

      for (unsigned k = 0; k < addresses->len; k++)
        {
          const ScenarioAddress *one =
              &g_array_index (addresses, ScenarioAddress, k);

          offer_route (table, route_to (&one->address, one->prefix_length, i));
        }
    }
}

/* Those of OTHER, which is behind INTERFACE. */
static void
offer_others (Table *table,
              const Topology *topology,
              unsigned other,
              unsigned interface)
{
  for (unsigned i = 0; i < topology->links[other]->len; i++)
    {
      const GArray *addresses = addresses_on (topology, other, i);

      for (unsigned k = 0; k < addresses->len; k++)
        offer_address (table, topology,
                       &g_array_index (addresses, ScenarioAddress, k),
                       interface);
    }
}

static bool
has_default (Topology *topology, unsigned host)
{
  const GArray *links = topology->links[host];

  return links->len == 1 && !host_nth (topology, host)->router
         && host_nth (
                topology,
                link_nth (topology, g_array_index (links, unsigned, 0))->to)
                ->router;
}

GArray *
topology_routes (Topology *topology, unsigned host)
{
  const TopologyWay *ways = topology_ways (topology, host);
  Table table = {
    .routes = g_array_new (FALSE, FALSE, sizeof (TopologyRoute)),
    .known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
  unsigned own;

  offer_own (&table, topology, host);
  own = table.routes->len;
  if (has_default (topology, host))
    {
      offer_route (&table, route_to (&ADDRESS_ANY_IPV4, 0, 0));
      offer_route (&table, route_to (&ADDRESS_ANY, 0, 0));
    }
  else
    for (unsigned i = 0; i < topology->reached_count; i++)
      {
        unsigned other = topology->reached[i];

        offer_others (&table, topology, other, ways[other].interface);
      }
  g_array_remove_range (table.routes, 0, own);
  g_hash_table_unref (table.known);
  return table.routes;
}
