// SPDX-License-Identifier: MIT
#include "sim/event.h"
#include <string.h>

const char *
event_type_name (EventType type)
{
  static const char *const names[] = {
#define X(name, word) word,
    EVENT_TYPES (X)
#undef X
  };
  return names[type];
}

static void
add (Event *event, EventField field)
{
  g_assert (event->field_count < EVENT_FIELDS_MAX);
  event->fields[event->field_count++] = field;
}

void
event_add_number (Event *event, const char *key, int64_t number)
{
  add (event, (EventField){ key, FIELD_NUMBER, number, NULL });
}

void
event_add_text (Event *event, const char *key, const char *text)
{
  add (event, (EventField){ key, FIELD_TEXT, 0, text });
}

void
event_add_share (Event *event, const char *key, int64_t share_ppb)
{
  add (event, (EventField){ key, FIELD_SHARE, share_ppb, NULL });
}

void
event_add_time (Event *event, const char *key, Time time)
{
  add (event, (EventField){ key, FIELD_TIME, time, NULL });
}

const EventField *
event_field (const Event *event, const char *key)
{
  for (unsigned i = 0; i < event->field_count; i++)
    if (event->fields[i].key[0] == key[0]
        && strcmp (event->fields[i].key, key) == 0)
      return &event->fields[i];
  return NULL;
}

/* NUMBER / ONE with as many decimals as it needs, then UNIT. ONE is a power
 * of 10. */
static char *
decimal_text (
    int64_t number, uint64_t one, const char *unit, char *text, size_t size)
{
  const char *sign = number < 0 ? "-" : "";
  uint64_t magnitude = number < 0 ? 0 - (uint64_t) number : (uint64_t) number;
  uint64_t whole = magnitude / one;
  uint64_t rest = magnitude % one;
  if (rest == 0)
    {
      g_snprintf (text, (gulong) size, "%s%" G_GUINT64_FORMAT "%s", sign, whole,
                  unit);
      return text;
    }
  int digits = 0;
  for (uint64_t power = one; power > 1; power /= 10)
    digits++;
  for (; rest % 10 == 0; rest /= 10)
    digits--;
  g_snprintf (text, (gulong) size,
              "%s%" G_GUINT64_FORMAT ".%0*" G_GUINT64_FORMAT "%s", sign, whole,
              digits, rest, unit);
  return text;
}

char *
event_share_text (int64_t share_ppb, char *text, size_t size)
{
  return decimal_text (share_ppb, 10000000, "%", text, size);
}

char *
event_time_text (Time time, char *text, size_t size)
{
  uint64_t magnitude = time < 0 ? 0 - (uint64_t) time : (uint64_t) time;
  if (magnitude >= (uint64_t) SECOND || magnitude == 0)
    return decimal_text (time, (uint64_t) SECOND, "s", text, size);
  if (magnitude >= (uint64_t) MILLISECOND)
    return decimal_text (time, (uint64_t) MILLISECOND, "ms", text, size);
  if (magnitude >= (uint64_t) MICROSECOND)
    return decimal_text (time, (uint64_t) MICROSECOND, "us", text, size);
  return decimal_text (time, 1, "ns", text, size);
}
