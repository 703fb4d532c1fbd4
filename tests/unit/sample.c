// SPDX-License-Identifier: MIT
#include "tests/unit/sample.h"

#include <string.h>

static void
write16 (uint8_t *bytes, uint32_t value)
{
  bytes[0] = (uint8_t) (value >> 8);
  bytes[1] = (uint8_t) value;
}

static void
write32 (uint8_t *bytes, uint32_t value)
{
  write16 (bytes, value >> 16);
  write16 (bytes + 2, value);
}

Packet *
sample_ip (uint8_t protocol, const uint8_t *bytes, size_t length)
{
  static const uint8_t addresses[] = { 10, 0, 0, 1, 10, 0, 0, 2 };
  g_autofree uint8_t *packet = g_malloc0 (20 + length);

  packet[0] = 0x45;
  write16 (packet + 2, (uint32_t) (20 + length));
  packet[8] = 64;
  packet[9] = protocol;
  memcpy (packet + 12, addresses, sizeof addresses);
  if (length > 0)
    memcpy (packet + 20, bytes, length);
  return packet_new (packet, 20 + length);
}

Packet *
sample_ipv6 (uint8_t next, const uint8_t *bytes, size_t length)
{
  g_autofree uint8_t *packet = g_malloc0 (40 + length);

  packet[0] = 0x60;
  write16 (packet + 4, (uint32_t) length);
  packet[6] = next;
  packet[7] = 64;
  packet[8] = packet[24] = 0xfd;
  packet[23] = 1;
  packet[39] = 2;
  if (length > 0)
    memcpy (packet + 40, bytes, length);
  return packet_new (packet, 40 + length);
}

Packet *
sample_tcp (const SampleTcp *tcp)
{
  const char *payload = tcp->payload != NULL ? tcp->payload : "";
  size_t header = 20 + tcp->options_length;
  size_t length = header + strlen (payload);
  g_autofree uint8_t *segment = g_malloc0 (length);

  write16 (segment, 49152);
  write16 (segment + 2, 7777);
  write32 (segment + 4, tcp->sequence);
  write32 (segment + 8, tcp->acknowledgment);
  segment[12] = (uint8_t) (header / 4 << 4);
  segment[13] = tcp->flags;
  write16 (segment + 14, 65535);
  if (tcp->options_length > 0)
    memcpy (segment + 20, tcp->options, tcp->options_length);
  memcpy (segment + header, payload, length - header);
  return sample_ip (6, segment, length);
}

Packet *
sample_udp (const char *payload)
{
  size_t length = 8 + strlen (payload);
  g_autofree uint8_t *datagram = g_malloc0 (length);

  write16 (datagram, 49152);
  write16 (datagram + 2, 7777);
  write16 (datagram + 4, (uint32_t) length);
  memcpy (datagram + 8, payload, length - 8);
  return sample_ip (17, datagram, length);
}
