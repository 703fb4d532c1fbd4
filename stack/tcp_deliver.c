// SPDX-License-Identifier: MIT
/* Whose segment is it? A connection's, or else a listener's, of which it may
 * make a connection; or nobody's. */
#include "stack/socket_port.h"
#include "stack/tcp_incoming.h"

static Socket *
find_connection (const Arrival *arrival, const TcpHeader *header)
{
  Endpoint local = { arrival->ip.destination, header->destination_port };
  Endpoint remote = { arrival->ip.source, header->source_port };

  return socket_table_find_flow (arrival->stack, PROTOCOL_TCP, &local, &remote);
}

static Socket *
find_listener (const Arrival *arrival, const TcpHeader *header)
{
  Endpoint local = { arrival->ip.destination, header->destination_port };
  Endpoint remote = { arrival->ip.source, header->source_port };

  return socket_port_find (arrival->stack, PROTOCOL_TCP, &local, &remote);
}

/* True: it is one of a connection that is there now. */
static bool
to_listener (const Arrival *arrival, const TcpHeader *header, size_t length)
{
  Socket *socket = find_listener (arrival, header);

  if (socket != NULL)
    return tcp_listen_input (socket->tcp, arrival, header);
  stack_drop (arrival, DROP_NO_SOCKET);
  tcp_outbox_refuse (arrival, header, length);
  return false;
}

static bool
reopens (const Incoming *in)
{
  const Socket *listener;

  if (in->tcp->state != TCP_TIME_WAIT)
    return false;
  listener = find_listener (in->arrival, in->header);
  return listener != NULL
         && tcp_reopen_may (in, listener->settings.tcp.timestamps);
}

/* Our numbers go on above those of the old connection, too (RFC 9293 MAY-2):
 * it may have been faster than the clock that they come from. */
static void
reopen (const Incoming *in)
{
  Tcp *old = in->tcp;
  uint32_t nxt = old->send.iss + (uint32_t) old->sent.nxt;
  Socket *socket;

  tcp_state_closed (old);
  to_listener (in->arrival, in->header, in->payload.length);
  socket = find_connection (in->arrival, in->header);
  if (socket != NULL)
    tcp_iss_choose_above (socket->tcp, in->arrival->now, nxt);
}

void
tcp_deliver (const Arrival *arrival, View segment)
{
  TcpHeader header;
  Incoming in = { .arrival = arrival, .header = &header };
  Socket *socket;
  DropCause cause =
      wire_tcp_parse (&arrival->ip, segment, &header, &in.payload);

  if (cause != DROP_NONE)
    {
      stack_drop (arrival, cause);
      return;
    }
  socket = find_connection (arrival, &header);
  if (socket == NULL || socket->tcp->state == TCP_CLOSED)
    {
      if (!to_listener (arrival, &header, in.payload.length))
        return;
      socket = find_connection (arrival, &header);
    }
  in.tcp = socket->tcp;
  in.start = tcp_receive_unwrap (&in.tcp->receive, header.sequence);
  if (reopens (&in))
    {
      reopen (&in);
      return;
    }
  tcp_input (&in);
}
