// SPDX-License-Identifier: MIT
#include "stack/tcp_keepalive.h"

#include "stack/tcp.h"

void
tcp_keepalive_hear (Tcp *tcp, Time now)
{
  tcp->keep_alive = (TcpKeepAlive){ .heard = now };
}

/* What is in flight has a timer of its own, and so has what waits. */
static bool
is_wanted (const Tcp *tcp)
{
  return tcp_settings (tcp)->keep_alive
         && (tcp->state == TCP_ESTABLISHED || tcp->state == TCP_CLOSE_WAIT
             || tcp->state == TCP_FIN_WAIT_2)
         && tcp->sent.una == tcp->sent.nxt && !tcp_output_has_unsent (tcp);
}

void
tcp_keepalive_arm (Tcp *tcp)
{
  const TcpSettings *settings = tcp_settings (tcp);
  const TcpKeepAlive *alive = &tcp->keep_alive;

  if (!is_wanted (tcp))
    tcp->timers.keep_alive = TIME_NEVER;
  else if (alive->unanswered == 0)
    tcp->timers.keep_alive = alive->heard + settings->keep_idle;
  else
    tcp->timers.keep_alive = alive->asked + settings->keep_interval;
}

static bool
is_given_up (const Tcp *tcp, Time now)
{
  const TcpSettings *settings = tcp_settings (tcp);
  const TcpKeepAlive *alive = &tcp->keep_alive;

  if (settings->user_timeout > 0 && alive->unanswered > 0)
    return now - alive->heard >= settings->user_timeout;
  return alive->unanswered >= settings->keep_count;
}

bool
tcp_keepalive_expire (Tcp *tcp, Time now)
{
  TcpKeepAlive *alive = &tcp->keep_alive;

  tcp->timers.keep_alive = TIME_NEVER;
  if (!is_wanted (tcp))
    return true;
  if (is_given_up (tcp, now))
    return false;
  alive->unanswered++;
  alive->asked = now;
  alive->due = true;
  tcp_state_ready (tcp);
  return true;
}
