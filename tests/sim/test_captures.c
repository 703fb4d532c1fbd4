// SPDX-License-Identifier: MIT
/* A storm over one link, captured at both ends and logged: captures, log and
 * what really happened must agree, and Wireshark must show it. */
#include "sim/capture.h"
#include "sim/event_log.h"
#include "tests/sim/world.h"
#include "tests/unit/blocks.h"
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define PACKETS 400

static const char *const ends[] = { "alice", "bob" };

typedef struct
{
  World *world;
  char *folder;
  char *paths[3]; /* of the captures and the log */
  FILE *files[3];
} Storm;

static char *
open_file (Storm *storm, const char *name, unsigned i)
{
  storm->paths[i] = g_build_filename (storm->folder, name, NULL);
  storm->files[i] = fopen (storm->paths[i], "w");
  g_assert_nonnull (storm->files[i]);
  return storm->paths[i];
}

/* Datagrams both ways; each 20th of alice's is said to be the repetition of
 * the one before. */
static void
send_all (World *world)
{
  Time now = 0;

  for (unsigned i = 0; i < PACKETS; i++)
    {
      Packet *there = world_datagram (1, 49152, 2, 7777, 100 + i);
      Packet *back = world_datagram (2, 7777, 1, 49152, 20);
      Event again = { .type = EVENT_RETRANSMITTED, .cause = "rto" };

      there->id = network_next_packet (world->network);
      back->id = network_next_packet (world->network);
      event_add_number (&again, "of", (int64_t) there->id - 2);
      node_send (world->alice, 0, there, now, i % 20 == 19 ? &again : NULL);
      node_send (world->bob, 0, back, now, NULL);
      now += 2 * MILLISECOND;
      world_run (world, now);
    }
  world_drain (world);
}

static void
set_up (Storm *storm, bool blind)
{
  CaptureOptions options = { .comment = "storm seed 7",
                             .epoch = CAPTURE_EPOCH,
                             .snap_length = CAPTURE_SNAP_FULL,
                             .blind = blind };
  Address address;
  EventLog *log;
  Capture *captures[2];
  g_autoptr (GError) error = NULL;

  storm->world = world_new (7);
  storm->folder = g_dir_make_tmp ("tunlab-captures-XXXXXX", NULL);
  address = world_address (1);
  network_name_address (storm->world->network, &address, storm->world->alice);
  address = world_address (2);
  network_name_address (storm->world->network, &address, storm->world->bob);
  WORLD_CHAIN (storm->world->there, spec_loss (200000000),
               spec_duplicate (100000000), spec_corrupt (50000000),
               spec_delay (40 * MILLISECOND, 10 * MILLISECOND, false));
  WORLD_CHAIN (storm->world->back, spec_delay (5 * MILLISECOND, 0, true),
               spec_loss (100000000));
  for (unsigned i = 0; i < 2; i++)
    {
      g_autofree char *name = g_strconcat (ends[i], ".pcapng", NULL);

      open_file (storm, name, i);
      options.host = ends[i];
      captures[i] = capture_new (storm->world->network, &options,
                                 storm->files[i], NULL, &error);
      g_assert_no_error (error);
      network_add_sink (storm->world->network, capture_sink (captures[i]));
    }
  open_file (storm, "events.jsonl", 2);
  log = event_log_new (storm->files[2], EVENT_LOG_FULL);
  network_add_sink (storm->world->network, event_log_sink (log));

  send_all (storm->world);
  g_assert_true (capture_close (captures[0], &error));
  g_assert_true (capture_close (captures[1], &error));
  g_assert_true (event_log_free (log));
  for (unsigned i = 0; i < 3; i++)
    fclose (storm->files[i]);
}

static void
tear_down (Storm *storm)
{
  for (unsigned i = 0; i < 3; i++)
    {
      g_unlink (storm->paths[i]);
      g_free (storm->paths[i]);
    }
  g_rmdir (storm->folder);
  g_free (storm->folder);
  world_free (storm->world);
}

