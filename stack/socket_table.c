// SPDX-License-Identifier: MIT
#include "stack/socket_table.h"

#include "stack/address.h"
#include "stack/ip.h"
#include "stack/stack_private.h"

#include <errno.h>
#include <string.h>

/* A handle: generation above, slot below; both fit a positive int. */
#define SLOT_BITS      20
#define GENERATION_MAX 2047u

/* Slots wait before they are used again, so that a stale handle stays one for
 * long: the generation must go round 2,047 times and this queue with it. */
#define UNUSED_MIN 64

static guint
flow_key_hash (gconstpointer key)
{
  return ((const FlowKey *) key)->hash;
}

static gboolean
flow_key_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, FLOW_KEY_BYTES) == 0;
}

_Static_assert(sizeof (Endpoint) == sizeof (Address) + sizeof (uint16_t),
               "a FlowKey has no padding before its hash");

static FlowKey
flow_key (const SocketTable *table,
          uint8_t protocol,
          const Endpoint *local,
          const Endpoint *remote)
{
  FlowKey key = { .local = *local, .remote = *remote, .protocol = protocol };

  key.hash = (uint32_t) hash_bytes (&table->flow_key, &key, FLOW_KEY_BYTES);
  return key;
}

void
socket_table_init (SocketTable *table, const uint8_t secret[16])
{
  HashKey key = hash_key_from_bytes (secret);

  *table = (SocketTable){
    .unused = g_array_new (FALSE, FALSE, sizeof (unsigned)),
    .flows = g_hash_table_new (flow_key_hash, flow_key_equal),
    .ports =
        g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, g_free),
    .flow_key = hash_key_derive (&key, "flow"),
    .port_key = hash_key_derive (&key, "port"),
  };
}

void
socket_table_clear (SocketTable *table)
{
  g_hash_table_destroy (table->flows);
  g_hash_table_destroy (table->ports);
  g_array_free (table->unused, TRUE);
  g_free (table->slots);
  g_free (table->generations);
}

uint8_t
socket_protocol (const Socket *socket)
{
  return socket->type == SOCKET_STREAM ? PROTOCOL_TCP : PROTOCOL_UDP;
}

/* A slot to use; the caller has checked the limit. */
static unsigned
take_slot (SocketTable *table)
{
  if (table->unused->len - table->unused_first > UNUSED_MIN
      || (table->unused->len > table->unused_first
          && table->count == 1u << SLOT_BITS))
    {
      unsigned slot =
          g_array_index (table->unused, unsigned, table->unused_first++);

      /* What was used up is forgotten when it is half of the queue. */
      if (table->unused_first * 2 > table->unused->len)
        {
          g_array_remove_range (table->unused, 0, table->unused_first);
          table->unused_first = 0;
        }
      return slot;
    }
  if (table->count == table->size)
    {
      table->size = MAX (16, table->size * 2);
      table->slots = g_renew (Socket *, table->slots, table->size);
      table->generations = g_renew (uint16_t, table->generations, table->size);
    }
  table->generations[table->count] = 1;
  return table->count++;
}

static unsigned
sockets_in_use (const SocketTable *table)
{
  return table->count - (table->unused->len - table->unused_first);
}

Socket *
socket_table_add (Stack *stack, SocketFamily family, SocketType type)
{
  SocketTable *table = &stack->sockets;
  Socket *socket;
  unsigned slot;

  if (sockets_in_use (table) >= stack->config.sockets_max)
    {
      stack->counters[STACK_COUNTER_SOCKETS_FULL]++;
      return NULL;
    }
  slot = take_slot (table);
  socket = g_new0 (Socket, 1);
  socket->stack = stack;
  socket->handle =
      (int) (((unsigned) table->generations[slot] << SLOT_BITS) | slot);
  socket->family = family;
  socket->type = type;
  socket->open = true;
  socket->port_link.data = socket;
  socket->changed_link.data = socket;
  table->slots[slot] = socket;
  return socket;
}

static Port *
port_get (SocketTable *table, uint8_t protocol, uint16_t number, bool make)
{
  gpointer key = GUINT_TO_POINTER ((guint) protocol << 16 | number);
  Port *port = g_hash_table_lookup (table->ports, key);

  if (port == NULL && make)
    {
      port = g_new0 (Port, 1);
      port->number = GPOINTER_TO_UINT (key);
      g_hash_table_insert (table->ports, key, port);
    }
  return port;
}

static void
leave_port (Socket *socket)
{
  Port *port = socket->port;

  if (port == NULL)
    return;
  if (socket->port_is_bound)
    g_queue_unlink (&port->bound, &socket->port_link);
  else
    port->accepted--;
  socket->port = NULL;
  socket->port_is_bound = false;
  if (port->bound.length == 0 && port->accepted == 0)
    g_hash_table_remove (socket->stack->sockets.ports,
                         GUINT_TO_POINTER (port->number));
}

void
socket_table_remove (Socket *socket)
{
  Stack *stack = socket->stack;
  SocketTable *table = &stack->sockets;
  unsigned slot = (unsigned) socket->handle & ((1u << SLOT_BITS) - 1);

  socket_table_leave_flow (socket);
  leave_port (socket);
  if (socket->changed)
    g_queue_unlink (&stack->changed, &socket->changed_link);
  socket->changed = false;
  table->slots[slot] = NULL;
  table->generations[slot] =
      (uint16_t) (table->generations[slot] % GENERATION_MAX + 1);
  g_array_append_val (table->unused, slot);
}

