// SPDX-License-Identifier: MIT
/* Tells a capture of bob what happened, event by event, and reads the file. */
#include "sim/capture.h"

#include "stack/address.h"
#include "tests/unit/blocks.h"
#include "tests/unit/sample.h"
#include <string.h>

#define OUT "bob>alice"
#define IN  "alice>bob"

typedef struct
{
  Network *network;
  Capture *capture;
  EventSink sink;
  FILE *file;
  char *bytes;
  size_t length;
  Blocks *blocks;
} Fixture;

static const CaptureOptions plain = { .host = "bob",
                                      .comment = "hello seed 1",
                                      .epoch = CAPTURE_EPOCH,
                                      .snap_length = CAPTURE_SNAP_FULL };

static void
open_capture (Fixture *t, const CaptureOptions *options)
{
  GError *error = NULL;

  t->file = open_memstream (&t->bytes, &t->length);
  t->capture = capture_new (t->network, options, t->file, NULL, &error);
  g_assert_no_error (error);
  t->sink = capture_sink (t->capture);
}

static void
begin (Fixture *t, const CaptureOptions *options)
{
  *t = (Fixture){ .network = network_new (1) };
  open_capture (t, options);
}

/* Number of records that are written by now. */
static unsigned
count_written (Fixture *t)
{
  g_autoptr (Blocks) blocks = NULL;

  fflush (t->file);
  blocks = blocks_read ((const uint8_t *) t->bytes, t->length);
  return blocks->packets->len;
}

static void
finish (Fixture *t)
{
  GError *error = NULL;

  g_assert_true (capture_close (t->capture, &error));
  g_assert_no_error (error);
  fclose (t->file);
  t->blocks = blocks_read ((const uint8_t *) t->bytes, t->length);
}

static void
end (Fixture *t)
{
  blocks_free (t->blocks);
  free (t->bytes);
  network_free (t->network);
}

/* Packet ID has as many bytes of payload as its number; it was SENT then. */
static Packet *
make_packet (uint64_t id, Time sent)
{
  g_autofree char *payload = g_strnfill ((gsize) id, 'x');
  Packet *packet = sample_udp (payload);

  packet->id = id;
  packet->sent = sent;
  return packet;
}

static void
tell (Fixture *t,
      Time at,
      EventType type,
      const char *link,
      uint64_t id,
      Time sent)
{
  Packet *packet = make_packet (id, sent);
  Event event = { .type = type, .at = at, .link = link, .packet = packet };

  if (type == EVENT_DROPPED)
    event.cause = "loss";
  if (type == EVENT_DROPPED && link == NULL)
    {
      event.cause = "checksum";
      event.host = "bob";
    }
  if (type == EVENT_DUPLICATED)
    event_add_number (&event, "copy", 2);
  if (type == EVENT_REORDERED)
    event_add_number (&event, "overtaken", 2);
  t->sink.event (t->sink.self, &event);
  packet_free (packet);
}

static void
tell_retransmitted (Fixture *t, uint64_t id, int64_t of)
{
  Packet *packet = make_packet (id, 0);
  Event event = {
    .type = EVENT_RETRANSMITTED, .link = OUT, .packet = packet, .cause = "rto"
  };

  event_add_number (&event, "of", of);
  t->sink.event (t->sink.self, &event);
  packet_free (packet);
}

static void
check (const Fixture *t, unsigned index, uint64_t id, const char *comments)
{
  g_autofree char *found = blocks_comments (t->blocks, index);

  g_assert_cmpuint (blocks_packet (t->blocks, index)->packet_id, ==, id);
  g_assert_cmpstr (found, ==, comments);
}

static void
test_header (void)
{
  Fixture t;

  begin (&t, &plain);
  finish (&t);
  g_assert_cmpstr (t.blocks->comment, ==, "hello seed 1");
  g_assert_cmpstr (t.blocks->interface, ==, "bob");
  g_assert_cmpuint (t.blocks->snap_length, ==, 262144);
  g_assert_cmpuint (t.blocks->names->len, ==, 0);
  g_assert_cmpuint (t.blocks->packets->len, ==, 0);
  g_assert_true (t.blocks->has_statistics);
  end (&t);
}

