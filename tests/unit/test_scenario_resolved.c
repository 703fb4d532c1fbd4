// SPDX-License-Identifier: MIT
/* The text of a run gives that text again. */
#include "tests/unit/scenarios.h"

#include <string.h>

/* Parses TEXT and what comes out of it; both give the same text. */
static char *
resolve (const char *text, const ScenarioSettings *settings)
{
  Scenario *first = scenarios_good_with (text, settings);
  Scenario *second = scenarios_good (first->resolved->str);
  char *resolved = g_strdup (first->resolved->str);

  g_assert_cmpstr (second->resolved->str, ==, resolved);
  g_assert_cmpstr (second->name, ==, first->name);
  g_assert_cmpstr (second->title, ==, first->title);
  g_assert_cmpuint (second->seed, ==, first->seed);
  g_assert_cmpint (second->run_for, ==, first->run_for);
  g_assert_cmpuint (second->apps->len, ==, first->apps->len);
  g_assert_cmpuint (second->ats->len, ==, first->ats->len);
  scenario_free (first);
  scenario_free (second);
  return resolved;
}

static void
check (const char *text, const ScenarioSettings *settings, const char *expected)
{
  char *resolved = resolve (text, settings);

  g_assert_cmpstr (resolved, ==, expected);
  g_free (resolved);
}

static void
test_text (void)
{
  static const char *const sets[] = { "B=a # b", NULL };
  uint64_t seed = 42;
  ScenarioSettings settings = { &seed, sets };

  check (SCENARIO_BASE, NULL, "# tunlab: test\nseed 1\n" SCENARIO_BASE);
  check (SCENARIO_BASE "seed 7", NULL,
         "# tunlab: test\n" SCENARIO_BASE "seed 7\n");
  check ("# tunlab: own name  \n" SCENARIO_BASE "seed 7", NULL,
         "# tunlab: own name\n" SCENARIO_BASE "seed 7\n");
  check ("# tunlab: ../no\n" SCENARIO_BASE "seed 7", NULL,
         "# tunlab: test\n" SCENARIO_BASE "seed 7\n");
  check ("\n  # comment\n" SCENARIO_BASE
         "\tseed  7\t# lucky\n  let B draw 1 6  # dice\nlet C \"x$B\"\n"
         "title \"$C\"  # t\n\n",
         &settings,
         "# tunlab: test\n\n  # comment\n" SCENARIO_BASE
         "\tseed  42\t# lucky\n  let B \"a # b\"  # dice\n"
         "let C \"xa # b\"\ntitle \"$C\"  # t\n\n");
}

static void
test_draws (void)
{
  for (uint64_t seed = 0; seed < 50; seed++)
    {
      ScenarioSettings settings = { &seed, NULL };

      g_free (resolve ("let D draw 1ms 20ms\nlet L draw 0.5% 9%\n"
                       "host a 10.0.0.1/24\nhost b 10.0.0.2/24\n"
                       "link a b delay 20ms $D loss $L\ntitle $D$L\n",
                       &settings));
    }
}

static void
make_file (const char *folder, const char *name)
{
  char *path = g_build_filename (folder, name, NULL);
  char *directory = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "x", -1, NULL));
  g_free (directory);
  g_free (path);
}

static Scenario *
parse_in (const char *folder, const char *text)
{
  GPtrArray *errors =
      g_ptr_array_new_with_free_func ((GDestroyNotify) scenario_error_free);
  Scenario *scenario = scenario_parse (text, "x.lab", folder, NULL, errors);

  if (scenario == NULL)
    g_error ("%s", scenario_error_format (g_ptr_array_index (errors, 0)));
  g_ptr_array_unref (errors);
  return scenario;
}

/* Copies get names below inputs/, whatever was written, each its own. */
static void
test_inputs (void)
{
  static const char *const files[] = {
    "lab/a.bin",  "a.bin",  "lab/inputs/c", "lab/d e",   "lab/a",
    "lab/www/ix", "www/ix", "lab/a-2.bin",  "lab/f.d/x", "f.d/x"
  };
  static const char *const names[] = { "a.bin", "a-2.bin", "c",     "d e",
                                       "a",     "www",     "www-2", "a-2-2.bin",
                                       "f.d/x", "f.d/x-2" };
  static const char *const written[] = { "a.bin",   "../a.bin", "inputs/c",
                                         "\"d e\"", "./a",      "www",
                                         "../www",  "a-2.bin",  "f.d/x",
                                         "../f.d/x" };
  char *top = g_dir_make_tmp ("tunlab-XXXXXX", NULL);
  char *lab = g_build_filename (top, "lab", NULL), *command;
  GString *text = g_string_new (SCENARIO_BASE);
  Scenario *first, *second;

  for (unsigned i = 0; i < G_N_ELEMENTS (files); i++)
    {
      bool is_folder = strstr (written[i], "www") != NULL;

      make_file (top, files[i]);
      if (is_folder)
        g_string_append_printf (text, "app bob http %s port %u\n", written[i],
                                100 + i);
      else
        g_string_append_printf (text, "app alice send udp bob:%u %s # f\n",
                                100 + i, written[i]);
    }
  g_string_append (text, "app alice send udp bob:7 a.bin\n");
  first = parse_in (lab, text->str);
  g_assert_cmpuint (first->inputs->len, ==, G_N_ELEMENTS (names));
  for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const ScenarioInput *input = g_ptr_array_index (first->inputs, i);
      char *copy = g_build_filename ("copy/inputs", input->name, NULL);

      g_assert_cmpstr (input->name, ==, names[i]);
      g_assert_true (g_file_test (input->path, G_FILE_TEST_EXISTS));
      if (g_file_test (input->path, G_FILE_TEST_IS_DIR))
        {
          char *inside = g_build_filename (copy, "ix", NULL);

          make_file (top, inside);
          g_free (inside);
        }
      else
        make_file (top, copy);
      g_free (copy);
    }
  g_free (lab);
  lab = g_build_filename (top, "copy", NULL);
  second = parse_in (lab, first->resolved->str);
  g_assert_cmpstr (second->resolved->str, ==, first->resolved->str);
  g_assert_null (strstr (first->resolved->str, top));
  g_assert_nonnull (strstr (first->resolved->str, "\"inputs/d e\" # f\n"));
  scenario_free (first);
  scenario_free (second);
  command = g_strdup_printf ("rm -r '%s'", top);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (command);
  g_string_free (text, TRUE);
  g_free (lab);
  g_free (top);
}

static void
test_hello (void)
{
  Scenario *hello = scenarios_good (SCENARIO_HELLO);

  g_assert_cmpstr (hello->title, ==, "The same twenty messages, twice");
  g_assert_cmpuint (hello->hosts->len, ==, 2);
  g_assert_cmpuint (hello->apps->len, ==, 4);
  g_assert_cmpuint (hello->expects->len, ==, 1);
  scenario_free (hello);
  g_free (resolve (SCENARIO_HELLO, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario_resolved/text", test_text);
  g_test_add_func ("/scenario_resolved/draws", test_draws);
  g_test_add_func ("/scenario_resolved/inputs", test_inputs);
  g_test_add_func ("/scenario_resolved/hello", test_hello);
  return g_test_run ();
}
