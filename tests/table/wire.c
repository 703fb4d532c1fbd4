// SPDX-License-Identifier: MIT
#include "tests/table/wire.h"

#include "stack/bytes.h"

#include <glib.h>
#include <string.h>

enum
{
  IP = 20,
  TCP = 20,
  PROTOCOL = 6,
  TIMESTAMPS = 8, /* the option; with two NOPs before it */
  SHIFT = 2       /* of the peer's windows */
};

/* The peer's clock stands still. */
#define TIMESTAMP UINT32_C (0xfffffff0)

uint8_t
wire_text_byte (uint32_t seq)
{
  return (uint8_t) (seq ^ seq >> 8);
}

static size_t
put_options (const ModelSegment *segment,
             const WireOptions *options,
             uint32_t echo,
             uint8_t *at)
{
  static const uint8_t SACK_PERMITTED[] = { 1, 1, 4, 2 };
  static const uint8_t WINDOW_SCALE[] = { 1, 3, 3, SHIFT };
  bool syn = (segment->flags & MODEL_SYN) != 0;
  uint8_t *start = at;

  if (syn && options->sack)
    {
      memcpy (at, SACK_PERMITTED, sizeof SACK_PERMITTED);
      at += sizeof SACK_PERMITTED;
    }
  if (syn && options->window_scale)
    {
      memcpy (at, WINDOW_SCALE, sizeof WINDOW_SCALE);
      at += sizeof WINDOW_SCALE;
    }
  if (options->timestamps)
    {
      memcpy (at, (uint8_t[]){ 1, 1, TIMESTAMPS, 10 }, 4);
      bytes_put32 (at + 4, TIMESTAMP);
      bytes_put32 (at + 8, echo);
      at += 12;
    }
  return (size_t) (at - start);
}

size_t
wire_write (const ModelSegment *segment,
            const WireOptions *options,
            uint32_t echo,
            const PacketPath *path,
            uint8_t packet[PACKET_LINE_MAX])
{
  uint8_t *tcp = packet + IP;
  bool syn = (segment->flags & MODEL_SYN) != 0;
  size_t header = TCP + put_options (segment, options, echo, tcp + TCP);

  bytes_put16 (tcp, path->source.port);
  bytes_put16 (tcp + 2, path->destination.port);
  bytes_put32 (tcp + 4, segment->seq);
  bytes_put32 (tcp + 8, segment->ack);
  tcp[12] = (uint8_t) (header / 4 << 4);
  tcp[13] = segment->flags;
  bytes_put16 (tcp + 14,
               (uint16_t) (options->window_scale && !syn ? segment->wnd >> SHIFT
                                                         : segment->wnd));
  bytes_put16 (tcp + 18, 1);
  for (uint32_t i = 0; i < segment->length; i++)
    tcp[header + i] = wire_text_byte (segment->seq + syn + i);
  return packet_line_wrap (packet, &path->source.address,
                           &path->destination.address, PROTOCOL, 16,
                           header + segment->length);
}

static void
find_timestamp (const uint8_t *options, size_t length, uint32_t *echo)
{
  for (size_t at = 0; at + 1 < length && options[at] != 0;)
    {
      if (options[at] == TIMESTAMPS && at + 10 <= length)
        *echo = bytes_get32 (options + at + 2);
      at += options[at] == 1 ? 1 : MAX (options[at + 1], 2u);
    }
}

const char *
wire_read (ModelSegment *segment,
           uint32_t *echo,
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
  header = (tcp[12] >> 4) * 4u;
  if (header < TCP || IP + header > length)
    return "a wrong data offset";
  if (memcmp (packet + 16, path->source.address.bytes + 12, 4) != 0
      || bytes_get16 (tcp) != path->destination.port
      || bytes_get16 (tcp + 2) != path->source.port)
    return "other endpoints";
  *echo = 0;
  find_timestamp (tcp + TCP, header - TCP, echo);
  *segment = (ModelSegment){ .flags = tcp[13],
                             .seq = bytes_get32 (tcp + 4),
                             .ack = bytes_get32 (tcp + 8),
                             .wnd = bytes_get16 (tcp + 14),
                             .length = (uint32_t) (length - IP - header) };
  return NULL;
}
