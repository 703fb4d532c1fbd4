// SPDX-License-Identifier: MIT
/* Fragments that leave: RFC 791 3.2, RFC 8200 4.5, RFC 6864, RFC 8021. What
 * leaves is put together by code that is not the stack's. */
#include "tests/ip/pieces.h"

#include "stack/path_mtu.h"

#include <errno.h>
#include <string.h>

/* A datagram as the peer put it together. */
typedef struct
{
  uint8_t bytes[PACKET_LINE_MAX];
  size_t length;
  unsigned fragments;
  uint32_t id;
  bool dont_fragment;
  uint64_t first;
} Joined;

static Joined joined;
static uint8_t data[70000], whole[PACKET_LINE_MAX], asked[PACKET_LINE_MAX];

static size_t
payload_of (const Talk *t, size_t *offset, bool *more, uint32_t *id)
{
  const uint8_t *p = t->bytes;

  if (p[0] >> 4 == 4)
    {
      *offset = ((p[6] & 31u) * 256 + p[7]) * 8;
      *more = (p[6] & 0x20) != 0;
      *id = p[4] * 256u + p[5];
      return 20;
    }
  *offset = 0;
  *more = false;
  *id = 0;
  if (p[6] != 44)
    return 40;
  *offset = (p[42] * 256u + p[43]) & 0xfff8;
  *more = (p[43] & 1) != 0;
  *id = (uint32_t) p[44] << 24 | (uint32_t) p[45] << 16 | (uint32_t) p[46] << 8
        | p[47];
  return 48;
}

/* The last fragment's header in front of all, without fragmentation. */
static void
check_whole (Talk *t)
{
  bool ipv4 = t->bytes[0] >> 4 == 4;
  size_t head = ipv4 ? 20 : 40, field = joined.length + (ipv4 ? 20 : 0);
  uint8_t *packet = whole;

  memcpy (packet, t->bytes, head);
  packet[ipv4 ? 2 : 4] = (uint8_t) (field >> 8);
  packet[ipv4 ? 3 : 5] = (uint8_t) field;
  if (ipv4)
    {
      packet[6] = packet[7] = 0;
      packet_line_seal_ipv4 (packet);
    }
  else if (packet[6] == 44)
    packet[6] = t->bytes[40];
  memcpy (packet + head, joined.bytes, joined.length);
  talk_check (t, packet_line_check (packet, head + joined.length) == NULL);
}

/* Takes fragments, in order, until the last one has come. */
static void
peer_joins (Talk *t, size_t mtu)
{
  bool more = true;
  size_t total = 0;

  joined = (Joined){ .length = 0 };
  while (more)
    {
      size_t length = peer_takes (t), offset, head;
      uint32_t id;

      talk_check (t, length > 0 && length <= mtu);
      head = payload_of (t, &offset, &more, &id);
      talk_check (t, offset == total);
      talk_check (t, !more || (length - head) % 8 == 0);
      if (joined.fragments++ == 0)
        {
          joined.id = id;
          joined.first = t->packet;
          joined.dont_fragment =
              t->bytes[0] >> 4 == 4 && (t->bytes[6] & 0x40) != 0;
        }
      talk_check (t, id == joined.id);
      talk_check (t, t->out.fragment_of == (offset > 0 ? joined.first : 0));
      memcpy (joined.bytes + offset, t->bytes + head, length - head);
      total += length - head;
    }
  joined.length = total;
  check_whole (t);
}

static Talk *
talk_of (bool ipv6)
{
  StackConfig config = talk_config ();

  for (size_t i = 0; i < sizeof data; i++)
    data[i] = packet_line_byte ((int64_t) i);
  return cut_talk (&config, ipv6);
}

static ssize_t
app_sends_datagram (Talk *t, size_t length)
{
  Endpoint remote = { t->peer, 40000 };

  return socket_send_to (t->stack, t->flow->socket, data, length, &remote);
}

static void
expect_datagram (Talk *t, size_t mtu, size_t length, unsigned fragments)
{
  peer_joins (t, mtu);
  talk_check (t, joined.length == length + 8);
  talk_check (t, joined.fragments == fragments);
  talk_check (t, memcmp (joined.bytes + 8, data, length) == 0);
  talk_check (t, joined.bytes[4] * 256u + joined.bytes[5] == length + 8);
}

/* req: UDP-13 UDP-14 IP4-FRG-1 IP4-ID-1 IP6-FRG-6 */
static void
test_sizes (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_of (ipv6);
      size_t fits = 1500 - (ipv6 ? 48 : 28), max = ipv6 ? 65527 : 65507;

      talk_check (t, app_sends_datagram (t, fits) == (ssize_t) fits);
      expect_datagram (t, 1500, fits, 1);
      talk_check (t, ipv6 || joined.dont_fragment);
      talk_check (t, app_sends_datagram (t, fits + 1) == (ssize_t) fits + 1);
      expect_datagram (t, 1500, fits + 1, 2);
      talk_check (t, !joined.dont_fragment);
      talk_check (t, app_sends_datagram (t, max) == (ssize_t) max);
      expect_datagram (t, 1500, max, ipv6 ? 46 : 45);
      talk_check (t, app_sends_datagram (t, max + 1) == -EMSGSIZE);
      talk_check (t, app_sends_datagram (t, 70000) == -EMSGSIZE);
      talk_check (t, !stack_busy (t->stack));
      talk_free (t);
    }
}

