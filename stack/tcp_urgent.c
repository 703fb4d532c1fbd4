// SPDX-License-Identifier: MIT
#include "stack/tcp_urgent.h"

#include "stack/tcp.h"

void
tcp_urgent_hear (Tcp *tcp, int64_t pointer)
{
  if (pointer <= tcp->urgent.received || pointer <= tcp->receive.ring.base)
    return;
  tcp->urgent.received = pointer;
  stack_socket_changed (tcp->socket);
}

int64_t
tcp_urgent_left (const Tcp *tcp)
{
  const TcpReceive *receive = &tcp->receive;
  int64_t end = tcp->urgent.received;

  if (receive->ended)
    end = MIN (end, receive->fin);
  return MAX (end - receive->ring.base, 0);
}

void
tcp_urgent_send (Tcp *tcp)
{
  tcp->urgent.sent = tcp->send.end;
  tcp->receive.ack_now = true;
  tcp_state_ready (tcp);
}

void
tcp_urgent_put (const Tcp *tcp, int64_t start, TcpHeader *header)
{
  int64_t pointer = tcp->urgent.sent;

  if (pointer <= start || pointer <= tcp->sent.una)
    return;
  header->flags |= TCP_URG;
  header->urgent = (uint16_t) MIN (pointer - start, UINT16_MAX);
}
