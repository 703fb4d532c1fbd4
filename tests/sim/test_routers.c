// SPDX-License-Identifier: MIT
/* Scenarios with routers, from their text to what the applications got. */
#include "sim/capture.h"
#include "sim/run.h"
#include "tests/unit/blocks.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

static const char row[] =
    "host alice 10.0.0.1/24 fd00::1/64\n"
    "router r1 10.0.0.254/24 fd00::fe/64 10.0.1.1/24 fd00:0:0:1::1/64\n"
    "router r2 10.0.1.2/24 fd00:0:0:1::2/64 10.0.2.1/24 fd00:0:0:2::1/64\n"
    "router r3 10.0.2.2/24 fd00:0:0:2::2/64 10.0.3.1/24 fd00:0:0:3::1/64\n"
    "router r4 10.0.3.2/24 fd00:0:0:3::2/64 10.0.4.254/24 fd00:0:0:4::fe/64\n"
    "host bob 10.0.4.1/24 fd00:0:0:4::1/64\n"
    "link alice r1 delay 1ms\nlink r1 r2 delay 2ms\nlink r2 r3 delay 3ms\n"
    "link r3 r4 delay 4ms\nlink r4 bob delay 5ms\n";

static Scenario *
parse (const char *more)
{
  g_autofree char *text = g_strconcat (row, more, NULL);
  g_autoptr (GPtrArray) errors = g_ptr_array_new ();
  Scenario *scenario = scenario_parse (text, "row.lab", ".", NULL, errors);

  g_assert_cmpuint (errors->len, ==, 0);
  return scenario;
}

static int64_t
metric (Run *run, uint8_t protocol, const char *word)
{
  int64_t value = -1;

  g_assert_true (
      ledger_metric (run_ledger (run), NULL, protocol, word, &value));
  return value;
}

/* Both families, both socket types: all arrives after the sum of the delays,
 * and a packet counts once, however many links it crosses. */
static void
test_row (void)
{
  Scenario *scenario = parse (
      "app bob receive tcp 7777\napp bob receive udp 7777\n"
      "app bob receive tcp 7778\napp bob receive udp 7778\n"
      "app alice messages tcp bob:7777 count 20 every 10ms\n"
      "app alice messages udp bob:7777 count 20 every 10ms\n"
      "app alice messages tcp bob/6:7778 count 20 every 10ms\n"
      "app alice messages udp [fd00:0:0:4::1]:7778 count 20 every 10ms\n");
  Run *run = run_new (scenario, NULL, NULL, NULL);

  run_start (run);
  run_all (run);
  run_end (run);
  g_assert_cmpuint (run_complaints (run)->len, ==, 0);
  g_assert_cmpint (metric (run, 6, "delivered"), ==, 40);
  g_assert_cmpint (metric (run, 17, "delivered"), ==, 40);
  g_assert_cmpint (metric (run, 6, "lost"), ==, 0);
  for (unsigned i = 0; i < ledger_count (run_ledger (run)); i++)
    {
      const LedgerFlow *flow = ledger_nth (run_ledger (run), i);

      g_assert_cmpint (flow->first_delay, >=, 15 * MILLISECOND);
      if (flow->flow->protocol == 17)
        g_assert_cmpuint (flow->packets[0], ==, 20);
      g_assert_cmpstr (flow->hosts[0], ==, "alice");
    }
  run_free (run);
  scenario_free (scenario);
}

/* A datagram that is lost on the third link: alice's own record says so, and
 * every record of it has the same id. */
