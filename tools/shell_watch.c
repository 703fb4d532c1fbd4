// SPDX-License-Identifier: MIT
#include "tools/shell_watch.h"

#include "sim/text.h"
#include "stack/stack.h"
#include "stack/wire_ip.h"

#include <string.h>

static void
clear_loss (void *data)
{
  g_free (((ShellLoss *) data)->text);
}

void
shell_watch_init (ShellWatch *watch,
                  void (*changed) (void *self, const ShellChange *change),
                  void *self)
{
  *watch = (ShellWatch){ .changed = changed, .self = self };
  watch->changes = g_array_new (false, false, sizeof (ShellChange));
  watch->losses = g_array_new (false, false, sizeof (ShellLoss));
  g_array_set_clear_func (watch->losses, clear_loss);
  watch->lines = g_ptr_array_new_with_free_func (g_free);
}

void
shell_watch_clear (ShellWatch *watch)
{
  g_array_unref (watch->changes);
  g_array_unref (watch->losses);
  g_ptr_array_unref (watch->lines);
}

void
shell_watch_begin (ShellWatch *watch)
{
  watch->sent = watch->arrived = watch->again = 0;
  watch->doubled = watch->corrupted = watch->looked = 0;
  watch->arrivals = false;
  g_array_set_size (watch->changes, 0);
  g_array_set_size (watch->losses, 0);
  g_ptr_array_set_size (watch->lines, 0);
}

/* "  20ms     alice>bob sent     udp 5 bytes" */
static void
add_line (ShellWatch *watch, const Event *event, const char *what)
{
  char text[PACKET_TEXT_MAX], time[32];
  const char *where = event->link != NULL ? event->link : event->host;

  event_time_text (event->at, time, sizeof time);
  g_ptr_array_add (watch->lines,
                   g_strdup_printf ("  %-8s %s %s: %s", time, where, what,
                                    packet_text (event->packet, text)));
}

/* A packet's id is its order of leaving a stack: one that is not the newest
 * is forwarded. */
static void
see_sent (ShellWatch *watch, const Event *event)
{
  watch->looked++;
  add_line (watch, event, "sent");
  if (event->packet->id <= watch->newest)
    return;
  watch->newest = event->packet->id;
  watch->sent++;
}

static void
see_delivered (ShellWatch *watch, const Event *event)
{
  watch->looked++;
  watch->arrived++;
  if (watch->arrivals)
    add_line (watch, event, "arrived");
}

static void
see_dropped (ShellWatch *watch, const Event *event)
{
  char text[PACKET_TEXT_MAX];
  ShellLoss loss = { .by_host = event->link == NULL,
                     .where = event->link != NULL ? event->link : event->host,
                     .cause = event->cause };
  char *what;

  watch->looked++;
  if (event->packet == NULL)
    return;
  what = g_strdup_printf ("%s (%s)", loss.by_host ? "dropped" : "lost",
                          event->cause);
  add_line (watch, event, what);
  g_free (what);
  loss.stream = event->packet->flow != NULL
                && event->packet->flow->protocol == PROTOCOL_TCP;
  loss.text = g_strdup (packet_text (event->packet, text));
  g_array_append_val (watch->losses, loss);
}

/* The words of a state live as long as the program; those of an event only
 * as long as it. */
static const char *
state_word (const Event *event, const char *key)
{
  return g_intern_string (event_field (event, key)->text);
}

static void
see_state (ShellWatch *watch, const Event *event)
{
  ShellChange change = { .host = event->host,
                         .handle = (int) event_field (event, "socket")->number,
                         .from = state_word (event, "from"),
                         .to = state_word (event, "to"),
                         .flow = event->flow };

  g_array_append_val (watch->changes, change);
  watch->changed (watch->self, &change);
}

static void
see (void *self, const Event *event)
{
  ShellWatch *watch = self;

  if (event->type == EVENT_SENT)
    see_sent (watch, event);
  else if (event->type == EVENT_DELIVERED)
    see_delivered (watch, event);
  else if (event->type == EVENT_DROPPED)
    see_dropped (watch, event);
  else if (event->type == EVENT_STATE)
    see_state (watch, event);
  else if (event->type == EVENT_RETRANSMITTED)
    watch->again++;
  else if (event->type == EVENT_DUPLICATED)
    watch->doubled++;
  else if (event->type == EVENT_CORRUPTED)
    watch->corrupted++;
}

EventSink
shell_watch_sink (ShellWatch *watch)
{
  return (EventSink){ .event = see, .self = watch };
}
