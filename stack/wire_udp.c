// SPDX-License-Identifier: MIT
#include "stack/wire_udp.h"

#include <glib.h>

#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/checksum.h"

static uint16_t
checksum_of (const IpHeader *ip, const uint8_t *datagram, size_t length)
{
  uint64_t sum =
      checksum_pseudo (&ip->source, &ip->destination, PROTOCOL_UDP, length);

  return checksum_finish (checksum_add (sum, datagram, length));
}

DropCause
wire_udp_parse (const IpHeader *ip,
                View datagram,
                UdpHeader *header,
                View *payload)
{
  const uint8_t *bytes = datagram.bytes;
  size_t length;

  if (datagram.length < WIRE_UDP_HEADER)
    return DROP_MALFORMED;
  length = bytes_get16 (bytes + 4);
  if (length < WIRE_UDP_HEADER || length > datagram.length)
    return DROP_MALFORMED;
  if (bytes_get16 (bytes + 6) == 0)
    {
      if (!address_is_ipv4 (&ip->source))
        return DROP_CHECKSUM; /* RFC 8200 8.1: there it is no choice */
    }
  else if (checksum_of (ip, bytes, length) != 0)
    return DROP_CHECKSUM;

  header->source_port = bytes_get16 (bytes);
  header->destination_port = bytes_get16 (bytes + 2);
  *payload = (View){ bytes + WIRE_UDP_HEADER, length - WIRE_UDP_HEADER };
  return DROP_NONE;
}

void
wire_udp_emit (const IpHeader *ip,
               const UdpHeader *header,
               size_t length,
               uint8_t *datagram)
{
  size_t total = WIRE_UDP_HEADER + length;
  uint16_t checksum;

  g_assert (total <= UINT16_MAX);
  bytes_put16 (datagram, header->source_port);
  bytes_put16 (datagram + 2, header->destination_port);
  bytes_put16 (datagram + 4, (uint16_t) total);
  bytes_put16 (datagram + 6, 0);
  checksum = checksum_of (ip, datagram, total);
  if (checksum == 0)
    checksum = UINT16_MAX; /* the same number; 0 would say "none" (RFC 768) */
  bytes_put16 (datagram + 6, checksum);
}
