// SPDX-License-Identifier: MIT
#include "stack/wire_icmp.h"

#include "stack/address.h"
#include "stack/bytes.h"
#include "stack/checksum.h"

static uint16_t
checksum_of (const IpHeader *ip, const uint8_t *message, size_t length)
{
  uint64_t sum = 0;

  if (!address_is_ipv4 (&ip->source))
    sum = checksum_pseudo (&ip->source, &ip->destination, PROTOCOL_ICMPV6,
                           length);
  return checksum_finish (checksum_add (sum, message, length));
}

DropCause
wire_icmp_parse (const IpHeader *ip,
                 View message,
                 IcmpHeader *header,
                 View *body)
{
  const uint8_t *bytes = message.bytes;

  if (message.length < WIRE_ICMP_HEADER)
    return DROP_MALFORMED;
  if (checksum_of (ip, bytes, message.length) != 0)
    return DROP_CHECKSUM;

  header->type = bytes[0];
  header->code = bytes[1];
  header->rest = bytes_get32 (bytes + 4);
  *body = (View){ bytes + WIRE_ICMP_HEADER, message.length - WIRE_ICMP_HEADER };
  return DROP_NONE;
}

void
wire_icmp_emit (const IpHeader *ip,
                const IcmpHeader *header,
                size_t length,
                uint8_t *message)
{
  message[0] = header->type;
  message[1] = header->code;
  bytes_put16 (message + 2, 0);
  bytes_put32 (message + 4, header->rest);
  bytes_put16 (message + 2,
               checksum_of (ip, message, WIRE_ICMP_HEADER + length));
}
