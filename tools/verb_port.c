// SPDX-License-Identifier: MIT
/* tunlab port: explains ports by number or by the name of their service. */
#include "tools/member.h"
#include "tools/options.h"
#include "tools/port_explain.h"
#include "tools/printable.h"
#include "tools/verbs.h"
#include "tools/wrap.h"
#include <string.h>

#define SERVICES     "/etc/services"
#define UNPRIVILEGED "/proc/sys/net/ipv4/ip_unprivileged_port_start"

typedef struct
{
  char *services;
  gboolean json;
  char **rest;
} Options;

/* What goes on while one word after the other is explained. */
typedef struct
{
  PortWorld world;
  JsonBuilder *builder; /* or NULL: text */
  bool begun;           /* something was printed */
  bool failed;
} Talk;

static bool
read_options (Options *options, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "services", 0, 0, G_OPTION_ARG_FILENAME, &options->services,
      "take the names from FILE, not from " SERVICES, "FILE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json,
      "print an array of objects", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest,
      NULL, NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL }
  };
  const OptionsOfVerb verb = {
    .name = "port",
    .arguments = "NUMBER|NAME...",
    .summary = "Explains ports: their range (RFC 6335), the names of their\n"
               "services, what is commonly found there, who may bind them.",
    .example = "port 22 80 443 http ssh",
    .entries = entries,
  };
  if (!options_parse (&verb, argc, argv))
    return false;
  if (!options->rest)
    options_complain ("which port? 'tunlab port NUMBER|NAME...'");
  return options->rest != NULL;
}

static int
read_unprivileged (void)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (UNPRIVILEGED, &text, NULL, NULL))
    return -1;
  return (int) g_ascii_strtoll (text, NULL, 10);
}

/* The system's table, or ours where it has none; one that was asked for must
 * be there. */
static GPtrArray *
open_services (const char *path, bool *bundled)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *services = services_read (path ? path : SERVICES, &error);
  *bundled = !services && !path;
  if (*bundled)
    return services_bundled ();
  if (!services)
    options_complain ("%s", error->message);
  return services;
}

static void
show (Talk *talk, const char *text, uint16_t port)
{
  if (talk->builder)
    port_explain_json (&talk->world, text, port, talk->builder);
  else
    {
      fputs (talk->begun ? "\n" : "", stdout);
      port_explain (&talk->world, port, stdout);
    }
  talk->begun = true;
}

static void
complain (
    Talk *talk, const char *text, PortFault fault, size_t at, size_t length)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *hint = fault == PORT_FAULT_UNKNOWN
                              ? services_hint (talk->world.services, valid)
                              : NULL;
  g_autofree char *message =
      g_strconcat (port_fault_sentence (fault), hint ? "; " : NULL, hint, NULL);
  talk->failed = true;
  if (talk->builder)
    {
      json_builder_begin_object (talk->builder);
      member_put_text (talk->builder, "text", valid);
      member_put_flag (talk->builder, "valid", false);
      member_put_text (talk->builder, "rule", port_fault_name (fault));
      member_put_text (talk->builder, "message", message);
      member_put_number (talk->builder, "offset", (int64_t) at);
      member_put_number (talk->builder, "length", (int64_t) length);
      json_builder_end_object (talk->builder);
    }
  fflush (stdout); /* what is wrong is said in its place */
  wrap_print_behind ("tunlab: no port: ", 8, message, 80, stderr);
  printable_mark (text, at, length, stderr);
}

/* Each port of that name once. False: there is none. */
static bool
show_called (Talk *talk, const GPtrArray *services, const char *name)
{
  g_autoptr (GArray) shown = g_array_new (FALSE, FALSE, sizeof (uint16_t));
  for (unsigned i = 0; i < services->len; i++)
    {
      const Service *service = g_ptr_array_index (services, i);
      bool again = !service_is_called (service, name);
      for (unsigned j = 0; j < shown->len; j++)
        again |= g_array_index (shown, uint16_t, j) == service->port;
      if (again)
        continue;
      g_array_append_val (shown, service->port);
      show (talk, name, service->port);
    }
  return shown->len > 0;
}

/* The system's table first; ours knows everyday names such as "dns". */
static bool
show_name (Talk *talk, const char *name)
{
  g_autoptr (GPtrArray) ours = services_bundled ();
  return show_called (talk, talk->world.services, name)
         || show_called (talk, ours, name);
}

static void
explain (Talk *talk, const char *text)
{
  size_t at = 0, length = strlen (text);
  uint16_t port = 0;
  PortFault fault;
  if (port_is_numeric (text))
    {
      fault = port_parse (text, &port, &at, &length);
      if (fault == PORT_FAULT_NONE)
        show (talk, text, port);
      else
        complain (talk, text, fault, at, length);
    }
  else if (!show_name (talk, text))
    {
      fault = port_judge_name (text, &at, &length);
      if (fault == PORT_FAULT_NONE)
        complain (talk, text, PORT_FAULT_UNKNOWN, 0, strlen (text));
      else
        complain (talk, text, fault, at, length);
    }
}

static int
explain_all (char **words, const Options *options)
{
  g_autoptr (JsonBuilder) builder = options->json ? json_builder_new () : NULL;
  bool bundled;
  g_autoptr (GPtrArray) services = open_services (options->services, &bundled);
  Talk talk = { .world = { services, bundled, read_unprivileged () },
                .builder = builder };
  if (!services)
    return EXIT_USAGE;
  if (builder)
    json_builder_begin_array (builder);
  for (char **word = words; *word; word++)
    explain (&talk, *word);
  if (builder)
    {
      json_builder_end_array (builder);
      g_autofree char *text = member_print (builder);
      fputs (text, stdout);
    }
  return talk.failed ? EXIT_UNMET : EXIT_OK;
}

int
verb_port (int argc, char **argv)
{
  Options options = { 0 };
  int code = EXIT_USAGE;
  if (read_options (&options, &argc, &argv))
    code = explain_all (options.rest, &options);
  g_free (options.services);
  g_strfreev (options.rest);
  return code;
}
