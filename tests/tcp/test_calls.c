// SPDX-License-Identifier: MIT
/* What each socket call answers in each condition of a socket. */
#include "tests/harness.h"

#include <errno.h>
#include <sys/socket.h>

#include "stack/address.h"

static const Endpoint *
nobody (void)
{
  static Endpoint endpoint = { .port = 80 };

  address_parse ("10.0.0.2", &endpoint.address);
  return &endpoint;
}

/* req: SOK-BND-8 SOK-SHT-5 */
static void
all_are_bad (Talk *t, int socket)
{
  Stack *stack = t->stack;
  Endpoint endpoint = *nobody ();
  SocketInfo info;
  int64_t value;
  char byte;

  talk_check (t, socket_bind (stack, socket, &endpoint) == -EBADF);
  talk_check (t, socket_listen (stack, socket, 1) == -EBADF);
  talk_check (t, socket_accept (stack, socket, NULL) == -EBADF);
  talk_check (t, socket_connect (stack, socket, &endpoint) == -EBADF);
  talk_check (t, socket_send (stack, socket, "x", 1) == -EBADF);
  talk_check (t, socket_send_to (stack, socket, "x", 1, &endpoint) == -EBADF);
  talk_check (t, socket_receive (stack, socket, &byte, 1) == -EBADF);
  talk_check (t, socket_shutdown (stack, socket, SHUT_WR) == -EBADF);
  talk_check (t, socket_close (stack, socket) == -EBADF);
  talk_check (t, socket_abort (stack, socket) == -EBADF);
  talk_check (t, socket_poll (stack, socket) == 0);
  talk_check (t, socket_error (stack, socket) == EBADF);
  talk_check (t, socket_local (stack, socket, &endpoint) == -EBADF);
  talk_check (t, socket_remote (stack, socket, &endpoint) == -EBADF);
  talk_check (t, socket_info (stack, socket, &info) == -EBADF);
  talk_check (t, socket_option_set (stack, socket, SOCKET_OPTION_NODELAY, 1)
                     == -EBADF);
  talk_check (t,
              socket_option_get (stack, socket, SOCKET_OPTION_NODELAY, &value)
                  == -EBADF);
}

static void
test_stale (void)
{
  Talk *t = talk_new ();
  int socket;

  talk_accepted (t);
  socket = t->flow->socket;
  app_closes (t);
  /* It goes on in the background, but not for the application. */
  all_are_bad (t, socket);
  peer_expects (t, "F. 1:1(0) ack 1");
  peer_sends (t, "F. 1:1(0) ack 2");
  peer_expects (t, ". 2:2(0) ack 2");
  all_are_bad (t, socket);
  all_are_bad (t, 0);
  all_are_bad (t, -1);
  all_are_bad (t, 1);
  all_are_bad (t, G_MAXINT);
  talk_free (t);
}

/* req: SOK-IO-1 SOK-SHT-1 SOK-LSN-1 SOK-POL-2 */
static void
test_fresh_stream (void)
{
  Talk *t = talk_new ();
  int socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  Endpoint endpoint;
  char byte;

  talk_check (t, socket_send (t->stack, socket, "x", 1) == -ENOTCONN);
  talk_check (t, socket_receive (t->stack, socket, &byte, 1) == -ENOTCONN);
  talk_check (t, socket_shutdown (t->stack, socket, SHUT_WR) == -ENOTCONN);
  talk_check (t, socket_shutdown (t->stack, socket, 77) == -EINVAL);
  talk_check (t, socket_accept (t->stack, socket, NULL) == -EINVAL);
  talk_check (t, socket_remote (t->stack, socket, &endpoint) == -ENOTCONN);
  talk_check (t, socket_local (t->stack, socket, &endpoint) == 0);
  talk_check (t, endpoint.port == 0 && address_is_any (&endpoint.address));
  talk_check (t, socket_poll (t->stack, socket) == 0);
  talk_check (t, socket_error (t->stack, socket) == 0);
  talk_check (t, socket_close (t->stack, socket) == 0);
  falls_silent (t);
  talk_free (t);
}

/* req: SOK-LSN-1 SOK-LSN-2 SOK-IO-1 SOK-BND-1 SOK-BND-2 PRT-2 */
static void
test_listener (void)
{
  Talk *t = talk_new ();
  int socket = app_socket (t, SOCKET_IPV4, SOCKET_STREAM);
  Endpoint local;
  char byte;

  talk_check (t, socket_listen (t->stack, socket, -1) == 0);
  talk_check (t, socket_local (t->stack, socket, &local) == 0);
  talk_check (t, local.port >= 49152);
  talk_check (t, socket_bind (t->stack, socket, &local) == -EINVAL);
  talk_check (t, socket_listen (t->stack, socket, 1000000) == 0);
  talk_check (t, socket_accept (t->stack, socket, NULL) == -EAGAIN);
  talk_check (t, socket_connect (t->stack, socket, nobody ()) == -EOPNOTSUPP);
  talk_check (t, socket_send (t->stack, socket, "x", 1) == -ENOTCONN);
  talk_check (t, socket_receive (t->stack, socket, &byte, 1) == -ENOTCONN);
  falls_silent (t);
  talk_free (t);
}

