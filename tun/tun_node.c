// SPDX-License-Identifier: MIT
#include "tun/tun_node.h"

#include "stack/wire_ip.h"
#include "tun/tun.h"
#include <errno.h>

#define READS_AT_ONCE 64 /* then the other sources have their turn */

typedef struct TunNode TunNode;

typedef struct
{
  LiveSource source;
  TunNode *node;
  unsigned interface;
} Device;

struct TunNode
{
  Node node;
  Live *live;
  uint64_t ignored;
  uint8_t buffer[TUN_PACKET_MAX];
  unsigned count;
  Device devices[];
};

static bool
is_for_scenario (const Network *network, const uint8_t *bytes, size_t length)
{
  IpHeader header;
  View packet = { bytes, length }, payload;
  return wire_ip_parse (packet, &header, &payload) == DROP_NONE
         && g_hash_table_contains (network->names, &header.destination);
}

static void
take (Device *device, size_t length)
{
  TunNode *tun = device->node;
  Network *network = tun->node.network;
  if (device->interface >= tun->node.out->len
      || !is_for_scenario (network, tun->buffer, length))
    {
      tun->ignored++;
      return;
    }
  Packet *packet = packet_new (tun->buffer, length);
  packet->id = network_next_packet (network);
  node_send (&tun->node, device->interface, packet, network->sim.now, NULL);
}

/* Each packet gets the time at which it is read. */
static void
device_ready (void *owner, Time now)
{
  Device *device = owner;
  TunNode *tun = device->node;
  for (unsigned i = 0; i < READS_AT_ONCE; i++)
    {
      ssize_t length =
          tun_read (device->source.file, tun->buffer, sizeof tun->buffer);
      if (length < 0)
        live_unwatch (tun->live, &device->source);
      if (length <= 0)
        return;
      live_advance (tun->live);
      take (device, (size_t) length);
    }
}

static const char *
refusal_word (int error)
{
  switch (error)
    {
    case EINVAL:
      return drop_cause_name (DROP_MALFORMED);
    case ENOBUFS:
    case ENOMEM:
      return drop_cause_name (DROP_BUFFER);
    default:
      return "down"; /* the device */
    }
}

static void
tun_node_receive (Node *node, unsigned interface, Packet *packet, Time now)
{
  TunNode *tun = (TunNode *) node;
  if (!tun_write (tun->devices[interface].source.file, packet->bytes,
                  packet->length))
    {
      Event dropped = { .type = EVENT_DROPPED,
                        .at = now,
                        .host = node->name,
                        .packet = packet,
                        .flow = packet->flow,
                        .cause = refusal_word (errno) };
      network_emit (node->network, &dropped);
    }
  packet_free (packet);
}

static void
tun_node_free (Node *node)
{
  TunNode *tun = (TunNode *) node;
  for (unsigned i = 0; i < tun->count; i++)
    live_unwatch (tun->live, &tun->devices[i].source);
  g_free (tun);
}

static const NodeClass TUN_NODE_CLASS = { .receive = tun_node_receive,
                                          .free = tun_node_free };

Node *
tun_node_new (Network *network,
              const char *name,
              Live *live,
              const int *tuns,
              unsigned count)
{
  TunNode *tun = g_malloc0 (sizeof *tun + count * sizeof tun->devices[0]);
  tun->node.class = &TUN_NODE_CLASS;
  tun->node.name = g_strdup (name);
  tun->live = live;
  tun->count = count;
  network_add_node (network, &tun->node);
  for (unsigned i = 0; i < count; i++)
    {
      Device *device = &tun->devices[i];
      *device = (Device){
        .source = { .file = tuns[i], .ready = device_ready, .owner = device },
        .node = tun,
        .interface = i
      };
      live_watch (live, &device->source);
    }
  return &tun->node;
}

void
tun_node_report (Node *node, Time now)
{
  TunNode *tun = (TunNode *) node;
  if (tun->ignored == 0)
    return;
  Event counter = { .type = EVENT_COUNTER, .at = now, .host = node->name };
  event_add_number (&counter, "ignored", (int64_t) tun->ignored);
  network_emit (node->network, &counter);
}
