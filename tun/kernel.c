// SPDX-License-Identifier: MIT
#include "tun/kernel.h"

#include "stack/address.h"
#include "tun/tun.h"

unsigned
kernel_device_count (const Scenario *scenario, unsigned host)
{
  unsigned count = 0;
  for (unsigned i = 0; i < scenario->links->len; i++)
    {
      const ScenarioLink *link = g_ptr_array_index (scenario->links, i);
      count += link->from == host;
    }
  return count;
}

char *
kernel_names (const Scenario *scenario)
{
  GString *text = g_string_new ("127.0.0.1 localhost\n"
                                "::1 localhost ip6-localhost ip6-loopback\n");
  for (unsigned i = 0; i < scenario->hosts->len; i++)
    {
      const ScenarioHost *host = g_ptr_array_index (scenario->hosts, i);
      for (unsigned k = 0; k < host->addresses->len; k++)
        {
          const ScenarioAddress *address =
              &g_array_index (host->addresses, ScenarioAddress, k);
          char address_text[ADDRESS_TEXT_MAX];
          address_format (&address->address, address_text);
          g_string_append_printf (text, "%s %s\n", address_text, host->name);
        }
    }
  return g_string_free (text, FALSE);
}

static bool
has_family (const ScenarioLink *link, bool ipv4)
{
  for (unsigned i = 0; i < link->addresses->len; i++)
    if (address_is_ipv4 (
            &g_array_index (link->addresses, ScenarioAddress, i).address)
        == ipv4)
      return true;
  return false;
}

/* Those of ROUTES through INTERFACE that its link has an address for. */
static GArray *
select_routes (const GArray *routes,
               unsigned interface,
               const ScenarioLink *link)
{
  GArray *selected = g_array_new (FALSE, FALSE, sizeof (TopologyRoute));
  for (unsigned i = 0; i < routes->len; i++)
    {
      TopologyRoute route = g_array_index (routes, TopologyRoute, i);
      if (route.interface == interface
          && has_family (link, address_is_ipv4 (&route.prefix)))
        g_array_append_val (selected, route);
    }
  return selected;
}

Namespace *
kernel_namespace_new (const Scenario *scenario,
                      unsigned host,
                      char *const *command,
                      const char *scratch,
                      GError **error)
{
  const ScenarioHost *spec = g_ptr_array_index (scenario->hosts, host);
  g_autofree char *names = kernel_names (scenario);
  NamespaceDevice devices[NAMESPACE_DEVICES_MAX];
  char device_names[NAMESPACE_DEVICES_MAX][TUN_NAME_MAX + 1];
  NamespaceConfig config = { .host = spec->name,
                             .names = names,
                             .devices = devices,
                             .command = command,
                             .scratch = scratch };
  unsigned links = kernel_device_count (scenario, host);
  if (links == 0 || links > NAMESPACE_DEVICES_MAX)
    {
      g_set_error (error, NAMESPACE_ERROR, NAMESPACE_ERROR_DEVICES,
                   "%s has %u links, but a kernel host has 1 to %u", spec->name,
                   links, NAMESPACE_DEVICES_MAX);
      return NULL;
    }
  Topology *topology = topology_new (scenario);
  g_autoptr (GArray) routes = topology_routes (topology, host);
  topology_free (topology);
  for (unsigned i = 0; i < scenario->links->len; i++)
    {
      const ScenarioLink *link = g_ptr_array_index (scenario->links, i);
      if (link->from != host)
        continue;
      unsigned k = config.device_count++;
      g_snprintf (device_names[k], sizeof device_names[k], "lab%u", k);
      devices[k] =
          (NamespaceDevice){ .name = device_names[k],
                             .mtu = spec->mtu,
                             .addresses = link->addresses,
                             .routes = select_routes (routes, k, link) };
    }
  Namespace *namespace = namespace_new (&config, error);
  for (unsigned i = 0; i < config.device_count; i++)
    g_array_unref (devices[i].routes);
  return namespace;
}
