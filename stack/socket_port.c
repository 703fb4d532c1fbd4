// SPDX-License-Identifier: MIT
#include "stack/socket_port.h"

#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/stack_private.h"
#include "stack/wire_ip.h"

#include <errno.h>
#include <string.h>

/* As long as fewer ephemeral ports are in use they have no bit map: most
 * hosts never need its kilobytes. */
#define PORTS_FEW 64

/* How many ports one call looks at when all are in use. */
#define SHARE_TRIES 256

static Port *
port_find (const SocketTable *table, uint8_t protocol, uint16_t number)
{
  return g_hash_table_lookup (
      table->ports, GUINT_TO_POINTER ((guint) protocol << 16 | number));
}

static unsigned
range_size (const Stack *stack)
{
  return (unsigned) stack->config.port_last - stack->config.port_first + 1;
}

static bool
is_ephemeral (const Stack *stack, uint16_t port)
{
  return port >= stack->config.port_first && port <= stack->config.port_last;
}

static void
set_bit (PortsTaken *taken, unsigned i, bool set)
{
  uint64_t bit = UINT64_C (1) << (i % 64);

  if (set)
    taken->bits[i / 64] |= bit;
  else
    taken->bits[i / 64] &= ~bit;
}

static void
make_bits (const Stack *stack, SocketType type, PortsTaken *taken)
{
  taken->bits = g_new0 (uint64_t, range_size (stack) / 64 + 1);
  for (unsigned i = 0; i < stack->sockets.count; i++)
    {
      const Socket *socket = stack->sockets.slots[i];

      if (socket != NULL && socket->type == type && socket->port != NULL
          && is_ephemeral (stack, socket->local.port))
        set_bit (taken,
                 (unsigned) socket->local.port - stack->config.port_first,
                 true);
    }
}

/* A port has got its first socket, or lost its last. */
static void
count_port (Socket *socket, uint16_t number, bool taken_now)
{
  const Stack *stack = socket->stack;
  PortsTaken *taken = &socket->stack->sockets.taken[socket->type];

  if (!is_ephemeral (stack, number))
    return;
  taken->count += taken_now ? 1u : -1u;
  if (taken->bits != NULL)
    set_bit (taken, (unsigned) number - stack->config.port_first, taken_now);
  else if (taken->count > PORTS_FEW)
    make_bits (stack, socket->type, taken);
}

void
socket_port_leave_queue (Socket *socket)
{
  Port *port = socket->port;

  if (port != NULL)
    g_queue_unlink (socket->in_flows ? &port->connected : &port->waiting,
                    &socket->port_link);
}

void
socket_port_enter_queue (Socket *socket)
{
  Port *port = socket->port;

  if (port != NULL)
    g_queue_push_tail_link (socket->in_flows ? &port->connected
                                             : &port->waiting,
                            &socket->port_link);
}

static void
enter (Socket *socket, const Endpoint *local, bool chosen)
{
  SocketTable *table = &socket->stack->sockets;
  uint8_t protocol = socket_protocol (socket);
  Port *port = port_find (table, protocol, local->port);
  bool first = port == NULL;

  if (first)
    {
      port = g_new0 (Port, 1);
      port->number = (uint32_t) protocol << 16 | local->port;
      g_hash_table_insert (table->ports, GUINT_TO_POINTER (port->number), port);
    }
  socket->local = *local;
  socket->port = port;
  socket->port_chosen = chosen;
  port->chosen += chosen ? 1 : 0;
  socket_port_enter_queue (socket);
  if (first)
    count_port (socket, local->port, true);
}

void
socket_port_leave (Socket *socket)
{
  Port *port = socket->port;

  if (port == NULL)
    return;
  socket_port_leave_queue (socket);
  port->chosen -= socket->port_chosen ? 1 : 0;
  socket->port = NULL;
  socket->port_chosen = false;
  if (port->waiting.length > 0 || port->connected.length > 0)
    return;
  count_port (socket, (uint16_t) port->number, false);
  g_hash_table_remove (socket->stack->sockets.ports,
                       GUINT_TO_POINTER (port->number));
}

