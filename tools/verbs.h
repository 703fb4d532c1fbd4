// SPDX-License-Identifier: MIT
/* The verbs of tunlab: one file each. A verb gets its own words, its name
 * first, and returns the exit code. */
#pragma once

#include <glib.h>

typedef enum
{
  EXIT_OK = 0,
  EXIT_UNMET = 1,   /* it ran, but an expectation or a write failed */
  EXIT_USAGE = 2,   /* wrong usage, or a scenario with errors */
  EXIT_REFUSED = 3, /* the environment refuses; the message names the cure */
  EXIT_INTERRUPTED = 130 /* as shells say it */
} ExitCode;

int verb_run (int argc, char **argv);
int verb_check (int argc, char **argv);
int verb_show (int argc, char **argv);
int verb_exec (int argc, char **argv);
int verb_addr (int argc, char **argv);
int verb_port (int argc, char **argv);
int verb_sock (int argc, char **argv);
int verb_doctor (int argc, char **argv);
