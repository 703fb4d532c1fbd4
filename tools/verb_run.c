// SPDX-License-Identifier: MIT
/* tunlab run: a scenario in virtual time. */
#include "sim/output.h"
#include "tools/ladder.h"
#include "tools/options.h"
#include "tools/result.h"
#include "tools/run_output.h"
#include "tools/scenario_open.h"
#include "tools/table.h"
#include "tools/verbs.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define STEPS_A_LOOK 4096 /* between two looks at the clock */

typedef struct
{
  char *seed, *out, *capture, *events;
  char **sets, **writes, **rest;
  gboolean force, json, blind, classic;
} Options;

/* The words of one run, from start to end. */
typedef struct
{
  Options options;
  RunOutputOptions output_options;
  Scenario *scenario;
  char *path; /* of the output folder */
  Output *output;
  char *files;
  Run *run;
  Result *result;
  char **captures;
  bool kept; /* the folder has its name */
} Job;

static void
options_clear (Options *options)
{
  g_free (options->seed);
  g_free (options->out);
  g_free (options->capture);
  g_free (options->events);
  g_strfreev (options->sets);
  g_strfreev (options->writes);
  g_strfreev (options->rest);
}

/* One of three words, the first of which is the default. */
static bool
read_detail (const char *option,
             const char *word,
             const char *less,
             RunOutputDetail *detail)
{
  *detail = RUN_OUTPUT_FULL;
  if (!word || strcmp (word, "full") == 0)
    return true;
  *detail = strcmp (word, less) == 0 ? RUN_OUTPUT_LESS : RUN_OUTPUT_NONE;
  if (*detail == RUN_OUTPUT_LESS || strcmp (word, "none") == 0)
    return true;
  options_complain ("--%s is full, %s or none, not '%s'", option, less, word);
  return false;
}

static bool
read_options (Options *options, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options->seed, "other luck", "N" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &options->out,
      "output folder [out/NAME]", "DIR" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &options->force,
      "replace another scenario's result", NULL },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->sets,
      "set a 'let' of the scenario", "NAME=VALUE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json,
      "print the result as JSON", NULL },
    { "blind", 0, 0, G_OPTION_ARG_NONE, &options->blind,
      "captures without the fates", NULL },
    { "pcap", 0, 0, G_OPTION_ARG_NONE, &options->classic,
      "classic .pcap files too", NULL },
    { "write", 'w', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->writes,
      "one host's capture to FILE; -: stdout", "HOST:FILE" },
    { "capture", 0, 0, G_OPTION_ARG_STRING, &options->capture,
      "full, headers or none", "WHAT" },
    { "events", 0, 0, G_OPTION_ARG_STRING, &options->events,
      "full, flows or none", "WHAT" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest,
      NULL, NULL },
    { NULL, 0, 0, 0, NULL, NULL, NULL }
  };
  const OptionsOfVerb verb = {
    .name = "run",
    .arguments = "[SCENARIO]",
    .summary = "Runs a scenario (without one: the built-in 'hello') in "
               "virtual time.",
    .example = "run lossy.lab --seed 7 --out out/seven",
    .entries = entries,
  };
  return options_parse (&verb, argc, argv);
}

static bool
writes_to_stdout (const Options *options)
{
  for (unsigned i = 0; options->writes && options->writes[i]; i++)
    if (g_str_has_suffix (options->writes[i], ":-"))
      return true;
  return false;
}

/* EXIT_OK: go on. */
static int
prepare (Job *job, int argc, char **argv)
{
  Options *options = &job->options;
  RunOutputOptions *output = &job->output_options;
  if (!read_options (options, &argc, &argv)
      || !read_detail ("capture", options->capture, "headers",
                       &output->captures)
      || !read_detail ("events", options->events, "flows", &output->events))
    return EXIT_USAGE;
  if (options->rest && options->rest[0] && options->rest[1])
    {
      options_complain ("one scenario at a time, not also '%s'",
                        options->rest[1]);
      return EXIT_USAGE;
    }
  output->epoch = CAPTURE_EPOCH;
  output->blind = options->blind;
  output->classic = options->classic;
  output->writes = options->writes;
  job->scenario = scenario_open (options->rest ? options->rest[0] : NULL,
                                 options->seed, options->sets);
  return job->scenario ? EXIT_OK : EXIT_USAGE;
}

/* Why the output folder could not be had, and the cure. */
static int
refuse_output (const GError *error)
{
  bool exists = g_error_matches (error, OUTPUT_ERROR, OUTPUT_ERROR_EXISTS);
  options_complain ("%s%s", error->message,
                    exists ? "; --out names another folder, --force replaces "
                             "another scenario's result"
                           : "");
  return g_error_matches (error, OUTPUT_ERROR, OUTPUT_ERROR_WRITE)
             ? EXIT_UNMET
             : EXIT_REFUSED;
}