void
socket_port_share (Socket *socket, const Socket *listener)
{
  Endpoint local = socket->local;

  local.port = listener->local.port;
  enter (socket, &local, false);
}

/* Would packets to one also be packets to the other? */
static bool
meet (const Socket *other, const Socket *socket, const Address *address)
{
  const Address *theirs = &other->local.address;
  bool their_any = address_is_any (theirs), any = address_is_any (address);
  bool their_ipv4 = address_is_ipv4 (theirs), ipv4 = address_is_ipv4 (address);

  if (!their_any && !any)
    return address_equal (theirs, address);
  if (their_ipv4 == ipv4)
    return true;
  /* :: also takes IPv4 unless it is IPv6 only; no other pair of families
   * meets. */
  return ipv4 ? their_any && !other->settings.v6only
              : any && !socket->settings.v6only;
}

static bool
are_one_group (const Socket *a, const Socket *b)
{
  return a->settings.reuse_port && b->settings.reuse_port
         && a->settings.owner == b->settings.owner;
}

static bool
exclude (const Socket *other, const Socket *socket, const Address *address)
{
  if (!meet (other, socket, address) || are_one_group (other, socket))
    return false;
  if (!other->settings.reuse_address || !socket->settings.reuse_address)
    return true;
  return socket->type == SOCKET_STREAM
             ? other->listening
             : address_equal (&other->local.address, address);
}

static bool
is_free (const Port *port, const Socket *socket, const Address *address)
{
  if (port == NULL)
    return true;
  for (GList *link = port->waiting.head; link != NULL; link = link->next)
    if (exclude (link->data, socket, address))
      return false;
  for (GList *link = port->connected.head; link != NULL; link = link->next)
    if (exclude (link->data, socket, address))
      return false;
  return true;
}

/* The first port from START on that nobody uses; -1: all are in use. */
static int
first_unused (const Socket *socket, unsigned start)
{
  const Stack *stack = socket->stack;
  const PortsTaken *taken = &stack->sockets.taken[socket->type];
  unsigned range = range_size (stack), at = start;

  if (taken->count >= range)
    return -1;
  for (unsigned seen = 0; seen < range; seen++, at = (at + 1) % range)
    {
      uint16_t number = (uint16_t) (stack->config.port_first + at);

      if (taken->bits == NULL)
        {
          if (port_find (&stack->sockets, socket_protocol (socket), number)
              == NULL)
            return number;
        }
      else if (at % 64 == 0 && at + 64 <= range
               && taken->bits[at / 64] == UINT64_MAX)
        {
          seen += 63;
          at += 63;
        }
      else if ((taken->bits[at / 64] >> (at % 64) & 1) == 0)
        return number;
    }
  return -1;
}

/* Everybody there is connected to somebody else, and never asked for it. */
static bool
may_join (const Port *port,
          const Socket *socket,
          const Endpoint *local,
          const Endpoint *remote)
{
  return !address_is_any (&local->address) && remote->port > 0
         && port->waiting.length == 0 && port->chosen == port->connected.length
         && socket_table_find_flow (socket->stack, socket_protocol (socket),
                                    local, remote)
                == NULL;
}

static int
first_to_share (const Socket *socket,
                const Endpoint *local,
                const Endpoint *remote,
                unsigned start)
{
  SocketTable *table = &socket->stack->sockets;
  unsigned range = range_size (socket->stack);
  Endpoint candidate = *local;

  for (unsigned i = 0; i < MIN (SHARE_TRIES, range); i++)
    {
      const Port *port;

      candidate.port =
          (uint16_t) (socket->stack->config.port_first + (start + i) % range);
      port = port_find (table, socket_protocol (socket), candidate.port);
      if (is_free (port, socket, &candidate.address)
          || may_join (port, socket, &candidate, remote))
        return candidate.port;
    }
  return -1;
}

