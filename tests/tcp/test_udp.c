// SPDX-License-Identifier: MIT
/* UDP: RFC 768, RFC 8200 8.1, RFC 9868, and datagram sockets. */
#include "tests/harness.h"

#include <errno.h>
#include <string.h>

#include "stack/address.h"

#define UDP_HEADER 8

/* A datagram of LENGTH bytes at t->bytes; returns the length of the packet. */
static size_t
make (Talk *t, uint16_t from, uint16_t to, size_t length)
{
  uint8_t *udp = t->bytes + packet_line_ip_header (&t->peer);
  size_t size = UDP_HEADER + length;
  uint8_t header[UDP_HEADER] = { (uint8_t) (from >> 8), (uint8_t) from,
                                 (uint8_t) (to >> 8),   (uint8_t) to,
                                 (uint8_t) (size >> 8), (uint8_t) size };

  memcpy (udp, header, sizeof header);
  for (size_t i = 0; i < length; i++)
    udp[UDP_HEADER + i] = packet_line_byte ((int64_t) i);
  return packet_line_wrap (t->bytes, &t->peer, &t->local, 17, 6, size);
}

static void
peer_sends_datagram (Talk *t, uint16_t from, uint16_t to, size_t length)
{
  peer_expects_nothing (t);
  peer_sends_bytes (t, make (t, from, to, length));
}

static void
peer_expects_datagram (Talk *t, uint16_t from, uint16_t to, size_t length)
{
  size_t ip = packet_line_ip_header (&t->peer);
  const uint8_t *udp = t->bytes + ip;

  talk_check (t, peer_takes (t) == ip + UDP_HEADER + length);
  talk_check (t, t->bytes[ip == 20 ? 9 : 6] == 17);
  talk_check (t, (udp[0] << 8 | udp[1]) == from);
  talk_check (t, (udp[2] << 8 | udp[3]) == to);
  talk_check (t, (size_t) (udp[4] << 8 | udp[5]) == UDP_HEADER + length);
  talk_check (t, udp[6] != 0 || udp[7] != 0);
}

static int
bound_socket (Talk *t, uint16_t port)
{
  bool ipv4 = address_is_ipv4 (&t->local);
  Endpoint local = { ipv4 ? ADDRESS_ANY_IPV4 : ADDRESS_ANY, port };
  int socket =
      app_socket (t, ipv4 ? SOCKET_IPV4 : SOCKET_IPV6, SOCKET_DATAGRAM);

  talk_check (t, socket_bind (t->stack, socket, &local) == 0);
  return socket;
}

static void
app_takes (Talk *t, int socket, size_t size, ssize_t result, uint16_t from)
{
  uint8_t bytes[2000];
  Endpoint remote = { .port = 0 };
  ssize_t got = socket_receive_from (t->stack, socket, bytes, size, &remote);

  if (got != result)
    talk_fail (t, "receiving gives %zd, not %zd", got, result);
  if (got < 0)
    return;
  talk_check (t, remote.port == from);
  talk_check (t, address_equal (&remote.address, &t->peer));
  for (ssize_t i = 0; i < got; i++)
    talk_check (t, bytes[i] == packet_line_byte (i));
}

/* req: UDP-6 UDP-11 UDP-12 UDP-15 SOK-POL-1 SOK-POL-2 SOK-IO-8 */
static void
test_delivery (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ipv6 ? talk_new_ipv6 () : talk_new ();
      int socket = bound_socket (t, 7777);
      Endpoint remote = { t->peer, 40000 };

      talk_check (t, socket_poll (t->stack, socket) == SOCKET_WRITABLE);
      app_takes (t, socket, 2000, -EAGAIN, 0);
      peer_sends_datagram (t, 40000, 7777, 100);
      peer_sends_datagram (t, 40001, 7777, 0);
      peer_sends_datagram (t, 0, 7777, 1001);
      peer_sends_datagram (t, 40003, 7777, 50);
      talk_check (t, socket_poll (t->stack, socket)
                         == (SOCKET_WRITABLE | SOCKET_READABLE));
      app_takes (t, socket, 2000, 100, 40000);
      app_takes (t, socket, 2000, 0, 40001);
      app_takes (t, socket, 10, 10, 0);
      app_takes (t, socket, 2000, 50, 40003);
      app_takes (t, socket, 2000, -EAGAIN, 0);
      talk_check (t, socket_send_to (t->stack, socket, "abc", 3, &remote) == 3);
      talk_check (t, socket_send_to (t->stack, socket, "", 0, &remote) == 0);
      peer_expects_datagram (t, 7777, 40000, 3);
      talk_check (t, t->out.socket == socket);
      peer_expects_datagram (t, 7777, 40000, 0);
      falls_silent (t);
      talk_free (t);
    }
}

