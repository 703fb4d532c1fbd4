// SPDX-License-Identifier: MIT
#include "tools/port.h"

#include <glib.h>

/* req: PRT-1 */
static void
test_ranges (void)
{
  g_assert_cmpint (port_range (0), ==, PORT_SYSTEM);
  g_assert_cmpint (port_range (1023), ==, PORT_SYSTEM);
  g_assert_cmpint (port_range (1024), ==, PORT_USER);
  g_assert_cmpint (port_range (49151), ==, PORT_USER);
  g_assert_cmpint (port_range (49152), ==, PORT_DYNAMIC);
  g_assert_cmpint (port_range (65535), ==, PORT_DYNAMIC);
  g_assert_cmpstr (port_range_name (PORT_SYSTEM), ==, "system");
  g_assert_cmpstr (port_range_name (PORT_USER), ==, "user");
  g_assert_cmpstr (port_range_name (PORT_DYNAMIC), ==, "dynamic");
}

typedef struct
{
  const char *text, *fault;
  size_t at, length;
} Bad;

/* Each port is read as it is printed, and nothing else is. req: PRT-5 */
static void
test_numbers (void)
{
  static const Bad bad[] = {
    { "", "empty", 0, 1 },
    { " ", "blank", 0, 1 },
    { " 80", "blank", 0, 1 },
    { "80 ", "blank", 2, 1 },
    { "8 0", "blank", 1, 1 },
    { "80\n", "blank", 2, 1 },
    { "-1", "sign", 0, 1 },
    { "+80", "sign", 0, 1 },
    { "8-0", "digit", 1, 1 },
    { "0x50", "hex", 0, 4 },
    { "0X50", "hex", 0, 4 },
    { "80a", "digit", 2, 1 },
    { "80/tcp", "digit", 2, 1 },
    { "8.0", "digit", 1, 1 },
    { "00", "leading-zero", 0, 2 },
    { "080", "leading-zero", 0, 3 },
    { "65536", "range", 0, 5 },
    { "70000", "range", 0, 5 },
    { "4294967376", "range", 0, 10 },
    { "18446744073709551696", "range", 0, 20 },
  };
  uint16_t port;
  size_t at, length;

  for (unsigned number = 0; number <= UINT16_MAX; number++)
    {
      char text[8];

      g_snprintf (text, sizeof text, "%u", number);
      g_assert_true (port_is_numeric (text));
      g_assert_cmpint (port_parse (text, &port, &at, &length), ==,
                       PORT_FAULT_NONE);
      g_assert_cmpuint (port, ==, number);
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      PortFault fault;

      port = 7777;
      fault = port_parse (bad[i].text, &port, &at, &length);
      g_assert_cmpstr (port_fault_name (fault), ==, bad[i].fault);
      g_assert_cmpuint (at, ==, bad[i].at);
      g_assert_cmpuint (length, ==, bad[i].length);
      g_assert_cmpuint (port, ==, 7777);
    }
}

/* req: PRT-4 */
static void
test_names (void)
{
  static const char *const good[] = { "a",
                                      "ssh",
                                      "SSH",
                                      "ftp-data",
                                      "3com-tsmux",
                                      "z39-50",
                                      "1a",
                                      "a-b-c-d-e-f-g-h",
                                      "a1234567890123",
                                      "x11-1",
                                      "123456789012-ab" };
  static const Bad bad[] = {
    { "", "empty", 0, 1 },
    { "1", "name-letter", 0, 1 },
    { "12-34", "name-letter", 0, 5 },
    { "-a", "hyphen-first", 0, 1 },
    { "-", "hyphen-first", 0, 1 },
    { "a-", "hyphen-last", 1, 1 },
    { "a--b", "hyphen-double", 2, 1 },
    { "a_b", "name-character", 1, 1 },
    { "a b", "name-character", 1, 1 },
    { "a.b", "name-character", 1, 1 },
    { "914c/g", "name-character", 4, 1 },
    { "\xc3\xa4", "name-character", 0, 1 },
    { "abcdefghijklmnop", "name-long", 15, 1 },
    { "123456789012-abcd", "name-long", 15, 1 },
  };
  size_t at, length;

  for (unsigned i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_cmpint (port_judge_name (good[i], &at, &length), ==,
                     PORT_FAULT_NONE);
  for (unsigned i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      PortFault fault = port_judge_name (bad[i].text, &at, &length);

      g_assert_cmpstr (port_fault_name (fault), ==, bad[i].fault);
      g_assert_cmpuint (at, ==, bad[i].at);
      g_assert_cmpuint (length, ==, bad[i].length);
    }
  for (unsigned i = 0; i < PORT_FAULT_COUNT; i++)
    g_assert_nonnull (port_fault_sentence (i));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/port/ranges", test_ranges);
  g_test_add_func ("/port/numbers", test_numbers);
  g_test_add_func ("/port/names", test_names);
  return g_test_run ();
}
