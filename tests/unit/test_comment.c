// SPDX-License-Identifier: MIT
#include "sim/comment.h"

#include "tests/unit/sample.h"

static Packet *packet;

static void
check (char *comment, const char *expected)
{
  g_assert_cmpstr (comment, ==, expected);
  g_free (comment);
}

static void
test_fates (void)
{
  Event event = { .type = EVENT_DROPPED,
                  .link = "alice>bob",
                  .packet = packet,
                  .cause = "loss" };

  event_add_share (&event, "share", 200000000);
  event_add_share (&event, "draw", 113000000);
  check (comment_new (&event, 1),
         "dropped link=alice>bob by=loss share=20% draw=11.3%");
  packet->copy = 2;
  check (comment_new (&event, 2),
         "dropped link=alice>bob by=loss copy=2 share=20% draw=11.3%");
  packet->copy = 1;

  event = (Event){
    .type = EVENT_DROPPED, .host = "bob", .packet = packet, .cause = "checksum"
  };
  check (comment_new (&event, 1), "dropped host=bob by=checksum");

  event = (Event){ .type = EVENT_DUPLICATED,
                   .link = "alice>bob",
                   .packet = packet,
                   .cause = "rule" };
  event_add_number (&event, "rule", 1);
  event_add_number (&event, "copy", 2);
  check (comment_new (&event, 2),
         "duplicated link=alice>bob by=rule rule=1 copy=2/2");

  event = (Event){ .type = EVENT_DELAYED,
                   .link = "alice>bob",
                   .packet = packet,
                   .cause = "rule" };
  event_add_time (&event, "delay", 41250 * MICROSECOND);
  event_add_text (&event, "to", "bob");
  check (comment_new (&event, 1),
         "delayed link=alice>bob by=rule delay=41.25ms to=bob");
}

static void
test_nothing (void)
{
  static const EventType types[] = { EVENT_SENT, EVENT_DELIVERED, EVENT_QUEUED,
                                     EVENT_STATE };
  Event event = { .link = "alice>bob", .packet = packet };

  for (size_t i = 0; i < G_N_ELEMENTS (types); i++)
    {
      event.type = types[i];
      check (comment_new (&event, 1), NULL);
    }
  event.type = EVENT_DELAYED;
  event.cause = "jitter";
  check (comment_new (&event, 1), NULL);
}

static void
test_retransmission (void)
{
  Event event = { .type = EVENT_RETRANSMITTED,
                  .link = "alice>bob",
                  .packet = packet,
                  .cause = "third-duplicate-ack" };

  event_add_number (&event, "of", 9);
  check (comment_new_retransmission (&event, 12),
         "retransmission of=frame:12 packet:9 because=third-duplicate-ack");
  check (comment_new_retransmission (&event, 0),
         "retransmission of=packet:9 because=third-duplicate-ack");
  event_add_number (&event, "caused_by", 15);
  check (comment_new_retransmission (&event, 0),
         "retransmission of=packet:9 because=third-duplicate-ack "
         "caused_by=packet:15");
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  packet = sample_udp ("x");
  g_test_add_func ("/comment/fates", test_fates);
  g_test_add_func ("/comment/nothing", test_nothing);
  g_test_add_func ("/comment/retransmission", test_retransmission);
  status = g_test_run ();
  packet_free (packet);
  return status;
}
