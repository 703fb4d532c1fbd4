// SPDX-License-Identifier: MIT
#include "sim/delay_line.h"
#include "tests/sim/world.h"

enum
{
  PACKETS = 3000
};

typedef struct
{
  Sim sim;
  DelayLine line;
  Time at[PACKETS]; /* by order of adding */
  bool out[PACKETS];
  unsigned added, released;
  uint64_t state;
} Bench;

static void
bench_add (Bench *bench)
{
  Packet *packet = packet_new (NULL, 0);
  packet->id = bench->added;
  Time at = bench->sim.now + (Time) pick (&bench->state, 50);
  bench->at[bench->added++] = at;
  delay_line_add (&bench->line, packet, at);
}

/* The first in the order (time, order of adding) of those that wait; now and
 * then another is added meanwhile. */
static void
release (void *owner, Packet *packet, Time now)
{
  Bench *bench = owner;
  unsigned first = PACKETS;
  for (unsigned i = 0; i < bench->added; i++)
    if (!bench->out[i] && (first == PACKETS || bench->at[i] < bench->at[first]))
      first = i;
  g_assert_cmpuint (packet->id, ==, first);
  g_assert_cmpint (now, ==, bench->at[first]);
  g_assert_cmpint (now, ==, bench->sim.now);
  bench->out[first] = true;
  bench->released++;
  packet_free (packet);
  if (bench->added < PACKETS && pick (&bench->state, 4) == 0)
    bench_add (bench);
}

static Bench *
bench_new (void)
{
  Bench *bench = g_new0 (Bench, 1);
  sim_init (&bench->sim);
  delay_line_init (&bench->line, &bench->sim, release, bench);
  return bench;
}

static void
bench_free (Bench *bench)
{
  delay_line_clear (&bench->line);
  sim_clear (&bench->sim);
  g_free (bench);
}

static void
test_order (void)
{
  Bench *bench = bench_new ();
  while (bench->added < PACKETS)
    {
      bench_add (bench);
      if (pick (&bench->state, 3) == 0)
        sim_step (&bench->sim, bench->sim.now + 20);
    }
  while (sim_step (&bench->sim, TIME_NEVER))
    continue;
  g_assert_cmpuint (bench->released, ==, PACKETS);
  g_assert_true (delay_line_is_empty (&bench->line));
  bench_free (bench);
}

static void
test_one_event (void)
{
  Bench *bench = bench_new ();
  for (int i = 0; i < 100; i++)
    bench_add (bench);
  g_assert_cmpuint (bench->sim.events.count, ==, 1);
  bench_free (bench);
}

static void
release_late (void *owner, Packet *packet, Time now)
{
  *(Time *) owner = now;
  packet_free (packet);
}

static void
test_end_of_time (void)
{
  Sim sim;
  DelayLine line;
  Time released = 0;
  sim_init (&sim);
  delay_line_init (&line, &sim, release_late, &released);
  delay_line_add (&line, packet_new (NULL, 0), TIME_NEVER);
  while (sim_step (&sim, TIME_NEVER))
    continue;
  g_assert_cmpint (released, ==, TIME_NEVER);
  delay_line_clear (&line);
  sim_clear (&sim);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/delay-line/order", test_order);
  g_test_add_func ("/delay-line/one-event", test_one_event);
  g_test_add_func ("/delay-line/end-of-time", test_end_of_time);
  return g_test_run ();
}
