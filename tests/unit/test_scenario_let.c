// SPDX-License-Identifier: MIT
/* let, $NAME, draw, --set, include. */
#include "tests/unit/scenarios.h"

#include <glib/gstdio.h>
#include <string.h>

static void
check_title (const char *lines,
             const ScenarioSettings *settings,
             const char *expected)
{
  char *text = g_strconcat (SCENARIO_BASE, lines, "\n", NULL);
  Scenario *scenario = scenarios_good_with (text, settings);

  g_assert_cmpstr (scenario->title, ==, expected);
  scenario_free (scenario);
  g_free (text);
}

static void
test_replace (void)
{
  check_title ("let A x\ntitle $A", NULL, "x");
  check_title ("let A x\ntitle \"<$A$A> $A.\"", NULL, "<xx> x.");
  check_title ("let A \"two words # no comment\"\ntitle $A", NULL,
               "two words # no comment");
  check_title ("title $A\nlet A late", NULL, "late");
  check_title ("let A x\nlet B_2 $A$A\nlet C \"$B_2,$A\"\ntitle $C", NULL,
               "xx,x");
  check_title ("let A \"\"\ntitle a$A", NULL, "a");
  check_title ("let draw x\ntitle $draw", NULL, "x");
  check_title ("let A \"draw\"\ntitle $A", NULL, "draw");
}

/* The only error of SCENARIO_BASE, LINES begins so. */
static void
check_bad (const char *lines,
           const ScenarioSettings *settings,
           const char *part)
{
  char *text = g_strconcat (SCENARIO_BASE, lines, "\n", NULL);
  unsigned count;
  char *errors = scenarios_bad_with (text, settings, &count);

  if (count != 1 || strstr (errors, part) == NULL)
    g_error ("wanted %s\ngot %s", part, errors);
  g_free (errors);
  g_free (text);
}

static void
test_replace_bad (void)
{
  check_bad ("let", NULL, "lab:5:4: error: a name is missing");
  check_bad ("let A", NULL, "lab:5:6: error: a value is missing");
  check_bad ("let A x y", NULL, "lab:5:9: error: unexpected 'y'");
  check_bad ("let 1 x", NULL, "lab:5:5: error: '1' is no name");
  check_bad ("let A-B x", NULL, "lab:5:5: error: 'A-B' is no name");
  check_bad ("let A x\nlet A y", NULL, "lab:6:5: error: there is a 'let A'");
  check_bad ("let A $B\nlet B x", NULL, "lab:5:7: error: there is no 'let B'");
  check_bad ("let A $A", NULL, "lab:5:7: error: there is no 'let A'");
  check_bad ("title $", NULL, "lab:5:7: error: a name must follow the '$'");
  check_bad ("title \"a $ b\"", NULL, "lab:5:10: error: a name must follow");
  check_bad ("let ABC x\ntitle a$ABD", NULL,
             "lab:6:8: error: there is no 'let ABD'");
  check_bad ("let ABC x\ntitle $ABD", NULL, "did you mean 'ABC'?");
  check_bad ("let A draw 1 6\nseed $A", NULL, "lab:6:6: error: a drawn value");
  check_bad ("let A draw 1 6\ninclude $A", NULL, "error: a drawn value");
}

/* Values of values of values grow without end. */
static void
test_growth (void)
{
  GString *text = g_string_new ("let A0 xxxxxxxxxx\n");
  char *value = g_strnfill (4091, 'x');
  char *set = g_strconcat ("A=", value, NULL);
  const char *const sets[] = { set, NULL };
  ScenarioSettings settings = { NULL, sets };

  for (unsigned i = 1; i < 50; i++)
    g_string_append_printf (text, "let A%u $A%u$A%u\n", i, i - 1, i - 1);
  check_bad (text->str, NULL, "lab:14:8: error: this would become longer");
  check_title ("let A x\ntitle $A", NULL, "x");
  check_bad ("let A x\ntitle $A", &settings, "lab:5:1: error: this line wou");
  g_string_free (text, TRUE);
  g_free (value);
  g_free (set);
}

static void
test_draw_bad (void)
{
  check_bad ("let A draw", NULL, "lab:5:11: error: the lowest value is miss");
  check_bad ("let A draw 1", NULL, "lab:5:13: error: the highest value is");
  check_bad ("let A draw 1 x", NULL, "lab:5:14: error: 'x' is no number");
  check_bad ("let A draw 1. 2.", NULL, "lab:5:12: error: '1.' is no number");
  check_bad ("let A draw 1ms 2s", NULL, "lab:5:16: error: '2s' has another");
  check_bad ("let A draw 1ms 2ms step 1", NULL, "lab:5:25: error: '1' has ano");
  check_bad ("let A draw 2 1", NULL, "the lowest value is above the highest");
  check_bad ("let A draw 1 2 step 0", NULL, "a step of 0 leads nowhere");
  check_bad ("let A draw 1 2 setp 1", NULL, "unexpected 'setp'");
  check_bad ("let A draw 1 99999999999999999999", NULL, "too many digits");
  check_bad ("let A draw 0.0000000001 1", NULL, "too many digits");
}

