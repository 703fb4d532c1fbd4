// SPDX-License-Identifier: MIT
/* Who is the peer? */
#include "stack/socket.h"

#include "stack/address.h"
#include "stack/ip.h"
#include "stack/route.h"
#include "stack/socket_port.h"
#include "stack/tcp.h"

#include <errno.h>

/* Is it one host, and not this one? There is no loopback. */
static bool
is_another_host (const Socket *socket, const Address *address)
{
  return !address_is_any (address) && !ip_is_ours (socket->stack, address)
         && !(socket->type == SOCKET_STREAM
              && (address_is_multicast (address)
                  || ip_is_broadcast (socket->stack, address)));
}

int
socket_check_peer (const Socket *socket,
                   const Address *local,
                   const Endpoint *remote)
{
  const Address *address = &remote->address;
  bool ipv4 = address_is_ipv4 (address);

  if (socket->family == SOCKET_IPV4 && !ipv4)
    return -EAFNOSUPPORT;
  if (socket->settings.v6only && ipv4)
    return -ENETUNREACH;
  /* What is bound to an address of one family has nothing to say in the
   * other. */
  if (!address_is_any (local) && address_is_ipv4 (local) != ipv4)
    return -EAFNOSUPPORT;
  if (!is_another_host (socket, address))
    return -ENETUNREACH;
  /* There is one identifier for both ends of an echo, ours; and IPv6 sockets
   * have ICMPv6. */
  if (socket->type == SOCKET_ICMP)
    return ipv4 == (socket->family == SOCKET_IPV4) ? 0 : -EAFNOSUPPORT;
  if (remote->port == 0)
    return -EADDRNOTAVAIL;
  if (ip_is_broadcast (socket->stack, address) && !socket->settings.broadcast)
    return -EACCES;
  return 0;
}

/* Its local address and port are again what bind said. */
static void
release_local (Socket *socket)
{
  socket_table_leave_flow (socket);
  if (socket->port_chosen)
    socket_port_leave (socket);
  socket->local = socket->bound;
}

/* A local address and port for a socket that has none or a wildcard. */
static int
choose_local (Socket *socket, const Endpoint *remote)
{
  Endpoint local = { .port = 0 };
  Route route;

  if (!route_find (socket->stack, &remote->address, &route))
    return -ENETUNREACH;
  local.address = route.source;
  if (socket->port == NULL)
    return socket_port_choose (socket, &local, remote);
  if (address_is_any (&socket->local.address))
    socket->local.address = local.address;
  return 0;
}

static int
connect_datagram (Socket *socket, const Endpoint *remote)
{
  int result;

  if (remote == NULL)
    {
      release_local (socket);
      return 0;
    }
  result = socket_check_peer (socket, &socket->bound.address, remote);
  if (result < 0)
    return result;
  socket_table_leave_flow (socket);
  socket->local.address = socket->bound.address;
  result = choose_local (socket, remote);
  if (result < 0)
    return result;
  socket->remote = *remote;
  if (socket_table_enter_flow (socket))
    return 0;
  release_local (socket);
  return -EADDRINUSE;
}

/* After an attempt that failed: a new connection in the same socket, from
 * another ephemeral port. */
static void
start_over (Socket *socket)
{
  Tcp *failed = socket->tcp;

  release_local (socket);
  socket->tcp = tcp_new_like (socket, failed);
  tcp_free (failed);
}

static int
connect_stream (Socket *socket, const Endpoint *remote)
{
  int result;

  if (remote == NULL)
    return -EAFNOSUPPORT;
  if (tcp_has_failed (socket->tcp))
    {
      if (socket->error != 0)
        return -socket_take_error (socket);
      start_over (socket);
    }
  result = tcp_may_connect (socket->tcp);
  if (result == 0)
    result = socket_check_peer (socket, &socket->local.address, remote);
  if (result == 0)
    result = choose_local (socket, remote);
  if (result < 0)
    return result;
  result = tcp_connect (socket->tcp, remote);
  if (result != -EINPROGRESS)
    release_local (socket);
  return result;
}

int
socket_connect (Stack *stack, int handle, const Endpoint *remote)
{
  Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  if (socket->type == SOCKET_ICMP)
    return -EOPNOTSUPP;
  return socket->type == SOCKET_STREAM ? connect_stream (socket, remote)
                                       : connect_datagram (socket, remote);
}
