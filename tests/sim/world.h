// SPDX-License-Identifier: MIT
/* A small world to judge links in: alice and bob, a link each way, and nodes
 * that only remember what they get. All events are counted, and remembered
 * while world.remember is set. */
#pragma once

#include "sim/link.h"
#include "stack/wire_tcp.h"
#include "stack/wire_udp.h"

typedef struct
{
  uint64_t id;
  unsigned copy;
  Time at;
  unsigned overtaken;
  bool corrupted;
} Arrival;

typedef struct
{
  Event event; /* its packet is gone */
  uint64_t id;
  unsigned copy;
} Memory;

typedef struct
{
  Network *network;
  Node *alice, *bob;
  Link *there, *back;
  GArray *arrivals; /* Arrival, at any node */
  GArray *memories; /* Memory */
  bool remember;
  uint64_t counts[EVENT_TYPE_COUNT];
} World;

/* World and packets are from the same seed always the same. */
World *world_new (uint64_t seed);
void world_free (World *world);

/* A node named NAME that remembers. */
Node *world_add_node (World *world, const char *name);

/* The chain there, from alice to bob. */
void world_chain (Link *link, const ElementSpec *specs, unsigned count);
#define WORLD_CHAIN(link, ...)                                                 \
  world_chain (link, (ElementSpec[]){ __VA_ARGS__ },                           \
               G_N_ELEMENTS (((ElementSpec[]){ __VA_ARGS__ })))
bool world_change (Link *link,
                   const ElementSpec *specs,
                   unsigned count,
                   const char **missing);
#define WORLD_CHANGE(link, missing, ...)                                       \
  world_change (link, (ElementSpec[]){ __VA_ARGS__ },                          \
                G_N_ELEMENTS (((ElementSpec[]){ __VA_ARGS__ })), missing)

ElementSpec
spec_rate (uint64_t rate_bps, uint64_t limit_packets, uint64_t limit_bytes);
/* Limit of packets that wait; 5 ms and 100 ms. */
ElementSpec spec_queue (ElementKind kind, uint64_t limit_packets, bool ecn);
ElementSpec spec_delay (Time delay_ns, Time jitter_ns, bool keep_order);
ElementSpec spec_loss (uint32_t share_ppb);
ElementSpec spec_reorder (uint32_t share_ppb, uint32_t gap);
ElementSpec spec_duplicate (uint32_t share_ppb);
ElementSpec spec_corrupt (uint32_t share_ppb);

/* 10.0.0.N */
Address world_address (unsigned n);

/* An IPv4 packet between 10.0.0.FROM and 10.0.0.TO. */
Packet *world_datagram (unsigned from,
                        uint16_t source_port,
                        unsigned to,
                        uint16_t destination_port,
                        size_t payload);
Packet *world_segment (unsigned from,
                       uint16_t source_port,
                       unsigned to,
                       uint16_t destination_port,
                       uint8_t flags,
                       uint32_t sequence,
                       size_t payload);

/* alice's datagram to bob:7777 with PAYLOAD bytes: sends it now, returns its
 * id. */
uint64_t world_send (World *world, size_t payload);
void world_send_packet (World *world, Node *from, Packet *packet);

/* Lets time pass: until AT, or until nothing happens any more. */
void world_run (World *world, Time at);
void world_drain (World *world);

const Arrival *world_arrival (const World *world, unsigned n);
const Memory *world_memory (const World *world, unsigned n);

/* The Nth remembered event of TYPE (0, 1, ...), or NULL. */
const Memory *world_nth_memory (const World *world, EventType type, unsigned n);
int64_t memory_number (const Memory *memory, const char *key);

void world_assert_closed (const Link *link);

/* Is COUNT of N within 3 standard deviations of what SHARE_PPB gives? */
void assert_binomial (uint64_t count, uint64_t n, uint32_t share_ppb);

/* Pearson's statistic of BINS equally likely counts is about normal; asserts
 * that it is within 4 deviations. */
void assert_uniform (const uint64_t *counts, unsigned bins);

void
assert_bytes (const void *a, size_t a_length, const void *b, size_t length);

/* A generator for the tests' own choices. */
uint64_t pick (uint64_t *state, uint64_t bound);
