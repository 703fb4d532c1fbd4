// SPDX-License-Identifier: MIT
/* The socket calls: finds the socket, checks what POSIX asks of every call,
 * then asks tcp.c or udp.c. */
#include "stack/socket.h"

#include "stack/address.h"
#include "stack/ip.h"
#include "stack/socket_port.h"
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

/* May a socket of this family be bound to that address? */
static int
check_family (const Socket *socket, const Address *address)
{
  bool ipv4 = address_is_ipv4 (address);

  if (socket->family == SOCKET_IPV4 && !ipv4)
    return -EAFNOSUPPORT;
  return socket->settings.v6only && ipv4 ? -EINVAL : 0;
}

int
socket_bind (Stack *stack, int handle, const Endpoint *local)
{
  Socket *socket = socket_table_get (stack, handle);
  int result;

  if (socket == NULL)
    return -EBADF;
  if (socket->port != NULL)
    return -EINVAL;
  result = check_family (socket, &local->address);
  if (result < 0)
    return result;
  if (!address_is_any (&local->address) && !ip_is_ours (stack, &local->address))
    return -EADDRNOTAVAIL;
  if (local->port > 0 && local->port < SYSTEM_PORTS
      && socket->type != SOCKET_ICMP && !stack->config.privileged)
    return -EACCES;
  return socket_port_bind (socket, local);
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
  if (!tcp_may_listen (socket->tcp))
    return -EINVAL;
  any.address = *socket_wildcard (socket);
  if (socket->port == NULL)
    result = socket_port_bind (socket, &any);
  if (result == 0 && !socket_port_may_listen (socket))
    result = -EADDRINUSE;
  if (result < 0)
    return result;
  tcp_listen (socket->tcp, backlog);
  socket->listening = true;
  return 0;
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
    {
      bool aborted = socket->tcp->listen->aborted > 0;

      socket->tcp->listen->aborted = 0;
      return aborted ? -ECONNABORTED : -EAGAIN;
    }
  if (peer != NULL)
    *peer = tcp->socket->remote;
  return tcp->socket->handle;
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
  if (!socket->in_flows)
    return -ENOTCONN;
  socket->shut_read |= how != SHUT_WR;
  socket->shut_write |= how != SHUT_RD;
  stack_socket_changed (socket);
  return 0;
}

static void
close_datagram (Socket *socket)
{
  udp_free (socket->stack, socket->udp);
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

static unsigned
poll_datagram (const Socket *socket)
{
  unsigned poll = udp_poll (socket->udp);

  if (socket->shut_read)
    poll |= SOCKET_READABLE;
  if (socket->shut_write)
    poll |= SOCKET_WRITABLE;
  if (socket->shut_read && socket->shut_write)
    poll |= SOCKET_HANGUP;
  if (socket->error != 0)
    poll |= SOCKET_ERROR | SOCKET_READABLE | SOCKET_WRITABLE;
  return poll;
}

unsigned
socket_poll (Stack *stack, int handle)
{
  const Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return 0;
  return socket->type == SOCKET_STREAM ? tcp_poll (socket->tcp)
                                       : poll_datagram (socket);
}

ssize_t
socket_urgent (Stack *stack, int handle)
{
  const Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  return socket->type == SOCKET_STREAM ? tcp_urgent_left (socket->tcp)
                                       : -EOPNOTSUPP;
}

int
socket_take_error (Socket *socket)
{
  int error = socket->error;

  socket->error = 0;
  return error;
}

int
socket_error (Stack *stack, int handle)
{
  Socket *socket = socket_table_get (stack, handle);

  return socket == NULL ? EBADF : socket_take_error (socket);
}

int
socket_local (Stack *stack, int handle, Endpoint *local)
{
  const Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  *local = socket->local;
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
    {
      info->receive_queue = udp_receive_queue (socket->udp);
      info->readable = udp_receive_next (socket->udp);
    }
  return 0;
}
