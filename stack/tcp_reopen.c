// SPDX-License-Identifier: MIT
/* May a SYN open the next connection of a pair while the record of the last one
 * waits in TIME-WAIT? When nothing of the old one can be taken for the new one:
 * by timestamps if there are some, else by sequence numbers (RFC 9293 MAY-2 and
 * SHLD-4, RFC 6191 2). Where RFC 6191 is silent to the SYN, it gets the ACK of
 * RFC 9293 3.10.7.4 that every other segment gets. */
#include "stack/tcp_incoming.h"

static bool
is_lone_syn (const Incoming *in)
{
  return tcp_incoming_has (in, TCP_SYN) && !tcp_incoming_has (in, TCP_ACK)
         && !tcp_incoming_has (in, TCP_RST);
}

bool
tcp_reopen_may (const Incoming *in, bool timestamps)
{
  const Tcp *tcp = in->tcp;
  const TcpHeader *header = in->header;
  bool beyond = in->start >= tcp->receive.nxt;

  if (tcp->state != TCP_TIME_WAIT || !is_lone_syn (in))
    return false;
  if (!timestamps || !header->has_timestamps)
    return beyond;
  if (!tcp->agreed.timestamps
      || tcp_timestamps_is_news (&tcp->timestamps, header->timestamp))
    return true;
  return header->timestamp == tcp->timestamps.recent && beyond;
}