/* In the order of addresses, however they were told. */
static void
test_names (void)
{
  static const NodeClass class = { NULL, NULL, NULL };
  static const Address ipv6 = { { 0xfd, [15] = 1 } };
  Fixture t = { .network = network_new (1) };
  Node *node = g_new0 (Node, 1);

  node->class = &class;
  node->name = g_strdup ("bob");
  network_add_node (t.network, node);
  network_name_address (t.network, &ipv6, node);
  for (uint8_t i = 20; i > 0; i--)
    {
      Address address = address_from_ipv4 ((const uint8_t[]){ 10, 0, 0, i });

      network_name_address (t.network, &address, node);
    }
  open_capture (&t, &plain);
  finish (&t);
  g_assert_cmpuint (t.blocks->names->len, ==, 21);
  for (unsigned i = 0; i < 20; i++)
    {
      g_autofree char *expected = g_strdup_printf ("10.0.0.%u bob", i + 1);

      g_assert_cmpstr (t.blocks->names->pdata[i], ==, expected);
    }
  g_assert_cmpstr (t.blocks->names->pdata[20], ==, "fd00::1 bob");
  end (&t);
}

/* The first record waits for its fate, and all behind it wait too. */
static void
test_waits (void)
{
  Fixture t;

  begin (&t, &plain);
  tell (&t, 1, EVENT_SENT, OUT, 1, 1);
  tell (&t, 2, EVENT_SENT, OUT, 2, 2);
  tell (&t, 2, EVENT_DROPPED, OUT, 2, 2);
  tell (&t, 3, EVENT_DELIVERED, IN, 3, 0);
  tell (&t, 4, EVENT_SENT, OUT, 4, 4);
  g_assert_cmpuint (count_written (&t), ==, 0);
  tell (&t, 5, EVENT_REORDERED, OUT, 1, 1);
  tell (&t, 5, EVENT_DELIVERED, OUT, 1, 1);
  tell (&t, 6, EVENT_DELIVERED, IN, 5, 0);
  g_assert_cmpuint (count_written (&t), ==, 3);
  finish (&t);

  g_assert_cmpuint (t.blocks->packets->len, ==, 5);
  check (&t, 0, 1, "reordered link=bob>alice overtaken=2");
  check (&t, 1, 2, "dropped link=bob>alice by=loss");
  check (&t, 2, 3, "");
  check (&t, 3, 4, ""); /* still under way at the end */
  check (&t, 4, 5, "");
  for (unsigned i = 0; i < 5; i++)
    {
      static const uint32_t directions[] = { 2, 2, 1, 2, 1 };
      static const uint64_t times[] = { 1, 2, 3, 4, 6 };
      const BlocksPacket *packet = blocks_packet (t.blocks, i);

      g_assert_cmpuint (packet->flags, ==, directions[i]);
      g_assert_cmpuint (packet->at, ==, (uint64_t) CAPTURE_EPOCH + times[i]);
      g_assert_cmpuint (packet->length, ==, 28 + packet->packet_id);
      g_assert_cmpuint (packet->captured_length, ==, packet->length);
    }
  g_assert_cmpuint (t.blocks->received, ==, 5);
  end (&t);
}

/* All copies must have met their fate. */
static void
test_copies (void)
{
  Fixture t;

  begin (&t, &plain);
  tell (&t, 1, EVENT_SENT, OUT, 1, 1);
  tell (&t, 1, EVENT_DUPLICATED, OUT, 1, 1);
  tell (&t, 2, EVENT_DELIVERED, OUT, 1, 1);
  tell (&t, 3, EVENT_DELIVERED, IN, 2, 1);
  g_assert_cmpuint (count_written (&t), ==, 0);
  tell (&t, 4, EVENT_DROPPED, OUT, 1, 1);
  tell (&t, 5, EVENT_DELIVERED, IN, 3, 1);
  g_assert_cmpuint (count_written (&t), ==, 2);
  finish (&t);
  check (&t, 0, 1,
         "duplicated link=bob>alice copy=2/2 | dropped link=bob>alice by=loss");
  end (&t);
}

/* The receiver's own drops stand at its own record, if it is its own. */
static void
test_receiver_drops (void)
{
  Fixture t;

  begin (&t, &plain);
  tell (&t, 1, EVENT_DELIVERED, IN, 1, 0);
  tell (&t, 1, EVENT_SENT, OUT, 2, 1); /* it may answer before it says so */
  tell (&t, 1, EVENT_DROPPED, NULL, 1, 0);
  tell (&t, 2, EVENT_DELIVERED, IN, 3, 0);
  tell (&t, 2, EVENT_DROPPED, NULL, 7, 0);
  finish (&t);
  check (&t, 0, 1, "dropped host=bob by=checksum");
  check (&t, 1, 2, "");
  check (&t, 2, 3, "");
  end (&t);
}

