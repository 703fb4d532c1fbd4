// SPDX-License-Identifier: MIT
#include "tools/lookup.h"

#include "stack/address.h"
#include "tools/services.h"

#include <netdb.h>
#include <netinet/in.h>

#define S SOCK_STREAM
#define D SOCK_DGRAM

/* "6s[::1]:80 ..." for IPv6, stream; or the error. */
typedef struct
{
  int flags, family, type, protocol;
  const char *node, *service;
  int result;
  const char *found;
} Row;

static const Row ROWS[] = {
  /* Numeric. */
  { 0, AF_UNSPEC, S, 0, "10.0.0.1", "80", 0, "4s10.0.0.1:80" },
  { 0, AF_UNSPEC, S, 0, "fd00::1", "80", 0, "6s[fd00::1]:80" },
  { 0, AF_UNSPEC, 0, 0, "fd00::1", NULL, 0, "6s[fd00::1]:0 6d[fd00::1]:0" },
  { AI_NUMERICHOST, 0, S, 0, "10.0.0.1", "80", 0, "4s10.0.0.1:80" },
  { AI_NUMERICHOST, 0, S, 0, "bob", "80", EAI_NONAME, "" },
  { 0, 0, S, 0, "10.0.0.256", "80", EAI_NONAME, "" },
  { 0, 0, S, 0, "nobody", "80", EAI_NONAME, "" },
  /* Services. */
  { 0, 0, S, 0, "fd00::1", "http", 0, "6s[fd00::1]:80" },
  { 0, 0, D, 0, "fd00::1", "ntp", 0, "6d[fd00::1]:123" },
  { 0, 0, 0, 0, "fd00::1", "ntp", 0, "6d[fd00::1]:123" },
  { 0, 0, 0, 0, "fd00::1", "domain", 0, "6s[fd00::1]:53 6d[fd00::1]:53" },
  { 0, 0, S, 0, "fd00::1", "ntp", EAI_SERVICE, "" },
  { 0, 0, S, 0, "fd00::1", "nothing", EAI_SERVICE, "" },
  { 0, 0, S, 0, "fd00::1", "65535", 0, "6s[fd00::1]:65535" },
  { 0, 0, S, 0, "fd00::1", "65536", EAI_NONAME, "" },
  { AI_NUMERICSERV, 0, S, 0, "fd00::1", "http", EAI_NONAME, "" },
  { AI_NUMERICSERV, 0, S, 0, "fd00::1", "80", 0, "6s[fd00::1]:80" },
  /* Passive. */
  { AI_PASSIVE, 0, S, 0, NULL, "80", 0, "6s[::]:80 4s0.0.0.0:80" },
  { AI_PASSIVE, AF_INET, D, 0, NULL, "80", 0, "4d0.0.0.0:80" },
  { AI_PASSIVE, AF_INET6, S, 0, NULL, "80", 0, "6s[::]:80" },
  { AI_PASSIVE, 0, S, 0, "10.0.0.1", "80", 0, "4s10.0.0.1:80" },
  { 0, 0, S, 0, NULL, "80", 0, "6s[::1]:80 4s127.0.0.1:80" },
  { 0, 0, S, 0, NULL, NULL, EAI_NONAME, "" },
  /* Names and families. */
  { 0, 0, S, 0, "bob", "7", 0, "6s[fd00::2]:7 4s10.0.0.2:7" },
  { 0, AF_INET, S, 0, "bob", "7", 0, "4s10.0.0.2:7" },
  { 0, AF_INET6, S, 0, "bob", "7", 0, "6s[fd00::2]:7" },
  { 0, AF_INET6, S, 0, "old", "7", EAI_NONAME, "" },
  { 0, AF_INET, S, 0, "fd00::1", "7", EAI_NONAME, "" },
  /* Mapped. */
  { 0, AF_INET6, S, 0, "10.0.0.1", "7", EAI_NONAME, "" },
  { AI_V4MAPPED, AF_INET6, S, 0, "10.0.0.1", "7", 0, "6s10.0.0.1:7" },
  { AI_V4MAPPED, AF_INET6, S, 0, "old", "7", 0, "6s10.0.0.3:7" },
  { AI_V4MAPPED, AF_INET6, S, 0, "bob", "7", 0, "6s[fd00::2]:7" },
  { AI_V4MAPPED | AI_ALL, AF_INET6, S, 0, "bob", "7", 0,
    "6s[fd00::2]:7 6s10.0.0.2:7" },
  { AI_ALL, AF_INET6, S, 0, "bob", "7", 0, "6s[fd00::2]:7" },
  { AI_V4MAPPED, AF_INET, S, 0, "fd00::1", "7", EAI_NONAME, "" },
  { AI_V4MAPPED | AI_ALL, 0, S, 0, "old", "7", 0, "4s10.0.0.3:7" },
  /* Errors. */
  { 1 << 30, 0, S, 0, "bob", "7", EAI_BADFLAGS, "" },
  { AI_CANONNAME, 0, S, 0, NULL, "7", EAI_BADFLAGS, "" },
  { 0, AF_UNIX, S, 0, "bob", "7", EAI_FAMILY, "" },
  { 0, 0, SOCK_RAW, 0, "bob", "7", EAI_SOCKTYPE, "" },
  { 0, 0, S, IPPROTO_UDP, "bob", "7", EAI_SOCKTYPE, "" },
  { 0, 0, 0, IPPROTO_SCTP, "bob", "7", EAI_SOCKTYPE, "" },
  { 0, AF_INET, 0, IPPROTO_UDP, "bob", "7", 0, "4d10.0.0.2:7" },
};

