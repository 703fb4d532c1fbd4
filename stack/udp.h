// SPDX-License-Identifier: MIT
/* Datagram sockets (RFC 768): every send is one packet, every packet one
 * receive; nothing is repaired, ordered or acknowledged. */
#pragma once

#include "stack/stack_private.h"

Udp *udp_new (Socket *socket);
void udp_free (Stack *stack, Udp *udp);

/* Puts HEAD and BODY behind what waits to be received; false: no room. The
 * length of ABOUT need not be set. */
bool udp_hold (Udp *udp, const SocketMessage *about, View head, View body);

void udp_input (const Arrival *arrival, View datagram);

/* The socket has its local port. LENGTH, or -EMSGSIZE, -ENETUNREACH,
 * -EAGAIN. */
ssize_t udp_send (Socket *socket,
                  const void *bytes,
                  size_t length,
                  const Endpoint *remote);

/* The length of the oldest datagram, cut to the parts; -EAGAIN: none. FLAGS:
 * in, MSG_PEEK leaves it there, MSG_TRUNC asks for its whole length; out,
 * MSG_TRUNC: it was cut. *MESSAGE is only written with a datagram. */
ssize_t udp_receive (Udp *udp,
                     const struct iovec *parts,
                     size_t count,
                     SocketMessage *message,
                     int *flags);

/* The outbox may have room again: those who met it full are told. */
void udp_room (Stack *stack);

/* ERROR, an errno value, is what the next call answers. */
void udp_fail (Socket *socket, int error);

unsigned udp_poll (const Udp *udp);
size_t udp_receive_queue (const Udp *udp);
size_t udp_receive_next (const Udp *udp);
void udp_set_receive_buffer (Udp *udp, size_t limit);
size_t udp_receive_buffer (const Udp *udp);
void udp_set_send_buffer (Udp *udp, size_t limit);
size_t udp_send_buffer (const Udp *udp);