static void
set_checksum (Talk *t, uint8_t high, uint8_t low)
{
  uint8_t *udp = t->bytes + packet_line_ip_header (&t->peer);

  udp[6] = high;
  udp[7] = low;
}

/* req: UDP-3 UDP-4 UDP-5 */
static void
test_checksum (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ipv6 ? talk_new_ipv6 () : talk_new ();
      int socket = bound_socket (t, 7777);
      size_t length = make (t, 40000, 7777, 20);

      set_checksum (t, 0, 0);
      peer_sends_bytes (t, length);
      app_takes (t, socket, 100, ipv6 ? -EAGAIN : 20, 40000);
      length = make (t, 40000, 7777, 21);
      t->bytes[length - 1] ^= 1;
      peer_sends_bytes (t, length);
      app_takes (t, socket, 100, -EAGAIN, 0);
      drops_are (t, DROP_CHECKSUM, ipv6 ? 2 : 1);
      falls_silent (t);
      talk_free (t);
    }
}

/* What comes out as 0 is sent as 65535. req: UDP-3 UDP-4 */
static void
test_zero_sum (void)
{
  Talk *t = talk_new ();
  int socket = bound_socket (t, 7777);
  Endpoint remote = { t->peer, 40000 };
  unsigned ones = 0;

  for (unsigned word = 0; word < 65536; word++)
    {
      uint8_t bytes[2] = { (uint8_t) (word >> 8), (uint8_t) word };

      talk_check (t, socket_send_to (t->stack, socket, bytes, 2, &remote) == 2);
      talk_check (t, peer_takes (t) == 30);
      talk_check (t, t->bytes[26] != 0 || t->bytes[27] != 0);
      ones += t->bytes[26] == 0xff && t->bytes[27] == 0xff;
    }
  talk_check (t, ones > 0);
  talk_free (t);
}

/* req: UDP-1 UDP-2 */
static void
test_length_field (void)
{
  Talk *t = talk_new ();
  int socket = bound_socket (t, 7777);

  for (unsigned field = 0; field < 40; field++)
    {
      size_t length = make (t, 40000, 7777, 20);

      t->bytes[25] = (uint8_t) field;
      set_checksum (t, 0, 0);
      peer_sends_bytes (t, length);
      if (field < 8 || field > 28)
        app_takes (t, socket, 100, -EAGAIN, 0);
      else
        app_takes (t, socket, 100, (ssize_t) field - 8, 40000);
    }
  drops_are (t, DROP_MALFORMED, 8 + 11);
  talk_free (t);
}

/* req: UDP-19 SOK-OPT-7 */
static void
test_buffer_full (void)
{
  Talk *t = talk_new ();
  int socket = bound_socket (t, 7777);
  unsigned held = 0;
  int64_t size;
  uint8_t bytes[2000];

  talk_check (t, socket_option_set (t->stack, socket,
                                    SOCKET_OPTION_RECEIVE_BUFFER, 10000)
                     == 0);
  talk_check (t, socket_option_get (t->stack, socket,
                                    SOCKET_OPTION_RECEIVE_BUFFER, &size)
                     == 0);
  talk_check (t, size == 10000);
  for (int i = 0; i < 100000; i++)
    {
      t->capture->len = 0;
      peer_sends_datagram (t, 40000, 7777, (size_t) (i % 3));
    }
  while (socket_receive (t->stack, socket, bytes, sizeof bytes) >= 0)
    held++;
  talk_check (t, held > 10 && held < 10000 / 40);
  drops_are (t, DROP_BUFFER, 100000 - held);
  talk_free (t);
}

