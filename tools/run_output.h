// SPDX-License-Identifier: MIT
/* What a run leaves behind: the files of the output folder but for the
 * result, and captures that were asked for elsewhere. */
#pragma once

#include "sim/capture.h"
#include "sim/run.h"

typedef struct RunOutput RunOutput;

typedef enum
{
  RUN_OUTPUT_FULL,
  RUN_OUTPUT_LESS, /* captures: headers; events: flows */
  RUN_OUTPUT_NONE
} RunOutputDetail;

typedef struct
{
  RunOutputDetail captures, events;
  Time epoch; /* of t = 0, for captures */
  bool blind, classic;
  char **writes; /* "HOST:FILE", NULL terminated, or NULL; FILE may be "-" */
} RunOutputOptions;

/* Before run_start; what happens from then on goes to FOLDER. */
RunOutput *run_output_new (Run *run,
                           const Scenario *scenario,
                           const char *folder,
                           const RunOutputOptions *options,
                           GError **error);

/* Could something not be written already? Then to go on is in vain. */
bool run_output_failed (const RunOutput *output);

/* After run_end: completes the captures and the log, copies the inputs, writes
 * scenario.lab and summary.json with the text SUMMARY. Frees OUTPUT. */
bool run_output_close (RunOutput *output, const char *summary, GError **error);

/* Instead: closes all files as they are. */
void run_output_drop (RunOutput *output);

/* Paths below the folder of the captures, NULL terminated; to be freed. */
char **run_output_captures (const RunOutput *output);
