// SPDX-License-Identifier: MIT
/* UDP (RFC 768, RFC 8200 8.1, RFC 9868): bytes <-> struct. */
#pragma once

#include "stack/wire_ip.h"

#define WIRE_UDP_HEADER 8

typedef struct
{
  uint16_t source_port, destination_port;
} UdpHeader;

/* A length field shorter than the IP payload is legal (RFC 9868): the rest is
 * cut off. Checksum 0 means "none" over IPv4 and is an error over IPv6. */
DropCause wire_udp_parse (const IpHeader *ip,
                          View datagram,
                          UdpHeader *header,
                          View *payload);

/* Writes the header and completes the checksum over PAYLOAD, which must
 * follow it in memory: DATAGRAM has 8 + LENGTH bytes. */
void wire_udp_emit (const IpHeader *ip,
                    const UdpHeader *header,
                    size_t length,
                    uint8_t *datagram);
