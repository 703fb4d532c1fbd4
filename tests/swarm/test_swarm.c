// SPDX-License-Identifier: MIT
/* Safety: thousands of worlds, each with random impairments in both
 * directions, hosts of which each has all options of TCP as luck wants them,
 * both ends sending and reading as they like: every byte is compared, every
 * packet judged (watch.h), windows and timers are looked at after each step,
 * every stream ends, nothing is left. A seed that fails is printed;
 * TUNLAB_SEED=N runs that one alone.
 *
 * Liveness: with R2 on, a dead link ends in ETIMEDOUT. */
#include "sim/host.h"
#include "sim/link.h"
#include "stack/address.h"
#include "tests/swarm/storm.h"
#include "tests/swarm/watch.h"

#include <errno.h>
#include <stdlib.h>

#define SEEDS       2000 /* or TUNLAB_SEEDS */
#define TWICE       50
#define MTU         1500
#define LONG_FACTOR 10
/* The slowest seed so far needed a hundredth of it. */
#define PATIENCE (1000000 * SECOND)
/* RFC 9293 3.4.1 */
#define ISN_TICK (4 * MICROSECOND)

typedef struct
{
  Network *network;
  Host *hosts[2];
  Link *links[2];
  Storm storms[2];
  StackConfig configs[2];
  Watch watch;
  SimTimer start;
  unsigned over[2]; /* segments beyond cwnd since something arrived */
  unsigned slept, too_fast, odd_timeout, unquiet;
} World;

static ScenarioAddress
address_of (const char *text, unsigned prefix_length)
{
  ScenarioAddress address = { .prefix_length = prefix_length };

  g_assert_true (address_parse (text, &address.address));
  return address;
}

static bool
toss (Luck *luck)
{
  return luck_below (luck, 2) == 1;
}

/* Small ones as often as large ones. */
static size_t
draw_size (Luck *luck, unsigned low_bits, unsigned high_bits)
{
  unsigned bits = low_bits + luck_below (luck, high_bits - low_bits);

  return ((size_t) 1 << bits) + luck_below (luck, 1u << bits);
}

/* All that a host may be told about TCP. */
static StackConfig
draw_config (Luck *luck)
{
  StackConfig config;
  TcpSettings *tcp = &config.tcp;

  stack_config_init (&config);
  luck_fill (luck, config.secret, sizeof config.secret);
  config.receive_buffer = draw_size (luck, 11, 21);
  config.send_buffer = draw_size (luck, 11, 21);
  tcp->window_scale = toss (luck);
  tcp->timestamps = toss (luck);
  tcp->sack = luck_below (luck, 4) != 0;
  tcp->rack = luck_below (luck, 4) != 0;
  tcp->ecn = (TcpEcn) luck_below (luck, 3);
  tcp->nagle = toss (luck);
  tcp->pacing = luck_below (luck, 4) == 0;
  tcp->path_probing = toss (luck);
  tcp->congestion = (TcpCongestion) luck_below (luck, TCP_CONGESTION_COUNT);
  tcp->initial_window = 1 + luck_below (luck, 20);
  tcp->mss_max = toss (luck) ? 0 : 100 + luck_below (luck, 1400);
  tcp->delayed_ack = luck_below (luck, 3) * 20 * MILLISECOND;
  tcp->keep_alive = toss (luck);
  tcp->keep_idle = SECOND;
  tcp->keep_interval = SECOND;
  tcp->keep_count = UINT_MAX;
  return config;
}

/* Checker 4, for new data: cwnd held what was in flight, but for the two
 * segments of limited transmit and one probe of the tail between two arrivals.
 * Without SACK duplicate ACKs let more out than the stack knows to be gone. */
static void
on_event (void *self, const Event *event)
{
  World *world = self;
  const Storm *storm = &world->storms[world->watch.from];
  SocketInfo info;

  if (event->type == EVENT_DELIVERED)
    world->over[event->packet->forward ? 1 : 0] = 0;
  if (event->type != EVENT_SENT || world->watch.fresh == 0 || storm->socket == 0
      || socket_info (host_stack (world->hosts[world->watch.from]),
                      storm->socket, &info)
             != 0
      || !info.sack)
    return;
  if (info.in_flight > (uint64_t) info.cwnd + 3 * info.mss + world->watch.fresh)
    world->too_fast += world->over[world->watch.from]++ > 0 ? 1 : 0;
}

