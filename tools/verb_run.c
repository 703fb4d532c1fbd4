// SPDX-License-Identifier: MIT
/* tunlab run: a scenario in virtual time. */
#include "sim/capture.h"
#include "tools/interrupt.h"
#include "tools/job.h"
#include "tools/ladder.h"
#include "tools/table.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STEPS_A_LOOK 4096 /* between two looks at the clock */

static bool
writes_to_stdout (const JobOptions *options)
{
  for (unsigned i = 0; options->writes && options->writes[i]; i++)
    if (g_str_has_suffix (options->writes[i], ":-"))
      return true;
  return false;
}

/* Everything at once; on a terminal a word from time to time. False: the user
 * has had enough. */
static bool
let_time_pass (const Job *job, int interrupt)
{
  Sim *sim = &run_network (job->run)->sim;
  bool talks = isatty (STDERR_FILENO);
  gint64 last = g_get_monotonic_time ();
  bool said = false;
  unsigned steps = 0;
  while (!run_over (job->run) && sim_step (sim, job->scenario->run_for))
    {
      if (++steps % STEPS_A_LOOK != 0)
        continue;
      if (interrupt_came (interrupt))
        return false;
      if (run_output_failed (job->writer))
        break; /* job_finish says why */
      if (!talks || g_get_monotonic_time () - last < G_USEC_PER_SEC)
        continue;
      last = g_get_monotonic_time ();
      said = true;
      fprintf (stderr, "\rsimulated %" G_GINT64_FORMAT " ms",
               (gint64) (sim->now / MILLISECOND));
    }
  if (said)
    fputs ("\r\033[K", stderr);
  return true;
}

/* Runs, judges, writes everything; the folder takes its name. */
static int
perform (Job *job, int interrupt)
{
  job->run = run_new (job->scenario, job->files, NULL, NULL);
  int code = job_record (job, CAPTURE_EPOCH);
  if (code != EXIT_OK)
    return code;
  run_start (job->run);
  if (let_time_pass (job, interrupt))
    return job_finish (job);
  options_complain ("interrupted; nothing was kept");
  return EXIT_INTERRUPTED;
}

static void
print_ladder (const Job *job, FILE *file)
{
  if (job->output_options.events != RUN_OUTPUT_FULL)
    return;
  g_autoptr (GError) error = NULL;
  g_autofree char *log = g_build_filename (job->path, "events.jsonl", NULL);
  LadderOptions options = { 0 };
  if (!ladder_print (log, &options, file, &error))
    options_complain ("%s", error->message);
}

static void
present (const Job *job)
{
  bool taken = writes_to_stdout (&job->options);
  FILE *file = taken ? stderr : stdout;
  if (job->options.json)
    {
      g_autofree char *json = result_json (job->result);
      fputs (json, file);
      return;
    }
  table_print (job->result, file);
  print_ladder (job, file);
  if (job->output_options.captures != RUN_OUTPUT_NONE)
    job_print_paths (job, file);
}

/* EXIT_OK: go on. */
static int
prepare (Job *job, int argc, char **argv)
{
  const OptionsOfVerb verb = {
    .name = "run",
    .arguments = "[SCENARIO]",
    .summary = "Runs a scenario (without one: the built-in 'hello') in "
               "virtual time.",
    .example = "run lossy.lab --seed 7 --out out/seven",
    .prints_json = true,
  };
  int code = job_read (job, verb, argc, argv);
  char **rest = job->options.rest;
  if (code != EXIT_OK)
    return code;
  if (rest && rest[0] && rest[1])
    {
      options_complain ("one scenario at a time, not also '%s'", rest[1]);
      return EXIT_USAGE;
    }
  return job_load (job, rest ? rest[0] : NULL);
}

int
verb_run (int argc, char **argv)
{
  Job job = { 0 };
  int interrupt = interrupt_open ();
  int code = prepare (&job, argc, argv);
  if (code == EXIT_OK)
    code = job_open (&job);
  if (code == EXIT_OK)
    {
      job_note_kernels (&job);
      code = perform (&job, interrupt);
      if (job.kept)
        present (&job);
    }
  job_clear (&job);
  interrupt_close (interrupt);
  return code;
}
