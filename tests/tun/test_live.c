// SPDX-License-Identifier: MIT
#include "tun/live.h"

#include <glib.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 2000
#define SPAN   (200 * MILLISECOND)

typedef struct
{
  Live live;
  Sim sim;
  unsigned count; /* of events that ran */
  Time last;
} World;

typedef struct
{
  SimTimer timer;
  World *world;
  Time at;
} Event;

static Time
real_time (const World *world)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * SECOND + now.tv_nsec - world->live.start;
}

static void
check_time (void *owner, Time now)
{
  Event *event = owner;
  World *world = event->world;
  g_assert_cmpint (now, ==, event->at);
  g_assert_cmpint (now, ==, world->sim.now);
  g_assert_cmpint (real_time (world), >=, now);
  g_assert_cmpint (now, >=, world->last);
  world->last = now;
  world->count++;
}

static void
world_init (World *world)
{
  *world = (World){ 0 };
  sim_init (&world->sim);
  g_assert_true (live_init (&world->live));
  live_begin (&world->live, &world->sim);
}

static void
world_clear (World *world)
{
  live_clear (&world->live);
  sim_clear (&world->sim);
}

static void
set_event (World *world, Event *event, Time at)
{
  event->world = world;
  event->at = at;
  sim_timer_init (&event->timer, check_time, event);
  sim_schedule (&world->sim, &event->timer, at);
}

static bool
not_all (void *data)
{
  return ((World *) data)->count < EVENTS;
}

/* Many events at random times: each after its time, in order, none lost. */
static void
test_never_early (void)
{
  World world;
  world_init (&world);
  Event *events = g_new0 (Event, EVENTS);
  for (unsigned i = 0; i < EVENTS; i++)
    set_event (&world, &events[i], g_test_rand_int_range (0, SPAN));
  live_run (&world.live, not_all, &world);
  g_assert_cmpint (sim_deadline (&world.sim), ==, TIME_NEVER);
  g_assert_cmpint (real_time (&world), >=, world.last);
  g_test_message ("latest event %" G_GINT64_FORMAT " us late",
                  world.live.latest / MICROSECOND);
  g_free (events);
  world_clear (&world);
}

typedef struct
{
  World world;
  Event event;
  LiveSource source;
  int pipe[2];
  Time read_at;
} Piped;

static void
pipe_ready (void *owner, Time now)
{
  Piped *piped = owner;
  char byte;
  g_assert_cmpint (read (piped->source.file, &byte, 1), ==, 1);
  g_assert_cmpint (now, ==, piped->world.sim.now);
  piped->read_at = now;
  set_event (&piped->world, &piped->event, now + 20 * MILLISECOND);
}

static bool
not_one (void *data)
{
  return ((Piped *) data)->world.count == 0;
}

/* A file that is readable wakes a driver that waits for nothing, and what it
 * then schedules happens. */
static void
test_source (void)
{
  Piped piped = { .read_at = -1 };
  world_init (&piped.world);
  g_assert_cmpint (pipe (piped.pipe), ==, 0);
  piped.source = (LiveSource){ piped.pipe[0], pipe_ready, &piped };
  g_assert_true (live_watch (&piped.world.live, &piped.source));
  g_assert_cmpint (write (piped.pipe[1], "x", 1), ==, 1);
  live_run (&piped.world.live, not_one, &piped);
  g_assert_cmpint (piped.read_at, >=, 0);
  g_assert_cmpint (piped.world.last, ==, piped.read_at + 20 * MILLISECOND);

  /* Nobody listens any more. */
  live_unwatch (&piped.world.live, &piped.source);
  piped.world.count = 0;
  g_assert_cmpint (write (piped.pipe[1], "x", 1), ==, 1);
  Time read_at = piped.read_at;
  set_event (&piped.world, &piped.event, piped.world.sim.now + 5 * MILLISECOND);
  live_run (&piped.world.live, not_one, &piped);
  g_assert_cmpint (piped.read_at, ==, read_at);

  close (piped.pipe[0]);
  close (piped.pipe[1]);
  world_clear (&piped.world);
}

/* What is overdue runs at once, with the time for which it was due, and before
 * the clock moves on. */
static void
test_late (void)
{
  World world;
  world_init (&world);
  Event late[2] = { 0 };
  set_event (&world, &late[0], MILLISECOND);
  set_event (&world, &late[1], 2 * MILLISECOND);
  g_usleep (10000);
  Time now = live_advance (&world.live);
  g_assert_cmpuint (world.count, ==, 2);
  g_assert_cmpint (now, >=, 10 * MILLISECOND);
  g_assert_cmpint (world.sim.now, ==, now);
  g_assert_cmpint (world.live.latest, >=, 9 * MILLISECOND);
  world_clear (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live/never-early", test_never_early);
  g_test_add_func ("/live/source", test_source);
  g_test_add_func ("/live/late", test_late);
  return g_test_run ();
}
