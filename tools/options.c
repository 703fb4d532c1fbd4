// SPDX-License-Identifier: MIT
#include "tools/options.h"
#include <stdarg.h>
#include <stdio.h>

bool
options_parse (const OptionsOfVerb *verb, int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (verb->arguments);
  g_autofree char *example =
      g_strdup_printf ("Example:\n  tunlab %s", verb->example);
  g_autofree char *name = g_strdup_printf ("tunlab %s", verb->name);
  g_autoptr (GError) error = NULL;
  g_set_prgname (name);
  g_option_context_set_summary (context, verb->summary);
  g_option_context_set_description (context, example);
  if (verb->entries)
    g_option_context_add_main_entries (context, verb->entries, NULL);
  if (g_option_context_parse (context, argc, argv, &error))
    return true;
  options_complain ("%s; 'tunlab %s --help' shows the options", error->message,
                    verb->name);
  return false;
}

void
options_complain (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fprintf (stderr, "tunlab: %s\n", message);
}
