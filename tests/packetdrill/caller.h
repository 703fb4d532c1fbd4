// SPDX-License-Identifier: MIT
/* The second thread of packetdrill: it makes one call that may wait, while the
 * first one moves the clock. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

typedef struct
{
  void (*call) (void *data);
  void *data;
  pthread_t thread;
  atomic_int id; /* of the kernel; 0: not there yet */
  atomic_bool done;
} Caller;

/* Returns when CALL sleeps, or has ended. */
void caller_start (Caller *caller, void (*call) (void *data), void *data);

bool caller_is_done (Caller *caller);

/* Waits, in real time, for its end. */
void caller_join (Caller *caller);

/* Handles SIGUSR1 on the thread; RESTART: with SA_RESTART. */
void caller_interrupt (Caller *caller, bool restart);
