// SPDX-License-Identifier: MIT
#include "sim/output.h"

#include "sim/scenario.h"
#include <glib/gstdio.h>
#include <unistd.h>

static char *root; /* a folder for this test */

static void
set_up (void)
{
  root = g_dir_make_tmp ("tunlab-output-XXXXXX", NULL);
  g_assert_nonnull (root);
}

static void
tear_down (void)
{
  const char *command[] = { "rm", "-rf", root, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) command, NULL,
                               G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                               NULL, NULL));
  g_clear_pointer (&root, g_free);
}

static char *
in_root (const char *name)
{
  return g_build_filename (root, name, NULL);
}

static unsigned
count_entries (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  unsigned count = 0;

  g_assert_nonnull (folder);
  while (g_dir_read_name (folder) != NULL)
    count++;
  return count;
}

static void
put_file (const char *folder, const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
}

static void
check_file (const char *folder, const char *name, const char *expected)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *content = NULL;

  if (expected == NULL)
    {
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
      return;
    }
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, expected);
}

/* One run of SCENARIO that writes CONTENT. */
static bool
run (const char *path,
     const char *scenario,
     bool force,
     const char *content,
     GError **error)
{
  Output *output = output_new (path, scenario, force, error);
  g_autofree char *first = output_first_line (scenario);
  bool committed;

  if (output == NULL)
    return false;
  put_file (output_folder (output), "scenario.lab", first);
  put_file (output_folder (output), content, content);
  committed = output_commit (output, error);
  output_free (output);
  return committed;
}

static void
test_new (void)
{
  g_autofree char *path = NULL;
  g_autofree char *parent = NULL;
  g_autoptr (GError) error = NULL;
  Output *output;

  set_up ();
  path = in_root ("a/b/hello/");
  parent = in_root ("a/b");
  output = output_new (path, "hello", false, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  put_file (output_folder (output), "x", "1");
  g_assert_true (output_commit (output, &error));
  g_assert_no_error (error);
  output_free (output);
  check_file (path, "x", "1");
  g_assert_cmpuint (count_entries (parent), ==, 1);
  tear_down ();
}

static void
test_same_scenario (void)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  set_up ();
  path = in_root ("out");
  g_assert_true (run (path, "The same\ntitle", false, "one", &error));
  g_assert_true (run (path, "The same\ntitle", false, "two", &error));
  g_assert_no_error (error);
  check_file (path, "one", NULL);
  check_file (path, "two", "two");
  g_assert_cmpuint (count_entries (root), ==, 1);
  tear_down ();
}

static void
test_other_scenario (void)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  set_up ();
  path = in_root ("out");
  g_assert_true (run (path, "a", false, "one", &error));
  g_assert_false (run (path, "ab", false, "two", &error));
  g_assert_error (error, OUTPUT_ERROR, OUTPUT_ERROR_EXISTS);
  g_clear_error (&error);
  check_file (path, "one", "one");
  g_assert_cmpuint (count_entries (root), ==, 1);

  g_assert_true (run (path, "ab", true, "two", &error));
  check_file (path, "one", NULL);
  check_file (path, "two", "two");
  tear_down ();
}

/* Somebody's own files are never thrown away, an empty folder may be used. */
static void
test_no_result (void)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  set_up ();
  path = in_root ("mine");
  g_assert_cmpint (g_mkdir (path, 0777), ==, 0);
  put_file (path, "thesis", "x");
  for (int force = 0; force < 2; force++)
    {
      g_assert_false (run (path, "a", force, "one", &error));
      g_assert_error (error, OUTPUT_ERROR, OUTPUT_ERROR_EXISTS);
      g_clear_error (&error);
      check_file (path, "thesis", "x");
    }
  put_file (path, "scenario.lab", "host alice 10.0.0.1/24\n");
  g_assert_false (run (path, "a", true, "one", NULL));
  check_file (path, "thesis", "x");

  g_free (path);
  path = in_root ("file");
  put_file (root, "file", "x");
  g_assert_false (run (path, "a", true, "one", &error));
  g_assert_error (error, OUTPUT_ERROR, OUTPUT_ERROR_EXISTS);

  g_free (path);
  path = in_root ("empty");
  g_assert_cmpint (g_mkdir (path, 0777), ==, 0);
  g_assert_true (run (path, "a", false, "one", NULL));
  check_file (path, "one", "one");
  tear_down ();
}

