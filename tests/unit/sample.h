// SPDX-License-Identifier: MIT
/* Packets made by hand for tests: IPv4 from 10.0.0.1 to 10.0.0.2, or back,
 * no checksums. */
#pragma once

#include "sim/packet.h"

typedef struct
{
  uint8_t flags;
  uint32_t sequence, acknowledgment;
  const uint8_t *options;
  size_t options_length; /* multiple of 4 */
  const char *payload;   /* or NULL */
} SampleTcp;

/* Free with packet_free. */
Packet *sample_tcp (const SampleTcp *tcp);
Packet *sample_udp (const char *payload);
Packet *sample_ip (uint8_t protocol, const uint8_t *bytes, size_t length);
Packet *sample_ipv6 (uint8_t next, const uint8_t *bytes, size_t length);
