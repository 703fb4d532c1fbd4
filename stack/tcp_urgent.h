// SPDX-License-Identifier: MIT
/* Up to where is the stream urgent? RFC 9293 3.8.5, RFC 6093: a pointer names
 * the octet after the urgent data, which may be of any length and stays in its
 * place in the stream.
 *
 * Law: a pointer is an offset that is compared and moves on, never back; it
 * never finds a byte and is never the length of anything. What a segment says
 * of it may lie anywhere, also beyond the end of the stream. */
#pragma once

#include "stack/wire_tcp.h"

typedef struct Tcp Tcp;

/* Offsets; 0: nothing was ever urgent. */
typedef struct
{
  int64_t received; /* RCV.UP */
  int64_t sent;     /* SND.UP */
} TcpUrgent;

/* A segment of the peer says POINTER. */
void tcp_urgent_hear (Tcp *tcp, int64_t pointer);

/* How many bytes the application has to read until none is urgent. */
int64_t tcp_urgent_left (const Tcp *tcp);

/* All that the application has given so far is urgent. The peer learns it at
 * once, even when its window is closed. */
void tcp_urgent_send (Tcp *tcp);

/* URG and the pointer, for a segment that begins at START. What is farther
 * than the field can say is said by later segments. */
void tcp_urgent_put (const Tcp *tcp, int64_t start, TcpHeader *header);
