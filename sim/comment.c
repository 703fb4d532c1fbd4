// SPDX-License-Identifier: MIT
#include "sim/comment.h"

#define NUMBER_TEXT_MAX 32

static void
put_field (GString *line, const EventField *field)
{
  char text[NUMBER_TEXT_MAX];

  g_string_append_printf (line, " %s", field->key);
  switch (field->kind)
    {
    case FIELD_NUMBER:
      g_string_append_printf (line, "=%" G_GINT64_FORMAT, field->number);
      break;
    case FIELD_TEXT:
      g_string_append_printf (line, "=%s", field->text);
      break;
    case FIELD_SHARE:
      event_share_text (field->number, text, sizeof text);
      g_string_append_printf (line, "=%s", text);
      break;
    case FIELD_TIME:
      event_time_text (field->number, text, sizeof text);
      g_string_append_printf (line, "=%s", text);
      break;
    case FIELD_FLAG:
      break;
    }
}

/* Jitter delays every packet: only what a rule holds back is worth a word. */
static bool
is_worth_it (const Event *event)
{
  return event->type == EVENT_DROPPED || event->type == EVENT_REORDERED
         || event->type == EVENT_DUPLICATED || event->type == EVENT_CORRUPTED
         || event->type == EVENT_MARKED
         || (event->type == EVENT_DELAYED
             && g_strcmp0 (event->cause, "rule") == 0);
}

char *
comment_new (const Event *event, unsigned copies)
{
  GString *line;

  if (!is_worth_it (event))
    return NULL;
  line = g_string_new (event_type_name (event->type));
  if (event->link != NULL)
    g_string_append_printf (line, " link=%s", event->link);
  else if (event->host != NULL)
    g_string_append_printf (line, " host=%s", event->host);
  if (event->cause != NULL)
    g_string_append_printf (line, " by=%s", event->cause);
  if (event->type != EVENT_DUPLICATED && event->packet->copy > 1)
    g_string_append_printf (line, " copy=%u", event->packet->copy);
  for (unsigned i = 0; i < event->field_count; i++)
    put_field (line, &event->fields[i]);
  if (event->type == EVENT_DUPLICATED)
    g_string_append_printf (line, "/%u", copies);
  return g_string_free (line, FALSE);
}

static void
put_packet (GString *line, const Event *event, const char *key)
{
  const EventField *field = event_field (event, key);

  if (field != NULL)
    g_string_append_printf (line, "packet:%" G_GINT64_FORMAT, field->number);
}

char *
comment_new_retransmission (const Event *event, uint64_t frame)
{
  GString *line = g_string_new ("retransmission of=");

  if (frame > 0)
    g_string_append_printf (line, "frame:%" G_GUINT64_FORMAT " ", frame);
  put_packet (line, event, "of");
  if (event->cause != NULL)
    g_string_append_printf (line, " because=%s", event->cause);
  if (event_field (event, "caused_by") != NULL)
    {
      g_string_append (line, " caused_by=");
      put_packet (line, event, "caused_by");
    }
  return g_string_free (line, FALSE);
}
