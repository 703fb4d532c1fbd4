// SPDX-License-Identifier: MIT
#include "stack/notices.h"

#include <glib.h>

void
notices_init (Notices *notices, unsigned max)
{
  *notices = (Notices){ .max = max };
}

void
notices_clear (Notices *notices)
{
  g_free (notices->items);
  notices_init (notices, notices->max);
}

/* Doubles the room, the oldest event first again. */
static void
grow (Notices *notices)
{
  unsigned size = MIN (MAX (16, notices->size * 2), notices->max);
  StackEvent *items = g_new (StackEvent, size);

  for (unsigned i = 0; i < notices->count; i++)
    items[i] = notices->items[(notices->first + i) % notices->size];
  g_free (notices->items);
  notices->items = items;
  notices->size = size;
  notices->first = 0;
}

bool
notices_add (Notices *notices, const StackEvent *event)
{
  if (notices->count >= notices->max)
    return false;
  if (notices->count == notices->size)
    grow (notices);
  notices->items[(notices->first + notices->count) % notices->size] = *event;
  notices->count++;
  return true;
}

bool
notices_take (Notices *notices, StackEvent *event)
{
  if (notices->count == 0)
    return false;
  *event = notices->items[notices->first];
  notices->first = (notices->first + 1) % notices->size;
  notices->count--;
  return true;
}
