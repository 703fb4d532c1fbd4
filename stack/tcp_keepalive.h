// SPDX-License-Identifier: MIT
/* Is a peer that says nothing still there? Off unless the application wants to
 * know (RFC 9293 3.8.4, RFC 1122 4.2.3.6).
 *
 * Law: a probe goes out when nothing was heard for keep_idle, nothing waits to
 * be sent and nothing to be acknowledged; the next ones keep_interval apart,
 * until something is heard. It carries no data and the number before SND.NXT,
 * so that it is not acceptable and must be answered. When keep_count of them,
 * or those of user_timeout, are not, the connection ends. */
#pragma once

#include "stack/types.h"

typedef struct Tcp Tcp;

typedef struct
{
  Time heard;          /* the last acceptable segment of the peer */
  Time asked;          /* the last probe */
  unsigned unanswered; /* probes since */
  bool due;            /* a probe goes out next */
} TcpKeepAlive;

/* The peer has said something. */
void tcp_keepalive_hear (Tcp *tcp, Time now);

/* Sets the timer as everything is now: settings, what is in flight. */
void tcp_keepalive_arm (Tcp *tcp);

/* It ran out. False: nobody is there any more. */
bool tcp_keepalive_expire (Tcp *tcp, Time now);
