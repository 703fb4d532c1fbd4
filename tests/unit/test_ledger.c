// SPDX-License-Identifier: MIT
/* The ledger counts from events alone, so events are all it gets here. */
#include "sim/ledger.h"
#include "stack/ranges.h"
#include "stack/wire_ip.h"
#include <string.h>

typedef struct
{
  Ledger *ledger;
  EventSink sink;
  Flow flow;
} Fixture;

static void
set_up (Fixture *fixture, const void *data)
{
  fixture->ledger = ledger_new ();
  fixture->sink = ledger_sink (fixture->ledger);
  fixture->flow = (Flow){ .index = 3, .protocol = PROTOCOL_UDP };
}

static void
tear_down (Fixture *fixture, const void *data)
{
  ledger_free (fixture->ledger);
}

static void
tell (Fixture *fixture, const Event *event)
{
  fixture->sink.event (fixture->sink.self, event);
}

static void
tell_message (
    Fixture *fixture, const char *action, Time at, int64_t number, Time due)
{
  bool sent = strcmp (action, "sent") == 0;
  Event event = { .type = EVENT_MESSAGE,
                  .at = at,
                  .host = sent ? "alice" : "bob",
                  .flow = &fixture->flow };
  event_add_text (&event, "action", action);
  event_add_number (&event, "number", number);
  if (sent)
    event_add_time (&event, "due", due);
  tell (fixture, &event);
}

static void
tell_bytes (Fixture *fixture, const char *action, int64_t from, int64_t to)
{
  Event event = { .type = EVENT_MESSAGE, .at = 5, .flow = &fixture->flow };
  event.host = strcmp (action, "sent") == 0 ? "alice" : "bob";
  event_add_text (&event, "action", action);
  event_add_number (&event, "from", from);
  event_add_number (&event, "to", to);
  tell (fixture, &event);
}

static int64_t
metric (Fixture *fixture, const char *host, const char *word)
{
  int64_t value = 0;
  g_assert_true (ledger_metric (fixture->ledger, host, fixture->flow.protocol,
                                word, &value));
  return value;
}

static void
test_messages (Fixture *fixture, const void *data)
{
  for (int64_t number = 1; number <= 5; number++)
    tell_message (fixture, "sent", number * 10, number, number * 10);
  tell_message (fixture, "received", 50, 1, 0);
  tell_message (fixture, "received", 60, 3, 0);
  tell_message (fixture, "received", 61, 3, 0);  /* doubled */
  tell_message (fixture, "received", 100, 2, 0); /* overtaken */
  tell_message (fixture, "received", 101, 4, 0);

  g_assert_cmpuint (ledger_count (fixture->ledger), ==, 1);
  const LedgerFlow *flow = ledger_nth (fixture->ledger, 0);
  g_assert_cmpuint (flow->messages_sent, ==, 5);
  g_assert_cmpuint (flow->messages_delivered, ==, 4);
  g_assert_cmpuint (flow->messages_duplicated, ==, 1);
  g_assert_cmpuint (flow->messages_reordered, ==, 1);
  g_assert_cmpint (flow->first_at, ==, 50);
  g_assert_cmpint (flow->median_at, ==, 60);
  g_assert_cmpint (flow->last_at, ==, 101);
  g_assert_cmpint (flow->first_delay, ==, 30); /* of number 3 */
  g_assert_cmpint (flow->median_delay, ==, 40);
  g_assert_cmpint (flow->last_delay, ==, 80); /* of number 2 */
  g_assert_cmpstr (flow->sender, ==, "alice");
  g_assert_cmpstr (flow->receiver, ==, "bob");
}

/* Numbers come from the network. */
static void
test_absurd_number (Fixture *fixture, const void *data)
{
  tell_message (fixture, "received", 1, INT64_MAX, 0);
  tell_message (fixture, "received", 1, 0, 0);
  const LedgerFlow *flow = ledger_nth (fixture->ledger, 0);
  g_assert_cmpuint (flow->messages_delivered, ==, 0);
  g_assert_cmpint (flow->last_at, ==, -1);
}

static void
assert_hole (const LedgerFlow *flow, unsigned index, int64_t start, int64_t end)
{
  const Range *hole = &g_array_index (flow->holes, Range, index);
  g_assert_cmpint (hole->start, ==, start);
  g_assert_cmpint (hole->end, ==, end);
}

static void
test_holes (Fixture *fixture, const void *data)
{
  tell_bytes (fixture, "sent", 0, 50);
  tell_bytes (fixture, "sent", 50, 100);
  tell_bytes (fixture, "received", 10, 20);
  tell_bytes (fixture, "received", 15, 40);
  tell_bytes (fixture, "received", 60, 90);
  const LedgerFlow *flow = ledger_nth (fixture->ledger, 0);
  g_assert_cmpuint (flow->bytes_sent, ==, 100);
  g_assert_cmpuint (flow->bytes_delivered, ==, 60);
  g_assert_cmpuint (flow->holes->len, ==, 3);
  assert_hole (flow, 0, 0, 10);
  assert_hole (flow, 1, 40, 60);
  assert_hole (flow, 2, 90, 100);
  g_assert_cmpint (metric (fixture, NULL, "bytes_lost"), ==, 40);
  tell_bytes (fixture, "received", 0, 100);
  flow = ledger_nth (fixture->ledger, 0);
  g_assert_cmpuint (flow->holes->len, ==, 0);
}

