// SPDX-License-Identifier: MIT
#include "stack/tcp.h"

#include "stack/address.h"
#include "stack/route.h"

#include <errno.h>
#include <sys/socket.h>

Tcp *
tcp_new (Socket *socket)
{
  const StackConfig *config = &socket->stack->config;
  Tcp *tcp = g_new0 (Tcp, 1);

  tcp->stack = socket->stack;
  tcp->socket = socket;
  tcp->ready_link.data = tcp;
  tcp->sibling_link.data = tcp;
  tcp->time_wait_link.data = tcp;
  tcp->send.end = 1;
  tcp->send.buffer = config->send_buffer;
  tcp->send.buffer_max = config->send_buffer;
  if (config->send_buffer == 0)
    {
      tcp->send.buffer_max = config->send_buffer_max;
      tcp->send.buffer = MIN (config->send_buffer_min, tcp->send.buffer_max);
    }
  ring_init (&tcp->send.ring, 1, tcp->send.buffer_max);
  tcp_receive_init (&tcp->receive, config->receive_buffer, config->ranges_max);
  tcp_sent_init (&tcp->sent, config->ranges_max);
  tcp->send.ring.budget = &socket->stack->rings;
  tcp->receive.ring.budget = &socket->stack->rings;
  tcp_timer_init (tcp);
  tcp_info_init (&tcp->counters);
  tcp_rtt_init (&tcp->rtt, config->rto_initial, config->rto_min,
                config->rto_max);
  return tcp;
}

void
tcp_set_receive_buffer (Tcp *tcp, size_t size)
{
  tcp_receive_set_buffer (&tcp->receive, size);
}

void
tcp_set_send_buffer (Tcp *tcp, size_t size)
{
  tcp->send.buffer = size;
  tcp->send.buffer_max = size;
  tcp->send.ring.limit = MAX (tcp->send.ring.limit, size);
}

Tcp *
tcp_new_like (Socket *socket, const Tcp *model)
{
  Tcp *tcp = tcp_new (socket);

  tcp_set_send_buffer (tcp, model->send.buffer_max);
  tcp->send.buffer = model->send.buffer;
  tcp_set_receive_buffer (tcp, model->receive.buffer);
  return tcp;
}

void
tcp_start_cc (Tcp *tcp, unsigned initial_window)
{
  tcp_cc_init (&tcp->cc, tcp_cc_class (tcp_settings (tcp)->congestion),
               tcp->send.mss, initial_window);
  tcp->cc.luck =
      hash_bytes (&tcp->stack->luck_key, &tcp->socket->key, FLOW_KEY_BYTES);
  tcp->cc.srtt = tcp->rtt.srtt;
}

void
tcp_change_cc (Tcp *tcp)
{
  const TcpCcClass *class = tcp_cc_class (tcp_settings (tcp)->congestion);

  if (tcp->cc.class == NULL || tcp->cc.class == class)
    return;
  tcp_cc_change (&tcp->cc, class);
  tcp_undo_forget (&tcp->loss.undo);
}

void
tcp_prepare (Tcp *tcp)
{
  Stack *stack = tcp->stack;
  const Address *remote = &tcp->socket->remote.address;
  bool routed = route_find_interface (stack, remote, &tcp->interface);

  g_assert (routed);
  tcp_options_offer (&tcp->agreed, tcp_settings (tcp), tcp->receive.buffer);
  tcp_ecn_offer (&tcp->agreed, tcp_settings (tcp), tcp->active);
  tcp_path_agree (tcp, tcp_path_largest (tcp));
  tcp_start_cc (tcp, tcp_settings (tcp)->initial_window);
}

/* Once offered, it stays (the edge of a stream that has not begun). */
int64_t
tcp_syn_window (const Tcp *tcp)
{
  if (tcp->state == TCP_SYN_SENT && tcp->receive.edge > 0)
    return tcp->receive.edge - 1;
  return MIN ((int64_t) tcp->receive.buffer, UINT16_MAX);
}

