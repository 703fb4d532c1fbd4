// SPDX-License-Identifier: MIT
/* How is a segment written? Its flags, numbers and options as the connection
 * stands now, its bytes out of the ring, straight into the caller's buffer. */
#include "stack/tcp.h"

#include "stack/address.h"
#include "stack/checksum.h"
#include "stack/identification.h"
#include "stack/ip.h"

static void
set_syn_options (const Tcp *tcp, TcpHeader *header)
{
  header->has_mss = true;
  header->mss = (uint16_t) tcp_path_largest (tcp);
  tcp_options_put (&tcp->agreed, header);
}

/* The window of a SYN is never scaled (RFC 7323 2.2). */
static void
put_ack (Tcp *tcp, TcpHeader *header)
{
  unsigned shift =
      (header->flags & TCP_SYN) != 0 ? 0 : tcp->agreed.receive_shift;

  tcp->timers.delayed_ack = TIME_NEVER;
  header->flags |= TCP_ACK;
  header->acknowledgment = tcp->receive.irs + (uint32_t) tcp->receive.nxt;
  header->window = tcp_receive_offer (&tcp->receive, tcp->send.mss, shift);
}

/* What arrived beyond a hole or twice, as far as there is room behind LENGTH
 * bytes of data. */
static void
put_blocks (Tcp *tcp, TcpHeader *header, int64_t length)
{
  uint32_t irs = tcp->receive.irs;
  Range blocks[WIRE_TCP_SACK_MAX];
  unsigned most = tcp_options_blocks (&tcp->agreed, tcp->send.mss - length);

  header->sack_count = tcp_receive_report (&tcp->receive, blocks, most);
  for (unsigned i = 0; i < header->sack_count; i++)
    header->sack[i] = (TcpSackBlock){ irs + (uint32_t) blocks[i].start,
                                      irs + (uint32_t) blocks[i].end };
}

/* Flags and numbers for [start, end) of our stream; empty: a pure ACK. */
static TcpHeader
make_header (Tcp *tcp, int64_t start, int64_t end, Time now)
{
  const Socket *socket = tcp->socket;
  TcpHeader header = { .source_port = socket->local.port,
                       .destination_port = socket->remote.port,
                       .sequence = tcp->send.iss + (uint32_t) start };

  if (start == 0 && end > 0)
    {
      header.flags |= TCP_SYN;
      set_syn_options (tcp, &header);
      tcp_ecn_put_syn (tcp, &header);
    }
  if (end > start && end > tcp->send.end)
    header.flags |= TCP_FIN;
  if (end > start && end >= tcp->send.end && tcp->send.end > MAX (start, 1))
    header.flags |= TCP_PSH;
  if (tcp->state == TCP_SYN_SENT)
    {
      header.window = (uint16_t) tcp_syn_window (tcp);
      tcp->receive.edge = 1 + header.window;
    }
  else
    {
      put_ack (tcp, &header);
      tcp_urgent_put (tcp, start, &header);
    }
  if ((header.flags & TCP_SYN) == 0)
    put_blocks (tcp, &header, MIN (end, tcp->send.end) - start);
  if (tcp->agreed.timestamps)
    tcp_timestamps_put (&tcp->timestamps, &header, tcp->receive.nxt, now);
  return header;
}

size_t
tcp_emit (Tcp *tcp,
          int64_t start,
          int64_t end,
          Time now,
          uint8_t *buffer,
          StackOut *out)
{
  const Socket *socket = tcp->socket;
  IpHeader ip = ip_header (tcp->stack, &socket->local.address,
                           &socket->remote.address, PROTOCOL_TCP);
  TcpHeader header = make_header (tcp, start, end, now);
  int64_t from = MAX (start, 1), to = MIN (end, tcp->send.end);
  size_t length = to > from ? (size_t) (to - from) : 0;
  size_t ip_size = wire_ip_header_size (&ip);
  size_t tcp_size = wire_tcp_header_size (&header);
  bool fresh = length > 0 && start == tcp->sent.nxt && !tcp->send.force;
  uint64_t sum = 0;

  ip.hop_limit = socket_hop_limit (socket, &ip.destination);
  ip.traffic_class = tcp_traffic_class (socket);
  ip.flow_label = socket->flow_label;
  tcp_ecn_put (tcp, fresh, end, &header, &ip);
  if (length > 0)
    {
      ring_read (&tcp->send.ring, from, buffer + ip_size + tcp_size, length);
      sum = checksum_add (0, buffer + ip_size + tcp_size, length);
    }
  if (address_is_ipv4 (&ip.source) && !ip.dont_fragment)
    ip.identification = identification_next (tcp->stack, &ip);
  wire_ip_emit (&ip, tcp_size + length, buffer);
  wire_tcp_emit (&ip, &header, sum, length, buffer + ip_size);
  if (length > 0)
    tcp->send.last_at = now;
  out->interface = tcp->interface;
  out->socket = socket->handle;
  out->caused_by = tcp->trigger;
  tcp_info_sent (&tcp->counters, length, start < tcp->sent.nxt, now);
  return ip_size + tcp_size + length;
}
