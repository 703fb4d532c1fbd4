// SPDX-License-Identifier: MIT
#include "tools/protocol.h"

#include <glib.h>

/* req: PRT-6 */
static void
test_known (void)
{
  static const struct
  {
    const char *name;
    int number;
  } rows[] = {
    { "icmp", 1 },        { "tcp", 6 },   { "udp", 17 },   { "ipv6-icmp", 58 },
    { "ICMPv6", 58 },     { "TCP", 6 },   { "sctp", 132 }, { "hopopt", 0 },
    { "ipv6-nonxt", 59 }, { "tcpx", -1 }, { "", -1 },      { "tc", -1 },
    { "6", -1 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (protocol_number (rows[i].name), ==, rows[i].number);
  g_assert_cmpstr (protocol_name (1), ==, "icmp");
  g_assert_cmpstr (protocol_name (6), ==, "tcp");
  g_assert_cmpstr (protocol_name (17), ==, "udp");
  g_assert_cmpstr (protocol_name (58), ==, "ipv6-icmp");
  g_assert_null (protocol_name (255));
  g_assert_null (protocol_name (143));
}

/* Each number's name leads back to it. req: PRT-6 */
static void
test_both_ways (void)
{
  for (unsigned number = 0; number < 256; number++)
    if (protocol_name ((uint8_t) number) != NULL)
      g_assert_cmpint (protocol_number (protocol_name ((uint8_t) number)), ==,
                       (int) number);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/known", test_known);
  g_test_add_func ("/protocol/both-ways", test_both_ways);
  return g_test_run ();
}
