// SPDX-License-Identifier: MIT
#include "sim/address_fault.h"
#include "stack/address.h"
#include "tools/lookup.h"
#include "tools/services.h"
#include "tools/shell.h"

#include <string.h>
#include <sys/socket.h>

static const ScenarioHost *
host_at (const Shell *shell, unsigned i)
{
  return g_ptr_array_index (shell->scenario->hosts, i);
}

static const ScenarioHost *
find_host (const Shell *shell, const char *name, size_t length)
{
  for (unsigned i = 0; i < shell->scenario->hosts->len; i++)
    if (strlen (host_at (shell, i)->name) == length
        && strncmp (host_at (shell, i)->name, name, length) == 0)
      return host_at (shell, i);
  return NULL;
}

/* Is ADDRESS in a prefix of the present host's own? */
static bool
is_near (const Shell *shell, const Address *address)
{
  const GArray *own = host_at (shell, shell->at)->addresses;

  for (unsigned i = 0; i < own->len; i++)
    {
      const ScenarioAddress *prefix = &g_array_index (own, ScenarioAddress, i);

      if (address_in_prefix (address, &prefix->address, prefix->prefix_length))
        return true;
    }
  return false;
}

/* The first address of HOST of that family, better one that is near. */
static bool
choose (const Shell *shell,
        const ScenarioHost *host,
        bool ipv4,
        Address *address)
{
  bool found = false;

  for (unsigned i = 0; i < host->addresses->len; i++)
    {
      const Address *candidate =
          &g_array_index (host->addresses, ScenarioAddress, i).address;

      if (address_is_ipv4 (candidate) != ipv4
          || (found && !is_near (shell, candidate)))
        continue;
      *address = *candidate;
      if (is_near (shell, candidate))
        return true;
      found = true;
    }
  return found;
}

/* NAME[/4|/6]; without a family it is the socket's. */
static bool
read_name (Shell *shell,
           const ShellSocket *socket,
           const char *text,
           size_t length,
           Address *address)
{
  const char *slash = memchr (text, '/', length);
  size_t name_length = slash != NULL ? (size_t) (slash - text) : length;
  size_t family_length = length - name_length;
  bool ipv4 = socket->family == SOCKET_IPV4;
  const ScenarioHost *host = find_host (shell, text, name_length);

  if (host == NULL)
    {
      shell_refuse (shell, "there is no host '%.*s'; 'hosts' lists them",
                    (int) name_length, text);
      return false;
    }
  if (slash != NULL
      && (family_length != 2 || (slash[1] != '4' && slash[1] != '6')))
    {
      shell_refuse (shell, "only /4 or /6 can follow a name");
      return false;
    }
  if (slash != NULL)
    ipv4 = slash[1] == '4';
  if (choose (shell, host, ipv4, address))
    return true;
  shell_refuse (shell, "%s has no %s address", host->name,
                ipv4 ? "IPv4" : "IPv6");
  return false;
}

static bool
read_address (Shell *shell, const char *text, bool ipv6, Address *address)
{
  AddressText read;

  if (!address_text_read (text, &read))
    shell_refuse (shell, "'%s' is no address: %s", text,
                  address_fault_sentence (read.fault));
  else if (read.zone_length > 0 || read.prefix_length >= 0)
    shell_refuse (shell, "'%s': neither zone nor prefix length belongs here",
                  text);
  else if (read.ipv6 != ipv6)
    shell_refuse (shell, ipv6 ? "brackets are for IPv6 addresses only"
                              : "IPv6 addresses stand in brackets, like "
                                "[fd00::2]:7777");
  else
    {
      *address = read.address;
      return true;
    }
  return false;
}

/* What is before the colon. */
static bool
read_host (Shell *shell,
           const ShellSocket *socket,
           const char *text,
           size_t length,
           bool local,
           Address *address)
{
  bool bracketed = length >= 2 && text[0] == '[' && text[length - 1] == ']';
  char *inner;
  bool good;

  if (length == 0 || (length == 1 && *text == '*'))
    {
      if (!local)
        shell_refuse (shell, "whose port? for example bob:7777");
      *address = socket->family == SOCKET_IPV4 ? ADDRESS_ANY_IPV4 : ADDRESS_ANY;
      return local;
    }
  if (g_ascii_isalpha (*text) && memchr (text, ':', length) == NULL)
    return read_name (shell, socket, text, length, address);
  inner =
      bracketed ? g_strndup (text + 1, length - 2) : g_strndup (text, length);
  good = read_address (shell, inner, bracketed, address);
  g_free (inner);
  return good;
}

/* A number, or the name of a service of our own table: a session is the same
 * on every system. */
static bool
read_port (Shell *shell,
           const ShellSocket *socket,
           const char *text,
           uint16_t *port)
{
  g_autoptr (GPtrArray) services = services_bundled ();
  LookupHints hints = { .services = services,
                        .type = socket->type == SOCKET_STREAM ? SOCK_STREAM
                                                              : SOCK_DGRAM };
  LookupResult results[LOOKUP_MAX];
  unsigned count;

  if (lookup (&hints, NULL, text, results, &count) != 0)
    {
      shell_refuse (shell, "'%s' is no port: 0 to 65535 or 'http' would be",
                    text);
      return false;
    }
  *port = results[0].endpoint.port;
  return true;
}

bool
shell_address_read (Shell *shell,
                    const ShellSocket *socket,
                    const char *text,
                    bool local,
                    Endpoint *endpoint)
{
  const char *colon = strrchr (text, ':');
  const char *bracket = strrchr (text, ']');

  if (colon == NULL || (bracket != NULL && bracket > colon))
    {
      shell_refuse (shell, "'%s' has no port; for example bob:7777", text);
      return false;
    }
  return read_port (shell, socket, colon + 1, &endpoint->port)
         && read_host (shell, socket, text, (size_t) (colon - text), local,
                       &endpoint->address);
}
