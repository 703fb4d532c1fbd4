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

/* From the file PATH, or if that is NULL from TEXT, called NAME. */
static Scenario *
read_scenario (const char *path,
               const char *text,
               const char *name,
               const char *seed,
               char *const *sets)
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
           : scenario_parse (text, name, ".", &settings, errors);
  for (unsigned i = 0; !scenario && i < errors->len; i++)
    {
      g_autofree char *error =
          scenario_error_format (g_ptr_array_index (errors, i));
      fputs (error, stderr);
      if (!g_str_has_suffix (error, "\n"))
        fputc ('\n', stderr);
    }
  return scenario;
}

Scenario *
scenario_open (const char *path, const char *seed, char *const *sets)
{
  return read_scenario (path, SCENARIO_HELLO, "hello", seed, sets);
}

Scenario *
scenario_open_text (const char *text,
                    const char *name,
                    const char *seed,
                    char *const *sets)
{
  return read_scenario (NULL, text, name, seed, sets);
}
