// SPDX-License-Identifier: MIT
/* Options: one line each in a table of who has it, where it is kept, its
 * bounds, what else decides, and what follows from a change. */
#include "stack/socket.h"

#include "stack/address.h"
#include "stack/tcp.h"
#include "stack/udp.h"

#include <errno.h>

/* As Linux: smaller buffers could not hold one segment. */
#define BUFFER_MIN 2304
#define BUFFER_MAX (1 << 30)

/* RFC 9293 MUST-40: less than half a second. */
#define DELAYED_ACK_MAX (SECOND / 2 - 1)

#define KEEP_MIN SECOND
#define KEEP_MAX (INT16_MAX * SECOND)
#define TIME_MAX (TIME_NEVER / 4)

/* Kinds of socket. */
enum
{
  STREAM = 1 << SOCKET_STREAM,
  DATAGRAM = 1 << SOCKET_DATAGRAM,
  ALL = STREAM | DATAGRAM | 1 << SOCKET_ICMP
};

typedef enum
{
  READ_ONLY, /* no field */
  BUFFER,    /* no field: tcp and udp have it */
  BOOL,
  NOT, /* bool, the opposite */
  BYTE,
  INT,
  UNSIGNED, /* or an enum */
  NUMBER    /* int64_t, Time */
} Kind;

_Static_assert(sizeof (TcpEcn) == sizeof (unsigned)
                   && sizeof (TcpCongestion) == sizeof (unsigned)
                   && sizeof (SocketMtuDiscover) == sizeof (unsigned),
               "enums are kept like unsigned");

typedef struct
{
  unsigned types; /* 0: there is no such option */
  Kind kind;
  size_t offset;     /* of the field in SocketSettings */
  int64_t low, high; /* both 0: any value */
  bool ipv6;         /* only IPv6 sockets have it */
  bool (*may) (const Socket *socket, int64_t value);
  int64_t (*read) (Socket *socket); /* instead of the field */
  void (*changed) (Socket *socket);
} Option;

static bool
is_unbound (const Socket *socket, int64_t value)
{
  (void) value;
  return socket->port == NULL;
}

static bool
is_not_zero (const Socket *socket, int64_t value)
{
  (void) socket;
  return value != 0;
}

/* No SYN has told the peer yet. */
static bool
is_unopened (const Socket *socket, int64_t value)
{
  (void) value;
  return socket->tcp->state == TCP_CLOSED || socket->tcp->state == TCP_LISTEN;
}

/* No limit, or one that leaves room for data (CVE-2019-11479). */
static bool
is_segment (const Socket *socket, int64_t value)
{
  (void) socket;
  return value == 0 || value >= TCP_MSS_MIN;
}

static int64_t
read_receive_buffer (Socket *socket)
{
  return (int64_t) (socket->tcp != NULL ? socket->tcp->receive.buffer
                                        : udp_receive_buffer (socket->udp));
}

static int64_t
read_send_buffer (Socket *socket)
{
  return (int64_t) (socket->tcp != NULL ? socket->tcp->send.buffer_max
                                        : udp_send_buffer (socket->udp));
}

static int64_t
hop_limit (const Socket *socket, int limit)
{
  return limit >= 0 ? limit : socket->stack->config.hop_limit;
}

static int64_t
read_ttl (Socket *socket)
{
  return hop_limit (socket, socket->settings.ttl);
}

static int64_t
read_hops (Socket *socket)
{
  return hop_limit (socket, socket->settings.hops);
}

static int64_t
read_type (Socket *socket)
{
  return socket->type;
}

static int64_t
read_family (Socket *socket)
{
  return socket->family;
}

static int64_t
read_listening (Socket *socket)
{
  return socket->listening;
}

static int64_t
read_error (Socket *socket)
{
  return socket_take_error (socket);
}

/* Something may have to leave now, or at another time. */
static void
wake (Socket *socket)
{
  tcp_state_ready (socket->tcp);
}

static void
change_congestion (Socket *socket)
{
  tcp_change_cc (socket->tcp);
  wake (socket);
}

static void
lower_segments (Socket *socket)
{
  tcp_path_lower (socket->tcp);
  wake (socket);
}

#define FIELD(who, what, name)                                                 \
  .types = (who), .kind = (what), .offset = offsetof (SocketSettings, name)
