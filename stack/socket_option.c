// SPDX-License-Identifier: MIT
/* Socket options: what may be set when, and reading back what was set. */
#include "stack/socket.h"

#include "stack/tcp.h"
#include "stack/udp.h"

#include <errno.h>

/* As Linux: smaller buffers could not hold one segment. */
#define BUFFER_MIN 2304
#define BUFFER_MAX (1 << 30)

static int
set_receive_buffer (Socket *socket, int64_t value)
{
  if (value <= 0)
    return -EINVAL;
  value = CLAMP (value, BUFFER_MIN, BUFFER_MAX);
  if (socket->type == SOCKET_DATAGRAM)
    udp_set_receive_buffer (socket->udp, (size_t) value);
  else
    /* Never below what is offered already: the edge does not move left.
     * Before the handshake it lies left of the first byte. */
    socket->tcp->receive.ring.limit = (size_t) MAX (
        value, socket->tcp->receive.edge - socket->tcp->receive.ring.base);
  return 0;
}

static int
set_send_buffer (Socket *socket, int64_t value)
{
  Tcp *tcp = socket->tcp;

  if (value <= 0)
    return -EINVAL;
  if (tcp != NULL)
    tcp->send.ring.limit = MAX ((size_t) CLAMP (value, BUFFER_MIN, BUFFER_MAX),
                                (size_t) (tcp->send.end - tcp->send.ring.base));
  return 0;
}

int
socket_option_set (Stack *stack, int handle, SocketOption option, int64_t value)
{
  Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  switch (option)
    {
    case SOCKET_OPTION_NODELAY:
      if (socket->tcp == NULL)
        return -ENOPROTOOPT;
      socket->tcp->send.nodelay = value != 0;
      if (socket->tcp->state != TCP_CLOSED)
        tcp_state_ready (socket->tcp);
      return 0;
    case SOCKET_OPTION_RECEIVE_BUFFER:
      return set_receive_buffer (socket, value);
    case SOCKET_OPTION_SEND_BUFFER:
      return set_send_buffer (socket, value);
    case SOCKET_OPTION_V6ONLY:
      if (socket->family != SOCKET_IPV6 || socket->port != NULL)
        return -EINVAL;
      socket->v6only = value != 0;
      return 0;
    }
  return -ENOPROTOOPT;
}

int
socket_option_get (Stack *stack,
                   int handle,
                   SocketOption option,
                   int64_t *value)
{
  const Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  switch (option)
    {
    case SOCKET_OPTION_NODELAY:
      if (socket->tcp == NULL)
        return -ENOPROTOOPT;
      *value = socket->tcp->send.nodelay;
      return 0;
    case SOCKET_OPTION_RECEIVE_BUFFER:
      *value = socket->tcp != NULL ? (int64_t) socket->tcp->receive.ring.limit
                                   : (int64_t) udp_receive_buffer (socket->udp);
      return 0;
    case SOCKET_OPTION_SEND_BUFFER:
      *value = socket->tcp != NULL ? (int64_t) socket->tcp->send.ring.limit
                                   : (int64_t) stack->config.outbox_max;
      return 0;
    case SOCKET_OPTION_V6ONLY:
      *value = socket->v6only;
      return 0;
    }
  return -ENOPROTOOPT;
}
