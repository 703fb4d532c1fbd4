// SPDX-License-Identifier: MIT
/* How large a segment does the path take? The smaller of what was agreed with
 * the peer and what path_mtu knows; looked up again only when that table has
 * changed. When the answer shrinks, what is in flight and too large is lost
 * for certain, and no sign of congestion (RFC 1191 6.4, RFC 8201 5.4). */
#include "stack/tcp.h"

#include "stack/ip.h"
#include "stack/path_mtu.h"

void
tcp_path_agree (Tcp *tcp, int64_t mss)
{
  tcp->send.mss_agreed = mss;
  tcp->send.mss = mss;
  tcp->send.path_version = UINT64_MAX;
  tcp_path_update (tcp, 0);
}

void
tcp_path_update (Tcp *tcp, uint64_t by)
{
  const Address *remote = &tcp->socket->remote.address;
  uint64_t version = path_mtu_version (tcp->stack);
  int64_t old = tcp->send.mss, mtu;

  if (tcp->send.path_version == version)
    return;
  tcp->send.path_version = version;
  mtu = path_mtu_get (tcp->stack, tcp->interface, remote);
  tcp->send.mss =
      MIN (tcp->send.mss_agreed,
           mtu - (int64_t) ip_header_size (remote) - WIRE_TCP_HEADER);
  tcp->cc.mss = tcp->send.mss;
  tcp->cc.cwnd = MAX (tcp->cc.cwnd, tcp->cc.mss);
  if (tcp->send.mss < old)
    tcp_loss_on_too_big (&tcp->loss, &tcp->sent, tcp->send.mss, tcp->send.end,
                         by);
}

void
tcp_path_told (Tcp *tcp, uint64_t by)
{
  tcp_path_update (tcp, by);
  tcp_state_ready (tcp);
}
