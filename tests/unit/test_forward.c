// SPDX-License-Identifier: MIT
/* A router between 10.0.0.0/24, fd00::/64 (interface 0) and 10.0.1.0/24,
 * fd00:1::/64 (interface 1, MTU 1280); behind the latter are 10.0.2.0/24 and
 * fd00:2::/64. What goes in and comes out is read byte by byte. */
#include "stack/address.h"
#include "stack/stack.h"
#include "tests/packet_line.h"

#include <glib.h>
#include <string.h>

#define UDP 17

typedef struct
{
  Stack *stack;
  uint8_t bytes[PACKET_LINE_MAX], before[PACKET_LINE_MAX];
  size_t length;
  unsigned interface; /* by which it left */
} Router;

static Address
address_of (const char *text)
{
  Address address;

  g_assert_true (address_parse (text, &address));
  return address;
}

static void
add_address (Stack *stack,
             unsigned interface,
             const char *text,
             unsigned length)
{
  Address address = address_of (text);

  stack_address_add (stack, interface, &address, length);
}

static void
add_route (Stack *stack, const char *text, unsigned length, unsigned interface)
{
  Address prefix = address_of (text);

  stack_route_add (stack, &prefix, length, interface);
}

static Router *
router_new (bool forwarding, bool reverse_path)
{
  Router *router = g_new0 (Router, 1);
  StackConfig config;

  stack_config_init (&config);
  config.forwarding = forwarding;
  config.reverse_path = reverse_path;
  router->stack = stack_new (&config);
  stack_interface_add (router->stack, 1500);
  stack_interface_add (router->stack, 1280);
  add_address (router->stack, 0, "10.0.0.254", 24);
  add_address (router->stack, 1, "10.0.1.254", 24);
  add_address (router->stack, 0, "fd00::fe", 64);
  add_address (router->stack, 1, "fd00:1::fe", 64);
  add_route (router->stack, "10.0.2.0", 24, 1);
  add_route (router->stack, "fd00:2::", 64, 1);
  return router;
}

static void
router_free (Router *router)
{
  stack_free (router->stack);
  g_free (router);
}

/* A datagram of LENGTH bytes behind the IP header, ready to be changed. */
static void
make (Router *router, const char *from, const char *to, size_t length)
{
  Address source = address_of (from), destination = address_of (to);
  uint8_t *udp = router->bytes + packet_line_ip_header (&source);

  for (size_t i = 0; i < length; i++)
    udp[i] = packet_line_byte ((int64_t) i);
  udp[4] = (uint8_t) (length >> 8);
  udp[5] = (uint8_t) length;
  router->length =
      packet_line_wrap (router->bytes, &source, &destination, UDP, 6, length);
}

static StackForward
forward (Router *router, unsigned interface)
{
  StackIn in = { .interface = interface, .id = 1 };
  StackForward result;

  memcpy (router->before, router->bytes, router->length);
  router->interface = 99;
  result = stack_forward (router->stack, 0, &in, router->bytes, router->length,
                          &router->interface);
  if (result == STACK_FORWARD_OURS)
    stack_input (router->stack, 0, &in, router->bytes, router->length);
  if (result != STACK_FORWARD_ON)
    g_assert_true (memcmp (router->bytes, router->before, router->length) == 0);
  return result;
}

static void
expect_dropped (Router *router, DropCause cause, unsigned interface)
{
  uint64_t before = stack_drops (router->stack, cause);

  g_assert_cmpint (forward (router, interface), !=, STACK_FORWARD_ON);
  g_assert_cmpuint (stack_drops (router->stack, cause), ==, before + 1);
}

/* The same, and the sender hears of it: TYPE and CODE, bytes 4-7 REST, from
 * the address of the side that it is on. req: ICM4-9 */
