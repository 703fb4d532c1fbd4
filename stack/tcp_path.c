// SPDX-License-Identifier: MIT
/* How large a segment does the path take? The smallest of what was agreed with
 * the peer, what path_mtu knows and what tcp_probe found out; looked up again
 * only when one of these has changed. When the answer shrinks, what is in
 * flight and too large is lost for certain, and no sign of congestion (RFC
 * 1191 6.4, RFC 8201 5.4). */
#include "stack/tcp.h"

#include "stack/address.h"
#include "stack/ip.h"
#include "stack/path_mtu.h"
#include "stack/route.h"

/* So many segments behind a probe tell that it is lost. */
#define PROBE_FOLLOWERS 3

static int64_t
headers (const Tcp *tcp)
{
  return (int64_t) ip_header_size (&tcp->socket->remote.address)
         + WIRE_TCP_HEADER;
}

static void
fit (Tcp *tcp)
{
  TcpSend *send = &tcp->send;
  int64_t low = tcp->loss.probe.low, mss;
  int64_t mtu =
      path_mtu_get (tcp->stack, tcp->interface, &tcp->socket->remote.address);

  send->path_low = low;
  send->mss_path = MIN (send->mss_agreed, mtu - headers (tcp));
  mss = low > 0 ? MIN (send->mss_path, low) : send->mss_path;
  mss -= tcp_options_size (&tcp->agreed);
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
  fit (tcp);
}

void
tcp_path_update (Tcp *tcp, uint64_t by)
{
  uint64_t version = path_mtu_version (tcp->stack);
  int64_t old = tcp->send.mss;

  if (tcp->send.path_version == version
      && tcp->send.path_low == tcp->loss.probe.low)
    return;
  tcp->send.path_version = version;
  fit (tcp);
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

/* Without DF nothing is learnt: routers cut what is too large. */
static bool
may_search (const Tcp *tcp)
{
  return tcp_settings (tcp)->path_probing
         && tcp->stack->config.path_mtu_discovery;
}

/* The timer has reduced cwnd to one segment, if the window is not closed; more
 * does not follow. */
void
tcp_path_on_timeout (Tcp *tcp)
{
  const TcpSegment *first = tcp_sent_first (&tcp->sent);
  int64_t options = tcp_options_size (&tcp->agreed), data;
  bool one = tcp->cc.cwnd == tcp->send.mss;

  if (!may_search (tcp) || tcp->sent.una == 0)
    return;
  data = MIN (first->end, tcp->send.end) - first->start;
  if (!tcp_probe_on_timeout (&tcp->loss.probe, data + options,
                             tcp->loss.timeouts, headers (tcp),
                             address_is_ipv4 (&tcp->socket->remote.address)))
    return;
  fit (tcp);
  if (one)
    tcp->cc.cwnd = tcp->send.mss;
  tcp_sent_lose_larger (&tcp->sent, tcp->send.mss, tcp->send.end,
                        REPAIR_TOO_BIG, 0);
}

/* Is this a moment for a probe? Only if its loss is not taken for another's,
 * nor another's for its own. */
static bool
is_quiet (const Tcp *tcp)
{
  const TcpLoss *loss = &tcp->loss;

  return loss->episode == TCP_EPISODE_CALM && !loss->tlp.due
         && tcp->sent.lost == 0 && tcp->sent.sacked == 0
         && loss->newreno.duplicates == 0 && tcp->sent.una >= loss->recover
         && !tcp->send.force;
}

/* RFC 4821 7.4: with all that follows it fits into the windows, as soon as
 * what is in flight has left them. */
int64_t
tcp_path_probe (Tcp *tcp, Time now)
{
  const TcpSend *send = &tcp->send;
  int64_t data, all;

  if (G_LIKELY (tcp->loss.probe.low == 0) || !may_search (tcp)
      || !is_quiet (tcp))
    return 0;
  data = tcp_probe_next (&tcp->loss.probe, send->mss_path, now)
         - tcp_options_size (&tcp->agreed);
  all = data + PROBE_FOLLOWERS * send->mss;
  return data > send->mss && send->end - tcp->sent.nxt >= all
                 && MIN (tcp->cc.cwnd, send->wnd) >= all
             ? data
             : 0;
}

void
tcp_path_sent (Tcp *tcp, int64_t start, int64_t end)
{
  if (G_UNLIKELY (MIN (end, tcp->send.end) - start > tcp->send.mss))
    tcp_probe_on_send (&tcp->loss.probe, start, end);
}
