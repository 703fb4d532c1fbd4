// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"

enum
{
  TIMERS = 40
};

typedef struct
{
  Sim sim;
  SimTimer timers[TIMERS];
  Time at[TIMERS]; /* the model: TIME_NEVER is not scheduled */
  uint64_t order[TIMERS];
  uint64_t scheduled;
  unsigned fired;
} Clock;

static unsigned
model_first (const Clock *clock)
{
  unsigned first = 0;
  for (unsigned i = 1; i < TIMERS; i++)
    if (clock->at[i] < clock->at[first]
        || (clock->at[i] == clock->at[first]
            && clock->order[i] < clock->order[first]))
      first = i;
  return first;
}

static Clock *current;

static void
fire (void *owner, Time now)
{
  unsigned expected = model_first (current);
  g_assert_true (owner == &current->timers[expected]);
  g_assert_cmpint (now, ==, current->at[expected]);
  g_assert_cmpint (now, ==, current->sim.now);
  current->at[expected] = TIME_NEVER;
  current->fired++;
}

static void
schedule (Clock *clock, unsigned i, Time at)
{
  sim_schedule (&clock->sim, &clock->timers[i], at);
  clock->at[i] = MAX (at, clock->sim.now);
  clock->order[i] = ++clock->scheduled;
}

static void
test_order (void)
{
  Clock clock = { 0 };
  current = &clock;
  sim_init (&clock.sim);
  for (unsigned i = 0; i < TIMERS; i++)
    {
      sim_timer_init (&clock.timers[i], fire, &clock.timers[i]);
      clock.at[i] = TIME_NEVER;
    }
  uint64_t state = 0;
  for (int round = 0; round < 20000; round++)
    {
      unsigned i = (unsigned) pick (&state, TIMERS);
      switch (pick (&state, 4))
        {
        case 0:
        case 1: /* in the past, too */
          schedule (&clock, i, clock.sim.now + (Time) pick (&state, 9) - 2);
          break;
        case 2:
          sim_cancel (&clock.sim, &clock.timers[i]);
          clock.at[i] = TIME_NEVER;
          break;
        default:
          sim_step (&clock.sim, clock.sim.now + 3);
        }
      g_assert_cmpint (sim_deadline (&clock.sim), ==,
                       clock.at[model_first (&clock)]);
    }
  g_assert_cmpuint (clock.fired, >, 1000);
  sim_clear (&clock.sim);
}

static void
test_until (void)
{
  Clock clock = { 0 };
  current = &clock;
  sim_init (&clock.sim);
  for (unsigned i = 0; i < TIMERS; i++)
    clock.at[i] = TIME_NEVER;
  sim_timer_init (&clock.timers[0], fire, &clock.timers[0]);
  schedule (&clock, 0, 10);
  g_assert_false (sim_step (&clock.sim, 9));
  g_assert_cmpint (clock.sim.now, ==, 0);
  g_assert_true (sim_step (&clock.sim, 10));
  g_assert_cmpint (clock.sim.now, ==, 10);
  g_assert_false (sim_step (&clock.sim, TIME_NEVER));
  g_assert_cmpint (sim_deadline (&clock.sim), ==, TIME_NEVER);
  sim_clear (&clock.sim);
}

static void
test_after (void)
{
  g_assert_cmpint (sim_after (3, 4), ==, 7);
  g_assert_cmpint (sim_after (TIME_NEVER - 3, 4), ==, TIME_NEVER);
  g_assert_cmpint (sim_after (0, TIME_NEVER), ==, TIME_NEVER);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/order", test_order);
  g_test_add_func ("/sim/until", test_until);
  g_test_add_func ("/sim/after", test_after);
  return g_test_run ();
}
