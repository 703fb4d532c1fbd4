// SPDX-License-Identifier: MIT
/* How is a SYN answered without remembering it? RFC 4987 3.6: all that must be
 * known again is in the SYN-ACK, and the peer's ACK brings it back.
 *
 * Our initial number is 29 bits of a keyed hash over both endpoints, the
 * peer's number, the minute, and 3 bits that name one of eight segment sizes,
 * which are the other 3. It counts in its own minute and the next. So of 2^32
 * numbers 16 are right at any time, and a guess is with 2^-28.
 *
 * What the SYNs agreed on is in the low bits of our timestamp; without
 * timestamps nothing else is agreed on either. */
#pragma once

#include "stack/tcp.h"

/* How long a cookie may count. */
#define TCP_COOKIE_LIFE (120 * SECOND)

/* Puts the SYN-ACK into the outbox. */
void tcp_cookie_answer (const Tcp *listener,
                        const Arrival *arrival,
                        const TcpHeader *syn);

/* Is this ACK the answer to one? Then SYN becomes the peer's SYN again, as far
 * as it is known. */
bool tcp_cookie_recall (const Arrival *arrival,
                        const TcpHeader *ack,
                        TcpHeader *syn);
