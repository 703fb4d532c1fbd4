// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"
#include <string.h>

static void
add (World *world,
     const char *match,
     RuleCount count,
     uint64_t first,
     uint64_t last,
     RuleAction action)
{
  RuleSpec spec = { .match = (char *) match,
                    .count = count,
                    .first = first,
                    .last = last,
                    .action = action,
                    .delay_ns = 5000 };
  GError *error = NULL;
  link_add_rule (world->there, &spec, &error);
  g_assert_no_error (error);
}

/* Sends by one letter each: d data, a ACK, s SYN, f FIN, u datagram, e empty
 * datagram. */
static void
send_letters (World *world, const char *letters)
{
  for (const char *p = letters; *p != '\0'; p++)
    {
      bool udp = *p == 'u' || *p == 'e';
      uint8_t flags = *p == 's' ? TCP_SYN : TCP_ACK;
      if (*p == 'f')
        flags |= TCP_FIN;
      size_t payload = *p == 'd' || *p == 'u' ? 9 : 0;
      world_send_packet (
          world, world->alice,
          udp ? world_datagram (1, 50000, 2, 7777, payload)
              : world_segment (1, 50000, 2, 7777, flags, 1, payload));
    }
  world_drain (world);
}

/* Are the packets of FATES dropped ('x') or delivered ('.')? */
static void
assert_drops (World *world, const char *fates)
{
  char got[64] = { 0 };
  memset (got, '.', world->network->packets);
  for (unsigned i = 0; i < world->counts[EVENT_DROPPED]; i++)
    got[world_nth_memory (world, EVENT_DROPPED, i)->id - 1] = 'x';
  g_assert_cmpstr (got, ==, fates);
  world_assert_closed (world->there);
  world_free (world);
}

static void
judge (const char *match,
       RuleCount count,
       uint64_t first,
       uint64_t last,
       const char *letters,
       const char *fates)
{
  World *world = world_new (1);
  add (world, match, count, first, last, RULE_DROP);
  send_letters (world, letters);
  assert_drops (world, fates);
}

static void
test_counts (void)
{
  judge ("tcp dst port 7777", RULE_EACH, 0, 0, "dudu", "x.x.");
  judge ("udp", RULE_EACH, 0, 0, "dudu", ".x.x");
  judge ("src port 7777", RULE_EACH, 0, 0, "dudu", "....");
  judge ("udp", RULE_NTH, 2, 2, "udududu", "..x....");
  judge ("ip", RULE_NTH, 2, 4, "dudadsf", ".xxx...");
  judge ("ip", RULE_EVERY, 3, 0, "uuuuuuu", "..x..x.");
  judge ("tcp", RULE_DATA, 3, 3, "sadadadu", "......x.");
  judge ("ip", RULE_DATA, 1, 2, "saedauu", "...x.x.");
  judge ("tcp", RULE_ACK, 2, 2, "sadadaf", "...x...");
  judge ("tcp", RULE_ACK, 2, 3, "sadadaf", "...x.x.");
  judge ("ip", RULE_ACK, 1, 9, "suedfa", ".....x");
}

static void
test_first_wins (void)
{
  World *world = world_new (1);
  add (world, "udp", RULE_NTH, 2, 2, RULE_DUPLICATE);
  add (world, "udp", RULE_NTH, 2, 3, RULE_DROP);
  send_letters (world, "uuuu");
  g_assert_cmpuint (world->counts[EVENT_DUPLICATED], ==, 1);
  g_assert_cmpint (
      memory_number (world_nth_memory (world, EVENT_DUPLICATED, 0), "rule"), ==,
      1);
  const Memory *drop = world_nth_memory (world, EVENT_DROPPED, 0);
  g_assert_cmpint (memory_number (drop, "rule"), ==, 2);
  g_assert_cmpstr (drop->event.cause, ==, "rule");
  assert_drops (world, "..x.");
}

/* The second rule counts what the first one dropped. */
static void
test_all_count (void)
{
  World *world = world_new (1);
  add (world, "udp", RULE_NTH, 1, 1, RULE_DROP);
  add (world, "udp", RULE_NTH, 3, 3, RULE_DROP);
  send_letters (world, "uuuu");
  assert_drops (world, "x.x.");
}

/* A packet that a rule did not drop goes on into the chain. */
static void
test_before_the_chain (void)
{
  static const RuleAction actions[] = { RULE_DELAY, RULE_DUPLICATE,
                                        RULE_CORRUPT };
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      World *world = world_new (1);
      WORLD_CHAIN (world->there, spec_loss (PPB_ONE));
      add (world, "udp", RULE_EACH, 0, 0, actions[i]);
      send_letters (world, "u");
      g_assert_cmpuint (world->arrivals->len, ==, 0);
      g_assert_cmpuint (world->counts[EVENT_DROPPED], ==,
                        actions[i] == RULE_DUPLICATE ? 2 : 1);
      world_free (world);
    }
}

