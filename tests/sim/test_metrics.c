// SPDX-License-Identifier: MIT
/* Metrics in a run: at most one event an instant, each of them news, none when
 * nobody asks; and asking changes nothing else. */
#include "sim/run.h"

#include <string.h>

/* Without a rate whole windows arrive at one instant. */
static const char SCENARIO[] = "host alice 10.0.0.1/24\n"
                               "host bob 10.0.0.2/24\n"
                               "link alice bob delay 20ms loss 2%\n"
                               "app bob receive tcp 7777\n"
                               "app alice send tcp bob:7777 300kb\n"
                               "run for 60s\n";

typedef struct
{
  GString *others;  /* what else happened */
  GHashTable *last; /* host and flow > the text of its last metrics */
  unsigned count;
} Watch;

static void
append_event (GString *text, const Event *event)
{
  g_string_append_printf (text, "%" G_GINT64_FORMAT " %s %s %s", event->at,
                          event_type_name (event->type),
                          event->host != NULL ? event->host : "-",
                          event->cause != NULL ? event->cause : "-");
  if (event->packet != NULL)
    g_string_append_printf (text, " %" G_GUINT64_FORMAT, event->packet->id);
  g_string_append_c (text, '\n');
}

/* All but the time. */
static char *
values (const Event *event)
{
  GString *text = g_string_new (NULL);

  for (unsigned i = 0; i < event->field_count; i++)
    {
      const EventField *field = &event->fields[i];

      g_string_append_printf (text, " %s=%s%" G_GINT64_FORMAT, field->key,
                              field->text != NULL ? field->text : "",
                              field->number);
    }
  return g_string_free (text, FALSE);
}

static void
watch_event (void *self, const Event *event)
{
  Watch *watch = self;
  char *key, *text;
  const char *before;

  if (event->type != EVENT_METRICS)
    {
      append_event (watch->others, event);
      return;
    }
  g_assert_nonnull (event->flow);
  g_assert_null (event->packet);
  g_assert_nonnull (event_field (event, "cwnd"));
  g_assert_nonnull (event_field (event, "rto"));
  key = g_strdup_printf ("%s %s", event->host, event->flow->name);
  text = g_strdup_printf ("%" G_GINT64_FORMAT, event->at);
  before = g_hash_table_lookup (watch->last, key);
  if (before != NULL)
    {
      char *now = values (event);
      size_t length = strcspn (before, " ");

      g_assert_false (strlen (text) == length
                      && strncmp (before, text, length) == 0);
      g_assert_cmpstr (before + length, !=, now);
      g_free (now);
    }
  g_free (text);
  text = values (event);
  g_hash_table_insert (
      watch->last, key,
      g_strdup_printf ("%" G_GINT64_FORMAT "%s", event->at, text));
  g_free (text);
  watch->count++;
}

static Watch
watch_run (bool wants_metrics)
{
  g_autoptr (GPtrArray) errors = g_ptr_array_new ();
  Scenario *scenario = scenario_parse (SCENARIO, "test", ".", NULL, errors);
  Run *run = run_new (scenario, NULL, NULL, NULL);
  Watch watch = {
    .others = g_string_new (NULL),
    .last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
  };

  network_add_sink (run_network (run),
                    (EventSink){ .event = watch_event,
                                 .self = &watch,
                                 .wants_metrics = wants_metrics });
  run_start (run);
  run_all (run);
  run_free (run);
  scenario_free (scenario);
  return watch;
}

static void
clear (Watch *watch)
{
  g_string_free (watch->others, TRUE);
  g_hash_table_unref (watch->last);
}

static void
test_run (void)
{
  Watch with = watch_run (true), without = watch_run (false);

  g_assert_cmpuint (without.count, ==, 0);
  g_assert_cmpuint (with.count, >, 10);
  g_assert_cmpuint (g_hash_table_size (with.last), ==, 2);
  g_assert_cmpuint (with.others->len, >, 10000);
  g_assert_cmpstr (with.others->str, ==, without.others->str);
  clear (&with);
  clear (&without);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/run", test_run);
  return g_test_run ();
}