static void
test_drop_count (void)
{
  Fixture t;

  begin (&t, &plain);
  for (uint64_t id = 1; id <= 6; id++)
    {
      tell (&t, (Time) id, EVENT_SENT, IN, id, (Time) id);
      if (id != 1 && id != 4 && id != 6)
        tell (&t, (Time) id, EVENT_DROPPED, IN, id, (Time) id);
    }
  tell (&t, 11, EVENT_DELIVERED, IN, 1, 1);
  tell (&t, 12, EVENT_SENT, OUT, 7, 12);
  tell (&t, 14, EVENT_DELIVERED, IN, 4, 4);
  tell (&t, 16, EVENT_DELIVERED, IN, 6, 6);
  finish (&t);
  g_assert_cmpuint (t.blocks->packets->len, ==, 4);
  g_assert_cmpuint (blocks_packet (t.blocks, 0)->drop_count, ==, 0);
  g_assert_cmpuint (blocks_packet (t.blocks, 1)->drop_count, ==, 0);
  g_assert_cmpuint (blocks_packet (t.blocks, 2)->drop_count, ==, 2);
  g_assert_cmpuint (blocks_packet (t.blocks, 3)->drop_count, ==, 1);
  end (&t);
}

/* Frames are those of this capture, inbound ones counted. */
static void
test_retransmission (void)
{
  Fixture t;

  begin (&t, &plain);
  tell (&t, 1, EVENT_DELIVERED, IN, 1, 0);
  tell (&t, 2, EVENT_SENT, OUT, 2, 2);
  tell (&t, 2, EVENT_DROPPED, OUT, 2, 2);
  tell (&t, 3, EVENT_SENT, OUT, 5, 3);
  tell_retransmitted (&t, 5, 2);
  tell (&t, 4, EVENT_SENT, OUT, 6, 4);
  tell_retransmitted (&t, 6, 4);
  finish (&t);
  check (&t, 2, 5, "retransmission of=frame:2 packet:2 because=rto");
  check (&t, 3, 6, "retransmission of=packet:4 because=rto");
  end (&t);
}

/* Other people's packets, and those of other links of a host with several. */
static void
test_others (void)
{
  CaptureOptions options = plain;
  Fixture t;

  begin (&t, &plain);
  tell (&t, 1, EVENT_SENT, "alice>carol", 1, 1);
  tell (&t, 1, EVENT_SENT, "alice>bobby", 2, 1);
  tell (&t, 1, EVENT_DELIVERED, "xbob>bobx", 3, 1);
  tell (&t, 1, EVENT_DELIVERED, "bob>carol", 4, 1); /* never seen before */
  tell (&t, 1, EVENT_DELIVERED, "carol>bob", 5, 1);
  finish (&t);
  g_assert_cmpuint (t.blocks->packets->len, ==, 1);
  end (&t);

  options.peer = "carol";
  begin (&t, &options);
  tell (&t, 1, EVENT_DELIVERED, "carol>bob", 5, 1);
  tell (&t, 1, EVENT_SENT, OUT, 5, 1);
  tell (&t, 1, EVENT_SENT, "bob>carol", 6, 1);
  tell (&t, 1, EVENT_SENT, "bob>carolx", 7, 1);
  tell (&t, 1, EVENT_DELIVERED, IN, 8, 1);
  finish (&t);
  g_assert_cmpstr (t.blocks->interface, ==, "bob-carol");
  g_assert_cmpuint (t.blocks->packets->len, ==, 2);
  check (&t, 0, 5, "");
  check (&t, 1, 6, "");
  end (&t);
}

/* A packet in a routing loop leaves the same host again with the same id. */
static void
test_loop (void)
{
  Fixture t;

  begin (&t, &plain);
  tell (&t, 1, EVENT_SENT, OUT, 1, 1);
  tell (&t, 2, EVENT_SENT, OUT, 1, 2);
  tell (&t, 3, EVENT_DELIVERED, OUT, 1, 1);
  tell (&t, 4, EVENT_SENT, OUT, 2, 4);
  g_assert_cmpuint (count_written (&t), ==, 1);
  tell (&t, 5, EVENT_DROPPED, OUT, 1, 2);
  tell (&t, 6, EVENT_SENT, OUT, 3, 6);
  g_assert_cmpuint (count_written (&t), ==, 2);
  finish (&t);
  check (&t, 0, 1, "");
  check (&t, 1, 1, "dropped link=bob>alice by=loss");
  end (&t);
}

