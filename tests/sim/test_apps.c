// SPDX-License-Identifier: MIT
/* Apps end to end: scenarios over the real stack in virtual time. */
#include "sim/run.h"
#include "stack/ranges.h"
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define HOSTS                                                                  \
  "host alice 10.0.0.1/24 fd00::1/64\n"                                        \
  "host bob 10.0.0.2/24 fd00::2/64\n"

typedef struct
{
  char *folder; /* inputs and, below files/, what apps write */
  char *files;
  Scenario *scenario;
  Run *run;
  bool held;
} Fixture;

static void
set_up (Fixture *fixture, const void *data)
{
  fixture->folder = g_dir_make_tmp ("test-apps-XXXXXX", NULL);
  fixture->files = g_build_filename (fixture->folder, "files", NULL);
  g_assert_cmpint (g_mkdir (fixture->files, 0700), ==, 0);
}

static void
remove_tree (const char *path)
{
  GDir *folder = g_dir_open (path, 0, NULL);
  const char *name;
  while (folder && (name = g_dir_read_name (folder)))
    {
      g_autofree char *below = g_build_filename (path, name, NULL);
      remove_tree (below);
    }
  if (folder)
    g_dir_close (folder);
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
end_run (Fixture *fixture)
{
  g_clear_pointer (&fixture->run, run_free);
  g_clear_pointer (&fixture->scenario, scenario_free);
}

static void
tear_down (Fixture *fixture, const void *data)
{
  end_run (fixture);
  remove_tree (fixture->folder);
  g_free (fixture->files);
  g_free (fixture->folder);
}

/* BYTES of luck in a file of the scenario's folder. */
static void
make_input (Fixture *fixture, const char *name, size_t size)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *bytes = g_malloc (size + 1);
  for (size_t i = 0; i < size; i++)
    bytes[i] = (char) g_test_rand_int ();
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
}

static void
run_text (Fixture *fixture, const char *text)
{
  g_autoptr (GPtrArray) errors = g_ptr_array_new ();
  end_run (fixture);
  fixture->scenario =
      scenario_parse (text, "test", fixture->folder, NULL, errors);
  if (!fixture->scenario)
    g_error ("%s", scenario_error_format (g_ptr_array_index (errors, 0)));
  fixture->run = run_new (fixture->scenario, fixture->files, NULL, NULL);
  run_start (fixture->run);
  run_all (fixture->run);
  run_end (fixture->run);
  fixture->held = run_judge (fixture->run);
}

static const LedgerFlow *
flow (Fixture *fixture, unsigned index)
{
  return ledger_nth (run_ledger (fixture->run), index);
}

static void
assert_no_complaint (Fixture *fixture)
{
  const GPtrArray *complaints = run_complaints (fixture->run);
  for (unsigned i = 0; i < complaints->len; i++)
    g_test_message ("%s", (char *) g_ptr_array_index (complaints, i));
  g_assert_cmpuint (complaints->len, ==, 0);
}

static void
assert_complaint (Fixture *fixture, const char *part)
{
  const GPtrArray *complaints = run_complaints (fixture->run);
  g_assert_cmpuint (complaints->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (complaints, 0), part));
}

static void
assert_no_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
assert_same (Fixture *fixture, const char *sent, const char *received)
{
  g_autofree char *one = g_build_filename (fixture->folder, sent, NULL);
  g_autofree char *other = g_build_filename (fixture->files, received, NULL);
  g_autofree char *bytes = NULL, *others = NULL;
  size_t length, size;
  g_assert_true (g_file_get_contents (one, &bytes, &length, NULL));
  g_assert_true (g_file_get_contents (other, &others, &size, NULL));
  g_assert_cmpuint (length, ==, size);
  g_assert_true (memcmp (bytes, others, length) == 0);
}

/* Over a good link both types deliver everything when it is due, plus the
 * way; the stream's first ones wait for the connection. */
