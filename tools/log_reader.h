// SPDX-License-Identifier: MIT
/* Reads events.jsonl line by line; holds one line. */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>

typedef struct LogReader LogReader;

LogReader *log_reader_new (const char *path, GError **error);

/* The next line as it stands; NULL: the end, or *ERROR. */
const char *log_reader_line (LogReader *reader, GError **error);

/* The line just read as an object, valid until the next; NULL: it is none. */
JsonObject *log_reader_parse (LogReader *reader, GError **error);
void log_reader_free (LogReader *reader);

/* "packet" of a line, without parsing all of it; 0: it has none. */
guint64 log_line_packet (const char *line);

/* Members; NULL or 0 when absent. */
const char *log_text (JsonObject *object, const char *key);
gint64 log_number (JsonObject *object, const char *key);