#define TCP(what, name)      FIELD (STREAM, what, tcp.name)
#define BETWEEN(least, most) .low = (least), .high = (most)
#define ASKED(question)      .types = ALL, .kind = READ_ONLY, .read = (question)

static const Option OPTIONS[] = {
  [SOCKET_OPTION_NODELAY] = { TCP (NOT, nagle), .changed = wake },
  [SOCKET_OPTION_RECEIVE_BUFFER] = { .types = ALL,
                                     .kind = BUFFER,
                                     BETWEEN (1, INT64_MAX),
                                     .read = read_receive_buffer },
  [SOCKET_OPTION_SEND_BUFFER] = { .types = ALL,
                                  .kind = BUFFER,
                                  BETWEEN (1, INT64_MAX),
                                  .read = read_send_buffer },
  [SOCKET_OPTION_V6ONLY] = { FIELD (ALL, BOOL, v6only), .ipv6 = true,
                             .may = is_unbound },
  [SOCKET_OPTION_REUSE_ADDRESS] = { FIELD (ALL, BOOL, reuse_address) },
  [SOCKET_OPTION_REUSE_PORT] = { FIELD (ALL, BOOL, reuse_port) },
  [SOCKET_OPTION_OWNER] = { FIELD (ALL, NUMBER, owner) },
  [SOCKET_OPTION_LINGER] = { FIELD (STREAM, INT, linger_s),
                             BETWEEN (-1, UINT16_MAX) },
  [SOCKET_OPTION_BROADCAST] = { FIELD (ALL, BOOL, broadcast) },
  [SOCKET_OPTION_TTL] = { FIELD (ALL, INT, ttl), BETWEEN (-1, UINT8_MAX),
                          .may = is_not_zero, .read = read_ttl },
  [SOCKET_OPTION_HOPS] = { FIELD (ALL, INT, hops), BETWEEN (-1, UINT8_MAX),
                           .ipv6 = true, .read = read_hops },
  [SOCKET_OPTION_TRAFFIC_CLASS] = { FIELD (ALL, BYTE, traffic_class),
                                    BETWEEN (0, UINT8_MAX) },
  [SOCKET_OPTION_MTU_DISCOVER] = { FIELD (DATAGRAM, UNSIGNED, mtu_discover),
                                   BETWEEN (SOCKET_MTU_DISCOVER_DONT,
                                            SOCKET_MTU_DISCOVER_DO) },

  [SOCKET_OPTION_WINDOW_SCALE] = { TCP (BOOL, window_scale),
                                   .may = is_unopened },
  [SOCKET_OPTION_TIMESTAMPS] = { TCP (BOOL, timestamps), .may = is_unopened },
  [SOCKET_OPTION_SACK] = { TCP (BOOL, sack), .may = is_unopened },
  [SOCKET_OPTION_ECN] = { TCP (UNSIGNED, ecn),
                          BETWEEN (TCP_ECN_OFF, TCP_ECN_ON),
                          .may = is_unopened },
  [SOCKET_OPTION_CONGESTION] = { TCP (UNSIGNED, congestion),
                                 BETWEEN (0, TCP_CONGESTION_COUNT - 1),
                                 .changed = change_congestion },
  [SOCKET_OPTION_RACK] = { TCP (BOOL, rack), .changed = wake },
  [SOCKET_OPTION_PACING] = { TCP (BOOL, pacing), .changed = wake },
  [SOCKET_OPTION_PATH_PROBING] = { TCP (BOOL, path_probing), .changed = wake },
  [SOCKET_OPTION_INITIAL_WINDOW] = { TCP (UNSIGNED, initial_window),
                                     BETWEEN (1, 1000) },
  [SOCKET_OPTION_MAX_SEGMENT] = { TCP (UNSIGNED, mss_max),
                                  BETWEEN (0, UINT16_MAX), .may = is_segment,
                                  .changed = lower_segments },
  [SOCKET_OPTION_DELAYED_ACK] = { TCP (NUMBER, delayed_ack),
                                  BETWEEN (0, DELAYED_ACK_MAX) },
  [SOCKET_OPTION_R1] = { TCP (UNSIGNED, r1), BETWEEN (0, UINT8_MAX) },
  [SOCKET_OPTION_R2] = { TCP (UNSIGNED, r2), BETWEEN (0, UINT8_MAX) },
  [SOCKET_OPTION_USER_TIMEOUT] = { TCP (NUMBER, user_timeout),
                                   BETWEEN (0, TIME_MAX), .changed = wake },
  [SOCKET_OPTION_KEEP_ALIVE] = { TCP (BOOL, keep_alive), .changed = wake },
  [SOCKET_OPTION_KEEP_IDLE] = { TCP (NUMBER, keep_idle),
                                BETWEEN (KEEP_MIN, KEEP_MAX), .changed = wake },
  [SOCKET_OPTION_KEEP_INTERVAL] = { TCP (NUMBER, keep_interval),
                                    BETWEEN (KEEP_MIN, KEEP_MAX),
                                    .changed = wake },
  [SOCKET_OPTION_KEEP_COUNT] = { TCP (UNSIGNED, keep_count),
                                 BETWEEN (1, INT8_MAX), .changed = wake },

  [SOCKET_OPTION_TYPE] = { ASKED (read_type) },
  [SOCKET_OPTION_FAMILY] = { ASKED (read_family) },
  [SOCKET_OPTION_LISTENING] = { ASKED (read_listening) },
  [SOCKET_OPTION_ERROR] = { ASKED (read_error) },
};

