// SPDX-License-Identifier: MIT
/* What does one packet cost when there are many connections? Counted, not
 * timed: the stack is compiled once more so that each basic block that runs is
 * one step. What GLib does inside is not counted, but each comparison of keys
 * that a hash table asks for is the stack's. */
#include "tests/harness.h"

#include "stack/address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static uint64_t steps;

/* The compiler puts a call of this into each block of the stack. */
void __sanitizer_cov_trace_pc (void);

void
__sanitizer_cov_trace_pc (void)
{
  steps++;
}

/* Where the I-th peer is. */
typedef Endpoint (*Place) (const Talk *t, unsigned i);

static Endpoint
scattered (const Talk *t, unsigned i)
{
  Endpoint place = { .address = t->peer };

  place.address.bytes[14] = (uint8_t) (i * 40503u >> 8 & 0xff);
  place.address.bytes[15] = (uint8_t) (2 + i % 250);
  place.port = (uint16_t) (1024 + (i * 2654435761u >> 16) % 64000);
  return place;
}

/* All have the same sum, and the same sum of 16-bit words: a hash without a
 * key would put them into one place. */
static Endpoint
aligned (const Talk *t, unsigned i)
{
  Endpoint place = { .address = t->peer };
  unsigned host = 0x0100 + i;

  place.address.bytes[14] = (uint8_t) (host >> 8);
  place.address.bytes[15] = (uint8_t) host;
  place.port = (uint16_t) (60000 - i);
  return place;
}

static void
say_to (Talk *t, const char *text, Endpoint from, uint32_t isn)
{
  static uint8_t packet[PACKET_LINE_MAX];
  PacketLine line = packet_line_parse (text);
  PacketPath path = { .source = from,
                      .destination = { t->local, 7777 },
                      .source_isn = 1000,
                      .destination_isn = isn };
  StackIn in = { .id = ++t->packet };
  size_t length = packet_line_encode (&line, &path, packet);

  stack_input (t->stack, t->now, &in, packet, length);
  while (stack_output (t->stack, t->now, t->bytes, PACKET_LINE_MAX, &t->out)
         > 0)
    if (t->bytes[33] == 0x12)
      {
        memcpy (&t->flow->isn, t->bytes + 24, 4);
        t->flow->isn = ntohl (t->flow->isn);
      }
}

static void
forget_events (Talk *t)
{
  StackEvent event;

  while (stack_event (t->stack, &event))
    ;
}

/* COUNT connections, and then: what does a segment of one in the middle cost,
 * read by its application, and acknowledged? */
static uint64_t
cost_of_segment (unsigned count, Place place)
{
  StackConfig config = talk_config ();
  Talk *t;
  uint32_t isn = 0;
  uint64_t before;
  char bytes[100];
  int socket = 0;
  Address any;

  config.sockets_max = 200000;
  t = talk_new_with (&config, false, 1000 * SECOND);
  g_assert_true (address_parse ("0.0.0.0", &any));
  stack_route_add (t->stack, &any, 0, 0);
  app_listen (t, 7777, 16);
  for (unsigned i = 0; i < count; i++)
    {
      int accepted;

      say_to (t, "S 0:0(0) win 65535 <mss 1000>", place (t, i), 0);
      say_to (t, ". 1:1(0) ack 1", place (t, i), t->flow->isn);
      accepted = socket_accept (t->stack, t->listener, NULL);
      talk_check (t, accepted > 0);
      /* All have a timer that runs. */
      talk_check (t, socket_send (t->stack, accepted, "abc", 3) == 3);
      say_to (t, ". 1:1(0) ack 1", place (t, i), t->flow->isn);
      if (i == count / 2)
        {
          socket = accepted;
          isn = t->flow->isn;
        }
      forget_events (t);
    }
  before = steps;
  say_to (t, "P. 1:51(50) ack 4", place (t, count / 2), isn);
  talk_check (t, socket_receive (t->stack, socket, bytes, 100) == 50);
  say_to (t, "P. 51:101(50) ack 4", place (t, count / 2), isn);
  talk_check (t, socket_receive (t->stack, socket, bytes, 100) == 50);
  before = steps - before;
  peer_ignores (t);
  talk_free (t);
  g_test_message ("%u connections: %lu steps", count, (unsigned long) before);
  return before;
}

/* req: TCP-SEC-9 */
static void
test_connections (void)
{
  unsigned most = getenv ("TUNLAB_LONG") != NULL ? 100000 : 10000;
  uint64_t few = cost_of_segment (10, scattered);

  g_assert_cmpuint (few, >, 100);
  for (unsigned count = 100; count <= most; count *= 10)
    g_assert_cmpuint (cost_of_segment (count, scattered), <, 2 * few);
}

/* req: TCP-SEC-10 */
static void
test_one_bucket (void)
{
  uint64_t usual = cost_of_segment (10000, scattered);

  g_assert_cmpuint (cost_of_segment (10000, aligned), <, usual + usual / 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slope/connections", test_connections);
  g_test_add_func ("/slope/one-bucket", test_one_bucket);
  return g_test_run ();
}
