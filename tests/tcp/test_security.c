// SPDX-License-Identifier: MIT
/* Floods, guesses, and what a stranger can learn. */
#include "tests/harness.h"

#include "stack/address.h"
#include "stack/tcp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SYN "S 0:0(0) win 65535 <mss 1000>"

static unsigned
count_of (unsigned usual, unsigned full)
{
  return getenv ("TUNLAB_LONG") != NULL ? full : usual;
}

/* Nobody's luck but the test's. */
static uint32_t
draw (uint64_t *state)
{
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t) (*state >> 32);
}

/* A segment from anywhere; not logged, there are too many. */
static void
forge (Talk *t, const PacketLine *line, const Endpoint *from, uint32_t sequence)
{
  static uint8_t packet[PACKET_LINE_MAX];
  PacketPath path = { .source = *from,
                      .destination = { t->local, 7777 },
                      .source_isn = sequence,
                      .destination_isn = t->flow->isn };
  StackIn in = { .id = ++t->packet };
  StackEvent event;

  stack_input (t->stack, t->now, &in, packet,
               packet_line_encode (line, &path, packet));
  while (stack_event (t->stack, &event))
    ;
}

static void
swallow (Talk *t)
{
  while (stack_output (t->stack, t->now, t->bytes, PACKET_LINE_MAX, &t->out)
         > 0)
    ;
}

static unsigned
sockets (const Talk *t)
{
  const SocketTable *table = &t->stack->sockets;

  return table->count - (table->unused->len - table->unused_first);
}

static Endpoint
anywhere (uint64_t *luck)
{
  Endpoint from = { .port = (uint16_t) (1 + draw (luck) % 65535) };
  uint32_t host = draw (luck);

  g_assert_true (address_parse ("10.0.0.2", &from.address));
  from.address.bytes[12] = (uint8_t) (11 + host % 100);
  memcpy (from.address.bytes + 13, &host, 3);
  return from;
}

/* 1,000 SYNs a millisecond that nobody stands behind, and somebody who wants
 * to connect. req: TCP-SEC-1 TCP-SEC-7 */
static void
test_syn_flood (void)
{
  StackConfig config = talk_config ();
  PacketLine syn = packet_line_parse (SYN);
  unsigned rounds = count_of (100, 1000), connected = 0;
  uint64_t luck = 1;
  Address any;
  Talk *t;

  config.syn_cookies = true;
  t = talk_new_with (&config, false, 1000 * SECOND);
  g_assert_true (address_parse ("0.0.0.0", &any));
  stack_route_add (t->stack, &any, 0, 0);
  app_listen (t, 7777, 128);
  for (unsigned i = 0; i < rounds; i++)
    {
      for (unsigned j = 0; j < 1000; j++)
        {
          Endpoint from = anywhere (&luck);

          forge (t, &syn, &from, draw (&luck));
          swallow (t);
        }
      t->now += MILLISECOND;
      talk_check (t, sockets (t) <= 1 + 2 * 128 + connected);
      /* At the first try, in no time. */
      t->flow_count = 0;
      peer_uses (t, (uint16_t) (20000 + i));
      peer_adds (t, SYN);
      peer_expects (t, "S. 0:0(0) ack 1");
      peer_adds (t, ". 1:1(0) ack 1");
      app_accepts (t);
      state_is (t, "ESTABLISHED");
      connected++;
    }
  talk_check (t, connected == rounds);
  talk_check (t, stack_counter (t->stack, STACK_COUNTER_COOKIES_SENT)
                     >= rounds * 1000 - 128);
  talk_check (t, t->stack->rings.used == 0);
  peer_ignores (t);
  talk_free (t);
}

/* 16 of 2^32 numbers are right at any time: 2^-28. Of 2^k guesses 2^(k-28)
 * are. req: TCP-SEC-3 */
static void
test_guesses (void)
{
  StackConfig config = talk_config ();
  PacketLine ack = packet_line_parse (". 1:1(0) ack 1");
  unsigned guesses = count_of (1u << 18, 10000000);
  uint64_t luck = 2;
  Talk *t;

  config.syn_cookies = true;
  t = talk_new_with (&config, false, 1000 * SECOND);
  app_listen (t, 7777, 1);
  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_uses (t, 40001);
  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  for (unsigned i = 0; i < guesses; i++)
    {
      Endpoint from = { t->peer, (uint16_t) (1 + draw (&luck) % 39999) };

      t->flow->isn = draw (&luck);
      forge (t, &ack, &from, draw (&luck));
      swallow (t);
      talk_check (t, sockets (t) == 2);
    }
  talk_check (t, stack_counter (t->stack, STACK_COUNTER_COOKIES_TAKEN) == 0);
  peer_ignores (t);
  talk_free (t);
}