/* Within bounds, on the grid, each value met; the same for the same seed. */
static void
test_draw (void)
{
  static const char *const grid[] = { "0.5%", "1.25%", "2%", "2.75%" };
  unsigned met[G_N_ELEMENTS (grid)] = { 0 };

  for (uint64_t seed = 1; seed <= 200; seed++)
    {
      ScenarioSettings settings = { &seed, NULL };
      const char *text =
          SCENARIO_BASE "let A draw 0.5% 3% step 0.75%\ntitle $A\n";
      Scenario *first = scenarios_good_with (text, &settings);
      Scenario *second = scenarios_good_with (text, &settings);
      bool found = false;

      g_assert_cmpstr (first->title, ==, second->title);
      for (unsigned i = 0; i < G_N_ELEMENTS (grid); i++)
        if (strcmp (first->title, grid[i]) == 0)
          found = ++met[i] > 0;
      g_assert_true (found);
      scenario_free (first);
      scenario_free (second);
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (grid); i++)
    g_assert_cmpuint (met[i], >, 25); /* of 50 on average */
}

/* A draw depends on the seed and its name, on nothing else. */
static void
test_draw_alone (void)
{
  Scenario *alone =
      scenarios_good (SCENARIO_BASE "seed 5\nlet A draw 1 1000000\ntitle $A\n");
  Scenario *among = scenarios_good (
      "let B draw 1 9\nlet A draw 1 1000000\nlet C x$B\ntitle $A\n"
      "app bob echo udp 7\n" SCENARIO_BASE "seed 5\n");
  Scenario *other =
      scenarios_good (SCENARIO_BASE "seed 6\nlet A draw 1 1000000\ntitle $A\n");

  g_assert_cmpstr (alone->title, ==, among->title);
  g_assert_cmpstr (alone->title, !=, other->title);
  scenario_free (alone);
  scenario_free (among);
  scenario_free (other);
  check_title ("let A draw 7ms 7ms\ntitle $A", NULL, "7ms");
  check_title ("let A draw 1.50s 1.50s step 1s\ntitle $A", NULL, "1.5s");
  check_title ("let A draw 10 10\ntitle $A", NULL, "10");
  check_title ("let L 3\nlet A draw $L $L\ntitle $A", NULL, "3");
  scenario_free (scenarios_good (
      SCENARIO_BASE "let A draw 0 18446744073709551615\ntitle $A\n"));
}

static void
test_set (void)
{
  static const char *const sets[] = { "A=y", "B=a = b", NULL };
  static const char *const unknown[] = { "AA=y", NULL };
  static const char *const broken[] = { "A", NULL };
  static const char *const dollar[] = { "A=$B", NULL };
  static const char *const quote[] = { "A=\"", NULL };
  static const char *const control[] = { "A=\n", NULL };
  ScenarioSettings settings = { NULL, sets };

  check_title ("let A x\nlet B draw 1 6\ntitle \"$A$B\"", &settings, "ya = b");
  check_title ("let A $NOTHING x y\nlet B z\ntitle \"$A$B\"", &settings,
               "ya = b");
  check_bad ("let A x", &settings, "--set: error: the scenario has no 'let B'");
  settings.sets = unknown;
  check_bad ("let A x", &settings, "did you mean 'A'?");
  settings.sets = broken;
  check_bad ("let A x", &settings, "--set: error: 'A' is not NAME=VALUE");
  settings.sets = dollar;
  check_bad ("let A x", &settings, "holds no quotes, '$'");
  settings.sets = quote;
  check_bad ("let A x", &settings, "holds no quotes, '$'");
  settings.sets = control;
  check_bad ("let A x", &settings, "holds no quotes, '$'");
}

static void
write_file (const char *folder, const char *name, const char *text)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_free (path);
}

static Scenario *
load (const char *folder, const char *name, char **errors)
{
  GPtrArray *found =
      g_ptr_array_new_with_free_func ((GDestroyNotify) scenario_error_free);
  char *path = g_build_filename (folder, name, NULL);
  Scenario *scenario = scenario_load (path, NULL, found);

  *errors = found->len > 0
                ? scenario_error_format (g_ptr_array_index (found, 0))
                : g_strdup ("");
  g_ptr_array_unref (found);
  g_free (path);
  return scenario;
}

