// SPDX-License-Identifier: MIT
#include "tools/packetdrill/option.h"

#include "tools/packetdrill/info.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>

typedef enum
{
  VALUE_INT,
  VALUE_SECONDS,      /* of nanoseconds */
  VALUE_MILLISECONDS, /* of nanoseconds */
  VALUE_TYPE,         /* SOCK_STREAM, ...; read only */
  VALUE_FAMILY,       /* AF_INET, ...; read only */
  VALUE_LINGER,       /* struct linger */
  VALUE_CONGESTION    /* its name */
} ValueKind;

typedef struct
{
  int level, name;
  SocketOption option;
  ValueKind kind;
} Option;

static const Option OPTIONS[] = {
  { SOL_SOCKET, SO_ERROR, SOCKET_OPTION_ERROR, VALUE_INT },
  { SOL_SOCKET, SO_TYPE, SOCKET_OPTION_TYPE, VALUE_TYPE },
  { SOL_SOCKET, SO_DOMAIN, SOCKET_OPTION_FAMILY, VALUE_FAMILY },
  { SOL_SOCKET, SO_ACCEPTCONN, SOCKET_OPTION_LISTENING, VALUE_INT },
  { SOL_SOCKET, SO_REUSEADDR, SOCKET_OPTION_REUSE_ADDRESS, VALUE_INT },
  { SOL_SOCKET, SO_REUSEPORT, SOCKET_OPTION_REUSE_PORT, VALUE_INT },
  { SOL_SOCKET, SO_BROADCAST, SOCKET_OPTION_BROADCAST, VALUE_INT },
  { SOL_SOCKET, SO_RCVBUF, SOCKET_OPTION_RECEIVE_BUFFER, VALUE_INT },
  { SOL_SOCKET, SO_SNDBUF, SOCKET_OPTION_SEND_BUFFER, VALUE_INT },
  { SOL_SOCKET, SO_LINGER, SOCKET_OPTION_LINGER, VALUE_LINGER },
  { IPPROTO_TCP, TCP_NODELAY, SOCKET_OPTION_NODELAY, VALUE_INT },
  { IPPROTO_TCP, TCP_MAXSEG, SOCKET_OPTION_MAX_SEGMENT, VALUE_INT },
  { IPPROTO_TCP, TCP_CONGESTION, SOCKET_OPTION_CONGESTION, VALUE_CONGESTION },
  { IPPROTO_TCP, TCP_USER_TIMEOUT, SOCKET_OPTION_USER_TIMEOUT,
    VALUE_MILLISECONDS },
  { SOL_SOCKET, SO_KEEPALIVE, SOCKET_OPTION_KEEP_ALIVE, VALUE_INT },
  { IPPROTO_TCP, TCP_KEEPIDLE, SOCKET_OPTION_KEEP_IDLE, VALUE_SECONDS },
  { IPPROTO_TCP, TCP_KEEPINTVL, SOCKET_OPTION_KEEP_INTERVAL, VALUE_SECONDS },
  { IPPROTO_TCP, TCP_KEEPCNT, SOCKET_OPTION_KEEP_COUNT, VALUE_INT },
  { IPPROTO_IP, IP_TTL, SOCKET_OPTION_TTL, VALUE_INT },
  { IPPROTO_IP, IP_TOS, SOCKET_OPTION_TRAFFIC_CLASS, VALUE_INT },
  { IPPROTO_IP, IP_MTU_DISCOVER, SOCKET_OPTION_MTU_DISCOVER, VALUE_INT },
  { IPPROTO_IPV6, IPV6_V6ONLY, SOCKET_OPTION_V6ONLY, VALUE_INT },
  { IPPROTO_IPV6, IPV6_UNICAST_HOPS, SOCKET_OPTION_HOPS, VALUE_INT },
  { IPPROTO_IPV6, IPV6_TCLASS, SOCKET_OPTION_TRAFFIC_CLASS, VALUE_INT },
  { IPPROTO_IPV6, IPV6_MTU_DISCOVER, SOCKET_OPTION_MTU_DISCOVER, VALUE_INT },
};

static const Option *
find (int level, int name)
{
  for (size_t i = 0; i < G_N_ELEMENTS (OPTIONS); i++)
    if (OPTIONS[i].level == level && OPTIONS[i].name == name)
      return &OPTIONS[i];
  return NULL;
}

/* SO_RCVTIMEO and SO_SNDTIMEO */
static Time *
timeout_of (Descriptor *descriptor, int level, int name)
{
  if (level != SOL_SOCKET)
    return NULL;
  return name == SO_RCVTIMEO   ? &descriptor->receive_timeout
         : name == SO_SNDTIMEO ? &descriptor->send_timeout
                               : NULL;
}

static int
give (void *value, socklen_t *length, const void *ours, size_t size)
{
  *length = (socklen_t) MIN (*length, size);
  memcpy (value, ours, *length);
  return 0;
}

static int
give_int (void *value, socklen_t *length, int64_t ours)
{
  int number = (int) CLAMP (ours, INT32_MIN, INT32_MAX);

  return give (value, length, &number, sizeof number);
}

