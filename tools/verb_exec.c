// SPDX-License-Identifier: MIT
/* tunlab exec: a scenario in real time, around a command that runs on a host
 * which the real kernel plays. The command's output is its own: ours goes to
 * stderr, each line beginning with "tunlab: ". */
#include "tools/job.h"
#include "tools/table.h"
#include "tun/session.h"
#include <stdio.h>
#include <string.h>

#define LATE (2 * MILLISECOND) /* worth a word */

static const OptionsOfVerb verb = {
  .name = "exec",
  .arguments = "SCENARIO [HOST] -- COMMAND [ARGUMENT...]",
  .summary = "Runs COMMAND in real time on HOST, which is marked 'kernel' "
             "(default: the only\none), and passes its exit code on.",
  .example = "exec lossy.lab -- ping -c 5 bob",
};

/* Cuts *ARGC at the word "--"; what follows it is the command. */
static char **
split_command (int *argc, char **argv)
{
  for (int i = 1; i < *argc; i++)
    if (strcmp (argv[i], "--") == 0)
      {
        argv[i] = NULL;
        *argc = i;
        return &argv[i + 1];
      }
  return NULL;
}

/* The host called NAME; NULL: the only one that the kernel plays. */
static int
find_host (const Scenario *scenario, const char *name, unsigned *host)
{
  unsigned found = 0;
  bool kernel = false;
  for (unsigned i = 0; i < scenario->hosts->len; i++)
    {
      const ScenarioHost *spec = g_ptr_array_index (scenario->hosts, i);
      if (name ? strcmp (name, spec->name) != 0 : !spec->kernel)
        continue;
      *host = i;
      kernel = spec->kernel;
      found++;
    }
  if (found == 1 && kernel)
    return EXIT_OK;
  if (found == 1)
    options_complain ("%s is not the kernel's: write 'host %s kernel ...'",
                      name, name);
  else if (name)
    options_complain ("the scenario has no host '%s'", name);
  else if (found == 0)
    options_complain ("no host is the kernel's: write 'host NAME kernel ...' "
                      "for the one on which COMMAND runs");
  else
    options_complain ("%u hosts are the kernel's: say which one after the "
                      "scenario",
                      found);
  return EXIT_USAGE;
}

/* EXIT_OK: *HOST and *COMMAND are set, the folder is open. */
static int
prepare (Job *job, int argc, char **argv, unsigned *host, char ***command)
{
  *command = split_command (&argc, argv);
  int code = job_read (job, verb, argc, argv);
  char **rest = job->options.rest;
  if (code != EXIT_OK)
    return code;
  if (rest == NULL || (rest[1] != NULL && rest[2] != NULL))
    {
      options_complain ("one SCENARIO, at most one HOST, '--', COMMAND");
      return EXIT_USAGE;
    }
  if (*command == NULL || **command == NULL)
    {
      options_complain ("no '--' and COMMAND at the end");
      return EXIT_USAGE;
    }
  code = job_load (job, rest[0]);
  if (code == EXIT_OK)
    code = find_host (job->scenario, rest[1], host);
  return code == EXIT_OK ? job_open (job) : code;
}

/* The apps of a kernel host stay out: the command is there in their place. */
static void
note_apps (const Scenario *scenario)
{
  for (unsigned i = 0; i < scenario->apps->len; i++)
    {
      const ScenarioApp *app = g_ptr_array_index (scenario->apps, i);
      const ScenarioHost *host = g_ptr_array_index (scenario->hosts, app->host);
      if (host->kernel)
        options_complain ("%s:%u: left out: %s is the kernel", app->place.file,
                          app->place.line, host->name);
    }
}

static void
present (const Job *job, const Session *session)
{
  g_autofree char *text = NULL;
  size_t size;
  FILE *file = open_memstream (&text, &size);
  table_print (job->result, file);
  job_print_paths (job, file);
  fclose (file);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", 0);
  for (char **line = lines; *line != NULL; line++)
    fprintf (stderr, "tunlab:%s%s\n", **line ? " " : "", *line);
  if (session_latest (session) > LATE)
    options_complain (
        "this machine was busy: a packet came up to "
        "%" G_GINT64_FORMAT ".%03d ms late",
        (gint64) (session_latest (session) / MILLISECOND),
        (int) (session_latest (session) % MILLISECOND / MICROSECOND));
}

/* The command's exit code, but for failures of our own. */
static int
perform (Job *job, Session *session)
{
  job->run = run_new (job->scenario, job->files, session_kernel, session);
  int code = job_record (job, session_begin (session, job->run));
  if (code != EXIT_OK)
    return code;
  job->live = true;
  code = session_run (session);
  int finished = job_finish (job);
  if (job->kept)
    present (job, session);
  else if (code == EXIT_OK)
    code = finished;
  return code;
}

/* With the kernel around it. */
static int
host_session (Job *job, unsigned host, char **command)
{
  g_autoptr (GError) error = NULL;
  Session *session = NULL;
  if (session_draw_secrets (job->scenario, &error))
    session = session_new (job->scenario, host, command,
                           output_folder (job->output), &error);
  if (session == NULL)
    {
      options_complain ("%s", error->message);
      return EXIT_REFUSED;
    }
  note_apps (job->scenario);
  int code = perform (job, session);
  g_clear_pointer (&job->run, run_free);
  session_free (session);
  return code;
}

int
verb_exec (int argc, char **argv)
{
  Job job = { 0 };
  unsigned host = 0;
  char **command;
  int code = prepare (&job, argc, argv, &host, &command);
  if (code == EXIT_OK)
    code = host_session (&job, host, command);
  job_clear (&job);
  return code;
}