Socket *
socket_table_get (const Stack *stack, int handle)
{
  const SocketTable *table = &stack->sockets;
  unsigned slot = (unsigned) handle & ((1u << SLOT_BITS) - 1);
  Socket *socket = slot < table->count ? table->slots[slot] : NULL;

  if (socket == NULL || socket->handle != handle || !socket->open)
    return NULL;
  return socket;
}

/* Would packets to one also be packets to the other? */
static bool
addresses_conflict (const Socket *bound,
                    const Socket *socket,
                    const Address *address)
{
  const Address *other = &bound->local.address;
  bool other_any = address_is_any (other), any = address_is_any (address);
  bool other_ipv4 = address_is_ipv4 (other), ipv4 = address_is_ipv4 (address);

  if (!other_any && !any)
    return address_equal (other, address);
  if (other_ipv4 == ipv4)
    return true;
  /* :: also takes IPv4 unless it is IPv6 only; no other pair of families
   * meets. */
  return ipv4 ? other_any && !bound->v6only : any && !socket->v6only;
}

static bool
port_is_free (const Socket *socket, const Port *port, const Address *address)
{
  if (port == NULL)
    return true;
  if (port->accepted > 0)
    return false;
  for (GList *link = port->bound.head; link != NULL; link = link->next)
    if (addresses_conflict (link->data, socket, address))
      return false;
  return true;
}

static void
enter_port (Socket *socket, const Endpoint *local)
{
  Port *port = port_get (&socket->stack->sockets, socket_protocol (socket),
                         local->port, true);

  leave_port (socket);
  socket->local = *local;
  socket->port = port;
  socket->port_is_bound = true;
  g_queue_push_tail_link (&port->bound, &socket->port_link);
}

/* RFC 6056 algorithm 3: start where the keyed hash of the two addresses and
 * the remote port says, moved on by a counter. */
static int
bind_any_port (Socket *socket, const Endpoint *local, const Endpoint *remote)
{
  SocketTable *table = &socket->stack->sockets;
  const StackConfig *config = &socket->stack->config;
  unsigned range = (unsigned) config->port_last - config->port_first + 1;
  FlowKey key = flow_key (table, socket_protocol (socket), local, remote);
  uint64_t start = hash_bytes (&table->port_key, &key, FLOW_KEY_BYTES) % range
                   + table->port_next;

  for (unsigned i = 0; i < range; i++)
    {
      Endpoint candidate = *local;
      const Port *port;

      table->port_next++;
      candidate.port = (uint16_t) (config->port_first + (start + i) % range);
      port = port_get (table, socket_protocol (socket), candidate.port, false);
      if (!port_is_free (socket, port, &candidate.address))
        continue;
      enter_port (socket, &candidate);
      return 0;
    }
  return -EADDRNOTAVAIL;
}

int
socket_table_bind (Socket *socket, const Endpoint *local)
{
  const Endpoint nobody = { .address = ADDRESS_ANY };
  const Port *port;

  if (local->port == 0)
    return bind_any_port (socket, local, &nobody);
  port = port_get (&socket->stack->sockets, socket_protocol (socket),
                   local->port, false);
  if (!port_is_free (socket, port, &local->address))
    return -EADDRINUSE;
  enter_port (socket, local);
  return 0;
}

int
socket_table_bind_ephemeral (Socket *socket,
                             const Endpoint *local,
                             const Endpoint *remote)
{
  return bind_any_port (socket, local, remote);
}

void
socket_table_share_port (Socket *socket, const Socket *listener)
{
  socket->port = listener->port;
  socket->port->accepted++;
}

bool
socket_table_enter_flow (Socket *socket)
{
  SocketTable *table = &socket->stack->sockets;

  socket->key = flow_key (table, socket_protocol (socket), &socket->local,
                          &socket->remote);
  if (g_hash_table_contains (table->flows, &socket->key))
    return false;
  g_hash_table_insert (table->flows, &socket->key, socket);
  socket->in_flows = true;
  return true;
}

void
socket_table_leave_flow (Socket *socket)
{
  if (socket->in_flows)
    g_hash_table_remove (socket->stack->sockets.flows, &socket->key);
  socket->in_flows = false;
}

Socket *
socket_table_find_flow (const Stack *stack,
                        uint8_t protocol,
                        const Endpoint *local,
                        const Endpoint *remote)
{
  const SocketTable *table = &stack->sockets;
  FlowKey key = flow_key (table, protocol, local, remote);

  return g_hash_table_lookup (table->flows, &key);
}

/* How well a binding fits an address: 0 not, 3 exactly. */
static unsigned
binding_fits (const Socket *socket, const Address *address)
{
  const Address *bound = &socket->local.address;

  if (address_equal (bound, address))
    return 3;
  if (!address_is_any (bound))
    return 0;
  if (address_is_ipv4 (bound) == address_is_ipv4 (address))
    return 2;
  return !address_is_ipv4 (bound) && !socket->v6only ? 1 : 0;
}

Socket *
socket_table_find_bound (const Stack *stack,
                         uint8_t protocol,
                         const Endpoint *local)
{
  const Port *port =
      port_get ((SocketTable *) &stack->sockets, protocol, local->port, false);
  Socket *best = NULL;
  unsigned best_fit = 0;

  if (port == NULL)
    return NULL;
  for (GList *link = port->bound.head; link != NULL; link = link->next)
    {
      Socket *socket = link->data;
      unsigned fit =
          socket->in_flows ? 0 : binding_fits (socket, &local->address);

      if (fit > best_fit)
        {
          best = socket;
          best_fit = fit;
        }
    }
  return best;
}
