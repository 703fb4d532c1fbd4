// SPDX-License-Identifier: MIT
#include "sim/event_log.h"

#include "sim/text.h"
#include <errno.h>
#include <string.h>

#define VERSION 1

struct EventLog
{
  FILE *file;
  EventLogDetail detail;
  GString *line; /* the one that is being built */
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

/* RFC 8259 7. Bytes that are not UTF-8 become U+FFFD. */
static void
put_string (GString *line, const char *text)
{
  g_autofree char *valid = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    text = valid = g_utf8_make_valid (text, -1);
  g_string_append_c (line, '"');
  for (; *text != '\0'; text++)
    if (*text == '"' || *text == '\\')
      {
        g_string_append_c (line, '\\');
        g_string_append_c (line, *text);
      }
    else if (*text == '\n')
      g_string_append (line, "\\n");
    else if ((unsigned char) *text < 0x20 || *text == 0x7f)
      g_string_append_printf (line, "\\u%04x", (unsigned) *text);
    else
      g_string_append_c (line, *text);
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
  g_string_assign (log->line, "{\"t\":");
  put_number (log->line, at);
  put_text_member (log->line, "event", event);
}

static void
finish_line (EventLog *log)
{
  GString *line = log->line;

  g_string_append (line, "}\n");
  if (log->error == 0
      && fwrite (line->str, 1, line->len, log->file) != line->len)
    log->error = errno != 0 ? errno : EIO;
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
  return (EventSink){ write_event, log };
}

bool
event_log_free (EventLog *log)
{
  int error = log->error;

  if (fflush (log->file) != 0 && error == 0)
    error = errno;
  g_string_free (log->line, TRUE);
  g_free (log);
  errno = error;
  return error == 0;
}