static void
test_delay (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_delay (1000, 0, false));
  add (world, "udp", RULE_NTH, 1, 1, RULE_DELAY);
  send_letters (world, "uu");
  g_assert_cmpuint (world_arrival (world, 0)->id, ==, 2);
  g_assert_cmpint (world_arrival (world, 0)->at, ==, 1000);
  g_assert_cmpint (world_arrival (world, 1)->at, ==, 6000);
  g_assert_cmpuint (world_arrival (world, 1)->overtaken, ==, 1);
  const Memory *delayed = world_nth_memory (world, EVENT_DELAYED, 0);
  g_assert_cmpstr (delayed->event.cause, ==, "rule");
  g_assert_cmpint (memory_number (delayed, "delay"), ==, 5000);
  g_assert_cmpint (memory_number (delayed, "rule"), ==, 1);
  world_free (world);
}

/* Marks what is capable, and tells; the rest passes. */
static void
test_mark (void)
{
  World *world = world_new (1);
  add (world, "", RULE_EVERY, 2, 0, RULE_MARK);
  for (unsigned i = 0; i < 8; i++)
    {
      Packet *packet = world_datagram (1, 50000, 2, 7777, 9);
      packet->bytes[1] = (uint8_t) (i / 2);
      world_send_packet (world, world->alice, packet);
    }
  world_drain (world);
  g_assert_cmpuint (world->counts[EVENT_MARKED], ==, 2);
  g_assert_cmpuint (world->counts[EVENT_DELIVERED], ==, 8);
  for (unsigned i = 0; i < 2; i++)
    {
      const Memory *marked = world_nth_memory (world, EVENT_MARKED, i);
      g_assert_cmpuint (marked->id, ==, 4 + 2 * i);
      g_assert_cmpstr (marked->event.cause, ==, "rule");
      g_assert_cmpint (memory_number (marked, "rule"), ==, 1);
    }
  world_free (world);
}

static void
test_corrupt (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_corrupt (PPB_ONE));
  add (world, "udp", RULE_EACH, 0, 0, RULE_CORRUPT);
  send_letters (world, "uu");
  g_assert_cmpuint (world->counts[EVENT_CORRUPTED], ==, 2);
  for (unsigned i = 0; i < 2; i++)
    {
      const Memory *event = world_nth_memory (world, EVENT_CORRUPTED, i);
      g_assert_cmpstr (event->event.cause, ==, "rule");
      g_assert_true (world_arrival (world, i)->corrupted);
    }
  g_assert_cmpint (
      memory_number (world_nth_memory (world, EVENT_CORRUPTED, 0), "bit"), !=,
      memory_number (world_nth_memory (world, EVENT_CORRUPTED, 1), "bit"));
  world_free (world);
}

static void
test_duplicate (void)
{
  World *world = world_new (1);
  add (world, "udp", RULE_NTH, 1, 1, RULE_DUPLICATE);
  send_letters (world, "u");
  g_assert_cmpuint (world->arrivals->len, ==, 2);
  g_assert_cmpuint (world_arrival (world, 0)->id, ==, 1);
  g_assert_cmpuint (world_arrival (world, 1)->id, ==, 1);
  g_assert_cmpuint (world_arrival (world, 1)->copy, ==, 2);
  world_assert_closed (world->there);
  world_free (world);
}

static void
test_no_expression (void)
{
  World *world = world_new (1);
  RuleSpec spec = { .match = (char *) "tcp prot 7777" };
  GError *error = NULL;
  g_assert_false (link_add_rule (world->there, &spec, &error));
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, !=, "");
  g_error_free (error);
  send_letters (world, "d");
  assert_drops (world, ".");
}

/* Whatever the packet, "data" and "ack" do not read beyond it. */
static void
test_anything (void)
{
  uint64_t state = 0;
  World *world = world_new (1);
  add (world, "", RULE_DATA, 1, UINT64_MAX, RULE_DROP);
  add (world, "", RULE_ACK, 1, UINT64_MAX, RULE_CORRUPT);
  for (int round = 0; round < 5000; round++)
    {
      Packet *whole = world_segment (1, 5, 2, 6, TCP_ACK, 7, 3);
      for (uint64_t n = pick (&state, 4); n > 0; n--)
        packet_flip (whole, pick (&state, whole->length * 8));
      world_send_packet (
          world, world->alice,
          packet_new (whole->bytes, pick (&state, whole->length + 1)));
      packet_free (whole);
    }
  world_drain (world);
  world_assert_closed (world->there);
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rule/counts", test_counts);
  g_test_add_func ("/rule/first-wins", test_first_wins);
  g_test_add_func ("/rule/all-count", test_all_count);
  g_test_add_func ("/rule/before-the-chain", test_before_the_chain);
  g_test_add_func ("/rule/delay", test_delay);
  g_test_add_func ("/rule/corrupt", test_corrupt);
  g_test_add_func ("/rule/duplicate", test_duplicate);
  g_test_add_func ("/rule/no-expression", test_no_expression);
  g_test_add_func ("/rule/anything", test_anything);
  g_test_add_func ("/rule/mark", test_mark);
  return g_test_run ();
}
