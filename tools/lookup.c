// SPDX-License-Identifier: MIT
#include "tools/lookup.h"

#include "stack/address.h"
#include "tools/port.h"
#include "tools/protocol.h"
#include "tools/services.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#define FLAGS                                                                  \
  (AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV | AI_V4MAPPED | AI_ALL)

static const struct
{
  int type, protocol;
} transports[] = { { SOCK_STREAM, IPPROTO_TCP }, { SOCK_DGRAM, IPPROTO_UDP } };

/* The addresses so far, and which transport has which port; -1: none. */
typedef struct
{
  const LookupHints *hints;
  int ports[G_N_ELEMENTS (transports)];
  LookupResult *results;
  unsigned count;
  bool overflow;
} Lookup;

static bool
is_wanted (const LookupHints *hints, unsigned transport)
{
  return (hints->type == 0 || hints->type == transports[transport].type)
         && (hints->protocol == 0
             || hints->protocol == transports[transport].protocol);
}

static int
judge (const LookupHints *hints, const char *node, const char *service)
{
  if ((hints->flags & ~FLAGS) != 0)
    return EAI_BADFLAGS;
  if (hints->family != AF_UNSPEC && hints->family != AF_INET
      && hints->family != AF_INET6)
    return EAI_FAMILY;
  if (!is_wanted (hints, 0) && !is_wanted (hints, 1))
    return EAI_SOCKTYPE;
  return node || service ? 0 : EAI_NONAME;
}

static int
find_port (const GPtrArray *services, const char *name, uint8_t protocol)
{
  for (unsigned i = 0; services && i < services->len; i++)
    {
      const Service *service = g_ptr_array_index (services, i);
      if (service_is_called (service, name)
          && strcmp (service->protocol, protocol_name (protocol)) == 0)
        return service->port;
    }
  return -1;
}

static int
find_ports (Lookup *lookup, const char *service)
{
  const LookupHints *hints = lookup->hints;
  bool found = false;
  for (unsigned i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      uint16_t number = 0;
      size_t at, length;
      lookup->ports[i] = -1;
      if (!is_wanted (hints, i))
        continue;
      if (!service
          || port_parse (service, &number, &at, &length) == PORT_FAULT_NONE)
        lookup->ports[i] = number;
      else if (port_is_numeric (service) || hints->flags & AI_NUMERICSERV)
        return EAI_NONAME;
      else
        lookup->ports[i] = find_port (hints->services, service,
                                      (uint8_t) transports[i].protocol);
      found |= lookup->ports[i] >= 0;
    }
  return found ? 0 : EAI_SERVICE;
}

static void
add (Lookup *lookup, int family, const Address *address)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      if (lookup->ports[i] < 0)
        continue;
      lookup->overflow |= lookup->count == LOOKUP_MAX;
      if (lookup->overflow)
        return;
      lookup->results[lookup->count++] =
          (LookupResult){ .family = family,
                          .type = transports[i].type,
                          .protocol = transports[i].protocol,
                          .endpoint = { *address,
                                        (uint16_t) lookup->ports[i] } };
    }
}

/* ADDRESS if it is of the family, or if MAPPED and of the other. */
static void
offer (Lookup *lookup, const Address *address, bool mapped)
{
  bool ipv4 = address_is_ipv4 (address);
  int family = ipv4 ? AF_INET : AF_INET6;
  int wanted = lookup->hints->family;
  if (wanted == AF_UNSPEC || wanted == family)
    {
      if (!mapped)
        add (lookup, family, address);
    }
  else if (mapped && ipv4)
    add (lookup, AF_INET6, address);
}

static void
offer_all (Lookup *lookup, const char *node, bool mapped)
{
  const LookupHints *hints = lookup->hints;
  Address address;
  if (address_parse (node, &address))
    offer (lookup, &address, mapped);
  else if (!(hints->flags & AI_NUMERICHOST))
    for (unsigned i = 0; i < hints->name_count; i++)
      if (strcmp (hints->names[i].name, node) == 0)
        offer (lookup, &hints->names[i].address, mapped);
}

/* Nobody in particular: ourselves. */
static void
offer_own (Lookup *lookup)
{
  static const Address loopback = { { [15] = 1 } };
  static const uint8_t octets[4] = { 127, 0, 0, 1 };
  Address loopback_ipv4 = address_from_ipv4 (octets);
  bool passive = lookup->hints->flags & AI_PASSIVE;
  offer (lookup, passive ? &ADDRESS_ANY : &loopback, false);
  offer (lookup, passive ? &ADDRESS_ANY_IPV4 : &loopback_ipv4, false);
}

int
lookup (const LookupHints *hints,
        const char *node,
        const char *service,
        LookupResult results[LOOKUP_MAX],
        unsigned *count)
{
  Lookup lookup = { .hints = hints, .results = results };
  int result = judge (hints, node, service);
  *count = 0;
  if (result == 0)
    result = find_ports (&lookup, service);
  if (result != 0)
    return result;
  if (node)
    offer_all (&lookup, node, false);
  else
    offer_own (&lookup);
  /* With AI_ALL the mapped ones as well, else only in their place. */
  if (node && hints->flags & AI_V4MAPPED
      && (lookup.count == 0 || hints->flags & AI_ALL))
    offer_all (&lookup, node, true);
  *count = lookup.count;
  if (lookup.overflow)
    return EAI_OVERFLOW;
  return lookup.count > 0 ? 0 : EAI_NONAME;
}