static void
world_init (World *world, uint64_t seed, unsigned r2, bool ipv6)
{
  Luck luck = { seed ^ 0x5eed };
  static const char *const names[] = { "alice", "bob" };

  *world = (World){ .network = network_new (seed) };
  for (unsigned i = 0; i < 2; i++)
    {
      ScenarioHost spec = { .name = (char *) names[i] };
      ScenarioAddress address =
          ipv6 ? address_of (i == 0 ? "fd00::1" : "fd00::2", 64)
               : address_of (i == 0 ? "10.0.0.1" : "10.0.0.2", 24);

      spec.config = draw_config (&luck);
      spec.config.tcp.r2 = r2;
      spec.config.syn_give_up = r2 == 0 ? 0 : spec.config.syn_give_up;
      world->configs[i] = spec.config;
      world->hosts[i] = host_new (world->network, &spec);
      host_add_interface (world->hosts[i], MTU, &address, 1);
      if (i == 1)
        world->storms[0].peer.address = address.address;
    }
  for (unsigned i = 0; i < 2; i++)
    world->links[i] = link_new (world->network, host_node (world->hosts[i]),
                                host_node (world->hosts[1 - i]), 0);
  watch_init (&world->watch);
  world->watch.says = g_getenv ("TUNLAB_SEED") != NULL;
  network_add_sink (world->network, watch_sink (&world->watch));
  network_add_sink (world->network,
                    (EventSink){ .event = on_event, .self = world });
}

static void
add (ChainSpec *chain, ElementSpec spec)
{
  g_array_append_val (chain, spec);
}

/* Any mixture; loss up to 30 %. MTU_LEAST: what is larger than some size from
 * there on may not pass; 0: all may. */
static void
impair (Link *link, Luck *luck, unsigned mtu_least)
{
  g_autoptr (GArray) chain = g_array_new (FALSE, TRUE, sizeof (ElementSpec));
  ElementSpec spec;

  if (luck_below (luck, 3) == 0)
    {
      spec = (ElementSpec){ .kind = ELEMENT_RATE };
      spec.as.rate.rate_bps = 64000u * (1 + luck_below (luck, 1000));
      spec.as.rate.limit_packets = 5 + luck_below (luck, 100);
      add (chain, spec);
    }
  spec = (ElementSpec){ .kind = ELEMENT_DELAY };
  spec.as.delay.delay_ns = luck_below (luck, 200) * MILLISECOND;
  spec.as.delay.jitter_ns = luck_below (luck, 100) * MILLISECOND;
  spec.as.delay.keep_order = luck_below (luck, 4) == 0;
  add (chain, spec);
  if (luck_below (luck, 2) == 0)
    {
      spec = (ElementSpec){ .kind = ELEMENT_REORDER };
      spec.as.reorder.chance.share_ppb = luck_below (luck, 500) * 1000000u;
      spec.as.reorder.gap = 1 + luck_below (luck, 5);
      add (chain, spec);
    }
  for (ElementKind kind = ELEMENT_LOSS; kind <= ELEMENT_CORRUPT; kind++)
    {
      if (kind == ELEMENT_REORDER || luck_below (luck, 3) == 0)
        continue;
      spec = (ElementSpec){ .kind = kind };
      *(kind == ELEMENT_LOSS ? &spec.as.loss.chance : &spec.as.share) =
          (Chance){
            luck_below (luck, kind == ELEMENT_LOSS ? 301 : 101) * 1000000u, 0
          };
      add (chain, spec);
    }
  if (mtu_least > 0 && toss (luck))
    {
      spec = (ElementSpec){ .kind = ELEMENT_MTU };
      spec.as.mtu.bytes = mtu_least + luck_below (luck, MTU - mtu_least + 1);
      add (chain, spec);
    }
  link_set_chain (link, chain);
}

/* Only who searches gets through a hole that swallows what is large. */
static unsigned
least_mtu (const World *world, bool ipv6)
{
  for (unsigned i = 0; i < 2; i++)
    if (!world->configs[i].tcp.path_probing)
      return 0;
  return ipv6 ? 1280 : 600;
}