static void
expect_refused (Router *router,
                DropCause cause,
                unsigned interface,
                unsigned type,
                unsigned code,
                unsigned rest)
{
  static const char *const sides[2][2] = { { "fd00::fe", "fd00:1::fe" },
                                           { "10.0.0.254", "10.0.1.254" } };
  bool ipv4 = router->bytes[0] >> 4 == 4;
  Address side = address_of (sides[ipv4][interface]);
  const uint8_t *icmp = router->bytes + (ipv4 ? 20 : 40);
  StackOut out = { .id = 2 };
  size_t length;

  expect_dropped (router, cause, interface);
  length = stack_output (router->stack, 0, router->bytes, sizeof router->bytes,
                         &out);
  g_assert_null (packet_line_check (router->bytes, length));
  g_assert_cmpuint (out.interface, ==, interface);
  g_assert_cmpuint (out.caused_by, ==, 1);
  g_assert_cmpuint (icmp[0], ==, type);
  g_assert_cmpuint (icmp[1], ==, code);
  g_assert_cmpuint ((unsigned) icmp[6] << 8 | icmp[7], ==, rest);
  g_assert_true (memcmp (router->bytes + (ipv4 ? 12 : 8),
                         side.bytes + (ipv4 ? 12 : 0), ipv4 ? 4 : 16)
                 == 0);
  g_assert_true (memcmp (icmp + 8, router->before, ipv4 ? 20 : 40) == 0);
  g_assert_cmpuint (stack_output (router->stack, 0, router->bytes,
                                  sizeof router->bytes, &out),
                    ==, 0);
}

/* It went on through INTERFACE with one hop less, otherwise as it was. */
static void
expect_passed (Router *router, unsigned from, unsigned to)
{
  bool ipv4 = router->bytes[0] >> 4 == 4;
  unsigned hops = ipv4 ? 8 : 7;

  g_assert_cmpint (forward (router, from), ==, STACK_FORWARD_ON);
  g_assert_cmpuint (router->interface, ==, to);
  g_assert_cmpuint (router->bytes[hops], ==, router->before[hops] - 1u);
  router->before[hops]--;
  if (ipv4)
    packet_line_seal_ipv4 (router->before);
  g_assert_true (memcmp (router->bytes, router->before, router->length) == 0);
}

/* Whatever their ECN bits say. req: IP4-FWD-1, IP6-FWD-1, TCP-ECN-10 */
static void
test_passes (void)
{
  Router *router = router_new (true, false);

  make (router, "10.0.0.1", "10.0.1.1", 100);
  expect_passed (router, 0, 1);
  make (router, "10.0.2.1", "10.0.0.1", 100);
  expect_passed (router, 1, 0);
  for (uint8_t ecn = 0; ecn < 4; ecn++)
    {
      make (router, "fd00::1", "fd00:2::1", 100);
      router->bytes[1] = (uint8_t) (ecn << 4);
      expect_passed (router, 0, 1);
    }
  g_assert_cmpuint (
      stack_counter (router->stack, STACK_COUNTER_PACKETS_FORWARDED), ==, 6);
  router_free (router);
}

/* A host is no router; what is ours, for all of us or broken is not
 * forwarded, and stack_input says why. req: IP4-HDR-10, IP4-FWD-1 */
static void
test_stays (void)
{
  Router *host = router_new (false, false), *router = router_new (true, false);

  make (host, "10.0.0.1", "10.0.1.1", 100);
  expect_dropped (host, DROP_NOT_OURS, 0);
  make (router, "10.0.0.1", "10.0.1.254", 100);
  expect_dropped (router, DROP_NO_SOCKET, 0);
  make (router, "10.0.0.1", "10.0.1.1", 100);
  router->bytes[10] ^= 1;
  expect_dropped (router, DROP_CHECKSUM, 0);
  make (router, "fd00::1", "fd00:2::1", 100);
  router->length--;
  expect_dropped (router, DROP_MALFORMED, 0);
  g_assert_cmpuint (
      stack_counter (router->stack, STACK_COUNTER_PACKETS_FORWARDED), ==, 0);
  router_free (host);
  router_free (router);
}

