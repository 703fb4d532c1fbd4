// SPDX-License-Identifier: MIT
/* Sending and receiving, from and into one buffer or several. */
#include "stack/socket.h"

#include "stack/address.h"
#include "stack/ping_socket.h"
#include "stack/socket_port.h"
#include "stack/tcp.h"
#include "stack/udp.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define PARTS_MAX    1024 /* IOV_MAX */
#define DATAGRAM_MAX UINT16_MAX
#define SIZE_LIMIT   (SIZE_MAX / 2) /* SSIZE_MAX */

#define SEND_FLAGS    (MSG_DONTWAIT | MSG_NOSIGNAL)
#define RECEIVE_FLAGS (MSG_DONTWAIT | MSG_PEEK | MSG_WAITALL)

/* All together; the size of one alone cannot be wrong. */
static ssize_t
size_of (const struct iovec *parts, size_t count)
{
  size_t size = 0;

  if (count > PARTS_MAX)
    return -EMSGSIZE;
  if (count == 1)
    return (ssize_t) MIN (parts->iov_len, SIZE_LIMIT);
  for (size_t i = 0; i < count; i++)
    {
      if (parts[i].iov_len > SIZE_LIMIT - size)
        return -EINVAL;
      size += parts[i].iov_len;
    }
  return (ssize_t) size;
}

static ssize_t
send_stream (Tcp *tcp, const struct iovec *parts, size_t count)
{
  ssize_t sent = 0;

  if (count == 0)
    return tcp_send (tcp, NULL, 0);
  for (size_t i = 0; i < count; i++)
    {
      ssize_t result = tcp_send (tcp, parts[i].iov_base, parts[i].iov_len);

      if (result < 0)
        return sent > 0 ? sent : result;
      sent += result;
      if ((size_t) result < parts[i].iov_len)
        break;
    }
  return sent;
}

static ssize_t
send_one (Socket *socket,
          const void *bytes,
          size_t size,
          const Endpoint *remote)
{
  return socket->type == SOCKET_ICMP
             ? ping_socket_send (socket, bytes, size, remote)
             : udp_send (socket, bytes, size, remote);
}

static ssize_t
send_gathered (Socket *socket,
               const struct iovec *parts,
               size_t count,
               size_t size,
               const Endpoint *remote)
{
  uint8_t *bytes, *at;
  ssize_t sent;

  if (count == 1)
    return send_one (socket, parts->iov_base, size, remote);
  bytes = at = g_malloc (size + 1);
  for (size_t i = 0; i < count; i++)
    {
      if (parts[i].iov_len > 0)
        memcpy (at, parts[i].iov_base, parts[i].iov_len);
      at += parts[i].iov_len;
    }
  sent = send_one (socket, bytes, size, remote);
  g_free (bytes);
  return sent;
}

static ssize_t
send_datagram (Socket *socket,
               const struct iovec *parts,
               size_t count,
               size_t size,
               const Endpoint *remote)
{
  Endpoint any = { .address = *socket_wildcard (socket) };
  int result;

  if (socket->error != 0)
    return -socket_take_error (socket);
  if (socket->shut_write)
    return -EPIPE;
  if (remote == NULL && !socket->in_flows)
    return -EDESTADDRREQ;
  if (remote == NULL)
    remote = &socket->remote;
  result = socket_check_peer (socket, &socket->local.address, remote);
  if (result == 0 && size > MIN (DATAGRAM_MAX, udp_send_buffer (socket->udp)))
    result = -EMSGSIZE;
  if (result == 0 && socket->port == NULL)
    result = socket_port_choose (socket, &any, remote);
  return result < 0 ? result
                    : send_gathered (socket, parts, count, size, remote);
}

