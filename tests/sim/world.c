// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"
#include "stack/address.h"
#include <string.h>

typedef struct
{
  Node node;
  World *world;
} Probe;

static void
probe_receive (Node *node, unsigned interface, Packet *packet, Time now)
{
  World *world = ((Probe *) node)->world;
  Arrival arrival = { packet->id, packet->copy, now, packet->overtaken,
                      packet->corrupted };
  if (world->remember)
    g_array_append_val (world->arrivals, arrival);
  packet_free (packet);
}

static void
remember (void *self, const Event *event)
{
  World *world = self;
  world->counts[event->type]++;
  g_assert_cmpint (event->at, ==, world->network->sim.now);
  if (!world->remember)
    return;
  Memory memory = { .event = *event };
  memory.event.packet = NULL;
  if (event->packet != NULL)
    {
      memory.id = event->packet->id;
      memory.copy = event->packet->copy;
    }
  g_array_append_val (world->memories, memory);
}

Node *
world_add_node (World *world, const char *name)
{
  static const NodeClass class = { .receive = probe_receive };
  Probe *probe = g_new0 (Probe, 1);
  probe->node.class = &class;
  probe->node.name = g_strdup (name);
  probe->world = world;
  network_add_node (world->network, &probe->node);
  return &probe->node;
}

World *
world_new (uint64_t seed)
{
  World *world = g_new0 (World, 1);
  world->network = network_new (seed);
  world->arrivals = g_array_new (FALSE, FALSE, sizeof (Arrival));
  world->memories = g_array_new (FALSE, FALSE, sizeof (Memory));
  world->remember = true;
  world->alice = world_add_node (world, "alice");
  world->bob = world_add_node (world, "bob");
  world->there = link_new (world->network, world->alice, world->bob, 0);
  world->back = link_new (world->network, world->bob, world->alice, 0);
  network_add_sink (world->network,
                    (EventSink){ .event = remember, .self = world });
  return world;
}

void
world_free (World *world)
{
  network_free (world->network);
  g_array_unref (world->arrivals);
  g_array_unref (world->memories);
  g_free (world);
}

void
world_chain (Link *link, const ElementSpec *specs, unsigned count)
{
  ChainSpec *chain = g_array_new (FALSE, FALSE, sizeof (ElementSpec));
  g_array_append_vals (chain, specs, count);
  link_set_chain (link, chain);
  g_array_unref (chain);
}

bool
world_change (Link *link,
              const ElementSpec *specs,
              unsigned count,
              const char **missing)
{
  ChainSpec *chain = g_array_new (FALSE, FALSE, sizeof (ElementSpec));
  g_array_append_vals (chain, specs, count);
  bool done = link_change (link, chain, missing);
  g_array_unref (chain);
  return done;
}

ElementSpec
spec_rate (uint64_t rate_bps, uint64_t limit_packets, uint64_t limit_bytes)
{
  return (ElementSpec){ .kind = ELEMENT_RATE,
                        .as.rate = { .rate_bps = rate_bps,
                                     .limit_packets = limit_packets,
                                     .limit_bytes = limit_bytes } };
}

ElementSpec
spec_queue (ElementKind kind, uint64_t limit_packets, bool ecn)
{
  return (ElementSpec){ .kind = kind,
                        .as.queue = { .limit_packets = limit_packets,
                                      .target_ns = 5 * MILLISECOND,
                                      .interval_ns = 100 * MILLISECOND,
                                      .quantum = 1514,
                                      .ecn = ecn } };
}

ElementSpec
spec_delay (Time delay_ns, Time jitter_ns, bool keep_order)
{
  return (ElementSpec){ .kind = ELEMENT_DELAY,
                        .as.delay = { .delay_ns = delay_ns,
                                      .jitter_ns = jitter_ns,
                                      .keep_order = keep_order } };
}

ElementSpec
spec_loss (uint32_t share_ppb)
{
  return (ElementSpec){ .kind = ELEMENT_LOSS,
                        .as.loss.chance = { share_ppb, 0 } };
}

ElementSpec
spec_reorder (uint32_t share_ppb, uint32_t gap)
{
  return (ElementSpec){ .kind = ELEMENT_REORDER,
                        .as.reorder = { { share_ppb, 0 }, gap } };
}

ElementSpec
spec_duplicate (uint32_t share_ppb)
{
  return (ElementSpec){ .kind = ELEMENT_DUPLICATE,
                        .as.share = { share_ppb, 0 } };
}

ElementSpec
spec_corrupt (uint32_t share_ppb)
{
  return (ElementSpec){ .kind = ELEMENT_CORRUPT, .as.share = { share_ppb, 0 } };
}

Address
world_address (unsigned n)
{
  return address_from_ipv4 (
      (const uint8_t[4]){ 10, 0, (uint8_t) (n >> 8), (uint8_t) n });
}