static void
test_blind (void)
{
  CaptureOptions options = plain;
  Fixture t;

  options.blind = true;
  begin (&t, &options);
  tell (&t, 1, EVENT_SENT, OUT, 1, 1);
  tell (&t, 1, EVENT_DROPPED, OUT, 1, 1);
  tell (&t, 2, EVENT_SENT, OUT, 2, 2);
  tell_retransmitted (&t, 2, 1);
  tell (&t, 3, EVENT_SENT, IN, 3, 3);
  tell (&t, 3, EVENT_DROPPED, IN, 3, 3);
  tell (&t, 4, EVENT_DELIVERED, IN, 4, 4);
  tell (&t, 4, EVENT_DROPPED, NULL, 4, 4);
  finish (&t);
  g_assert_cmpuint (t.blocks->packets->len, ==, 3);
  for (unsigned i = 0; i < 3; i++)
    g_assert_cmpuint (blocks_packet (t.blocks, i)->comments->len, ==, 0);
  g_assert_cmpuint (blocks_packet (t.blocks, 2)->drop_count, ==, 0);
  end (&t);
}

/* Written at the end of the instant, with what was decided in it. */
static void
test_immediate (void)
{
  CaptureOptions options = plain;
  Fixture t;

  options.immediate = true;
  begin (&t, &options);
  tell (&t, 0, EVENT_SENT, OUT, 1, 0);
  tell (&t, 0, EVENT_DROPPED, OUT, 1, 0);
  tell (&t, 0, EVENT_SENT, OUT, 2, 0);
  g_assert_true (sim_step (&t.network->sim, 0));
  g_assert_cmpuint (count_written (&t), ==, 2);
  g_assert_false (sim_step (&t.network->sim, TIME_NEVER));
  tell (&t, 1, EVENT_REORDERED, OUT, 2, 0);
  tell (&t, 1, EVENT_DELIVERED, OUT, 2, 0);
  tell (&t, 1, EVENT_SENT, OUT, 3, 1);
  finish (&t);
  check (&t, 0, 1, "dropped link=bob>alice by=loss");
  check (&t, 1, 2, "");
  check (&t, 2, 3, "");
  g_assert_false (sim_step (&t.network->sim, TIME_NEVER));
  end (&t);
}

static void
test_snap_length (void)
{
  CaptureOptions options = plain;
  Fixture t;

  options.snap_length = CAPTURE_SNAP_HEADERS;
  begin (&t, &options);
  tell (&t, 1, EVENT_SENT, OUT, 400, 1);
  finish (&t);
  g_assert_cmpuint (blocks_packet (t.blocks, 0)->captured_length, ==, 96);
  g_assert_cmpuint (blocks_packet (t.blocks, 0)->length, ==, 428);
  end (&t);
}

static void
test_cannot_write (void)
{
  FILE *file = fopen ("/dev/full", "w");
  g_autoptr (GError) error = NULL;
  Network *network;
  Capture *capture;

  if (file == NULL)
    {
      g_test_skip ("no /dev/full");
      return;
    }
  network = network_new (1);
  capture = capture_new (network, &plain, file, NULL, &error);
  g_assert_false (capture_close (capture, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
  g_clear_error (&error);

  g_assert_null (capture_new (network, &plain, file, "/proc/no/x", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  fclose (file);
  network_free (network);
}

/* The same events, the same bytes. */
static void
test_deterministic (void)
{
  Fixture runs[2];

  for (int i = 0; i < 2; i++)
    {
      begin (&runs[i], &plain);
      for (uint64_t id = 1; id < 1000; id++)
        {
          tell (&runs[i], (Time) id, EVENT_SENT, OUT, id, 1);
          if (id % 7 == 0)
            tell (&runs[i], (Time) id, EVENT_DROPPED, OUT, id, 1);
          if (id > 20 && (id - 20) % 7 != 0)
            tell (&runs[i], (Time) id, EVENT_DELIVERED, OUT, id - 20, 1);
        }
      g_assert_cmpuint (count_written (&runs[i]), >, 900);
      finish (&runs[i]);
    }
  g_assert_cmpuint (runs[0].length, ==, runs[1].length);
  g_assert_cmpint (memcmp (runs[0].bytes, runs[1].bytes, runs[0].length), ==,
                   0);
  end (&runs[0]);
  end (&runs[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/capture/header", test_header);
  g_test_add_func ("/capture/names", test_names);
  g_test_add_func ("/capture/waits", test_waits);
  g_test_add_func ("/capture/copies", test_copies);
  g_test_add_func ("/capture/receiver-drops", test_receiver_drops);
  g_test_add_func ("/capture/drop-count", test_drop_count);
  g_test_add_func ("/capture/retransmission", test_retransmission);
  g_test_add_func ("/capture/others", test_others);
  g_test_add_func ("/capture/loop", test_loop);
  g_test_add_func ("/capture/blind", test_blind);
  g_test_add_func ("/capture/immediate", test_immediate);
  g_test_add_func ("/capture/snap-length", test_snap_length);
  g_test_add_func ("/capture/cannot-write", test_cannot_write);
  g_test_add_func ("/capture/deterministic", test_deterministic);
  return g_test_run ();
}
