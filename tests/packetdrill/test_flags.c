// SPDX-License-Identifier: MIT
/* so_flags: what is set, what is refused, what the manual tells. */
#include "tools/packetdrill/flags.h"

#include <string.h>

#define ADDRESS "local4=192.0.2.1,"

static Flags
parse (const char *text)
{
  g_autofree char *whole = g_strconcat (ADDRESS, text, NULL);
  g_autoptr (GError) error = NULL;
  Flags flags;

  flags_parse (&flags, whole, &error);
  g_assert_no_error (error);
  return flags;
}

static void
test_values (void)
{
  Flags flags = parse ("mtu=1280,rcvbuf=64kb,rto_min=1.5s,ts=on,sack=off,"
                       "ecn=passive,cc=cubic,iw=3,delack=off,r2=off,"
                       "pcap=a b.pcap,horizon=5s,local6=fd00::1");

  g_assert_cmpuint (flags.mtu, ==, 1280);
  g_assert_cmpuint (flags.config.receive_buffer, ==, 65536);
  g_assert_cmpint (flags.config.rto_min, ==, 1500 * MILLISECOND);
  g_assert_true (flags.config.tcp.timestamps);
  g_assert_false (flags.config.tcp.sack);
  g_assert_cmpint (flags.config.tcp.ecn, ==, TCP_ECN_PASSIVE);
  g_assert_cmpint (flags.config.tcp.congestion, ==, TCP_CONGESTION_CUBIC);
  g_assert_cmpuint (flags.config.tcp.initial_window, ==, 3);
  g_assert_cmpint (flags.config.tcp.delayed_ack, ==, 0);
  g_assert_cmpuint (flags.config.tcp.r2, ==, 0);
  g_assert_cmpstr (flags.pcap, ==, "a b.pcap");
  g_assert_cmpint (flags.horizon, ==, 5 * SECOND);
  g_assert_true (flags.has_ipv4 && flags.has_ipv6);
  flags_clear (&flags);
}

/* Another seed is another secret; the same is the same. */
static void
test_seed (void)
{
  Flags a = parse ("seed=1"), b = parse ("seed=2"), c = parse ("seed=1");

  g_assert_cmpint (memcmp (a.config.secret, c.config.secret, 16), ==, 0);
  g_assert_cmpint (memcmp (a.config.secret, b.config.secret, 16), !=, 0);
}

static void
test_refused (void)
{
  static const char *const REFUSED[][2] = {
    { "local4=192.0.2.1,sakc=on", "'sakc'" },
    { "local4=192.0.2.1,sack=yes", "'yes'" },
    { "local4=192.0.2.1,sack", "'sack'" },
    { "local4=192.0.2.1,,", "KEY=VALUE" },
    { "local4=192.0.2.1,rto_min=200", "'200'" },
    { "local4=192.0.2.1,rcvbuf=2gb", "'2gb'" },
    { "local4=192.0.2.1,delack=500ms", "'500ms'" },
    { "local4=192.0.2.1,mtu=70000", "'70000'" },
    { "local4=192.0.2.1,cc=vegas", "'vegas'" },
    { "local4=192.0.2.1,pcap=", "pcap" },
    { "local4=192.0.2", "'192.0.2'" },
    { "local4=fd00::1", "local4" },
    { "local6=192.0.2.1", "local6" },
    { "mtu=1500", "local4=ADDRESS" },
    { "", "local4=ADDRESS" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (REFUSED); i++)
    {
      g_autoptr (GError) error = NULL;
      Flags flags;

      g_assert_false (flags_parse (&flags, REFUSED[i][0], &error));
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, REFUSED[i][1]));
      flags_clear (&flags);
    }
}

/* Each key is in the manual. */
static void
test_manual (void)
{
  g_autofree char *path = g_test_build_filename (
      G_TEST_DIST, "..", "..", "docs", "man", "tunlab-packetdrill.7", NULL);
  g_autofree char *page = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) keys = NULL;
  Flags flags;

  g_assert_true (g_file_get_contents (path, &page, NULL, NULL));
  g_assert_false (flags_parse (&flags, "?=", &error));
  keys = g_strsplit (strstr (error->message, "known are ") + 10, " ", -1);
  g_assert_cmpuint (g_strv_length (keys), >, 20);
  for (char **key = keys; *key != NULL; key++)
    {
      g_autofree char *pattern =
          g_strdup_printf ("^\\.(It )?Cm ([a-z0-9_]+ , )*%s( |$)", *key);

      g_test_message ("%s", *key);
      g_assert_true (
          g_regex_match_simple (pattern, page, G_REGEX_MULTILINE, 0));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flags/values", test_values);
  g_test_add_func ("/flags/seed", test_seed);
  g_test_add_func ("/flags/refused", test_refused);
  g_test_add_func ("/flags/manual", test_manual);
  return g_test_run ();
}
