// SPDX-License-Identifier: MIT
/* The eleven states of RFC 9293 3.3.2 and every way from one to the next that
 * a close takes. The opening ones are made where the SYNs are handled
 * (tcp_input.c, tcp_listen.c), through tcp_state_set like all others.
 *
 *   ESTABLISHED -- our FIN sent --> FIN-WAIT-1 -- acked --> FIN-WAIT-2
 *        |                            | peer's FIN             | peer's FIN
 *   peer's FIN                     CLOSING -- acked -----> TIME-WAIT
 *        v                                                     | 2 MSL
 *   CLOSE-WAIT -- our FIN sent --> LAST-ACK -- acked ------> CLOSED
 */
#include "stack/tcp.h"

#include <errno.h>

void
tcp_state_set (Tcp *tcp, TcpState state)
{
  TcpState from = tcp->state;

  if (from == state)
    return;
  tcp->state = state;
  tcp_metrics_mark (tcp);
  stack_notice_state (tcp->socket, from, state);
  stack_socket_changed (tcp->socket);
}

void
tcp_state_ready (Tcp *tcp)
{
  if (tcp->ready || tcp->state == TCP_CLOSED)
    return;
  tcp->ready = true;
  g_queue_push_tail_link (&tcp->stack->ready, &tcp->ready_link);
}

bool
tcp_state_is_synchronized (TcpState state)
{
  return state >= TCP_ESTABLISHED;
}

bool
tcp_state_can_send (TcpState state)
{
  return state == TCP_ESTABLISHED || state == TCP_CLOSE_WAIT;
}

void
tcp_state_fin_sent (Tcp *tcp)
{
  if (tcp->state == TCP_ESTABLISHED || tcp->state == TCP_SYN_RECEIVED)
    tcp_state_set (tcp, TCP_FIN_WAIT_1);
  else if (tcp->state == TCP_CLOSE_WAIT)
    tcp_state_set (tcp, TCP_LAST_ACK);
}

/* Oldest first out when there are too many; the record keeps no buffers. */
static void
enter_time_wait (Tcp *tcp, Time now)
{
  Stack *stack = tcp->stack;

  if (stack->time_wait.length >= stack->config.time_wait_max)
    {
      stack->counters[STACK_COUNTER_TIME_WAIT_EVICTED]++;
      if (stack->time_wait.head != NULL)
        tcp_state_closed (stack->time_wait.head->data);
    }
  tcp_sent_clear (&tcp->sent);
  ring_release (&tcp->send.ring);
  tcp->timers.retransmit = TIME_NEVER;
  tcp->timers.loss = TIME_NEVER;
  tcp->timers.persist = TIME_NEVER;
  tcp->timers.state = now + 2 * stack->config.msl;
  g_queue_push_tail_link (&stack->time_wait, &tcp->time_wait_link);
  tcp_state_set (tcp, TCP_TIME_WAIT);
}

void
tcp_state_fin_acknowledged (Tcp *tcp, Time now)
{
  if (tcp->state == TCP_FIN_WAIT_1)
    {
      /* All is delivered: SO_LINGER is done. */
      tcp->timers.state = TIME_NEVER;
      tcp_state_set (tcp, TCP_FIN_WAIT_2);
    }
  else if (tcp->state == TCP_CLOSING)
    enter_time_wait (tcp, now);
  else if (tcp->state == TCP_LAST_ACK)
    tcp_state_closed (tcp);
}

void
tcp_state_fin_received (Tcp *tcp, Time now)
{
  if (tcp->state == TCP_ESTABLISHED || tcp->state == TCP_SYN_RECEIVED)
    tcp_state_set (tcp, TCP_CLOSE_WAIT);
  else if (tcp->state == TCP_FIN_WAIT_1)
    tcp_state_set (tcp, TCP_CLOSING);
  else if (tcp->state == TCP_FIN_WAIT_2)
    enter_time_wait (tcp, now);
  stack_socket_changed (tcp->socket);
}

/* Nothing is sent any more; what was received may still be read. */
static void
stop (Tcp *tcp)
{
  Stack *stack = tcp->stack;

  tcp_timer_stop (tcp);
  if (tcp->ready)
    g_queue_unlink (&stack->ready, &tcp->ready_link);
  tcp->ready = false;
  if (tcp->state == TCP_TIME_WAIT)
    g_queue_unlink (&stack->time_wait, &tcp->time_wait_link);
  tcp_listen_forget (tcp);
  if (tcp->listen != NULL)
    tcp_listen_close (tcp);
  tcp_sent_clear (&tcp->sent);
  ring_release (&tcp->send.ring);
  socket_table_leave_flow (tcp->socket);
  tcp_state_set (tcp, TCP_CLOSED);
}

void
tcp_free (Tcp *tcp)
{
  tcp_metrics_free (tcp);
  tcp_receive_clear (&tcp->receive);
  ring_clear (&tcp->send.ring);
  tcp_sent_clear (&tcp->sent);
  g_free (tcp->listen);
  g_free (tcp);
}

void
tcp_state_closed (Tcp *tcp)
{
  Socket *socket = tcp->socket;

  stop (tcp);
  if (socket->open)
    return;
  socket_table_remove (socket);
  g_queue_push_tail_link (&tcp->stack->dead, &tcp->ready_link);
}

void
tcp_state_fail (Tcp *tcp, int error)
{
  tcp->socket->error = error;
  stack_socket_changed (tcp->socket);
  tcp_listen_lose (tcp);
  tcp_state_closed (tcp);
}

void
tcp_state_check (const Tcp *tcp)
{
  const TcpSent *sent = &tcp->sent;
  const TcpReceive *receive = &tcp->receive;
  int64_t end = tcp->send.end + (tcp->send.fin_queued ? 1 : 0);

  if (!tcp_state_is_synchronized (tcp->state))
    return;
  g_assert (sent->una <= sent->nxt && sent->nxt <= end);
  g_assert (sent->lost >= 0 && sent->sacked >= 0 && tcp_sent_pipe (sent) >= 0);
  g_assert ((sent->count > 0) == (sent->una < sent->nxt));
  g_assert (tcp->timers.loss == TIME_NEVER
            || tcp->timers.retransmit != TIME_NEVER);
  g_assert (receive->nxt <= receive->edge);
  g_assert (receive->ring.base <= receive->nxt);
  g_assert (tcp->cc.cwnd >= tcp->cc.mss);
}