static void
test_messages (Fixture *fixture, const void *data)
{
  run_text (fixture,
            HOSTS "link alice bob delay 40ms\n"
                  "app bob receive tcp 7777\n"
                  "app bob receive udp 7777\n"
                  "app alice messages tcp bob:7777 count 20 every 10ms\n"
                  "app alice messages udp bob:7777 count 20 every 10ms\n"
                  "expect tcp.delivered == 20 and udp.delivered == 20\n"
                  "expect tcp.closed == 1 and udp.lost == 0\n"
                  "expect tcp.lost > 0 or bob.udp.delivered == 20\n"
                  "at 10ms expect tcp.delivered == 0\n");
  assert_no_complaint (fixture);
  g_assert_true (fixture->held);
  g_assert_cmpuint (ledger_count (run_ledger (fixture->run)), ==, 2);
  for (unsigned i = 0; i < 2; i++)
    {
      const LedgerFlow *each = flow (fixture, i);
      bool stream = each->flow->protocol == 6;
      g_assert_cmpuint (each->messages_sent, ==, 20);
      g_assert_cmpuint (each->messages_delivered, ==, 20);
      g_assert_cmpuint (each->messages_duplicated, ==, 0);
      g_assert_cmpuint (each->messages_reordered, ==, 0);
      /* "msg 01/20" and a newline; datagrams are counted whole. */
      g_assert_cmpuint (each->bytes_sent, ==, stream ? 200 : 0);
      g_assert_cmpuint (each->bytes_delivered, ==, stream ? 200 : 0);
      g_assert_cmpuint (each->holes->len, ==, 0);
      g_assert_cmpint (each->first_delay, ==, 40 * MILLISECOND);
      g_assert_cmpint (each->last_delay, ==, (stream ? 120 : 40) * MILLISECOND);
      g_assert_cmpuint (each->retransmitted[0], ==, 0);
    }
}

static void
test_ipv6_and_sizes (Fixture *fixture, const void *data)
{
  run_text (fixture,
            HOSTS "link alice bob delay 5ms\n"
                  "app bob receive tcp 7777 stream\n"
                  "app bob receive udp 7777 datagrams\n"
                  "app alice messages tcp bob/6:7777 count 3 every 0ms"
                  " size 4000b\n"
                  "app alice messages udp bob/6:7777 count 3 every 0ms"
                  " size 1000b\n"
                  "expect tcp.delivered == 3 and udp.delivered == 3\n");
  assert_no_complaint (fixture);
  g_assert_true (fixture->held);
  g_autofree char *name = g_build_filename (fixture->files, "stream", NULL);
  g_autofree char *text = NULL;
  size_t length;
  g_assert_true (g_file_get_contents (name, &text, &length, NULL));
  g_assert_cmpuint (length, ==, 12000);
  g_assert_true (g_str_has_prefix (text, "msg 1/3..."));
  g_assert_true (g_str_has_prefix (text + 8000, "msg 3/3..."));
}

/* Whatever happens on the way, the stream brings each byte. */
static void
test_send_stream (Fixture *fixture, const void *data)
{
  static const size_t sizes[] = { 0, 1, 100000 };
  for (unsigned i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      make_input (fixture, "input", sizes[i]);
      run_text (fixture,
                HOSTS "link alice bob delay 10ms 5ms loss 10% reorder 5%"
                      " duplicate 5% corrupt 5%\n"
                      "app bob receive tcp 7777 got\n"
                      "app alice send tcp bob:7777 input\n");
      assert_no_complaint (fixture);
      assert_same (fixture, "input", "got");
      g_assert_cmpuint (flow (fixture, 0)->bytes_sent, ==, sizes[i]);
      g_assert_cmpuint (flow (fixture, 0)->bytes_delivered, ==, sizes[i]);
      g_assert_cmpuint (flow (fixture, 0)->holes->len, ==, 0);
    }
}

/* The holes are exactly where the copy has zeros instead. */
static void
test_send_datagrams (Fixture *fixture, const void *data)
{
  make_input (fixture, "input", 50001);
  run_text (fixture,
            HOSTS "link alice bob delay 10ms 5ms loss 30% duplicate 10%"
                  " corrupt 5%\n"
                  "app bob receive udp 7777 got\n"
                  "app alice send udp bob:7777 input size 524b rate 2mbit\n");
  assert_no_complaint (fixture);
  g_autofree char *one = g_build_filename (fixture->folder, "input", NULL);
  g_autofree char *other = g_build_filename (fixture->files, "got", NULL);
  g_autofree char *bytes = NULL, *got = NULL;
  size_t length, size;
  g_assert_true (g_file_get_contents (one, &bytes, &length, NULL));
  g_assert_true (g_file_get_contents (other, &got, &size, NULL));
  g_assert_cmpuint (size, ==, length);
  const LedgerFlow *seen = flow (fixture, 0);
  g_assert_cmpuint (seen->holes->len, >, 0);
  for (unsigned i = 0; i < seen->holes->len; i++)
    {
      const Range *hole = &g_array_index (seen->holes, Range, i);
      g_assert_cmpint (hole->start % 500, ==, 0);
      for (int64_t at = hole->start; at < hole->end; at++)
        {
          g_assert_cmpint (got[at], ==, 0);
          bytes[at] = 0;
        }
    }
  g_assert_true (memcmp (bytes, got, length) == 0);
  /* 100 datagrams and a rest at 2 Mbit/s of payload. */
  g_assert_cmpuint (seen->packets[0], ==, 101);
}

