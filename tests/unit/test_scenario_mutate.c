// SPDX-License-Identifier: MIT
/* Whatever stands in a file: a scenario or errors with a place inside it. What
 * parses gives a resolved text that parses to itself. */
#include "tests/unit/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUTATIONS      20000
#define MUTATIONS_LONG 400000

static const char SEED_TEXT[] =
    "title \"a $N b\"\nseed 9\nlet N draw 1 6 step 2\nlet L 2.5%\n"
    "host alice 10.0.0.1/24 fd00::1/64 rcvbuf 64kb r2 off delack 10ms "
    "sack on cc bbr ecn passive\n"
    "host bob kernel 10.0.0.2/24 fd00::2/64 privileged ttl 9\n"
    "link alice bob netem rate 10mbit limit 50 delay 40ms 10ms reorder 5%\n"
    "link bob>alice delay 40ms order keep | loss $L duplicate 1% corrupt 1%\n"
    "rule alice>bob match \"tcp dst port 7777 and not host fd00::1\" data 3-5 "
    "delay 3ms\n"
    "app bob receive tcp 7777 out.txt # c\n"
    "app alice messages tcp bob/6:7777 count 20 every 10ms size 30\n"
    "app alice send udp [fd00::2]:7 1mb size 1200b rate 1mbit at 2s\n"
    "app bob http . port 8080\napp alice get http://bob:8080/x y.html\n"
    "app alice ping 10.0.0.2 count 3\n"
    "at 2s link alice>bob rate 5mbit\nat 3s link alice bob chain delay 1ms\n"
    "at 3s rule bob>alice match udp every 3 drop\n"
    "at 4s expect udp.lost > 0 or bob.tcp.last_delay <= 1.5s\n"
    "include nothing.lab\nrun for 30s\n";

/* Pieces that mean something somewhere. */
static const char *const PIECES[] = {
  "\n",      "\"",        "#",          "$N",
  "$",       ">",         ":",          "/",
  "|",       "\t",        "%",          "-",
  "..",      "\xff",      "\x01",       "\r",
  "[",       "]",         "0",          "99999999999999999999",
  "ms",      "drop",      "host ",      "link ",
  "at 1s ",  "let X ",    "draw ",      "alice",
  "bob",     "alice>bob", "\xc3\xa9",   "tcp ",
  "chain ",  "netem ",    "4294967296", "0.0000000001",
  "include "
};

static uint32_t
below (GRand *rand, uint32_t bound)
{
  return (uint32_t) g_rand_int_range (rand, 0, (gint32) bound);
}

static void
mutate (GRand *rand, GString *text)
{
  gssize at = (gssize) below (rand, (uint32_t) text->len + 1);
  gssize wish = (gssize) below (rand, 12);
  gssize length = MIN (wish, (gssize) text->len - at);

  switch (below (rand, 5))
    {
    case 0:
      g_string_erase (text, at, length);
      break;
    case 1:
      g_string_insert (text, at, PIECES[below (rand, G_N_ELEMENTS (PIECES))]);
      break;
    case 2:
      if ((gsize) at < text->len)
        text->str[at] = (char) (1 + below (rand, 255));
      break;
    case 3:
      {
        char *copy = g_strndup (text->str + at, (gsize) length);

        g_string_insert (text, (gssize) below (rand, (uint32_t) text->len + 1),
                         copy);
        g_free (copy);
        break;
      }
    default:
      g_string_erase (text, at, length);
      g_string_insert (text, at, PIECES[below (rand, G_N_ELEMENTS (PIECES))]);
      break;
    }
}

static unsigned
count_lines (const char *text)
{
  unsigned lines = 1;

  for (; *text != '\0'; text++)
    lines += *text == '\n';
  return lines;
}

static void
check_error (const ScenarioError *error, const char *text)
{
  char *formatted = scenario_error_format (error);

  g_assert_true (g_utf8_validate (formatted, -1, NULL));
  g_assert_cmpuint (error->place.line, <=, count_lines (text));
  if (error->line != NULL)
    g_assert_cmpuint (error->place.column, <=, strlen (error->line) + 2);
  g_free (formatted);
}

/* Returns whether TEXT is a scenario. */
static bool
try (const char *text)
{
  GPtrArray *errors =
      g_ptr_array_new_with_free_func ((GDestroyNotify) scenario_error_free);
  Scenario *scenario = scenario_parse (text, "x", ".", NULL, errors);
  bool parsed = scenario != NULL;

  g_assert_true (parsed == (errors->len == 0));
  for (unsigned i = 0; i < errors->len; i++)
    check_error (g_ptr_array_index (errors, i), text);
  g_ptr_array_unref (errors);
  if (parsed && scenario->inputs->len == 0)
    {
      Scenario *again = scenarios_good (scenario->resolved->str);

      g_assert_cmpstr (again->resolved->str, ==, scenario->resolved->str);
      scenario_free (again);
    }
  if (parsed)
    scenario_free (scenario);
  return parsed;
}