/* req: IP4-FWD-3, IP6-FWD-3, IP6-FWD-4, IP6-HDR-8 */
static void
test_never_forwarded (void)
{
  static const char *const ipv4[] = {
    "0.0.0.0",     "0.1.2.3",         "127.0.0.1",       "127.255.0.1",
    "169.254.0.1", "224.0.0.1",       "224.0.1.1",       "239.255.255.255",
    "240.0.0.1",   "255.255.255.254", "255.255.255.255", "10.0.0.255",
    "10.0.1.255",
  };
  static const char *const ipv6[] = {
    "::", "::1", "fe80::9", "febf::9", "ff02::1", "ff05::1", "ff0e::1",
  };
  Router *router = router_new (true, false);

  add_route (router->stack, "0.0.0.0", 0, 1);
  add_route (router->stack, "::", 0, 1);
  for (unsigned side = 0; side < 2; side++)
    {
      for (unsigned i = 0; i < G_N_ELEMENTS (ipv4); i++)
        {
          make (router, ipv4[i], "10.0.2.1", 50);
          g_assert_cmpint (forward (router, side), !=, STACK_FORWARD_ON);
          make (router, "10.0.7.1", ipv4[i], 50);
          g_assert_cmpint (forward (router, side), !=, STACK_FORWARD_ON);
        }
      for (unsigned i = 0; i < G_N_ELEMENTS (ipv6); i++)
        {
          make (router, ipv6[i], "fd00:2::1", 50);
          g_assert_cmpint (forward (router, side), !=, STACK_FORWARD_ON);
          make (router, "fd00:7::1", ipv6[i], 50);
          g_assert_cmpint (forward (router, side), !=, STACK_FORWARD_ON);
        }
      /* Nobody else can send from our address. */
      make (router, "10.0.0.254", "10.0.2.1", 50);
      expect_dropped (router, DROP_BAD_SOURCE, side);
    }
  make (router, "10.0.7.1", "10.0.2.1", 50);
  expect_passed (router, 0, 1);
  router_free (router);
}

/* The last hop is the destination's, not ours. req: IP4-FWD-1, IP6-FWD-1 */
static void
test_hop_limit (void)
{
  Router *router = router_new (true, false);

  for (unsigned ipv6 = 0; ipv6 < 2; ipv6++)
    for (unsigned hops = 0; hops < 256; hops++)
      {
        if (ipv6)
          make (router, "fd00::1", "fd00:2::1", 20);
        else
          make (router, "10.0.0.1", "10.0.2.1", 20);
        router->bytes[ipv6 ? 7 : 8] = (uint8_t) hops;
        if (!ipv6)
          packet_line_seal_ipv4 (router->bytes);
        if (hops <= 1)
          expect_refused (router, DROP_HOP_LIMIT, 0, ipv6 ? 3 : 11, 0, 0);
        else
          expect_passed (router, 0, 1);
      }
  router_free (router);
}

/* Every value that the checksum can have. req: IP4-FWD-2 */
static void
test_every_checksum (void)
{
  Router *router = router_new (true, false);
  unsigned zeros = 0;

  make (router, "10.0.0.1", "10.0.2.1", 20);
  for (unsigned identification = 0; identification < 65536; identification++)
    for (unsigned hops = 2; hops < 256; hops += 253)
      {
        router->bytes[4] = (uint8_t) (identification >> 8);
        router->bytes[5] = (uint8_t) identification;
        router->bytes[8] = (uint8_t) hops;
        packet_line_seal_ipv4 (router->bytes);
        expect_passed (router, 0, 1);
        zeros += router->bytes[10] == 0 && router->bytes[11] == 0;
      }
  g_assert_cmpuint (zeros, ==, 2);
  router_free (router);
}

