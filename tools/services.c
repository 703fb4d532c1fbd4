// SPDX-License-Identifier: MIT
#include "tools/services.h"
#include "sim/scenario_parser.h"
#include "tools/port.h"
#include <string.h>

typedef struct
{
  uint16_t port;
  const char *line; /* as in services(5), without the port; both: tcp, udp */
  const char *about;
} Known;

static const Known known[] = {
  { 7, "echo both", "sends back whatever it gets" },
  { 9, "discard both sink null", "throws away whatever it gets" },
  { 13, "daytime both", "tells the time of day as text" },
  { 19, "chargen both ttytst source", "sends characters without end" },
  { 20, "ftp-data tcp", "the data connections of FTP" },
  { 21, "ftp tcp", "file transfer, the commands" },
  { 22, "ssh tcp", "remote login and file transfer, encrypted" },
  { 23, "telnet tcp", "remote login in plain text, hardly used any more" },
  { 25, "smtp tcp mail", "mail from one mail server to the next" },
  { 37, "time both timserver", "tells the time as a number" },
  { 53, "domain both dns", "DNS: turns names into addresses" },
  { 67, "bootps udp dhcp", "DHCP servers, which give hosts their address" },
  { 68, "bootpc udp", "DHCP clients, which ask for an address" },
  { 69, "tftp udp", "file transfer for machines that start up" },
  { 80, "http tcp www", "web pages, not encrypted" },
  { 88, "kerberos both kerberos5 krb5", "tickets that prove who somebody is" },
  { 110, "pop3 tcp pop-3", "fetches mail from a mailbox" },
  { 111, "sunrpc both portmapper", "tells which port an RPC program has" },
  { 119, "nntp tcp", "news articles" },
  { 123, "ntp udp", "sets clocks by other clocks" },
  { 143, "imap2 tcp imap", "mailboxes that stay on the server" },
  { 161, "snmp both", "asks devices how they are" },
  { 162, "snmp-trap both snmptrap", "devices that report by themselves" },
  { 179, "bgp tcp", "routers of different networks tell their routes" },
  { 389, "ldap both", "directories of people and machines" },
  { 443, "https both", "web pages, encrypted; over UDP it is HTTP/3" },
  { 445, "microsoft-ds tcp", "shared folders of Windows" },
  { 465, "submissions tcp ssmtp smtps", "new mail from people, encrypted" },
  { 500, "isakmp udp", "agrees on the keys of a VPN" },
  { 514, "syslog udp", "log messages of other machines" },
  { 546, "dhcpv6-client udp", "DHCP clients of IPv6" },
  { 547, "dhcpv6-server udp", "DHCP servers of IPv6" },
  { 587, "submission tcp", "new mail from people to their mail server" },
  { 631, "ipp tcp", "printers" },
  { 636, "ldaps both", "directories of people and machines, encrypted" },
  { 853, "domain-s both", "DNS, encrypted" },
  { 993, "imaps tcp", "mailboxes that stay on the server, encrypted" },
  { 995, "pop3s tcp", "fetches mail from a mailbox, encrypted" },
  { 1883, "mqtt tcp", "messages of small devices" },
  { 2049, "nfs both", "shared folders of Unix" },
  { 3306, "mysql tcp", "a database: MySQL, MariaDB" },
  { 3389, "ms-wbt-server both rdp", "remote desktops of Windows" },
  { 5060, "sip both", "sets up telephone calls" },
  { 5353, "mdns udp", "names of hosts nearby, without a server" },
  { 5432, "postgresql tcp postgres", "a database: PostgreSQL" },
  { 6379, "redis tcp", "a database in memory" },
  { 7777, "cbt tcp", "the default of tunlab's labs; assigned, hardly used" },
  { 8080, "http-alt tcp webcache", "web servers of people who are not root" },
};

static void
service_free (void *data)
{
  Service *service = data;
  g_free (service->name);
  g_free (service->protocol);
  g_strfreev (service->aliases);
  g_free (service);
}

static GPtrArray *
services_new (void)
{
  return g_ptr_array_new_with_free_func (service_free);
}

static void
add (GPtrArray *services,
     const char *name,
     uint16_t port,
     const char *protocol,
     char *const *aliases)
{
  Service *service = g_new0 (Service, 1);
  service->name = g_strdup (name);
  service->port = port;
  service->protocol = g_strdup (protocol);
  service->aliases = g_strdupv ((char **) aliases);
  g_ptr_array_add (services, service);
}

/* The words of a line up to #; to be freed. */
static char **
split (const char *line)
{
  g_autofree char *text = g_strndup (line, strcspn (line, "#"));
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  for (char *word = text; *word;)
    {
      word += strspn (word, " \t\r\f\v");
      size_t length = strcspn (word, " \t\r\f\v");
      g_autofree char *copy = g_strndup (word, length);
      if (length > 0)
        g_strv_builder_add (words, copy);
      word += length;
    }
  return g_strv_builder_end (words);
}

/* NAME PORT/PROTOCOL [ALIAS...]: nothing else is added. */
static void
parse_line (GPtrArray *services, const char *line)
{
  g_auto (GStrv) words = split (line);
  uint16_t port;
  size_t at, length;
  if (g_strv_length (words) < 2)
    return;
  char *slash = strchr (words[1], '/');
  if (!slash || slash[1] == '\0')
    return;
  *slash = '\0';
  if (port_parse (words[1], &port, &at, &length) == PORT_FAULT_NONE)
    add (services, words[0], port, slash + 1, words + 2);
}

GPtrArray *
services_parse (const char *text)
{
  GPtrArray *services = services_new ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line; line++)
    parse_line (services, *line);
  return services;
}

GPtrArray *
services_read (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  return services_parse (text);
}

GPtrArray *
services_bundled (void)
{
  GPtrArray *services = services_new ();
  for (unsigned i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_auto (GStrv) words = split (known[i].line);
      bool both = strcmp (words[1], "both") == 0;
      add (services, words[0], known[i].port, both ? "tcp" : words[1],
           words + 2);
      if (both)
        add (services, words[0], known[i].port, "udp", words + 2);
    }
  return services;
}

bool
service_is_called (const Service *service, const char *name)
{
  if (g_ascii_strcasecmp (service->name, name) == 0)
    return true;
  for (char **alias = service->aliases; *alias; alias++)
    if (g_ascii_strcasecmp (*alias, name) == 0)
      return true;
  return false;
}

char *
services_hint (const GPtrArray *services, const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (unsigned i = 0; i < services->len; i++)
    {
      const Service *service = g_ptr_array_index (services, i);
      g_ptr_array_add (names, service->name);
      for (char **alias = service->aliases; *alias; alias++)
        g_ptr_array_add (names, *alias);
    }
  g_ptr_array_add (names, NULL);
  return scenario_error_hint (lower, (const char *const *) names->pdata);
}

const char *
services_about (uint16_t port)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (known); i++)
    if (known[i].port == port)
      return known[i].about;
  return NULL;
}
