// SPDX-License-Identifier: MIT
/* What do the numbers of a connection say, and have they changed since they
 * were told? Marking costs a bit and a place in a queue; only who asks pays for
 * looking. */
#include "stack/tcp.h"

typedef struct TcpMetrics
{
  StackMetrics told;
  bool marked; /* waits in stack->measured */
  GList link;
} TcpMetrics;

void
stack_measure (Stack *stack)
{
  stack->measures = true;
}

bool
stack_has_metrics (const Stack *stack)
{
  return stack->measured.head != NULL;
}

void
tcp_metrics_mark_now (Tcp *tcp)
{
  TcpMetrics *metrics = tcp->metrics;

  if (metrics == NULL)
    {
      metrics = tcp->metrics = g_new0 (TcpMetrics, 1);
      metrics->link.data = tcp;
    }
  if (metrics->marked)
    return;
  metrics->marked = true;
  g_queue_push_tail_link (&tcp->stack->measured, &metrics->link);
}

void
tcp_metrics_free (Tcp *tcp)
{
  if (tcp->metrics == NULL)
    return;
  if (tcp->metrics->marked)
    g_queue_unlink (&tcp->stack->measured, &tcp->metrics->link);
  g_free (tcp->metrics);
}

static StackMetrics
sample (const Tcp *tcp)
{
  return (StackMetrics){ .socket = tcp->socket->handle,
                         .state = tcp->state,
                         .local = tcp->socket->local,
                         .remote = tcp->socket->remote,
                         .cwnd = tcp->cc.cwnd,
                         .ssthresh = tcp->cc.ssthresh,
                         .in_flight = tcp_sent_pipe (&tcp->sent),
                         .send_window = tcp->send.wnd,
                         .pacing_rate = tcp_pacing_rate (tcp),
                         .srtt = tcp->rtt.srtt,
                         .rttvar = tcp->rtt.rttvar,
                         .rto = tcp_rtt_timeout (&tcp->rtt) };
}

static bool
is_same (const StackMetrics *a, const StackMetrics *b)
{
  return a->state == b->state && a->cwnd == b->cwnd
         && a->ssthresh == b->ssthresh && a->in_flight == b->in_flight
         && a->send_window == b->send_window && a->pacing_rate == b->pacing_rate
         && a->srtt == b->srtt && a->rttvar == b->rttvar && a->rto == b->rto;
}

/* A connection that is over, or a socket that is none yet, has no numbers. */
static bool
is_worth_telling (const Tcp *tcp)
{
  return tcp->state != TCP_CLOSED && tcp->state != TCP_LISTEN;
}

bool
stack_metrics (Stack *stack, StackMetrics *metrics)
{
  GList *link;

  while ((link = g_queue_pop_head_link (&stack->measured)) != NULL)
    {
      Tcp *tcp = link->data;

      tcp->metrics->marked = false;
      if (!is_worth_telling (tcp))
        continue;
      *metrics = sample (tcp);
      if (is_same (metrics, &tcp->metrics->told))
        continue;
      tcp->metrics->told = *metrics;
      return true;
    }
  return false;
}
