// SPDX-License-Identifier: MIT
/* Two stacks, back to back, and packets that neither of them sent: whatever
 * is said about them, the talk ends (class SEC-23). */
#include "stack/socket.h"

#include <glib.h>
#include <string.h>

#include "stack/address.h"
#include "tests/packet_line.h"
#include "tests/unit/luck.h"

#define PACKETS     100000
#define LONG_FACTOR 10
#define TALK_MAX    12 /* packets that one stray packet may cause at once */
#define MTU         1500

typedef struct
{
  Stack *stacks[2];
  Luck luck;
  Time now;
  uint64_t id;
  uint64_t packets, longest;
} Wire;

static Address
address_of (const char *text)
{
  Address address;

  g_assert_true (address_parse (text, &address));
  return address;
}

static Stack *
make_end (unsigned number)
{
  StackConfig config;
  Stack *stack;
  Address four = address_of (number == 0 ? "10.0.0.1" : "10.0.0.2");
  Address six = address_of (number == 0 ? "fd00::1" : "fd00::2");
  Endpoint any = { ADDRESS_ANY, 7 };
  int socket;

  stack_config_init (&config);
  /* So that the limit is not what ends it. */
  config.icmp_error_rate = 1000000;
  config.icmp_error_burst = 1000000;
  stack = stack_new (&config);
  stack_interface_add (stack, MTU);
  stack_address_add (stack, 0, &four, 24);
  stack_address_add (stack, 0, &six, 64);
  socket = socket_new (stack, SOCKET_IPV6, SOCKET_STREAM);
  g_assert_cmpint (socket_bind (stack, socket, &any), ==, 0);
  g_assert_cmpint (socket_listen (stack, socket, 5), ==, 0);
  socket = socket_new (stack, SOCKET_IPV6, SOCKET_DATAGRAM);
  g_assert_cmpint (socket_bind (stack, socket, &any), ==, 0);
  return stack;
}

static void
deliver (Wire *wire, unsigned to, const uint8_t *packet, size_t length)
{
  StackIn in = { .interface = 0, .id = ++wire->id };
  uint8_t *exact = luck_exact_copy (packet, length);
  StackEvent event;

  stack_input (wire->stacks[to], wire->now, &in, exact, length);
  while (stack_event (wire->stacks[to], &event))
    ;
  g_free (exact);
}

/* Lets both say all they have to; returns how many packets that took. */
static unsigned
settle (Wire *wire)
{
  uint8_t buffer[MTU];
  unsigned count = 0, before;

  do
    {
      before = count;
      for (unsigned from = 0; from < 2; from++)
        {
          StackOut out = { .id = ++wire->id };
          size_t length = stack_output (wire->stacks[from], wire->now, buffer,
                                        sizeof buffer, &out);

          if (length == 0)
            continue;
          count++;
          deliver (wire, 1 - from, buffer, length);
        }
    }
  while (count > before);
  wire->packets += count;
  wire->longest = MAX (wire->longest, count);
  return count;
}

static Address
pick (Luck *luck, bool ipv6, unsigned likely)
{
  static const char *const four[] = { "10.0.0.1",  "10.0.0.2",
                                      "10.0.0.3",  "10.0.0.255",
                                      "224.0.0.1", "255.255.255.255",
                                      "127.0.0.1", "0.0.0.0" };
  static const char *const six[] = { "fd00::1", "fd00::2", "fd00::3", "ff02::1",
                                     "ff05::2", "fe80::1", "::1",     "::" };
  unsigned i = luck_below (luck, 5) > 0 ? likely : luck_below (luck, 8);

  return address_of (ipv6 ? six[i] : four[i]);
}

/* An upper layer that is drawn, but for what makes it worth an answer. */
static void
draw_upper (Luck *luck, uint8_t *upper, uint8_t protocol, size_t length)
{
  static const uint8_t types[] = { 0, 1, 2, 3, 4, 5, 8, 11, 12, 128, 129, 137 };
  static const uint8_t flags[] = { 0x02, 0x12, 0x10, 0x04, 0x01, 0x14 };

  luck_fill (luck, upper, length);
  if (protocol == 6)
    {
      upper[2] = 0;
      upper[3] = (uint8_t) (7 + luck_below (luck, 2));
      upper[12] = 0x50;
      upper[13] = flags[luck_below (luck, sizeof flags)];
    }
  else if (protocol == 17)
    {
      upper[2] = 0;
      upper[3] = (uint8_t) (7 + luck_below (luck, 2));
      upper[4] = (uint8_t) (length >> 8);
      upper[5] = (uint8_t) length;
    }
  else
    upper[0] = types[luck_below (luck, sizeof types)];
}

/* A packet to one end that could have come from anywhere, its checksums mostly
 * right; now and then with an extension header or one byte changed. */
static size_t
draw (Luck *luck, unsigned to, uint8_t *packet)
{
  static const uint8_t protocols[] = { 1, 6, 17, 58, 99, 0, 43, 44, 59, 60 };
  static const unsigned checksum_at[] = { 2, 16, 6, 2, 2, 2, 2, 2, 2, 2 };
  bool ipv6 = luck_below (luck, 2) == 0;
  unsigned kind = luck_below (luck, sizeof protocols);
  size_t header = ipv6 ? 40 : 20, length = 20 + luck_below (luck, 100);
  Address source = pick (luck, ipv6, 1 - to);
  Address destination = pick (luck, ipv6, to);

  draw_upper (luck, packet + header, protocols[kind], length);
  if (protocols[kind] == 60 || protocols[kind] == 0)
    packet[header + 1] = (uint8_t) luck_below (luck, 3);
  length = packet_line_wrap (packet, &source, &destination, protocols[kind],
                             checksum_at[kind], length);
  if (luck_below (luck, 4) == 0)
    packet[luck_below (luck, (unsigned) length)] = (uint8_t) luck_draw (luck);
  if (!ipv6 && luck_below (luck, 2) == 0)
    packet_line_seal_ipv4 (packet);
  return length;
}

/* req: ICM4-6 IP6-ICM-3 ICM4-14 */
static void
test_storm (void)
{
  Wire wire = { .stacks = { make_end (0), make_end (1) }, .luck = { 77 } };
  unsigned rounds = luck_rounds (PACKETS, LONG_FACTOR);
  uint8_t packet[MTU];

  for (unsigned round = 0; round < rounds; round++)
    {
      size_t length = draw (&wire.luck, round % 2, packet);

      deliver (&wire, round % 2, packet, length);
      g_assert_cmpuint (settle (&wire), <=, TALK_MAX);
      wire.now += MILLISECOND;
    }
  for (unsigned i = 0; i < 3600; i++, wire.now += SECOND)
    settle (&wire);
  for (unsigned i = 0; i < 2; i++)
    {
      g_assert_false (stack_busy (wire.stacks[i]));
      stack_free (wire.stacks[i]);
    }
  g_test_message ("%u stray packets, %" G_GUINT64_FORMAT
                  " answers, at most %" G_GUINT64_FORMAT " to one",
                  rounds, wire.packets, wire.longest);
  g_assert_cmpuint (wire.packets, >, rounds / 10);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storm/storm", test_storm);
  return g_test_run ();
}
