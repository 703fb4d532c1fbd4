// SPDX-License-Identifier: MIT
/* Segments of the table as packets. Each byte of text tells its own number. */
#pragma once

#include "tests/packet_line.h"
#include "tests/table/model.h"

uint8_t wire_text_byte (uint32_t seq);

/* A complete packet; PATH has the endpoints. Returns its length. */
size_t wire_write (const ModelSegment *segment,
                   const PacketPath *path,
                   uint8_t packet[PACKET_LINE_MAX]);

/* NULL, or what is wrong with the packet. */
const char *wire_read (ModelSegment *segment,
                       const PacketPath *path,
                       const uint8_t *packet,
                       size_t length);