/* req: IP4-FWD-4, IP6-FWD-4, IP6-FWD-6 */
static void
test_no_route (void)
{
  Router *router = router_new (true, false);

  make (router, "10.0.0.1", "10.9.0.1", 20);
  expect_refused (router, DROP_NO_ROUTE, 0, 3, 0, 0);
  make (router, "fd00::1", "fd00:9::1", 20);
  expect_refused (router, DROP_NO_ROUTE, 0, 1, 0, 0);
  /* Back to where it came from, in the prefix of the link: nobody has it. */
  make (router, "10.0.0.1", "10.0.0.77", 20);
  expect_refused (router, DROP_NO_ROUTE, 0, 3, 1, 0);
  make (router, "fd00:2::1", "fd00:1::77", 20);
  expect_refused (router, DROP_NO_ROUTE, 1, 1, 3, 0);
  router_free (router);
}

/* Back to where it came from, but further: forwarded, and not a word about a
 * better way. req: IP4-FWD-5 */
static void
test_same_interface (void)
{
  Router *router = router_new (true, false);
  StackOut out = { .id = 1 };

  make (router, "10.0.1.9", "10.0.2.1", 20);
  expect_passed (router, 1, 1);
  make (router, "fd00:1::9", "fd00:2::1", 20);
  expect_passed (router, 1, 1);
  g_assert_cmpuint (stack_output (router->stack, 0, router->bytes,
                                  sizeof router->bytes, &out),
                    ==, 0);
  router_free (router);
}

/* req: IP4-FWD-6 */
static void
test_reverse_path (void)
{
  Router *router = router_new (true, true);

  make (router, "10.0.0.1", "10.0.2.1", 20);
  expect_passed (router, 0, 1);
  make (router, "10.0.2.1", "10.0.0.1", 20);
  expect_dropped (router, DROP_BAD_SOURCE, 0);
  make (router, "10.0.1.1", "10.0.2.1", 20);
  expect_dropped (router, DROP_BAD_SOURCE, 0);
  make (router, "10.9.0.1", "10.0.2.1", 20);
  expect_dropped (router, DROP_BAD_SOURCE, 0);
  make (router, "fd00:2::1", "fd00::1", 20);
  expect_passed (router, 1, 0);
  router_free (router);
}

/* What only the destination must understand. req: IP6-FWD-5 */
static void
test_unknown_protocol (void)
{
  Router *router = router_new (true, false);

  make (router, "fd00::1", "fd00:2::1", 20);
  router->bytes[6] = 200;
  expect_passed (router, 0, 1);
  make (router, "10.0.0.1", "10.0.2.1", 20);
  router->bytes[9] = 200;
  packet_line_seal_ipv4 (router->bytes);
  expect_passed (router, 0, 1);
  router_free (router);
}

/* req: IP4-FWD-4, IP6-FWD-2 */
static void
test_too_big (void)
{
  Router *router = router_new (true, false);

  make (router, "fd00::1", "fd00:2::1", 1280 - 40);
  expect_passed (router, 0, 1);
  make (router, "fd00::1", "fd00:2::1", 1281 - 40);
  expect_refused (router, DROP_TOO_BIG, 0, 2, 0, 1280);
  make (router, "fd00:2::1", "fd00::1", 1400);
  expect_passed (router, 1, 0);
  make (router, "10.0.0.1", "10.0.2.1", 1280 - 20);
  router->bytes[6] = 0x40; /* DF */
  packet_line_seal_ipv4 (router->bytes);
  expect_passed (router, 0, 1);
  make (router, "10.0.0.1", "10.0.2.1", 1281 - 20);
  router->bytes[6] = 0x40;
  packet_line_seal_ipv4 (router->bytes);
  expect_refused (router, DROP_TOO_BIG, 0, 3, 4, 1280);
  router_free (router);
}

/* IPv4 without DF goes on in pieces, each with one hop less, its own sum and
 * the options that are to be copied; the number stays.
 * req: IP4-FRG-1 IP4-FRG-2 IP4-FRG-3 IP4-FRG-4 */
