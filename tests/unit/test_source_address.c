// SPDX-License-Identifier: MIT
/* req: IP6-SRC-1, IP6-SRC-2, IP6-SRC-4, IP6-SRC-5 */
#include "stack/source_address.h"

#include "stack/address.h"

#include <glib.h>
#include <string.h>

#define CANDIDATES_MAX 4

typedef struct
{
  const char *why;
  const char *destination;
  /* "ADDRESS/LENGTH@INTERFACE"; the packet leaves through interface 0. */
  const char *ours[CANDIDATES_MAX];
  const char *source; /* NULL: none will do */
} Case;

static const Case CASES[] = {
  /* IPv6: rule 1, the same address. */
  { "ourselves", "fd00::2", { "fd00::1/64@0", "fd00::2/64@0" }, "fd00::2" },
  { "ourselves, elsewhere",
    "fd01::2",
    { "fd00::1/64@0", "fd01::2/64@1" },
    "fd01::2" },
  { "ourselves, link-local",
    "fe80::2",
    { "fd00::1/64@0", "fe80::2/64@0" },
    "fe80::2" },
  /* Rule 2, the scope; the examples of RFC 6724 10.1 are among them. */
  { "world to world",
    "2001:db8:1::1",
    { "2001:db8:3::1/64@0", "fe80::1/64@0" },
    "2001:db8:3::1" },
  { "world, other order",
    "2001:db8:1::1",
    { "fe80::1/64@0", "2001:db8:3::1/64@0" },
    "2001:db8:3::1" },
  { "link to link",
    "fe80::1",
    { "fe80::2/64@0", "2001:db8:1::1/64@0" },
    "fe80::2" },
  { "link, other order",
    "fe80::1",
    { "2001:db8:1::1/64@0", "fe80::2/64@0" },
    "fe80::2" },
  { "world from a link only", "2001:db8:1::1", { "fe80::1/64@0" }, "fe80::1" },
  { "link from the world only",
    "fe80::1",
    { "2001:db8::1/64@0" },
    "2001:db8::1" },
  { "site wants no less",
    "fec0::9",
    { "fe80::1/64@0", "2001:db8::1/64@0" },
    "2001:db8::1" },
  { "site wants no more",
    "fec0::9",
    { "2001:db8::1/64@0", "fec0::1/64@0" },
    "fec0::1" },
  { "group of the link",
    "ff02::1",
    { "2001:db8:3::1/64@0", "fe80::1/64@0" },
    "fe80::1" },
  { "group of the site",
    "ff05::1",
    { "fe80::1/64@0", "2001:db8:3::1/64@0" },
    "2001:db8:3::1" },
  { "group of the world",
    "ff0e::1",
    { "fe80::1/64@0", "2001:db8:3::1/64@0" },
    "2001:db8:3::1" },
  { "scope before interface",
    "2001:db8::9",
    { "fe80::1/64@0", "2001:db8:1::1/64@1" },
    "2001:db8:1::1" },
  /* RFC 6724 4: on the link only addresses of the link. */
  { "link-local is of its link",
    "fe80::9",
    { "fe80::1/64@1", "fe80::2/64@0" },
    "fe80::2" },
  { "link-local elsewhere", "fe80::9", { "fe80::1/64@1" }, NULL },
  { "group, address elsewhere", "ff0e::1", { "2001:db8::1/64@1" }, NULL },
  /* Rule 5, the outgoing interface. */
  { "outgoing",
    "2001:db8:9::1",
    { "2001:db8:8::1/64@1", "2001:db8::1/64@0" },
    "2001:db8::1" },
  { "outgoing before prefix",
    "2001:db8:1::9",
    { "2001:db8:1::1/64@1", "2001:db8::1/64@0" },
    "2001:db8::1" },
  { "outgoing before label",
    "2002:1::9",
    { "2002:2::1/64@1", "fd00::1/64@0" },
    "fd00::1" },
  { "borrowed", "2001:db8:9::1", { "2001:db8::1/64@1" }, "2001:db8::1" },
  { "borrowed, the better",
    "2001:db8:9::1",
    { "fd00::1/64@1", "2001:db8::1/64@2" },
    "2001:db8::1" },
  /* Rule 6, the label. */
  { "unique local",
    "fd09::1",
    { "2001:db8::1/64@0", "fd00::1/64@0" },
    "fd00::1" },
  { "not unique local",
    "2001:db8:9::1",
    { "fd00::1/64@0", "2001:db8::1/64@0" },
    "2001:db8::1" },
  { "6to4",
    "2002:9::1",
    { "2001:db8::1/64@0", "2002:1::1/64@0" },
    "2002:1::1" },
  { "not 6to4",
    "2001:db8:1::1",
    { "2002:1::1/64@0", "2001:db8:9::1/64@0" },
    "2001:db8:9::1" },
  { "Teredo",
    "2001:0:9::1",
    { "2001:db8::1/64@0", "2001:0:1::1/64@0" },
    "2001:0:1::1" },
  { "label before prefix",
    "2001:db8:1::9",
    { "2001:0:1::1/128@0", "2400::1/64@0" },
    "2400::1" },
  /* Rule 8, the longest prefix, no longer than our own. */
  { "longest",
    "2001:db8:1::9",
    { "2001:db8:2::1/64@0", "2001:db8:1::1/64@0" },
    "2001:db8:1::1" },
  { "longest of three",
    "2001:db8:7::9",
    { "2001:db8:1::1/64@0", "2001:db8:6::1/64@0", "2001:db8:2::1/64@0" },
    "2001:db8:6::1" },
  { "not beyond the prefix",
    "2001:db8::ff",
    { "2001:db8::1/64@0", "2001:db8::fe/64@0" },
    "2001:db8::1" },
  { "first of equals",
    "2400::9",
    { "2001:db8:1::1/64@0", "2001:db8:2::1/64@0" },
    "2001:db8:1::1" },
  { "no IPv6 at all", "2001:db8::1", { "10.0.0.1/24@0" }, NULL },
  /* IPv4. */
  { "first of the interface",
    "192.0.2.1",
    { "10.0.0.1/24@0", "10.0.1.1/24@0" },
    "10.0.0.1" },
  { "its prefix",
    "10.0.1.9",
    { "10.0.0.1/24@0", "10.0.1.1/24@0" },
    "10.0.1.1" },
  { "first of its prefix",
    "10.0.1.9",
    { "10.0.0.1/24@0", "10.0.1.1/24@0", "10.0.1.2/24@0" },
    "10.0.1.1" },
  { "the interface first",
    "10.0.1.9",
    { "10.0.1.1/24@1", "10.0.0.1/24@0" },
    "10.0.0.1" },
  { "borrowed IPv4", "192.0.2.1", { "10.0.0.1/24@1" }, "10.0.0.1" },
  { "no IPv4 at all", "192.0.2.1", { "fd00::1/64@0" }, NULL },
};

