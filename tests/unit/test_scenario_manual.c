// SPDX-License-Identifier: MIT
/* What is written about the language is true of it. */
#include "sim/host_option.h"
#include "sim/ledger.h"
#include "tests/unit/scenarios.h"

#include <string.h>

static char *
read_manual (void)
{
  char *path = g_test_build_filename (G_TEST_DIST, "../../docs/man",
                                      "tunlab-scenario.5", NULL);
  char *text;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_free (path);
  return text;
}

static void
check_example (const char *example)
{
  Scenario *scenario = scenarios_good (example);

  if (scenario->inputs->len == 0) /* no copies of them are here */
    {
      Scenario *again = scenarios_good (scenario->resolved->str);

      g_assert_cmpstr (again->resolved->str, ==, scenario->resolved->str);
      scenario_free (again);
    }
  scenario_free (scenario);
}

/* Each literal display of the page is a scenario. */
static void
test_examples (void)
{
  char *text = read_manual ();
  unsigned count = 0;

  for (char *at = text, *end; (at = strstr (at, "\n.Bd -literal")) != NULL;
       at = end + 1, count++)
    {
      at = strchr (at + 1, '\n') + 1;
      end = strstr (at, "\n.Ed");
      g_assert_nonnull (end);
      *end = '\0';
      check_example (at);
    }
  g_assert_cmpuint (count, >=, 7);
  g_free (text);
}

/* Each word of "expect" is in the table, and parses. */
static void
test_words (void)
{
  char *text = read_manual ();

  for (unsigned i = 0; LEDGER_WORDS[i] != NULL; i++)
    {
      bool is_time = g_str_has_suffix (LEDGER_WORDS[i], "_delay");
      char *row = g_strdup_printf ("\n.It %s Ta ", LEDGER_WORDS[i]);
      char *line =
          g_strconcat (SCENARIO_BASE "expect bob.udp.", LEDGER_WORDS[i],
                       is_time ? " >= 0s\n" : " >= 0\n", NULL);

      if (strstr (text, row) == NULL)
        g_error ("not in the manual page: %s", LEDGER_WORDS[i]);
      scenario_free (scenarios_good (line));
      g_free (row);
      g_free (line);
    }
  g_free (text);
}

/* Each option of a host is explained. */
static void
test_options (void)
{
  char *text = read_manual ();

  for (unsigned i = 0; i < HOST_OPTION_COUNT; i++)
    {
      char *item = g_strdup_printf ("\n.It Cm %s ", HOST_OPTIONS[i].word);

      if (strstr (text, item) == NULL)
        g_error ("not in the manual page: %s", HOST_OPTIONS[i].word);
      g_free (item);
    }
  g_free (text);
}

/* The same words are known to the ledger. */
static void
test_ledger (void)
{
  Ledger *ledger = ledger_new ();
  int64_t value;

  for (unsigned i = 0; LEDGER_WORDS[i] != NULL; i++)
    g_assert_true (ledger_metric (ledger, NULL, 17, LEDGER_WORDS[i], &value));
  g_assert_false (ledger_metric (ledger, NULL, 17, "nonsense", &value));
  ledger_free (ledger);
}

static void
test_first_example (void)
{
  check_example (
      "title  \"The same twenty messages, twice\"\n"
      "seed   1\n"
      "host   alice 10.0.0.1/24 fd00::1/64\n"
      "host   bob   10.0.0.2/24 fd00::2/64\n"
      "link   alice bob   delay 40ms 10ms  loss 20%         # both\n"
      "link   bob>alice   delay 40ms                        # this one\n"
      "rule   alice>bob   match \"tcp dst port 7777\" data 3 drop   # by hand\n"
      "app    bob   receive  tcp 7777\n"
      "app    bob   receive  udp 7777\n"
      "app    alice messages tcp bob:7777 count 20 every 10ms\n"
      "app    alice messages udp bob:7777 count 20 every 10ms\n"
      "at 2s  link alice>bob loss 0%\n"
      "expect tcp.delivered == 20\n"
      "run for 30s\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario_manual/examples", test_examples);
  g_test_add_func ("/scenario_manual/words", test_words);
  g_test_add_func ("/scenario_manual/options", test_options);
  g_test_add_func ("/scenario_manual/ledger", test_ledger);
  g_test_add_func ("/scenario_manual/first-example", test_first_example);
  return g_test_run ();
}
