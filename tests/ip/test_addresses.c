// SPDX-License-Identifier: MIT
/* Whose address may a packet bear, and which networks have a broadcast? */
#include "tests/ip/ip_peer.h"

#include <errno.h>
#include <string.h>

#include "stack/address.h"

#define ECHO 18 /* bytes, header included */

static Address
address_of (const char *text)
{
  Address address;

  g_assert_true (address_parse (text, &address));
  return address;
}

/* An echo request to t->local at t->bytes. */
static size_t
make_echo (Talk *t)
{
  bool ipv6 = ip_peer_is_ipv6 (t);
  uint8_t *icmp = t->bytes + packet_line_ip_header (&t->peer);

  memset (icmp, 7, ECHO);
  icmp[0] = ipv6 ? 128 : 8;
  icmp[1] = 0;
  return packet_line_wrap (t->bytes, &t->peer, &t->local, ipv6 ? 58 : 1, 2,
                           ECHO);
}

static bool
is_address_at (const Talk *t, size_t ipv4, size_t ipv6, const Address *address)
{
  return ip_peer_is_ipv6 (t)
             ? memcmp (t->bytes + ipv6, address->bytes, 16) == 0
             : memcmp (t->bytes + ipv4, address->bytes + 12, 4) == 0;
}

/* Id, number and data come back, from the address that was asked. */
static void
expects_reply (Talk *t)
{
  const uint8_t *icmp = t->bytes + packet_line_ip_header (&t->peer);

  talk_check (t, peer_takes (t) == (size_t) (icmp - t->bytes) + ECHO);
  talk_check (t, icmp[0] == (ip_peer_is_ipv6 (t) ? 129 : 0));
  talk_check (t, icmp[4] == 7 && memcmp (icmp + 4, icmp + 5, ECHO - 5) == 0);
  talk_check (t, is_address_at (t, 12, 8, &t->local));
  talk_check (t, is_address_at (t, 16, 24, &t->peer));
}

/* req: IP6-ICM-6 ICM4-3 */
static void
test_second_address (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ip_peer_talk (ipv6);

      peer_sends_bytes (t, make_echo (t));
      expects_reply (t);
      t->local = ip_peer_second_address (ipv6);
      peer_sends_bytes (t, make_echo (t));
      expects_reply (t);
      talk_free (t);
    }
}

/* Whatever asks for an answer that would bear the address it was sent to gets
 * none: no smurf, no source that is no host.
 * req: ICM4-5 IP4-ADR-1 IP6-ICM-6 */
static void
test_groups (void)
{
  static const char *const addresses[] = {
    "10.0.0.255", "255.255.255.255", "224.0.0.1", "239.1.2.3",
    "127.0.0.1",  "0.0.0.0",         "240.0.0.1", "ff02::1",
    "ff01::1",    "ff02::2",         "ff0e::1",   "::1",
    "::",
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      Address address = address_of (addresses[i]);
      Talk *t = ip_peer_talk (!address_is_ipv4 (&address));

      app_listen (t, 7777, 5);
      t->local = address;
      peer_sends_bytes (t, make_echo (t));
      peer_expects_nothing (t);
      peer_sends (t, "S 0:0(0) win 65535");
      peer_sends (t, "- 0:0(0) win 65535");
      t->flow->local_port = 81;
      peer_sends (t, "S 0:0(0) win 65535");
      peer_expects_nothing (t);
      ip_peer_sends (t, ip_peer_datagram (t, 4000, 9999, 10));
      peer_expects_nothing (t);
      ip_peer_sends (t, ip_peer_packet (t, 200, 10));
      falls_silent (t);
      talk_free (t);
    }
}

/* A socket has such an address neither by bind nor by sending.
 * req: IP4-ADR-1 */
static void
test_bind (void)
{
  static const char *const addresses[] = {
    "10.0.0.255", "255.255.255.255", "224.0.0.1", "127.0.0.1",
    "240.0.0.1",  "ff02::1",         "::1",
  };
  Talk *t = ip_peer_talk (false);

  for (unsigned i = 0; i < G_N_ELEMENTS (addresses); i++)
    for (SocketType type = SOCKET_STREAM; type <= SOCKET_DATAGRAM; type++)
      {
        int socket = app_socket (t, SOCKET_IPV6, type);
        Endpoint local = { address_of (addresses[i]), 7777 };

        talk_check (t,
                    socket_bind (t->stack, socket, &local) == -EADDRNOTAVAIL);
        talk_check (t, socket_close (t->stack, socket) == 0);
      }
  talk_check (t, socket_send_to (t->stack, ip_peer_socket (t, 7777), "x", 1,
                                 &(Endpoint){ t->peer, 4000 })
                     == 1);
  talk_check (t, peer_takes (t) == 29);
  talk_check (t, is_address_at (t, 12, 8, &t->local));
  talk_free (t);
}

