// SPDX-License-Identifier: MIT
/* How large a segment does the path take? The smaller of what was agreed with
 * the peer and what path_mtu knows; looked up again only when that table has
 * changed. When the answer shrinks, what is in flight and too large is lost
 * for certain, and no sign of congestion (RFC 1191 6.4, RFC 8201 5.4). */
#include "stack/tcp.h"

#include "stack/ip.h"
#include "stack/path_mtu.h"
#include "stack/route.h"

static int64_t
what_fits (const Tcp *tcp)
{
  const Address *remote = &tcp->socket->remote.address;
  int64_t mtu = path_mtu_get (tcp->stack, tcp->interface, remote);

  return MIN (tcp->send.mss_agreed,
              mtu - (int64_t) ip_header_size (remote) - WIRE_TCP_HEADER)
         - tcp_options_size (&tcp->agreed);
}

static void
set_mss (Tcp *tcp, int64_t mss)
{
  tcp->send.mss = mss;
  tcp->cc.mss = mss;
  tcp->cc.cwnd = MAX (tcp->cc.cwnd, mss);
}

int64_t
tcp_path_largest (const Tcp *tcp)
{
  const Address *remote = &tcp->socket->remote.address;
  int64_t mss = (int64_t) ip_payload_max (tcp->stack, tcp->interface, remote)
                - WIRE_TCP_HEADER;
  unsigned most = tcp_settings (tcp)->mss_max;

  return most > 0 ? MIN (mss, (int64_t) most) : mss;
}

void
tcp_path_agree (Tcp *tcp, int64_t mss)
{
  tcp->send.mss_agreed = mss;
  tcp->send.mss = mss;
  tcp->send.path_version = UINT64_MAX;
  tcp_path_update (tcp, 0);
}

void
tcp_path_lower (Tcp *tcp)
{
  if (tcp->send.mss_agreed == 0)
    return;
  tcp->send.mss_agreed = MIN (tcp->send.mss_agreed, tcp_path_largest (tcp));
  set_mss (tcp, what_fits (tcp));
}

void
tcp_path_update (Tcp *tcp, uint64_t by)
{
  uint64_t version = path_mtu_version (tcp->stack);
  int64_t old = tcp->send.mss;

  if (tcp->send.path_version == version)
    return;
  tcp->send.path_version = version;
  set_mss (tcp, what_fits (tcp));
  if (tcp->send.mss < old)
    tcp_loss_on_too_big (&tcp->loss, &tcp->sent, tcp->send.mss, tcp->send.end,
                         by);
}

void
tcp_path_recheck (Tcp *tcp)
{
  route_find_interface (tcp->stack, &tcp->socket->remote.address,
                        &tcp->interface);
  tcp->send.path_version = UINT64_MAX;
  tcp_path_update (tcp, 0);
}

void
tcp_path_told (Tcp *tcp, uint64_t by)
{
  tcp_path_update (tcp, by);
  tcp_state_ready (tcp);
}
