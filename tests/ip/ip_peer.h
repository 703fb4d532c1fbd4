// SPDX-License-Identifier: MIT
/* Packets below TCP, for the conversations of tests/harness.h: made at
 * t->bytes, changed there, then sent by peer_sends_bytes. */
#pragma once

#include "tests/harness.h"

/* A conversation in one family; the stack has a second address as well:
 * 10.0.0.9 and fd00::9. */
Talk *ip_peer_talk (bool ipv6);
Address ip_peer_second_address (bool ipv6);
bool ip_peer_is_ipv6 (const Talk *t);

/* A datagram of LENGTH bytes. Each returns the length of the packet. */
size_t ip_peer_datagram (Talk *t, uint16_t from, uint16_t to, size_t length);

/* A packet of PROTOCOL with LENGTH zeros behind its header. */
size_t ip_peer_packet (Talk *t, uint8_t protocol, size_t length);

/* An ICMP error from the peer that quotes LENGTH bytes of QUOTE. */
size_t ip_peer_error (Talk *t,
                      uint8_t type,
                      uint8_t code,
                      uint32_t rest,
                      const void *quote,
                      size_t length);

/* Puts SIZE bytes of options or an extension header of type NEXT behind the
 * fixed header of the packet of LENGTH bytes at t->bytes. The first byte of
 * an extension becomes the next header. */
size_t ip_peer_insert (
    Talk *t, size_t length, uint8_t next, const uint8_t *bytes, size_t size);

/* The next packet is that error, about the packet of LENGTH bytes that was
 * sent last from t->bytes as ip_peer_sends did; quotes as much as fits. */
void ip_peer_sends (Talk *t, size_t length);
void ip_peer_expects_error (Talk *t, uint8_t type, uint8_t code, uint32_t rest);

/* A datagram socket, bound to PORT. */
int ip_peer_socket (Talk *t, uint16_t port);
