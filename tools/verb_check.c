// SPDX-License-Identifier: MIT
/* tunlab check: what scenarios say, or what is wrong with them. */
#include "tools/explain.h"
#include "tools/options.h"
#include "tools/scenario_open.h"
#include "tools/verbs.h"

#include <stdio.h>

typedef struct
{
  char *seed;
  char **sets, **rest;
  gboolean quiet;
} Options;

static bool
read_options (Options *options, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options->seed, "other luck", "N" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->sets,
      "set a 'let' of the scenario", "NAME=VALUE" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet,
      "say nothing about what is right", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest,
      NULL, NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL }
  };
  const OptionsOfVerb verb = {
    .name = "check",
    .arguments = "SCENARIO...",
    .summary = "Reads scenarios and says in plain words what they do, or all\n"
               "that is wrong with them. Nothing is run.",
    .example = "check lossy.lab",
    .entries = entries,
  };

  return options_parse (&verb, argc, argv);
}

static bool
check (const Options *options, const char *path)
{
  Scenario *scenario = scenario_open (path, options->seed, options->sets);
  GString *text;

  if (scenario == NULL)
    return false;
  text = g_string_new (NULL);
  if (!options->quiet)
    explain_scenario (text, scenario);
  fputs (text->str, stdout);
  g_string_free (text, TRUE);
  scenario_free (scenario);
  return true;
}

int
verb_check (int argc, char **argv)
{
  Options options = { 0 };
  int code = EXIT_USAGE;

  if (!read_options (&options, &argc, &argv))
    ;
  else if (options.rest == NULL)
    options_complain ("which scenario? 'tunlab check SCENARIO...'");
  else
    {
      code = EXIT_OK;
      for (char **path = options.rest; *path != NULL; path++)
        if (!check (&options, *path))
          code = EXIT_USAGE;
    }
  g_free (options.seed);
  g_strfreev (options.sets);
  g_strfreev (options.rest);
  return code;
}
