// SPDX-License-Identifier: MIT
/* tunlab sock: the four steps by hand, in virtual time. */
#include "sim/capture.h"
#include "tools/interrupt.h"
#include "tools/job.h"
#include "tools/scenario_open.h"
#include "tools/shell.h"
#include "tools/shell_input.h"

#include <signal.h>
#include <stdio.h>

/* Good links, with all that 'link' may want to change. */
static const char SCENARIO_SOCK[] = "title  \"Two hosts and a good link\"\n"
                                    "\n"
                                    "host   alice 10.0.0.1/24 fd00::1/64\n"
                                    "host   bob   10.0.0.2/24 fd00::2/64\n"
                                    "\n"
                                    "link   alice bob   delay 20ms  loss 0%\n";

typedef struct
{
  Job job;
  gboolean strict, echo;
  GString *commands; /* for the output folder */
} Session;

static bool
read_options (Session *session, int argc, char **argv)
{
  JobOptions *options = &session->job.options;
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options->seed, "other luck", "N" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->sets,
      "set a 'let' of the scenario", "NAME=VALUE" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &options->out,
      "write the output folder DIR at the end", "DIR" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &options->force,
      "replace another scenario's result", NULL },
    { "strict", 0, 0, G_OPTION_ARG_NONE, &session->strict,
      "exit with 1 if a command failed", NULL },
    { "echo", 0, 0, G_OPTION_ARG_NONE, &session->echo,
      "print each command of a script, too", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest,
      NULL, NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL }
  };
  const OptionsOfVerb verb = {
    .name = "sock",
    .arguments = "[SCENARIO]",
    .summary = "A socket shell on the hosts of a scenario (without one: alice "
               "and bob) in\nvirtual time: create, bind, listen, connect, "
               "accept, send, receive, close.\n'help' lists its commands.",
    .example = "sock lossy.lab",
    .entries = entries,
  };

  return options_parse (&verb, &argc, &argv);
}

/* EXIT_OK: go on. */
static int
load (Session *session)
{
  Job *job = &session->job;
  char **rest = job->options.rest;

  if (rest != NULL && rest[0] != NULL && rest[1] != NULL)
    {
      options_complain ("one scenario at a time, not also '%s'", rest[1]);
      return EXIT_USAGE;
    }
  job->scenario =
      rest != NULL
          ? scenario_open (rest[0], job->options.seed, job->options.sets)
          : scenario_open_text (SCENARIO_SOCK, "sock", job->options.seed,
                                job->options.sets);
  if (job->scenario == NULL)
    return EXIT_USAGE;
  job->scenario->run_for = TIME_NEVER; /* until "quit" */
  return EXIT_OK;
}

static int
prepare (Session *session)
{
  Job *job = &session->job;
  int code = job->options.out != NULL ? job_open (job) : EXIT_OK;

  if (code != EXIT_OK)
    return code;
  job->run = run_new (job->scenario, job->files, NULL, NULL);
  return job->options.out != NULL ? job_record (job, CAPTURE_EPOCH) : EXIT_OK;
}

/* What was typed belongs to what came of it. */
static int
keep_commands (const Session *session)
{
  g_autofree char *path = g_build_filename (output_folder (session->job.output),
                                            "commands.txt", NULL);
  g_autoptr (GError) error = NULL;

  if (g_file_set_contents (path, session->commands->str,
                           (gssize) session->commands->len, &error))
    return EXIT_OK;
  options_complain ("%s; nothing was kept", error->message);
  return EXIT_UNMET;
}

/* A scenario's expectations are no concern of a session. */
static int
finish (Session *session)
{
  Job *job = &session->job;
  int code = keep_commands (session);

  if (code == EXIT_OK)
    code = job_finish (job);
  if (job->kept)
    job_print_paths (job, stdout);
  return job->kept ? EXIT_OK : code;
}

static void
greet (const Shell *shell)
{
  printf ("Sockets by hand, in virtual time; you are on %s. 'help' lists the "
          "commands.\n",
          shell_host_name (shell));
}

/* A script ends with Ctrl-C; on a terminal only the command does. */
static bool
is_stopped (const Shell *shell, const ShellInput *input)
{
  return shell->signal != 0
         && !(shell->signal == SIGINT && shell_input_is_terminal (input));
}

static int
talk (Session *session, Shell *shell, int interrupt)
{
  ShellInput *input = shell_input_new (shell, interrupt);
  const char *line;
  int code = EXIT_OK;

  if (shell_input_is_terminal (input))
    greet (shell);
  while (!shell->over && (line = shell_input_line (input)) != NULL)
    {
      if (session->echo && !shell_input_is_terminal (input))
        {
          g_autofree char *prompt = shell_prompt (shell);

          printf ("%s%s\n", prompt, line);
        }
      g_string_append_printf (session->commands, "%s\n", line);
      shell_run (shell, line);
      if (is_stopped (shell, input))
        break;
    }
  if (shell_input_is_terminal (input) && !shell->over)
    putchar ('\n');
  if (shell_input_was_stopped (input) || is_stopped (shell, input))
    code = EXIT_INTERRUPTED;
  shell_input_free (input);
  return code;
}

static int
perform (Session *session, int interrupt)
{
  int code = prepare (session);
  Shell *shell;

  if (code != EXIT_OK)
    return code;
  shell = shell_new (session->job.run, session->job.scenario, interrupt);
  run_start (session->job.run);
  job_note_kernels (&session->job);
  code = talk (session, shell, interrupt);
  if (code == EXIT_OK && session->job.options.out != NULL)
    code = finish (session);
  if (code == EXIT_OK && session->strict && shell->failed)
    code = EXIT_UNMET;
  shell_free (shell);
  return code;
}

int
verb_sock (int argc, char **argv)
{
  Session session = { .commands = g_string_new (NULL) };
  int interrupt = interrupt_open ();
  int code = EXIT_USAGE;

  if (read_options (&session, argc, argv))
    code = load (&session);
  if (code == EXIT_OK)
    code = perform (&session, interrupt);
  job_clear (&session.job);
  g_string_free (session.commands, true);
  interrupt_close (interrupt);
  return code;
}
