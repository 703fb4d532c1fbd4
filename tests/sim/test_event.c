// SPDX-License-Identifier: MIT
#include "sim/event.h"

static void
test_names (void)
{
  g_assert_cmpstr (event_type_name (EVENT_SENT), ==, "sent");
  g_assert_cmpstr (event_type_name (EVENT_RETRANSMITTED), ==, "retransmitted");
  g_assert_cmpstr (event_type_name (EVENT_COUNTER), ==, "counter");
}

static void
test_fields (void)
{
  Event event = { .type = EVENT_DROPPED };
  event_add_number (&event, "bit", 1234);
  event_add_text (&event, "to", "ESTABLISHED");
  event_add_share (&event, "share", 200000000);
  event_add_time (&event, "delay", 41250000);
  g_assert_cmpuint (event.field_count, ==, 4);
  g_assert_cmpint (event_field (&event, "bit")->number, ==, 1234);
  g_assert_cmpstr (event_field (&event, "to")->text, ==, "ESTABLISHED");
  g_assert_cmpint (event_field (&event, "share")->kind, ==, FIELD_SHARE);
  g_assert_cmpint (event_field (&event, "delay")->kind, ==, FIELD_TIME);
  g_assert_null (event_field (&event, "delay_ns"));
}

static void
test_share_text (void)
{
  static const struct
  {
    int64_t share_ppb;
    const char *text;
  } cases[] = {
    { 0, "0%" },
    { 200000000, "20%" },
    { 113000000, "11.3%" },
    { 1000000000, "100%" },
    { 1, "0.0000001%" },
    { 999999999, "99.9999999%" },
    { 50000, "0.005%" },
  };
  char text[32];
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (event_share_text (cases[i].share_ppb, text, sizeof text),
                     ==, cases[i].text);
}

static void
test_time_text (void)
{
  static const struct
  {
    Time time;
    const char *text;
  } cases[] = {
    { 0, "0s" },
    { 1, "1ns" },
    { 999, "999ns" },
    { 1000, "1us" },
    { 1500, "1.5us" },
    { 41250000, "41.25ms" },
    { 999999999, "999.999999ms" },
    { 1000000000, "1s" },
    { 60000000001, "60.000000001s" },
    { -41250000, "-41.25ms" },
    { INT64_MIN, "-9223372036.854775808s" },
    { TIME_NEVER, "9223372036.854775807s" },
  };
  char text[32];
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (event_time_text (cases[i].time, text, sizeof text), ==,
                     cases[i].text);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event/names", test_names);
  g_test_add_func ("/event/fields", test_fields);
  g_test_add_func ("/event/share-text", test_share_text);
  g_test_add_func ("/event/time-text", test_time_text);
  return g_test_run ();
}
