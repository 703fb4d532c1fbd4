// SPDX-License-Identifier: MIT
/* IPv4 options and IPv6 extension headers in live packets. */
#include "tests/ip/ip_peer.h"

#include "stack/address.h"

#include <string.h>

#define AT 40 /* where the first extension header of a packet stands */

/* A datagram to a closed port: whoever answers 1/4 (3/3) has read it. */
static size_t
probe (Talk *t)
{
  return ip_peer_datagram (t, 4000, 7777, 12);
}

static void
is_read (Talk *t, size_t length)
{
  bool ipv6 = ip_peer_is_ipv6 (t);

  ip_peer_sends (t, length);
  ip_peer_expects_error (t, ipv6 ? 1 : 3, ipv6 ? 4 : 3, 0);
  advance (t, 1, SECOND);
}

static void
is_silent (Talk *t, size_t length, DropCause cause)
{
  uint64_t before = stack_drops (t->stack, cause);

  ip_peer_sends (t, length);
  peer_expects_nothing (t);
  drops_are (t, cause, before + 1);
}

/* req: IP4-OPT-1 IP4-OPT-2 IP4-OPT-3 IP4-OPT-6 */
static void
test_ipv4_options (void)
{
  uint8_t nops[40], end[40], unknown[8] = { 200, 8 }, broken[8] = { 200, 9 };
  Talk *t = ip_peer_talk (false);

  memset (nops, 1, sizeof nops);
  nops[39] = 0;
  memset (end, 0xff, sizeof end);
  end[0] = 0;
  is_read (t, ip_peer_insert (t, probe (t), 0, nops, sizeof nops));
  is_read (t, ip_peer_insert (t, probe (t), 0, end, sizeof end));
  is_read (t, ip_peer_insert (t, probe (t), 0, unknown, sizeof unknown));
  is_silent (t, ip_peer_insert (t, probe (t), 0, broken, sizeof broken),
             DROP_MALFORMED);
  talk_free (t);
}

/* req: IP4-OPT-4 IP4-OPT-5 IP4-HDR-10 */
static void
test_source_routes (void)
{
  uint8_t route[8] = { 131, 7, 4, 10, 0, 0, 7, 0 };
  uint8_t record[8] = { 7, 7, 4, 0, 0, 0, 0, 0 };
  Talk *t = ip_peer_talk (false);

  is_silent (t, ip_peer_insert (t, probe (t), 0, route, 8), DROP_SOURCE_ROUTE);
  route[0] = 137;
  is_silent (t, ip_peer_insert (t, probe (t), 0, route, 8), DROP_SOURCE_ROUTE);
  is_read (t, ip_peer_insert (t, probe (t), 0, record, 8));
  talk_free (t);
}

/* A SYN behind 40 bytes of options is answered. req: IP4-OPT-6 */
static void
test_syn_with_options (void)
{
  uint8_t options[40];
  PacketLine line;
  Talk *t = ip_peer_talk (false);
  PacketPath path = { .source = { t->peer, 4000 },
                      .destination = { t->local, 80 },
                      .source_isn = 1000 };

  app_listen (t, 80, 1);
  memset (options, 1, sizeof options);
  line = packet_line_parse ("S 0:0(0) win 65535 <mss 1000>");
  ip_peer_sends (t,
                 ip_peer_insert (t, packet_line_encode (&line, &path, t->bytes),
                                 0, options, sizeof options));
  talk_check (t, peer_takes (t) > 0);
  talk_check (t, t->bytes[9] == 6 && t->bytes[33] == 0x12);
  talk_free (t);
}

/* In the order of their numbers: skip, drop, 4/2, 4/2 unless it was for many.
 * Both headers with options. req: IP6-EXT-4 IP6-EXT-11 IP6-ICM-3 */
static void
test_option_actions (void)
{
  for (unsigned multicast = 0; multicast < 2; multicast++)
    for (unsigned action = 0; action < 4; action++)
      for (uint8_t next = 0; next <= 60; next += 60)
        {
          uint8_t extension[8] = { 0, 0, (uint8_t) (action << 6 | 0x1e), 4 };
          Talk *t = ip_peer_talk (true);
          size_t length;

          if (multicast > 0)
            g_assert_true (address_parse ("ff02::1", &t->local));
          length = ip_peer_insert (t, probe (t), next, extension, 8);
          if (action == 0 && multicast == 0)
            is_read (t, length);
          else if (action == 0)
            is_silent (t, length, DROP_NOT_OURS);
          else if (action == 2 || (action == 3 && multicast == 0))
            {
              ip_peer_sends (t, length);
              ip_peer_expects_error (t, 4, 2, AT + 2);
            }
          else
            is_silent (t, length, DROP_OPTION);
          falls_silent (t);
          talk_free (t);
        }
}

/* A host reads past a router alert and refuses a jumbogram.
 * req: IP6-EXT-11 IP6-HDR-1 */