static int
open_output (Job *job)
{
  g_autoptr (GError) error = NULL;
  job->path = job->options.out
                  ? g_strdup (job->options.out)
                  : g_build_filename ("out", job->scenario->name, NULL);
  job->output =
      output_new (job->path, job->scenario->name, job->options.force, &error);
  if (!job->output)
    return refuse_output (error);
  job->files = g_build_filename (output_folder (job->output), "files", NULL);
  if (g_mkdir (job->files, 0777) == 0)
    return EXIT_OK;
  options_complain ("cannot make %s: %s", job->files, g_strerror (errno));
  return EXIT_REFUSED;
}

static void
note_kernels (const Scenario *scenario)
{
  for (unsigned i = 0; i < scenario->hosts->len; i++)
    {
      const ScenarioHost *host = g_ptr_array_index (scenario->hosts, i);
      if (host->kernel)
        fprintf (stderr,
                 "tunlab: %s is marked 'kernel'; in virtual time our own "
                 "stack plays it\n",
                 host->name);
    }
}

/* Everything at once; on a terminal a word from time to time. */
static void
let_time_pass (Run *run, const Scenario *scenario)
{
  Sim *sim = &run_network (run)->sim;
  bool talks = isatty (STDERR_FILENO);
  gint64 last = g_get_monotonic_time ();
  bool said = false;
  unsigned steps = 0;
  while (!run_over (run) && sim_step (sim, scenario->run_for))
    {
      if (!talks || ++steps % STEPS_A_LOOK != 0
          || g_get_monotonic_time () - last < G_USEC_PER_SEC)
        continue;
      last = g_get_monotonic_time ();
      said = true;
      fprintf (stderr, "\rsimulated %" G_GINT64_FORMAT " ms",
               (gint64) (sim->now / MILLISECOND));
    }
  if (said)
    fputs ("\r\033[K", stderr);
}

/* Runs, judges, writes everything; the folder takes its name. */
static int
perform (Job *job)
{
  g_autoptr (GError) error = NULL;
  job->run = run_new (job->scenario, job->files, NULL, NULL);
  RunOutput *output =
      run_output_new (job->run, job->scenario, output_folder (job->output),
                      &job->output_options, &error);
  if (!output)
    {
      options_complain ("%s", error->message);
      return error->domain == G_OPTION_ERROR ? EXIT_USAGE : EXIT_REFUSED;
    }
  run_start (job->run);
  let_time_pass (job->run, job->scenario);
  run_end (job->run);
  bool held = run_judge (job->run);
  job->result = result_from_run (job->run, job->scenario, job->files);
  job->captures = run_output_captures (output);
  g_rmdir (job->files); /* when nothing was written */
  g_autofree char *summary = result_json (job->result);
  if (!run_output_close (output, summary, &error))
    {
      options_complain ("%s; nothing was kept", error->message);
      return EXIT_UNMET;
    }
  job->kept = output_commit (job->output, &error);
  if (!job->kept)
    return refuse_output (error);
  return held ? EXIT_OK : EXIT_UNMET;
}

static void
print_ladder (const Job *job, FILE *file)
{
  if (job->output_options.events != RUN_OUTPUT_FULL)
    return;
  g_autoptr (GError) error = NULL;
  g_autofree char *log = g_build_filename (job->path, "events.jsonl", NULL);
  LadderOptions options = { 0 };
  fputc ('\n', file);
  if (!ladder_print (log, &options, file, &error))
    options_complain ("%s", error->message);
}

static void
print_paths (const Job *job, FILE *file)
{
  g_autofree char *path = g_shell_quote (job->path);
  const char *folder =
      strpbrk (job->path, " '\"\\$*?[]&;()<>|~`!#") ? path : job->path;
  fprintf (file, "\nCaptures, with the fate of each packet as a comment:\n");
  for (char **name = job->captures; *name; name++)
    fprintf (file, "  %s/%s\n", folder, *name);
  if (!*job->captures)
    return;
  fprintf (file,
           "Look at them:\n"
           "  tshark -r %s/%s -T fields -e frame.number -e _ws.col.Info \\\n"
           "    -e frame.comment\n"
           "  wireshark %s/%s\n"
           "  tunlab show %s --all\n",
           folder, job->captures[0], folder, job->captures[0], folder);
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
    print_paths (job, file);
}

static void
job_clear (Job *job)
{
  if (job->run)
    run_free (job->run);
  if (job->output)
    output_free (job->output);
  if (job->result)
    result_free (job->result);
  if (job->scenario)
    scenario_free (job->scenario);
  g_strfreev (job->captures);
  g_free (job->files);
  g_free (job->path);
  options_clear (&job->options);
}

int
verb_run (int argc, char **argv)
{
  Job job = { 0 };
  int code = prepare (&job, argc, argv);
  if (code == EXIT_OK)
    code = open_output (&job);
  if (code == EXIT_OK)
    {
      note_kernels (job.scenario);
      code = perform (&job);
      if (job.kept)
        present (&job);
    }
  job_clear (&job);
  return code;
}
