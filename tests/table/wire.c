// SPDX-License-Identifier: MIT
#include "tests/table/wire.h"

#include "stack/bytes.h"

#include <string.h>

enum
{
  IP = 20,
  TCP = 20,
  PROTOCOL = 6
};

uint8_t
wire_text_byte (uint32_t seq)
{
  return (uint8_t) (seq ^ seq >> 8);
}

size_t
wire_write (const ModelSegment *segment,
            const PacketPath *path,
            uint8_t packet[PACKET_LINE_MAX])
{
  uint8_t *tcp = packet + IP;
  uint32_t text = segment->seq + ((segment->flags & MODEL_SYN) != 0);

  bytes_put16 (tcp, path->source.port);
  bytes_put16 (tcp + 2, path->destination.port);
  bytes_put32 (tcp + 4, segment->seq);
  bytes_put32 (tcp + 8, segment->ack);
  tcp[12] = TCP / 4 << 4;
  tcp[13] = segment->flags;
  bytes_put16 (tcp + 14, (uint16_t) segment->wnd);
  bytes_put16 (tcp + 18, 1);
  for (uint32_t i = 0; i < segment->length; i++)
    tcp[TCP + i] = wire_text_byte (text + i);
  return packet_line_wrap (packet, &path->source.address,
                           &path->destination.address, PROTOCOL, 16,
                           TCP + segment->length);
}

const char *
wire_read (ModelSegment *segment,
           const PacketPath *path,
           const uint8_t *packet,
           size_t length)
{
  const uint8_t *tcp = packet + IP;
  const char *wrong = packet_line_check (packet, length);
  size_t header;

  if (wrong != NULL)
    return wrong;
  if (length < IP + TCP || packet[9] != PROTOCOL)
    return "no TCP";
  header = IP + (tcp[12] >> 4) * 4u;
  if (header < IP + TCP || header > length)
    return "a wrong data offset";
  if (memcmp (packet + 16, path->source.address.bytes + 12, 4) != 0
      || bytes_get16 (tcp) != path->destination.port
      || bytes_get16 (tcp + 2) != path->source.port)
    return "to or from another endpoint";
  *segment = (ModelSegment){ .flags = tcp[13],
                             .seq = bytes_get32 (tcp + 4),
                             .ack = bytes_get32 (tcp + 8),
                             .wnd = bytes_get16 (tcp + 14),
                             .length = (uint32_t) (length - header) };
  return NULL;
}
