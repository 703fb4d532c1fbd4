// SPDX-License-Identifier: MIT
#include "stack/address.h"

#include <arpa/inet.h>
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

/* What is read, and RFC 5952's way to write it. req: IP6-ADR-1 IP6-ADR-3
 * IP6-ADR-4 */
static void
test_good_texts (void)
{
  static const char *const table[][2] = {
    { "0.0.0.0", "0.0.0.0" },
    { "10.0.0.1", "10.0.0.1" },
    { "255.255.255.255", "255.255.255.255" },
    { "::", "::" },
    { "0:0:0:0:0:0:0:0", "::" },
    { "::1", "::1" },
    { "1::", "1::" },
    { "::ffff:10.0.0.1", "10.0.0.1" },
    { "::FFFF:0a00:0001", "10.0.0.1" },
    { "0:0:0:0:0:ffff:1.2.3.4", "1.2.3.4" },
    { "::1.2.3.4", "::102:304" },
    { "64:ff9b::192.0.2.33", "64:ff9b::c000:221" },
    { "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
    { "2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a" },
    { "2001:0db8::0001", "2001:db8::1" },
    { "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
    { "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
    { "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
    { "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
    { "0:0:0:1:0:0:0:0", "0:0:0:1::" },
    { "1:0:0:0:2:0:0:0", "1::2:0:0:0" },
    { "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
    { "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
    { "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
    { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
  };
  char text[ADDRESS_TEXT_MAX];

  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      Address address = parsed (table[i][0]);

      g_assert_cmpstr (address_format (&address, text), ==, table[i][1]);
    }
  g_test_message ("%u texts", (unsigned) G_N_ELEMENTS (table));
}

/* One text between two bars, the first of them empty. req: IP6-ADR-2
 * IP6-ADR-7 */
static void
test_bad_texts (void)
{
  static const char table[] =
      "| |1|1.2|1.2.3|1.2.3.|1.2.3.4.|1.2.3.4.5|.1.2.3.4|1..2.3"
      "|256.0.0.1|1.2.3.256|1.2.3.999|1.2.3.1000|01.2.3.4|1.2.3.04"
      "|010.0.0.1|00.0.0.0|0x1.2.3.4|1.2.3.a|1.2.3.-4|+1.2.3.4| 1.2.3.4"
      "|1.2.3.4 |1.2.3.4\n|1.2.3.4/24|1.2.3.4:80|1.2.3,4|a.b.c.d"
      "|0.0.0.4294967296|:|:::|::::|:1|1:|1:2|1:2:3:4:5:6:7"
      "|1:2:3:4:5:6:7:|:2:3:4:5:6:7:8|1:2:3:4:5:6:7:8:|1:2:3:4:5:6:7:8:9"
      "|1:2:3:4:5:6:7:8::|::1:2:3:4:5:6:7:8|1:2:3:4::5:6:7:8"
      "|1:2:3:4:5:6:7:8:9::|1::2::3|::1::|::1:|1:::2|:::1|12345::"
      "|::00001|g::|::g|::1g|-1::|::-1|::0x1|::1%eth0|fe80::1%1|::1/64"
      "|[::1]|[::1]:80|::1 | ::1|::1\t|1 ::2|1:2:3:4:5:6:7:G|1.2.3.4::"
      "|::1.2.3|::1.2.3.4.5|::1.2.3.256|::01.2.3.4|::1.2.3.4:5"
      "|1:2:3:4:5:6:7:1.2.3.4|1:2:3:4:5:1.2.3.4|1:2:3:4:5:6:1.2.3.4::"
      "|::ffff:1.2.3.4%lo|::ffff:1.2.3.4.|::ffff:.1.2.3|::ffff:1:2.3.4"
      "|1:2:3:4:5:6::1.2.3.4|::1.2.3.4::";
  char **texts = g_strsplit (table, "|", -1);

  for (unsigned i = 0; texts[i] != NULL; i++)
    {
      Address address;

      memset (&address, 0xaa, sizeof address);
      if (address_parse (texts[i], &address))
        g_error ("\"%s\": taken for an address", texts[i]);
      g_assert_cmphex (address.bytes[0], ==, 0xaa);
    }
  g_assert_cmpstr (texts[0], ==, "");
  g_test_message ("%u texts", g_strv_length (texts));
  g_strfreev (texts);
}

/* Random addresses with many zeros: format and parse are inverse, and the C
 * library reads the text the same way. req: IP6-ADR-3 */
static void
test_round_trip (void)
{
  Luck luck = { 9 };
  unsigned rounds = luck_rounds (100000, 10);

  for (unsigned round = 0; round < rounds; round++)
    {
      char text[ADDRESS_TEXT_MAX];
      Address address, again;
      struct in6_addr theirs;

      luck_fill (&luck, address.bytes, 16);
      for (unsigned i = 0; i < 16; i++)
        if (luck_below (&luck, 100) < round % 100)
          address.bytes[i & ~(round & 1)] = address.bytes[i] = 0;
      if (round % 10 == 0)
        address = address_from_ipv4 (address.bytes);

      memset (text, 'x', sizeof text);
      address_format (&address, text);
      again = parsed (text);
      g_assert_true (address_equal (&again, &address));
      if (address_is_ipv4 (&address))
        g_assert_cmpint (inet_pton (AF_INET, text, theirs.s6_addr), ==, 1);
      else
        g_assert_cmpint (inet_pton (AF_INET6, text, &theirs), ==, 1);
      g_assert_true (
          memcmp (theirs.s6_addr,
                  address.bytes + (address_is_ipv4 (&address) ? 12 : 0),
                  address_is_ipv4 (&address) ? 4 : 16)
          == 0);
    }
  g_test_message ("%u addresses", rounds);
}

/* Texts made of an address's letters at random: the C library is the judge,
 * but for "::" in the place of no group. */
static void
test_random_texts (void)
{
  static const char letters[] = "0123456789abcF:::::....";
  Luck luck = { 10 };
  unsigned good = 0, rounds = luck_rounds (200000, 20);

  for (unsigned round = 0; round < rounds; round++)
    {
      char text[64];
      unsigned length = 1 + luck_below (&luck, 12);
      struct in6_addr six;
      struct in_addr four;
      Address address;
      bool expected;

      for (unsigned i = 0; i < length; i++)
        text[i] = letters[luck_below (&luck, sizeof letters - 1)];
      text[length] = '\0';
      expected = inet_pton (AF_INET6, text, &six) == 1
                 || inet_pton (AF_INET, text, &four) == 1;
      if (address_parse (text, &address) != expected)
        g_error ("\"%s\": the C library says %d", text, expected);
      good += expected;
    }
  g_assert_cmpuint (good, >, 500);
  g_test_message ("%u texts, %u of them addresses", rounds, good);
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
  g_test_add_func ("/address/good-texts", test_good_texts);
  g_test_add_func ("/address/bad-texts", test_bad_texts);
  g_test_add_func ("/address/round-trip", test_round_trip);
  g_test_add_func ("/address/random-texts", test_random_texts);
  g_test_add_func ("/address/endpoint", test_endpoint);
  g_test_add_func ("/address/kinds", test_kinds);
  g_test_add_func ("/address/prefixes", test_prefixes);
  g_test_add_func ("/address/subnets", test_subnets);
  return g_test_run ();
}
