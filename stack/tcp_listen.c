// SPDX-License-Identifier: MIT
/* Half-open connections. A SYN makes an embryo: a connection in SYN-RECEIVED
 * without buffers, counted against the backlog until the application accepts
 * it. It answers the peer by itself (tcp_output); when the handshake is
 * complete it moves to the accept queue. */
#include "stack/tcp.h"

#include "stack/address.h"
#include "stack/route.h"
#include "stack/socket_port.h"
#include "stack/tcp_cookie.h"

#include <errno.h>

bool
tcp_may_listen (const Tcp *tcp)
{
  return (tcp->state == TCP_CLOSED || tcp->state == TCP_LISTEN)
         && !tcp->send.has_iss;
}

void
tcp_listen (Tcp *tcp, int backlog)
{
  unsigned max = tcp->stack->config.backlog_max;

  if (tcp->listen == NULL)
    tcp->listen = g_new0 (TcpListen, 1);
  tcp->listen->backlog = CLAMP ((unsigned) MAX (backlog, 1), 1, max);
  tcp_state_set (tcp, TCP_LISTEN);
}

Tcp *
tcp_accept (Tcp *listener)
{
  GList *link = g_queue_peek_head_link (&listener->listen->accepted);
  Tcp *tcp;

  if (link == NULL)
    return NULL;
  tcp = link->data;
  tcp_listen_forget (tcp);
  tcp->socket->open = true;
  /* What came before is news to the application. */
  stack_socket_changed (tcp->socket);
  return tcp;
}

static GQueue *
queue_of (const Tcp *tcp)
{
  TcpListen *listen = tcp->listener->listen;

  return tcp->state == TCP_SYN_RECEIVED ? &listen->embryos : &listen->accepted;
}

void
tcp_listen_forget (Tcp *tcp)
{
  if (tcp->listener == NULL)
    return;
  g_queue_unlink (queue_of (tcp), &tcp->sibling_link);
  tcp->listener = NULL;
}

void
tcp_listen_ready (Tcp *tcp)
{
  Tcp *listener = tcp->listener;

  if (listener == NULL)
    return;
  g_queue_unlink (&listener->listen->embryos, &tcp->sibling_link);
  g_queue_push_tail_link (&listener->listen->accepted, &tcp->sibling_link);
  stack_socket_changed (listener->socket);
}

void
tcp_listen_lose (Tcp *tcp)
{
  Tcp *listener = tcp->listener;

  if (listener == NULL || tcp->state == TCP_SYN_RECEIVED)
    return;
  listener->listen->aborted++;
  stack_socket_changed (listener->socket);
}

void
tcp_listen_close (Tcp *listener)
{
  GQueue *queues[] = { &listener->listen->embryos,
                       &listener->listen->accepted };

  for (unsigned i = 0; i < G_N_ELEMENTS (queues); i++)
    while (queues[i]->head != NULL)
      tcp_abort (queues[i]->head->data);
}

/* The application does not hold the embryo's socket: open is false. */
static Tcp *
embryo_new (Tcp *listener, const Arrival *arrival, const TcpHeader *header)
{
  Stack *stack = arrival->stack;
  Socket *parent = listener->socket;
  Socket *socket = socket_table_add (stack, parent->family, SOCKET_STREAM);
  Tcp *tcp;

  if (socket == NULL)
    return NULL;
  socket->open = false;
  socket->settings = parent->settings;
  socket->local.address = arrival->ip.destination;
  socket->local.port = header->destination_port;
  socket->remote.address = arrival->ip.source;
  socket->remote.port = header->source_port;
  tcp = socket->tcp = tcp_new_like (socket, listener);
  socket_port_share (socket, parent);
  socket_table_enter_flow (socket);
  return tcp;
}