static int
get_protocol (const Descriptor *descriptor)
{
  if (descriptor->type == SOCKET_STREAM)
    return IPPROTO_TCP;
  if (descriptor->type == SOCKET_DATAGRAM)
    return IPPROTO_UDP;
  return descriptor->family == SOCKET_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
}

static int
get_known (Stack *stack,
           int socket,
           const Option *option,
           void *value,
           socklen_t *length)
{
  int64_t number = 0;
  int error = socket_option_get (stack, socket, option->option, &number);
  struct linger linger = { .l_onoff = number >= 0,
                           .l_linger = (int) MAX (number, 0) };
  const char *name;

  if (error < 0)
    return error;
  switch (option->kind)
    {
    case VALUE_INT:
      break;
    case VALUE_SECONDS:
      number /= SECOND;
      break;
    case VALUE_MILLISECONDS:
      number /= MILLISECOND;
      break;
    case VALUE_TYPE:
      number = number == SOCKET_STREAM ? SOCK_STREAM : SOCK_DGRAM;
      break;
    case VALUE_FAMILY:
      number = number == SOCKET_IPV4 ? AF_INET : AF_INET6;
      break;
    case VALUE_LINGER:
      return give (value, length, &linger, sizeof linger);
    case VALUE_CONGESTION:
      name = tcp_congestion_name ((TcpCongestion) number);
      return give (value, length, name, strlen (name) + 1);
    }
  return give_int (value, length, number);
}

int
option_get (Adapter *adapter,
            Descriptor *descriptor,
            int level,
            int name,
            void *value,
            socklen_t *length)
{
  const Option *option = find (level, name);
  const Time *timeout = timeout_of (descriptor, level, name);
  struct tcp_info info;

  if (timeout != NULL)
    {
      struct timeval tv = { .tv_sec = *timeout / SECOND,
                            .tv_usec = *timeout % SECOND / MICROSECOND };

      return give (value, length, &tv, sizeof tv);
    }
  if (level == SOL_SOCKET && name == SO_PROTOCOL)
    return give_int (value, length, get_protocol (descriptor));
  if (level == IPPROTO_TCP && name == TCP_INFO
      && descriptor->type == SOCKET_STREAM)
    {
      int error =
          info_fill (adapter->stack, descriptor->socket, adapter->now, &info);

      return error < 0 ? error : give (value, length, &info, sizeof info);
    }
  if (option == NULL)
    return -ENOPROTOOPT;
  return get_known (adapter->stack, descriptor->socket, option, value, length);
}

static int
set_timeout (Time *timeout, const void *value, socklen_t length)
{
  struct timeval tv;

  if (length < sizeof tv)
    return -EINVAL;
  memcpy (&tv, value, sizeof tv);
  if (tv.tv_usec < 0 || tv.tv_usec >= 1000000)
    return -EDOM;
  /* As Linux: negative ones don't wait; here that is a nanosecond. */
  *timeout = tv.tv_sec < 0 ? 1
             : tv.tv_sec >= TIME_NEVER / SECOND
                 ? 0
                 : tv.tv_sec * SECOND + tv.tv_usec * MICROSECOND;
  return 0;
}

static int
read_congestion (const char *name, socklen_t length, int64_t *ours)
{
  for (int i = 0; i < TCP_CONGESTION_COUNT; i++)
    {
      const char *known = tcp_congestion_name ((TcpCongestion) i);

      *ours = i;
      if (strnlen (name, length) == strlen (known)
          && strncmp (name, known, length) == 0)
        return 0;
    }
  return -ENOENT;
}

/* What socket_option_set takes. */
static int
read_value (const Option *option,
            const void *value,
            socklen_t length,
            int64_t *ours)
{
  struct linger linger;
  int number;

  if (option->kind == VALUE_CONGESTION)
    return read_congestion (value, length, ours);
  if (length < (option->kind == VALUE_LINGER ? sizeof linger : sizeof number))
    return -EINVAL;
  if (option->kind == VALUE_LINGER)
    {
      memcpy (&linger, value, sizeof linger);
      *ours = linger.l_onoff ? linger.l_linger : -1;
      return 0;
    }
  memcpy (&number, value, sizeof number);
  *ours = number
          * (option->kind == VALUE_SECONDS        ? SECOND
             : option->kind == VALUE_MILLISECONDS ? MILLISECOND
                                                  : 1);
  return 0;
}

int
option_set (Adapter *adapter,
            Descriptor *descriptor,
            int level,
            int name,
            const void *value,
            socklen_t length)
{
  const Option *option = find (level, name);
  Time *timeout = timeout_of (descriptor, level, name);
  int64_t ours = 0;
  int error;

  if (timeout != NULL)
    return set_timeout (timeout, value, length);
  if (option == NULL)
    return -ENOPROTOOPT;
  error = read_value (option, value, length, &ours);
  if (error < 0)
    return error;
  return socket_option_set (adapter->stack, descriptor->socket, option->option,
                            ours);
}

void
option_copy (Stack *stack, int from, int to)
{
  for (size_t i = 0; i < G_N_ELEMENTS (OPTIONS); i++)
    {
      int64_t value;

      if (OPTIONS[i].option != SOCKET_OPTION_ERROR
          && socket_option_get (stack, from, OPTIONS[i].option, &value) == 0)
        socket_option_set (stack, to, OPTIONS[i].option, value);
    }
}
