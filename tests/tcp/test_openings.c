// SPDX-License-Identifier: MIT
/* What an application may ask for before a connection opens, and what every
 * SYN says. */
#include "tests/harness.h"

#include "stack/address.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static Address
address_of (const char *text)
{
  Address address;

  g_assert_true (address_parse (text, &address));
  return address;
}

/* req: TCP-OPN-6 TCP-OPN-7 */
static void
test_local_address (void)
{
  Talk *t = talk_new ();
  Endpoint local = { address_of ("10.0.0.9"), 5555 };
  Endpoint remote = { t->peer, 40000 };
  Address better = address_of ("10.0.0.3");

  talk_check (t, stack_address_add (t->stack, 0, &local.address, 24));
  t->flow->socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  talk_check (t, socket_bind (t->stack, t->flow->socket, &local) == 0);
  talk_check (t, socket_connect (t->stack, t->flow->socket, &remote)
                     == -EINPROGRESS);
  t->local = local.address;
  peer_expects (t, "S 0:0(0)");
  talk_check (t, t->flow->local_port == 5555);
  /* Whatever comes later: it stays. */
  talk_check (t, stack_address_add (t->stack, 0, &better, 30));
  advance (t, 1, SECOND);
  peer_expects (t, "S 0:0(0)");
  peer_sends (t, "S. 0:0(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 1");
  app_sends (t, 10);
  peer_expects (t, "P. 1:11(10) ack 1");
  talk_free (t);
}

/* req: TCP-OPN-5 */
static void
test_listen_beside_syn (void)
{
  Talk *t = talk_new ();
  Endpoint local = { t->local, 7777 }, remote = { t->peer, 40000 };
  int listener = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);

  t->flow->socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  app_sets (t, SOCKET_OPTION_REUSE_ADDRESS, 1);
  socket_option_set (t->stack, listener, SOCKET_OPTION_REUSE_ADDRESS, 1);
  talk_check (t, socket_bind (t->stack, t->flow->socket, &local) == 0);
  talk_check (t, socket_connect (t->stack, t->flow->socket, &remote)
                     == -EINPROGRESS);
  peer_expects (t, "S 0:0(0)");
  talk_check (t, socket_bind (t->stack, listener, &local) == 0);
  talk_check (t, socket_listen (t->stack, listener, 5) == 0);
  t->listener = listener;
  /* Somebody else connects, then the first SYN is answered. */
  peer_uses (t, 40001);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
  peer_expects (t, "S. 0:0(0) ack 1");
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  state_is (t, "ESTABLISHED");
  peer_uses (t, 40000);
  peer_sends (t, "S. 0:0(0) ack 1");
  peer_expects (t, ". 1:1(0) ack 1");
  state_is (t, "ESTABLISHED");
  talk_free (t);
}

/* Each copy of each SYN. req: TCP-MSS-2 TCP-MSS-1 TCP-MSS-5 */
static void
test_all_say_their_size (void)
{
  for (int ipv6 = 0; ipv6 < 2; ipv6++)
    {
      Talk *t = ipv6 ? talk_new_ipv6 () : talk_new ();
      int mss = ipv6 ? 1440 : 1460;

      app_listen (t, 7777, 8);
      peer_sends (t, "S 0:0(0) win 65535");
      peer_expects (t, "S. 0:0(0) ack 1 <mss %d>", mss);
      advance (t, 1, SECOND);
      peer_expects (t, "S. 0:0(0) ack 1 <mss %d>", mss);
      peer_sends (t, ". 1:1(0) ack 1");
      peer_uses (t, 40001);
      app_connect (t, 80);
      peer_expects (t, "S 0:0(0) <mss %d>", mss);
      advance (t, 1, SECOND);
      peer_expects (t, "S 0:0(0) <mss %d>", mss);
      /* Opened at once by both. */
      peer_sends (t, "S 0:0(0) win 65535");
      peer_expects (t, "S. 0:0(0) ack 1 <mss %d>", mss);
      peer_sends (t, ". 1:1(0) ack 1");
      talk_free (t);
    }
}

/* An interface has one MTU, so that is the smallest it has; it is what we can
 * take, whatever the path to the peer does. req: TCP-MSS-6 TCP-MSS-5 */
static void
test_size_of_interface (void)
{
  StackConfig config = talk_config ();
  Talk *t = talk_new_with (&config, false, SECOND);
  int narrow = stack_interface_add (t->stack, 1400);
  Address local = address_of ("10.0.1.1");

  talk_check (t, stack_address_add (t->stack, (unsigned) narrow, &local, 24));
  t->local = local;
  t->peer = address_of ("10.0.1.2");
  app_connect (t, 80);
  peer_expects (t, "S 0:0(0) <mss 1360>");
  talk_check (t, t->out.interface == (unsigned) narrow);
  talk_free (t);
}

