// SPDX-License-Identifier: MIT
#include "stack/tcp_patience.h"

#include "stack/tcp.h"

void
tcp_patience_start (Tcp *tcp, Time now)
{
  if (tcp->patience.waiting)
    return;
  tcp->patience = (TcpPatience){ .waiting = true, .since = now };
}

void
tcp_patience_reward (Tcp *tcp, Time now)
{
  tcp->patience.waiting = tcp->sent.count > 0;
  tcp->patience.since = now;
}

Time
tcp_patience_deadline (const Tcp *tcp)
{
  Time user_timeout = tcp_settings (tcp)->user_timeout;

  return user_timeout > 0 && tcp->patience.waiting
             ? tcp->patience.since + user_timeout
             : TIME_NEVER;
}

bool
tcp_patience_is_over (const Tcp *tcp, Time now)
{
  const TcpSettings *settings = tcp_settings (tcp);
  Time syn_give_up = tcp->stack->config.syn_give_up;

  if (settings->user_timeout > 0)
    return now >= tcp_patience_deadline (tcp);
  if (!tcp_state_is_synchronized (tcp->state))
    return syn_give_up > 0 && now - tcp->opened >= syn_give_up;
  return settings->r2 > 0 && tcp->loss.timeouts >= settings->r2;
}

bool
tcp_patience_is_troubled (const Tcp *tcp)
{
  unsigned r1 = tcp_settings (tcp)->r1;

  return r1 > 0 && tcp->loss.timeouts >= r1;
}

void
tcp_patience_try (Tcp *tcp)
{
  if (!tcp_patience_is_troubled (tcp)
      || tcp->loss.timeouts > tcp_settings (tcp)->r1)
    return;
  tcp->stack->counters[STACK_COUNTER_TROUBLED]++;
  tcp_path_recheck (tcp);
  stack_socket_changed (tcp->socket);
}