/* req: SOK-LSN-1 SOK-LSN-3 SOK-CON-1 SOK-BND-1 */
static void
test_connected (void)
{
  Talk *t = talk_new ();
  Endpoint endpoint;

  talk_connected (t);
  talk_check (t, socket_listen (t->stack, t->flow->socket, 1) == -EINVAL);
  talk_check (t, socket_accept (t->stack, t->flow->socket, NULL) == -EINVAL);
  talk_check (t, socket_bind (t->stack, t->flow->socket, nobody ()) == -EINVAL);
  talk_check (t, socket_connect (t->stack, t->flow->socket, nobody ())
                     == -EISCONN);
  talk_check (t, socket_remote (t->stack, t->flow->socket, &endpoint) == 0);
  talk_check (t, endpoint.port == 80);
  app_receive_gives (t, -EAGAIN);
  talk_free (t);
}

/* req: SOK-BND-1 SOK-BND-2 SOK-BND-8 SOK-LSN-1 */
static void
test_bind (void)
{
  StackConfig config = talk_config ();
  Talk *t;
  int socket;
  Endpoint local = { .port = 80 };

  config.privileged = false;
  t = talk_new_with (&config, false, SECOND);
  socket = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);
  local.address = t->peer;
  talk_check (t, socket_bind (t->stack, socket, &local) == -EADDRNOTAVAIL);
  local.address = t->local;
  talk_check (t, socket_bind (t->stack, socket, &local) == -EACCES);
  local.port = 1023;
  talk_check (t, socket_bind (t->stack, socket, &local) == -EACCES);
  address_parse ("fd00::1", &local.address);
  talk_check (t, socket_bind (t->stack, socket, &local) == -EAFNOSUPPORT);
  local = (Endpoint){ t->local, 1024 };
  talk_check (t, socket_bind (t->stack, socket, &local) == 0);
  talk_check (t, socket_listen (t->stack, socket, 1) == -EOPNOTSUPP);
  talk_check (t, socket_accept (t->stack, socket, NULL) == -EOPNOTSUPP);
  talk_check (t, socket_shutdown (t->stack, socket, SHUT_WR) == -ENOTCONN);
  talk_free (t);
}

/* req: SOK-OPT-5 SOK-OPT-6 SOK-OPT-7 */
static void
test_options (void)
{
  Talk *t = talk_new ();
  int stream = app_socket (t, SOCKET_IPV6, SOCKET_STREAM);
  int datagram = app_socket (t, SOCKET_IPV4, SOCKET_DATAGRAM);
  SocketOption unknown = (SocketOption) 77;
  int64_t value = -1;

  for (int64_t on = 0; on < 2; on++)
    for (unsigned i = 0; i < 2; i++)
      {
        SocketOption option =
            i == 0 ? SOCKET_OPTION_NODELAY : SOCKET_OPTION_V6ONLY;

        talk_check (t, socket_option_set (t->stack, stream, option, on) == 0);
        talk_check (t,
                    socket_option_get (t->stack, stream, option, &value) == 0);
        talk_check (t, value == on);
      }
  talk_check (t,
              socket_option_set (t->stack, stream, unknown, 1) == -ENOPROTOOPT);
  talk_check (t, socket_option_get (t->stack, stream, unknown, &value)
                     == -ENOPROTOOPT);
  talk_check (t,
              socket_option_set (t->stack, datagram, SOCKET_OPTION_NODELAY, 1)
                  == -ENOPROTOOPT);
  talk_check (t, socket_option_set (t->stack, datagram, SOCKET_OPTION_V6ONLY, 1)
                     == -ENOPROTOOPT);
  talk_check (
      t, socket_option_set (t->stack, stream, SOCKET_OPTION_RECEIVE_BUFFER, 0)
             == -EINVAL);
  talk_check (t, socket_listen (t->stack, stream, 1) == 0);
  talk_check (t, socket_option_set (t->stack, stream, SOCKET_OPTION_V6ONLY, 0)
                     == -EINVAL);
  falls_silent (t);
  talk_free (t);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/calls/stale", test_stale);
  g_test_add_func ("/calls/fresh-stream", test_fresh_stream);
  g_test_add_func ("/calls/listener", test_listener);
  g_test_add_func ("/calls/connected", test_connected);
  g_test_add_func ("/calls/bind", test_bind);
  g_test_add_func ("/calls/options", test_options);
  return g_test_run ();
}
