// SPDX-License-Identifier: MIT
#include "tests/swarm/watch.h"

#include "stack/wire_icmp.h"
#include "stack/wire_tcp.h"

static bool
is_after (uint32_t a, uint32_t b)
{
  return (int32_t) (a - b) > 0;
}

static void
judge (Watch *watch, const TcpHeader *header, size_t length, bool forward)
{
  WatchSide *side = &watch->sides[forward ? 0 : 1];
  WatchSide *other = &watch->sides[forward ? 1 : 0];
  uint32_t end = header->sequence + (uint32_t) length
                 + ((header->flags & TCP_SYN) != 0)
                 + ((header->flags & TCP_FIN) != 0);
  uint32_t edge = header->acknowledgment + header->window;

  if (!side->seen || is_after (end, side->sent_to))
    side->sent_to = end;
  side->seen = true;
  if (header->has_mss)
    side->mss = header->mss;
  if (other->mss > 0 && length > other->mss)
    watch->too_large++;
  if ((header->flags & TCP_ACK) == 0 || (header->flags & TCP_RST) != 0)
    return;
  if (!other->seen || is_after (header->acknowledgment, other->sent_to))
    watch->ack_unsent++;
  if (side->has_edge && is_after (side->right_edge, edge))
    watch->edge_left++;
  side->right_edge = edge;
  side->has_edge = true;
}

/* An IPv6 header has no checksum, so a corrupted one may earn an ICMP error.
 * False: neither that nor a segment. */
static bool
judge_payload (Watch *watch, const IpHeader *ip, View payload, bool forward)
{
  TcpHeader header;
  IcmpHeader icmp;
  View inner;

  if (ip->protocol == PROTOCOL_ICMPV6)
    return wire_icmp_parse (ip, payload, &icmp, &inner) == DROP_NONE
           && icmp.type < ICMPV6_ECHO_REQUEST;
  if (ip->protocol != PROTOCOL_TCP
      || wire_tcp_parse (ip, payload, &header, &inner) != DROP_NONE)
    return false;
  judge (watch, &header, inner.length, forward);
  return true;
}

static void
on_event (void *self, const Event *event)
{
  Watch *watch = self;
  const Packet *packet = event->packet;
  IpHeader ip;
  View payload;

  if (event->type != EVENT_SENT)
    return;
  watch->packets++;
  if (wire_ip_parse ((View){ packet->bytes, packet->length }, &ip, &payload)
          != DROP_NONE
      || !judge_payload (watch, &ip, payload, packet->forward))
    watch->malformed++;
}

EventSink
watch_sink (Watch *watch)
{
  return (EventSink){ .event = on_event, .self = watch };
}
