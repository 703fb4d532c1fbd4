// SPDX-License-Identifier: MIT
#include "stack/tcp.h"

#include <errno.h>

void
tcp_timer_init (Tcp *tcp)
{
  tcp->timers = (TcpTimers){ .retransmit = TIME_NEVER,
                             .persist = TIME_NEVER,
                             .delayed_ack = TIME_NEVER,
                             .pace = TIME_NEVER,
                             .state = TIME_NEVER };
}

static Time
earliest (const TcpTimers *timers)
{
  return MIN (MIN (MIN (timers->retransmit, timers->persist),
                   MIN (timers->delayed_ack, timers->state)),
              timers->pace);
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
  Time at = earliest (&tcp->timers);

  count_busy (tcp);
  if (at == TIME_NEVER && !timer_is_set (&tcp->timers.timer))
    return;
  if (!timer_is_set (&tcp->timers.timer) || at < tcp->timers.timer.at)
    timer_queue_set (&tcp->stack->timers, &tcp->timers.timer, at);
}

void
tcp_timer_stop (Tcp *tcp)
{
  timer_queue_remove (&tcp->stack->timers, &tcp->timers.timer);
  tcp_timer_init (tcp);
  count_busy (tcp);
}

/* RFC 9293 3.8.3: R2 for a connection, at least three minutes for a SYN. */
static bool
has_waited_too_long (const Tcp *tcp, Time now)
{
  const StackConfig *config = &tcp->stack->config;
  const TcpSettings *settings = tcp_settings (tcp);

  if (tcp->state == TCP_SYN_SENT || tcp->state == TCP_SYN_RECEIVED)
    return config->syn_give_up > 0 && now - tcp->opened >= config->syn_give_up;
  return settings->r2 > 0 && tcp->loss.timeouts >= settings->r2;
}

/* A closed window is no congestion: only the probe goes again. */
static void
on_retransmit (Tcp *tcp, Time now)
{
  tcp->timers.retransmit = TIME_NEVER;
  if (tcp->sent.count == 0)
    return;
  if (tcp->send.wnd == 0 && tcp_state_is_synchronized (tcp->state))
    {
      tcp->loss.timeouts++;
      tcp->loss.repair_now = true;
      tcp_sent_lose_first (&tcp->sent, REPAIR_PROBE, 0);
    }
  else
    {
      TcpAck ack = { .now = now,
                     .una = tcp->sent.una,
                     .nxt = tcp->sent.nxt,
                     .flight = tcp->sent.nxt - tcp->sent.una,
                     .in_flight = tcp_sent_pipe (&tcp->sent),
                     .srtt = tcp->rtt.srtt,
                     .rtt = -1 };

      tcp_loss_on_timeout (&tcp->loss, &tcp->sent, &tcp->cc, &ack);
    }
  tcp_rtt_back_off (&tcp->rtt);
  /* tcp_output arms it again when the segment leaves. */
  tcp->timers.retransmit = now + tcp_rtt_timeout (&tcp->rtt);
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
  if (timers->retransmit <= now && has_waited_too_long (tcp, now))
    {
      tcp_state_fail (tcp, tcp->soft_error != 0 ? tcp->soft_error : ETIMEDOUT);
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
  if (timers->retransmit <= now)
    on_retransmit (tcp, now);
  tcp_timer_update (tcp);
}