ssize_t
socket_send_parts (Stack *stack,
                   int handle,
                   const struct iovec *parts,
                   size_t count,
                   const Endpoint *remote,
                   int flags)
{
  Socket *socket = socket_table_get (stack, handle);
  ssize_t size = size_of (parts, count), sent;
  int allowed = SEND_FLAGS;

  if (socket == NULL)
    return -EBADF;
  if (size < 0)
    return size;
  if (socket->type == SOCKET_STREAM)
    allowed |= MSG_OOB;
  if ((flags & ~allowed) != 0)
    return -EOPNOTSUPP;
  if (socket->type != SOCKET_STREAM)
    return send_datagram (socket, parts, count, (size_t) size, remote);
  if (remote != NULL)
    return socket->in_flows ? -EISCONN : -ENOTCONN;
  sent = send_stream (socket->tcp, parts, count);
  if (sent > 0 && (flags & MSG_OOB) != 0)
    tcp_urgent_send (socket->tcp);
  return sent;
}

static ssize_t
receive_stream (
    Tcp *tcp, const struct iovec *parts, size_t count, size_t size, int flags)
{
  ssize_t length = tcp_readable (tcp, size, (flags & MSG_WAITALL) != 0);
  size_t done = 0;

  if (length <= 0)
    return length;
  for (size_t i = 0; i < count; i++)
    {
      size_t part = MIN (parts[i].iov_len, (size_t) length - done);

      tcp_receive_copy (&tcp->receive, done, parts[i].iov_base, part);
      done += part;
    }
  if ((flags & MSG_PEEK) == 0)
    tcp_consume (tcp, (size_t) length);
  return length;
}

static ssize_t
receive (Socket *socket,
         const struct iovec *parts,
         size_t count,
         SocketMessage *message,
         int *flags)
{
  ssize_t size = size_of (parts, count);
  int asked = *flags, allowed = RECEIVE_FLAGS;

  *flags = 0;
  if (socket == NULL)
    return -EBADF;
  if (size < 0)
    return size;
  if (socket->type != SOCKET_STREAM)
    allowed |= MSG_TRUNC;
  if ((asked & ~allowed) != 0)
    return -EOPNOTSUPP;
  *message = (SocketMessage){ socket->remote, socket->local, 0, 0, 0 };
  if (socket->type == SOCKET_STREAM)
    return receive_stream (socket->tcp, parts, count, (size_t) size, asked);
  if (socket->error != 0)
    return -socket_take_error (socket);
  if (socket->shut_read)
    return 0;
  *flags = asked;
  return udp_receive (socket->udp, parts, count, message, flags);
}

ssize_t
socket_receive_parts (Stack *stack,
                      int handle,
                      const struct iovec *parts,
                      size_t count,
                      Endpoint *remote,
                      int *flags)
{
  SocketMessage message;
  ssize_t length =
      receive (socket_table_get (stack, handle), parts, count, &message, flags);

  if (remote != NULL && length >= 0)
    *remote = message.remote;
  return length;
}

ssize_t
socket_receive_message (
    Stack *stack, int handle, void *bytes, size_t size, SocketMessage *message)
{
  Socket *socket = socket_table_get (stack, handle);
  struct iovec part = { bytes, size };
  int flags = 0;
  ssize_t length = receive (socket, &part, 1, message, &flags);

  if (length > 0 && socket->type == SOCKET_STREAM)
    message->length = (size_t) length;
  return length;
}

/* The calls with one buffer. A const is cast away that is never written
 * through: iovec serves both ways. */

ssize_t
socket_send_to (Stack *stack,
                int handle,
                const void *bytes,
                size_t length,
                const Endpoint *remote)
{
  struct iovec part = { (void *) (uintptr_t) bytes, length };

  return socket_send_parts (stack, handle, &part, 1, remote, 0);
}

ssize_t
socket_send (Stack *stack, int handle, const void *bytes, size_t length)
{
  return socket_send_to (stack, handle, bytes, length, NULL);
}

ssize_t
socket_receive_from (
    Stack *stack, int handle, void *bytes, size_t size, Endpoint *remote)
{
  struct iovec part = { bytes, size };
  int flags = 0;

  return socket_receive_parts (stack, handle, &part, 1, remote, &flags);
}

ssize_t
socket_receive (Stack *stack, int handle, void *bytes, size_t size)
{
  return socket_receive_from (stack, handle, bytes, size, NULL);
}
