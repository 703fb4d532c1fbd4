// SPDX-License-Identifier: MIT
#include "sim/flow.h"
#include "stack/address.h"
#include "stack/hash.h"
#include "stack/wire_icmp.h"
#include "stack/wire_tcp.h"
#include "stack/wire_udp.h"
#include <string.h>

/* What a flow is looked up by. With ports, the ends are in the order of
 * memcmp, so that both directions find it; without, the initiator is first:
 * who asks is told by the packet itself, not by who happened to be first. */
typedef struct
{
  Endpoint ends[2];
  uint8_t protocol;
} FlowKey;

typedef struct
{
  Flow flow; /* first member */
  FlowKey key;
} FlowEntry;

struct FlowTable
{
  FlowNamer namer;
  void *data;
  GPtrArray *flows;     /* FlowEntry *, owned, by index */
  GHashTable *newest;   /* FlowKey * > FlowEntry * */
  GHashTable *families; /* FlowKey * of an identity > its last k */
};

/* What the packet says about its flow. */
typedef struct
{
  Endpoint source, destination;
  uint8_t protocol;
  bool has_ports;
  bool from_responder; /* if it is the first: by its looks, an answer */
  bool is_syn, is_ack;
  uint32_t sequence;
} Sight;

#define KEY_BYTES (2 * (16 + 2) + 1)

static void
key_bytes (const FlowKey *key, uint8_t bytes[KEY_BYTES])
{
  for (int end = 0; end < 2; end++, bytes += 18)
    {
      memcpy (bytes, key->ends[end].address.bytes, 16);
      bytes[16] = (uint8_t) (key->ends[end].port >> 8);
      bytes[17] = (uint8_t) key->ends[end].port;
    }
  bytes[0] = key->protocol;
}

/* Part of every fate: another constant would give other runs. */
static const HashKey flow_hash_key = { 0x74756e6c61622066u,
                                       0x6c6f77206b657931u };

static uint64_t
mix (uint64_t hash, const void *bytes)
{
  uint64_t word;
  memcpy (&word, bytes, sizeof word);
  hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
  return hash ^ hash >> 32;
}

/* Each packet asks: five multiplications, where a keyed hash of the same bytes
 * costs 300 instructions. The table is looked up only, so what it is sorted by
 * can be seen nowhere. */
static guint
key_hash (gconstpointer pointer)
{
  const FlowKey *key = pointer;
  uint64_t hash = (uint64_t) key->protocol << 32
                  | (uint64_t) key->ends[0].port << 16 | key->ends[1].port;
  for (int end = 0; end < 2; end++)
    {
      hash = mix (hash, key->ends[end].address.bytes);
      hash = mix (hash, key->ends[end].address.bytes + 8);
    }
  return (guint) (hash ^ hash >> 29);
}

static int
endpoint_compare (const Endpoint *a, const Endpoint *b)
{
  int order = memcmp (a->address.bytes, b->address.bytes, 16);
  return order != 0 ? order : a->port - b->port;
}

static gboolean
key_equal (gconstpointer left, gconstpointer right)
{
  const FlowKey *a = left, *b = right;
  return a->protocol == b->protocol
         && endpoint_compare (&a->ends[0], &b->ends[0]) == 0
         && endpoint_compare (&a->ends[1], &b->ends[1]) == 0;
}

static void
entry_free (gpointer data)
{
  FlowEntry *entry = data;
  g_free (entry->flow.name);
  g_free (entry);
}

FlowTable *
flow_table_new (FlowNamer namer, void *data)
{
  FlowTable *table = g_new (FlowTable, 1);
  table->namer = namer;
  table->data = data;
  table->flows = g_ptr_array_new_with_free_func (entry_free);
  table->newest = g_hash_table_new (key_hash, key_equal);
  table->families = g_hash_table_new_full (key_hash, key_equal, g_free, NULL);
  return table;
}

void
flow_table_free (FlowTable *table)
{
  g_hash_table_unref (table->families);
  g_hash_table_unref (table->newest);
  g_ptr_array_unref (table->flows);
  g_free (table);
}

static uint16_t
read16 (const uint8_t *bytes)
{
  return (uint16_t) (bytes[0] << 8 | bytes[1]);
}

