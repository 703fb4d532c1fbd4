// SPDX-License-Identifier: MIT
#include "sim/packet.h"
#include "stack/bytes.h"
#include "stack/checksum.h"
#include "stack/wire_ip.h"
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

static bool
is_capable (unsigned ecn)
{
  return ecn == IP_ECN_CAPABLE_0 || ecn == IP_ECN_CAPABLE_1;
}

static bool
mark_ipv4 (uint8_t *header)
{
  uint16_t before = bytes_get16 (header);
  uint16_t after = before | IP_ECN_MARKED;
  uint16_t checksum = bytes_get16 (header + 10);
  if (!is_capable (before & IP_ECN_MASK))
    return false;
  bytes_put16 (header, after);
  bytes_put16 (header + 10, checksum_update (checksum, before, after));
  return true;
}

static bool
mark_ipv6 (uint8_t *header)
{
  if (!is_capable (header[1] >> 4 & IP_ECN_MASK))
    return false;
  header[1] |= IP_ECN_MARKED << 4;
  return true;
}

bool
packet_mark (Packet *packet)
{
  unsigned version = packet->length > 0 ? packet->bytes[0] >> 4 : 0;
  if (version == 4 && packet->length >= WIRE_IPV4_HEADER)
    return mark_ipv4 (packet->bytes);
  return version == 6 && packet->length >= WIRE_IPV6_HEADER
         && mark_ipv6 (packet->bytes);
}

bool
packet_is_marked (const Packet *packet)
{
  unsigned version = packet->length > 0 ? packet->bytes[0] >> 4 : 0;
  if (version == 4 && packet->length >= WIRE_IPV4_HEADER)
    return (packet->bytes[1] & IP_ECN_MASK) == IP_ECN_MARKED;
  return version == 6 && packet->length >= WIRE_IPV6_HEADER
         && (packet->bytes[1] >> 4 & IP_ECN_MASK) == IP_ECN_MARKED;
}

void
packet_flip (Packet *packet, uint64_t bit)
{
  packet->bytes[bit / 8] ^= (uint8_t) (0x80 >> bit % 8);
}