static void
test_captures (void)
{
  static const char *const hosts[][2] = {
    { "alice", NULL }, { "r1", "alice" }, { "r1", "r2" }, { "bob", NULL }
  };
  Scenario *scenario = parse ("rule r2>r3 match udp nth 2 drop\n"
                              "app bob receive udp 7777\n"
                              "app alice messages udp bob:7777 count 3 every "
                              "10ms\n");
  Run *run = run_new (scenario, NULL, NULL, NULL);
  Capture *captures[G_N_ELEMENTS (hosts)];
  FILE *files[G_N_ELEMENTS (hosts)];
  char *bytes[G_N_ELEMENTS (hosts)];
  size_t lengths[G_N_ELEMENTS (hosts)];

  for (unsigned i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      CaptureOptions options = { .host = hosts[i][0],
                                 .peer = hosts[i][1],
                                 .comment = "row",
                                 .snap_length = CAPTURE_SNAP_FULL };

      files[i] = open_memstream (&bytes[i], &lengths[i]);
      captures[i] =
          capture_new (run_network (run), &options, files[i], NULL, NULL);
      network_add_sink (run_network (run), capture_sink (captures[i]));
    }
  run_start (run);
  run_all (run);
  run_end (run);
  for (unsigned i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      Blocks *blocks;
      bool is_bob = i + 1 == G_N_ELEMENTS (hosts);

      g_assert_true (capture_close (captures[i], NULL));
      fclose (files[i]);
      blocks = blocks_read ((const uint8_t *) bytes[i], lengths[i]);
      g_assert_cmpuint (blocks->packets->len, ==, is_bob ? 2 : 3);
      for (unsigned k = 0; k < blocks->packets->len; k++)
        {
          const BlocksPacket *packet = blocks_packet (blocks, k);
          bool is_lost = k == 1 && (i == 0 || i == 2);

          g_assert_cmpuint (packet->packet_id, ==, is_bob && k > 0 ? 3 : k + 1);
          g_assert_cmpuint (packet->comments->len, ==, is_lost);
          if (is_lost)
            g_assert_cmpstr (g_ptr_array_index (packet->comments, 0), ==,
                             "dropped link=r2>r3 by=rule rule=1");
        }
      blocks_free (blocks);
      free (bytes[i]);
    }
  run_free (run);
  scenario_free (scenario);
}

/* Each router answers from the side on which the question came. req: ICM4-9
 * req: IP4-FWD-1, IP6-FWD-1 */
static void
test_trace (void)
{
  static const char *const expected[] = {
    "alice: trace bob:  1  r1 (10.0.0.254)  2.000 ms  2.000 ms  2.000 ms",
    "alice: trace bob:  2  r2 (10.0.1.2)  6.000 ms  6.000 ms  6.000 ms",
    "alice: trace bob:  3  r3 (10.0.2.2)  12.000 ms  12.000 ms  12.000 ms",
    "alice: trace bob:  4  r4 (10.0.3.2)  20.000 ms  20.000 ms  20.000 ms",
    "alice: trace bob:  5  bob (10.0.4.1)  30.000 ms  30.000 ms  30.000 ms",
    "bob: ping alice: 3 sent, 3 answered; round trip min 30.000 ms, "
    "avg 30.000 ms, max 30.000 ms, mdev 0.000 ms",
    "bob: ping 10.0.0.77: 2 sent, 0 answered",
    "bob: ping 10.0.2.77: 2 sent, 0 answered, 2 refused: unreachable from r2 "
    "(10.0.2.1)",
  };
  Scenario *scenario = parse ("app alice trace bob\n"
                              "app bob ping alice count 3 every 50ms\n"
                              "app bob ping 10.0.0.77 count 2 every 50ms\n"
                              "app bob ping 10.0.2.77 count 2 every 50ms\n");
  Run *run = run_new (scenario, NULL, NULL, NULL);
  GPtrArray *reports;

  run_start (run);
  run_all (run);
  run_end (run);
  reports = run_reports (run);
  g_assert_cmpuint (run_complaints (run)->len, ==, 0);
  g_assert_cmpuint (reports->len, ==, G_N_ELEMENTS (expected));
  for (unsigned i = 0; i < reports->len; i++)
    g_assert_cmpstr (g_ptr_array_index (reports, i), ==, expected[i]);
  run_free (run);
  scenario_free (scenario);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/routers/row", test_row);
  g_test_add_func ("/routers/captures", test_captures);
  g_test_add_func ("/routers/trace", test_trace);
  return g_test_run ();
}
