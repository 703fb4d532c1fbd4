// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"
#include "sim/units.h"
#include "stack/address.h"

#include <string.h>

/* Why ADDRESS cannot be a host's, as the end of a sentence, or NULL. */
static const char *
judge_address (const Address *address, unsigned length)
{
  unsigned bits = address_is_ipv4 (address) ? 32 : 128;
  bool host_part = false;

  for (unsigned i = 128 - (bits - length); i < 128; i++)
    host_part |= (address->bytes[i / 8] >> (7 - i % 8)) & 1;
  if (address_is_any (address))
    return "means no host in particular";
  if (address_is_multicast (address))
    return "means a group of hosts";
  if (address_is_loopback (address))
    return "is every host's own loopback address";
  if (address_is_broadcast (address)
      || address_is_subnet_broadcast (address, address, length))
    return "means all hosts of its prefix (broadcast)";
  if (bits == 32 && length < 31 && !host_part)
    return "is the prefix itself, not a host in it";
  return NULL;
}

/* ADDR/LEN, SLASH bytes into TOKEN. */
static bool
read_address (Parser *parser,
              const Token *token,
              size_t slash,
              ScenarioAddress *result)
{
  char *text = g_strndup (token->text, slash);
  AddressText read;
  bool valid = scenario_read_address (parser, token, text, 0, &read);
  const char *wrong = "the length of a prefix is missing";
  uint64_t length = 0;
  unsigned most;

  g_free (text);
  if (!valid)
    return false;
  if (read.ipv6 && address_is_ipv4 (&read.address))
    return scenario_error (parser, token, "'%s' is IPv4: write it as such",
                           token->text);
  result->address = read.address;
  if (token->text[slash] != '\0')
    wrong = unit_parse_number (token->text + slash + 1, &length) != NULL
                ? "the length of its prefix is no number"
                : NULL;
  if (wrong != NULL)
    return scenario_error_inside (
        parser, token, slash + (token->text[slash] != '\0'),
        g_strdup ("for example 10.0.0.1/24, fd00::1/64"), "'%s': %s",
        token->text, wrong);
  most = address_is_ipv4 (&result->address) ? 32 : 128;
  if (length < 1 || length > most)
    return scenario_error_inside (parser, token, slash + 1, NULL,
                                  "a prefix has 1 to %u bits here", most);
  result->prefix_length = (unsigned) length;
  wrong = judge_address (&result->address, result->prefix_length);
  return wrong == NULL
         || scenario_error (parser, token, "'%s' %s", token->text, wrong);
}

static bool
add_address (Parser *parser, ScenarioHost *host, const ScenarioAddress *address)
{
  char text[ADDRESS_TEXT_MAX];
  const ScenarioHost *other;

  address_format (&address->address, text);
  other = g_hash_table_lookup (parser->address_by, text);
  if (other != NULL)
    return scenario_error (parser, scenario_last (parser),
                           "%s is already an address of '%s'", text,
                           other->name);
  if (host->addresses->len == SCENARIO_HOST_MAX)
    return scenario_error (parser, scenario_last (parser),
                           "more than %d addresses", SCENARIO_HOST_MAX);
  g_hash_table_insert (parser->address_by, g_strdup (text), host);
  g_array_append_val (host->addresses, *address);
  return true;
}

/* What follows the name, up to the first option, as long as it looks like an
 * address. */
static bool
take_addresses (Parser *parser, ScenarioHost *host)
{
  const Token *token;
  ScenarioAddress address;

  while ((token = scenario_peek (parser)) != NULL
         && (host->addresses->len == 0 || strpbrk (token->text, "/:.") != NULL))
    {
      scenario_take (parser, "an address");
      if (!read_address (parser, token, strcspn (token->text, "/"), &address)
          || !add_address (parser, host, &address))
        return false;
    }
  return host->addresses->len > 0
         || scenario_error (parser, NULL, "an address is missing");
}

static bool
is_name (const char *name)
{
  size_t length = 0;

  while (g_ascii_isalnum (name[length]) || name[length] == '-'
         || name[length] == '_')
    length++;
  return g_ascii_isalpha (name[0]) && name[length] == '\0'
         && length <= SCENARIO_NAME_MAX;
}

static ScenarioHost *
host_new (Parser *parser, const char *name)
{
  ScenarioHost *host = g_new0 (ScenarioHost, 1);

  host->place = parser->line->place;
  host->name = g_strdup (name);
  host->addresses = g_array_new (FALSE, FALSE, sizeof (ScenarioAddress));
  host->mtu = SCENARIO_MTU;
  stack_config_init (&host->config);
  /* Owned by the scenario even when its line is wrong: addresses point here. */
  g_ptr_array_add (parser->scenario->hosts, host);
  g_hash_table_insert (parser->host_by, host->name,
                       GUINT_TO_POINTER (parser->scenario->hosts->len));
  return host;
}

bool
scenario_host (Parser *parser)
{
  bool router = g_str_equal (scenario_last (parser)->text, "router");
  const Token *name =
      scenario_take (parser, router ? "the router's name" : "the host's name");
  ScenarioHost *host;

  if (name == NULL || !is_name (name->text))
    {
      parser->lost_hosts = true;
      return name != NULL
             && scenario_error (parser, name,
                                "'%s' is no name: letters, digits, '-', '_', "
                                "a letter first, at most %d",
                                name->text, SCENARIO_NAME_MAX);
    }
  if (g_hash_table_contains (parser->host_by, name->text))
    return scenario_error (parser, name, "there is a host '%s' already",
                           name->text);
  host = host_new (parser, name->text);
  host->router = host->config.forwarding = router;
  host->kernel = scenario_try (parser, "kernel");
  if (router && host->kernel)
    scenario_error (parser, scenario_last (parser),
                    "the kernel plays hosts, not routers");
  else if (take_addresses (parser, host)
           && scenario_option_take_all (parser, host))
    return true;
  g_hash_table_add (parser->broken, host);
  return false;
}

bool
scenario_host_find (Parser *parser,
                    const Token *token,
                    size_t offset,
                    const char *name,
                    unsigned *index)
{
  unsigned found =
      GPOINTER_TO_UINT (g_hash_table_lookup (parser->host_by, name));
  GPtrArray *names;

  if (found > 0)
    {
      *index = found - 1;
      return true;
    }
  if (parser->lost_hosts && is_name (name))
    {
      /* Perhaps the lost line had it: go on as if. */
      g_hash_table_add (parser->broken, host_new (parser, name));
      *index = parser->scenario->hosts->len - 1;
      return true;
    }
  names = g_ptr_array_new ();
  for (unsigned i = 0; i < parser->scenario->hosts->len; i++)
    {
      const ScenarioHost *host = g_ptr_array_index (parser->scenario->hosts, i);

      g_ptr_array_add (names, host->name);
    }
  g_ptr_array_add (names, NULL);
  scenario_error_inside (
      parser, token, offset,
      scenario_error_hint (name, (const char *const *) names->pdata),
      "there is no host '%s'", name);
  g_ptr_array_unref (names);
  return false;
}

bool
scenario_host_is_broken (const Parser *parser, unsigned index)
{
  return g_hash_table_contains (
      parser->broken, g_ptr_array_index (parser->scenario->hosts, index));
}

bool
scenario_host_take (Parser *parser, unsigned *index)
{
  const Token *token = scenario_take (parser, "a host");

  return token != NULL
         && scenario_host_find (parser, token, 0, token->text, index);
}
