// SPDX-License-Identifier: MIT
/* When must something happen, and what then? The deadlines of TcpTimers as one
 * node in the stack's queue. What an expiry means is the parts' to say; the
 * order here is that of weight: the end of the record, news of a loss, giving
 * up, then what only lets something leave. */
#include "stack/tcp.h"

#include <errno.h>

void
tcp_timer_init (Tcp *tcp)
{
  tcp->timers = (TcpTimers){ .retransmit = TIME_NEVER,
                             .loss = TIME_NEVER,
                             .persist = TIME_NEVER,
                             .delayed_ack = TIME_NEVER,
                             .pace = TIME_NEVER,
                             .state = TIME_NEVER,
                             .keep_alive = TIME_NEVER };
}

/* RFC 8985 8: LOSS stands in for RETRANSMIT while it is armed. */
static Time
guard_of (const TcpTimers *timers)
{
  return timers->loss != TIME_NEVER ? timers->loss : timers->retransmit;
}

static Time
earliest (const TcpTimers *timers)
{
  Time soon = MIN (MIN (guard_of (timers), timers->persist),
                   MIN (timers->delayed_ack, timers->pace));

  return MIN (soon, MIN (timers->state, timers->keep_alive));
}

static void
count_busy (Tcp *tcp)
{
  const TcpTimers *timers = &tcp->timers;
  bool busy = timers->retransmit != TIME_NEVER || timers->persist != TIME_NEVER
              || timers->delayed_ack != TIME_NEVER
              || timers->pace != TIME_NEVER;

  if (busy == tcp->busy)
    return;
  tcp->busy = busy;
  tcp->stack->busy += busy ? 1u : -1u;
}

void
tcp_timer_update (Tcp *tcp)
{
  TcpTimers *timers = &tcp->timers;
  Time at;

  if (timers->retransmit != TIME_NEVER)
    timers->retransmit = MIN (timers->retransmit, tcp_patience_deadline (tcp));
  at = earliest (timers);
  count_busy (tcp);
  if (at == TIME_NEVER && !timer_is_set (&timers->timer))
    return;
  if (!timer_is_set (&timers->timer) || at < timers->timer.at)
    timer_queue_set (&tcp->stack->timers, &timers->timer, at);
}

void
tcp_timer_stop (Tcp *tcp)
{
  timer_queue_remove (&tcp->stack->timers, &tcp->timers.timer);
  tcp_timer_init (tcp);
  count_busy (tcp);
}

void
tcp_timer_start (Tcp *tcp, Time now)
{
  tcp->timers.retransmit = now + tcp_rtt_timeout (&tcp->rtt);
  tcp->timers.persist = TIME_NEVER;
}

/* The timer of a probe never runs longer than RFC 6298's (RFC 8985 7.2). */
void
tcp_timer_guard (Tcp *tcp, Time now)
{
  TcpTimers *timers = &tcp->timers;

  timers->loss = TIME_NEVER;
  if (tcp->loss.rack.deadline != 0)
    timers->loss = tcp->loss.rack.deadline;
  else if (tcp_loss_may_probe (&tcp->loss, &tcp->sent) && tcp->send.wnd > 0)
    timers->loss =
        MIN (timers->retransmit,
             now + tcp_tlp_timeout (tcp->rtt.srtt, tcp->sent.count == 1));
}

/* A closed window is no congestion: only the probe goes again. */
static void
on_retransmit (Tcp *tcp, Time now)
{
  TcpAck ack = tcp_ack_of_timer (tcp, now);

  tcp->timers.retransmit = TIME_NEVER;
  if (tcp->sent.count == 0)
    return;
  if (tcp->send.wnd == 0 && tcp_state_is_synchronized (tcp->state))
    {
      tcp->loss.timeouts++;
      tcp->loss.repair_now = true;
      tcp_sent_forget_blocks (&tcp->sent);
      tcp_sent_lose_first (&tcp->sent, REPAIR_PROBE, 0);
    }
  else
    tcp_loss_on_timeout (&tcp->loss, &tcp->sent, &tcp->cc, &ack);
  tcp_path_on_timeout (tcp);
  tcp_patience_try (tcp);
  tcp_rtt_back_off (&tcp->rtt);
  /* tcp_output arms it again when the segment leaves. */
  tcp_timer_start (tcp, now);
  tcp_state_ready (tcp);
}

/* Whatever follows from it, the retransmission timer takes over. */
static void
on_loss (Tcp *tcp, Time now)
{
  TcpAck ack = tcp_ack_of_timer (tcp, now);

  tcp->timers.loss = TIME_NEVER;
  tcp_timer_start (tcp, now);
  if (tcp->loss.rack.deadline == 0)
    tcp->loss.tlp.due = true;
  else
    {
      tcp_loss_on_reordering (&tcp->loss, &tcp->sent, &tcp->cc, &ack);
      tcp_timer_guard (tcp, now);
    }
  tcp_state_ready (tcp);
}

/* The wait is over: 2 MSL or an orphan's FIN-WAIT-2, or else SO_LINGER, and
 * then what is not delivered never will be. */
static void
on_state (Tcp *tcp)
{
  tcp->timers.state = TIME_NEVER;
  if (tcp->state == TCP_FIN_WAIT_2 || tcp->state == TCP_TIME_WAIT)
    tcp_state_closed (tcp);
  else
    tcp_abort (tcp);
}

/* Nobody answers. Perhaps somebody said why. */
static void
time_out (Tcp *tcp)
{
  tcp_state_fail (tcp, tcp->soft_error != 0 ? tcp->soft_error : ETIMEDOUT);
}

void
tcp_timer_expire (Tcp *tcp, Time now)
{
  TcpTimers *timers = &tcp->timers;

  timer_queue_remove (&tcp->stack->timers, &timers->timer);
  if (timers->state <= now)
    {
      on_state (tcp);
      return;
    }
  if (timers->loss <= now)
    on_loss (tcp, now);
  if ((guard_of (timers) <= now && tcp_patience_is_over (tcp, now))
      || (timers->keep_alive <= now && !tcp_keepalive_expire (tcp, now)))
    {
      time_out (tcp);
      return;
    }
  if (timers->delayed_ack <= now)
    {
      timers->delayed_ack = TIME_NEVER;
      tcp->receive.ack_now = true;
      tcp_state_ready (tcp);
    }
  if (timers->pace <= now)
    {
      timers->pace = TIME_NEVER;
      tcp_state_ready (tcp);
    }
  if (timers->persist <= now)
    {
      timers->persist = TIME_NEVER;
      tcp->send.force = true;
      tcp_state_ready (tcp);
    }
  if (guard_of (timers) <= now)
    on_retransmit (tcp, now);
  tcp_timer_update (tcp);
}