/* Output of a command, or NULL after saying why the test is skipped. */
static char *
run_command (const char *const *command)
{
  g_autofree char *program = g_find_program_in_path (command[0]);
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int status;

  if (program == NULL)
    {
      g_test_skip ("tshark and capinfos are not installed");
      return NULL;
    }
  g_spawn_sync (NULL, (char **) command, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                &output, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  return output;
}

/* Lines of fields of one capture. */
static char **
read_fields (const char *path)
{
  const char *command[] = { "tshark",
                            "-r",
                            path,
                            "-T",
                            "fields",
                            "-E",
                            "separator=;",
                            "-E",
                            "aggregator=|",
                            "-e",
                            "frame.packet_id",
                            "-e",
                            "frame.packet_flags_direction",
                            "-e",
                            "frame.drop_count",
                            "-e",
                            "frame.interface_name",
                            "-e",
                            "frame.time_epoch",
                            "-e",
                            "frame.len",
                            "-e",
                            "frame.comment",
                            NULL };
  g_autofree char *output = run_command (command);

  if (output == NULL)
    return NULL;
  g_assert_true (g_str_has_suffix (output, "\n"));
  output[strlen (output) - 1] = '\0';
  return g_strsplit (output, "\n", -1);
}

/* What tshark should say about a packet of the capture of HOST. */
static char *
expect_fields (const BlocksPacket *packet, const char *host)
{
  GString *line = g_string_new (NULL);

  g_string_printf (line, "%u;0x%08x;", (unsigned) packet->packet_id,
                   packet->flags);
  if (packet->drop_count > 0)
    g_string_append_printf (line, "%u", (unsigned) packet->drop_count);
  g_string_append_printf (line, ";%s;%u.%09u;%u;", host,
                          (unsigned) (packet->at / SECOND),
                          (unsigned) (packet->at % SECOND), packet->length);
  for (guint i = 0; i < packet->comments->len; i++)
    g_string_append_printf (line, "%s%s", i > 0 ? "|" : "",
                            (const char *) packet->comments->pdata[i]);
  return g_string_free (line, FALSE);
}

static Blocks *
read_blocks (const char *path, char **bytes)
{
  size_t length;

  g_assert_true (g_file_get_contents (path, bytes, &length, NULL));
  return blocks_read ((const uint8_t *) *bytes, length);
}

/* Comments of all packets whose first word is WORD. */
static unsigned
count_comments (const Blocks *blocks, const char *word)
{
  unsigned count = 0;

  for (guint i = 0; i < blocks->packets->len; i++)
    {
      const BlocksPacket *packet = blocks_packet (blocks, i);

      for (guint c = 0; c < packet->comments->len; c++)
        count += g_str_has_prefix (packet->comments->pdata[c], word) ? 1 : 0;
    }
  return count;
}

/* Each event that is worth a comment has one, in one place. */
static void
test_agree (void)
{
  static const struct
  {
    EventType type;
    const char *word;
  } rows[] = { { EVENT_DROPPED, "dropped " },
               { EVENT_DUPLICATED, "duplicated " },
               { EVENT_CORRUPTED, "corrupted " },
               { EVENT_REORDERED, "reordered " },
               { EVENT_RETRANSMITTED, "retransmission " },
               { EVENT_DELAYED, "delayed " } };
  Storm storm;
  g_autofree char *bytes[2] = { NULL, NULL };
  Blocks *blocks[2];

  set_up (&storm, false);
  for (unsigned i = 0; i < 2; i++)
    blocks[i] = read_blocks (storm.paths[i], &bytes[i]);
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      uint64_t expected = storm.world->counts[rows[i].type];
      unsigned found = count_comments (blocks[0], rows[i].word)
                       + count_comments (blocks[1], rows[i].word);

      g_assert_cmpuint (expected, >, 0);
      if (rows[i].type == EVENT_DELAYED)
        expected = 0; /* jitter */
      g_assert_cmpuint (found, ==, expected);
    }
  g_assert_cmpuint (blocks[0]->packets->len + blocks[1]->packets->len, ==,
                    storm.world->counts[EVENT_SENT]
                        + storm.world->counts[EVENT_DELIVERED]);
  for (unsigned i = 0; i < 2; i++)
    blocks_free (blocks[i]);
  g_free (bytes[1]);
  tear_down (&storm);
}

/* What the receiver is told to be missing is what was dropped; only what was
 * sent after the last arrival is not told. */
static void
test_drop_counts (void)
{
  Storm storm;
  g_autofree char *bytes = NULL;
  g_autoptr (Blocks) blocks = NULL;
  LinkAccount account;
  uint64_t told = 0, last = 0;

  set_up (&storm, false);
  link_account (storm.world->there, &account);
  blocks = read_blocks (storm.paths[1], &bytes);
  for (guint i = 0; i < blocks->packets->len; i++)
    {
      const BlocksPacket *packet = blocks_packet (blocks, i);

      g_assert_true (packet->drop_count == 0 || packet->flags == 1);
      told += packet->drop_count;
      if (packet->flags == 1)
        last = MAX (last, packet->packet_id);
    }
  g_assert_cmpuint (account.dropped, >, 0);
  g_assert_cmpuint (told, <=, account.dropped);
  g_assert_cmpuint (told + (PACKETS * 2 - 1 - last) / 2, >=, account.dropped);
  tear_down (&storm);
}