static void
test_known_options (void)
{
  uint8_t alert[8] = { 0, 0, 5, 2, 0, 0, 1, 0 };
  uint8_t jumbo[8] = { 0, 0, 0xc2, 4, 0, 1, 0, 0 };
  Talk *t = ip_peer_talk (true);

  is_read (t, ip_peer_insert (t, probe (t), 0, alert, 8));
  ip_peer_sends (t, ip_peer_insert (t, probe (t), 0, jumbo, 8));
  ip_peer_expects_error (t, 4, 2, AT + 2);
  talk_free (t);
}

/* req: IP6-EXT-7 IP6-ICM-8 */
static void
test_routing_header (void)
{
  for (unsigned type = 0; type < 6; type++)
    {
      uint8_t routing[8] = { 0, 0, (uint8_t) type, 0 };
      Talk *t = ip_peer_talk (true);

      is_read (t, ip_peer_insert (t, probe (t), 43, routing, 8));
      routing[3] = 1;
      ip_peer_sends (t, ip_peer_insert (t, probe (t), 43, routing, 8));
      ip_peer_expects_error (t, 4, 0, AT + 2);
      talk_free (t);
    }
}

/* Behind another header it is something that nobody knows.
 * req: IP6-EXT-1 IP6-EXT-2 */
static void
test_late_hop_by_hop (void)
{
  uint8_t pad[8] = { 0, 0, 1, 4 };
  Talk *t = ip_peer_talk (true);
  size_t length = ip_peer_insert (t, probe (t), 0, pad, 8);

  ip_peer_sends (t, ip_peer_insert (t, length, 60, pad, 8));
  ip_peer_expects_error (t, 4, 1, AT);
  length = ip_peer_insert (t, probe (t), 200, pad, 8);
  ip_peer_sends (t, ip_peer_insert (t, length, 60, pad, 8));
  ip_peer_expects_error (t, 4, 1, AT);
  talk_free (t);
}

/* req: IP6-EXT-3 IP6-EXT-5 IP6-EXT-9 */
static void
test_long_chains (void)
{
  uint8_t pad[8] = { 0, 0, 1, 4 }, fragment[8] = { 0 };
  Talk *t = ip_peer_talk (true);

  for (unsigned count = 1; count <= 1000; count = count < 10 ? count + 1 : 1000)
    {
      size_t length = probe (t);

      for (unsigned i = 0; i < count; i++)
        length = ip_peer_insert (t, length, 60, pad, 8);
      if (count <= 8)
        is_read (t, length);
      else
        is_silent (t, length, DROP_LIMIT);
      if (count == 1000)
        break;
    }
  for (unsigned count = 1; count <= 100; count++)
    {
      size_t length = probe (t);

      for (unsigned i = 0; i < count; i++)
        length = ip_peer_insert (t, length, 44, fragment, 8);
      if (count == 1)
        is_read (t, length);
      else
        is_silent (t, length, DROP_MALFORMED);
    }
  pad[1] = 255;
  is_silent (t, ip_peer_insert (t, probe (t), 60, pad, 8), DROP_MALFORMED);
  talk_free (t);
}

/* req: IP6-EXT-6 */
static void
test_split_chain (void)
{
  uint8_t fragment[8] = { 0, 0, 0, 1 }, pad[8] = { 0, 3, 1, 4 };
  Talk *t = ip_peer_talk (true);
  size_t length = ip_peer_insert (t, probe (t), 60, pad, 8);

  ip_peer_sends (t, ip_peer_insert (t, length, 44, fragment, 8));
  ip_peer_expects_error (t, 4, 3, 0);
  talk_free (t);
}

/* req: IP6-HDR-7 */
static void
test_mapped_addresses (void)
{
  for (size_t at = 8; at <= 24; at += 16)
    {
      Talk *t = ip_peer_talk (true);
      size_t length = probe (t);

      memset (t->bytes + at, 0, 10);
      memset (t->bytes + at + 10, 0xff, 2);
      is_silent (t, length, DROP_MALFORMED);
      talk_free (t);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/extensions/ipv4-options", test_ipv4_options);
  g_test_add_func ("/extensions/source-routes", test_source_routes);
  g_test_add_func ("/extensions/syn-with-options", test_syn_with_options);
  g_test_add_func ("/extensions/option-actions", test_option_actions);
  g_test_add_func ("/extensions/known-options", test_known_options);
  g_test_add_func ("/extensions/routing-header", test_routing_header);
  g_test_add_func ("/extensions/late-hop-by-hop", test_late_hop_by_hop);
  g_test_add_func ("/extensions/long-chains", test_long_chains);
  g_test_add_func ("/extensions/split-chain", test_split_chain);
  g_test_add_func ("/extensions/mapped-addresses", test_mapped_addresses);
  return g_test_run ();
}
