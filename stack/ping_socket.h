// SPDX-License-Identifier: MIT
/* Sockets for echo (SOCKET_ICMP), as Linux's ping sockets: the port is the
 * identifier, every send is an echo request, every receive what answers one:
 * a reply, or the error about it. Both begin with 8 bytes of ICMP header; an
 * error goes on with as much of our request as it quotes, and where it comes
 * from is who found fault. */
#pragma once

#include "stack/stack_private.h"
#include "stack/wire_icmp.h"

/* MESSAGE is an echo request; identifier and checksum are filled in. -EINVAL:
 * it is none; -EMSGSIZE, -ENETUNREACH, -EAGAIN. */
ssize_t ping_socket_send (Socket *socket,
                          const uint8_t *message,
                          size_t length,
                          const Endpoint *remote);

/* Gives MESSAGE, whose header is HEADER, to the socket that waits for it;
 * false: there is none. */
bool ping_socket_take (const Arrival *arrival,
                       const IcmpHeader *header,
                       View message);
