// SPDX-License-Identifier: MIT
/* One run of a scenario from start to end: builds the network, starts the
 * apps, changes the links at their times, lets time pass until the run ends,
 * judges the expectations. tun/ drives the same thing in real time. */
#pragma once

#include "sim/app.h"
#include "sim/ledger.h"
#include "sim/scenario.h"

typedef struct Run Run;

typedef struct
{
  bool held; /* it was judged and true */
  bool judged;
} RunVerdict;

/* Makes a node for a host marked "kernel"; NULL: our stack plays it. */
typedef Node *(*RunKernel) (void *data,
                            Network *network,
                            const ScenarioHost *host);

/* SCENARIO is borrowed and outlives the run. FILES: where apps write, or NULL.
 * Sinks that want to see everything are added to run_network before
 * run_start. */
Run *run_new (const Scenario *scenario,
              const char *files,
              RunKernel kernel,
              void *kernel_data);
void run_free (Run *run);

Network *run_network (Run *run);
Ledger *run_ledger (Run *run);

/* Starts apps and timed changes at t = 0. */
void run_start (Run *run);

/* Is it over: all initiating apps finished, all timed apps started, all timed
 * expectations judged and nothing pending, or run_for passed? Only virtual
 * time asks; in real time the driver ends the run. */
bool run_over (Run *run);

/* Virtual time: everything, at once. */
void run_all (Run *run);

/* The run is over: no app acts any more, their files are complete, complaints
 * are final. Once. */
void run_end (Run *run);

/* Judges what was not judged yet; false: an expectation failed. */
bool run_judge (Run *run);
const RunVerdict *run_verdict (const Run *run, unsigned expect);

/* After run_end: did all that apps had to write reach its file? */
bool run_files_complete (const Run *run);

/* Sentences about apps that failed or did not finish, in file order. */
GPtrArray *run_complaints (const Run *run);

/* What apps found out, in file order: "alice: ping bob: ...". */
GPtrArray *run_reports (const Run *run);
