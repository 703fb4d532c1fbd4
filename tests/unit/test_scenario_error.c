// SPDX-License-Identifier: MIT
#include "tests/unit/scenarios.h"

#include <string.h>

/* Fourteen mistakes, ... */
static const char MISTAKES[] =
    "title  \"never closed\n"
    "seed   x\n"
    "host   alice 10.0.0.1/24 fd00::1/64 tttl 3\n"
    "hosst  bob   10.0.0.2/24 fd00::2/64\n"
    "host   carol 10.0.0.3/33\n"
    "link   alice bob delay 40 10ms  # a comment\n"
    "link   alice\tcarol\tdely 40ms\n"
    "rule   alice>bob match \"tcp dst port 7777\" data 3 dropp\n"
    "app    bob receive tcp 77777\n"
    "app    alice recieve tcp 7777\n"
    "app    alice messages tcp $X count 20 every 10ms\n"
    "expect tcp.deliverd == 20\n"
    "run    30s\n"
    "app    bob \xe2\x86\x92 \xe6\x97\xa5 tcp 7777\n";
/* ... fourteen errors, in the order of the lines. */
static const char GOLDEN[] =
    "test.lab:1:8: error: this quote is never closed\n"
    "  title  \"never closed\n"
    "         ^\n"
    "test.lab:2:8: error: the seed: 'x' is no number\n"
    "  seed   x\n"
    "         ^\n"
    "test.lab:3:37: error: unknown option 'tttl'\n"
    "  host   alice 10.0.0.1/24 fd00::1/64 tttl 3\n"
    "                                      ^\n"
    "  did you mean 'ttl'?\n"
    "test.lab:4:1: error: unknown statement 'hosst'\n"
    "  hosst  bob   10.0.0.2/24 fd00::2/64\n"
    "  ^\n"
    "  did you mean 'host'?\n"
    "test.lab:5:23: error: a prefix has 1 to 32 bits here\n"
    "  host   carol 10.0.0.3/33\n"
    "                        ^\n"
    "test.lab:6:24: error: delay: '40' needs a unit: ns, us, ms, s, min "
    "or h\n"
    "  link   alice bob delay 40 10ms  # a comment\n"
    "                         ^\n"
    "test.lab:7:20: error: unknown word 'dely'\n"
    "  link   alice\tcarol\tdely 40ms\n"
    "              \t     \t^\n"
    "  did you mean 'delay'?\n"
    "test.lab:8:51: error: unknown word 'dropp'\n"
    "  rule   alice>bob match \"tcp dst port 7777\" data 3 dropp\n"
    "                                                    ^\n"
    "  did you mean 'drop'?\n"
    "test.lab:9:24: error: port: '77777' is not in 1 to 65535\n"
    "  app    bob receive tcp 77777\n"
    "                         ^\n"
    "test.lab:10:14: error: unknown program 'recieve'\n"
    "  app    alice recieve tcp 7777\n"
    "               ^\n"
    "  did you mean 'receive'?\n"
    "test.lab:11:27: error: there is no 'let X'\n"
    "  app    alice messages tcp $X count 20 every 10ms\n"
    "                            ^\n"
    "test.lab:12:12: error: unknown metric 'deliverd'\n"
    "  expect tcp.deliverd == 20\n"
    "             ^\n"
    "  did you mean 'delivered'?\n"
    "test.lab:13:8: error: 'run for TIME' is expected\n"
    "  run    30s\n"
    "         ^\n"
    "test.lab:14:12: error: unknown program '\xe2\x86\x92'\n"
    "  app    bob \xe2\x86\x92 \xe6\x97\xa5 tcp 7777\n"
    "             ^\n";
static void
test_golden (void)
{
  unsigned count;
  char *errors = scenarios_bad (MISTAKES, &count);

  g_assert_cmpstr (errors, ==, GOLDEN);
  g_assert_cmpuint (count, ==, 14);
  g_free (errors);
}

/* A wide character takes two columns of the terminal, but is one. */
static void
test_wide (void)
{
  unsigned count;
  char *errors = scenarios_bad (
      SCENARIO_BASE "title \xe6\x97\xa5\xe6\x9c\xac x\n", &count);

  g_assert_cmpstr (errors, ==,
                   "test.lab:5:10: error: unexpected 'x'\n"
                   "  title \xe6\x97\xa5\xe6\x9c\xac x\n"
                   "             ^\n");
  g_free (errors);
}

