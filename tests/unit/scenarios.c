// SPDX-License-Identifier: MIT
#include "tests/unit/scenarios.h"

#include <string.h>

static Scenario *
parse (const char *text,
       const ScenarioSettings *settings,
       char **errors,
       unsigned *count)
{
  GPtrArray *found =
      g_ptr_array_new_with_free_func ((GDestroyNotify) scenario_error_free);
  Scenario *scenario = scenario_parse (text, "test.lab", ".", settings, found);
  GString *said = g_string_new (NULL);

  for (unsigned i = 0; i < found->len; i++)
    {
      char *one = scenario_error_format (g_ptr_array_index (found, i));

      g_string_append (said, one);
      g_free (one);
    }
  g_assert_true ((scenario == NULL) == (found->len > 0));
  *count = found->len;
  *errors = g_string_free (said, FALSE);
  g_ptr_array_unref (found);
  return scenario;
}

Scenario *
scenarios_good_with (const char *text, const ScenarioSettings *settings)
{
  char *errors;
  unsigned count;
  Scenario *scenario = parse (text, settings, &errors, &count);

  g_assert_cmpstr (errors, ==, "");
  g_free (errors);
  return scenario;
}

Scenario *
scenarios_good (const char *text)
{
  return scenarios_good_with (text, NULL);
}

char *
scenarios_bad_with (const char *text,
                    const ScenarioSettings *settings,
                    unsigned *count)
{
  char *errors;
  Scenario *scenario = parse (text, settings, &errors, count);

  if (scenario != NULL)
    g_error ("no error in:\n%s", text);
  return errors;
}

char *
scenarios_bad (const char *text, unsigned *count)
{
  return scenarios_bad_with (text, NULL, count);
}

void
scenarios_check_bad (const ScenarioBad *table, unsigned length)
{
  for (unsigned i = 0; i < length; i++)
    {
      char *text = g_strconcat (SCENARIO_BASE, table[i].line, "\n", NULL);
      char *place = g_strdup_printf ("test.lab:5:%u: error: ", table[i].column);
      unsigned count;
      char *errors = scenarios_bad (text, &count);

      if (count != 1 || !g_str_has_prefix (errors, place)
          || strstr (errors, table[i].part) == NULL)
        g_error ("wanted %s%s\ngot %s", place, table[i].part, errors);
      g_free (errors);
      g_free (place);
      g_free (text);
    }
}
