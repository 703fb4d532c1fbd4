// SPDX-License-Identifier: MIT
/* The socket calls: finds the socket, checks what POSIX asks of every call,
 * then asks tcp.c or udp.c. */
#include "stack/socket.h"

#include "stack/address.h"
#include "stack/ip.h"
#include "stack/route.h"
#include "stack/tcp.h"
#include "stack/udp.h"

#include <errno.h>
#include <sys/socket.h>

#define SYSTEM_PORTS 1024

int
socket_new (Stack *stack, SocketFamily family, SocketType type)
{
  Socket *socket = socket_table_add (stack, family, type);

  if (socket == NULL)
    return -ENFILE;
  if (type == SOCKET_STREAM)
    socket->tcp = tcp_new (socket);
  else
    socket->udp = udp_new (socket);
  return socket->handle;
}

static const Address *
wildcard (const Socket *socket)
{
  return socket->family == SOCKET_IPV4 ? &ADDRESS_ANY_IPV4 : &ADDRESS_ANY;
}

/* May a socket of this family use that address? */
static bool
family_fits (const Socket *socket, const Address *address)
{
  bool ipv4 = address_is_ipv4 (address);

  return socket->family == SOCKET_IPV4 ? ipv4 : !(ipv4 && socket->v6only);
}

/* May it speak to that address? One that is bound to an address of one family
 * has nothing to say in the other. */
static bool
peer_fits (const Socket *socket, const Address *remote)
{
  const Address *local = &socket->local.address;

  return family_fits (socket, remote)
         && (address_is_any (local)
             || address_is_ipv4 (local) == address_is_ipv4 (remote));
}

int
socket_bind (Stack *stack, int handle, const Endpoint *local)
{
  Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  if (socket->port != NULL)
    return -EINVAL;
  if (!family_fits (socket, &local->address))
    return -EAFNOSUPPORT;
  if (!address_is_any (&local->address) && !ip_is_ours (stack, &local->address))
    return -EADDRNOTAVAIL;
  if (local->port > 0 && local->port < SYSTEM_PORTS
      && !stack->config.privileged)
    return -EACCES;
  return socket_table_bind (socket, local);
}

int
socket_listen (Stack *stack, int handle, int backlog)
{
  Socket *socket = socket_table_get (stack, handle);
  Endpoint any = { .port = 0 };
  int result = 0;

  if (socket == NULL)
    return -EBADF;
  if (socket->type != SOCKET_STREAM)
    return -EOPNOTSUPP;
  any.address = *wildcard (socket);
  if (socket->port == NULL)
    result = socket_table_bind (socket, &any);
  return result < 0 ? result : tcp_listen (socket->tcp, backlog);
}

int
socket_accept (Stack *stack, int handle, Endpoint *peer)
{
  Socket *socket = socket_table_get (stack, handle);
  Tcp *tcp;

  if (socket == NULL)
    return -EBADF;
  if (socket->type != SOCKET_STREAM)
    return -EOPNOTSUPP;
  if (socket->tcp->listen == NULL)
    return -EINVAL;
  tcp = tcp_accept (socket->tcp);
  if (tcp == NULL)
    return -EAGAIN;
  if (peer != NULL)
    *peer = tcp->socket->remote;
  return tcp->socket->handle;
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
    return socket_table_bind_ephemeral (socket, &local, remote);
  if (address_is_any (&socket->local.address))
    socket->local.address = local.address;
  return 0;
}

static int
connect_datagram (Socket *socket, const Endpoint *remote)
{
  int result = choose_local (socket, remote);

  if (result < 0)
    return result;
  socket_table_leave_flow (socket);
  socket->remote = *remote;
  return socket_table_enter_flow (socket) ? 0 : -EADDRINUSE;
}