static Packet *
ip_packet (unsigned from,
           unsigned to,
           uint8_t protocol,
           const uint8_t *upper,
           size_t upper_length,
           size_t payload)
{
  IpHeader ip = { .source = world_address (from),
                  .destination = world_address (to),
                  .protocol = protocol,
                  .hop_limit = 64 };
  size_t length = WIRE_IPV4_HEADER + upper_length + payload;
  uint8_t *bytes = g_malloc0 (length);
  wire_ip_emit (&ip, upper_length + payload, bytes);
  memcpy (bytes + WIRE_IPV4_HEADER, upper, upper_length);
  Packet *packet = packet_new (bytes, length);
  g_free (bytes);
  return packet;
}

static void
put_ports (uint8_t *upper, uint16_t source, uint16_t destination)
{
  upper[0] = (uint8_t) (source >> 8);
  upper[1] = (uint8_t) source;
  upper[2] = (uint8_t) (destination >> 8);
  upper[3] = (uint8_t) destination;
}

Packet *
world_datagram (unsigned from,
                uint16_t source_port,
                unsigned to,
                uint16_t destination_port,
                size_t payload)
{
  uint8_t header[WIRE_UDP_HEADER] = { 0 };
  put_ports (header, source_port, destination_port);
  size_t length = sizeof header + payload;
  header[4] = (uint8_t) (length >> 8);
  header[5] = (uint8_t) length;
  return ip_packet (from, to, PROTOCOL_UDP, header, sizeof header, payload);
}

Packet *
world_segment (unsigned from,
               uint16_t source_port,
               unsigned to,
               uint16_t destination_port,
               uint8_t flags,
               uint32_t sequence,
               size_t payload)
{
  uint8_t header[WIRE_TCP_HEADER] = { 0 };
  put_ports (header, source_port, destination_port);
  for (int i = 0; i < 4; i++)
    header[4 + i] = (uint8_t) (sequence >> (24 - 8 * i));
  header[12] = WIRE_TCP_HEADER / 4 << 4;
  header[13] = flags;
  return ip_packet (from, to, PROTOCOL_TCP, header, sizeof header, payload);
}

void
world_send_packet (World *world, Node *from, Packet *packet)
{
  if (packet->id == 0)
    packet->id = network_next_packet (world->network);
  node_send (from, 0, packet, world->network->sim.now, NULL);
}

uint64_t
world_send (World *world, size_t payload)
{
  world_send_packet (world, world->alice,
                     world_datagram (1, 50000, 2, 7777, payload));
  return world->network->packets;
}

void
world_run (World *world, Time at)
{
  while (sim_step (&world->network->sim, at))
    continue;
  world->network->sim.now = at;
}

void
world_drain (World *world)
{
  while (sim_step (&world->network->sim, TIME_NEVER))
    continue;
  g_assert_true (network_quiet (world->network));
}

const Arrival *
world_arrival (const World *world, unsigned n)
{
  g_assert_cmpuint (n, <, world->arrivals->len);
  return &g_array_index (world->arrivals, Arrival, n);
}

const Memory *
world_memory (const World *world, unsigned n)
{
  g_assert_cmpuint (n, <, world->memories->len);
  return &g_array_index (world->memories, Memory, n);
}

const Memory *
world_nth_memory (const World *world, EventType type, unsigned n)
{
  for (guint i = 0; i < world->memories->len; i++)
    if (world_memory (world, i)->event.type == type && n-- == 0)
      return world_memory (world, i);
  return NULL;
}

int64_t
memory_number (const Memory *memory, const char *key)
{
  g_assert_nonnull (memory);
  const EventField *field = event_field (&memory->event, key);
  g_assert_nonnull (field);
  return field->number;
}

void
world_assert_closed (const Link *link)
{
  LinkAccount account;
  link_account (link, &account);
  g_assert_cmpuint (account.sent + account.duplicated, ==,
                    account.delivered + account.dropped + account.in_flight);
}

void
assert_binomial (uint64_t count, uint64_t n, uint32_t share_ppb)
{
  double p = share_ppb / 1e9;
  double off = (double) count - (double) n * p;
  g_assert_cmpfloat (off * off, <=, 9 * (double) n * p * (1 - p));
}

void
assert_uniform (const uint64_t *counts, unsigned bins)
{
  double n = 0, statistic = 0, freedom = bins - 1;
  for (unsigned i = 0; i < bins; i++)
    n += (double) counts[i];
  for (unsigned i = 0; i < bins; i++)
    {
      double off = (double) counts[i] - n / bins;
      statistic += off * off / (n / bins);
    }
  double beyond = statistic - freedom;
  g_assert_cmpfloat (beyond * beyond, <=, 16 * 2 * freedom);
}

void
assert_bytes (const void *a, size_t a_length, const void *b, size_t length)
{
  g_assert_cmpuint (a_length, ==, length);
  g_assert_true (memcmp (a, b, length) == 0);
}

uint64_t
pick (uint64_t *state, uint64_t bound)
{
  return random_below (
      random_draw ((RandomKey){ 20 }, ++*state, PURPOSE_LET, 1), bound);
}
