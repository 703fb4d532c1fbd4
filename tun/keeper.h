// SPDX-License-Identifier: MIT
/* The process between tunlab and its command: starts the command, hands it
 * signals, and when it ends, or tunlab does, ends everything that it left
 * running, orphans included: SIGTERM, a second later SIGKILL. */
#pragma once

#include <signal.h>

/* Those that are handed on. Whoever calls keeper_run has blocked them, and
 * SIGCHLD. */
void keeper_signals (sigset_t *signals);

/* CONTROL is a socket whose other end tunlab alone holds: a byte from it says
 * begin, its end says stop. COMMAND may be NULL: just waits for the end. The
 * exit code: the command's own, 128 + n after signal n, 126 when it cannot be
 * executed, 127 when there is none of that name. */
int keeper_run (int control, char *const *command);
