// SPDX-License-Identifier: MIT
#include "sim/host_option.h"
#include "sim/scenario_parser.h"
#include "stack/address.h"

#define MTU_MIN  68   /* RFC 791 3.2 */
#define MTU_IPV6 1280 /* RFC 8200 5 */

static const char *const SWITCH_WORDS[] = { "off", "on", NULL };

/* Those that are no field of StackConfig. */
static const char *const OTHER_WORDS[] = { "mtu", "rpf", "privileged",
                                           "kernel" };

static bool
take_word (Parser *parser,
           const HostOption *option,
           const char *const *words,
           uint64_t *value)
{
  const Token *token = scenario_peek (parser);
  int which = scenario_try_words (parser, words);
  bool valid = which >= 0;
  char *all;

  if (token == NULL)
    return scenario_take (parser, option->word) != NULL;
  *value = (uint64_t) MAX (which, 0);
  if (valid)
    return true;
  all = g_strjoinv (", ", (char **) words);
  scenario_error_inside (
      parser, token, 0, scenario_error_hint (token->text, words),
      "%s: '%s' is none of %s", option->word, token->text, all);
  g_free (all);
  return false;
}

static bool
take_time (Parser *parser, const HostOption *option, uint64_t *value)
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
    return scenario_error (parser, token, "%s: '%s' is too long%s%s",
                           option->word, token->text,
                           option->too_long != NULL ? ": " : "",
                           option->too_long != NULL ? option->too_long : "");
  return true;
}

static bool
take_value (Parser *parser, const HostOption *option, uint64_t *value)
{
  if (option->off && scenario_try (parser, "off"))
    {
      *value = 0;
      return true;
    }
  switch (option->kind)
    {
    case HOST_OPTION_SWITCH:
      return take_word (parser, option, SWITCH_WORDS, value);
    case HOST_OPTION_WORD:
      return take_word (parser, option, option->words, value);
    case HOST_OPTION_TIME:
      return take_time (parser, option, value);
    case HOST_OPTION_SIZE:
      return scenario_take_size (parser, option->word, option->low,
                                 option->high, value);
    case HOST_OPTION_NUMBER:
    case HOST_OPTION_BYTE:
      break;
    }
  return scenario_take_number (parser, option->word, option->low, option->high,
                               value);
}

static bool
take_option (Parser *parser, ScenarioHost *host, unsigned index)
{
  uint64_t value = 0;

  if (!take_value (parser, &HOST_OPTIONS[index], &value))
    return false;
  host_option_set (&HOST_OPTIONS[index], &host->config, value);
  host->options |= UINT64_C (1) << index;
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
unknown_option (Parser *parser)
{
  GPtrArray *words = g_ptr_array_new ();

  for (unsigned i = 0; i < HOST_OPTION_COUNT; i++)
    g_ptr_array_add (words, (char *) HOST_OPTIONS[i].word);
  for (unsigned i = 0; i < G_N_ELEMENTS (OTHER_WORDS); i++)
    g_ptr_array_add (words, (char *) OTHER_WORDS[i]);
  g_ptr_array_add (words, NULL);
  scenario_error_word (parser, scenario_peek (parser), "option",
                       (const char *const *) words->pdata);
  g_ptr_array_unref (words);
  return false;
}

/* The next option with its value. */
static bool
take_next (Parser *parser, ScenarioHost *host)
{
  const Token *token = scenario_peek (parser);

  if (scenario_try (parser, "privileged"))
    return host->privileged = true;
  if (scenario_try (parser, "rpf"))
    {
      host->config.reverse_path = true;
      return host->router
             || scenario_error (parser, token, "'rpf' is for routers");
    }
  if (scenario_try (parser, "mtu"))
    return take_mtu (parser, host);
  for (unsigned i = 0; i < HOST_OPTION_COUNT; i++)
    if (scenario_try (parser, HOST_OPTIONS[i].word))
      return take_option (parser, host, i);
  return unknown_option (parser);
}

bool
scenario_option_take_all (Parser *parser, ScenarioHost *host)
{
  while (scenario_peek (parser) != NULL)
    if (!take_next (parser, host))
      return false;
  return host->config.rto_min <= host->config.rto_max
         || scenario_error (parser, scenario_last (parser),
                            "rto_min is above rto_max");
}