int
socket_connect (Stack *stack, int handle, const Endpoint *remote)
{
  Socket *socket = socket_table_get (stack, handle);
  int result;

  if (socket == NULL)
    return -EBADF;
  if (!peer_fits (socket, &remote->address))
    return -EAFNOSUPPORT;
  if (socket->type == SOCKET_DATAGRAM)
    return connect_datagram (socket, remote);
  if (address_is_any (&remote->address)
      || address_is_multicast (&remote->address)
      || address_is_broadcast (&remote->address))
    return -ENETUNREACH;
  if (remote->port == 0)
    return -EADDRNOTAVAIL;
  if (socket->tcp->state == TCP_CLOSED && !socket->in_flows)
    {
      result = choose_local (socket, remote);
      if (result < 0)
        return result;
    }
  return tcp_connect (socket->tcp, remote);
}

static ssize_t
send_datagram (Socket *socket,
               const void *bytes,
               size_t length,
               const Endpoint *remote)
{
  Endpoint any = { .port = 0 };
  int result = 0;

  if (!peer_fits (socket, &remote->address))
    return -EAFNOSUPPORT;
  any.address = *wildcard (socket);
  if (socket->port == NULL)
    result = socket_table_bind_ephemeral (socket, &any, remote);
  return result < 0 ? result : udp_send (socket, bytes, length, remote);
}

ssize_t
socket_send (Stack *stack, int handle, const void *bytes, size_t length)
{
  Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  if (socket->type == SOCKET_STREAM)
    return tcp_send (socket->tcp, bytes, length);
  if (!socket->in_flows)
    return -EDESTADDRREQ;
  return send_datagram (socket, bytes, length, &socket->remote);
}

ssize_t
socket_send_to (Stack *stack,
                int handle,
                const void *bytes,
                size_t length,
                const Endpoint *remote)
{
  Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  if (socket->type == SOCKET_STREAM)
    return -EISCONN;
  return send_datagram (socket, bytes, length, remote);
}

ssize_t
socket_receive_from (
    Stack *stack, int handle, void *bytes, size_t size, Endpoint *remote)
{
  Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  if (socket->type == SOCKET_DATAGRAM)
    return udp_receive (socket, bytes, size, remote);
  if (remote != NULL)
    *remote = socket->remote;
  return tcp_read (socket->tcp, bytes, size);
}

ssize_t
socket_receive (Stack *stack, int handle, void *bytes, size_t size)
{
  return socket_receive_from (stack, handle, bytes, size, NULL);
}

int
socket_shutdown (Stack *stack, int handle, int how)
{
  Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
    return -EINVAL;
  if (socket->type == SOCKET_STREAM)
    return tcp_shutdown (socket->tcp, how);
  return socket->in_flows ? 0 : -ENOTCONN;
}

static void
close_datagram (Socket *socket)
{
  udp_free (socket->udp);
  socket_table_remove (socket);
  g_free (socket);
}

int
socket_close (Stack *stack, int handle)
{
  Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  if (socket->type == SOCKET_STREAM)
    tcp_close (socket->tcp);
  else
    close_datagram (socket);
  return 0;
}

int
socket_abort (Stack *stack, int handle)
{
  Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  if (socket->type == SOCKET_STREAM)
    tcp_abort (socket->tcp);
  else
    close_datagram (socket);
  return 0;
}

unsigned
socket_poll (Stack *stack, int handle)
{
  const Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return 0;
  return socket->type == SOCKET_STREAM ? tcp_poll (socket->tcp)
                                       : udp_poll (socket->udp);
}

int
socket_error (Stack *stack, int handle)
{
  Socket *socket = socket_table_get (stack, handle);
  int error;

  if (socket == NULL)
    return EBADF;
  error = socket->error;
  socket->error = 0;
  return error;
}

int
socket_local (Stack *stack, int handle, Endpoint *local)
{
  const Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  *local = socket->local;
  if (socket->port == NULL)
    local->address = *wildcard (socket);
  return 0;
}

int
socket_remote (Stack *stack, int handle, Endpoint *remote)
{
  const Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  if (!socket->in_flows)
    return -ENOTCONN;
  *remote = socket->remote;
  return 0;
}

int
socket_info (Stack *stack, int handle, SocketInfo *info)
{
  const Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  *info = (SocketInfo){ .state = TCP_CLOSED };
  if (socket->type == SOCKET_STREAM)
    tcp_info (socket->tcp, info);
  else
    info->receive_queue = udp_receive_queue (socket->udp);
  return 0;
}