static void
test_blind (void)
{
  Storm storm;

  set_up (&storm, true);
  for (unsigned i = 0; i < 2; i++)
    {
      g_autofree char *bytes = NULL;
      g_autoptr (Blocks) blocks = read_blocks (storm.paths[i], &bytes);

      g_assert_cmpuint (count_comments (blocks, ""), ==, 0);
      for (guint p = 0; p < blocks->packets->len; p++)
        g_assert_cmpuint (blocks_packet (blocks, p)->drop_count, ==, 0);
    }
  tear_down (&storm);
}

/* Every line is JSON and says the time and the event; as many lines of each
 * event as there were. */
static void
test_log (void)
{
  Storm storm;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  uint64_t counts[EVENT_TYPE_COUNT] = { 0 };
  int64_t before = 0;

  set_up (&storm, false);
  g_assert_true (g_file_get_contents (storm.paths[2], &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (unsigned i = 0; lines[i + 1] != NULL; i++)
    {
      JsonObject *object;
      const char *event;
      int64_t t;

      g_assert_true (json_parser_load_from_data (parser, lines[i], -1, NULL));
      object = json_node_get_object (json_parser_get_root (parser));
      event = json_object_get_string_member (object, "event");
      t = json_object_get_int_member (object, "t");
      g_assert_cmpint (t, >=, before);
      before = t;
      for (unsigned type = 0; type < EVENT_TYPE_COUNT; type++)
        counts[type] += g_str_equal (event, event_type_name (type)) ? 1 : 0;
      if (g_str_equal (event, "sent") || g_str_equal (event, "delivered"))
        g_assert_cmpint (json_object_get_int_member (object, "size"), >=,
                         28 + 20);
    }
  g_assert_cmpint (memcmp (counts, storm.world->counts, sizeof counts), ==, 0);
  tear_down (&storm);
}

/* Two runs leave the same bytes in all three files. */
static void
test_deterministic (void)
{
  Storm storms[2];

  set_up (&storms[0], false);
  set_up (&storms[1], false);
  for (unsigned i = 0; i < 3; i++)
    {
      g_autofree char *a = NULL;
      g_autofree char *b = NULL;
      size_t a_length, b_length;

      g_file_get_contents (storms[0].paths[i], &a, &a_length, NULL);
      g_file_get_contents (storms[1].paths[i], &b, &b_length, NULL);
      assert_bytes (a, a_length, b, b_length);
    }
  tear_down (&storms[0]);
  tear_down (&storms[1]);
}

/* Wireshark sees what we wrote, option by option. */
static void
test_tshark (void)
{
  Storm storm;

  set_up (&storm, false);
  for (unsigned i = 0; i < 2; i++)
    {
      g_autofree char *bytes = NULL;
      g_autoptr (Blocks) blocks = read_blocks (storm.paths[i], &bytes);
      g_auto (GStrv) lines = read_fields (storm.paths[i]);

      if (lines == NULL)
        break;
      g_assert_cmpuint (g_strv_length (lines), ==, blocks->packets->len);
      for (guint p = 0; p < blocks->packets->len; p++)
        {
          g_autofree char *expected =
              expect_fields (blocks_packet (blocks, p), ends[i]);

          g_assert_cmpstr (lines[p], ==, expected);
        }
    }
  tear_down (&storm);
}

/* Addresses have the names of the scenario. */
static void
test_names (void)
{
  Storm storm;
  const char *command[] = { "tshark", "-N", "n", "-c", "1", "-r", NULL, NULL };
  g_autofree char *output = NULL;

  set_up (&storm, false);
  command[6] = storm.paths[0];
  output = run_command (command);
  if (output != NULL)
    {
      g_assert_nonnull (strstr (output, "alice"));
      g_assert_nonnull (strstr (output, "bob"));
    }
  tear_down (&storm);
}

static void
test_capinfos (void)
{
  Storm storm;
  const char *command[] = { "capinfos", NULL, NULL };
  g_autofree char *output = NULL;

  set_up (&storm, false);
  command[1] = storm.paths[1];
  output = run_command (command);
  if (output != NULL)
    {
      g_assert_nonnull (strstr (output, "storm seed 7"));
      g_assert_nonnull (strstr (output, "nanoseconds"));
      g_assert_nonnull (strstr (output, "Number of stat entries = 1"));
      g_assert_nonnull (
          strstr (output, "Number of resolved IPv4 addresses in file: 2"));
    }
  tear_down (&storm);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/captures/agree", test_agree);
  g_test_add_func ("/captures/drop-counts", test_drop_counts);
  g_test_add_func ("/captures/blind", test_blind);
  g_test_add_func ("/captures/log", test_log);
  g_test_add_func ("/captures/deterministic", test_deterministic);
  g_test_add_func ("/captures/tshark", test_tshark);
  g_test_add_func ("/captures/names", test_names);
  g_test_add_func ("/captures/capinfos", test_capinfos);
  return g_test_run ();
}
