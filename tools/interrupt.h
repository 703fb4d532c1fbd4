// SPDX-License-Identifier: MIT
/* Ctrl-C and other polite requests to stop, looked at when there is time for
 * them, so that nothing is left half-written. */
#pragma once

/* From now on SIGINT, SIGTERM and SIGHUP wait. */
int interrupt_open (void);

/* The signal that came, or 0. */
int interrupt_came (int interrupt);

/* They act again; one that came meanwhile does so now. */
void interrupt_close (int interrupt);
