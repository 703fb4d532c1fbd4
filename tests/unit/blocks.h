// SPDX-License-Identifier: MIT
/* Reads a pcapng file of one little-endian section, strictly: a test fails
 * where a length or an order is not as it must be. */
#pragma once

#include "stack/types.h"
#include <glib.h>

typedef struct
{
  uint64_t at;
  uint32_t length, captured_length;
  GPtrArray *comments; /* char * */
  uint32_t flags;      /* 1 inbound, 2 outbound */
  uint64_t drop_count, packet_id;
  const uint8_t *bytes;
} BlocksPacket;

typedef struct
{
  char *comment; /* of the section */
  char *interface;
  uint32_t snap_length;
  GPtrArray *names;   /* char *: "10.0.0.1 alice" */
  GPtrArray *packets; /* BlocksPacket * */
  bool has_statistics;
  uint64_t received;
} Blocks;

/* BYTES must live as long as what is returned. */
Blocks *blocks_read (const uint8_t *bytes, size_t length);
void blocks_free (Blocks *blocks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Blocks, blocks_free)

const BlocksPacket *blocks_packet (const Blocks *blocks, unsigned index);

/* All comments of a packet with " | " between them, "" when there is none;
 * to be freed. */
char *blocks_comments (const Blocks *blocks, unsigned index);
