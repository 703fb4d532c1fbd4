// SPDX-License-Identifier: MIT
#include "tools/port_explain.h"
#include "tools/member.h"
#include "tools/printable.h"
#include "tools/wrap.h"

#define WIDTH  80
#define INDENT 13

static void
print_row (FILE *file, const char *label, const char *text)
{
  g_autofree char *start = g_strdup_printf ("  %s", label);
  wrap_print_behind (start, INDENT, text, WIDTH, file);
}

/* The next service at PORT from *I on, or NULL. */
static const Service *
next_at (const PortWorld *world, uint16_t port, unsigned *i)
{
  while (*i < world->services->len)
    {
      const Service *service = g_ptr_array_index (world->services, (*i)++);
      if (service->port == port)
        return service;
    }
  return NULL;
}

static void
print_title (const PortWorld *world, uint16_t port, FILE *file)
{
  unsigned i = 0;
  const Service *first = next_at (world, port, &i);
  g_autofree char *name = first ? printable (first->name, -1) : NULL;
  fprintf (file, "%u%s%s\n", port, name ? " " : "", name ? name : "");
}

/* "domain/tcp, domain/udp (also dns)" */
static void
print_services (const PortWorld *world, uint16_t port, FILE *file)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const Service *service;
  for (unsigned i = 0; (service = next_at (world, port, &i));)
    {
      g_autofree char *aliases = g_strjoinv (", ", service->aliases);
      g_string_append_printf (text, "%s%s/%s", text->len > 0 ? ", " : "",
                              service->name, service->protocol);
      if (*aliases)
        g_string_append_printf (text, " (also %s)", aliases);
    }
  if (text->len == 0)
    g_string_append (text, "none has a name here");
  if (world->bundled)
    g_string_append (text, "; by tunlab's own table");
  g_autofree char *shown = printable (text->str, -1);
  print_row (file, "service", shown);
}

static const char *
describe_range (uint16_t port)
{
  switch (port_range (port))
    {
    case PORT_SYSTEM:
      return "system, 0 to 1023 (RFC 6335): for services that all know";
    case PORT_USER:
      return "user, 1024 to 49151 (RFC 6335): for services that registered";
    case PORT_DYNAMIC:
      return "dynamic, 49152 to 65535 (RFC 6335): never assigned, for clients";
    }
  g_assert_not_reached ();
}

#define UNPRIVILEGED_FROM 1024 /* where nobody says otherwise */

static char *
describe_bind (const PortWorld *world, uint16_t port)
{
  int from = world->unprivileged_from >= 0 ? world->unprivileged_from
                                           : UNPRIVILEGED_FROM;
  if (port == 0)
    return g_strdup ("everybody; it asks for any free port");
  if (port < from)
    return g_strdup_printf ("root, or who has CAP_NET_BIND_SERVICE; others "
                            "get EACCES below %d",
                            from);
  if (port < UNPRIVILEGED_FROM)
    return g_strdup_printf ("root, elsewhere; this Linux lets everybody from "
                            "%d on",
                            from);
  if (port_range (port) == PORT_DYNAMIC)
    return g_strdup ("everybody; connect takes one of these by itself, and a "
                     "server here may find its port taken");
  return g_strdup ("everybody");
}

void
port_explain (const PortWorld *world, uint16_t port, FILE *file)
{
  const char *about = services_about (port);
  g_autofree char *bind = describe_bind (world, port);
  print_title (world, port, file);
  print_row (file, "range", describe_range (port));
  print_services (world, port, file);
  if (port == 0)
    about = "nothing: 0 means 'no port' and is never on the wire";
  if (about)
    print_row (file, "commonly", about);
  print_row (file, "may bind", bind);
}

static void
put_services (const PortWorld *world, uint16_t port, JsonBuilder *builder)
{
  const Service *service;
  json_builder_set_member_name (builder, "services");
  json_builder_begin_array (builder);
  for (unsigned i = 0; (service = next_at (world, port, &i));)
    {
      g_autofree char *name = g_utf8_make_valid (service->name, -1);
      g_autofree char *protocol = g_utf8_make_valid (service->protocol, -1);
      json_builder_begin_object (builder);
      member_put_text (builder, "name", name);
      member_put_text (builder, "protocol", protocol);
      json_builder_set_member_name (builder, "aliases");
      json_builder_begin_array (builder);
      for (char **alias = service->aliases; *alias; alias++)
        {
          g_autofree char *valid = g_utf8_make_valid (*alias, -1);
          json_builder_add_string_value (builder, valid);
        }
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

void
port_explain_json (const PortWorld *world,
                   const char *text,
                   uint16_t port,
                   JsonBuilder *builder)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  json_builder_begin_object (builder);
  member_put_text (builder, "text", valid);
  member_put_flag (builder, "valid", true);
  member_put_number (builder, "port", port);
  member_put_text (builder, "range", port_range_name (port_range (port)));
  put_services (world, port, builder);
  member_put_flag (builder, "bundled", world->bundled);
  member_put_text (builder, "commonly", services_about (port));
  member_put_flag (builder, "privileged",
                   port > 0 && port_range (port) == PORT_SYSTEM);
  json_builder_set_member_name (builder, "unprivileged_from");
  if (world->unprivileged_from >= 0)
    json_builder_add_int_value (builder, world->unprivileged_from);
  else
    json_builder_add_null_value (builder);
  json_builder_end_object (builder);
}
