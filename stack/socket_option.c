// SPDX-License-Identifier: MIT
/* Options: bounds, who has which, and reading back what was set. */
#include "stack/socket.h"

#include "stack/address.h"
#include "stack/tcp.h"
#include "stack/udp.h"

#include <errno.h>

/* As Linux: smaller buffers could not hold one segment. */
#define BUFFER_MIN 2304
#define BUFFER_MAX (1 << 30)

#define LINGER_MAX_S UINT16_MAX
#define HOPS_MAX     UINT8_MAX

/* Is there such an option for this kind of socket? */
static bool
exists (const Socket *socket, SocketOption option)
{
  switch (option)
    {
    case SOCKET_OPTION_NODELAY:
    case SOCKET_OPTION_LINGER:
      return socket->type == SOCKET_STREAM;
    case SOCKET_OPTION_MTU_DISCOVER:
      return socket->type == SOCKET_DATAGRAM;
    case SOCKET_OPTION_V6ONLY:
    case SOCKET_OPTION_HOPS:
      return socket->family == SOCKET_IPV6;
    case SOCKET_OPTION_RECEIVE_BUFFER:
    case SOCKET_OPTION_SEND_BUFFER:
    case SOCKET_OPTION_REUSE_ADDRESS:
    case SOCKET_OPTION_REUSE_PORT:
    case SOCKET_OPTION_OWNER:
    case SOCKET_OPTION_BROADCAST:
    case SOCKET_OPTION_TTL:
    case SOCKET_OPTION_TRAFFIC_CLASS:
    case SOCKET_OPTION_TYPE:
    case SOCKET_OPTION_FAMILY:
    case SOCKET_OPTION_LISTENING:
    case SOCKET_OPTION_ERROR:
      return true;
    }
  return false;
}

static bool
is_allowed (const Socket *socket, SocketOption option, int64_t value)
{
  switch (option)
    {
    case SOCKET_OPTION_RECEIVE_BUFFER:
    case SOCKET_OPTION_SEND_BUFFER:
      return value > 0;
    case SOCKET_OPTION_LINGER:
      return value >= -1 && value <= LINGER_MAX_S;
    case SOCKET_OPTION_TTL:
      return value == -1 || (value >= 1 && value <= HOPS_MAX);
    case SOCKET_OPTION_HOPS:
      return value >= -1 && value <= HOPS_MAX;
    case SOCKET_OPTION_TRAFFIC_CLASS:
      return value >= 0 && value <= UINT8_MAX;
    case SOCKET_OPTION_MTU_DISCOVER:
      return value >= SOCKET_MTU_DISCOVER_DONT
             && value <= SOCKET_MTU_DISCOVER_DO;
    case SOCKET_OPTION_V6ONLY:
      return socket->port == NULL;
    case SOCKET_OPTION_NODELAY:
    case SOCKET_OPTION_REUSE_ADDRESS:
    case SOCKET_OPTION_REUSE_PORT:
    case SOCKET_OPTION_OWNER:
    case SOCKET_OPTION_BROADCAST:
    case SOCKET_OPTION_TYPE:
    case SOCKET_OPTION_FAMILY:
    case SOCKET_OPTION_LISTENING:
    case SOCKET_OPTION_ERROR:
      break;
    }
  return true;
}

static void
set_buffer (Socket *socket, SocketOption option, int64_t value)
{
  size_t size = (size_t) CLAMP (value, BUFFER_MIN, BUFFER_MAX);
  bool receive = option == SOCKET_OPTION_RECEIVE_BUFFER;

  if (socket->type == SOCKET_STREAM)
    (receive ? tcp_set_receive_buffer : tcp_set_send_buffer) (socket->tcp,
                                                              size);
  else
    (receive ? udp_set_receive_buffer : udp_set_send_buffer) (socket->udp,
                                                              size);
}

