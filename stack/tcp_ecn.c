// SPDX-License-Identifier: MIT
#include "stack/tcp_ecn.h"

#include "stack/tcp.h"

#define SETUP (TCP_ECE | TCP_CWR)

/* An offer may be what keeps a SYN from arriving: the third goes without. */
#define OFFERS_MAX 2

void
tcp_ecn_offer (TcpAgreed *agreed, const TcpSettings *settings, bool active)
{
  agreed->ecn =
      active ? settings->ecn == TCP_ECN_ON : settings->ecn != TCP_ECN_OFF;
}

/* Both flags are reflected by peers that know none of them (6.1.1.2). */
void
tcp_ecn_agree (TcpAgreed *agreed, const TcpHeader *syn)
{
  uint8_t expected = (syn->flags & TCP_ACK) != 0 ? TCP_ECE : SETUP;

  if ((syn->flags & SETUP) != expected)
    agreed->ecn = false;
}

bool
tcp_ecn_refused (Tcp *tcp)
{
  bool offered = tcp->agreed.ecn;

  tcp->agreed.ecn = false;
  return offered;
}

void
tcp_ecn_put_syn (Tcp *tcp, TcpHeader *syn)
{
  if (tcp->state != TCP_SYN_SENT)
    {
      syn->flags |= tcp->agreed.ecn ? TCP_ECE : 0;
      return;
    }
  if (tcp->ecn.offers == OFFERS_MAX)
    tcp->agreed.ecn = false;
  if (!tcp->agreed.ecn)
    return;
  tcp->ecn.offers++;
  syn->flags |= SETUP;
}

/* For whatever reason: the peer must be told (6.1.2). */
static void
look_at_window (Tcp *tcp)
{
  TcpEcnState *ecn = &tcp->ecn;

  ecn->reduced = ecn->reduced || tcp->cc.cwnd < ecn->cwnd;
  ecn->cwnd = tcp->cc.cwnd;
}

void
tcp_ecn_put (Tcp *tcp, bool fresh, int64_t end, TcpHeader *header, IpHeader *ip)
{
  TcpEcnState *ecn = &tcp->ecn;

  if (!tcp->agreed.ecn || (header->flags & TCP_SYN) != 0)
    return;
  look_at_window (tcp);
  header->flags |= ecn->echo ? TCP_ECE : 0;
  if (!fresh)
    return;
  ip->traffic_class |= IP_ECN_CAPABLE_0;
  if (!ecn->reduced)
    return;
  header->flags |= TCP_CWR;
  ecn->reduced = false;
  ecn->confirmed = end;
}

/* CWR is about earlier marks, so it comes first (6.1.3). The news of a mark
 * does not wait for a second segment, which may need it to be sent. */
void
tcp_ecn_take (Tcp *tcp, unsigned codepoint, const TcpHeader *header)
{
  TcpEcnState *ecn = &tcp->ecn;

  if (!tcp->agreed.ecn)
    return;
  if ((header->flags & TCP_CWR) != 0)
    ecn->echo = false;
  if (codepoint != IP_ECN_MARKED)
    return;
  tcp->receive.ack_now = tcp->receive.ack_now || !ecn->echo;
  ecn->echo = true;
}

/* One segment is the least window; from there on the rate falls by the timer,
 * twice as long each time (6.1.2, RFC 9438 4.6). */
static void
wait_longer (Tcp *tcp, Time now)
{
  TcpEcnState *ecn = &tcp->ecn;
  Time wait = tcp_rtt_timeout (&tcp->rtt);

  for (unsigned i = 0; i < ecn->waits && wait < tcp->rtt.max; i++)
    wait *= 2;
  ecn->wait_until = now + MIN (wait, tcp->rtt.max);
  ecn->waits++;
}

/* While losses are repaired the window is reduced already, unless the
 * algorithm owns it. */
void
tcp_ecn_on_ack (Tcp *tcp, const TcpAck *ack)
{
  TcpEcnState *ecn = &tcp->ecn;
  bool least = tcp->cc.cwnd <= tcp->cc.mss;
  bool repairs =
      tcp->loss.episode != TCP_EPISODE_CALM && !tcp->cc.class->owns_window;

  if (!ack->ece)
    {
      if (ack->acked > 0)
        ecn->waits = 0;
      return;
    }
  look_at_window (tcp);
  if (ecn->reduced || tcp->sent.una < ecn->confirmed || repairs)
    return;
  tcp->cc.class->on_congestion (&tcp->cc, ack, TCP_SIGN_ECN);
  ecn->reduced = true;
  if (least)
    wait_longer (tcp, ack->now);
}

bool
tcp_ecn_allows (Tcp *tcp, Time now)
{
  if (tcp->ecn.waits == 0 || now >= tcp->ecn.wait_until)
    return true;
  tcp->timers.pace = tcp->ecn.wait_until;
  return false;
}
