// SPDX-License-Identifier: MIT
/* The result of a run as data: what the table shows, what summary.json holds.
 * Written after a run, read back by "show": both print the same. */
#pragma once

#include "sim/run.h"
#include <stdio.h>

/* Each is a member of the struct and a key of the file. Of a pair, the first
 * is the initiator's, the second the responder's; times are in nanoseconds,
 * their keys end in "_ns"; -1: never. */
#define RESULT_COUNTS(X)                                                       \
  X (messages_sent)                                                            \
  X (messages_delivered)                                                       \
  X (messages_duplicated)                                                      \
  X (messages_reordered)                                                       \
  X (bytes_sent)                                                               \
  X (bytes_delivered)
#define RESULT_TIMES(X)                                                        \
  X (first_at)                                                                 \
  X (median_at)                                                                \
  X (last_at)                                                                  \
  X (first_delay)                                                              \
  X (median_delay)                                                             \
  X (last_delay)
#define RESULT_PAIRS(X)                                                        \
  X (packets)                                                                  \
  X (packets_lost)                                                             \
  X (packets_duplicated)                                                       \
  X (packets_reordered)                                                        \
  X (packets_corrupted)                                                        \
  X (bytes_on_wire)                                                            \
  X (retransmitted)

typedef struct
{
  char *flow;     /* "tcp alice:49152>bob:7777" */
  char *protocol; /* "tcp", "udp" */
  char *app;      /* that initiated it: "messages", or NULL */
  char *error;    /* errno word, or NULL */
  char *compared; /* files: "identical", "different", "none" arrived; NULL:
                     not compared */
  bool closed;
  GArray *holes; /* Range */
#define X(name) int64_t name;
  RESULT_COUNTS (X)
  RESULT_TIMES (X)
#undef X
#define X(name) int64_t name[2];
  RESULT_PAIRS (X)
#undef X
} ResultFlow;

typedef struct
{
  char *text;
  bool held;
} ResultExpect;

typedef struct
{
  char *title; /* or NULL */
  char *scenario;
  uint64_t seed;
  int64_t duration;      /* ns */
  bool live;             /* in real time; else simulated */
  GPtrArray *flows;      /* ResultFlow *: TCP and UDP, in order */
  GPtrArray *expects;    /* ResultExpect * */
  GPtrArray *reports;    /* char *: what apps found out */
  GPtrArray *complaints; /* char * */
} Result;

/* After run_end and run_judge. FILES: where apps wrote, or NULL. */
Result *result_from_run (Run *run, const Scenario *scenario, const char *files);
Result *result_read (const char *path, GError **error);
void result_free (Result *result);

/* JSON text with a newline at its end; to be freed. */
char *result_json (const Result *result);
