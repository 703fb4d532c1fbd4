// SPDX-License-Identifier: MIT
#include "stack/outbox.h"

void
outbox_init (Outbox *outbox, size_t limit)
{
  g_queue_init (&outbox->packets);
  outbox->bytes = 0;
  outbox->limit = limit;
}

void
outbox_clear (Outbox *outbox)
{
  OutboxPacket *packet;

  while ((packet = outbox_take (outbox)) != NULL)
    g_free (packet);
}

OutboxPacket *
outbox_add (Outbox *outbox, size_t length)
{
  OutboxPacket *packet;

  if (length > outbox->limit - outbox->bytes)
    return NULL;
  packet = g_malloc (sizeof *packet + length);
  *packet = (OutboxPacket){ .link = { .data = packet },
                            .socket = -1,
                            .length = length };
  outbox->bytes += length;
  g_queue_push_tail_link (&outbox->packets, &packet->link);
  return packet;
}

OutboxPacket *
outbox_peek (const Outbox *outbox)
{
  const GList *link = outbox->packets.head;

  return link != NULL ? link->data : NULL;
}

OutboxPacket *
outbox_take (Outbox *outbox)
{
  GList *link = g_queue_pop_head_link (&outbox->packets);
  OutboxPacket *packet;

  if (link == NULL)
    return NULL;
  packet = link->data;
  outbox->bytes -= packet->length;
  return packet;
}

bool
outbox_is_empty (const Outbox *outbox)
{
  return outbox->packets.length == 0;
}
