// SPDX-License-Identifier: MIT
#include "tools/ladder.h"
#include "tools/log_reader.h"
#include <string.h>

/* "delay_ns": 41250000 as " delay=41.250ms", the others as they are. */
static void
put_member (GString *line, const char *key, JsonNode *node)
{
  if (!JSON_NODE_HOLDS_VALUE (node))
    return;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    {
      const char *text = json_node_get_string (node);
      const char *quote = strchr (text, ' ') ? "\"" : "";
      g_string_append_printf (line, " %s=%s%s%s", key, quote, text, quote);
    }
  else if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    g_string_append_printf (line, " %s", key);
  else if (g_str_has_suffix (key, "_ns"))
    {
      gint64 micros = json_node_get_int (node) / 1000;
      g_string_append_printf (line, " %.*s=%" G_GINT64_FORMAT ".%03dms",
                              (int) strlen (key) - 3, key, micros / 1000,
                              (int) (micros % 1000));
    }
  else
    g_string_append_printf (line, " %s=%" G_GINT64_FORMAT, key,
                            json_node_get_int (node));
}

static void
print_event (JsonObject *event, guint64 packet, FILE *file)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GList) keys = json_object_get_members (event);
  gint64 micros = log_number (event, "t") / 1000;
  g_string_printf (line, "%8" G_GINT64_FORMAT ".%03d ms  %-13s", micros / 1000,
                   (int) (micros % 1000), log_text (event, "event"));
  for (const GList *key = keys; key; key = key->next)
    {
      const char *name = key->data;
      bool own = strcmp (name, "packet") == 0
                 && (guint64) log_number (event, "packet") == packet;
      if (!own && strcmp (name, "t") != 0 && strcmp (name, "event") != 0)
        put_member (line, name, json_object_get_member (event, name));
    }
  fprintf (file, "%s\n", line->str);
}

/* Is the event about the packet, or about one that it brought about? */
static bool
concerns (JsonObject *event, guint64 packet)
{
  return (guint64) log_number (event, "packet") == packet
         || (guint64) log_number (event, "of") == packet
         || (guint64) log_number (event, "caused_by") == packet;
}

bool
ladder_print_packet (const char *log,
                     guint64 packet,
                     FILE *file,
                     GError **error)
{
  GError *failed = NULL;
  bool any = false;
  g_autofree char *number = g_strdup_printf (":%" G_GUINT64_FORMAT, packet);
  const char *line;
  LogReader *reader = log_reader_new (log, &failed);
  while (reader && !failed && (line = log_reader_line (reader, &failed)))
    {
      if (!strstr (line, number))
        continue;
      JsonObject *event = log_reader_parse (reader, &failed);
      if (!event || !concerns (event, packet))
        continue;
      any = true;
      print_event (event, packet, file);
    }
  g_clear_pointer (&reader, log_reader_free);
  if (failed)
    g_propagate_error (error, failed);
  return any && !failed;
}