/* RFC 9293 3.7.1. The window of a SYN is never scaled. */
void
tcp_take_syn (Tcp *tcp, const TcpHeader *header, Time now)
{
  bool ipv4 = address_is_ipv4 (&tcp->socket->remote.address);
  int64_t mss = ipv4 ? TCP_MSS_DEFAULT_IPV4 : TCP_MSS_DEFAULT_IPV6;

  if (header->has_mss)
    mss = MAX (header->mss, TCP_MSS_MIN);
  tcp_options_agree (&tcp->agreed, header);
  tcp_ecn_agree (&tcp->agreed, header);
  if (tcp->agreed.timestamps)
    tcp_timestamps_start (&tcp->timestamps, header->timestamp, now);
  tcp_path_agree (tcp, MIN (tcp->send.mss_agreed, mss));
  tcp_start_cc (tcp, tcp_settings (tcp)->initial_window);
  tcp_receive_start (&tcp->receive, header->sequence, tcp_path_largest (tcp),
                     tcp->active ? tcp_syn_window (tcp) : 0);
  tcp->send.wnd = header->window;
  tcp->send.wnd_max = header->window;
  tcp->send.wl1 = 0;
  tcp->send.wl2 = 0;
}

int
tcp_may_connect (const Tcp *tcp)
{
  if (tcp->state == TCP_LISTEN)
    return -EOPNOTSUPP;
  if (tcp->state == TCP_SYN_SENT || tcp->state == TCP_SYN_RECEIVED)
    return -EALREADY;
  return tcp->state != TCP_CLOSED || tcp->send.has_iss ? -EISCONN : 0;
}

int
tcp_connect (Tcp *tcp, const Endpoint *remote)
{
  Socket *socket = tcp->socket;

  socket->remote = *remote;
  if (!socket_table_enter_flow (socket))
    return -EADDRNOTAVAIL;
  tcp->active = true;
  tcp_prepare (tcp);
  tcp_state_set (tcp, TCP_SYN_SENT);
  tcp_state_ready (tcp);
  return -EINPROGRESS;
}

bool
tcp_has_failed (const Tcp *tcp)
{
  return tcp->state == TCP_CLOSED && tcp->active && tcp->sent.una == 0;
}

static size_t
send_room (const Tcp *tcp)
{
  size_t held = (size_t) (tcp->send.end - tcp->send.ring.base);

  return tcp->send.buffer > held ? tcp->send.buffer - held : 0;
}

/* As Linux: a third of the buffer, so that a bulk sender is not woken for
 * every ACK. */
bool
tcp_has_room (const Tcp *tcp)
{
  return send_room (tcp) >= tcp->send.buffer / 3;
}

/* One congestion window is in flight, another waits, so that the network never
 * waits for the application; more would only be memory. A recovery still needs
 * what the window was before, so it does not shrink. */
void
tcp_make_room (Tcp *tcp, bool had_room)
{
  TcpSend *send = &tcp->send;
  uint64_t wanted = 2 * (uint64_t) tcp->cc.cwnd;

  send->buffer = CLAMP (wanted, send->buffer, send->buffer_max);
  if ((send->wants_room || !had_room) && tcp_has_room (tcp))
    stack_socket_changed (tcp->socket);
}

ssize_t
tcp_send (Tcp *tcp, const void *bytes, size_t length)
{
  size_t room = send_room (tcp), taken = MIN (length, room);

  if (tcp->socket->error != 0)
    return -socket_take_error (tcp->socket);
  if (tcp->state == TCP_SYN_SENT || tcp->state == TCP_SYN_RECEIVED)
    return -EAGAIN;
  if (tcp->state == TCP_LISTEN
      || (tcp->state == TCP_CLOSED && !tcp->send.has_iss))
    return -ENOTCONN;
  if (!tcp_state_can_send (tcp->state) || tcp->send.fin_queued)
    return -EPIPE;
  tcp->send.wants_room = taken < length;
  if (length > 0 && taken == 0)
    return -EAGAIN;
  if (!ring_reserve (&tcp->send.ring, tcp->send.end + (int64_t) taken))
    {
      tcp->stack->counters[STACK_COUNTER_MEMORY_FULL]++;
      return -ENOBUFS;
    }
  if (taken > 0)
    {
      ring_write (&tcp->send.ring, tcp->send.end, bytes, taken);
      tcp->send.end += (int64_t) taken;
      tcp_state_ready (tcp);
    }
  return (ssize_t) taken;
}

/* Does MSG_WAITALL make sense still? Not when the window is closed: nothing
 * more comes until something is read. */