/* The newest is what is lost. req: UDP-19 */
static void
test_oldest_stay (void)
{
  StackConfig config = talk_config ();
  Talk *t;
  int socket;

  config.datagram_buffer = 3000;
  t = talk_new_with (&config, false, SECOND);
  socket = bound_socket (t, 7777);
  for (uint16_t i = 0; i < 5; i++)
    peer_sends_datagram (t, (uint16_t) (40000 + i), 7777, 1300);
  app_takes (t, socket, 2000, 1300, 40000);
  app_takes (t, socket, 2000, 1300, 40001);
  app_takes (t, socket, 2000, -EAGAIN, 0);
  talk_free (t);
}

/* More than any datagram holds. req: UDP-13 SOK-IO-1 */
static void
test_too_long (void)
{
  Talk *t = talk_new ();
  static const uint8_t BYTES[70000];
  int socket = bound_socket (t, 7777);
  Endpoint remote = { t->peer, 40000 };

  talk_check (t, socket_send_to (t->stack, socket, BYTES, 65508, &remote)
                     == -EMSGSIZE);
  talk_check (t, socket_send_to (t->stack, socket, BYTES, SIZE_MAX, &remote)
                     == -EMSGSIZE);
  peer_expects_nothing (t);
  talk_check (t,
              socket_send_to (t->stack, socket, BYTES, 1472, &remote) == 1472);
  peer_expects_datagram (t, 7777, 40000, 1472);
  talk_free (t);
}

/* req: SOK-IO-1 */
static void
test_outbox_full (void)
{
  StackConfig config = talk_config ();
  Talk *t;
  uint8_t bytes[1000] = { 0 };
  Endpoint remote;
  int socket;

  config.outbox_max = 3000;
  t = talk_new_with (&config, false, SECOND);
  remote = (Endpoint){ t->peer, 40000 };
  socket = bound_socket (t, 7777);
  talk_check (t, socket_send_to (t->stack, socket, bytes, 1000, &remote) > 0);
  talk_check (t, socket_send_to (t->stack, socket, bytes, 1000, &remote) > 0);
  talk_check (t, socket_send_to (t->stack, socket, bytes, 1000, &remote)
                     == -EAGAIN);
  talk_check (t, stack_counter (t->stack, STACK_COUNTER_OUTBOX_FULL) == 1);
  peer_expects_datagram (t, 7777, 40000, 1000);
  talk_check (t, socket_send_to (t->stack, socket, bytes, 1000, &remote) > 0);
  peer_expects_datagram (t, 7777, 40000, 1000);
  peer_expects_datagram (t, 7777, 40000, 1000);
  talk_free (t);
}

/* req: UDP-20 UDP-21 SOK-IO-1 */
static void
test_connected (void)
{
  Talk *t = talk_new ();
  int socket = bound_socket (t, 7777);
  Endpoint remote = { t->peer, 40000 }, other = { t->peer, 40001 }, got;

  talk_check (t, socket_send (t->stack, socket, "x", 1) == -EDESTADDRREQ);
  talk_check (t, socket_remote (t->stack, socket, &got) == -ENOTCONN);
  talk_check (t, socket_connect (t->stack, socket, &remote) == 0);
  talk_check (t, socket_remote (t->stack, socket, &got) == 0);
  talk_check (t, got.port == 40000);
  talk_check (t, socket_local (t->stack, socket, &got) == 0);
  talk_check (t, address_equal (&got.address, &t->local));
  peer_sends_datagram (t, 40001, 7777, 5);
  app_takes (t, socket, 100, -EAGAIN, 0);
  drops_are (t, DROP_NO_SOCKET, 1);
  talk_check (t, peer_ignores (t) == 1); /* port unreachable */
  peer_sends_datagram (t, 40000, 7777, 5);
  app_takes (t, socket, 100, 5, 40000);
  talk_check (t, socket_send (t->stack, socket, "x", 1) == 1);
  peer_expects_datagram (t, 7777, 40000, 1);
  /* Another peer. */
  talk_check (t, socket_connect (t->stack, socket, &other) == 0);
  peer_sends_datagram (t, 40000, 7777, 5);
  app_takes (t, socket, 100, -EAGAIN, 0);
  talk_check (t, peer_ignores (t) == 1);
  peer_sends_datagram (t, 40001, 7777, 5);
  app_takes (t, socket, 100, 5, 40001);
  talk_free (t);
}