/* A connection in SYN-RECEIVED, from the peer's SYN; NULL: dropped. */
static Tcp *
embryo_start (Tcp *listener, const Arrival *arrival, const TcpHeader *syn)
{
  Tcp *tcp = embryo_new (listener, arrival, syn);

  if (tcp == NULL)
    {
      stack_drop (arrival, DROP_LIMIT);
      return NULL;
    }
  tcp->listener = listener;
  tcp->opened = arrival->now;
  tcp->trigger = arrival->in->id;
  g_queue_push_tail_link (&listener->listen->embryos, &tcp->sibling_link);
  tcp_prepare (tcp);
  tcp_take_syn (tcp, syn, arrival->now);
  tcp_state_set (tcp, TCP_SYN_RECEIVED);
  tcp_state_ready (tcp);
  return tcp;
}

static bool
is_full (const Tcp *listener)
{
  return listener->listen->accepted.length >= listener->listen->backlog;
}

bool
tcp_listen_has_room (const Tcp *tcp)
{
  return tcp->listener == NULL || !is_full (tcp->listener);
}

/* There is no room to remember the SYN, but there will be for its ACK. */
static void
answer_by_cookie (Tcp *listener, const Arrival *arrival, const TcpHeader *syn)
{
  listener->listen->uses_cookies = true;
  listener->listen->cookies_until = arrival->now + TCP_COOKIE_LIFE;
  tcp_cookie_answer (listener, arrival, syn);
}

/* An ACK for a connection that nobody remembers. Guesses cost us a hash, and
 * that only while there is something to guess. */
static bool
take_cookie (Tcp *listener, const Arrival *arrival, const TcpHeader *ack)
{
  TcpListen *listen = listener->listen;
  TcpHeader syn;
  Tcp *tcp;

  listen->uses_cookies =
      listen->uses_cookies && arrival->now < listen->cookies_until;
  if (!listen->uses_cookies || !tcp_cookie_recall (arrival, ack, &syn))
    {
      tcp_outbox_refuse (arrival, ack, 0);
      stack_drop (arrival, DROP_NO_SOCKET);
      return false;
    }
  if (is_full (listener))
    {
      stack_drop (arrival, DROP_BACKLOG);
      return false;
    }
  tcp = embryo_start (listener, arrival, &syn);
  if (tcp == NULL)
    return false;
  tcp_iss_recall (tcp, arrival->now, ack->acknowledgment - 1);
  arrival->stack->counters[STACK_COUNTER_COOKIES_TAKEN]++;
  return true;
}

static void
accept_syn (Tcp *listener, const Arrival *arrival, const TcpHeader *header)
{
  TcpListen *listen = listener->listen;
  unsigned interface;

  if (!route_find_interface (arrival->stack, &arrival->ip.source, &interface))
    {
      /* No SYN-ACK would get there. */
      stack_drop (arrival, DROP_BAD_SOURCE);
      return;
    }
  if (listen->embryos.length + listen->accepted.length < listen->backlog)
    embryo_start (listener, arrival, header);
  else if (arrival->stack->config.syn_cookies && !is_full (listener))
    answer_by_cookie (listener, arrival, header);
  else
    stack_drop (arrival, DROP_BACKLOG);
}

/* RFC 9293 3.10.7.2, in its order. */
bool
tcp_listen_input (Tcp *listener,
                  const Arrival *arrival,
                  const TcpHeader *header)
{
  if ((header->flags & TCP_RST) != 0)
    stack_drop (arrival, DROP_SEQUENCE);
  else if ((header->flags & (TCP_ACK | TCP_SYN)) == TCP_ACK)
    return take_cookie (listener, arrival, header);
  else if ((header->flags & TCP_ACK) != 0)
    {
      tcp_outbox_refuse (arrival, header, 0);
      stack_drop (arrival, DROP_NO_SOCKET);
    }
  else if ((header->flags & TCP_SYN) != 0)
    accept_syn (listener, arrival, header);
  else
    stack_drop (arrival, DROP_SEQUENCE);
  return false;
}