/* Where to begin to look. */
static unsigned
first_try (const Socket *socket, const Endpoint *local, const Endpoint *remote)
{
  SocketTable *table = &socket->stack->sockets;
  FlowKey key =
      socket_table_flow_key (table, socket_protocol (socket), local, remote);
  uint8_t input[FLOW_KEY_BYTES + 4];

  memcpy (input, &key, FLOW_KEY_BYTES);
  bytes_put32 (input + FLOW_KEY_BYTES, table->ports_chosen++);
  return (unsigned) (hash_bytes (&table->port_key, input, sizeof input)
                     % range_size (socket->stack));
}

static int
enter_any (Socket *socket,
           const Endpoint *local,
           const Endpoint *remote,
           bool chosen)
{
  unsigned start = first_try (socket, local, remote);
  Endpoint candidate = *local;
  int port = first_unused (socket, start);

  if (port < 0)
    port = first_to_share (socket, local, remote, start);
  if (port < 0)
    return -EADDRNOTAVAIL;
  candidate.port = (uint16_t) port;
  enter (socket, &candidate, chosen);
  return 0;
}

int
socket_port_bind (Socket *socket, const Endpoint *local)
{
  const Endpoint nobody = { .address = ADDRESS_ANY };
  int result = 0;

  if (local->port == 0)
    result = enter_any (socket, local, &nobody, false);
  else if (is_free (port_find (&socket->stack->sockets,
                               socket_protocol (socket), local->port),
                    socket, &local->address))
    enter (socket, local, false);
  else
    return -EADDRINUSE;
  if (result == 0)
    socket->bound = socket->local;
  return result;
}

int
socket_port_choose (Socket *socket,
                    const Endpoint *local,
                    const Endpoint *remote)
{
  return enter_any (socket, local, remote, true);
}

bool
socket_port_may_listen (const Socket *socket)
{
  for (GList *link = socket->port->waiting.head; link != NULL;
       link = link->next)
    {
      const Socket *other = link->data;

      if (other != socket && other->listening
          && meet (other, socket, &socket->local.address)
          && !are_one_group (other, socket))
        return false;
    }
  return true;
}

/* How well a binding fits an address: 0 not, 3 exactly. */
static unsigned
fit (const Socket *socket, const Address *address)
{
  const Address *bound = &socket->local.address;

  if (socket->type == SOCKET_STREAM && !socket->listening)
    return 0;
  if (address_equal (bound, address))
    return 3;
  if (!address_is_any (bound))
    return 0;
  if (address_is_ipv4 (bound) == address_is_ipv4 (address))
    return 2;
  return !address_is_ipv4 (bound) && !socket->settings.v6only ? 1 : 0;
}

static unsigned
best_fit (const Port *port, const Address *address, unsigned *count)
{
  unsigned best = 0;

  *count = 0;
  for (GList *link = port->waiting.head; link != NULL; link = link->next)
    {
      unsigned this = fit (link->data, address);

      if (this > best)
        *count = 0;
      best = MAX (best, this);
      *count += this == best ? 1 : 0;
    }
  return best;
}

Socket *
socket_port_find (const Stack *stack,
                  uint8_t protocol,
                  const Endpoint *local,
                  const Endpoint *remote)
{
  const SocketTable *table = &stack->sockets;
  const Port *port = port_find (table, protocol, local->port);
  unsigned count, best, skip = 0;

  if (port == NULL)
    return NULL;
  best = best_fit (port, &local->address, &count);
  if (best == 0)
    return NULL;
  if (count > 1)
    skip = socket_table_flow_key (table, protocol, local, remote).hash % count;
  for (GList *link = port->waiting.head; link != NULL; link = link->next)
    if (fit (link->data, &local->address) == best && skip-- == 0)
      return link->data;
  return NULL;
}
