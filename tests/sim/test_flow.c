// SPDX-License-Identifier: MIT
#include "stack/address.h"
#include "stack/wire_icmp.h"
#include "tests/sim/world.h"
#include <string.h>

static const char *
namer (void *data, const Address *address)
{
  if (address->bytes[15] == 1)
    return "alice";
  return address->bytes[15] == 2 ? "bob" : NULL;
}

/* Consumes PACKET. */
static Flow *
classify (FlowTable *table, Packet *packet, bool *forward)
{
  bool unused;
  Flow *flow = flow_table_classify (table, packet->bytes, packet->length,
                                    forward != NULL ? forward : &unused);
  g_assert_nonnull (flow);
  packet_free (packet);
  return flow;
}

static Packet *
echo (unsigned from, unsigned to, uint8_t type)
{
  Packet *packet = world_datagram (from, (uint16_t) (type << 8), to, 0, 8);
  IpHeader ip = { .source = world_address (from),
                  .destination = world_address (to),
                  .protocol = PROTOCOL_ICMP,
                  .hop_limit = 64 };
  wire_ip_emit (&ip, packet->length - WIRE_IPV4_HEADER, packet->bytes);
  return packet;
}

static void
test_both_ways (void)
{
  FlowTable *table = flow_table_new (namer, NULL);
  bool forward;
  Flow *flow =
      classify (table, world_datagram (1, 50000, 2, 7777, 3), &forward);
  g_assert_true (forward);
  g_assert_true (
      classify (table, world_datagram (2, 7777, 1, 50000, 9), &forward)
      == flow);
  g_assert_false (forward);
  g_assert_cmpuint (flow->index, ==, 0);
  g_assert_cmpuint (flow->initiator.port, ==, 50000);
  g_assert_cmpuint (flow->responder.port, ==, 7777);
  g_assert_cmpstr (flow->name, ==, "udp alice:50000>bob:7777");
  g_assert_true (
      flow_table_find (table, PROTOCOL_UDP, &flow->responder, &flow->initiator)
      == flow);
  g_assert_null (flow_table_find (table, PROTOCOL_TCP, &flow->responder,
                                  &flow->initiator));
  g_assert_cmpuint (flow_table_count (table), ==, 1);
  g_assert_true (flow_table_nth (table, 0) == flow);
  flow_table_free (table);
}

/* Another ephemeral port, another payload, other flows before it, other
 * names: the same luck. */
static void
test_identity (void)
{
  FlowTable *a = flow_table_new (namer, NULL);
  FlowTable *b = flow_table_new (NULL, NULL);
  classify (b, world_datagram (1, 50000, 3, 7777, 3), NULL);
  classify (b, world_segment (1, 50000, 2, 7777, TCP_SYN, 5, 0), NULL);
  uint64_t first =
      classify (a, world_datagram (1, 50000, 2, 7777, 3), NULL)->identity;
  uint64_t second =
      classify (a, world_datagram (1, 50001, 2, 7777, 3), NULL)->identity;
  Flow *flow = classify (b, world_datagram (1, 60000, 2, 7777, 8), NULL);
  g_assert_cmpuint (flow->identity, ==, first);
  g_assert_cmpuint (flow->k, ==, 1);
  flow = classify (b, world_datagram (1, 60001, 2, 7777, 8), NULL);
  g_assert_cmpuint (flow->identity, ==, second);
  g_assert_cmpuint (flow->k, ==, 2);
  g_assert_cmpuint (first, !=, second);
  g_assert_cmpstr (flow->name, ==, "udp 10.0.0.1:60001>10.0.0.2:7777");
  flow_table_free (a);
  flow_table_free (b);
}

static void
test_identities_differ (void)
{
  FlowTable *table = flow_table_new (NULL, NULL);
  uint64_t identities[] = {
    classify (table, world_datagram (1, 5, 2, 7777, 0), NULL)->identity,
    classify (table, world_datagram (1, 5, 2, 7778, 0), NULL)->identity,
    classify (table, world_datagram (1, 5, 3, 7777, 0), NULL)->identity,
    classify (table, world_datagram (3, 5, 2, 7777, 0), NULL)->identity,
    classify (table, world_datagram (2, 5, 1, 7777, 0), NULL)->identity,
    classify (table, world_segment (1, 5, 2, 7777, 0, 0, 0), NULL)->identity,
    classify (table, echo (1, 2, ICMP_ECHO_REQUEST), NULL)->identity,
    classify (table, echo (2, 1, ICMP_ECHO_REQUEST), NULL)->identity,
  };
  for (gsize i = 0; i < G_N_ELEMENTS (identities); i++)
    for (gsize j = 0; j < i; j++)
      g_assert_cmpuint (identities[i], !=, identities[j]);
  flow_table_free (table);
}

