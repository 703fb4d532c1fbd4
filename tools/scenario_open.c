// SPDX-License-Identifier: MIT
#include "tools/scenario_open.h"
#include "sim/units.h"
#include "tools/options.h"
#include <stdio.h>

static void
error_destroy (void *error)
{
  scenario_error_free (error);
}

/* The language knows more than runs. */
static bool
can_run (const Scenario *scenario)
{
  bool can = true;
  for (unsigned i = 0; i < scenario->apps->len; i++)
    {
      const ScenarioApp *app = g_ptr_array_index (scenario->apps, i);
      if (app->kind != APP_PING)
        continue;
      can = false;
      fprintf (stderr, "%s:%u:%u: error: 'ping' is not supported yet\n",
               app->place.file, app->place.line, app->place.column);
    }
  return can;
}

Scenario *
scenario_open (const char *path, const char *seed, char *const *sets)
{
  uint64_t number = 0;
  const char *wrong = seed ? unit_parse_number (seed, &number) : NULL;
  if (wrong)
    {
      options_complain ("--seed %s: %s", seed, wrong);
      return NULL;
    }
  ScenarioSettings settings = { .seed = seed ? &number : NULL,
                                .sets = (const char *const *) sets };
  g_autoptr (GPtrArray) errors = g_ptr_array_new_with_free_func (error_destroy);
  Scenario *scenario =
      path ? scenario_load (path, &settings, errors)
           : scenario_parse (SCENARIO_HELLO, "hello", ".", &settings, errors);
  for (unsigned i = 0; !scenario && i < errors->len; i++)
    {
      g_autofree char *text =
          scenario_error_format (g_ptr_array_index (errors, i));
      fputs (text, stderr);
      if (!g_str_has_suffix (text, "\n"))
        fputc ('\n', stderr);
    }
  if (scenario && !can_run (scenario))
    g_clear_pointer (&scenario, scenario_free);
  return scenario;
}