static bool
more_may_come (const Tcp *tcp)
{
  return !tcp->receive.ended && tcp->state != TCP_CLOSED
         && tcp->receive.edge > tcp->receive.nxt;
}

ssize_t
tcp_readable (Tcp *tcp, size_t size, bool all)
{
  size_t queue = tcp_receive_queue (&tcp->receive);

  if (tcp->state == TCP_LISTEN
      || (tcp->state == TCP_CLOSED && !tcp->send.has_iss
          && tcp->socket->error == 0))
    return -ENOTCONN;
  if (tcp->reading_over)
    return 0;
  if (all && queue < size && more_may_come (tcp))
    return -EAGAIN;
  if (queue > 0 && size > 0)
    return (ssize_t) MIN (queue, size);
  if (tcp->socket->error != 0)
    return -socket_take_error (tcp->socket);
  if (tcp->receive.ended || tcp->state == TCP_CLOSED)
    return 0;
  return size == 0 ? 0 : -EAGAIN;
}

void
tcp_consume (Tcp *tcp, size_t length)
{
  tcp_receive_consume (&tcp->receive, length);
  if (!tcp_receive_update_is_due (&tcp->receive, tcp->send.mss,
                                  tcp->agreed.receive_shift))
    return;
  tcp->receive.ack_now = true;
  tcp_state_ready (tcp);
}

int
tcp_shutdown (Tcp *tcp, int how)
{
  if (tcp->state == TCP_CLOSED || tcp->state == TCP_LISTEN
      || tcp->state == TCP_SYN_SENT)
    return -ENOTCONN;
  if (how != SHUT_WR)
    {
      tcp->reading_over = true;
      stack_socket_changed (tcp->socket);
    }
  if (how != SHUT_RD && !tcp->send.fin_queued)
    {
      tcp->send.fin_queued = true;
      tcp_state_ready (tcp);
    }
  return 0;
}

/* The peer may hold state: say that ours is gone (RFC 9293 3.10.5). */
void
tcp_abort (Tcp *tcp)
{
  tcp->socket->open = false;
  if (tcp_state_is_synchronized (tcp->state) && tcp->state != TCP_TIME_WAIT)
    tcp_outbox_reset (tcp);
  else if (tcp->state == TCP_SYN_RECEIVED && tcp->send.has_iss)
    tcp_outbox_reset (tcp);
  tcp_state_closed (tcp);
}

void
tcp_close (Tcp *tcp)
{
  bool unread = tcp_receive_queue (&tcp->receive) > 0;
  bool at_once = tcp->socket->settings.linger_s == 0;

  tcp->socket->open = false;
  if (tcp->state == TCP_CLOSED || tcp->state == TCP_LISTEN
      || tcp->state == TCP_SYN_SENT)
    tcp_state_closed (tcp);
  /* Data that nobody will read was not delivered: say so (SHLD-3). */
  else if ((unread || at_once) && tcp->state != TCP_TIME_WAIT)
    tcp_abort (tcp);
  else
    {
      tcp->send.fin_queued = true;
      tcp_state_ready (tcp);
    }
}

unsigned
tcp_poll (const Tcp *tcp)
{
  unsigned poll = 0;
  bool over =
      (tcp->state == TCP_CLOSED && tcp->listen == NULL && tcp->send.has_iss)
      || (tcp->receive.ended && tcp->send.fin_queued);

  if (tcp->state == TCP_LISTEN)
    return tcp->listen->accepted.length > 0 || tcp->listen->aborted > 0
               ? SOCKET_READABLE
               : 0;
  if (tcp_receive_queue (&tcp->receive) > 0 || tcp->reading_over)
    poll |= SOCKET_READABLE;
  if (tcp->receive.ended)
    poll |= SOCKET_READABLE | SOCKET_PEER_ENDED;
  if (tcp_state_can_send (tcp->state) && !tcp->send.fin_queued
      && tcp_has_room (tcp))
    poll |= SOCKET_WRITABLE;
  if (over)
    poll |= SOCKET_HANGUP | SOCKET_READABLE | SOCKET_WRITABLE;
  if (tcp_urgent_left (tcp) > 0)
    poll |= SOCKET_URGENT;
  if (tcp->socket->error != 0)
    poll |= SOCKET_ERROR | SOCKET_READABLE | SOCKET_WRITABLE;
  return poll;
}