static void
test_new_isn (void)
{
  FlowTable *table = flow_table_new (namer, NULL);
  bool forward;
  Flow *flow = classify (
      table, world_segment (1, 50000, 2, 7777, TCP_SYN, 100, 0), NULL);
  classify (table, world_segment (2, 7777, 1, 50000, TCP_SYN | TCP_ACK, 900, 0),
            &forward);
  g_assert_false (forward);
  g_assert_true (flow->has_isn && flow->has_isn_peer);
  g_assert_cmpuint (flow->isn, ==, 100);
  g_assert_cmpuint (flow->isn_peer, ==, 900);
  /* A retransmitted SYN, a segment and a SYN-ACK begin nothing. */
  classify (table, world_segment (1, 50000, 2, 7777, TCP_SYN, 100, 0), NULL);
  classify (table, world_segment (1, 50000, 2, 7777, TCP_ACK, 101, 9), NULL);
  classify (table, world_segment (2, 7777, 1, 50000, TCP_SYN | TCP_ACK, 901, 0),
            NULL);
  g_assert_cmpuint (flow_table_count (table), ==, 1);
  g_assert_cmpuint (flow->isn_peer, ==, 900);
  /* Another ISN does, from either end. */
  Flow *again = classify (
      table, world_segment (1, 50000, 2, 7777, TCP_SYN, 200, 0), NULL);
  g_assert_true (again != flow);
  g_assert_cmpuint (again->k, ==, 2);
  g_assert_cmpstr (flow->name, ==, "tcp alice:50000>bob:7777");
  g_assert_cmpstr (again->name, ==, "tcp alice:50000>bob:7777 #2");
  g_assert_true (
      flow_table_find (table, PROTOCOL_TCP, &flow->initiator, &flow->responder)
      == again);
  flow_table_free (table);
}

static void
test_simultaneous_open (void)
{
  FlowTable *table = flow_table_new (NULL, NULL);
  bool forward;
  Flow *flow =
      classify (table, world_segment (1, 5, 2, 6, TCP_SYN, 100, 0), NULL);
  g_assert_true (
      classify (table, world_segment (2, 6, 1, 5, TCP_SYN, 900, 0), &forward)
      == flow);
  g_assert_false (forward);
  g_assert_cmpuint (flow->isn_peer, ==, 900);
  Flow *reverse =
      classify (table, world_segment (2, 6, 1, 5, TCP_SYN, 901, 0), &forward);
  g_assert_true (reverse != flow);
  g_assert_true (forward);
  g_assert_cmpuint (reverse->k, ==, 1); /* of another identity */
  flow_table_free (table);
}

/* Whoever is seen first, an answer does not make its sender the initiator. */
static void
test_answer_first (void)
{
  FlowTable *table = flow_table_new (namer, NULL);
  bool forward;
  Flow *flow = classify (
      table, world_segment (2, 7777, 1, 50000, TCP_SYN | TCP_ACK, 9, 0),
      &forward);
  g_assert_false (forward);
  g_assert_cmpstr (flow->name, ==, "tcp alice:50000>bob:7777");
  flow = classify (table, echo (2, 1, ICMP_ECHO_REPLY), &forward);
  g_assert_false (forward);
  g_assert_cmpstr (flow->name, ==, "icmp alice>bob");
  g_assert_true (classify (table, echo (1, 2, ICMP_ECHO_REQUEST), &forward)
                 == flow);
  g_assert_true (forward);
  Flow *other = classify (table, echo (2, 1, ICMP_ECHO_REQUEST), &forward);
  g_assert_true (forward);
  g_assert_cmpstr (other->name, ==, "icmp bob>alice");
  flow_table_free (table);
}

static void
test_later_fragment (void)
{
  FlowTable *table = flow_table_new (namer, NULL);
  Packet *packet = world_datagram (1, 50000, 2, 7777, 40);
  IpHeader ip = { .source = world_address (1),
                  .destination = world_address (2),
                  .protocol = PROTOCOL_UDP,
                  .hop_limit = 64,
                  .fragment_offset = 1480 };
  wire_ip_emit (&ip, packet->length - WIRE_IPV4_HEADER, packet->bytes);
  Flow *flow = classify (table, packet, NULL);
  g_assert_cmpstr (flow->name, ==, "udp alice>bob");
  g_assert_cmpuint (flow->responder.port, ==, 0);
  flow_table_free (table);
}

static void
test_anything (void)
{
  FlowTable *table = flow_table_new (namer, NULL);
  uint64_t state = 0;
  for (int round = 0; round < 20000; round++)
    {
      Packet *packet =
          world_segment (1, 5, 2, 6, (uint8_t) pick (&state, 4), 7, 9);
      packet->length = (uint32_t) pick (&state, packet->length + 1);
      for (uint64_t n = pick (&state, 4); packet->length > 0 && n > 0; n--)
        packet_flip (packet, pick (&state, packet->length * 8));
      /* A copy of the exact size, for the address sanitizer. */
      uint8_t *bytes = g_memdup2 (packet->bytes, packet->length);
      bool forward;
      Flow *flow = flow_table_classify (table, bytes, packet->length, &forward);
      g_assert_nonnull (flow);
      g_assert_true (flow_table_nth (table, flow->index) == flow);
      g_free (bytes);
      packet_free (packet);
    }
  flow_table_free (table);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow/both-ways", test_both_ways);
  g_test_add_func ("/flow/identity", test_identity);
  g_test_add_func ("/flow/identities-differ", test_identities_differ);
  g_test_add_func ("/flow/new-isn", test_new_isn);
  g_test_add_func ("/flow/simultaneous-open", test_simultaneous_open);
  g_test_add_func ("/flow/answer-first", test_answer_first);
  g_test_add_func ("/flow/later-fragment", test_later_fragment);
  g_test_add_func ("/flow/anything", test_anything);
  return g_test_run ();
}