static void
prepare_storms (World *world, uint64_t seed, Luck *luck)
{
  Address server = world->storms[0].peer.address;
  uint64_t amounts[2];

  for (unsigned i = 0; i < 2; i++)
    amounts[i] = luck_below (luck, 4) == 0 ? luck_below (luck, 3)
                                           : luck_below (luck, 400000);
  for (unsigned i = 0; i < 2; i++)
    {
      Storm *storm = &world->storms[i];

      storm_init (storm, world->hosts[i], luck_draw (luck), i == 0);
      storm->peer.address = server;
      storm->to_send = amounts[i];
      storm->expected = amounts[1 - i];
      storm->salt_out = seed * 2 + i;
      storm->salt_in = seed * 2 + (1 - i);
    }
}

static void
on_start (void *self, Time now)
{
  World *world = self;

  for (int i = 1; i >= 0; i--)
    storm_start (&world->storms[i], now);
}

static void
start_at (World *world, Time at)
{
  sim_timer_init (&world->start, on_start, world);
  sim_schedule (&world->network->sim, &world->start, at);
}

/* What only the inside tells: see checkers 4, 6 and 9. */
static void
look_inside (World *world)
{
  for (unsigned i = 0; i < 2; i++)
    {
      const Storm *storm = &world->storms[i];
      const StackConfig *config = &world->configs[i];
      SocketInfo info;

      world->slept += storm_slept (storm) ? 1 : 0;
      if (storm->socket == 0
          || socket_info (host_stack (world->hosts[i]), storm->socket, &info)
                 != 0)
        continue;
      world->odd_timeout +=
          info.rto < MIN (config->rto_min, config->rto_initial)
                  || info.rto > config->rto_max
              ? 1
              : 0;
    }
}

static void
world_run (World *world, Time until)
{
  while (sim_step (&world->network->sim, until))
    if (look_inside (world), world->storms[0].closed && world->storms[1].closed
                                 && network_quiet (world->network))
      break;
}

/* Checker 8: both have closed, and when TIME-WAIT is over nothing is left. */
static void
end (World *world)
{
  while (sim_step (&world->network->sim, PATIENCE))
    ;
  for (unsigned i = 0; i < 2; i++)
    {
      Stack *stack = host_stack (world->hosts[i]);
      StackUse use = stack_use (stack);

      if (use.sockets > 0 || use.stream_bytes > 0 || use.outbox_bytes > 0
          || stack_busy (stack) || stack_deadline (stack) != TIME_NEVER)
        world->unquiet++;
    }
}

static void
world_clear (World *world)
{
  for (unsigned i = 0; i < 2; i++)
    storm_clear (&world->storms[i]);
  watch_clear (&world->watch);
  network_free (world->network);
}

static bool
accounts_close (World *world)
{
  for (unsigned i = 0; i < 2; i++)
    {
      LinkAccount account;

      link_account (world->links[i], &account);
      if (account.sent + account.duplicated
          != account.delivered + account.dropped + account.in_flight)
        return false;
    }
  return true;
}

static void
report (uint64_t seed, const World *world)
{
  g_test_message ("TUNLAB_SEED=%" G_GUINT64_FORMAT " fails at %" G_GINT64_FORMAT
                  " ns: slept %u, too fast %u, odd timeouts %u, unquiet %u",
                  seed, world->network->sim.now, world->slept, world->too_fast,
                  world->odd_timeout, world->unquiet);
  for (WatchFault i = 0; i < WATCH_FAULT_COUNT; i++)
    if (world->watch.faults[i] > 0)
      g_test_message ("%u times: %s", world->watch.faults[i],
                      watch_fault_words (i));
  for (unsigned i = 0; i < 2; i++)
    g_test_message ("end %u: sent %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                    ", received %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                    ", closed %d, wrong bytes %d, error %d",
                    i, world->storms[i].sent, world->storms[i].to_send,
                    world->storms[i].received, world->storms[i].expected,
                    world->storms[i].closed, world->storms[i].wrong,
                    world->storms[i].error);
}

/* When must one of the ends begin for its sequence numbers to wrap after at
 * most 64 KiB? Initial numbers follow the clock, so a first try tells. */
