// SPDX-License-Identifier: MIT
#include "tools/explain.h"
#include "stack/address.h"
#include "stack/wire_ip.h"

#define NUMBER "%" G_GUINT64_FORMAT

static const char *
host_name (const Scenario *scenario, unsigned index)
{
  const ScenarioHost *host = g_ptr_array_index (scenario->hosts, index);

  return host->name;
}

static void
explain_link_name (GString *text, const Scenario *scenario, unsigned index)
{
  const ScenarioLink *link = g_ptr_array_index (scenario->links, index);

  g_string_append_printf (text, "%s>%s", host_name (scenario, link->from),
                          host_name (scenario, link->to));
}

static void
explain_link (GString *text, const Scenario *scenario, unsigned index)
{
  const ScenarioLink *link = g_ptr_array_index (scenario->links, index);

  for (unsigned i = 0; i < link->rules->len; i++)
    {
      g_string_append (text, "  ");
      explain_link_name (text, scenario, index);
      g_string_append_printf (text, " rule %u ", i + 1);
      explain_rule (text, g_ptr_array_index (link->rules, i));
      g_string_append_c (text, '\n');
    }
  g_string_append (text, "  ");
  explain_link_name (text, scenario, index);
  g_string_append_c (text, ' ');
  explain_chain (text, link->chain);
  g_string_append_c (text, '\n');
}

static const char *
protocol_name (const ScenarioApp *app)
{
  return app->protocol == PROTOCOL_TCP ? "tcp" : "udp";
}

/* "to bob:7777", and where that is. */
static void
explain_peer (GString *text, const ScenarioApp *app)
{
  char address[ENDPOINT_TEXT_MAX];

  if (app->kind == APP_PING || app->kind == APP_TRACE)
    address_format (&app->peer.address, address);
  else
    endpoint_format (&app->peer, address);
  g_string_append_printf (
      text, g_str_equal (address, app->peer_text) ? "%s" : "%s (%s)",
      app->peer_text, address);
}

static void
explain_repetition (GString *text, const ScenarioApp *app)
{
  if (app->count != 1)
    {
      g_string_append (text, ", one every ");
      explain_time (text, app->every);
    }
  if (app->size_is_given)
    g_string_append_printf (text, ", of " NUMBER " bytes", app->size);
}

static void
explain_send (GString *text, const ScenarioApp *app)
{
  if (app->file != NULL)
    g_string_append_printf (text, "sends the file %s", app->name);
  else
    g_string_append_printf (text, "sends " NUMBER " bytes", app->total);
  g_string_append_printf (text, " over %s to ", protocol_name (app));
  explain_peer (text, app);
  if (app->size_is_given)
    g_string_append_printf (text, " in datagrams of " NUMBER " bytes",
                            app->size);
  if (app->rate_bps == 0)
    return;
  g_string_append (text, " at ");
  explain_rate (text, app->rate_bps);
}

static void
explain_service (GString *text, const ScenarioApp *app, const char *what)
{
  g_string_append_printf (text, "%s at %s port %u", what, protocol_name (app),
                          app->port);
}

void
explain_app (GString *text, const ScenarioApp *app)
{
  switch (app->kind)
    {
    case APP_MESSAGES:
      g_string_append_printf (text, "sends " NUMBER " message%s over %s to ",
                              app->count, app->count == 1 ? "" : "s",
                              protocol_name (app));
      explain_peer (text, app);
      explain_repetition (text, app);
      break;
    case APP_SEND:
      explain_send (text, app);
      break;
    case APP_RECEIVE:
      explain_service (text, app, "receives");
      if (app->name != NULL)
        g_string_append_printf (text, " into files/%s", app->name);
      break;
    case APP_ECHO:
      explain_service (text, app, "sends back what comes");
      break;
    case APP_DISCARD:
      explain_service (text, app, "throws away what comes");
      break;
    case APP_CHARGEN:
      explain_service (text, app, "sends lines of characters");
      break;
    case APP_HTTP:
      explain_service (text, app, "serves HTTP");
      g_string_append_printf (text, " from the directory %s", app->name);
      break;
    case APP_GET:
      g_string_append_printf (text, "gets %s over HTTP from ", app->url_path);
      explain_peer (text, app);
      if (app->name != NULL)
        g_string_append_printf (text, " into files/%s", app->name);
      break;
    case APP_TRACE:
      g_string_append (text, "asks for the routers on the way to ");
      explain_peer (text, app);
      break;
    case APP_PING:
      g_string_append (text, "pings ");
      explain_peer (text, app);
      if (app->count == 0)
        g_string_append (text, " without end");
      else
        g_string_append_printf (text, " " NUMBER " time%s", app->count,
                                app->count == 1 ? "" : "s");
      explain_repetition (text, app);
      break;
    }
}

