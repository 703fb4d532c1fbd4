// SPDX-License-Identifier: MIT
#include "sim/network.h"
#include "sim/link.h"
#include "stack/address.h"
#include <string.h>

static guint
address_hash (gconstpointer key)
{
  const Address *address = key;
  guint hash = 5381;
  for (size_t i = 0; i < sizeof address->bytes; i++)
    hash = hash * 33 + address->bytes[i];
  return hash;
}

static gboolean
is_same_address (gconstpointer a, gconstpointer b)
{
  return address_equal (a, b);
}

static const char *
name_address (void *data, const Address *address)
{
  const Network *network = data;
  const Node *node = g_hash_table_lookup (network->names, address);
  return node != NULL ? node->name : NULL;
}

Network *
network_new (uint64_t seed)
{
  Network *network = g_new0 (Network, 1);
  sim_init (&network->sim);
  network->key = random_key_root (seed);
  network->flows = flow_table_new (name_address, network);
  network->nodes = g_ptr_array_new ();
  network->links = g_ptr_array_new ();
  network->sinks = g_array_new (FALSE, FALSE, sizeof (EventSink));
  network->names =
      g_hash_table_new_full (address_hash, is_same_address, g_free, NULL);
  return network;
}

static void
node_free (Node *node)
{
  char *name = node->name;
  GPtrArray *out = node->out;
  if (node->class->free != NULL)
    node->class->free (node);
  else
    g_free (node);
  g_ptr_array_unref (out);
  g_free (name);
}

void
network_free (Network *network)
{
  for (guint i = 0; i < network->nodes->len; i++)
    node_free (g_ptr_array_index (network->nodes, i));
  for (guint i = 0; i < network->links->len; i++)
    link_free (g_ptr_array_index (network->links, i));
  g_ptr_array_unref (network->nodes);
  g_ptr_array_unref (network->links);
  g_array_unref (network->sinks);
  g_hash_table_unref (network->names);
  flow_table_free (network->flows);
  sim_clear (&network->sim);
  g_free (network);
}

void
network_add_sink (Network *network, EventSink sink)
{
  g_array_append_val (network->sinks, sink);
  network->wants_calls = network->wants_calls || sink.wants_calls;
  network->wants_metrics = network->wants_metrics || sink.wants_metrics;
}

void
network_emit (Network *network, const Event *event)
{
  for (guint i = 0; i < network->sinks->len; i++)
    {
      EventSink *sink = &g_array_index (network->sinks, EventSink, i);
      sink->event (sink->self, event);
    }
}

void
network_add_node (Network *network, Node *node)
{
  node->network = network;
  node->index = network->nodes->len;
  node->out = g_ptr_array_new ();
  g_ptr_array_add (network->nodes, node);
}

Node *
network_find_node (const Network *network, const char *name)
{
  for (guint i = 0; i < network->nodes->len; i++)
    {
      Node *node = g_ptr_array_index (network->nodes, i);
      if (strcmp (node->name, name) == 0)
        return node;
    }
  return NULL;
}

void
network_name_address (Network *network,
                      const Address *address,
                      const Node *node)
{
  g_hash_table_insert (network->names, g_memdup2 (address, sizeof *address),
                       (gpointer) node);
}

uint64_t
network_next_packet (Network *network)
{
  return ++network->packets;
}

void
node_send (Node *node,
           unsigned interface,
           Packet *packet,
           Time now,
           Event *retransmitted)
{
  g_assert (interface < node->out->len);
  Link *link = g_ptr_array_index (node->out, interface);
  if (packet->flow == NULL)
    packet->flow = flow_table_classify (node->network->flows, packet->bytes,
                                        packet->length, &packet->forward);
  Event sent = { .type = EVENT_SENT, .host = node->name };
  event_add_number (&sent, "size", packet->length);
  if (packet->of != 0)
    event_add_number (&sent, "of", (int64_t) packet->of);
  link_emit (link, packet, &sent);
  if (retransmitted != NULL)
    link_emit (link, packet, retransmitted);
  link_send (link, packet, now);
}

bool
network_quiet (const Network *network)
{
  if (network->in_transit > 0)
    return false;
  for (guint i = 0; i < network->nodes->len; i++)
    {
      const Node *node = g_ptr_array_index (network->nodes, i);
      if (node->class->busy != NULL && node->class->busy (node))
        return false;
    }
  return true;
}