static uint32_t
read32 (const uint8_t *bytes)
{
  return (uint32_t) read16 (bytes) << 16 | read16 (bytes + 2);
}

static void
look_at_ports (Sight *sight, View payload)
{
  sight->has_ports = true;
  sight->source.port = read16 (payload.bytes);
  sight->destination.port = read16 (payload.bytes + 2);
  if (sight->protocol != PROTOCOL_TCP || payload.length < WIRE_TCP_HEADER)
    return;
  sight->sequence = read32 (payload.bytes + 4);
  sight->is_syn = payload.bytes[13] & TCP_SYN;
  sight->is_ack = payload.bytes[13] & TCP_ACK;
  sight->from_responder = sight->is_syn && sight->is_ack;
}

static Sight
look (View packet)
{
  Sight sight = { 0 };
  IpHeader ip;
  View payload;
  if (wire_ip_parse (packet, &ip, &payload) != DROP_NONE)
    return sight;
  sight.source.address = ip.source;
  sight.destination.address = ip.destination;
  sight.protocol = ip.protocol;
  if (ip.fragment_offset > 0)
    return sight;
  bool may_have_ports =
      ip.protocol == PROTOCOL_TCP || ip.protocol == PROTOCOL_UDP;
  if (may_have_ports && payload.length >= WIRE_UDP_HEADER)
    look_at_ports (&sight, payload);
  else if (ip.protocol == PROTOCOL_ICMP && payload.length > 0)
    sight.from_responder = payload.bytes[0] == ICMP_ECHO_REPLY;
  else if (ip.protocol == PROTOCOL_ICMPV6 && payload.length > 0)
    sight.from_responder = payload.bytes[0] == ICMPV6_ECHO_REPLY;
  return sight;
}

static FlowKey
key_sorted (uint8_t protocol, const Endpoint *a, const Endpoint *b)
{
  if (endpoint_compare (a, b) <= 0)
    return (FlowKey){ { *a, *b }, protocol };
  return (FlowKey){ { *b, *a }, protocol };
}

static FlowKey
key_of (const Sight *sight)
{
  if (sight->has_ports)
    return key_sorted (sight->protocol, &sight->source, &sight->destination);
  if (sight->from_responder)
    return (FlowKey){ { sight->destination, sight->source }, sight->protocol };
  return (FlowKey){ { sight->source, sight->destination }, sight->protocol };
}

static unsigned
next_k (FlowTable *table, const Flow *flow)
{
  FlowKey family = { { flow->initiator, flow->responder }, flow->protocol };
  family.ends[0].port = 0;
  gpointer last = g_hash_table_lookup (table->families, &family);
  unsigned k = GPOINTER_TO_UINT (last) + 1;
  g_hash_table_insert (table->families, g_memdup2 (&family, sizeof family),
                       GUINT_TO_POINTER (k));
  return k;
}

static uint64_t
identity_of (const Flow *flow)
{
  FlowKey family = { { flow->initiator, flow->responder }, flow->protocol };
  family.ends[0].port = 0;
  uint8_t bytes[KEY_BYTES + 4];
  key_bytes (&family, bytes);
  for (int i = 0; i < 4; i++)
    bytes[KEY_BYTES + i] = (uint8_t) (flow->k >> 8 * i);
  return hash_bytes (&flow_hash_key, bytes, sizeof bytes);
}

static void
append_end (GString *name,
            const FlowTable *table,
            const Endpoint *end,
            bool with_port)
{
  const char *host =
      table->namer != NULL ? table->namer (table->data, &end->address) : NULL;
  char text[ENDPOINT_TEXT_MAX];
  if (host != NULL)
    g_string_append (name, host);
  else if (with_port)
    g_string_append (name, endpoint_format (end, text));
  else
    g_string_append (name, address_format (&end->address, text));
  if (host != NULL && with_port)
    g_string_append_printf (name, ":%u", end->port);
}

static void
append_protocol (GString *name, uint8_t protocol)
{
  switch (protocol)
    {
    case PROTOCOL_TCP:
      g_string_append (name, "tcp");
      break;
    case PROTOCOL_UDP:
      g_string_append (name, "udp");
      break;
    case PROTOCOL_ICMP:
      g_string_append (name, "icmp");
      break;
    case PROTOCOL_ICMPV6:
      g_string_append (name, "icmpv6");
      break;
    default:
      g_string_append_printf (name, "ip-%u", protocol);
    }
}

