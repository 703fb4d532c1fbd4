// SPDX-License-Identifier: MIT
/* Real time: the same queue of events as in virtual time, but each waits for
 * the monotonic clock. t = 0 is live_begin.
 *
 * Law: an event never runs early. Late ones run in their order and with the
 * time for which they were due, so that lateness does not add up. Between two
 * events the clock of the simulator follows the real one.
 *
 * Cost of a wake-up: two system calls and what the sources read. */
#pragma once

#include "sim/sim.h"
#include <glib.h>

typedef struct Live Live;

/* A file that becomes readable; embedded by its owner. */
typedef struct
{
  int file;
  void (*ready) (void *owner, Time now);
  void *owner;
} LiveSource;

struct Live
{
  Sim *sim;
  int epoll, timer;
  Time start;  /* on CLOCK_MONOTONIC */
  Time epoch;  /* t = 0 in nanoseconds since 1970 */
  Time armed;  /* what TIMER waits for */
  Time latest; /* by so much was the latest event late */
};

/* False and errno: no file descriptors left. */
bool live_init (Live *live);
void live_clear (Live *live);

/* False and errno. SOURCE stays where it is until live_unwatch. */
bool live_watch (Live *live, LiveSource *source);
void live_unwatch (Live *live, LiveSource *source);

/* From now on SIM, which stands at 0, follows the clock. */
void live_begin (Live *live, Sim *sim);

/* Runs what is due and returns the time, which sim->now then shows. */
Time live_advance (Live *live);

/* Goes on as long as GO_ON says so, which is asked after each step. */
void live_run (Live *live, bool (*go_on) (void *data), void *data);