static uint32_t
first_number (Talk *t)
{
  app_connect (t, 80);
  peer_expects (t, "S 0:0(0)");
  return t->flow->isn;
}

/* A copy of a stack says the same as the other, until it has a secret of its
 * own; what is open goes on. req: TCP-ISN-5 TCP-ISN-3 TCP-ISN-4 */
static void
test_copy (void)
{
  for (int renew = 0; renew < 2; renew++)
    {
      Talk *twins[2] = { talk_new (), talk_new () };
      uint32_t numbers[2];

      for (int i = 0; i < 2; i++)
        {
          Talk *t = twins[i];
          uint8_t secret[16] = { 1, 2, (uint8_t) i };

          talk_accepted (t);
          if (renew)
            stack_set_secret (t->stack, secret);
          app_sends (t, 10);
          peer_expects (t, "P. 1:11(10) ack 1");
          peer_sends (t, ". 1:1(0) ack 11");
          peer_uses (t, 40001);
          peer_sends (t, "S 0:0(0) win 65535 <mss 1000>");
          peer_expects (t, "S. 0:0(0) ack 1");
          numbers[i] = t->flow->isn;
          peer_sends (t, ". 1:1(0) ack 1");
          peer_uses (t, 40002);
          first_number (t);
        }
      g_assert_true ((numbers[0] == numbers[1]) == (renew == 0));
      talk_free (twins[0]);
      talk_free (twins[1]);
    }
}

/* What it has not read before it closed it will not read. req: TCP-CLS-9 */
static void
test_closed_is_closed (void)
{
  Talk *t = talk_new ();
  char bytes[10];
  int socket;

  talk_accepted (t);
  socket = t->flow->socket;
  app_closes (t);
  peer_expects (t, "F. 1:1(0) ack 1");
  talk_check (t, socket_receive (t->stack, socket, bytes, 10) == -EBADF);
  talk_check (t, socket_shutdown (t->stack, socket, SHUT_RD) == -EBADF);
  talk_check (t, socket_poll (t->stack, socket) == 0);
  peer_sends (t, ". 1:1(0) ack 2");
  talk_check (t, socket_receive (t->stack, socket, bytes, 10) == -EBADF);
  talk_free (t);
}

/* A SYN in an IPv4 packet with SIZE bytes of options. */
static void
syn_with (Talk *t, const char *options, size_t size)
{
  PacketLine line = packet_line_parse ("S 0:0(0) win 65535 <mss 1000>");
  PacketPath path = { .source = { t->peer, 40000 },
                      .destination = { t->local, 7777 },
                      .source_isn = t->flow->peer_isn };
  size_t length = packet_line_encode (&line, &path, t->bytes);

  peer_expects_nothing (t);
  packet_line_encode (&line, &path, t->bytes);
  memmove (t->bytes + 20 + size, t->bytes + 20, length - 20);
  memcpy (t->bytes + 20, options, size);
  t->bytes[0] = (uint8_t) (0x45 + size / 4);
  t->bytes[3] = (uint8_t) (length + size);
  packet_line_seal_ipv4 (t->bytes);
  peer_sends_bytes (t, length + size);
}

/* Source routes are refused (RFC 7126 4.3, against RFC 9293 MUST-51 to 53);
 * what records the way is read past, and nothing is recorded or sent back.
 * req: TCP-OPT-13 TCP-OPT-12 TCP-OPT-11 */
static void
test_ip_options (void)
{
  Talk *t = talk_new ();

  app_listen (t, 7777, 8);
  syn_with (t, "\x83\x07\x04\x0a\0\0\x05\0", 8); /* loose */
  peer_expects_nothing (t);
  syn_with (t, "\x89\x07\x04\x0a\0\0\x05\0", 8); /* strict */
  peer_expects_nothing (t);
  drops_are (t, DROP_SOURCE_ROUTE, 2);
  syn_with (t, "\x07\x07\x04\0\0\0\0\0", 8); /* record route */
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_check (t, t->bytes[0] == 0x45);
  syn_with (t, "\x44\x08\x05\0\0\0\0\0", 8); /* timestamp */
  peer_expects (t, "S. 0:0(0) ack 1");
  talk_check (t, t->bytes[0] == 0x45);
  talk_free (t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/openings/local-address", test_local_address);
  g_test_add_func ("/openings/listen-beside-syn", test_listen_beside_syn);
  g_test_add_func ("/openings/all-say-their-size", test_all_say_their_size);
  g_test_add_func ("/openings/size-of-interface", test_size_of_interface);
  g_test_add_func ("/openings/copy", test_copy);
  g_test_add_func ("/openings/closed-is-closed", test_closed_is_closed);
  g_test_add_func ("/openings/ip-options", test_ip_options);
  return g_test_run ();
}
