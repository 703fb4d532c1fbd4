// SPDX-License-Identifier: MIT
#include "tools/explain.h"

#include "sim/host_option.h"
#include "stack/address.h"

static void
explain_value (GString *text, const HostOption *option, uint64_t value)
{
  if (option->kind == HOST_OPTION_WORD)
    g_string_append (text, option->words[value]);
  else if (option->off && value == 0)
    g_string_append (text, "off");
  else if (option->kind == HOST_OPTION_TIME)
    explain_time (text, (Time) value);
  else
    g_string_append_printf (text, "%" G_GUINT64_FORMAT, value);
}

static void
explain_option (GString *text, const HostOption *option, uint64_t value)
{
  if (option->kind == HOST_OPTION_SWITCH)
    g_string_append_printf (text, "    %s %s (%s %s)\n",
                            value != 0 ? "with" : "without", option->meaning,
                            option->word, value != 0 ? "on" : "off");
  else
    {
      g_string_append_printf (text, "    %s: ", option->meaning);
      explain_value (text, option, value);
      g_string_append_printf (text, " (%s)\n", option->word);
    }
}

static void
explain_addresses (GString *text, const ScenarioHost *host)
{
  for (unsigned i = 0; i < host->addresses->len; i++)
    {
      const ScenarioAddress *address =
          &g_array_index (host->addresses, ScenarioAddress, i);
      char written[ADDRESS_TEXT_MAX];

      g_string_append_printf (text, "%s %s/%u", i > 0 ? "," : "",
                              address_format (&address->address, written),
                              address->prefix_length);
    }
}

void
explain_host (GString *text, const ScenarioHost *host)
{
  g_string_append_printf (text, "  %s%s has", host->router ? "router " : "",
                          host->name);
  explain_addresses (text, host);
  if (host->kernel)
    g_string_append (text, "; live, it is the Linux kernel");
  g_string_append_c (text, '\n');
  for (unsigned i = 0; i < HOST_OPTION_COUNT; i++)
    if ((host->options >> i & 1) != 0)
      explain_option (text, &HOST_OPTIONS[i],
                      host_option_get (&HOST_OPTIONS[i], &host->config));
  if (host->mtu != SCENARIO_MTU)
    g_string_append_printf (text, "    largest packet in bytes: %u (mtu)\n",
                            host->mtu);
  if (host->config.reverse_path)
    g_string_append (text, "    drops what comes from where it would not send "
                           "an answer (rpf)\n");
  if (host->privileged)
    g_string_append (text, "    \"sock\" may bind ports below 1024 "
                           "(privileged)\n");
}
