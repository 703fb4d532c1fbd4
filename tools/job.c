// SPDX-License-Identifier: MIT
#include "tools/job.h"
#include "tools/scenario_open.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

static void
options_clear (JobOptions *options)
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
read_words (JobOptions *options, OptionsOfVerb *verb, int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json,
      "print the result as JSON", NULL },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options->seed, "other luck", "N" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &options->out,
      "output folder [out/NAME]", "DIR" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &options->force,
      "replace another scenario's result", NULL },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->sets,
      "set a 'let' of the scenario", "NAME=VALUE" },
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
  verb->entries = verb->prints_json ? entries : &entries[1];
  return options_parse (verb, argc, argv);
}

int
job_read (Job *job, OptionsOfVerb verb, int argc, char **argv)
{
  JobOptions *options = &job->options;
  RunOutputOptions *output = &job->output_options;
  if (!read_words (options, &verb, &argc, &argv)
      || !read_detail ("capture", options->capture, "headers",
                       &output->captures)
      || !read_detail ("events", options->events, "flows", &output->events))
    return EXIT_USAGE;
  output->blind = options->blind;
  output->classic = options->classic;
  output->writes = options->writes;
  return EXIT_OK;
}

/* Why the output folder could not be had, and the cure. */
static int
refuse_output (const GError *error)
{
  options_complain ("%s; --out names another folder", error->message);
  return g_error_matches (error, OUTPUT_ERROR, OUTPUT_ERROR_WRITE)
             ? EXIT_UNMET
             : EXIT_REFUSED;
}

int
job_load (Job *job, const char *path)
{
  job->scenario = scenario_open (path, job->options.seed, job->options.sets);
  return job->scenario ? EXIT_OK : EXIT_USAGE;
}

void
job_note_kernels (const Job *job)
{
  for (unsigned i = 0; i < job->scenario->hosts->len; i++)
    {
      const ScenarioHost *host = g_ptr_array_index (job->scenario->hosts, i);
      if (host->kernel)
        options_complain ("%s is marked 'kernel'; in virtual time our own "
                          "stack plays it",
                          host->name);
    }
}

int
job_open (Job *job)
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

int
job_record (Job *job, Time epoch)
{
  g_autoptr (GError) error = NULL;
  job->output_options.epoch = epoch;
  job->writer =
      run_output_new (job->run, job->scenario, output_folder (job->output),
                      &job->output_options, &error);
  if (job->writer)
    return EXIT_OK;
  options_complain ("%s", error->message);
  return error->domain == G_OPTION_ERROR ? EXIT_USAGE : EXIT_REFUSED;
}

int
job_finish (Job *job)
{
  g_autoptr (GError) error = NULL;
  run_end (job->run);
  bool good = run_judge (job->run) && run_files_complete (job->run);
  job->result = result_from_run (job->run, job->scenario, job->files);
  job->result->live = job->live;
  job->captures = run_output_captures (job->writer);
  g_rmdir (job->files); /* when nothing was written */
  g_autofree char *summary = result_json (job->result);
  bool written =
      run_output_close (g_steal_pointer (&job->writer), summary, &error);
  if (!written)
    {
      /* A reader that has gone away knows. */
      if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_PIPE))
        options_complain ("%s; nothing was kept", error->message);
      return EXIT_UNMET;
    }
  job->kept = output_commit (job->output, &error);
  if (!job->kept)
    return refuse_output (error);
  return good ? EXIT_OK : EXIT_UNMET;
}

void
job_print_paths (const Job *job, FILE *file)
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
           "  tshark -r %s/%s -T fields \\\n"
           "    -e frame.number -e _ws.col.Info -e frame.comment\n"
           "  wireshark %s/%s\n"
           "  %s show %s --all\n",
           folder, job->captures[0], folder, job->captures[0],
           program_invocation_name, folder);
}

void
job_clear (Job *job)
{
  if (job->writer)
    run_output_drop (job->writer);
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
