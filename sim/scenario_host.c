// SPDX-License-Identifier: MIT
#include "sim/scenario_parser.h"
#include "sim/units.h"
#include "stack/address.h"

#include <string.h>

typedef enum
{
  OPTION_SIZE,   /* size_t */
  OPTION_TIME,   /* Time */
  OPTION_NUMBER, /* unsigned */
  OPTION_BYTE    /* uint8_t */
} OptionKind;

typedef struct
{
  const char *word;
  OptionKind kind;
  size_t offset;      /* in StackConfig */
  uint64_t low, high; /* times in ns */
  bool off;           /* "off" is 0 */
} Option;

#define MTU         1500
#define MTU_MIN     68   /* RFC 791 3.2 */
#define MTU_IPV6    1280 /* RFC 8200 5 */
#define FIELD(name) offsetof (StackConfig, name)
#define BUFFER_MAX  (UINT64_C (1) << 30)
#define DAY         ((uint64_t) SECOND * 86400)

static const Option OPTIONS[] = {
  { "rcvbuf", OPTION_SIZE, FIELD (receive_buffer), 1, BUFFER_MAX, false },
  { "sndbuf", OPTION_SIZE, FIELD (send_buffer), 1, BUFFER_MAX, false },
  { "r2", OPTION_NUMBER, FIELD (tcp.r2), 1, 255, true },
  { "iw", OPTION_NUMBER, FIELD (tcp.initial_window), 1, 1000, false },
  /* RFC 9293 MUST-40: less than half a second. */
  { "delack", OPTION_TIME, FIELD (tcp.delayed_ack), 1, SECOND / 2 - 1, true },
  { "rto_min", OPTION_TIME, FIELD (rto_min), 1, DAY, false },
  { "rto_initial", OPTION_TIME, FIELD (rto_initial), 1, DAY, false },
  { "rto_max", OPTION_TIME, FIELD (rto_max), 1, DAY, false },
  { "msl", OPTION_TIME, FIELD (msl), 1, DAY, false },
  { "ttl", OPTION_BYTE, FIELD (hop_limit), 1, 255, false },
};

static const char *const OPTION_WORDS[] = {
  "rcvbuf",     "sndbuf",      "r2",      "iw",     "delack",
  "rto_min",    "rto_initial", "rto_max", "msl",    "ttl",
  "privileged", "rpf",         "mtu",     "kernel", NULL
};

static bool
take_time (Parser *parser, const Option *option, uint64_t *value)
{
  const Token *token;
  Time time = 0;

  if (!scenario_take_time (parser, option->word, &time))
    return false;
  *value = (uint64_t) time;
  token = scenario_last (parser);
  if (*value < option->low)
    return scenario_error (parser, token, "%s: '%s' is too short", option->word,
                           token->text);
  if (*value > option->high)
    return scenario_error (parser, token, "%s: '%s' is too long%s",
                           option->word, token->text,
                           option->kind == OPTION_TIME && option->off
                               ? ": RFC 9293 wants less than 500ms"
                               : "");
  return true;
}

static bool
take_value (Parser *parser, const Option *option, uint64_t *value)
{
  if (option->off && scenario_try (parser, "off"))
    {
      *value = 0;
      return true;
    }
  if (option->kind == OPTION_TIME)
    return take_time (parser, option, value);
  if (option->kind == OPTION_SIZE)
    return scenario_take_size (parser, option->word, option->low, option->high,
                               value);
  return scenario_take_number (parser, option->word, option->low, option->high,
                               value);
}

static bool
set_option (Parser *parser, ScenarioHost *host, const Option *option)
{
  char *field = (char *) &host->config + option->offset;
  uint64_t value = 0;

  if (!take_value (parser, option, &value))
    return false;
  switch (option->kind)
    {
    case OPTION_SIZE:
      *(size_t *) (void *) field = (size_t) value;
      break;
    case OPTION_TIME:
      *(Time *) (void *) field = (Time) value;
      break;
    case OPTION_NUMBER:
      *(unsigned *) (void *) field = (unsigned) value;
      break;
    case OPTION_BYTE:
      *(uint8_t *) field = (uint8_t) value;
      break;
    }
  return true;
}

static bool
take_mtu (Parser *parser, ScenarioHost *host)
{
  uint64_t mtu;

  if (!scenario_take_number (parser, "mtu", MTU_MIN, UINT16_MAX, &mtu))
    return false;
  host->mtu = (unsigned) mtu;
  for (unsigned i = 0; i < host->addresses->len; i++)
    if (mtu < MTU_IPV6
        && !address_is_ipv4 (
            &g_array_index (host->addresses, ScenarioAddress, i).address))
      return scenario_error (parser, scenario_last (parser),
                             "IPv6 needs an mtu of at least %d", MTU_IPV6);
  return true;
}

static bool
take_options (Parser *parser, ScenarioHost *host)
{
  const Token *token;

  while ((token = scenario_peek (parser)) != NULL)
    {
      const Option *option = NULL;

      if (scenario_try (parser, "privileged"))
        {
          host->privileged = true;
          continue;
        }
      if (scenario_try (parser, "rpf"))
        {
          host->config.reverse_path = true;
          if (host->router)
            continue;
          return scenario_error (parser, token, "'rpf' is for routers");
        }
      if (scenario_try (parser, "mtu"))
        {
          if (take_mtu (parser, host))
            continue;
          return false;
        }
      for (unsigned i = 0; i < G_N_ELEMENTS (OPTIONS); i++)
        if (scenario_try (parser, OPTIONS[i].word))
          option = &OPTIONS[i];
      if (option == NULL)
        return scenario_error_word (parser, token, "option", OPTION_WORDS);
      if (!set_option (parser, host, option))
        return false;
    }
  token = scenario_last (parser);
  return host->config.rto_min <= host->config.rto_max
         || scenario_error (parser, token, "rto_min is above rto_max");
}

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
  host->mtu = MTU;
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
  else if (take_addresses (parser, host) && take_options (parser, host))
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