/* Of COUNT connections to PORT of the peer, which local ports? */
static void
choose_ports (Talk *t, const Address *to, unsigned count, uint16_t *ports)
{
  Endpoint remote = { *to, 80 }, local;

  for (unsigned i = 0; i < count; i++)
    {
      int socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);

      talk_check (t, socket_connect (t->stack, socket, &remote) < 0);
      socket_local (t->stack, socket, &local);
      ports[i] = local.port;
      socket_abort (t->stack, socket);
    }
}

#define PORTS 100000
#define RANGE 16384

static double
entropy (const uint16_t *values)
{
  static unsigned counts[65536];
  double bits = 0;

  memset (counts, 0, sizeof counts);
  for (unsigned i = 0; i < PORTS; i++)
    counts[values[i]]++;
  for (unsigned i = 0; i < 65536; i++)
    if (counts[i] > 0)
      bits -= counts[i] * log2 ((double) counts[i] / PORTS) / PORTS;
  return bits;
}

/* req: TCP-SEC-5 */
static void
test_ports (void)
{
  static uint16_t ports[PORTS], steps[PORTS], others[PORTS];
  Talk *t = talk_new ();
  Address other;

  g_assert_true (address_parse ("10.0.0.3", &other));
  choose_ports (t, &t->peer, PORTS, ports);
  choose_ports (t, &other, PORTS, others);
  for (unsigned i = 0; i < PORTS; i++)
    {
      uint16_t next = ports[(i + 1) % PORTS];

      talk_check (t, ports[i] >= 49152);
      steps[i] = (uint16_t) ((next - ports[i]) & (RANGE - 1));
      others[i] = (uint16_t) ((others[i] - ports[i]) & (RANGE - 1));
    }
  /* Of 14 bits; 100,000 draws of 16,384 show 13.88 of them. One port tells
   * nothing of the next, and those to one peer nothing of another's. */
  g_assert_cmpfloat (entropy (ports), >, 13.5);
  g_assert_cmpfloat (entropy (steps), >, 13.5);
  g_assert_cmpfloat (entropy (others), >, 13.5);
  talk_free (t);
}

/* A stack that somebody else talks to, or nobody. */
static Talk *
talk_beside (bool busy)
{
  StackConfig config = talk_config ();
  Talk *t;
  Address stranger;

  config.challenge_acks = 10;
  config.syn_cookies = true;
  t = talk_new_with (&config, false, 1000 * SECOND);
  app_listen (t, 7777, 16);
  if (!busy)
    return t;
  stranger = t->peer;
  g_assert_true (address_parse ("10.0.0.77", &t->peer));
  peer_uses (t, 30000);
  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  app_sends (t, 50000);
  peer_ignores (t);
  for (int i = 0; i < 100; i++)
    {
      peer_sends (t, "R 5:5(0)");
      peer_ignores (t);
    }
  peer_uses (t, 30001);
  app_connect (t, 80);
  peer_ignores (t);
  t->peer = stranger;
  return t;
}

/* Everything a stranger may send, one by one. */
static const char *const PROBES[] = {
  SYN,
  "S 0:0(0) win 65535 <mss 1000>",
  ". 1:1(0) ack 77",
  "R. 1:1(0) ack 77",
  "F 0:0(0)",
  "- 0:10(10)",
  "SF 0:0(0)",
  "P. 1:100(99) ack 500",
};

/* req: TCP-SEC-6 TCP-RST-6 TCP-SEQ-3 */
static void
test_twins (void)
{
  Talk *twins[2] = { talk_beside (false), talk_beside (true) };

  for (unsigned port = 0; port < 2; port++)
    for (unsigned i = 0; i < 30 * G_N_ELEMENTS (PROBES); i++)
      {
        uint8_t bytes[2][200];
        size_t lengths[2];

        for (unsigned j = 0; j < 2; j++)
          {
            Talk *t = twins[j];

            t->flow_count = 0;
            peer_uses (t, (uint16_t) (41000 + i / G_N_ELEMENTS (PROBES)));
            t->flow->local_port = port == 0 ? 7777 : 7778;
            peer_adds (t, "%s", PROBES[i % G_N_ELEMENTS (PROBES)]);
            lengths[j] = 0;
            /* Others are none of our business. */
            do
              lengths[j] = peer_takes (t);
            while (lengths[j] > 0 && t->bytes[19] == 77);
            memcpy (bytes[j], t->bytes, MIN (lengths[j], 200));
            t->now += MILLISECOND;
          }
        g_assert_cmpuint (lengths[0], ==, lengths[1]);
        g_assert_true (memcmp (bytes[0], bytes[1], lengths[0]) == 0);
      }
  peer_ignores (twins[0]);
  peer_ignores (twins[1]);
  talk_free (twins[0]);
  talk_free (twins[1]);
}