/* A flow whose ports were used before has its k in the name. */
static char *
name_of (const FlowTable *table,
         const Flow *flow,
         bool has_ports,
         bool is_reused)
{
  GString *name = g_string_new (NULL);
  append_protocol (name, flow->protocol);
  g_string_append_c (name, ' ');
  append_end (name, table, &flow->initiator, has_ports);
  g_string_append_c (name, '>');
  append_end (name, table, &flow->responder, has_ports);
  if (is_reused)
    g_string_append_printf (name, " #%u", flow->k);
  return g_string_free (name, FALSE);
}

static Flow *
add_flow (FlowTable *table, const Sight *sight, const FlowKey *key)
{
  FlowEntry *entry = g_new0 (FlowEntry, 1);
  Flow *flow = &entry->flow;
  entry->key = *key;
  flow->index = table->flows->len;
  flow->protocol = sight->protocol;
  flow->initiator = sight->from_responder ? sight->destination : sight->source;
  flow->responder = sight->from_responder ? sight->source : sight->destination;
  flow->k = next_k (table, flow);
  flow->identity = identity_of (flow);
  bool is_reused = g_hash_table_contains (table->newest, key);
  flow->name = name_of (table, flow, sight->has_ports, is_reused);
  g_ptr_array_add (table->flows, entry);
  g_hash_table_replace (table->newest, &entry->key, entry);
  return flow;
}

static bool
is_from_initiator (const Flow *flow, const Sight *sight)
{
  if (!sight->has_ports)
    return !sight->from_responder;
  return endpoint_compare (&flow->initiator, &sight->source) == 0;
}

/* A SYN from the responder alone is a simultaneous open (RFC 9293 3.5). */
static bool
begins_anew (const Flow *flow, const Sight *sight, bool forward)
{
  if (!sight->is_syn || sight->is_ack)
    return false;
  if (forward)
    return flow->has_isn && flow->isn != sight->sequence;
  return flow->has_isn_peer && flow->isn_peer != sight->sequence;
}

static void
learn_isn (Flow *flow, const Sight *sight, bool forward)
{
  if (forward && !flow->has_isn)
    {
      flow->isn = sight->sequence;
      flow->has_isn = true;
    }
  else if (!forward && !flow->has_isn_peer)
    {
      flow->isn_peer = sight->sequence;
      flow->has_isn_peer = true;
    }
}

Flow *
flow_table_classify (FlowTable *table,
                     const uint8_t *packet,
                     size_t length,
                     bool *forward)
{
  Sight sight = look ((View){ packet, length });
  FlowKey key = key_of (&sight);
  Flow *flow = g_hash_table_lookup (table->newest, &key);
  if (flow == NULL
      || begins_anew (flow, &sight, is_from_initiator (flow, &sight)))
    flow = add_flow (table, &sight, &key);
  *forward = is_from_initiator (flow, &sight);
  if (sight.is_syn)
    learn_isn (flow, &sight, *forward);
  return flow;
}

Flow *
flow_table_find (const FlowTable *table,
                 uint8_t protocol,
                 const Endpoint *a,
                 const Endpoint *b)
{
  FlowKey sorted = key_sorted (protocol, a, b);
  FlowKey reversed = { { sorted.ends[1], sorted.ends[0] }, protocol };
  Flow *flow = g_hash_table_lookup (table->newest, &sorted);
  Flow *other = g_hash_table_lookup (table->newest, &reversed);
  if (flow == NULL || (other != NULL && other->index > flow->index))
    return other;
  return flow;
}

Flow *
flow_table_open (FlowTable *table,
                 uint8_t protocol,
                 const Endpoint *initiator,
                 const Endpoint *responder)
{
  Sight sight = { .source = *initiator,
                  .destination = *responder,
                  .protocol = protocol,
                  .has_ports = true };
  FlowKey key = key_of (&sight);
  Flow *flow = g_hash_table_lookup (table->newest, &key);
  return flow != NULL ? flow : add_flow (table, &sight, &key);
}

unsigned
flow_table_count (const FlowTable *table)
{
  return table->flows->len;
}

Flow *
flow_table_nth (const FlowTable *table, unsigned index)
{
  return g_ptr_array_index (table->flows, index);
}
