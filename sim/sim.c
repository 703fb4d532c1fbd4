// SPDX-License-Identifier: MIT
#include "sim/sim.h"

void
sim_init (Sim *sim)
{
  sim->now = 0;
  timer_queue_init (&sim->events);
}

void
sim_clear (Sim *sim)
{
  timer_queue_clear (&sim->events);
}

void
sim_timer_init (SimTimer *timer,
                void (*fire) (void *owner, Time now),
                void *owner)
{
  *timer = (SimTimer){ .fire = fire, .owner = owner };
}

void
sim_schedule (Sim *sim, SimTimer *timer, Time at)
{
  timer_queue_set (&sim->events, &timer->timer, at < sim->now ? sim->now : at);
}

void
sim_cancel (Sim *sim, SimTimer *timer)
{
  timer_queue_remove (&sim->events, &timer->timer);
}

bool
sim_step (Sim *sim, Time until)
{
  Timer *first = timer_queue_first (&sim->events);
  if (first == NULL || first->at > until)
    return false;
  timer_queue_remove (&sim->events, first);
  sim->now = first->at;
  SimTimer *timer = (SimTimer *) first;
  timer->fire (timer->owner, sim->now);
  return true;
}

Time
sim_deadline (const Sim *sim)
{
  return timer_queue_deadline (&sim->events);
}
