// SPDX-License-Identifier: MIT
#include "stack/socket_table.h"

#include "stack/address.h"
#include "stack/socket_port.h"
#include "stack/stack_private.h"
#include "stack/wire_ip.h"

#include <string.h>

/* A handle: generation above, slot below; both fit a positive int. */
#define SLOT_BITS      20
#define GENERATION_MAX 2047u

/* Slots wait before they are used again, so that a stale handle stays one for
 * long: the generation must go round 2,047 times and this queue with it. */
#define UNUSED_MIN 64

#define FLOW_LABEL_MAX 0xfffff

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

FlowKey
socket_table_flow_key (const SocketTable *table,
                       uint8_t protocol,
                       const Endpoint *local,
                       const Endpoint *remote)
{
  FlowKey key = { .local = *local, .remote = *remote, .protocol = protocol };

  key.hash = (uint32_t) hash_bytes (&table->flow_key, &key, FLOW_KEY_BYTES);
  return key;
}

uint32_t
socket_table_flow_label (const SocketTable *table,
                         uint8_t protocol,
                         const Endpoint *local,
                         const Endpoint *remote)
{
  FlowKey key = { .local = *local, .remote = *remote, .protocol = protocol };

  if (address_is_ipv4 (&remote->address))
    return 0;
  return 1
         + (uint32_t) (hash_bytes (&table->label_key, &key, FLOW_KEY_BYTES)
                       % FLOW_LABEL_MAX);
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
    .label_key = hash_key_derive (&key, "flow label"),
  };
}

void
socket_table_clear (SocketTable *table)
{
  g_hash_table_destroy (table->flows);
  g_hash_table_destroy (table->ports);
  g_array_free (table->unused, TRUE);
  g_free (table->taken[SOCKET_STREAM].bits);
  g_free (table->taken[SOCKET_DATAGRAM].bits);
  g_free (table->taken[SOCKET_ICMP].bits);
  g_free (table->slots);
  g_free (table->generations);
}

uint8_t
socket_protocol (const Socket *socket)
{
  if (socket->type == SOCKET_ICMP)
    return socket->family == SOCKET_IPV4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
  return socket->type == SOCKET_STREAM ? PROTOCOL_TCP : PROTOCOL_UDP;
}

const Address *
socket_wildcard (const Socket *socket)
{
  return socket->family == SOCKET_IPV4 ? &ADDRESS_ANY_IPV4 : &ADDRESS_ANY;
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

unsigned
socket_table_count (const SocketTable *table)
{
  return table->count - (table->unused->len - table->unused_first);
}

Socket *
socket_table_add (Stack *stack, SocketFamily family, SocketType type)
{
  SocketTable *table = &stack->sockets;
  Socket *socket;
  unsigned slot;

  if (socket_table_count (table) >= stack->config.sockets_max)
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
  socket->settings = (SocketSettings){ .linger_s = -1,
                                       .ttl = -1,
                                       .hops = -1,
                                       .mtu_discover = SOCKET_MTU_DISCOVER_WANT,
                                       .tcp = stack->config.tcp };
  socket->local.address = *socket_wildcard (socket);
  socket->bound = socket->local;
  socket->port_link.data = socket;
  socket->changed_link.data = socket;
  table->slots[slot] = socket;
  return socket;
}

void
socket_table_remove (Socket *socket)
{
  Stack *stack = socket->stack;
  SocketTable *table = &stack->sockets;
  unsigned slot = (unsigned) socket->handle & ((1u << SLOT_BITS) - 1);

  socket_table_leave_flow (socket);
  socket_port_leave (socket);
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

bool
socket_table_enter_flow (Socket *socket)
{
  SocketTable *table = &socket->stack->sockets;

  socket->key = socket_table_flow_key (table, socket_protocol (socket),
                                       &socket->local, &socket->remote);
  if (g_hash_table_contains (table->flows, &socket->key))
    return false;
  g_hash_table_insert (table->flows, &socket->key, socket);
  socket->flow_label = socket_table_flow_label (
      table, socket->key.protocol, &socket->local, &socket->remote);
  socket_port_leave_queue (socket);
  socket->in_flows = true;
  socket_port_enter_queue (socket);
  return true;
}

void
socket_table_leave_flow (Socket *socket)
{
  if (!socket->in_flows)
    return;
  g_hash_table_remove (socket->stack->sockets.flows, &socket->key);
  if (socket->stack->sockets.found == socket)
    socket->stack->sockets.found = NULL;
  socket_port_leave_queue (socket);
  socket->in_flows = false;
  socket_port_enter_queue (socket);
}

Socket *
socket_table_find_flow (Stack *stack,
                        uint8_t protocol,
                        const Endpoint *local,
                        const Endpoint *remote)
{
  SocketTable *table = &stack->sockets;
  FlowKey key = { .local = *local, .remote = *remote, .protocol = protocol };

  /* Packets come in runs: the one found last is asked before the hash. */
  if (table->found != NULL
      && memcmp (&table->found->key, &key, FLOW_KEY_BYTES) == 0)
    return table->found;
  key = socket_table_flow_key (table, protocol, local, remote);
  table->found = g_hash_table_lookup (table->flows, &key);
  return table->found;
}
