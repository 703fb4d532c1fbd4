// SPDX-License-Identifier: MIT
#include "sim/units.h"

#include <string.h>

static void
test_time (void)
{
  static const struct
  {
    const char *text;
    Time ns;
  } table[] = {
    { "0s", 0 },
    { "1ns", 1 },
    { "1us", 1000 },
    { "25ms", 25 * MILLISECOND },
    { "1.5s", 1500 * MILLISECOND },
    { "0.000000001s", 1 },
    { "0.5us", 500 },
    { "1.0ns", 1 },
    { "1.000000000000000000000000ns", 1 },
    { "3secs", 3 * SECOND },
    { "3sec", 3 * SECOND },
    { "3msec", 3 * MILLISECOND },
    { "3USECS", 3000 },
    { "10MS", 10 * MILLISECOND },
    { "90min", 5400 * SECOND },
    { "0.5h", 1800 * SECOND },
    { "007s", 7 * SECOND },
    { "9223372036854775806ns", INT64_MAX - 1 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      Time ns = -1;

      g_assert_cmpstr (unit_parse_time (table[i].text, &ns), ==, NULL);
      g_assert_cmpint (ns, ==, table[i].ns);
    }
}

static void
test_rate (void)
{
  static const struct
  {
    const char *text;
    uint64_t bps;
  } table[] = {
    { "1bit", 1 },
    { "10mbit", 10000000 },
    { "10Mbit", 10000000 },
    { "1.5gbit", 1500000000 },
    { "0.001kbit", 1 },
    { "2kibit", 2048 },
    { "1mibit", 1048576 },
    { "1bps", 8 },
    { "1kbps", 8000 },
    { "1mibps", 8388608 },
    { "1tbit", UINT64_C (1000000000000) },
    { "0.125bps", 1 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      uint64_t bps = 0;

      g_assert_cmpstr (unit_parse_rate (table[i].text, &bps), ==, NULL);
      g_assert_cmpuint (bps, ==, table[i].bps);
    }
}

static void
test_size_share_number (void)
{
  static const struct
  {
    const char *text;
    uint64_t bytes;
  } sizes[] = {
    { "100", 100 },      { "100b", 100 },    { "64kb", 65536 },
    { "64k", 65536 },    { "1mb", 1048576 }, { "1.5m", 1572864 },
    { "1gb", 1u << 30 }, { "8kbit", 1024 },  { "0.5kb", 512 },
  };
  static const struct
  {
    const char *text;
    uint32_t ppb;
  } shares[] = {
    { "0%", 0 },
    { "5%", 50000000 },
    { "0.0000001%", 1 },
    { "100%", 1000000000 },
    { "33.3%", 333000000 },
    { "99.9999999%", 999999999 },
  };
  uint64_t number = 1;

  for (unsigned i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      uint64_t bytes = 0;

      g_assert_cmpstr (unit_parse_size (sizes[i].text, &bytes), ==, NULL);
      g_assert_cmpuint (bytes, ==, sizes[i].bytes);
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (shares); i++)
    {
      uint32_t ppb = 1;

      g_assert_cmpstr (unit_parse_share (shares[i].text, &ppb), ==, NULL);
      g_assert_cmpuint (ppb, ==, shares[i].ppb);
    }
  g_assert_cmpstr (unit_parse_number ("18446744073709551615", &number), ==,
                   NULL);
  g_assert_cmpuint (number, ==, UINT64_MAX);
}

/* What is wrong says so, and the value stays as it was. */
static void
refuse_time (const char *text, const char *part)
{
  Time ns = 42;
  const char *wrong = unit_parse_time (text, &ns);

  g_assert_nonnull (wrong);
  g_assert_nonnull (strstr (wrong, part));
  g_assert_cmpint (ns, ==, 42);
}

static void
test_refused_times (void)
{
  refuse_time ("", "no number");
  refuse_time ("ms", "no number");
  refuse_time (".5s", "no number");
  refuse_time ("+1s", "no number");
  refuse_time (" 1s", "no number");
  refuse_time ("-1s", "negative");
  refuse_time ("1.s", "no digit");
  refuse_time ("25", "needs a unit");
  refuse_time ("0", "needs a unit");
  refuse_time ("25m", "unknown unit");
  refuse_time ("25 ms", "unknown unit");
  refuse_time ("1e3s", "unknown unit");
  refuse_time ("1.5.5s", "unknown unit");
  refuse_time ("0.5ns", "finer than 1 ns");
  refuse_time ("0.0000000001s", "finer than 1 ns");
  refuse_time ("9223372036854775807ns", "too large");
  refuse_time ("18446744073709551616ns", "too large");
  refuse_time ("9999999999999h", "too large");
  refuse_time ("0.00000000000000000000001s", "too many digits");
}

static void
test_refused_others (void)
{
  uint64_t value = 42;
  uint32_t ppb = 42;

  g_assert_nonnull (unit_parse_rate ("10", &value));
  g_assert_nonnull (unit_parse_rate ("10mb", &value));
  g_assert_nonnull (unit_parse_rate ("0.5bit", &value));
  g_assert_nonnull (unit_parse_rate ("99999999tbit", &value));
  g_assert_nonnull (unit_parse_size ("0.3kb", &value));
  g_assert_nonnull (unit_parse_size ("1.5", &value));
  g_assert_nonnull (unit_parse_size ("1tb", &value));
  g_assert_nonnull (unit_parse_number ("1.5", &value));
  g_assert_nonnull (unit_parse_number ("1k", &value));
  g_assert_nonnull (unit_parse_number ("18446744073709551616", &value));
  g_assert_nonnull (unit_parse_share ("5", &ppb));
  g_assert_nonnull (unit_parse_share ("0.05", &ppb));
  g_assert_nonnull (unit_parse_share ("100.1%", &ppb));
  g_assert_nonnull (unit_parse_share ("0.00000001%", &ppb));
  g_assert_nonnull (unit_parse_share ("-1%", &ppb));
  g_assert_cmpuint (value, ==, 42);
  g_assert_cmpuint (ppb, ==, 42);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/units/time", test_time);
  g_test_add_func ("/units/rate", test_rate);
  g_test_add_func ("/units/size-share-number", test_size_share_number);
  g_test_add_func ("/units/refused-times", test_refused_times);
  g_test_add_func ("/units/refused-others", test_refused_others);
  return g_test_run ();
}
