// SPDX-License-Identifier: MIT
#include "tools/services.h"

#include "tools/port.h"

/* Good lines in odd shapes, and wrong ones between. */
static const char FIXTURE[] = "# a comment\n"
                              "\n"
                              "ssh\t22/tcp\t\t\t# remote login\n"
                              "  http  80/tcp www  WWW-http # web\r\n"
                              "domain 53/tcp\n"
                              "domain 53/udp nameserver\n"
                              "syslog 514/udp\n"
                              "shell 514/tcp cmd syslog\n"
                              "twice 1000/tcp\n"
                              "twice 1001/tcp\n"
                              "zero 0/tcp\n"
                              "most 65535/sctp\n"
                              "alone\n"
                              "noslash 80\n"
                              "noproto 80/\n"
                              "noport /tcp\n"
                              "over 65536/tcp\n"
                              "minus -1/tcp\n"
                              "hex 0x50/tcp\n"
                              "#off 81/tcp\n"
                              "off#82 82/tcp\n"
                              "\xff\xfe 83/udp\n"
                              "last 84/tcp a#b";

/* "port/protocol ..." of all services that are called NAME. */
static char *
find (const GPtrArray *services, const char *name)
{
  GString *found = g_string_new (NULL);

  for (unsigned i = 0; i < services->len; i++)
    {
      const Service *service = g_ptr_array_index (services, i);

      if (service_is_called (service, name))
        g_string_append_printf (found, "%s%u/%s", found->len > 0 ? " " : "",
                                service->port, service->protocol);
    }
  return g_string_free (found, false);
}

/* req: PRT-3 */
static void
test_parse (void)
{
  static const char *const table[][2] = {
    { "ssh", "22/tcp" },
    { "SSH", "22/tcp" },
    { "http", "80/tcp" },
    { "www", "80/tcp" },
    { "www-HTTP", "80/tcp" },
    { "web", "" },
    { "domain", "53/tcp 53/udp" },
    { "nameserver", "53/udp" },
    { "syslog", "514/udp 514/tcp" },
    { "cmd", "514/tcp" },
    { "twice", "1000/tcp 1001/tcp" },
    { "zero", "0/tcp" },
    { "most", "65535/sctp" },
    { "alone", "" },
    { "noslash", "" },
    { "noproto", "" },
    { "noport", "" },
    { "over", "" },
    { "minus", "" },
    { "hex", "" },
    { "off", "" },
    { "#off", "" },
    { "\xff\xfe", "83/udp" },
    { "last", "84/tcp" },
    { "a", "84/tcp" },
    { "b", "" },
    { "ss", "" },
    { "sshd", "" },
    { "", "" },
  };
  GPtrArray *services = services_parse (FIXTURE);

  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      char *found = find (services, table[i][0]);

      g_assert_cmpstr (found, ==, table[i][1]);
      g_free (found);
    }
  g_assert_cmpuint (services->len, ==, 12);
  g_ptr_array_unref (services);
}

/* Our table keeps RFC 6335 5.1, by ascending port, each with a sentence. */
static void
test_bundled (void)
{
  static const char *const table[][2] = {
    { "ssh", "22/tcp" },
    { "http", "80/tcp" },
    { "https", "443/tcp 443/udp" },
    { "domain", "53/tcp 53/udp" },
    { "dns", "53/tcp 53/udp" },
    { "ntp", "123/udp" },
    { "imap", "143/tcp" },
    { "rdp", "3389/tcp 3389/udp" },
    { "bgp", "179/tcp" },
    { "http-alt", "8080/tcp" },
  };
  GPtrArray *services = services_bundled ();
  unsigned before = 0;

  g_assert_cmpuint (services->len, >=, 40);
  for (unsigned i = 0; i < services->len; i++)
    {
      const Service *service = g_ptr_array_index (services, i);
      size_t at, length;

      g_assert_cmpint (port_judge_name (service->name, &at, &length), ==,
                       PORT_FAULT_NONE);
      g_assert_cmpuint (service->port, >=, before);
      g_assert_nonnull (services_about (service->port));
      before = service->port;
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    {
      char *found = find (services, table[i][0]);

      g_assert_cmpstr (found, ==, table[i][1]);
      g_free (found);
    }
  g_assert_null (services_about (1));
  g_ptr_array_unref (services);
}

static void
test_hint (void)
{
  GPtrArray *services = services_parse (FIXTURE);
  char *hint = services_hint (services, "DOMIAN");

  g_assert_cmpstr (hint, ==, "did you mean 'domain'?");
  g_assert_null (services_hint (services, "nothing-like-it"));
  g_free (hint);
  g_ptr_array_unref (services);
}

static void
test_files (void)
{
  GError *error = NULL;

  g_assert_null (services_read ("/nowhere/services", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_error_free (error);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/services/parse", test_parse);
  g_test_add_func ("/services/bundled", test_bundled);
  g_test_add_func ("/services/hint", test_hint);
  g_test_add_func ("/services/files", test_files);
  return g_test_run ();
}
