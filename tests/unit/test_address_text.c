// SPDX-License-Identifier: MIT
#include "stack/address_text.h"

#include <arpa/inet.h>
#include <glib.h>

#include "sim/address_fault.h"
#include "stack/address.h"
#include "tests/unit/luck.h"

/* What is read, and RFC 5952's way to write it. */
static const char *const GOOD[][2] = {
  { "0.0.0.0", "0.0.0.0" },
  { "0.0.0.1", "0.0.0.1" },
  { "1.0.0.0", "1.0.0.0" },
  { "1.2.3.4", "1.2.3.4" },
  { "9.10.99.100", "9.10.99.100" },
  { "10.0.0.1", "10.0.0.1" },
  { "127.0.0.1", "127.0.0.1" },
  { "129.89.150.0", "129.89.150.0" },
  { "192.0.2.255", "192.0.2.255" },
  { "199.200.249.250", "199.200.249.250" },
  { "224.0.0.251", "224.0.0.251" },
  { "255.255.255.255", "255.255.255.255" },
  /* RFC 4291 2.2: all eight hextets */
  { "0:0:0:0:0:0:0:0", "::" },
  { "0:0:0:0:0:0:0:1", "::1" },
  { "1:0:0:0:0:0:0:0", "1::" },
  { "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
  { "8:7:6:5:4:3:2:1", "8:7:6:5:4:3:2:1" },
  { "a:b:c:d:e:f:0:1", "a:b:c:d:e:f:0:1" },
  { "A:B:C:D:E:F:1:0", "a:b:c:d:e:f:1:0" },
  { "abcd:ef01:2345:6789:abcd:ef01:2345:6789",
    "abcd:ef01:2345:6789:abcd:ef01:2345:6789" },
  { "ABCD:EF01:2345:6789:aBcD:Ef01:2345:6789",
    "abcd:ef01:2345:6789:abcd:ef01:2345:6789" },
  { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
  { "2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a" },
  { "FF01:0:0:0:0:0:0:101", "ff01::101" },
  /* leading zeros: RFC 5952 4.1 */
  { "0000:0000:0000:0000:0000:0000:0000:0000", "::" },
  { "0000:0000:0000:0000:004f:12c2:0009:a2d2", "::4f:12c2:9:a2d2" },
  { "0001:002:03:4:0005:006:07:8", "1:2:3:4:5:6:7:8" },
  { "2001:0db8::0001", "2001:db8::1" },
  { "2001:0db8:0000:0000:0000:0000:0002:0001", "2001:db8::2:1" },
  { "00:000:0000:0:1:0:00:000", "::1:0:0:0" },
  { "0a:0b:0c:0d:0e:0f:00:01", "a:b:c:d:e:f:0:1" },
  { "::0000", "::" },
  { "::0001", "::1" },
  { "0000::", "::" },
  { "0::0", "::" },
  { "0::", "::" },
  { "::0", "::" },
  { "0::1", "::1" },
  { "1::0", "1::" },
  /* "::" for one to eight hextets, in each place */
  { "::", "::" },
  { "::1", "::1" },
  { "::2:1", "::2:1" },
  { "::3:2:1", "::3:2:1" },
  { "::4:3:2:1", "::4:3:2:1" },
  { "::5:4:3:2:1", "::5:4:3:2:1" },
  { "::6:5:4:3:2:1", "::6:5:4:3:2:1" },
  { "::7:6:5:4:3:2:1", "0:7:6:5:4:3:2:1" },
  { "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
  { "1::", "1::" },
  { "1:2::", "1:2::" },
  { "1:2:3::", "1:2:3::" },
  { "1:2:3:4::", "1:2:3:4::" },
  { "1:2:3:4:5::", "1:2:3:4:5::" },
  { "1:2:3:4:5:6::", "1:2:3:4:5:6::" },
  { "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
  { "1::8", "1::8" },
  { "1::7:8", "1::7:8" },
  { "1::6:7:8", "1::6:7:8" },
  { "1::5:6:7:8", "1::5:6:7:8" },
  { "1::4:5:6:7:8", "1::4:5:6:7:8" },
  { "1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8" },
  { "1:2::4:5:6:7:8", "1:2:0:4:5:6:7:8" },
  { "1:2:3::5:6:7:8", "1:2:3:0:5:6:7:8" },
  { "1:2:3:4::6:7:8", "1:2:3:4:0:6:7:8" },
  { "1:2:3:4:5::7:8", "1:2:3:4:5:0:7:8" },
  { "1:2:3:4:5:6::8", "1:2:3:4:5:6:0:8" },
  { "1:2:3::6:7:8", "1:2:3::6:7:8" },
  { "1:2::7:8", "1:2::7:8" },
  { "::2:0:0:0:0:0:0", "0:2::" },
  { "0:0:0:0:0:0:2::", "::2:0" },
  /* which zeros: RFC 5952 4.2.2, 4.2.3 */
  { "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
  { "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
  { "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
  { "2001:0:0:0:1:0:0:1", "2001::1:0:0:1" },
  { "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
  { "2001:db8:0:0:1::1", "2001:db8::1:0:0:1" },
  { "0:0:0:1:0:0:0:0", "0:0:0:1::" },
  { "0:0:0:0:1:0:0:0", "::1:0:0:0" },
  { "0:0:1:0:0:1:0:0", "::1:0:0:1:0:0" },
  { "0:1:0:1:0:1:0:1", "0:1:0:1:0:1:0:1" },
  { "1:0:1:0:1:0:1:0", "1:0:1:0:1:0:1:0" },
  { "1:0:0:0:2:0:0:0", "1::2:0:0:0" },
  { "1:0:0:2:0:0:0:3", "1:0:0:2::3" },
  { "1:0:0:2:3:0:0:4", "1::2:3:0:0:4" },
  { "0:0:1:2:3:4:5:6", "::1:2:3:4:5:6" },
  { "1:2:3:4:5:6:0:0", "1:2:3:4:5:6::" },
  /* dotted decimal at the end */
  { "::ffff:10.0.0.1", "10.0.0.1" },
  { "::FFFF:0a00:0001", "10.0.0.1" },
  { "::ffff:129.89.150.0", "129.89.150.0" },
  { "0:0:0:0:0:ffff:1.2.3.4", "1.2.3.4" },
  { "0:0:0:0:0:FFFF:129.144.52.38", "129.144.52.38" },
  { "0000:0000:0000:0000:0000:ffff:255.255.255.255", "255.255.255.255" },
  { "::ffff:0.0.0.0", "0.0.0.0" },
  { "::ffff:0:0", "0.0.0.0" },
  { "::1.2.3.4", "::102:304" },
  { "0:0:0:0:0:0:13.1.68.3", "::d01:4403" },
  { "::0.0.0.0", "::" },
  { "::0.0.0.1", "::1" },
  { "64:ff9b::192.0.2.33", "64:ff9b::c000:221" },
  { "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
  { "1::1.2.3.4", "1::102:304" },
  { "1:2:3:4:5::1.2.3.4", "1:2:3:4:5:0:102:304" },
  { "::2:3:4:5:6:1.2.3.4", "0:2:3:4:5:6:102:304" },
  { "::ffff:0:1.2.3.4", "::ffff:0:102:304" },
  { "1::5:255.255.0.0", "1::5:ffff:0" },
  /* well known */
  { "fe80::1", "fe80::1" },
  { "FE80::0202:B3FF:FE1E:8329", "fe80::202:b3ff:fe1e:8329" },
  { "ff02::1", "ff02::1" },
  { "ff02::1:ff00:0", "ff02::1:ff00:0" },
  { "fd00::1", "fd00::1" },
  { "fd00:0:0:8::1", "fd00:0:0:8::1" },
  { "2002:c000:0204::", "2002:c000:204::" },
  { "2001::", "2001::" },
};

/* req: IP6-ADR-1 IP6-ADR-3 IP6-ADR-4 */
static void
test_good (void)
{
  G_STATIC_ASSERT (G_N_ELEMENTS (GOOD) >= 100);

  for (unsigned i = 0; i < G_N_ELEMENTS (GOOD); i++)
    {
      char text[ADDRESS_TEXT_MAX];
      AddressText read;
      Address address;

      if (!address_text_read (GOOD[i][0], &read))
        g_error ("\"%s\": %s", GOOD[i][0], address_fault_name (read.fault));
      g_assert_true (address_parse (GOOD[i][0], &address));
      g_assert_true (address_equal (&address, &read.address));
      g_assert_cmpstr (address_format (&address, text), ==, GOOD[i][1]);
      g_assert_cmpuint (read.fault, ==, ADDRESS_FAULT_NONE);
      g_assert_cmpuint (read.end, ==, strlen (GOOD[i][0]));
      g_assert_cmpuint (read.zone_length, ==, 0);
      g_assert_cmpint (read.prefix_length, ==, -1);
      g_assert_true (read.ipv6 == (strchr (GOOD[i][0], ':') != NULL));
    }
  g_test_message ("%u texts", (unsigned) G_N_ELEMENTS (GOOD));
}

/* The lines of address_faults.txt: a text in quotes, ~ for a tab; below it
 * what breaks a rule, and which rule. req: IP6-ADR-2 IP6-ADR-5 IP6-ADR-7 */
static void
check_bad (const char *quoted, const char *mark, bool seen[])
{
  size_t from = strspn (mark, " "), length = strspn (mark + from, "^~");
  char *text = g_strndup (quoted + 1, strlen (quoted) - 2);
  const char *word = mark + from + length + 1;
  AddressText read;
  Address address;

  g_strdelimit (text, "~", '\t');
  memset (&address, 0xaa, sizeof address);
  if (address_text_read (text, &read))
    g_error ("%s: taken for an address", quoted);
  if (strcmp (address_fault_name (read.fault), word) != 0
      || read.fault_at != from - 1 || read.fault_length != length)
    g_error ("%s: %s, %zu bytes at %zu", quoted,
             address_fault_name (read.fault), read.fault_length, read.fault_at);
  g_assert_false (address_parse (text, &address));
  g_assert_cmphex (address.bytes[0], ==, 0xaa);
  seen[read.fault] = true;
  g_free (text);
}

static void
test_bad (void)
{
  char *path = g_test_build_filename (G_TEST_DIST, "address_faults.txt", NULL);
  bool seen[ADDRESS_FAULT_COUNT] = { [ADDRESS_FAULT_NONE] = true };
  char *texts, **lines;
  unsigned count = 0;

  g_assert_true (g_file_get_contents (path, &texts, NULL, NULL));
  lines = g_strsplit (texts, "\n", -1);
  for (; lines[2 * count] != NULL && *lines[2 * count] == '"'; count++)
    check_bad (lines[2 * count], lines[2 * count + 1], seen);
  g_assert_cmpuint (count, >=, 100);
  for (unsigned fault = 0; fault < ADDRESS_FAULT_COUNT; fault++)
    {
      if (!seen[fault])
        g_error ("no text for %s", address_fault_name (fault));
      g_assert_nonnull (address_fault_sentence (fault));
    }
  g_test_message ("%u texts", count);
  g_strfreev (lines);
  g_free (texts);
  g_free (path);
}

/* Besides the address itself. req: IP6-ADR-5 */
static void
test_parts (void)
{
  static const struct
  {
    const char *text, *zone;
    int prefix_length;
    unsigned gap, gap_count;
  } table[] = {
    { "fe80::1%tun0", "tun0", -1, 1, 6 },
    { "fe80::1%1/64", "1", 64, 1, 6 },
    { "febf:0:0:0::%a.b-c:d", "a.b-c:d", -1, 4, 4 },
    { "ff02::1%tun0", "tun0", -1, 1, 6 },
    { "FF01:0:0:0:0:0:0:1%lo", "lo", -1, 0, 0 },
    { "ff05::2%eth0/16", "eth0", 16, 1, 6 },
    { "::/0", "", 0, 0, 8 },
    { "::1/128", "", 128, 0, 7 },
    { "1:2:3:4:5:6:7::/9", "", 9, 7, 1 },
    { "0:0:1::1.2.3.4/96", "", 96, 3, 3 },
    { "1:2::3:4:5:6:7", "", -1, 2, 1 },
    { "0.0.0.0/0", "", 0, 0, 0 },
    { "10.0.0.1/32", "", 32, 0, 0 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const char *text = table[i].text;
      AddressText read;
      Address address;

      g_assert_true (address_text_read (text, &read));
      g_assert_false (read.zone_length + (unsigned) (read.prefix_length + 1) > 0
                      && address_parse (text, &address));
      g_assert_cmpuint (read.zone_length, ==, strlen (table[i].zone));
      g_assert_true (memcmp (text + read.zone, table[i].zone, read.zone_length)
                     == 0);
      g_assert_cmpint (read.prefix_length, ==, table[i].prefix_length);
      g_assert_cmpuint (read.gap_count, ==, table[i].gap_count);
      if (read.gap_count > 0)
        g_assert_cmpuint (read.gap, ==, table[i].gap);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address-text/good", test_good);
  g_test_add_func ("/address-text/bad", test_bad);
  g_test_add_func ("/address-text/parts", test_parts);
  return g_test_run ();
}