static void
test_empty_datagrams (Fixture *fixture, const void *data)
{
  make_input (fixture, "input", 0);
  run_text (fixture, HOSTS "link alice bob delay 10ms\n"
                           "app bob receive udp 7777 got\n"
                           "app alice send udp bob:7777 input\n");
  assert_no_complaint (fixture);
  assert_same (fixture, "input", "got");
  g_assert_cmpuint (flow (fixture, 0)->packets[0], ==, 1);
}

/* SIZE instead of a file; several senders to one name. */
static void
test_several (Fixture *fixture, const void *data)
{
  run_text (fixture, HOSTS "link alice bob delay 10ms\n"
                           "app bob receive tcp 7777 got\n"
                           "app alice send tcp bob:7777 1000b\n"
                           "app alice send tcp bob:7777 2000b at 1s\n"
                           "app alice send tcp bob:7777 3000b at 2s\n"
                           "expect tcp.bytes_delivered == 6000\n");
  assert_no_complaint (fixture);
  g_assert_true (fixture->held);
  static const char *const names[] = { "got", "got.2", "got.3" };
  for (unsigned i = 0; i < 3; i++)
    {
      g_autofree char *path = g_build_filename (fixture->files, names[i], NULL);
      GStatBuf state;
      g_assert_cmpint (g_stat (path, &state), ==, 0);
      g_assert_cmpint (state.st_size, ==, 1000 * (i + 1));
    }
  assert_no_file (fixture->files, "got.4");
}

static void
test_web (Fixture *fixture, const void *data)
{
  make_input (fixture, "www/index.html", 3000);
  make_input (fixture, "www/sub/big", 1000000);
  run_text (fixture, HOSTS "link alice bob delay 5ms loss 2%\n"
                           "app bob http www\n"
                           "app alice get http://bob/ index\n"
                           "app alice get http://[fd00::2]:80/sub/big big\n");
  assert_no_complaint (fixture);
  assert_same (fixture, "www/index.html", "index");
  assert_same (fixture, "www/sub/big", "big");
  run_text (fixture, HOSTS "link alice bob delay 5ms\n"
                           "app bob http www\n"
                           "app alice get http://bob/none none\n");
  assert_complaint (fixture, "404 Not Found");
  assert_no_file (fixture->files, "none");
}

/* The small servers, over both types. */
static void
test_small_servers (Fixture *fixture, const void *data)
{
  run_text (fixture, HOSTS "link alice bob delay 5ms\n"
                           "app bob echo tcp 7\n"
                           "app bob echo udp 7\n"
                           "app bob discard tcp 9\n"
                           "app bob discard udp 9\n"
                           "app bob chargen udp 19\n"
                           "app alice send tcp bob:7 1mb\n"
                           "app alice messages udp bob:7 count 4 every 1s\n"
                           "app alice send tcp bob:9 1mb\n"
                           "app alice messages udp bob:9 count 4 every 1s\n"
                           "app alice messages udp bob:19 count 4 every 1s\n");
  assert_no_complaint (fixture);
  for (unsigned i = 0; i < ledger_count (run_ledger (fixture->run)); i++)
    {
      const LedgerFlow *each = flow (fixture, i);
      bool discards = each->flow->responder.port == 9;
      if (each->flow->protocol == 17)
        g_assert_cmpuint (each->packets[1], >=, discards ? 0 : 3);
      else if (each->flow->protocol == 1)
        continue; /* what came after the last message, to a closed port */
      else if (discards)
        g_assert_cmpuint (each->bytes_on_wire[1], <, 100000);
      else
        g_assert_cmpuint (each->bytes_on_wire[1], >, 1000000);
    }
}

