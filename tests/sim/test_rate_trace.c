// SPDX-License-Identifier: MIT
#include "sim/rate_trace.h"
#include "tests/sim/world.h"

#include <string.h>

#define HEADERS (WIRE_IPV4_HEADER + WIRE_UDP_HEADER)

static RateTrace *
trace_of (const char *text)
{
  const char *wrong;
  unsigned line;
  RateTrace *trace = rate_trace_read (text, strlen (text), &line, &wrong);
  g_assert_cmpstr (wrong, ==, NULL);
  return trace;
}

static World *
world_of (RateTrace *trace, uint64_t limit_packets)
{
  World *world = world_new (1);
  ElementSpec spec = { .kind = ELEMENT_TRACE };
  spec.as.rate.trace = trace;
  spec.as.rate.limit_packets = limit_packets;
  WORLD_CHAIN (world->there, spec);
  g_array_unref (trace);
  return world;
}

static void
assert_arrivals (const World *world, const Time *at_ms, unsigned count)
{
  g_assert_cmpuint (world->arrivals->len, ==, count);
  for (unsigned i = 0; i < count; i++)
    {
      g_assert_cmpint (world_arrival (world, i)->at, ==,
                       at_ms[i] * MILLISECOND);
      g_assert_cmpuint (world_arrival (world, i)->id, ==, i + 1);
    }
}

/* One packet of 1500 bytes a line, round after round. */
static void
test_rounds (void)
{
  static const Time at_ms[] = { 0, 3, 3, 10, 10, 13, 13, 20, 20, 23 };
  World *world = world_of (trace_of ("0\n3\n3\n10\n"), 1000);
  for (unsigned i = 0; i < G_N_ELEMENTS (at_ms); i++)
    world_send (world, 1500 - HEADERS);
  world_drain (world);
  assert_arrivals (world, at_ms, G_N_ELEMENTS (at_ms));
  world_assert_closed (world->there);
  world_free (world);
}

/* Three of 500 bytes share a line; what one byte more needs is the next. */
static void
test_bytes (void)
{
  static const Time at_ms[] = { 5, 5, 5, 10, 15, 25, 25 };
  static const size_t bytes[] = { 500, 500, 500, 500, 1001, 3000, 1499 };
  World *world = world_of (trace_of ("5"), 1000);
  for (unsigned i = 0; i < G_N_ELEMENTS (bytes); i++)
    world_send (world, bytes[i] - HEADERS);
  world_drain (world);
  assert_arrivals (world, at_ms, G_N_ELEMENTS (at_ms));
  world_free (world);
}

/* What nobody waits for is lost, at once or after many rounds. */
static void
test_lost (void)
{
  static const Time at_ms[] = { 2, 8, 10, 1008, 1010, 5000002 };
  static const Time sent_us[] = { 2000,           2001,           9000,
                                  1000000 + 7999, 1000000 + 8001, 4999999999 };
  World *world = world_of (trace_of ("2\n8\n10\n"), 1000);
  for (unsigned i = 0; i < G_N_ELEMENTS (sent_us); i++)
    {
      world_run (world, sent_us[i] * MICROSECOND);
      world_send (world, 1500 - HEADERS);
    }
  world_drain (world);
  g_assert_cmpint (world_arrival (world, 5)->at, ==, 5000000 * MILLISECOND);
  g_array_set_size (world->arrivals, 5);
  assert_arrivals (world, at_ms, 5);
  world_free (world);
}

static void
test_limit (void)
{
  World *world = world_of (trace_of ("5\n"), 2);
  for (unsigned i = 0; i < 5; i++)
    world_send (world, 1500 - HEADERS);
  g_assert_cmpuint (world->counts[EVENT_DROPPED], ==, 3);
  const Memory *drop = world_nth_memory (world, EVENT_DROPPED, 0);
  g_assert_cmpstr (drop->event.cause, ==, "queue-full");
  world_drain (world);
  g_assert_cmpuint (world->arrivals->len, ==, 2);
  world_free (world);
}

/* Who waits already keeps its time, nobody overtakes. */
static void
test_change (void)
{
  static const Time at_ms[] = { 50, 100, 100, 101 };
  const char *missing;
  World *world = world_of (trace_of ("50\n"), 1000);
  ElementSpec spec = { .kind = ELEMENT_TRACE };
  spec.as.rate.trace = trace_of ("1\n");
  world_send (world, 1500 - HEADERS);
  world_send (world, 1500 - HEADERS);
  g_assert_true (WORLD_CHANGE (world->there, &missing, spec));
  g_array_unref (spec.as.rate.trace);
  world_send (world, 1500 - HEADERS);
  world_send (world, 1500 - HEADERS);
  world_drain (world);
  assert_arrivals (world, at_ms, G_N_ELEMENTS (at_ms));
  world_free (world);
}

/* At the end of time everything departs never. */
static void
test_end_of_time (void)
{
  RateTrace *trace = trace_of ("1\n");
  RateTracePlace place = { 0 };
  g_assert_cmpint (rate_trace_depart (trace, &place, TIME_NEVER, 9), ==,
                   TIME_NEVER);
  g_assert_cmpint (rate_trace_depart (trace, &place, TIME_NEVER, 90000), ==,
                   TIME_NEVER);
  g_array_unref (trace);
}

static void
test_bad (void)
{
  static const struct
  {
    const char *text;
    unsigned line;
    const char *wrong;
  } table[] = {
    { "", 0, "ends at once" },
    { "0\n0\n", 2, "ends at once" },
    { "1\n\n2\n", 2, "is no time" },
    { "1\n2 \n", 2, "is no time" },
    { "1\n2\nx", 3, "is no time" },
    { "-1\n", 1, "is no time" },
    { "1.5\n", 1, "is no time" },
    { "7\n8\n7\n", 3, "is earlier" },
    { "4294967295\n", 1, "is too late" },
    { "99999999999999999999\n", 1, "is no time" },
  };
  const char *wrong;
  unsigned line;
  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const char *text = table[i].text;
      g_assert_null (rate_trace_read (text, strlen (text), &line, &wrong));
      g_assert_cmpuint (line, ==, table[i].line);
      g_assert_true (g_str_has_prefix (wrong, table[i].wrong));
    }
  g_assert_null (rate_trace_read ("1\0002\n", 4, &line, &wrong));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rate_trace/rounds", test_rounds);
  g_test_add_func ("/rate_trace/bytes", test_bytes);
  g_test_add_func ("/rate_trace/lost", test_lost);
  g_test_add_func ("/rate_trace/limit", test_limit);
  g_test_add_func ("/rate_trace/change", test_change);
  g_test_add_func ("/rate_trace/end-of-time", test_end_of_time);
  g_test_add_func ("/rate_trace/bad", test_bad);
  return g_test_run ();
}
