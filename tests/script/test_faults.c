// SPDX-License-Identifier: MIT
/* Does the player of scripts notice what is wrong, and say where? SCRIPT in
 * the environment is the player. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#define ACCEPTED "talk \"t\"\naccepted c\n"

static const struct
{
  const char *name, *text;
  int line; /* of the complaint; 0: there is none */
  const char *word;
} FAULTS[] = {
  { "fine", ACCEPTED "app write c 10\nstack P. 1:11(10) ack 1\n", 0, NULL },
  { "early", ACCEPTED "app write c 10\nstack after 1ms P. 1:11(10) ack 1\n", 4,
    "1000 us too early" },
  { "late", ACCEPTED "peer P. 1:11(10) ack 1\nstack . 1:1(0) ack 11\n", 4,
    "40000 us too late" },
  { "never", ACCEPTED "stack . 1:1(0) ack 1\n", 3, "nothing more" },
  { "other", ACCEPTED "app write c 10\nstack . 1:11(10) ack 1\n", 4,
    "sent P. 1:11" },
  { "option",
    "talk \"t\"\napp s = socket tcp nonblock\n"
    "app connect s 80 gives EINPROGRESS\nstack S 0:0(0) <mss 9>\n",
    4, "<mss 1460>" },
  { "surplus", ACCEPTED "app write c 10\npeer . 1:1(0) ack 1\n", 4,
    "nobody expected" },
  { "surplus in time", ACCEPTED "peer P. 1:2(1) ack 1\nwait 1s\n", 4,
    "at 0.040000 the stack sent" },
  { "surplus at the end", ACCEPTED "app write c 10\n", 3, "nobody expected" },
  { "no silence", ACCEPTED "peer P. 1:2(1) ack 1\nsilence\n", 4, "after all" },
  { "result", ACCEPTED "app read c 10 dontwait\n", 3, "EAGAIN" },
  { "success", ACCEPTED "app close c gives EBADF\n", 3, "ok" },
  { "time", ACCEPTED "app set c SO_RCVTIMEO 1s\napp read c 1 gives EAGAIN\n", 4,
    "it took 1000000000 ns" },
  { "does not wait", ACCEPTED "peer P. 1:2(1) ack 1\nsecond read c 1\n", 4,
    "does not wait" },
  { "ended later",
    ACCEPTED "app set c SO_RCVTIMEO 1s\nsecond read c 1\n"
             "wait 2s\ndone gives EAGAIN takes 2s\n",
    6, "after 1000000 us" },
  { "still waits", ACCEPTED "second read c 1\n", 3, "still waits" },
  { "bytes", ACCEPTED "peer . 1:2(1) ack 1 fill X\napp read c 1\n", 4,
    "byte 1" },
  { "statement", ACCEPTED "pear . 1:1(0)\n", 3, "no such statement: pear" },
  { "call", ACCEPTED "app raed c 1\n", 3, "no such call: raed" },
  { "socket", ACCEPTED "app read d 1\n", 3, "no socket 'd'" },
  { "packet", ACCEPTED "peer Q 1:1(0)\n", 3, "no such flag: Q" },
  { "flag", "talk \"t\" with sakc=off\n", 1, "'sakc'" },
  { "unit", ACCEPTED "wait 5\n", 3, "time '5'" },
};

static void
check (size_t i)
{
  g_autofree char *path = NULL, *said = NULL, *wanted = NULL;
  char *argv[] = { g_strdup (g_getenv ("SCRIPT")), NULL, NULL };
  int file = g_file_open_tmp ("fault-XXXXXX.talk", &path, NULL), status = 0;

  g_assert_cmpint (file, >=, 0);
  g_close (file, NULL);
  g_assert_true (g_file_set_contents (path, FAULTS[i].text, -1, NULL));
  argv[1] = path;
  g_assert_true (g_spawn_sync (NULL, argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL,
                               NULL, NULL, NULL, &said, &status, NULL));
  g_free (argv[0]);
  g_unlink (path);
  g_test_message ("%s: %s", FAULTS[i].name, said);
  g_assert_true ((status == 0) == (FAULTS[i].line == 0));
  if (FAULTS[i].line == 0)
    return;
  wanted = g_strdup_printf ("%s:%d: ", path, FAULTS[i].line);
  g_assert_nonnull (strstr (said, wanted));
  g_assert_nonnull (strstr (strstr (said, wanted), FAULTS[i].word));
}

static void
test_faults (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (FAULTS); i++)
    check (i);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/script/faults", test_faults);
  return g_test_run ();
}
