// SPDX-License-Identifier: MIT
#include "stack/address.h"

#include <glib.h>

#include "tests/unit/luck.h"

static Address
parsed (const char *text)
{
  Address address;

  if (!address_parse (text, &address))
    g_error ("%s: not an address", text);
  return address;
}

static void
test_endpoint (void)
{
  Endpoint endpoint = { parsed ("10.0.0.1"), 7777 };
  char text[ENDPOINT_TEXT_MAX];

  g_assert_cmpstr (endpoint_format (&endpoint, text), ==, "10.0.0.1:7777");
  endpoint.address = parsed ("fd00::1");
  endpoint.port = 0;
  g_assert_cmpstr (endpoint_format (&endpoint, text), ==, "[fd00::1]:0");
  endpoint.address = parsed ("1111:2222:3333:4444:5555:6666:7777:8888");
  endpoint.port = 65535;
  g_assert_cmpstr (endpoint_format (&endpoint, text), ==,
                   "[1111:2222:3333:4444:5555:6666:7777:8888]:65535");
}

/* Letters: i IPv4, * any, m multicast, b broadcast, l loopback. */
static void
test_kinds (void)
{
  static const char *const table[][2] = {
    { "0.0.0.0", "i*" },
    { "0.0.0.1", "i" },
    { "::", "*" },
    { "::1", "l" },
    { "::2", "" },
    { "127.0.0.1", "il" },
    { "127.255.255.255", "il" },
    { "126.0.0.1", "i" },
    { "128.0.0.1", "i" },
    { "223.255.255.255", "i" },
    { "224.0.0.1", "im" },
    { "239.255.255.255", "im" },
    { "240.0.0.0", "i" },
    { "255.255.255.255", "ib" },
    { "255.255.255.254", "i" },
    { "ff02::1", "m" },
    { "ff00::", "m" },
    { "fe80::1", "" },
    { "::fffe:0:0", "" },
    { "::127.0.0.1", "" },
    { "1::ffff:1.2.3.4", "" },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      Address address = parsed (table[i][0]);
      GString *kinds = g_string_new (NULL);

      g_string_append (kinds, address_is_ipv4 (&address) ? "i" : "");
      g_string_append (kinds, address_is_any (&address) ? "*" : "");
      g_string_append (kinds, address_is_multicast (&address) ? "m" : "");
      g_string_append (kinds, address_is_broadcast (&address) ? "b" : "");
      g_string_append (kinds, address_is_loopback (&address) ? "l" : "");
      g_assert_cmpstr (kinds->str, ==, table[i][1]);
      g_string_free (kinds, true);
    }
}

/* The model: compare bit by bit. */
static void
test_prefixes (void)
{
  Luck luck = { 11 };

  for (unsigned round = 0; round < 20000; round++)
    {
      bool ipv4 = round % 2 == 0;
      unsigned first = ipv4 ? 96 : 0, same = 0;
      unsigned flip = first + luck_below (&luck, 128 - first);
      unsigned length = luck_below (&luck, 128 - first + 1);
      Address a, b;

      luck_fill (&luck, a.bytes, 16);
      if (ipv4)
        a = address_from_ipv4 (a.bytes);
      b = a;
      if (round % 5 > 0)
        b.bytes[flip / 8] ^= (uint8_t) (0x80u >> flip % 8);
      while (first + same < 128
             && ((a.bytes[(first + same) / 8] ^ b.bytes[(first + same) / 8])
                 & 0x80u >> same % 8)
                    == 0)
        same++;
      g_assert_true (address_in_prefix (&a, &b, length) == (length <= same));
      g_assert_cmpuint (address_common_bits (&a, &b), ==, first + same);
    }
}

/* req: IP4-ADR-4 */
static void
test_subnets (void)
{
  Address six = parsed ("fd00::1"), four = parsed ("10.1.2.3");
  Address last = parsed ("10.1.2.255"), of_16 = parsed ("10.1.255.255");

  g_assert_false (address_in_prefix (&six, &four, 0));
  g_assert_false (address_in_prefix (&four, &six, 0));
  g_assert_true (address_in_prefix (&four, &ADDRESS_ANY_IPV4, 0));

  g_assert_true (address_is_subnet_broadcast (&last, &four, 24));
  g_assert_false (address_is_subnet_broadcast (&last, &four, 16));
  g_assert_true (address_is_subnet_broadcast (&of_16, &four, 16));
  g_assert_false (address_is_subnet_broadcast (&of_16, &four, 24));
  g_assert_false (address_is_subnet_broadcast (&four, &four, 24));
  g_assert_true (address_is_subnet_broadcast (&four, &four, 30));
  g_assert_false (address_is_subnet_broadcast (&four, &four, 31));
  g_assert_false (address_is_subnet_broadcast (&four, &four, 32));
  g_assert_false (address_is_subnet_broadcast (&six, &six, 0));
  g_assert_false (address_is_subnet_broadcast (&last, &six, 0));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address/endpoint", test_endpoint);
  g_test_add_func ("/address/kinds", test_kinds);
  g_test_add_func ("/address/prefixes", test_prefixes);
  g_test_add_func ("/address/subnets", test_subnets);
  return g_test_run ();
}