static void
test_mutations (void)
{
  GRand *rand = g_rand_new_with_seed (1);
  char *whole = g_strdup (SEED_TEXT), *include = strstr (whole, "include");
  unsigned parsed = 0;
  unsigned count = getenv ("TUNLAB_LONG") != NULL ? MUTATIONS_LONG : MUTATIONS;

  *include = '\0';
  g_assert_true (try (whole));
  g_assert_false (try (SEED_TEXT));
  for (unsigned i = 0; i < count; i++)
    {
      GString *text = g_string_new (i % 2 ? whole : SCENARIO_HELLO);

      for (unsigned j = below (rand, 4); j < 4; j++)
        mutate (rand, text);
      parsed += try (text->str);
      g_string_free (text, TRUE);
    }
  g_test_message ("%u of %u parsed", parsed, count);
  g_assert_cmpuint (parsed, >, count / 100);
  g_assert_cmpuint (parsed, <, count);
  g_free (whole);
  g_rand_free (rand);
}

/* From a file, where NUL can be, too. */
static void
test_binary (void)
{
  GRand *rand = g_rand_new_with_seed (2);
  char *folder = g_dir_make_tmp ("tunlab-XXXXXX", NULL);
  char *path = g_build_filename (folder, "junk.lab", NULL);

  for (unsigned i = 0; i < 50; i++)
    {
      GPtrArray *errors =
          g_ptr_array_new_with_free_func ((GDestroyNotify) scenario_error_free);
      guint8 junk[5000];

      for (unsigned j = 0; j < sizeof junk; j++)
        junk[j] = (guint8) below (rand, i % 2 ? 256 : 2);
      g_assert_true (
          g_file_set_contents (path, (char *) junk, sizeof junk, NULL));
      g_assert_null (scenario_load (path, NULL, errors));
      for (unsigned j = 0; j < errors->len; j++)
        g_free (scenario_error_format (g_ptr_array_index (errors, j)));
      g_ptr_array_unref (errors);
    }
  remove (path);
  remove (folder);
  g_free (path);
  g_free (folder);
  g_rand_free (rand);
}

static void
test_nul (void)
{
  static const char text[] = SCENARIO_BASE "title \0 x\n";
  GPtrArray *errors =
      g_ptr_array_new_with_free_func ((GDestroyNotify) scenario_error_free);
  char *folder = g_dir_make_tmp ("tunlab-XXXXXX", NULL);
  char *path = g_build_filename (folder, "nul.lab", NULL);
  const ScenarioError *error;

  g_assert_true (g_file_set_contents (path, text, sizeof text - 1, NULL));
  g_assert_null (scenario_load (path, NULL, errors));
  g_assert_cmpuint (errors->len, ==, 1);
  error = g_ptr_array_index (errors, 0);
  g_assert_cmpstr (error->message, ==, "a control character (U+0000)");
  g_assert_cmpuint (error->place.line, ==, 5);
  g_assert_cmpuint (error->place.column, ==, 7);
  g_ptr_array_unref (errors);
  remove (path);
  remove (folder);
  g_free (path);
  g_free (folder);
}

/* 10^5 lines that all mean something are quick. */
static void
test_many_lines (void)
{
  GString *text = g_string_new (NULL);
  Scenario *scenario;

  for (unsigned i = 0; i < 33333; i++)
    {
      unsigned net = 2 * i;

      g_string_append_printf (text, "host h%u 10.%u.%u.%u/31\n", i, net >> 16,
                              net >> 8 & 255, net & 255);
      if (i % 2 == 1)
        g_string_append_printf (text,
                                "host p%u 10.%u.%u.%u/31\n"
                                "link h%u p%u delay 1ms\n"
                                "app p%u echo udp 7\napp h%u ping p%u\n",
                                i, net >> 16, net >> 8 & 255, (net & 255) + 1,
                                i, i, i, i, i);
    }
  g_assert_cmpuint (count_lines (text->str), >, 99000);
  scenario = scenarios_good (text->str);
  g_assert_cmpuint (scenario->links->len, ==, 33332);
  scenario_free (scenario);
  g_string_free (text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario_mutate/mutations", test_mutations);
  g_test_add_func ("/scenario_mutate/binary", test_binary);
  g_test_add_func ("/scenario_mutate/nul", test_nul);
  g_test_add_func ("/scenario_mutate/many-lines", test_many_lines);
  return g_test_run ();
}