/* req: UDP-15 UDP-23 PRT-2 SOK-BND-3 */
static void
test_ephemeral_port (void)
{
  Talk *t = talk_new ();
  int socket = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);
  Endpoint remote = { t->peer, 40000 }, local;

  talk_check (t, socket_send_to (t->stack, socket, "x", 1, &remote) == 1);
  talk_check (t, socket_local (t->stack, socket, &local) == 0);
  talk_check (t, local.port >= 49152);
  peer_expects_datagram (t, local.port, 40000, 1);
  peer_sends_datagram (t, 40000, local.port, 7);
  app_takes (t, socket, 100, 7, 40000);
  peer_sends_datagram (t, 40000, 0, 7);
  drops_are (t, DROP_NO_SOCKET, 1);
  talk_free (t);
}

/* Each family to its own, and never two on one address. req: UDP-21 SOK-BND-6
 */
static void
test_side_by_side (void)
{
  Talk *t = talk_new ();
  int six = app_socket (t, SOCKET_IPV6, SOCKET_DATAGRAM), four, exact;
  Endpoint any = { ADDRESS_ANY, 7777 }, local = { t->local, 7777 };

  talk_check (t, socket_bind (t->stack, six, &any) == 0);
  peer_sends_datagram (t, 40000, 7777, 1);
  app_takes (t, six, 100, 1, 40000);
  exact = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);
  talk_check (t, socket_bind (t->stack, exact, &local) == -EADDRINUSE);
  talk_check (t, socket_close (t->stack, six) == 0);
  six = app_socket (t, SOCKET_IPV6, SOCKET_DATAGRAM);
  talk_check (t,
              socket_option_set (t->stack, six, SOCKET_OPTION_V6ONLY, 1) == 0);
  talk_check (t, socket_bind (t->stack, six, &any) == 0);
  peer_sends_datagram (t, 40000, 7777, 2);
  drops_are (t, DROP_NO_SOCKET, 1);
  talk_check (t, peer_ignores (t) == 1);
  four = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);
  any.address = ADDRESS_ANY_IPV4;
  talk_check (t, socket_bind (t->stack, four, &any) == 0);
  peer_sends_datagram (t, 40000, 7777, 3);
  app_takes (t, six, 100, -EAGAIN, 0);
  app_takes (t, four, 100, 3, 40000);
  talk_free (t);
}

/* An address of one family cannot speak to the other. req: IP6-DUAL-3 */
static void
test_mixed_families (void)
{
  Talk *t = talk_new ();
  Endpoint four = { t->local, 7777 }, six = { .port = 40000 };
  Endpoint local = { .port = 7778 };
  int datagram = app_socket (t, SOCKET_IPV6, SOCKET_DATAGRAM);
  int stream = app_socket (t, SOCKET_IPV6, SOCKET_STREAM);
  int other = app_socket (t, SOCKET_IPV6, SOCKET_DATAGRAM);

  talk_check (t, address_parse ("fd00::2", &six.address));
  talk_check (t, address_parse ("fd00::1", &local.address));
  talk_check (t, socket_bind (t->stack, datagram, &four) == 0);
  talk_check (t, socket_send_to (t->stack, datagram, "x", 1, &six)
                     == -EAFNOSUPPORT);
  talk_check (t, socket_connect (t->stack, datagram, &six) == -EAFNOSUPPORT);
  talk_check (t, socket_bind (t->stack, stream, &four) == 0);
  talk_check (t, socket_connect (t->stack, stream, &six) == -EAFNOSUPPORT);
  talk_check (t, socket_bind (t->stack, other, &local) == 0);
  four.address = t->peer;
  talk_check (t,
              socket_send_to (t->stack, other, "x", 1, &four) == -EAFNOSUPPORT);
  falls_silent (t);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/udp/delivery", test_delivery);
  g_test_add_func ("/udp/checksum", test_checksum);
  g_test_add_func ("/udp/zero-sum", test_zero_sum);
  g_test_add_func ("/udp/length-field", test_length_field);
  g_test_add_func ("/udp/buffer-full", test_buffer_full);
  g_test_add_func ("/udp/oldest-stay", test_oldest_stay);
  g_test_add_func ("/udp/too-long", test_too_long);
  g_test_add_func ("/udp/outbox-full", test_outbox_full);
  g_test_add_func ("/udp/connected", test_connected);
  g_test_add_func ("/udp/ephemeral-port", test_ephemeral_port);
  g_test_add_func ("/udp/side-by-side", test_side_by_side);
  g_test_add_func ("/udp/mixed-families", test_mixed_families);
  return g_test_run ();
}