static Time
find_wrap (uint64_t seed, bool ipv6, unsigned end)
{
  Luck luck = { seed };
  World world;
  uint32_t ahead;

  world_init (&world, seed, 0, ipv6);
  prepare_storms (&world, seed, &luck);
  start_at (&world, 0);
  while (!world.watch.ends[end].syn_sent
         && sim_step (&world.network->sim, PATIENCE))
    ;
  ahead = 0u - world.watch.ends[end].isn - luck_below (&luck, 65536);
  world_clear (&world);
  return ahead * ISN_TICK;
}

typedef struct
{
  unsigned packets;
  uint64_t digest;
} Survival;

/* False: the seed fails, and the log says how. */
static bool
survive (uint64_t seed, Survival *survival)
{
  Luck luck = { seed };
  bool good, ipv6 = toss (&luck);
  Time at = toss (&luck) ? find_wrap (seed, ipv6, luck_below (&luck, 2)) : 0;
  World world;

  world_init (&world, seed, 0, ipv6);
  for (unsigned i = 0; i < 2; i++)
    impair (world.links[i], &luck, least_mtu (&world, ipv6));
  prepare_storms (&world, seed, &luck);
  start_at (&world, at);
  world_run (&world, PATIENCE);
  end (&world);
  good = storm_is_complete (&world.storms[0])
         && storm_is_complete (&world.storms[1]) && accounts_close (&world)
         && watch_faults (&world.watch) == 0 && world.slept == 0
         && world.too_fast == 0 && world.odd_timeout == 0 && world.unquiet == 0;
  if (!good)
    report (seed, &world);
  *survival = (Survival){ world.watch.packets, world.watch.digest };
  world_clear (&world);
  return good;
}

/* req: TCP-WND-1 TCP-SEQ-6 TCP-SEQ-7 TCP-HDR-1 UDP-25 TCP-CLS-1 */
static void
test_storms (void)
{
  const char *only = g_getenv ("TUNLAB_SEED");
  uint64_t first = only != NULL ? strtoull (only, NULL, 10) : 1;
  const char *wanted = g_getenv ("TUNLAB_SEEDS");
  unsigned seeds = wanted != NULL ? (unsigned) atoi (wanted) : SEEDS;
  uint64_t count = only != NULL ? 1 : luck_rounds (seeds, LONG_FACTOR);
  unsigned packets = 0, failed = 0;
  Survival survival, again;

  for (uint64_t seed = first; seed < first + count; seed++)
    {
      failed += survive (seed, &survival) ? 0 : 1;
      packets += survival.packets;
      /* Checker 11: a world knows no other clock and no other luck. */
      if (seed % TWICE == 0 && survive (seed, &again))
        g_assert_cmphex (survival.digest, ==, again.digest);
    }
  g_test_message ("%" G_GUINT64_FORMAT " seeds, %u packets, %u failed", count,
                  packets, failed);
  g_assert_cmpuint (failed, ==, 0);
}

/* The link dies while both ends still have much to say. */
static void
die (bool before_handshake)
{
  Luck luck = { 7 };
  World world;

  world_init (&world, 7, 15, false);
  prepare_storms (&world, 7, &luck);
  start_at (&world, 0);
  world.storms[0].to_send = world.storms[1].expected = 100000000;
  if (before_handshake)
    link_set_up (world.links[0], false);
  world_run (&world, 100 * MILLISECOND);
  for (unsigned i = 0; i < 2; i++)
    link_set_up (world.links[i], false);
  world_run (&world, PATIENCE);
  g_assert_cmpint (world.storms[0].error, ==, ETIMEDOUT);
  g_assert_false (storm_is_complete (&world.storms[0]));
  g_assert_true (network_quiet (world.network));
  world_clear (&world);
}

/* req: TCP-TMO-1 TCP-TMO-4 */
static void
test_dead_link (void)
{
  die (false);
}

static void
test_dead_link_syn (void)
{
  die (true);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/storms", test_storms);
  g_test_add_func ("/swarm/dead-link", test_dead_link);
  g_test_add_func ("/swarm/dead-link-before-handshake", test_dead_link_syn);
  return g_test_run ();
}