static char *
describe (const LookupResult *results, unsigned count)
{
  GString *text = g_string_new (NULL);

  for (unsigned i = 0; i < count; i++)
    {
      char endpoint[ENDPOINT_TEXT_MAX];

      g_assert_cmpint (results[i].protocol, ==,
                       results[i].type == S ? IPPROTO_TCP : IPPROTO_UDP);
      endpoint_format (&results[i].endpoint, endpoint);
      g_string_append_printf (text, "%s%c%c%s", i > 0 ? " " : "",
                              results[i].family == AF_INET ? '4' : '6',
                              results[i].type == S ? 's' : 'd', endpoint);
    }
  return g_string_free (text, FALSE);
}

/* req: PRT-7 */
static void
test_table (void)
{
  LookupName names[] = { { .name = "bob" },
                         { .name = "bob" },
                         { .name = "old" } };
  g_autoptr (GPtrArray) services = services_bundled ();
  LookupResult results[LOOKUP_MAX];

  address_parse ("fd00::2", &names[0].address);
  address_parse ("10.0.0.2", &names[1].address);
  address_parse ("10.0.0.3", &names[2].address);
  for (unsigned i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      const Row *row = &ROWS[i];
      LookupHints hints = { row->flags,          row->family, row->type,
                            row->protocol,       services,    names,
                            G_N_ELEMENTS (names) };
      unsigned count;
      int result = lookup (&hints, row->node, row->service, results, &count);
      g_autofree char *found = describe (results, count);

      if (result != row->result || g_strcmp0 (found, row->found) != 0)
        g_error ("row %u: %s: %s", i, gai_strerror (result), found);
    }
}

/* As many as there is room for, and no more. req: PRT-7 */
static void
test_overflow (void)
{
  static LookupName names[LOOKUP_MAX + 1];
  LookupHints hints = { .type = S, .names = names };
  LookupResult results[LOOKUP_MAX];
  unsigned count;

  for (unsigned i = 0; i <= LOOKUP_MAX; i++)
    names[i] = (LookupName){ "many", ADDRESS_ANY };
  hints.name_count = LOOKUP_MAX;
  g_assert_cmpint (lookup (&hints, "many", "7", results, &count), ==, 0);
  g_assert_cmpuint (count, ==, LOOKUP_MAX);
  hints.name_count++;
  g_assert_cmpint (lookup (&hints, "many", "7", results, &count), ==,
                   EAI_OVERFLOW);
  g_assert_cmpuint (count, ==, LOOKUP_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lookup/table", test_table);
  g_test_add_func ("/lookup/overflow", test_overflow);
  return g_test_run ();
}
