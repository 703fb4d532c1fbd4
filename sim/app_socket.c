// SPDX-License-Identifier: MIT
#include "sim/app_socket.h"
#include "stack/address.h"
#include "stack/wire_ip.h"
#include <errno.h>
#include <sys/socket.h>

#define BACKLOG 128

int
app_socket_new (App *app, SocketType type, const Address *address)
{
  SocketFamily family = address_is_ipv4 (address) ? SOCKET_IPV4 : SOCKET_IPV6;
  int socket = socket_new (host_stack (app->host), family, type);
  app_log_call (app, "socket", socket, NULL, socket);
  if (socket > 0)
    host_watch (app->host, socket, app);
  return socket;
}

static SocketType
type_of (const App *app)
{
  return app->spec->protocol == PROTOCOL_UDP ? SOCKET_DATAGRAM : SOCKET_STREAM;
}

/* What a set-up call gave; false: the app has failed with it. */
static bool
succeeded (App *app, const char *call, int socket, int result)
{
  app_log_call (app, call, socket, NULL, result);
  if (result >= 0 || result == -EINPROGRESS)
    return true;
  app_fail (app, call, result);
  app_socket_close (app, socket);
  return false;
}

static int
make (App *app, const Address *address)
{
  int socket = app_socket_new (app, type_of (app), address);
  if (socket < 0)
    app_fail (app, "socket", socket);
  return socket;
}

int
app_socket_serve (App *app)
{
  Stack *stack = host_stack (app->host);
  Endpoint local = { ADDRESS_ANY, app->spec->port };
  int socket = make (app, &local.address);
  if (socket < 0
      || !succeeded (app, "bind", socket, socket_bind (stack, socket, &local)))
    return -1;
  if (type_of (app) == SOCKET_STREAM
      && !succeeded (app, "listen", socket,
                     socket_listen (stack, socket, BACKLOG)))
    return -1;
  return socket;
}

int
app_socket_connect (App *app)
{
  const Endpoint *peer = &app->spec->peer;
  int socket = make (app, &peer->address);
  if (socket < 0)
    return -1;
  int result = socket_connect (host_stack (app->host), socket, peer);
  return succeeded (app, "connect", socket, result) ? socket : -1;
}

int
app_socket_accept (App *app, int listener, Endpoint *peer)
{
  int socket = socket_accept (host_stack (app->host), listener, peer);
  if (socket == -EAGAIN)
    return socket;
  app_log_call (app, "accept", socket < 0 ? listener : socket, NULL, socket);
  if (socket > 0)
    host_watch (app->host, socket, app);
  return socket;
}

static ssize_t
logged (App *app,
        const char *call,
        int socket,
        const Endpoint *remote,
        ssize_t result)
{
  if (result != -EAGAIN)
    app_log_call (app, call, socket, remote, result);
  return result;
}

ssize_t
app_socket_send (App *app, int socket, const void *bytes, size_t length)
{
  ssize_t sent = socket_send (host_stack (app->host), socket, bytes, length);
  return logged (app, "send", socket, NULL, sent);
}

ssize_t
app_socket_send_to (App *app,
                    int socket,
                    const void *bytes,
                    size_t length,
                    const Endpoint *remote)
{
  ssize_t sent =
      socket_send_to (host_stack (app->host), socket, bytes, length, remote);
  return logged (app, "send_to", socket, remote, sent);
}

ssize_t
app_socket_receive (App *app, int socket, void *bytes, size_t size)
{
  ssize_t got = socket_receive (host_stack (app->host), socket, bytes, size);
  return logged (app, "receive", socket, NULL, got);
}

ssize_t
app_socket_receive_from (
    App *app, int socket, void *bytes, size_t size, Endpoint *remote)
{
  ssize_t got =
      socket_receive_from (host_stack (app->host), socket, bytes, size, remote);
  return logged (app, "receive_from", socket, got < 0 ? NULL : remote, got);
}

void
app_socket_end (App *app, int socket)
{
  int result = socket_shutdown (host_stack (app->host), socket, SHUT_WR);
  app_log_call (app, "shutdown", socket, NULL, result);
}

void
app_socket_close (App *app, int socket)
{
  host_unwatch (app->host, socket);
  Stack *stack = host_stack (app->host);
  app_log_call (app, "close", socket, NULL, 0);
  socket_close (stack, socket);
}

int
app_socket_drain (App *app, int socket)
{
  char bytes[4096];
  ssize_t got;
  do
    got = app_socket_receive (app, socket, bytes, sizeof bytes);
  while (got > 0);
  if (got == -EAGAIN)
    return 0;
  return got == 0 ? 1 : (int) got;
}

int
app_socket_error (App *app, int socket)
{
  int error = socket_error (host_stack (app->host), socket);
  app_log_call (app, "error", socket, NULL, -error);
  return error;
}