/* One mistake, one error: whoever uses the name hears nothing. */
static void
test_no_cascade (void)
{
  static const char *const texts[] = {
    "host alice 10.0.0.1/24\nhost bob 10.0.0.2\n"
    "link alice bob loss 1%\napp bob echo tcp 7\n"
    "app alice messages tcp bob:7 count 1 every 1s\n",
    "host alice 10.0.0.1/24\nhosst bob 10.0.0.2/24\n"
    "link alice bob loss 1%\napp bob echo tcp 7\n"
    "at 2s link alice>bob loss 0%\nexpect bob.tcp.lost == 0\n",
    "host alice 10.0.0.1/24\nhost bob 10.0.0.2/24\n"
    "lnik alice bob loss 1%\nrule alice>bob match tcp drop\n"
    "app alice ping bob\n",
    "host alice 10.0.0.1/24\nhost bob 10.0.0.2/24\n"
    "link alice bob loss 1\nrule alice>bob match tcp drop\n"
    "app alice ping bob\n",
    "include nowhere.lab\nlink alice bob loss $X\napp alice ping bob\n",
    "let X 1 2\nhost alice 10.0.0.1/24\nhost bob 10.0.0.2/24\n"
    "link alice bob loss $X\n",
    "host alice \"10.0.0.1/24\nhost bob 10.0.0.2/24\nlink alice bob\n",
    "host alice $X\nhost bob 10.0.0.2/24\nlink alice bob\n",
    "host a!ice 10.0.0.1/24\nhost bob 10.0.0.2/24\nlink alice bob\n",
    "host alice 10.0.0.1/24\nhost bob 10.1.0.2/24\nlink alice bob\n"
    "app alice ping bob\n",
    "host alice 10.0.0.1/24\nhost bob 10.0.0.2/24\nlink alice\n"
    "app alice ping bob\n",
    "host alice 10.0.0.1/24\nhost bob 10.0.0.2/24\n"
    "link alice delay 40ms\n",
    "host alice 10.0.0.1/24\nhost bob 10.0.0.2/24\n"
    "link alice > bob loss 1%\n",
    "host alice 10.0.0.1/24\nhost bob 10.0.0.2/24\n"
    "link alice alice loss 1%\nrule alice>bob match tcp drop\n",
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      unsigned count;
      char *errors = scenarios_bad (texts[i], &count);

      if (count != 1)
        g_error ("%s\ngives:\n%s", texts[i], errors);
      g_free (errors);
    }
}

/* Each mistake, one error: what is wrong with the ends of a link hides neither
 * the rest of its line nor other lines. */
static void
test_each (void)
{
  static const char *const rows[][3] = {
    { "link alice carl loss 1%\nlink bob dora loss 1%\n",
      "there is no host 'carl'", "there is no host 'dora'" },
    { "link alice carl loss 1%\napp dora echo tcp 7\n",
      "there is no host 'carl'", "there is no host 'dora'" },
    { "link alice carl loss 1%\nrule alice>dora match tcp drop\n",
      "there is no host 'carl'", "there is no host 'dora'" },
    { "link alice alice\napp alice ping dora\n", "linked to itself",
      "there is no host 'dora'" },
    { "link carl dora\n", "there is no host 'carl'",
      "there is no host 'dora'" },
    { "link carl>dora\n", "there is no host 'carl'",
      "there is no host 'dora'" },
    { "link alice carl loss 3\n", "there is no host 'carl'", "loss: '3'" },
    { "link carl>alice netem loss 3\n", "there is no host 'carl'",
      "loss: '3'" },
    { "link alice carl down x\n", "there is no host 'carl'", "unexpected 'x'" },
    { "link alice alice delay 3\n", "linked to itself", "delay: '3'" },
    { "link alice>alice loss 1% los 2%\n", "linked to itself",
      "unknown word 'los'" },
  };
  for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strconcat (
          "host alice 10.0.0.1/24\nhost bob 10.0.0.2/24\n", rows[i][0], NULL);
      unsigned count;
      g_autofree char *errors = scenarios_bad (text, &count);

      if (count != 2 || strstr (errors, rows[i][1]) == NULL
          || strstr (errors, rows[i][2]) == NULL)
        g_error ("%s\ngives:\n%s", text, errors);
    }
}

/* Binary files do not fill the screen. */
static void
test_limit (void)
{
  GString *text = g_string_new (NULL);
  unsigned count;
  char *errors;

  for (unsigned i = 0; i < 100000; i++)
    g_string_append (text, "nonsense\n");
  errors = scenarios_bad (text->str, &count);
  g_assert_cmpuint (count, ==, 100);
  g_assert_nonnull (strstr (errors, "that makes 100 errors"));
  g_free (errors);
  g_string_free (text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario_error/golden", test_golden);
  g_test_add_func ("/scenario_error/wide", test_wide);
  g_test_add_func ("/scenario_error/no-cascade", test_no_cascade);
  g_test_add_func ("/scenario_error/each", test_each);
  g_test_add_func ("/scenario_error/limit", test_limit);
  return g_test_run ();
}
