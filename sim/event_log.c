// SPDX-License-Identifier: MIT
#include "sim/event_log.h"

#include "sim/text.h"
#include <errno.h>
#include <string.h>

#define VERSION    1
#define WRITE_SIZE 65536 /* lines are collected up to this */

struct EventLog
{
  FILE *file;
  EventLogDetail detail;
  GString *line; /* lines, the last one being built */
  int error;     /* errno of the first write that failed */
};

static void
put_number (GString *line, int64_t number)
{
  char digits[20];
  size_t place = sizeof digits;
  uint64_t rest = number < 0 ? -(uint64_t) number : (uint64_t) number;

  do
    digits[--place] = (char) ('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (number < 0)
    g_string_append_c (line, '-');
  g_string_append_len (line, digits + place, (gssize) (sizeof digits - place));
}

static bool
is_plain (char c)
{
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* RFC 8259 7. Bytes that are not UTF-8 become U+FFFD. */
static void
put_escaped (GString *line, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *c = valid; *c != '\0'; c++)
    if (*c == '"' || *c == '\\')
      {
        g_string_append_c (line, '\\');
        g_string_append_c (line, *c);
      }
    else if (*c == '\n')
      g_string_append (line, "\\n");
    else if ((unsigned char) *c < 0x20 || *c == 0x7f)
      g_string_append_printf (line, "\\u%04x", (unsigned) *c);
    else
      g_string_append_c (line, *c);
}

static void
put_string (GString *line, const char *text)
{
  size_t plain = 0;

  while (is_plain (text[plain]))
    plain++;
  g_string_append_c (line, '"');
  g_string_append_len (line, text, (gssize) plain);
  if (text[plain] != '\0')
    put_escaped (line, text + plain);
  g_string_append_c (line, '"');
}

/* Keys are our own words; UNIT belongs to the name. */
static void
put_key (GString *line, const char *key, const char *unit)
{
  g_string_append (line, ",\"");
  g_string_append (line, key);
  g_string_append (line, unit);
  g_string_append (line, "\":");
}

static void
put_text_member (GString *line, const char *key, const char *text)
{
  if (text == NULL)
    return;
  put_key (line, key, "");
  put_string (line, text);
}

static void
put_number_member (GString *line,
                   const char *key,
                   const char *unit,
                   int64_t number)
{
  put_key (line, key, unit);
  put_number (line, number);
}

static void
put_field (GString *line, const EventField *field)
{
  switch (field->kind)
    {
    case FIELD_NUMBER:
      put_number_member (line, field->key, "", field->number);
      break;
    case FIELD_TEXT:
      put_text_member (line, field->key, field->text);
      break;
    case FIELD_SHARE:
      put_number_member (line, field->key, "_ppb", field->number);
      break;
    case FIELD_TIME:
      put_number_member (line, field->key, "_ns", field->number);
      break;
    case FIELD_FLAG:
      put_key (line, field->key, "");
      g_string_append (line, "true");
      break;
    }
}

static void
begin_line (EventLog *log, Time at, const char *event)
{
  g_string_append (log->line, "{\"t\":");
  put_number (log->line, at);
  put_text_member (log->line, "event", event);
}

static void
write_out (EventLog *log)
{
  GString *line = log->line;

  if (log->error == 0
      && fwrite (line->str, 1, line->len, log->file) != line->len)
    log->error = errno != 0 ? errno : EIO;
  g_string_truncate (line, 0);
}

static void
finish_line (EventLog *log)
{
  g_string_append (log->line, "}\n");
  if (log->line->len >= WRITE_SIZE)
    write_out (log);
}

static void
write_event (void *self, const Event *event)
{
  EventLog *log = self;
  GString *line = log->line;
  const Packet *packet = event->packet;
  char text[PACKET_TEXT_MAX];

  if (log->detail == EVENT_LOG_FLOWS && packet != NULL)
    return;
  begin_line (log, event->at, event_type_name (event->type));
  put_text_member (line, "host", event->host);
  put_text_member (line, "link", event->link);
  if (packet != NULL)
    put_number_member (line, "packet", "", (int64_t) packet->id);
  if (packet != NULL && packet->copy > 1 && event->type != EVENT_DUPLICATED)
    put_number_member (line, "copy", "", packet->copy);
  if (event->flow != NULL)
    put_text_member (line, "flow", event->flow->name);
  put_text_member (line, "cause", event->cause);
  for (unsigned i = 0; i < event->field_count; i++)
    put_field (line, &event->fields[i]);
  if (packet != NULL && event->type == EVENT_SENT)
    put_text_member (line, "text", packet_text (packet, text));
  finish_line (log);
}

EventLog *
event_log_new (FILE *file, EventLogDetail detail)
{
  EventLog *log = g_new0 (EventLog, 1);

  log->file = file;
  log->detail = detail;
  log->line = g_string_new (NULL);
  begin_line (log, 0, "log");
  put_number_member (log->line, "version", "", VERSION);
  finish_line (log);
  return log;
}

EventSink
event_log_sink (EventLog *log)
{
  return (EventSink){ .event = write_event,
                      .self = log,
                      .wants_calls = log->detail == EVENT_LOG_FULL,
                      .wants_metrics = log->detail == EVENT_LOG_FULL };
}

bool
event_log_free (EventLog *log)
{
  int error;

  write_out (log);
  error = log->error;
  if (fflush (log->file) != 0 && error == 0)
    error = errno;
  g_string_free (log->line, TRUE);
  g_free (log);
  errno = error;
  return error == 0;
}