static void
test_fragments (void)
{
  /* Record route, which is not copied, and an option that is. */
  static const uint8_t OPTIONS[12] = { 7, 7, 4, 0, 0, 0, 0, 148, 4, 1, 2, 0 };
  Router *router = router_new (true, false);
  uint8_t joined[PACKET_LINE_MAX];
  size_t total = 0, payload = 3000;
  bool more = true;

  make (router, "10.0.0.1", "10.0.2.1", payload);
  memmove (router->bytes + 32, router->bytes + 20, payload);
  memcpy (router->bytes + 20, OPTIONS, sizeof OPTIONS);
  router->length += sizeof OPTIONS;
  router->bytes[0] = 0x48;
  router->bytes[2] = (uint8_t) (router->length >> 8);
  router->bytes[3] = (uint8_t) router->length;
  router->bytes[4] = 0x12;
  router->bytes[5] = 0x34;
  packet_line_seal_ipv4 (router->bytes);
  g_assert_cmpint (forward (router, 0), ==, STACK_FORWARD_DONE);
  for (unsigned i = 0; more; i++)
    {
      StackOut out = { .id = 2 + i };
      uint8_t *bytes = router->bytes;
      size_t length =
          stack_output (router->stack, 0, bytes, sizeof router->bytes, &out);
      size_t head = (bytes[0] & 15u) * 4;
      size_t offset = ((bytes[6] & 31u) << 8 | bytes[7]) * 8u;

      g_assert_cmpuint (length, >, 0);
      g_assert_cmpuint (length, <=, 1280);
      g_assert_cmpuint (out.interface, ==, 1);
      g_assert_cmpuint (out.fragment_of, ==, 1);
      g_assert_cmpuint (head, ==, i == 0 ? 32 : 24);
      g_assert_cmpuint (bytes[20], ==, i == 0 ? 7 : 148);
      g_assert_cmpuint (bytes[8], ==, router->before[8] - 1);
      g_assert_true (bytes[4] == 0x12 && bytes[5] == 0x34);
      g_assert_cmpuint (offset, ==, total);
      memcpy (joined + offset, bytes + head, length - head);
      total += length - head;
      more = (bytes[6] & 0x20) != 0;
    }
  g_assert_cmpuint (total, ==, payload);
  g_assert_true (memcmp (joined, router->before + 32, payload) == 0);
  g_assert_false (stack_busy (router->stack));
  router_free (router);
}

/* Each sends to the other what it does not know. req: IP4-FWD-7 */
static void
test_loop (void)
{
  for (unsigned ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Router *router = router_new (true, false);
      unsigned hops = 0;

      add_route (router->stack, ipv6 ? "::" : "0.0.0.0", 0, 1);
      make (router, ipv6 ? "fd00::1" : "10.0.0.1",
            ipv6 ? "fd00:9::1" : "10.9.0.1", 20);
      router->bytes[ipv6 ? 7 : 8] = 255;
      if (!ipv6)
        packet_line_seal_ipv4 (router->bytes);
      while (forward (router, 1) == STACK_FORWARD_ON)
        hops++;
      g_assert_cmpuint (hops, ==, 254);
      g_assert_cmpuint (stack_drops (router->stack, DROP_HOP_LIMIT), ==, 1);
      router_free (router);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/forward/passes", test_passes);
  g_test_add_func ("/forward/stays", test_stays);
  g_test_add_func ("/forward/never-forwarded", test_never_forwarded);
  g_test_add_func ("/forward/hop-limit", test_hop_limit);
  g_test_add_func ("/forward/every-checksum", test_every_checksum);
  g_test_add_func ("/forward/no-route", test_no_route);
  g_test_add_func ("/forward/same-interface", test_same_interface);
  g_test_add_func ("/forward/reverse-path", test_reverse_path);
  g_test_add_func ("/forward/unknown-protocol", test_unknown_protocol);
  g_test_add_func ("/forward/too-big", test_too_big);
  g_test_add_func ("/forward/fragments", test_fragments);
  g_test_add_func ("/forward/loop", test_loop);
  return g_test_run ();
}
