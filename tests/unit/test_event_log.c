// SPDX-License-Identifier: MIT
#include "sim/event_log.h"

#include "tests/unit/sample.h"
#include <errno.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* What EVENTS leave in the log, to be freed. */
static char *
write_log (EventLogDetail detail, const Event *events, size_t count)
{
  char *bytes = NULL;
  size_t length;
  FILE *file = open_memstream (&bytes, &length);
  EventLog *log = event_log_new (file, detail);
  EventSink sink = event_log_sink (log);

  for (size_t i = 0; i < count; i++)
    sink.event (sink.self, &events[i]);
  g_assert_true (event_log_free (log));
  fclose (file);
  return bytes;
}

#define FIRST "{\"t\":0,\"event\":\"log\",\"version\":1}\n"

static void
test_lines (void)
{
  Packet *packet = sample_udp ("msg 07/20\n");
  Flow flow = { .name = (char *) "udp alice:49152>bob:7777" };
  Event events[] = {
    { .type = EVENT_SENT,
      .at = 5,
      .link = "alice>bob",
      .host = "alice",
      .packet = packet,
      .flow = &flow },
    { .type = EVENT_DROPPED,
      .at = 5,
      .link = "alice>bob",
      .packet = packet,
      .flow = &flow,
      .cause = "loss" },
    { .type = EVENT_STATE, .at = 6 * SECOND, .host = "bob" },
    { .type = EVENT_MESSAGE, .at = INT64_MAX, .host = "bob" },
  };
  g_autofree char *text = NULL;

  packet->id = 9;
  event_add_number (&events[0], "size", 38);
  event_add_share (&events[1], "share", 200000000);
  event_add_share (&events[1], "draw", 113000000);
  event_add_text (&events[2], "to", "ESTABLISHED");
  event_add_time (&events[3], "late", -41250000);
  event_add_number (&events[3], "bit", INT64_MIN);
  events[3].fields[events[3].field_count++] =
      (EventField){ .key = "last", .kind = FIELD_FLAG };
  text = write_log (EVENT_LOG_FULL, events, G_N_ELEMENTS (events));
  g_assert_cmpstr (
      text, ==,
      FIRST
      "{\"t\":5,\"event\":\"sent\",\"host\":\"alice\",\"link\":\"alice>bob\","
      "\"packet\":9,\"flow\":\"udp alice:49152>bob:7777\",\"size\":38,"
      "\"text\":\"udp 10 bytes \\\"msg 07/20\\\"\"}\n"
      "{\"t\":5,\"event\":\"dropped\",\"link\":\"alice>bob\",\"packet\":9,"
      "\"flow\":\"udp alice:49152>bob:7777\",\"cause\":\"loss\","
      "\"share_ppb\":200000000,\"draw_ppb\":113000000}\n"
      "{\"t\":6000000000,\"event\":\"state\",\"host\":\"bob\","
      "\"to\":\"ESTABLISHED\"}\n"
      "{\"t\":9223372036854775807,\"event\":\"message\",\"host\":\"bob\","
      "\"late_ns\":-41250000,\"bit\":-9223372036854775808,\"last\":true}\n");
  packet_free (packet);
}

/* Copies say so; a duplication names the new one, once. */
static void
test_copies (void)
{
  Packet *packet = sample_udp ("");
  Event events[] = {
    { .type = EVENT_DELIVERED, .packet = packet },
    { .type = EVENT_DUPLICATED, .packet = packet },
  };
  g_autofree char *text = NULL;

  packet->id = 1;
  packet->copy = 2;
  event_add_number (&events[0], "size", 28);
  event_add_number (&events[1], "copy", 4);
  text = write_log (EVENT_LOG_FULL, events, G_N_ELEMENTS (events));
  g_assert_cmpstr (
      text, ==,
      FIRST "{\"t\":0,\"event\":\"delivered\",\"packet\":1,\"copy\":2,"
            "\"size\":28}\n"
            "{\"t\":0,\"event\":\"duplicated\",\"packet\":1,\"copy\":4}\n");
  packet_free (packet);
}

static void
test_flows_only (void)
{
  Packet *packet = sample_udp ("");
  Flow flow = { .name = (char *) "udp a:1>b:2" };
  Event events[] = {
    { .type = EVENT_SENT, .packet = packet, .flow = &flow },
    { .type = EVENT_METRICS, .flow = &flow },
    { .type = EVENT_RETRANSMITTED, .packet = packet, .flow = &flow },
  };
  g_autofree char *text =
      write_log (EVENT_LOG_FLOWS, events, G_N_ELEMENTS (events));

  g_assert_cmpstr (
      text, ==,
      FIRST "{\"t\":0,\"event\":\"metrics\",\"flow\":\"udp a:1>b:2\"}\n");
  packet_free (packet);
}

/* A reader of JSON gets back what was put in. */
static void
test_escapes (void)
{
  char all[128];
  Event event = { .type = EVENT_MESSAGE };
  g_autofree char *text = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  for (int i = 0; i < 127; i++)
    all[i] = (char) (i + 1);
  all[127] = '\0';
  event_add_text (&event, "ascii", all);
  event_add_text (&event, "utf8", "\u00e4\u20ac\U0001f600");
  event_add_text (&event, "broken", "a\xff\xc3");
  text = write_log (EVENT_LOG_FULL, &event, 1);
  g_assert_true (g_str_has_prefix (text, FIRST));
  g_assert_true (
      json_parser_load_from_data (parser, text + strlen (FIRST), -1, &error));
  g_assert_no_error (error);
  object = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpstr (json_object_get_string_member (object, "ascii"), ==, all);
  g_assert_cmpstr (json_object_get_string_member (object, "utf8"), ==,
                   "\u00e4\u20ac\U0001f600");
  g_assert_cmpstr (json_object_get_string_member (object, "broken"), ==,
                   "a\ufffd\ufffd");
  g_assert_null (strchr (text + strlen (FIRST), '\x7f'));
}

static void
test_full_disk (void)
{
  FILE *file = fopen ("/dev/full", "w");

  if (file == NULL)
    {
      g_test_skip ("no /dev/full");
      return;
    }
  g_assert_false (event_log_free (event_log_new (file, EVENT_LOG_FULL)));
  g_assert_cmpint (errno, ==, ENOSPC);
  fclose (file);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event-log/lines", test_lines);
  g_test_add_func ("/event-log/copies", test_copies);
  g_test_add_func ("/event-log/flows-only", test_flows_only);
  g_test_add_func ("/event-log/escapes", test_escapes);
  g_test_add_func ("/event-log/full-disk", test_full_disk);
  return g_test_run ();
}