static int
set (Socket *socket, SocketOption option, int64_t value)
{
  SocketSettings *settings = &socket->settings;

  switch (option)
    {
    case SOCKET_OPTION_NODELAY:
      settings->tcp.nagle = value == 0;
      tcp_state_ready (socket->tcp);
      break;
    case SOCKET_OPTION_RECEIVE_BUFFER:
    case SOCKET_OPTION_SEND_BUFFER:
      set_buffer (socket, option, value);
      break;
    case SOCKET_OPTION_V6ONLY:
      settings->v6only = value != 0;
      break;
    case SOCKET_OPTION_REUSE_ADDRESS:
      settings->reuse_address = value != 0;
      break;
    case SOCKET_OPTION_REUSE_PORT:
      settings->reuse_port = value != 0;
      break;
    case SOCKET_OPTION_OWNER:
      settings->owner = value;
      break;
    case SOCKET_OPTION_LINGER:
      settings->linger_s = (int) value;
      break;
    case SOCKET_OPTION_BROADCAST:
      settings->broadcast = value != 0;
      break;
    case SOCKET_OPTION_TTL:
      settings->ttl = (int) value;
      break;
    case SOCKET_OPTION_HOPS:
      settings->hops = (int) value;
      break;
    case SOCKET_OPTION_TRAFFIC_CLASS:
      settings->traffic_class = (uint8_t) value;
      break;
    case SOCKET_OPTION_MTU_DISCOVER:
      settings->mtu_discover = (SocketMtuDiscover) value;
      break;
    case SOCKET_OPTION_TYPE:
    case SOCKET_OPTION_FAMILY:
    case SOCKET_OPTION_LISTENING:
    case SOCKET_OPTION_ERROR:
      return -ENOPROTOOPT;
    }
  return 0;
}

int
socket_option_set (Stack *stack, int handle, SocketOption option, int64_t value)
{
  Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  if (!exists (socket, option))
    return -ENOPROTOOPT;
  if (!is_allowed (socket, option, value))
    return -EINVAL;
  return set (socket, option, value);
}

static size_t
buffer (const Socket *socket, SocketOption option)
{
  const Tcp *tcp = socket->tcp;

  if (option == SOCKET_OPTION_RECEIVE_BUFFER)
    return tcp != NULL ? tcp->receive.buffer : udp_receive_buffer (socket->udp);
  return tcp != NULL ? tcp->send.buffer : udp_send_buffer (socket->udp);
}

static int64_t
get (Socket *socket, SocketOption option)
{
  const SocketSettings *settings = &socket->settings;
  int by_default = socket->stack->config.hop_limit;

  switch (option)
    {
    case SOCKET_OPTION_NODELAY:
      return !settings->tcp.nagle;
    case SOCKET_OPTION_RECEIVE_BUFFER:
    case SOCKET_OPTION_SEND_BUFFER:
      return (int64_t) buffer (socket, option);
    case SOCKET_OPTION_V6ONLY:
      return settings->v6only;
    case SOCKET_OPTION_REUSE_ADDRESS:
      return settings->reuse_address;
    case SOCKET_OPTION_REUSE_PORT:
      return settings->reuse_port;
    case SOCKET_OPTION_OWNER:
      return settings->owner;
    case SOCKET_OPTION_LINGER:
      return settings->linger_s;
    case SOCKET_OPTION_BROADCAST:
      return settings->broadcast;
    case SOCKET_OPTION_TTL:
      return settings->ttl >= 0 ? settings->ttl : by_default;
    case SOCKET_OPTION_HOPS:
      return settings->hops >= 0 ? settings->hops : by_default;
    case SOCKET_OPTION_TRAFFIC_CLASS:
      return settings->traffic_class;
    case SOCKET_OPTION_MTU_DISCOVER:
      return settings->mtu_discover;
    case SOCKET_OPTION_TYPE:
      return socket->type;
    case SOCKET_OPTION_FAMILY:
      return socket->family;
    case SOCKET_OPTION_LISTENING:
      return socket->listening;
    case SOCKET_OPTION_ERROR:
      return socket_take_error (socket);
    }
  return 0;
}

int
socket_option_get (Stack *stack,
                   int handle,
                   SocketOption option,
                   int64_t *value)
{
  Socket *socket = socket_table_get (stack, handle);

  if (socket == NULL)
    return -EBADF;
  if (!exists (socket, option))
    return -ENOPROTOOPT;
  *value = get (socket, option);
  return 0;
}

uint8_t
socket_hop_limit (const Socket *socket, const Address *remote)
{
  int limit =
      address_is_ipv4 (remote) ? socket->settings.ttl : socket->settings.hops;

  return limit >= 0 ? (uint8_t) limit : socket->stack->config.hop_limit;
}
