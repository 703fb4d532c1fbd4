// SPDX-License-Identifier: MIT
/* A scenario in real time, with the real kernel as some of its hosts and a
 * command on one of them.
 *
 *   session_new    the namespaces, the command waits
 *   run_new        with session_kernel
 *   session_begin  t = 0
 *   session_run    until the command has ended
 *   run_free, session_free
 *
 * The command decides how long it lasts; "run for" is for virtual time. What
 * is on its way when it ends still arrives, but nobody waits for more than a
 * second. Signals to tunlab go to the command: whoever wants to end the session
 * ends the command. */
#pragma once

#include "sim/run.h"

typedef struct Session Session;

/* COMMAND, NULL terminated, will run on HOST, which is a kernel one. SCRATCH: a
 * folder that is removed should tunlab be killed meanwhile, or NULL. */
Session *session_new (const Scenario *scenario,
                      unsigned host,
                      char *const *command,
                      const char *scratch,
                      GError **error);
void session_free (Session *session);

/* Our stacks meet real programs: their secrets come from the operating system,
 * not from the seed. To be called before run_new. */
bool session_draw_secrets (Scenario *scenario, GError **error);

/* For run_new; DATA is the session. */
Node *session_kernel (void *data, Network *network, const ScenarioHost *host);

/* Returns what t = 0 is in nanoseconds since 1970, for captures. */
Time session_begin (Session *session, Run *run);

/* Starts RUN and the command; the command's exit code, as a shell tells it. */
int session_run (Session *session);

/* By so much was the latest event late. */
Time session_latest (const Session *session);
