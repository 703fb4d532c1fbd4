// SPDX-License-Identifier: MIT
#include "sim/packet.h"
#include <string.h>

#define STRIDE_MAX (1u << 30)

Packet *
packet_new (const uint8_t *bytes, size_t length)
{
  g_assert (length < PACKET_LENGTH_END);
  Packet *packet = g_malloc (sizeof *packet + length);
  *packet = (Packet){ .copy = 1, .stride = 1, .length = (uint32_t) length };
  if (length > 0)
    memcpy (packet->bytes, bytes, length);
  return packet;
}

void
packet_free (Packet *packet)
{
  g_free (packet);
}

/* Each duplication puts one binary digit before the number, counted from 0: 0
 * for the packet, 1 for the duplicate. */
Packet *
packet_copy (Packet *packet)
{
  Packet *copy = g_memdup2 (packet, sizeof *packet + packet->length);
  copy->timer = (Timer){ 0 };
  copy->overtaken = 0;
  copy->previous = copy->next = NULL;
  copy->copy = ((packet->copy - 1) | packet->stride) + 1;
  if (packet->stride < STRIDE_MAX)
    packet->stride *= 2;
  copy->stride = packet->stride;
  return copy;
}

void
packet_flip (Packet *packet, uint64_t bit)
{
  packet->bytes[bit / 8] ^= (uint8_t) (0x80 >> bit % 8);
}
