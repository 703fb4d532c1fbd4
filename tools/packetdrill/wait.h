// SPDX-License-Identifier: MIT
/* How a call waits. A call is a small struct with an attempt; whoever changes
 * the world tries the calls that wait, at that very instant, in place of their
 * threads, which really sleep meanwhile. So a result, and the time at which it
 * came, do not depend on how soon a thread is woken.
 *
 * The thread that moves the clock cannot sleep: it moves the clock until the
 * call is satisfied. */
#pragma once

#include "tools/packetdrill/adapter.h"

#include <semaphore.h>

typedef struct Wait Wait;

struct Wait
{
  /* True: done, and .result says what the call gives. */
  bool (*attempt) (Adapter *adapter, Wait *wait);
  /* The call ends unsatisfied, with -EAGAIN: its time is over, or -EINTR: a
   * signal has been handled; sets .result. NULL: just this error. */
  void (*stop) (Wait *wait, int error);
  /* The state of a connection has changed; may be NULL. */
  void (*tell) (Wait *wait, const StackEvent *event);
  Time deadline; /* now: it doesn't wait; TIME_NEVER: for ever */
  ssize_t result;

  /* Private. */
  GList link;
  sem_t wake;
  bool done;
  Time at;
};

/* Runs the call, between adapter_enter and adapter_give; returns its result.
 * -EINTR as sem_wait(3): after a handler without SA_RESTART. -EDEADLK: it
 * would wait for ever, for nobody else moves the clock. */
ssize_t wait_for (Adapter *adapter, Wait *wait);

/* Tries all that wait, in the order of their calls; true: some are done. */
bool wait_try_all (Adapter *adapter);

void wait_tell (Adapter *adapter, const StackEvent *event);

/* The first instant at which a call's time is over. */
Time wait_deadline (const Adapter *adapter);

/* The instant at which this thread's last call was satisfied, once; false:
 * it did not make one that might wait, or made another since. */
bool wait_take_instant (const Adapter *adapter, Time *at);
void wait_forget_instant (void);