static void
tell_packet (Fixture *fixture, EventType type, const char *host, bool forward)
{
  Packet *packet = packet_new ((const uint8_t *) "0123456789", 10);
  packet->forward = forward;
  Event event = { .type = type,
                  .host = host,
                  .link = forward ? "alice>bob" : "bob>alice",
                  .packet = packet,
                  .flow = &fixture->flow };
  tell (fixture, &event);
  packet_free (packet);
}

/* A drop inside a receiver is no loss on the way. */
static void
tell_unused (Fixture *fixture)
{
  Packet *packet = packet_new ((const uint8_t *) "0123456789", 10);
  packet->forward = true;
  Event event = { .type = EVENT_DROPPED,
                  .host = "bob",
                  .packet = packet,
                  .flow = &fixture->flow,
                  .cause = "checksum" };
  tell (fixture, &event);
  packet_free (packet);
}

static void
test_packets (Fixture *fixture, const void *data)
{
  tell_packet (fixture, EVENT_SENT, "alice", true);
  tell_packet (fixture, EVENT_SENT, "alice", true);
  tell_packet (fixture, EVENT_RETRANSMITTED, "alice", true);
  tell_packet (fixture, EVENT_DROPPED, NULL, true);
  tell_packet (fixture, EVENT_DUPLICATED, NULL, true);
  tell_packet (fixture, EVENT_CORRUPTED, NULL, true);
  tell_packet (fixture, EVENT_SENT, "bob", false);
  tell_packet (fixture, EVENT_REORDERED, NULL, false);
  tell_unused (fixture);
  const LedgerFlow *flow = ledger_nth (fixture->ledger, 0);
  g_assert_cmpuint (flow->packets[0], ==, 2);
  g_assert_cmpuint (flow->packets[1], ==, 1);
  g_assert_cmpuint (flow->bytes_on_wire[0], ==, 20);
  g_assert_cmpuint (flow->packets_lost[0], ==, 1);
  g_assert_cmpuint (flow->packets_lost[1], ==, 0);
  g_assert_cmpuint (flow->packets_reordered[1], ==, 1);
  g_assert_cmpuint (flow->packets_corrupted[0], ==, 1);
  g_assert_cmpuint (flow->retransmitted[0], ==, 1);
  g_assert_cmpint (metric (fixture, NULL, "packets"), ==, 3);
  g_assert_cmpint (metric (fixture, "bob", "packets"), ==, 1);
  g_assert_cmpint (metric (fixture, "carol", "packets"), ==, 0);
}

static void
tell_state (Fixture *fixture,
            const char *host,
            const char *from,
            const char *to)
{
  Event event = { .type = EVENT_STATE, .host = host, .flow = &fixture->flow };
  event_add_text (&event, "from", from);
  event_add_text (&event, "to", to);
  tell (fixture, &event);
}

static void
tell_call (Fixture *fixture, const char *cause)
{
  Event event = { .type = EVENT_SOCKET,
                  .host = "alice",
                  .flow = &fixture->flow,
                  .cause = cause };
  tell (fixture, &event);
}

static void
test_close (Fixture *fixture, const void *data)
{
  fixture->flow.protocol = PROTOCOL_TCP;
  tell_packet (fixture, EVENT_SENT, "alice", true);
  tell_packet (fixture, EVENT_SENT, "bob", false);
  tell_call (fixture, "EINPROGRESS");
  tell_state (fixture, "alice", "ESTABLISHED", "FIN-WAIT-1");
  tell_state (fixture, "alice", "FIN-WAIT-2", "TIME-WAIT");
  g_assert_false (ledger_nth (fixture->ledger, 0)->closed);
  tell_state (fixture, "bob", "LAST-ACK", "CLOSED");
  g_assert_true (ledger_nth (fixture->ledger, 0)->closed);
  g_assert_null (ledger_nth (fixture->ledger, 0)->error);
  tell_call (fixture, "ECONNRESET");
  g_assert_cmpstr (ledger_nth (fixture->ledger, 0)->error, ==, "ECONNRESET");
  g_assert_cmpint (metric (fixture, NULL, "failed"), ==, 1);
}

/* Every word of the parser has a meaning, and no other word has. */
static void
test_words (Fixture *fixture, const void *data)
{
  tell_message (fixture, "sent", 1, 1, 1);
  tell_message (fixture, "received", 2, 1, 0);
  for (const char *const *word = LEDGER_WORDS; *word; word++)
    metric (fixture, NULL, *word);
  int64_t value;
  g_assert_false (
      ledger_metric (fixture->ledger, NULL, PROTOCOL_UDP, "deliverd", &value));
  g_assert_cmpint (metric (fixture, NULL, "delivered"), ==, 1);
  g_assert_cmpint (metric (fixture, "bob", "delivered"), ==, 1);
  g_assert_cmpint (metric (fixture, "alice", "delivered"), ==, 0);
  g_assert_cmpint (metric (fixture, "alice", "sent"), ==, 1);
  g_assert_cmpint (metric (fixture, NULL, "last_delay"), ==, 1);
  fixture->flow.protocol = PROTOCOL_TCP;
  g_assert_true (
      ledger_metric (fixture->ledger, NULL, PROTOCOL_UDP, "sent", &value));
  g_assert_cmpint (value, ==, 0);
}

#define ADD(name, function)                                                    \
  g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/ledger/messages", test_messages);
  ADD ("/ledger/absurd-number", test_absurd_number);
  ADD ("/ledger/holes", test_holes);
  ADD ("/ledger/packets", test_packets);
  ADD ("/ledger/close", test_close);
  ADD ("/ledger/words", test_words);
  return g_test_run ();
}
