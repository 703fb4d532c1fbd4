// SPDX-License-Identifier: MIT
/* tunlab VERB [OPTION...] [ARGUMENT...] */
#include "sim/scenario_parser.h"
#include "tools/options.h"
#include "tools/verbs.h"
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  const char *name;
  const char *summary;
  int (*run) (int argc, char **argv);
} Verb;

static const Verb verbs[] = {
  { "run", "run a scenario in virtual time", verb_run },
  { "exec", "run a command on a kernel host, in real time", verb_exec },
  { "check", "say what scenarios do, or what is wrong with them", verb_check },
  { "show", "look at a result: table, ladder, one packet's life", verb_show },
  { "addr", "explain an address, or what is wrong with it", verb_addr },
  { "port", "explain a port, by its number or its service's name", verb_port },
  { "sock", "sockets by hand: create, bind, listen, connect, ...", verb_sock },
  { "doctor", "what this system allows, and the cure for what not",
    verb_doctor },
};

static void
print_verbs (FILE *file)
{
  fputs ("Usage: tunlab VERB [OPTION...] [ARGUMENT...]\n\n", file);
  for (unsigned i = 0; i < G_N_ELEMENTS (verbs); i++)
    fprintf (file, "  %-8s %s\n", verbs[i].name, verbs[i].summary);
  fputs ("\n'tunlab VERB --help' explains one. Begin with: tunlab run\n", file);
}

static int
refuse_verb (const char *word)
{
  const char *words[G_N_ELEMENTS (verbs) + 1] = { NULL };
  for (unsigned i = 0; i < G_N_ELEMENTS (verbs); i++)
    words[i] = verbs[i].name;
  g_autofree char *hint = scenario_error_hint (word, words);
  options_complain ("no verb '%s'; %s", word,
                    hint ? hint : "'tunlab' alone lists them");
  return EXIT_USAGE;
}

static int
dispatch (int argc, char **argv)
{
  if (argc < 2 || strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0
      || strcmp (argv[1], "help") == 0)
    {
      print_verbs (stdout);
      return EXIT_OK;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      printf ("tunlab %s\n", TUNLAB_VERSION);
      return EXIT_OK;
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (argv[1], verbs[i].name) == 0)
      return verbs[i].run (argc - 1, argv + 1);
  return refuse_verb (argv[1]);
}

/* What was printed must have arrived. A reader that has gone away is quietly
 * an error: it knows. */
static int
end_output (int code)
{
  errno = 0;
  bool failed = ferror (stdout);
  if (fflush (stdout) == 0 && !failed)
    return code;
  if (errno != EPIPE)
    options_complain ("cannot write the output: %s",
                      errno ? g_strerror (errno) : "an earlier write failed");
  return code == EXIT_OK ? EXIT_UNMET : code;
}

int
main (int argc, char **argv)
{
  g_log_writer_default_set_use_stderr (TRUE);
  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C");
  /* Such a write fails instead, like others. */
  signal (SIGPIPE, SIG_IGN);
  signal (SIGXFSZ, SIG_IGN);
  return end_output (dispatch (argc, argv));
}