#define OTHERS 500

/* Small segments, slow readers, many of them: everybody gets a turn.
 * req: TCP-SEC-11 */
static void
test_turns (void)
{
  StackConfig config = talk_config ();
  static const uint8_t data[20000];
  int connections[OTHERS + 1];
  unsigned honest = 0, all = 0;
  Talk *t;

  config.tcp.initial_window = 1000;
  t = talk_new_with (&config, false, 1000 * SECOND);
  talk_accepted (t);
  connections[OTHERS] = t->flow->socket;
  for (unsigned i = 0; i < OTHERS; i++)
    {
      t->flow_count = 1;
      peer_uses (t, (uint16_t) (1024 + i));
      peer_sends (t, "S 0:0(0) win 65535 <mss 1>");
      peer_expects (t, "S. 0:0(0) ack 1");
      peer_sends (t, ". 1:1(0) ack 1");
      app_accepts (t);
      connections[i] = t->flow->socket;
    }
  for (unsigned i = 0; i <= OTHERS; i++)
    socket_send (t->stack, connections[i], data, sizeof data);
  while (honest < 20)
    {
      talk_check (t, peer_takes (t) > 0);
      honest += t->bytes[22] << 8 == (40000 & 0xff00)
                && t->bytes[23] == (40000 & 0xff);
      all++;
      /* Never longer than once around. */
      talk_check (t, all <= (honest + 1) * (OTHERS + 1));
    }
  peer_ignores (t);
  talk_free (t);
}

/* A sender of bursts that fill what it can does not slow another down: what
 * one connection loses is its own affair. req: TCP-SEC-11 */
static void
test_losses_of_others (void)
{
  Talk *t = talk_new ();
  int64_t at = 1;

  talk_accepted (t);
  peer_uses (t, 40001);
  peer_sends (t, SYN);
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  app_sends (t, 100000);
  peer_ignores (t);
  peer_uses (t, 40000);
  for (int i = 0; i < 200; i++, at += 1000)
    {
      app_sends (t, 1000);
      peer_expects (t, "P. %ld:%ld(1000) ack 1", (long) at, (long) at + 1000);
      peer_sends (t, ". 1:1(0) ack %ld", (long) at + 1000);
      /* Each burst of the other is a timeout. */
      sleep_through (t, 100, MILLISECOND);
    }
  talk_check (t, app_info (t).retransmissions == 0);
  talk_check (t, app_info (t).rto == 200 * MILLISECOND);
  peer_uses (t, 40001);
  talk_check (t, app_info (t).retransmissions > 5);
  talk_free (t);
}

/* Signatures that we do not speak are options like any unknown one, whatever
 * they look like (the class of CVE-2019-12260). req: TCP-SEC-12 TCP-SEC-13 */
static void
test_signatures (void)
{
  static const char *const OPTIONS[] = {
    "raw 1d100102030405060708090a0b0c0d0e",     /* AO */
    "raw 1d04aabb",                             /* without a MAC */
    "raw 1d02",                                 /* without a key */
    "raw 1d00",                                 /* no length */
    "raw 1d28aabb",                             /* longer than there is */
    "raw 13120102030405060708090a0b0c0d0e0f10", /* MD5 */
    "raw 1303aa",
    "raw 13ff",
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (OPTIONS); i++)
    {
      Talk *t = talk_new ();

      app_listen (t, 7777, 8);
      peer_sends (t, "S 0:0(0) win 65535 <mss 1000,%s>", OPTIONS[i]);
      peer_expects (t, "S. 0:0(0) ack 1 <mss 1460>");
      peer_sends (t, ". 1:1(0) ack 1 <%s>", OPTIONS[i]);
      app_accepts (t);
      peer_sends (t, "P. 1:11(10) ack 1 <%s>", OPTIONS[i]);
      app_receives (t, 100, 10);
      advance (t, 40, MILLISECOND);
      peer_expects (t, ". 1:1(0) ack 11");
      state_is (t, "ESTABLISHED");
      talk_free (t);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/security/syn-flood", test_syn_flood);
  g_test_add_func ("/security/guesses", test_guesses);
  g_test_add_func ("/security/ports", test_ports);
  g_test_add_func ("/security/twins", test_twins);
  g_test_add_func ("/security/turns", test_turns);
  g_test_add_func ("/security/losses-of-others", test_losses_of_others);
  g_test_add_func ("/security/signatures", test_signatures);
  return g_test_run ();
}