static const Option *
find (const Socket *socket, SocketOption which)
{
  const Option *option;

  if ((unsigned) which >= G_N_ELEMENTS (OPTIONS))
    return NULL;
  option = &OPTIONS[which];
  if ((option->types & 1u << socket->type) == 0
      || (option->ipv6 && socket->family != SOCKET_IPV6))
    return NULL;
  return option;
}

static bool
is_allowed (const Option *option, const Socket *socket, int64_t value)
{
  bool bounded = option->low != 0 || option->high != 0;

  if (bounded && (value < option->low || value > option->high))
    return false;
  return option->may == NULL || option->may (socket, value);
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

static void *
field_of (Socket *socket, const Option *option)
{
  return (char *) &socket->settings + option->offset;
}

static void
set_field (const Option *option, void *field, int64_t value)
{
  switch (option->kind)
    {
    case BOOL:
    case NOT:
      *(bool *) field = (value != 0) == (option->kind == BOOL);
      break;
    case BYTE:
      *(uint8_t *) field = (uint8_t) value;
      break;
    case INT:
      *(int *) field = (int) value;
      break;
    case UNSIGNED:
      *(unsigned *) field = (unsigned) value;
      break;
    case NUMBER:
      *(int64_t *) field = value;
      break;
    case READ_ONLY:
    case BUFFER:
      break;
    }
}

static int64_t
get_field (const Option *option, const void *field)
{
  switch (option->kind)
    {
    case BOOL:
    case NOT:
      return *(const bool *) field == (option->kind == BOOL);
    case BYTE:
      return *(const uint8_t *) field;
    case INT:
      return *(const int *) field;
    case UNSIGNED:
      return *(const unsigned *) field;
    case NUMBER:
      return *(const int64_t *) field;
    case READ_ONLY:
    case BUFFER:
      break;
    }
  return 0;
}

int
socket_option_set (Stack *stack, int handle, SocketOption which, int64_t value)
{
  Socket *socket = socket_table_get (stack, handle);
  const Option *option;

  if (socket == NULL)
    return -EBADF;
  option = find (socket, which);
  if (option == NULL || option->kind == READ_ONLY)
    return -ENOPROTOOPT;
  if (!is_allowed (option, socket, value))
    return -EINVAL;
  if (option->kind == BUFFER)
    set_buffer (socket, which, value);
  else
    set_field (option, field_of (socket, option), value);
  if (option->changed != NULL)
    option->changed (socket);
  return 0;
}

int
socket_option_get (Stack *stack, int handle, SocketOption which, int64_t *value)
{
  Socket *socket = socket_table_get (stack, handle);
  const Option *option;

  if (socket == NULL)
    return -EBADF;
  option = find (socket, which);
  if (option == NULL)
    return -ENOPROTOOPT;
  *value = option->read != NULL ? option->read (socket)
                                : get_field (option, field_of (socket, option));
  return 0;
}

uint8_t
socket_hop_limit (const Socket *socket, const Address *remote)
{
  return (uint8_t) hop_limit (socket, address_is_ipv4 (remote)
                                          ? socket->settings.ttl
                                          : socket->settings.hops);
}