/* LOCAL/LENGTH is ours besides, and speaks to REMOTE. */
static void
speaks (const char *local, unsigned length, const char *remote)
{
  Talk *t = talk_new ();
  Endpoint peer = { address_of (remote), 4000 };
  int socket = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);
  Endpoint bound = { address_of (local), 7777 };
  char bytes[20];

  t->local = bound.address;
  t->peer = peer.address;
  g_assert_true (stack_address_add (t->stack, 0, &t->local, length));
  if (length == 32)
    stack_route_add (t->stack, &t->peer, 32, 0);
  talk_check (t, socket_bind (t->stack, socket, &bound) == 0);
  peer_sends_bytes (t, make_echo (t));
  expects_reply (t);
  talk_check (t, socket_send_to (t->stack, socket, "x", 1, &peer) == 1);
  talk_check (t, peer_takes (t) == 29);
  talk_check (t, is_address_at (t, 12, 8, &t->local));
  ip_peer_sends (t, ip_peer_datagram (t, 4000, 7777, 10));
  talk_check (t, socket_receive (t->stack, socket, bytes, 20) == 10);
  talk_accepted (t);
  app_closes (t);
  peer_expects (t, "F. 1:1(0) ack 1");
  peer_sends (t, "R 1:1(0)");
  talk_free (t);
}

/* Both ends of a network of two have an address that a larger one would keep
 * for itself. req: IP4-ADR-5 */
static void
test_small_networks (void)
{
  speaks ("10.7.0.0", 31, "10.7.0.1");
  speaks ("10.7.0.1", 31, "10.7.0.0");
  speaks ("10.7.0.255", 31, "10.7.0.254");
  speaks ("10.8.0.1", 32, "10.8.0.255");
  speaks ("10.8.0.255", 32, "10.8.0.0");
}

/* 67 bytes would not even hold the largest header and eight bytes.
 * req: IP4-HDR-12 IP6-MTU-1 */
static void
test_mtu (void)
{
  StackConfig config = talk_config ();
  Stack *stack = stack_new (&config);
  Address ipv4 = address_of ("10.0.0.1"), ipv6 = address_of ("fd00::1");

  for (unsigned mtu = 0; mtu < 68; mtu++)
    g_assert_cmpint (stack_interface_add (stack, mtu), ==, -EINVAL);
  g_assert_cmpint (stack_interface_add (stack, 65536), ==, -EINVAL);
  g_assert_cmpint (stack_interface_add (stack, 68), ==, 0);
  g_assert_cmpint (stack_interface_add (stack, 65535), ==, 1);
  g_assert_cmpint (stack_interface_add (stack, 1279), ==, 2);
  g_assert_cmpint (stack_interface_add (stack, 1280), ==, 3);
  g_assert_true (stack_address_add (stack, 0, &ipv4, 24));
  g_assert_false (stack_address_add (stack, 2, &ipv6, 64));
  g_assert_true (stack_address_add (stack, 3, &ipv6, 64));
  stack_free (stack);
}

/* The peer of a dual-stack datagram socket may be of one family now and of the
 * other later. req: IP6-DUAL-3 */
static void
test_change_of_family (void)
{
  static const char *const peers[] = { "10.0.0.2", "fd00::2", "10.0.0.2" };
  Talk *t = ip_peer_talk (false);
  int socket = app_socket (t, SOCKET_IPV6, SOCKET_DATAGRAM);

  for (unsigned i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      Endpoint remote = { address_of (peers[i]), 4000 };

      talk_check (t, socket_connect (t->stack, socket, &remote) == 0);
      talk_check (t, socket_send (t->stack, socket, "x", 1) == 1);
      talk_check (t, peer_takes (t) > 0);
      talk_check (t, t->bytes[0] >> 4 == (i == 1 ? 6 : 4));
    }
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/addresses/second", test_second_address);
  g_test_add_func ("/addresses/groups", test_groups);
  g_test_add_func ("/addresses/bind", test_bind);
  g_test_add_func ("/addresses/small-networks", test_small_networks);
  g_test_add_func ("/addresses/mtu", test_mtu);
  g_test_add_func ("/addresses/change-of-family", test_change_of_family);
  return g_test_run ();
}
