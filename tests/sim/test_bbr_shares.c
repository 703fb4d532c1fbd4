// SPDX-License-Identifier: MIT
/* Does BBR leave something to others, and others to it? Two senders behind one
 * router share 10 Mbit/s with a round trip of 40 ms (33 packets), for a
 * minute. */
#include "sim/run.h"

#include <glib.h>

static Scenario *
parse (const char *cc_a, const char *cc_b, unsigned queue)
{
  g_autoptr (GPtrArray) errors =
      g_ptr_array_new_with_free_func ((GDestroyNotify) scenario_error_free);
  g_autofree char *text = g_strdup_printf (
      "host a 10.0.1.1/24 cc %s sndbuf 2mb sack on rack on wscale on "
      "timestamps on\n"
      "host b 10.0.2.1/24 cc %s sndbuf 2mb sack on rack on wscale on "
      "timestamps on\n"
      "host c 10.0.3.1/24 rcvbuf 2mb sack on rack on wscale on "
      "timestamps on\n"
      "router r 10.0.1.9/24 10.0.2.9/24 10.0.3.9/24\n"
      "link a r delay 1ms\n"
      "link b r delay 1ms\n"
      "link r>c rate 10mbit limit %u delay 19ms\n"
      "link c>r delay 19ms\n"
      "app c receive tcp 7001\n"
      "app c receive tcp 7002\n"
      "app a send tcp c:7001 100mb\n"
      "app b send tcp c:7002 100mb at 2s\n"
      "run for 60s\n",
      cc_a, cc_b, queue);
  Scenario *scenario = scenario_parse (text, "shares", ".", NULL, errors);

  g_assert_cmpuint (errors->len, ==, 0);
  return scenario;
}

/* Delivered bytes of both. */
static void
share (const char *cc_a, const char *cc_b, unsigned queue, uint64_t bytes[2])
{
  Scenario *scenario = parse (cc_a, cc_b, queue);
  Run *run = run_new (scenario, NULL, NULL, NULL);
  Ledger *ledger = run_ledger (run);

  run_start (run);
  run_all (run);
  g_assert_cmpuint (ledger_count (ledger), ==, 2);
  for (unsigned i = 0; i < 2; i++)
    bytes[i] = ledger_nth (ledger, i)->bytes_delivered;
  g_test_message ("%s %" G_GUINT64_FORMAT ", %s %" G_GUINT64_FORMAT
                  ", queue of %u",
                  cc_a, bytes[0], cc_b, bytes[1], queue);
  run_free (run);
  scenario_free (scenario);
}

static void
check (const char *other, unsigned least_percent)
{
  static const unsigned queues[] = { 20, 60, 200 };

  for (unsigned i = 0; i < G_N_ELEMENTS (queues); i++)
    {
      uint64_t bytes[2], sum;

      share ("bbr", other, queues[i], bytes);
      sum = bytes[0] + bytes[1];
      g_assert_cmpuint (sum, >=, 64000000);
      for (unsigned j = 0; j < 2; j++)
        g_assert_cmpuint (bytes[j] * 100 / sum, >=, least_percent);
    }
}

/* req: TCP-BBR-4 */
static void
test_with_bbr (void)
{
  check ("bbr", 35);
}

/* req: TCP-BBR-4 */
static void
test_with_cubic (void)
{
  check ("cubic", 20);
}

/* req: TCP-BBR-4 */
static void
test_with_reno (void)
{
  check ("reno", 15);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bbr/with-bbr", test_with_bbr);
  g_test_add_func ("/bbr/with-cubic", test_with_cubic);
  g_test_add_func ("/bbr/with-reno", test_with_reno);
  return g_test_run ();
}