/* req: UDP-14 IP4-FRG-2 */
static void
test_options (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_of (ipv6);
      size_t fits = 1500 - (ipv6 ? 48 : 28);
      SocketOption option = SOCKET_OPTION_MTU_DISCOVER;

      app_sets (t, option, SOCKET_MTU_DISCOVER_DO);
      talk_check (t, app_sends_datagram (t, fits + 1) == -EMSGSIZE);
      peer_expects_nothing (t);
      talk_check (t, app_sends_datagram (t, fits) == (ssize_t) fits);
      expect_datagram (t, 1500, fits, 1);
      talk_check (t, ipv6 || joined.dont_fragment);
      path_mtu_lower (t->stack, t->now, &t->peer, 1300, 1500);
      talk_check (t, app_sends_datagram (t, fits) == -EMSGSIZE);

      app_sets (t, option, SOCKET_MTU_DISCOVER_DONT);
      talk_check (t, app_sends_datagram (t, 100) == 100);
      expect_datagram (t, 1300, 100, 1);
      talk_check (t, !joined.dont_fragment);
      talk_check (t, ipv6 || joined.id != 0);
      talk_check (t, app_sends_datagram (t, fits) == (ssize_t) fits);
      expect_datagram (t, 1300, fits, 2);
      talk_check (t, socket_option_set (t->stack, t->flow->socket, option, 3)
                         == -EINVAL);
      talk_free (t);
    }
}

/* What a router said holds for what waits, too. req: IP6-MTU-3 TCP-MTU-11 */
static void
test_path (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_of (ipv6);

      talk_check (t, app_sends_datagram (t, 1400) == 1400);
      path_mtu_lower (t->stack, t->now, &t->peer, 1280, 1500);
      expect_datagram (t, 1280, 1400, 2);
      talk_check (t, !joined.dont_fragment);
      advance (t, 600, SECOND);
      talk_check (t, app_sends_datagram (t, 1400) == 1400);
      expect_datagram (t, 1500, 1400, 1);
      talk_free (t);
    }
}

/* req: IP6-FRG-6 IP6-ICM-9 */
static void
test_no_atomic_fragments (void)
{
  Talk *t = talk_of (true);

  path_mtu_lower (t->stack, t->now, &t->peer, 1000, 1500);
  talk_check (t, app_sends_datagram (t, 1200) == 1200);
  expect_datagram (t, 1280, 1200, 1);
  talk_check (t, t->bytes[6] == 17);
  talk_free (t);
}

/* req: IP4-FRG-3 IP4-ID-2 IP4-ID-3 */
static void
test_numbers (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = talk_of (ipv6);
      Address peer = t->peer;
      uint32_t last, own = 0;

      for (unsigned i = 0; i < 50; i++)
        {
          talk_check (t, app_sends_datagram (t, 4000) == 4000);
          expect_datagram (t, 1500, 4000, 3);
          talk_check (t, i == 0 || joined.id != own);
          own = joined.id;
          last = own;
          t->peer.bytes[15] = (uint8_t) (10 + i);
          talk_check (t, app_sends_datagram (t, 4000) == 4000);
          expect_datagram (t, 1500, 4000, 3);
          talk_check (t, joined.id != last && joined.id != last + 1);
          t->peer = peer;
        }
      talk_free (t);
    }
}

/* Two datagrams wait; whoever gives the answer gives it in fragments.
 * req: IP4-HDR-11 ICM4-3 IP6-ICM-2 */
static void
test_echo (void)
{
  static const size_t LENGTHS[] = { 1472, 1473, 2952, 2953, 10000, 65507 };

  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    for (unsigned i = 0; i < G_N_ELEMENTS (LENGTHS); i++)
      {
        Talk *t = talk_of (ipv6);
        size_t length = 8 + LENGTHS[i], at = 0;
        Cut cut = { .t = t, .head = ipv6 ? 40 : 20, .id = 77 };
        uint8_t *icmp = asked + cut.head;

        memcpy (icmp,
                ipv6 ? "\x80\0\0\0\x12\x34\0\7" : "\x08\0\0\0\x12\x34\0\7", 8);
        memcpy (icmp + 8, data, LENGTHS[i]);
        packet_line_wrap (asked, &t->peer, &t->local, ipv6 ? 58 : 1, 2, length);
        memcpy (cut.whole, asked, cut.head);
        for (; at < length; at += 1400)
          peer_sends_bytes (t, cut_make (&cut, ipv6 ? 58 : 1, at,
                                         at + 1400 < length, icmp + at,
                                         MIN (1400, length - at)));
        peer_joins (t, 1500);
        talk_check (t, joined.length == length);
        talk_check (t, joined.bytes[0] == (ipv6 ? 129 : 0));
        talk_check (t, memcmp (joined.bytes + 4, icmp + 4, length - 4) == 0);
        talk_free (t);
      }
}

/* req: IP6-MTU-2 TCP-MTU-1 */
static void
test_discovery_off (void)
{
  StackConfig config = talk_config ();

  config.path_mtu_discovery = false;
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = cut_talk (&config, ipv6);

      talk_check (t, app_sends_datagram (t, 1400) == 1400);
      expect_datagram (t, ipv6 ? 1280 : 1500, 1400, ipv6 ? 2 : 1);
      talk_check (t, !joined.dont_fragment && joined.id != 0);
      talk_free (t);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fragments/sizes", test_sizes);
  g_test_add_func ("/fragments/options", test_options);
  g_test_add_func ("/fragments/path", test_path);
  g_test_add_func ("/fragments/no-atomic-fragments", test_no_atomic_fragments);
  g_test_add_func ("/fragments/numbers", test_numbers);
  g_test_add_func ("/fragments/echo", test_echo);
  g_test_add_func ("/fragments/discovery-off", test_discovery_off);
  return g_test_run ();
}