/* Who cannot be reached is named, and the run ends all the same. */
static void
test_failures (Fixture *fixture, const void *data)
{
  run_text (fixture,
            HOSTS "link alice bob delay 5ms\n"
                  "app alice messages tcp bob:7777 count 1 every 1s\n");
  assert_complaint (fixture, "ECONNREFUSED");
  g_assert_cmpstr (flow (fixture, 0)->error, ==, "ECONNREFUSED");
  run_text (fixture, HOSTS "link alice bob delay 5ms\n"
                           "link alice>bob loss 100%\n"
                           "app bob receive tcp 7777\n"
                           "app alice messages tcp bob:7777 count 1 every 1s\n"
                           "run for 10s\n");
  assert_complaint (fixture, "not finished");
}

/* Datagrams to nobody: ICMP errors are told, but not taken as the end. */
static void
test_nobody (Fixture *fixture, const void *data)
{
  run_text (fixture, HOSTS "link alice bob delay 5ms\n"
                           "app alice messages udp bob:7777 count 5 every 1s\n"
                           "expect udp.sent == 5 and udp.delivered == 0\n");
  assert_no_complaint (fixture);
  g_assert_true (fixture->held);
}

/* When is it over? Timed apps and expectations are waited for, timed changes
 * of links are not. */
static void
test_end (Fixture *fixture, const void *data)
{
  run_text (fixture,
            HOSTS "link alice bob delay 5ms\n"
                  "app bob receive udp 7777\n"
                  "app alice messages udp bob:7777 count 1 every 1s at 3s\n"
                  "at 100s link alice>bob down\n");
  g_assert_cmpint (run_network (fixture->run)->sim.now, ==, 3005 * MILLISECOND);
  run_text (fixture, HOSTS "link alice bob delay 5ms\n"
                           "app bob receive udp 7777\n"
                           "app alice messages udp bob:7777 count 2 every 1s\n"
                           "at 500ms link alice>bob down\n"
                           "at 7s expect udp.delivered == 1\n"
                           "at 100ms expect udp.delivered == 2\n");
  g_assert_cmpint (run_network (fixture->run)->sim.now, ==, 7 * SECOND);
  g_assert_false (fixture->held);
  g_assert_true (run_verdict (fixture->run, 0)->held);
  g_assert_false (run_verdict (fixture->run, 1)->held);
  run_text (fixture,
            HOSTS "link alice bob delay 5ms\n"
                  "app alice messages udp bob:7777 count 100 every 1s\n"
                  "run for 10s\n");
  assert_complaint (fixture, "not finished");
}

/* Whoever a message reaches, it has been delivered. */
static void
test_messages_to_small_servers (Fixture *fixture, const void *data)
{
  run_text (fixture,
            HOSTS "link alice bob delay 5ms\n"
                  "app bob echo tcp 7\n"
                  "app bob echo udp 7\n"
                  "app bob discard tcp 9\n"
                  "app bob discard udp 9\n"
                  "app alice messages tcp bob:7 count 5 every 1ms\n"
                  "app alice messages udp bob:7 count 5 every 1ms\n"
                  "app alice messages tcp bob:9 count 5 every 1ms\n"
                  "app alice messages udp bob:9 count 5 every 1ms\n"
                  "expect tcp.delivered == 10 and udp.delivered == 10\n"
                  "expect tcp.lost == 0 and udp.lost == 0\n");
  assert_no_complaint (fixture);
  g_assert_true (fixture->held);
}

#define ADD(name, function)                                                    \
  g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/apps/messages", test_messages);
  ADD ("/apps/ipv6-and-sizes", test_ipv6_and_sizes);
  ADD ("/apps/send-stream", test_send_stream);
  ADD ("/apps/send-datagrams", test_send_datagrams);
  ADD ("/apps/empty-datagrams", test_empty_datagrams);
  ADD ("/apps/several", test_several);
  ADD ("/apps/web", test_web);
  ADD ("/apps/small-servers", test_small_servers);
  ADD ("/apps/messages-to-small-servers", test_messages_to_small_servers);
  ADD ("/apps/failures", test_failures);
  ADD ("/apps/nobody", test_nobody);
  ADD ("/apps/end", test_end);
  return g_test_run ();
}
