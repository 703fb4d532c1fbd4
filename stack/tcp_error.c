// SPDX-License-Identifier: MIT
/* What ICMP says about a connection. Errors are forged more easily than
 * segments, so they never end one that is synchronized (RFC 5927 5, against
 * RFC 9293 SHLD-26); they explain why it timed out. */
#include "stack/tcp.h"

bool
tcp_error_is_acceptable (const Tcp *tcp, uint32_t sequence)
{
  const TcpSent *sent = &tcp->sent;
  uint32_t una = tcp->send.iss + (uint32_t) sent->una;

  return sequence - una < (uint32_t) (sent->nxt - sent->una);
}

void
tcp_error_hard (Tcp *tcp, int error)
{
  if (tcp->state == TCP_SYN_SENT || tcp->state == TCP_SYN_RECEIVED)
    tcp_state_fail (tcp, error);
  else
    tcp_error_soft (tcp, error);
}

void
tcp_error_soft (Tcp *tcp, int error)
{
  tcp->soft_error = error;
  stack_socket_changed (tcp->socket);
}
