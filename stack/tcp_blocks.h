// SPDX-License-Identifier: MIT
/* What do the SACK blocks of an ACK say? RFC 2018 for what has arrived above
 * it, RFC 2883 for what has arrived twice. Blocks that cannot be true are
 * passed over. */
#pragma once

#include "stack/tcp_sent.h"
#include "stack/wire_tcp.h"

/* Into SENT, which knows of the ACK number already, and ACK; ACKNOWLEDGED is
 * the segment's own, ISS our first number. False: the limit of SENT was met. */
bool tcp_blocks_take (TcpSent *sent,
                      const TcpHeader *header,
                      uint32_t iss,
                      int64_t acknowledged,
                      TcpAck *ack);
