// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"

static void
test_nodes (void)
{
  World *world = world_new (1);
  g_assert_true (network_find_node (world->network, "bob") == world->bob);
  g_assert_null (network_find_node (world->network, "carol"));
  g_assert_cmpuint (world->bob->index, ==, 1);
  g_assert_cmpuint (network_next_packet (world->network), ==, 1);
  g_assert_cmpuint (network_next_packet (world->network), ==, 2);
  g_assert_true (network_quiet (world->network));
  world_free (world);
}

static void
test_names (void)
{
  World *world = world_new (1);
  Address alice = world_address (1);
  network_name_address (world->network, &alice, world->alice);
  world_send (world, 10);
  g_assert_cmpstr (world_memory (world, 0)->event.flow->name, ==,
                   "udp alice:50000>10.0.0.2:7777");
  world_free (world);
}

static void
test_retransmitted (void)
{
  World *world = world_new (1);
  WORLD_CHAIN (world->there, spec_loss (PPB_ONE));
  Packet *packet = world_segment (1, 5, 2, 7777, TCP_ACK, 1, 9);
  packet->id = network_next_packet (world->network);
  Event event = { .type = EVENT_RETRANSMITTED, .cause = "rto" };
  node_send (world->alice, 0, packet, 0, &event);
  static const EventType order[] = { EVENT_SENT, EVENT_RETRANSMITTED,
                                     EVENT_DROPPED };
  g_assert_cmpuint (world->memories->len, ==, G_N_ELEMENTS (order));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      const Memory *memory = world_memory (world, i);
      g_assert_cmpint (memory->event.type, ==, order[i]);
      g_assert_cmpuint (memory->id, ==, 1);
      g_assert_cmpstr (memory->event.link, ==, "alice>bob");
      g_assert_nonnull (memory->event.flow);
    }
  world_free (world);
}

/* A router's packet keeps its flow, whatever happened to its bytes. */
static void
test_keeps_flow (void)
{
  World *world = world_new (1);
  Packet *packet = world_datagram (1, 50000, 2, 7777, 9);
  Packet *broken = packet_copy (packet);
  world_send_packet (world, world->alice, packet);
  broken->flow = world_memory (world, 0)->event.flow != NULL
                     ? flow_table_nth (world->network->flows, 0)
                     : NULL;
  broken->forward = true;
  packet_flip (broken, 0);
  world_send_packet (world, world->bob, broken);
  g_assert_cmpuint (flow_table_count (world->network->flows), ==, 1);
  world_free (world);
}

static void
note (void *self, const Event *event)
{
  g_string_append_c (self, event->type == EVENT_SENT ? 's' : 'd');
}

static void
note_last (void *self, const Event *event)
{
  g_string_append_c (self, '|');
}

static void
test_sinks (void)
{
  World *world = world_new (1);
  GString *notes = g_string_new (NULL);
  network_add_sink (world->network,
                    (EventSink){ .event = note, .self = notes });
  network_add_sink (world->network,
                    (EventSink){ .event = note_last, .self = notes });
  world_send (world, 10);
  world_drain (world);
  g_assert_cmpstr (notes->str, ==, "s|d|");
  g_string_free (notes, TRUE);
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network/nodes", test_nodes);
  g_test_add_func ("/network/names", test_names);
  g_test_add_func ("/network/retransmitted", test_retransmitted);
  g_test_add_func ("/network/keeps-flow", test_keeps_flow);
  g_test_add_func ("/network/sinks", test_sinks);
  return g_test_run ();
}
