// SPDX-License-Identifier: MIT
/* Segments of the table as packets. Each byte of text tells its own number. */
#pragma once

#include "tests/packet_line.h"
#include "tests/table/model.h"

uint8_t wire_text_byte (uint32_t seq);

/* What the peer offers in each SYN, and does when it is agreed on. */
typedef struct
{
  bool sack, timestamps, window_scale;
} WireOptions;

/* A complete packet; PATH has the endpoints, ECHO is TSecr. Returns its
 * length. */
size_t wire_write (const ModelSegment *segment,
                   const WireOptions *options,
                   uint32_t echo,
                   const PacketPath *path,
                   uint8_t packet[PACKET_LINE_MAX]);

/* NULL, or what is wrong with the packet, which answers one with PATH. *ECHO
 * gets TSval, or 0 if it has none. */
const char *wire_read (ModelSegment *segment,
                       uint32_t *echo,
                       const PacketPath *path,
                       const uint8_t *packet,
                       size_t length);
