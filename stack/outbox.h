// SPDX-License-Identifier: MIT
/* Packets that no flow can build again when asked: UDP, ICMP, RST. A FIFO
 * bounded in bytes; when it is full the caller decides what that means. */
#pragma once

#include "stack/types.h"
#include <glib.h>

typedef struct
{
  GList link;
  unsigned interface;
  int socket;         /* whose, or -1 */
  uint64_t caused_by; /* StackIn.id, or 0 */
  Address destination;
  bool whole;              /* never in fragments */
  bool forwarded;          /* another host's: a number it has already */
  size_t done;             /* bytes of its payload that left in fragments */
  uint32_t identification; /* of these */
  uint64_t first_id;       /* StackOut.id of the first of these; of
                              another host's packet, its own */
  size_t length;
  uint8_t bytes[];
} OutboxPacket;

typedef struct
{
  GQueue packets; /* of OutboxPacket, by its link */
  size_t bytes, limit;
} Outbox;

void outbox_init (Outbox *outbox, size_t limit);
void outbox_clear (Outbox *outbox);

/* Room for a packet of LENGTH bytes at the end, for the caller to fill at
 * once; NULL: full. It stays the outbox's. */
OutboxPacket *outbox_add (Outbox *outbox, size_t length);

/* The oldest, still the outbox's; NULL: empty. */
OutboxPacket *outbox_peek (const Outbox *outbox);

/* The oldest, now the caller's to g_free; NULL: empty. */
OutboxPacket *outbox_take (Outbox *outbox);

bool outbox_is_empty (const Outbox *outbox);