static void
add_address (Stack *stack, const char *text)
{
  char **parts = g_strsplit_set (text, "/@", 3);
  Address address;

  g_assert_true (address_parse (parts[0], &address));
  stack_address_add (stack, (unsigned) atoi (parts[2]), &address,
                     (unsigned) atoi (parts[1]));
  g_strfreev (parts);
}

static void
test_case (const void *data)
{
  const Case *row = data;
  StackConfig config;
  Stack *stack;
  Address destination, source;
  char text[ADDRESS_TEXT_MAX];

  stack_config_init (&config);
  stack = stack_new (&config);
  for (unsigned i = 0; i < 3; i++)
    stack_interface_add (stack, 1500);
  for (unsigned i = 0; i < CANDIDATES_MAX && row->ours[i] != NULL; i++)
    add_address (stack, row->ours[i]);
  g_assert_true (address_parse (row->destination, &destination));
  if (source_address_select (stack, 0, &destination, &source))
    g_assert_cmpstr (address_format (&source, text), ==, row->source);
  else
    g_assert_null (row->source);
  stack_free (stack);
}

/* RFC 6724 2.1. */
static void
test_policy_table (void)
{
  static const struct
  {
    const char *address;
    unsigned label, scope;
  } rows[] = {
    { "::1", 0, 2 },         { "2001:db8::1", 1, 14 }, { "2002::1", 2, 14 },
    { "::10.0.0.1", 3, 14 }, { "2001::1", 5, 14 },     { "fec0::1", 11, 5 },
    { "3ffe::1", 12, 14 },   { "fc00::1", 13, 14 },    { "fdff::1", 13, 14 },
    { "fe80::1", 1, 2 },     { "febf::1", 1, 2 },      { "fe00::1", 1, 14 },
    { "ff02::1", 1, 2 },     { "ff05::1", 1, 5 },      { "ff0e::1", 1, 14 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Address address;

      g_assert_true (address_parse (rows[i].address, &address));
      g_assert_cmpuint (source_address_label (&address), ==, rows[i].label);
      g_assert_cmpuint (source_address_scope (&address), ==, rows[i].scope);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source-address/policy-table", test_policy_table);
  for (unsigned i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      char *path = g_strconcat ("/source-address/", CASES[i].why, NULL);

      g_strdelimit (path + 1, " ", '-');
      g_test_add_data_func (path, &CASES[i], test_case);
      g_free (path);
    }
  return g_test_run ();
}
