// SPDX-License-Identifier: MIT
/* The command line of one verb. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct
{
  const char *name;      /* "run" */
  const char *arguments; /* "[SCENARIO]" */
  const char *summary;   /* one or two sentences */
  const char *example;   /* one command, without "tunlab" */
  const GOptionEntry *entries;
  bool prints_json; /* has --json */
} OptionsOfVerb;

/* Takes the options out of *ARGC, *ARGV; "--help" prints and exits with 0.
 * False: it has said on stderr what is wrong; exit with EXIT_USAGE. */
bool options_parse (const OptionsOfVerb *verb, int *argc, char ***argv);

/* "tunlab: MESSAGE" on stderr. */
void options_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);
