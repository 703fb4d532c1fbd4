// SPDX-License-Identifier: MIT
/* Virtual time: one queue of events in the order (time, order of scheduling).
 * The clock stands still while an event runs and jumps to the next one. Real
 * time uses the same queue; only who waits differs (tun/live.h). */
#pragma once

#include "stack/timer_queue.h"

/* FROM + DELAY (not negative), or TIME_NEVER when that is too far. */
static inline Time
sim_after (Time from, Time delay)
{
  return delay > TIME_NEVER - from ? TIME_NEVER : from + delay;
}

typedef struct Sim Sim;
typedef struct SimTimer SimTimer;

/* Embedded by its owner, who keeps it alive while it is scheduled. */
struct SimTimer
{
  Timer timer; /* first member: the queue hands out Timer pointers */
  void (*fire) (void *owner, Time now);
  void *owner;
};

struct Sim
{
  Time now;
  TimerQueue events;
};

void sim_init (Sim *sim);
void sim_clear (Sim *sim);

void sim_timer_init (SimTimer *timer,
                     void (*fire) (void *owner, Time now),
                     void *owner);

/* (Re)schedules TIMER; AT in the past means now. */
void sim_schedule (Sim *sim, SimTimer *timer, Time at);
void sim_cancel (Sim *sim, SimTimer *timer);

/* Runs the earliest event if it is due by UNTIL, the clock set to its time;
 * false: none was. */
bool sim_step (Sim *sim, Time until);

Time sim_deadline (const Sim *sim);
