// SPDX-License-Identifier: MIT
/* What is said once and by nobody's turn: what no connection could say again
 * waits in the outbox. */
#include "stack/tcp.h"

#include "stack/ip.h"

static void
put_alone (Stack *stack,
           const IpHeader *ip,
           const TcpHeader *header,
           int socket,
           uint64_t caused_by)
{
  uint8_t *segment;
  OutboxPacket *packet =
      ip_outbox_add (stack, ip, wire_tcp_header_size (header), &segment);

  if (packet == NULL)
    return;
  packet->socket = socket;
  packet->caused_by = caused_by;
  wire_tcp_emit (ip, header, 0, 0, segment);
}

void
tcp_outbox_answer (const Arrival *arrival,
                   const TcpHeader *header,
                   const Socket *listener)
{
  IpHeader ip = ip_header (arrival->stack, &arrival->ip.destination,
                           &arrival->ip.source, PROTOCOL_TCP);
  Endpoint local = { ip.source, header->source_port };
  Endpoint remote = { ip.destination, header->destination_port };

  ip.hop_limit = socket_hop_limit (listener, &ip.destination);
  ip.traffic_class = tcp_traffic_class (listener);
  ip.flow_label = socket_table_flow_label (&arrival->stack->sockets,
                                           PROTOCOL_TCP, &local, &remote);
  if (ip.hop_limit > 0)
    put_alone (arrival->stack, &ip, header, -1, arrival->in->id);
}

/* Sequence number as the peer expects it: its own ACK, or else an ACK of all
 * that it sent (RFC 9293 3.10.7.1). */
void
tcp_outbox_refuse (const Arrival *arrival,
                   const TcpHeader *header,
                   size_t length)
{
  IpHeader ip = ip_header (arrival->stack, &arrival->ip.destination,
                           &arrival->ip.source, PROTOCOL_TCP);
  TcpHeader reset = { .source_port = header->destination_port,
                      .destination_port = header->source_port,
                      .flags = TCP_RST };

  if ((header->flags & TCP_RST) != 0)
    return;
  if ((header->flags & TCP_ACK) != 0)
    reset.sequence = header->acknowledgment;
  else
    {
      reset.flags |= TCP_ACK;
      reset.acknowledgment = header->sequence + (uint32_t) length
                             + ((header->flags & TCP_SYN) != 0)
                             + ((header->flags & TCP_FIN) != 0);
    }
  put_alone (arrival->stack, &ip, &reset, -1, arrival->in->id);
}

void
tcp_outbox_reset (Tcp *tcp)
{
  const Socket *socket = tcp->socket;
  IpHeader ip = ip_header (tcp->stack, &socket->local.address,
                           &socket->remote.address, PROTOCOL_TCP);
  TcpHeader reset = { .source_port = socket->local.port,
                      .destination_port = socket->remote.port,
                      .sequence = tcp->send.iss + (uint32_t) tcp->sent.nxt,
                      .acknowledgment =
                          tcp->receive.irs + (uint32_t) tcp->receive.nxt,
                      .flags = TCP_RST | TCP_ACK };

  if (tcp->agreed.timestamps)
    tcp_timestamps_repeat (&tcp->timestamps, &reset);
  ip.hop_limit = socket_hop_limit (socket, &ip.destination);
  ip.traffic_class = tcp_traffic_class (socket);
  ip.flow_label = socket->flow_label;
  if (ip.hop_limit > 0)
    put_alone (tcp->stack, &ip, &reset, socket->handle, tcp->trigger);
}