static void
check_load_bad (const char *folder, const char *name, const char *part)
{
  char *errors;

  g_assert_null (load (folder, name, &errors));
  if (strstr (errors, part) == NULL)
    g_error ("wanted %s\ngot %s", part, errors);
  g_free (errors);
}

static void
write_files (const char *folder, const char *sub)
{
  write_file (folder, "hosts.lab", SCENARIO_BASE);
  write_file (folder, "main.lab",
              "include $F # comment\nlet D sub\ninclude \"$D/part.lab\"\n");
  write_file (folder, "good.lab",
              "let F hosts.lab\ninclude $F # comment\nlet D sub\n"
              "include \"$D/part.lab\"\ntitle $T\n");
  write_file (sub, "part.lab", "let T deep\ninclude more.lab\n");
  write_file (sub, "more.lab", "app bob echo udp 7");
  write_file (folder, "self.lab", SCENARIO_BASE "include ./self.lab\n");
  write_file (folder, "a.lab", SCENARIO_BASE "include b.lab\n");
  write_file (folder, "b.lab", "include a.lab\n");
  write_file (folder, "bad.lab", "include sub/bad.lab\n" SCENARIO_BASE);
  write_file (sub, "bad.lab", "# one\n  titel x\n");
  write_file (folder, "folder.lab", SCENARIO_BASE "include sub\n");
  write_file (folder, "bom.lab",
              "\xef\xbb\xbfhost a 10.0.0.1/24\r\ntitle \"x y\"\r\n");
  for (unsigned i = 0; i < 9; i++)
    {
      char *name = g_strdup_printf ("d%u.lab", i);
      char *text = g_strdup_printf ("include d%u.lab\n", i + 1);

      write_file (folder, name, text);
      g_free (name);
      g_free (text);
    }
  write_file (folder, "d9.lab", SCENARIO_BASE);
}

static void
test_include (void)
{
  char *folder = g_dir_make_tmp ("tunlab-XXXXXX", NULL);
  char *sub = g_build_filename (folder, "sub", NULL), *errors, *command;
  Scenario *scenario;

  g_assert_cmpint (g_mkdir (sub, 0700), ==, 0);
  write_files (folder, sub);
  scenario = load (folder, "good.lab", &errors);
  g_assert_cmpstr (errors, ==, "");
  g_free (errors);
  g_assert_cmpstr (scenario->title, ==, "deep");
  g_assert_cmpstr (scenario->name, ==, "good");
  g_assert_cmpuint (scenario->apps->len, ==, 1);
  g_assert_cmpstr (scenario->resolved->str, ==,
                   "# tunlab: good\nseed 1\nlet F hosts.lab\n"
                   "# comment\n" SCENARIO_BASE
                   "let D sub\nlet T deep\napp bob echo udp 7\ntitle $T\n");
  scenario_free (scenario);
  scenario = load (folder, "bom.lab", &errors);
  g_assert_cmpstr (scenario->title, ==, "x y");
  scenario_free (scenario);
  g_free (errors);
  scenario = load (folder, "d1.lab", &errors); /* eight inside each other */
  g_assert_nonnull (scenario);
  scenario_free (scenario);
  g_free (errors);
  check_load_bad (folder, "d0.lab", "d8.lab:1:9: error: more than 8 includes");
  check_load_bad (folder, "main.lab", "main.lab:1:9: error: there is no 'let");
  check_load_bad (folder, "self.lab",
                  "self.lab:5:9: error: './self.lab' would");
  check_load_bad (folder, "a.lab", "b.lab:1:9: error: 'a.lab' would include");
  check_load_bad (folder, "bad.lab", "/sub/bad.lab:2:3: error: unknown state");
  check_load_bad (folder, "folder.lab", "folder.lab:5:9: error: ");
  check_load_bad (folder, "none.lab", "/none.lab: error: there is no file");
  check_load_bad (folder, "sub", "/sub: error: ");
  command = g_strdup_printf ("rm -r '%s'", folder);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (command);
  g_free (sub);
  g_free (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario_let/replace", test_replace);
  g_test_add_func ("/scenario_let/replace-bad", test_replace_bad);
  g_test_add_func ("/scenario_let/growth", test_growth);
  g_test_add_func ("/scenario_let/draw", test_draw);
  g_test_add_func ("/scenario_let/draw-alone", test_draw_alone);
  g_test_add_func ("/scenario_let/draw-bad", test_draw_bad);
  g_test_add_func ("/scenario_let/set", test_set);
  g_test_add_func ("/scenario_let/include", test_include);
  return g_test_run ();
}
