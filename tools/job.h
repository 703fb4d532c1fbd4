// SPDX-License-Identifier: MIT
/* One run of a scenario, from the words of the command line to the finished
 * output folder: what `run` and `exec` share. Each step returns an exit code
 * and has said on stderr what is wrong when that is not EXIT_OK.
 *
 *   job_read, job_load, job_open, job->run = run_new (...), job_record,
 *   run_start and time passes, job_finish, job_clear */
#pragma once

#include "sim/output.h"
#include "tools/options.h"
#include "tools/result.h"
#include "tools/run_output.h"
#include "tools/verbs.h"

typedef struct
{
  char *seed, *out, *capture, *events;
  char **sets, **writes;
  char **rest; /* words that are no options, NULL terminated, or NULL */
  gboolean force, json, blind, classic;
} JobOptions;

typedef struct
{
  JobOptions options;
  RunOutputOptions output_options;
  Scenario *scenario;
  char *path;  /* of the output folder */
  char *files; /* where apps write */
  Run *run;
  bool live;       /* it is in real time */
  Result *result;  /* after job_finish */
  char **captures; /* paths below PATH, NULL terminated */
  bool kept;       /* the folder has its name */

  Output *output;
  RunOutput *writer;
} Job;

/* The options of VERB, whose entries are ours. */
int job_read (Job *job, OptionsOfVerb verb, int argc, char **argv);

/* The scenario in file PATH; NULL: the built-in one. */
int job_load (Job *job, const char *path);

/* Says on stderr which hosts our stack plays instead of the kernel. */
void job_note_kernels (const Job *job);

/* The output folder, under a temporary name. */
int job_open (Job *job);

/* From now on, what happens is written; EPOCH is t = 0 for captures. */
int job_record (Job *job, Time epoch);

/* Ends the run, judges it and gives the folder its name. */
int job_finish (Job *job);

void job_print_paths (const Job *job, FILE *file);
void job_clear (Job *job);
