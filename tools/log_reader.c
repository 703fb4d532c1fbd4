// SPDX-License-Identifier: MIT
#include "tools/log_reader.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct LogReader
{
  FILE *file;
  char *path;
  char *line;
  size_t size;
  ssize_t length;
  JsonParser *parser;
};

static void
set_error (const char *path, GError **error)
{
  g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (errno),
               "cannot read %s: %s", path, g_strerror (errno));
}

LogReader *
log_reader_new (const char *path, GError **error)
{
  FILE *file = fopen (path, "rb");
  if (!file)
    {
      set_error (path, error);
      return NULL;
    }
  LogReader *reader = g_new0 (LogReader, 1);
  reader->file = file;
  reader->path = g_strdup (path);
  reader->parser = json_parser_new ();
  return reader;
}

const char *
log_reader_line (LogReader *reader, GError **error)
{
  reader->length = getline (&reader->line, &reader->size, reader->file);
  if (reader->length >= 0)
    return reader->line;
  if (ferror (reader->file))
    set_error (reader->path, error);
  return NULL;
}

JsonObject *
log_reader_parse (LogReader *reader, GError **error)
{
  if (!json_parser_load_from_data (reader->parser, reader->line, reader->length,
                                   error))
    {
      g_prefix_error (error, "%s: ", reader->path);
      return NULL;
    }
  JsonNode *root = json_parser_get_root (reader->parser);
  if (root && JSON_NODE_HOLDS_OBJECT (root))
    return json_node_get_object (root);
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
               "%s is no log of events", reader->path);
  return NULL;
}

void
log_reader_free (LogReader *reader)
{
  fclose (reader->file);
  g_object_unref (reader->parser);
  free (reader->line);
  g_free (reader->path);
  g_free (reader);
}

guint64
log_line_packet (const char *line)
{
  const char *key = strstr (line, "\"packet\":");
  return key ? g_ascii_strtoull (key + strlen ("\"packet\":"), NULL, 10) : 0;
}

const char *
log_text (JsonObject *object, const char *key)
{
  return json_object_get_string_member_with_default (object, key, NULL);
}

gint64
log_number (JsonObject *object, const char *key)
{
  return json_object_get_int_member_with_default (object, key, 0);
}
