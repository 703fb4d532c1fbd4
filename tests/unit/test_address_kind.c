// SPDX-License-Identifier: MIT
#include "tools/address_kind.h"

#include <glib.h>
#include <string.h>

#include "stack/address_text.h"

/* Text, kind, scope, source: the first and the last address of each block,
 * and its neighbours. req: IP6-ADR-6 */
static const char *const TABLE[][4] = {
  { "0.0.0.0", "unspecified", "none", "RFC 1122 3.2.1.3" },
  { "0.0.0.1", "this network", "none", "RFC 791 3.2" },
  { "0.255.255.255", "this network", "none", "RFC 791 3.2" },
  { "1.0.0.0", "global unicast", "global", "RFC 6890" },
  { "9.255.255.255", "global unicast", "global", "RFC 6890" },
  { "10.0.0.0", "private", "private", "RFC 1918" },
  { "10.255.255.255", "private", "private", "RFC 1918" },
  { "11.0.0.0", "global unicast", "global", "RFC 6890" },
  { "100.63.255.255", "global unicast", "global", "RFC 6890" },
  { "100.64.0.0", "shared", "private", "RFC 6598" },
  { "100.127.255.255", "shared", "private", "RFC 6598" },
  { "100.128.0.0", "global unicast", "global", "RFC 6890" },
  { "127.0.0.0", "loopback", "host", "RFC 1122 3.2.1.3" },
  { "127.255.255.255", "loopback", "host", "RFC 1122 3.2.1.3" },
  { "128.0.0.0", "global unicast", "global", "RFC 6890" },
  { "129.89.150.0", "global unicast", "global", "RFC 6890" },
  { "169.253.255.255", "global unicast", "global", "RFC 6890" },
  { "169.254.0.0", "link-local", "link", "RFC 3927" },
  { "169.254.255.255", "link-local", "link", "RFC 3927" },
  { "172.15.255.255", "global unicast", "global", "RFC 6890" },
  { "172.16.0.0", "private", "private", "RFC 1918" },
  { "172.31.255.255", "private", "private", "RFC 1918" },
  { "172.32.0.0", "global unicast", "global", "RFC 6890" },
  { "192.0.0.0", "service continuity", "private", "RFC 7335" },
  { "192.0.0.7", "service continuity", "private", "RFC 7335" },
  { "192.0.0.8", "dummy", "none", "RFC 7600" },
  { "192.0.0.9", "port control anycast", "global", "RFC 7723" },
  { "192.0.0.10", "TURN anycast", "global", "RFC 8155" },
  { "192.0.0.11", "protocol assignments", "none", "RFC 6890 2.1" },
  { "192.0.0.171", "NAT64 discovery", "none", "RFC 7050" },
  { "192.0.0.255", "protocol assignments", "none", "RFC 6890 2.1" },
  { "192.0.2.0", "documentation", "none", "RFC 5737" },
  { "192.0.3.0", "global unicast", "global", "RFC 6890" },
  { "192.31.196.1", "AS112", "global", "RFC 7535" },
  { "192.52.193.1", "AMT", "global", "RFC 7450" },
  { "192.88.99.1", "6to4 relay anycast", "global", "RFC 7526" },
  { "192.168.0.0", "private", "private", "RFC 1918" },
  { "192.168.255.255", "private", "private", "RFC 1918" },
  { "192.175.48.6", "AS112", "global", "RFC 7534" },
  { "198.18.0.0", "benchmark", "private", "RFC 2544" },
  { "198.19.255.255", "benchmark", "private", "RFC 2544" },
  { "198.20.0.0", "global unicast", "global", "RFC 6890" },
  { "198.51.100.255", "documentation", "none", "RFC 5737" },
  { "203.0.113.1", "documentation", "none", "RFC 5737" },
  { "223.255.255.255", "global unicast", "global", "RFC 6890" },
  { "224.0.0.1", "multicast", "link", "RFC 5771 4" },
  { "224.0.1.1", "multicast", "global", "RFC 5771" },
  { "232.1.2.3", "multicast", "global", "RFC 4607" },
  { "233.252.0.1", "documentation", "none", "RFC 6676" },
  { "239.0.0.1", "multicast", "admin", "RFC 2365" },
  { "239.195.255.255", "multicast", "organization", "RFC 2365" },
  { "239.255.255.255", "multicast", "site", "RFC 2365" },
  { "240.0.0.0", "reserved", "none", "RFC 1112 4" },
  { "255.255.255.254", "reserved", "none", "RFC 1112 4" },
  { "255.255.255.255", "broadcast", "link", "RFC 919 7" },
  { "::", "unspecified", "none", "RFC 4291 2.5.2" },
  { "::1", "loopback", "host", "RFC 4291 2.5.3" },
  { "::2", "IPv4-compatible", "none", "RFC 4291 2.5.5.1" },
  { "::1:0:0", "reserved", "none", "RFC 4291 4" },
  { "::fffe:ffff:ffff", "reserved", "none", "RFC 4291 4" },
  { "::ffff:0.0.0.0", "IPv4-mapped", "none", "RFC 4291 2.5.5.2" },
  { "::ffff:ffff:ffff", "IPv4-mapped", "none", "RFC 4291 2.5.5.2" },
  { "::1:0:0:0", "reserved", "none", "RFC 4291 4" },
  { "64:ff9b::1.2.3.4", "NAT64", "global", "RFC 6052" },
  { "64:ff9b::1:0:0", "reserved", "none", "RFC 4291 4" },
  { "64:ff9b:1::", "local NAT64", "private", "RFC 8215" },
  { "100::1", "discard-only", "private", "RFC 6666" },
  { "100:0:0:1::", "dummy", "none", "RFC 9780" },
  { "100:0:0:2::", "reserved", "none", "RFC 4291 4" },
  { "1fff::", "reserved", "none", "RFC 4291 4" },
  { "2000::", "global unicast", "global", "RFC 4291 2.5.4" },
  { "2001::1", "Teredo", "global", "RFC 4380" },
  { "2001:1::1", "port control anycast", "global", "RFC 7723" },
  { "2001:1::2", "TURN anycast", "global", "RFC 8155" },
  { "2001:1::3", "DNS-SD anycast", "global", "RFC 9665" },
  { "2001:1::4", "protocol assignments", "none", "RFC 2928" },
  { "2001:2::1", "benchmark", "private", "RFC 5180" },
  { "2001:2:1::", "protocol assignments", "none", "RFC 2928" },
  { "2001:3::", "AMT", "global", "RFC 7450" },
  { "2001:4:112::", "AS112", "global", "RFC 7535" },
  { "2001:1f::", "ORCHID", "none", "RFC 4843" },
  { "2001:20::", "ORCHIDv2", "global", "RFC 7343" },
  { "2001:3f::", "drone identity", "global", "RFC 9374" },
  { "2001:40::", "protocol assignments", "none", "RFC 2928" },
  { "2001:1ff::", "protocol assignments", "none", "RFC 2928" },
  { "2001:200::", "global unicast", "global", "RFC 4291 2.5.4" },
  { "2001:db8::", "documentation", "none", "RFC 3849" },
  { "2001:db9::", "global unicast", "global", "RFC 4291 2.5.4" },
  { "2002::", "6to4", "global", "RFC 3056" },
  { "2620:4f:8000::", "AS112", "global", "RFC 7534" },
  { "3ffe::", "global unicast", "global", "RFC 4291 2.5.4" },
  { "3fff::", "documentation", "none", "RFC 9637" },
  { "3fff:1000::", "global unicast", "global", "RFC 4291 2.5.4" },
  { "4000::", "reserved", "none", "RFC 4291 4" },
  { "5f00::", "segment identifier", "private", "RFC 9602" },
  { "fbff::", "reserved", "none", "RFC 4291 4" },
  { "fc00::", "unique local", "private", "RFC 4193 3.1" },
  { "fd00::1", "unique local", "private", "RFC 4193" },
  { "fdff::", "unique local", "private", "RFC 4193" },
  { "fe00::", "reserved", "none", "RFC 4291 4" },
  { "fe80::1", "link-local", "link", "RFC 4291 2.5.6" },
  { "febf::", "link-local", "link", "RFC 4291 2.5.6" },
  { "fec0::", "site-local", "site", "RFC 3879" },
  { "feff::", "site-local", "site", "RFC 3879" },
  { "ff00::1", "multicast", "reserved", "RFC 4291 2.7" },
  { "ff01::1", "multicast", "interface", "RFC 4291 2.7" },
  { "ff02::1", "multicast", "link", "RFC 4291 2.7.1" },
  { "ff02::2", "multicast", "link", "RFC 4291 2.7.1" },
  { "ff02::3", "multicast", "link", "RFC 4291 2.7" },
  { "ff02::1:ff00:1", "multicast", "link", "RFC 4291 2.7.1" },
  { "ff13::1", "multicast", "realm", "RFC 4291 2.7" },
  { "ff04::1", "multicast", "admin", "RFC 4291 2.7" },
  { "ff05::1", "multicast", "site", "RFC 4291 2.7" },
  { "ff06::1", "multicast", "unassigned", "RFC 4291 2.7" },
  { "ff08::1", "multicast", "organization", "RFC 4291 2.7" },
  { "ff3e::1", "multicast", "global", "RFC 4291 2.7" },
  { "ffff::", "multicast", "reserved", "RFC 4291 2.7" },
};

static void
test_table (void)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (TABLE); i++)
    {
      AddressText read;
      const AddressKind *kind;
      const char *scope;

      g_assert_true (address_text_read (TABLE[i][0], &read));
      kind = address_kind_find (&read.address, read.ipv6);
      scope = address_kind_scope (kind, &read.address, read.ipv6);
      if (g_strcmp0 (kind->kind, TABLE[i][1]) != 0)
        g_error ("%s: %s", TABLE[i][0], kind->kind);
      g_assert_cmpstr (scope, ==, TABLE[i][2]);
      g_assert_cmpstr (kind->source, ==, TABLE[i][3]);
      g_assert_nonnull (address_kind_reach (scope));
      g_assert_cmpuint (strlen (kind->about), >, 0);
    }
  g_test_message ("%u addresses", (unsigned) G_N_ELEMENTS (TABLE));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address-kind/table", test_table);
  return g_test_run ();
}
