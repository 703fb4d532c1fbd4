// SPDX-License-Identifier: MIT
/* Wireshark's labels against the truth, in the built-in scenario. At the
 * sender it finds every retransmission and no other; it calls one that
 * follows within a few milliseconds "out of order", because it cannot know.
 * With both ends in one file this fails, so there is a file for each. */
#include "sim/capture.h"
#include "sim/run.h"
#include <glib/gstdio.h>
#include <string.h>

#define SEEDS 4

static const char *const ends[] = { "alice", "bob" };

static void
write_captures (uint64_t seed, char *const *paths)
{
  ScenarioSettings settings = { .seed = &seed };
  g_autoptr (GPtrArray) errors = g_ptr_array_new ();
  Scenario *scenario =
      scenario_parse (SCENARIO_HELLO, "hello", ".", &settings, errors);
  Run *run = run_new (scenario, NULL, NULL, NULL);
  Capture *captures[2];
  FILE *files[2];

  for (unsigned i = 0; i < 2; i++)
    {
      CaptureOptions options = { .host = ends[i],
                                 .epoch = CAPTURE_EPOCH,
                                 .snap_length = CAPTURE_SNAP_FULL };

      files[i] = fopen (paths[i], "w");
      captures[i] =
          capture_new (run_network (run), &options, files[i], NULL, NULL);
      network_add_sink (run_network (run), capture_sink (captures[i]));
    }
  run_start (run);
  run_all (run);
  for (unsigned i = 0; i < 2; i++)
    {
      g_assert_true (capture_close (captures[i], NULL));
      fclose (files[i]);
    }
  run_free (run);
  scenario_free (scenario);
}

/* Frames of the host's own TCP segments: number, Wireshark's labels, our
 * comment. */
static char *
read_sent (const char *path)
{
  const char *command[] = { "tshark",
                            "-r",
                            path,
                            "-Y",
                            "tcp && frame.packet_flags_direction == 2",
                            "-T",
                            "fields",
                            "-E",
                            "separator=;",
                            "-e",
                            "frame.number",
                            "-e",
                            "tcp.analysis.retransmission",
                            "-e",
                            "tcp.analysis.out_of_order",
                            "-e",
                            "frame.comment",
                            NULL };
  char *output = NULL;
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) command, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                &output, NULL, NULL, &error);
  g_assert_no_error (error);
  return output;
}

/* Number of retransmissions in lines of read_sent. */
static unsigned
check_labels (char *output)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  unsigned count = 0;

  for (unsigned i = 0; *lines[i] != '\0'; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ";", 4);
      bool labelled = *fields[1] != '\0' || *fields[2] != '\0';
      bool commented = strstr (fields[3], "retransmission of=") != NULL;

      g_test_message ("%s", lines[i]);
      g_assert_true (labelled == commented);
      count += commented ? 1 : 0;
    }
  return count;
}

/* No segment of ours looks broken to somebody who checks. */
static void
check_errors (const char *path)
{
  const char *command[] = {
    "tshark",
    "-r",
    path,
    "-o",
    "tcp.check_checksum:TRUE",
    "-o",
    "ip.check_checksum:TRUE",
    "-o",
    "udp.check_checksum:TRUE",
    "-Y",
    "frame.packet_flags_direction == 2 && (_ws.malformed"
    " || tcp.checksum.status != 1 || udp.checksum.status != 1"
    " || ip.checksum.status != 1)",
    NULL
  };
  g_autofree char *output = NULL;

  g_spawn_sync (NULL, (char **) command, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                &output, NULL, NULL, NULL);
  g_assert_cmpstr (output, ==, "");
}

static void
test_labels (void)
{
  g_autofree char *program = g_find_program_in_path ("tshark");
  g_autofree char *folder = g_dir_make_tmp ("tunlab-captures-XXXXXX", NULL);
  char *paths[2];
  unsigned retransmissions = 0;

  for (unsigned i = 0; i < 2; i++)
    paths[i] = g_build_filename (folder, ends[i], NULL);
  if (program == NULL)
    g_test_skip ("tshark is not installed");
  for (uint64_t seed = 1; program != NULL && seed <= SEEDS; seed++)
    {
      write_captures (seed, paths);
      for (unsigned i = 0; i < 2; i++)
        {
          g_autofree char *output = read_sent (paths[i]);

          retransmissions += check_labels (output);
          check_errors (paths[i]);
        }
    }
  g_assert_true (program == NULL || retransmissions > 0);
  for (unsigned i = 0; i < 2; i++)
    {
      g_unlink (paths[i]);
      g_free (paths[i]);
    }
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/captures-tcp/labels", test_labels);
  return g_test_run ();
}
