// SPDX-License-Identifier: MIT
/* One bulk transfer in virtual time, every checksum computed and verified:
 *
 *   bulk MEGABYTES
 *
 * prints how many packets crossed the link and the CPU time of the run in
 * nanoseconds. tests/bench/simulator makes figures of it. */
#include "sim/link.h"
#include "sim/run.h"

#include <stdlib.h>
#include <time.h>

static Scenario *
parse (unsigned megabytes)
{
  g_autofree char *text = g_strdup_printf ("host a 10.0.0.1/24 r2 off\n"
                                           "host b 10.0.0.2/24\n"
                                           "link a b rate 1gbit delay 100us\n"
                                           "app b receive tcp 7777\n"
                                           "app a send tcp b:7777 %umb\n",
                                           megabytes);
  g_autoptr (GPtrArray) errors =
      g_ptr_array_new_with_free_func ((GDestroyNotify) scenario_error_free);
  Scenario *scenario = scenario_parse (text, "bulk", ".", NULL, errors);

  for (unsigned i = 0; i < errors->len; i++)
    {
      g_autofree char *error =
          scenario_error_format (g_ptr_array_index (errors, i));

      g_printerr ("%s\n", error);
    }
  return scenario;
}

static int64_t
cpu_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * (int64_t) 1000000000 + now.tv_nsec;
}

static uint64_t
count_packets (const Network *network)
{
  uint64_t packets = 0;

  for (unsigned i = 0; i < network->links->len; i++)
    {
      LinkAccount account;

      link_account (g_ptr_array_index (network->links, i), &account);
      packets += account.delivered;
    }
  return packets;
}

int
main (int argc, char **argv)
{
  unsigned megabytes = argc > 1 ? (unsigned) strtoul (argv[1], NULL, 10) : 10;
  Scenario *scenario = parse (megabytes);
  int64_t start = cpu_ns ();
  Run *run;

  if (scenario == NULL)
    return 2;
  run = run_new (scenario, NULL, NULL, NULL);
  run_start (run);
  run_all (run);
  g_print ("packets %" G_GUINT64_FORMAT " cpu_ns %" G_GINT64_FORMAT "\n",
           count_packets (run_network (run)), cpu_ns () - start);
  run_free (run);
  scenario_free (scenario);
  return 0;
}