static void
explain_at (GString *text, const Scenario *scenario, const ScenarioAt *at)
{
  if (at->kind == AT_EXPECT)
    return;
  g_string_append (text, "  at ");
  explain_time (text, at->at);
  g_string_append_c (text, ' ');
  explain_link_name (text, scenario, at->link);
  switch (at->kind)
    {
    case AT_UP:
      g_string_append (text, " goes up");
      break;
    case AT_DOWN:
      g_string_append (text, " goes down");
      break;
    case AT_RULE:
      g_string_append (text, " gets a rule: ");
      explain_rule (text, at->rule);
      break;
    case AT_CHAIN:
      g_string_append (text, " gets another chain: ");
      explain_chain (text, at->chain);
      break;
    case AT_CHANGE:
      g_string_append (text, " changes: ");
      explain_chain (text, at->chain);
      break;
    case AT_EXPECT:
      break;
    }
  g_string_append_c (text, '\n');
}

static void
explain_apps (GString *text, const Scenario *scenario)
{
  for (unsigned i = 0; i < scenario->apps->len; i++)
    {
      const ScenarioApp *app = g_ptr_array_index (scenario->apps, i);

      g_string_append_printf (text, "  %s ", host_name (scenario, app->host));
      explain_app (text, app);
      if (app->at > 0)
        {
          g_string_append (text, ", from ");
          explain_time (text, app->at);
          g_string_append (text, " on");
        }
      g_string_append_c (text, '\n');
    }
}

static void
explain_expects (GString *text, const Scenario *scenario)
{
  GArray *times = g_array_new (FALSE, TRUE, sizeof (Time));

  g_array_set_size (times, scenario->expects->len);
  for (unsigned i = 0; i < scenario->ats->len; i++)
    {
      const ScenarioAt *at = g_ptr_array_index (scenario->ats, i);

      if (at->kind == AT_EXPECT)
        g_array_index (times, Time, at->expect) = at->at;
    }
  for (unsigned i = 0; i < scenario->expects->len; i++)
    {
      const ScenarioExpect *expect = g_ptr_array_index (scenario->expects, i);

      g_string_append_printf (text, "  expects %s at ", expect->text);
      if (expect->timed)
        explain_time (text, g_array_index (times, Time, i));
      else
        g_string_append (text, "the end");
      g_string_append_c (text, '\n');
    }
  g_array_unref (times);
}

void
explain_scenario (GString *text, const Scenario *scenario)
{
  g_string_append_printf (text, "%s: %s\n  runs for at most ", scenario->name,
                          scenario->title);
  explain_time (text, scenario->run_for);
  g_string_append_printf (text, " with seed " NUMBER "\n", scenario->seed);
  for (unsigned i = 0; i < scenario->hosts->len; i++)
    explain_host (text, g_ptr_array_index (scenario->hosts, i));
  for (unsigned i = 0; i < scenario->links->len; i++)
    explain_link (text, scenario, i);
  explain_apps (text, scenario);
  for (unsigned i = 0; i < scenario->ats->len; i++)
    explain_at (text, scenario, g_ptr_array_index (scenario->ats, i));
  explain_expects (text, scenario);
}
