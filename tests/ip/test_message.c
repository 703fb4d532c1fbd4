// SPDX-License-Identifier: MIT
/* What a datagram carries besides its bytes, and to whom broadcasts go. */
#include "tests/ip/ip_peer.h"

#include <errno.h>
#include <string.h>

#include "stack/address.h"

/* req: UDP-11 UDP-12 UDP-15 UDP-17 UDP-18 UDP-26 IP4-HDR-13 IP6-HDR-4 */
static void
test_received (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ip_peer_talk (ipv6);
      int socket = ip_peer_socket (t, 7777);
      char bytes[10];
      SocketMessage message;
      size_t length;

      t->local = ip_peer_second_address (ipv6);
      length = ip_peer_datagram (t, 0, 7777, 100);
      t->bytes[ipv6 ? 7 : 8] = 3;
      if (ipv6)
        {
          t->bytes[0] |= 0xb; /* 0xbb: expedited forwarding and CE */
          t->bytes[1] |= 0xb0;
        }
      else
        {
          t->bytes[1] = 0xbb;
          packet_line_seal_ipv4 (t->bytes);
        }
      ip_peer_sends (t, length);
      ip_peer_sends (t, ip_peer_datagram (t, 4000, 7777, 0));
      talk_check (t,
                  socket_receive_message (t->stack, socket, bytes, 10, &message)
                      == 10);
      talk_check (t, message.length == 100);
      talk_check (t, message.hop_limit == 3 && message.traffic_class == 0xbb);
      talk_check (t, message.remote.port == 0 && message.local.port == 7777);
      talk_check (t, address_equal (&message.remote.address, &t->peer));
      talk_check (t, address_equal (&message.local.address, &t->local));
      talk_check (t,
                  socket_receive_message (t->stack, socket, bytes, 10, &message)
                      == 0);
      talk_check (t, message.length == 0 && message.remote.port == 4000);
      talk_check (t, message.traffic_class == 0);
      talk_check (t,
                  socket_receive_message (t->stack, socket, bytes, 10, &message)
                      == -EAGAIN);
      talk_check (t, socket_receive_message (t->stack, 0, bytes, 10, &message)
                         == -EBADF);
      talk_free (t);
    }
}

static unsigned
class_of (Talk *t)
{
  talk_check (t, peer_takes (t) > 0);
  return ip_peer_is_ipv6 (t) ? (t->bytes[0] & 0xfu) << 4 | t->bytes[1] >> 4
                             : t->bytes[1];
}

/* A datagram has all eight bits, a connection not those that are TCP's.
 * req: UDP-18 UDP-26 IP4-HDR-13 IP6-HDR-4 */
static void
test_sent (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ip_peer_talk (ipv6);
      int socket = ip_peer_socket (t, 7777);
      Endpoint remote = { t->peer, 4000 };
      int64_t value;

      for (unsigned class = 0; class < 256; class += 51)
        {
          talk_check (t, socket_option_set (t->stack, socket,
                                            SOCKET_OPTION_TRAFFIC_CLASS, class)
                             == 0);
          talk_check (t, socket_option_get (t->stack, socket,
                                            SOCKET_OPTION_TRAFFIC_CLASS, &value)
                             == 0);
          talk_check (t, value == class);
          talk_check (t,
                      socket_send_to (t->stack, socket, "x", 1, &remote) == 1);
          talk_check (t, class_of (t) == class);
        }
      for (value = -1; value <= 256; value += 257)
        talk_check (t, socket_option_set (t->stack, socket,
                                          SOCKET_OPTION_TRAFFIC_CLASS, value)
                           == -EINVAL);
      socket = app_socket (t, ipv6 ? SOCKET_IPV6 : SOCKET_IPV4, SOCKET_STREAM);
      talk_check (t, socket_option_set (t->stack, socket,
                                        SOCKET_OPTION_TRAFFIC_CLASS, 0xbb)
                         == 0);
      talk_check (t,
                  socket_connect (t->stack, socket, &remote) == -EINPROGRESS);
      talk_check (t, class_of (t) == 0xb8);
      talk_free (t);
    }
}

/* They go to those that wait on the port without naming an address, never to
 * one that asked for its own, nor to a peer's. req: IP4-ADR-4 UDP-22 */
static void
test_broadcast (void)
{
  static const char *const addresses[] = { "10.0.0.255", "255.255.255.255" };

  for (unsigned i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      Talk *t = ip_peer_talk (false);
      int any = ip_peer_socket (t, 7777);
      int own = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);
      Endpoint local = { t->local, 8888 };
      char bytes[10];
      SocketMessage message;

      talk_check (t, socket_bind (t->stack, own, &local) == 0);
      g_assert_true (address_parse (addresses[i], &t->local));
      ip_peer_sends (t, ip_peer_datagram (t, 4000, 7777, 4));
      ip_peer_sends (t, ip_peer_datagram (t, 4000, 8888, 4));
      peer_expects_nothing (t);
      talk_check (t, socket_receive_message (t->stack, any, bytes, 10, &message)
                         == 4);
      talk_check (t, address_equal (&message.local.address, &t->local));
      talk_check (t, socket_receive_message (t->stack, own, bytes, 10, &message)
                         == -EAGAIN);
      drops_are (t, DROP_NO_SOCKET, 1);
      talk_free (t);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/received", test_received);
  g_test_add_func ("/message/sent", test_sent);
  g_test_add_func ("/message/broadcast", test_broadcast);
  return g_test_run ();
}