/* A run that fails on the way leaves the old result and nothing else. */
static void
test_abandoned (void)
{
  g_autofree char *path = NULL;
  g_autofree char *outside = NULL;
  g_autofree char *below = NULL;
  g_autofree char *link = NULL;
  g_autoptr (GError) error = NULL;
  Output *output;

  set_up ();
  path = in_root ("out");
  outside = in_root ("outside");
  g_assert_cmpint (g_mkdir (outside, 0777), ==, 0);
  put_file (outside, "precious", "x");
  g_assert_true (run (path, "a", false, "one", &error));

  output = output_new (path, "a", false, &error);
  g_assert_no_error (error);
  below = g_build_filename (output_folder (output), "files", NULL);
  link = g_build_filename (below, "link", NULL);
  g_assert_cmpint (g_mkdir (below, 0777), ==, 0);
  put_file (below, "two", "2");
  g_assert_cmpint (symlink (outside, link), ==, 0);
  output_free (output);

  check_file (path, "one", "one");
  check_file (outside, "precious", "x"); /* links are not followed */
  g_assert_cmpuint (count_entries (root), ==, 2);
  tear_down ();
}

static void
test_cannot_create (void)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  set_up ();
  put_file (root, "file", "x");
  path = in_root ("file/out");
  g_assert_false (run (path, "a", false, "one", &error));
  g_assert_error (error, OUTPUT_ERROR, OUTPUT_ERROR_CREATE);
  g_clear_error (&error);
  g_assert_false (run ("/proc/tunlab/out", "a", false, "one", &error));
  g_assert_error (error, OUTPUT_ERROR, OUTPUT_ERROR_CREATE);
  g_assert_cmpuint (count_entries (root), ==, 1);
  tear_down ();
}

/* The name was taken meanwhile by a file: nothing of the run stays. */
static void
test_cannot_commit (void)
{
  g_autofree char *parent = NULL;
  g_autofree char *path = NULL;
  g_autofree char *moved = NULL;
  g_autoptr (GError) error = NULL;
  Output *output;

  set_up ();
  parent = in_root ("a");
  moved = in_root ("b");
  path = in_root ("a/out");
  output = output_new (path, "a", false, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_rename (parent, moved), ==, 0);
  g_assert_false (output_commit (output, &error));
  g_assert_error (error, OUTPUT_ERROR, OUTPUT_ERROR_WRITE);
  output_free (output);
  tear_down ();
}

/* A resolved scenario begins with the line by which it is known. */
static void
test_first_line (void)
{
  g_autoptr (GPtrArray) errors = g_ptr_array_new ();
  Scenario *scenario =
      scenario_parse ("# tunlab: my own\n"
                      "host a 10.0.0.1/24\nhost b 10.0.0.2/24\n"
                      "link a b delay 1ms\n",
                      "x/scenario.lab", ".", NULL, errors);
  g_autofree char *line = NULL;

  g_assert_nonnull (scenario);
  g_assert_cmpstr (scenario->name, ==, "my own");
  line = output_first_line (scenario->name);
  g_assert_true (g_str_has_prefix (scenario->resolved->str, line));
  scenario_free (scenario);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/output/new", test_new);
  g_test_add_func ("/output/same-scenario", test_same_scenario);
  g_test_add_func ("/output/other-scenario", test_other_scenario);
  g_test_add_func ("/output/no-result", test_no_result);
  g_test_add_func ("/output/abandoned", test_abandoned);
  g_test_add_func ("/output/cannot-create", test_cannot_create);
  g_test_add_func ("/output/cannot-commit", test_cannot_commit);
  g_test_add_func ("/output/first-line", test_first_line);
  return g_test_run ();
}
