// SPDX-License-Identifier: MIT
/* How long may the peer say nothing to what we send? RFC 9293 3.8.3: after R1
 * retransmissions in a row something is wrong with the path, and whoever can
 * do something about it is told; after R2 of them, or when user_timeout has
 * gone by, the connection ends. A SYN has syn_give_up instead of R2.
 *
 * Any progress of SND.UNA starts it anew, and with a closed window any ACK
 * does: who answers probes is there (MUST-37). */
#pragma once

#include "stack/types.h"

typedef struct Tcp Tcp;

typedef struct
{
  bool waiting; /* something is in flight */
  Time since;   /* that is not answered since then */
} TcpPatience;

/* Something has been sent; an answer to it has come. */
void tcp_patience_start (Tcp *tcp, Time now);
void tcp_patience_reward (Tcp *tcp, Time now);

/* The retransmission timer may not run beyond this. */
Time tcp_patience_deadline (const Tcp *tcp);

/* Asked when the retransmission timer has run out. */
bool tcp_patience_is_over (const Tcp *tcp, Time now);

/* One more retransmission of it: at R1 the route and the path's MTU are looked
 * up again, a socket event says that socket_info has a TROUBLED connection,
 * and STACK_COUNTER_TROUBLED counts it. */
void tcp_patience_try (Tcp *tcp);
bool tcp_patience_is_troubled (const Tcp *tcp);
