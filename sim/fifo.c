// SPDX-License-Identifier: MIT
#include "sim/fifo.h"

#define SIZE_FIRST 16

static void
grow (Fifo *fifo)
{
  size_t size = fifo->size > 0 ? fifo->size * 2 : SIZE_FIRST;
  FifoPlace *ring = g_new (FifoPlace, size);
  for (size_t i = 0; i < fifo->count; i++)
    ring[i] = fifo->ring[(fifo->first + i) & (fifo->size - 1)];
  g_free (fifo->ring);
  fifo->ring = ring;
  fifo->first = 0;
  fifo->size = size;
}

void
fifo_clear (Fifo *fifo)
{
  while (fifo->count > 0)
    packet_free (fifo_take (fifo, NULL));
  g_free (fifo->ring);
  *fifo = (Fifo){ 0 };
}

void
fifo_add (Fifo *fifo, Packet *packet, Time now)
{
  if (fifo->count == fifo->size)
    grow (fifo);
  fifo->ring[(fifo->first + fifo->count) & (fifo->size - 1)] =
      (FifoPlace){ packet, now };
  fifo->count++;
  fifo->bytes += packet->length;
}

Packet *
fifo_take (Fifo *fifo, Time *since)
{
  if (fifo->count == 0)
    return NULL;
  FifoPlace place = fifo->ring[fifo->first];
  fifo->first = (fifo->first + 1) & (fifo->size - 1);
  fifo->count--;
  fifo->bytes -= place.packet->length;
  if (since != NULL)
    *since = place.since;
  return place.packet;
}
