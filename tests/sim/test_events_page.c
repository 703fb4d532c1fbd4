// SPDX-License-Identifier: MIT
/* The manual of the event log against the log: each event and each key has
 * its place, each example is a line that a run may write. */
#include "sim/event_log.h"
#include "sim/run.h"

#include <json-glib/json-glib.h>
#include <string.h>

static const char *page_path;
static char *page;

static void
assert_described (const char *word)
{
  g_autofree char *item = g_strdup_printf ("Cm %s", word);
  const char *place = page;

  while ((place = strstr (place, item)) != NULL)
    {
      place += strlen (item);
      if (*place == '\n' || *place == ' ')
        return;
    }
  g_error ("tunlab-events.5 says nothing about '%s'", word);
}

static void
test_events (void)
{
  for (int type = 0; type < EVENT_TYPE_COUNT; type++)
    assert_described (event_type_name ((EventType) type));
}

/* Place of a key among those of all events; the own ones come last. */
static guint
rank_key (const char *key)
{
  static const char *const keys[] = { "t",      "event", "host", "link",
                                      "packet", "copy",  "flow", "cause" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i], key) == 0)
      return i;
  return G_N_ELEMENTS (keys);
}

static void
check_example (const char *line)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GList) keys = NULL;
  JsonObject *object;
  const char *event;
  guint before = 0;

  g_assert_true (json_parser_load_from_data (parser, line, -1, NULL));
  object = json_node_get_object (json_parser_get_root (parser));
  event = json_object_get_string_member (object, "event");
  if (strcmp (event, "log") == 0)
    return;
  keys = json_object_get_members (object);
  for (const GList *key = keys; key != NULL; key = key->next)
    {
      assert_described (key->data);
      if (strcmp (event, "duplicated") == 0 && strcmp (key->data, "copy") == 0)
        continue; /* its own: the number of the new one */
      g_assert_cmpuint (rank_key (key->data), >=, before);
      before = rank_key (key->data);
    }
}

static void
test_examples (void)
{
  g_auto (GStrv) lines = g_strsplit (page, "\n", -1);
  unsigned count = 0;

  for (unsigned i = 0; lines[i] != NULL; i++)
    if (lines[i][0] == '{')
      {
        check_example (lines[i]);
        count++;
      }
  g_assert_cmpuint (count, >=, 12);
}

/* A run tells nothing that the page does not. */
static void
test_run (void)
{
  g_autoptr (GPtrArray) errors = g_ptr_array_new ();
  Scenario *scenario =
      scenario_parse (SCENARIO_HELLO, "hello", ".", NULL, errors);
  Run *run = run_new (scenario, NULL, NULL, NULL);
  char *text = NULL;
  size_t length;
  FILE *file = open_memstream (&text, &length);
  EventLog *log = event_log_new (file, EVENT_LOG_FULL);
  g_auto (GStrv) lines = NULL;
  unsigned count = 0;

  network_add_sink (run_network (run), event_log_sink (log));
  run_start (run);
  run_all (run);
  g_assert_true (event_log_free (log));
  fclose (file);
  lines = g_strsplit (text, "\n", -1);
  for (; *lines[count] != '\0'; count++)
    check_example (lines[count]);
  g_assert_cmpuint (count, >, 100);
  free (text);
  run_free (run);
  scenario_free (scenario);
}

static void
test_lint (void)
{
  const char *command[] = { "mandoc", "-Tlint", "-Wwarning", page_path, NULL };
  g_autofree char *program = g_find_program_in_path ("mandoc");
  g_autofree char *output = NULL;

  if (program == NULL)
    {
      g_test_skip ("mandoc is not installed");
      return;
    }
  g_assert_true (g_spawn_sync (NULL, (char **) command, NULL,
                               G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL,
                               NULL, NULL));
  g_assert_cmpstr (output, ==, "");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  page_path = argv[1];
  if (!g_file_get_contents (page_path, &page, NULL, NULL))
    return 1;
  g_test_add_func ("/events-page/events", test_events);
  g_test_add_func ("/events-page/examples", test_examples);
  g_test_add_func ("/events-page/run", test_run);
  g_test_add_func ("/events-page/lint", test_lint);
  status = g_test_run ();
  g_free (page);
  return status;
}
