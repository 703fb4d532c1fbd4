// SPDX-License-Identifier: MIT
#include "stack/address.h"

#include <glib.h>
#include <string.h>

#include "stack/address_text.h"
#include "stack/bytes.h"

#define MAPPED      12 /* bytes before the IPv4 address in a mapped one */
#define GROUPS      8
#define GROUP_BYTES 2

const Address ADDRESS_ANY = { { 0 } };
const Address ADDRESS_ANY_IPV4 = { { [10] = 0xff, [11] = 0xff } };

Address
address_from_ipv4 (const uint8_t octets[4])
{
  Address address = ADDRESS_ANY_IPV4;

  memcpy (address.bytes + MAPPED, octets, 4);
  return address;
}

bool
address_is_ipv4 (const Address *address)
{
  return memcmp (address->bytes, ADDRESS_ANY_IPV4.bytes, MAPPED) == 0;
}

bool
address_equal (const Address *a, const Address *b)
{
  return memcmp (a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static uint32_t
ipv4_of (const Address *address)
{
  return bytes_get32 (address->bytes + MAPPED);
}

bool
address_is_any (const Address *address)
{
  return address_equal (address, &ADDRESS_ANY)
         || address_equal (address, &ADDRESS_ANY_IPV4);
}

bool
address_is_multicast (const Address *address)
{
  if (address_is_ipv4 (address))
    return address->bytes[MAPPED] >> 4 == 0xe;
  return address->bytes[0] == 0xff;
}

bool
address_is_broadcast (const Address *address)
{
  return address_is_ipv4 (address) && ipv4_of (address) == UINT32_MAX;
}

bool
address_is_loopback (const Address *address)
{
  static const Address loopback = { { [15] = 1 } };

  if (address_is_ipv4 (address))
    return address->bytes[MAPPED] == 127;
  return address_equal (address, &loopback);
}

unsigned
address_common_bits (const Address *a, const Address *b)
{
  for (unsigned i = 0; i < sizeof a->bytes; i += 4)
    {
      uint32_t differ = bytes_get32 (a->bytes + i) ^ bytes_get32 (b->bytes + i);

      if (differ != 0)
        return 8 * i + (unsigned) __builtin_clz (differ);
    }
  return 8 * sizeof a->bytes;
}

bool
address_in_prefix (const Address *address,
                   const Address *prefix,
                   unsigned length)
{
  bool ipv4 = address_is_ipv4 (prefix);

  g_assert (length <= (ipv4 ? 32 : 128));
  return address_is_ipv4 (address) == ipv4
         && address_common_bits (address, prefix)
                >= length + (ipv4 ? 8 * MAPPED : 0);
}

bool
address_is_subnet_broadcast (const Address *address,
                             const Address *prefix,
                             unsigned length)
{
  return address_is_ipv4 (prefix) && length < 31
         && address_in_prefix (address, prefix, length)
         && (ipv4_of (address) | ~(UINT32_MAX >> length)) == UINT32_MAX;
}

bool
address_parse (const char *text, Address *address)
{
  AddressText read;

  if (!address_text_read (text, &read) || read.zone_length > 0
      || read.prefix_length >= 0)
    return false;
  *address = read.address;
  return true;
}

/* Writes VALUE without leading zeros, returns where the text goes on. */
static char *
put_number (char *text, unsigned value, unsigned base)
{
  char digits[5];
  unsigned count = 0;

  do
    digits[count++] = "0123456789abcdef"[value % base];
  while ((value /= base) > 0);
  while (count > 0)
    *text++ = digits[--count];
  return text;
}

static char *
put_ipv4 (char *text, const uint8_t octets[4])
{
  for (unsigned i = 0; i < 4; i++)
    {
      if (i > 0)
        *text++ = '.';
      text = put_number (text, octets[i], 10);
    }
  return text;
}

/* The longest run of zero groups, the first of equals, from *START to the
 * returned end; one group alone is no run (RFC 5952 4.2). */
static unsigned
find_longest_run (const uint8_t *bytes, unsigned *start)
{
  unsigned longest = 1, end = 0, run = 0;

  for (unsigned i = 0; i < GROUPS; i++)
    {
      run = bytes_get16 (bytes + i * GROUP_BYTES) == 0 ? run + 1 : 0;
      if (run > longest)
        {
          longest = run;
          end = i + 1;
        }
    }
  *start = end > 0 ? end - longest : GROUPS;
  return end;
}

static char *
put_ipv6 (char *text, const uint8_t *bytes)
{
  unsigned gap, gap_end = find_longest_run (bytes, &gap);

  for (unsigned i = 0; i < GROUPS; i++)
    {
      if (i == gap)
        {
          *text++ = ':';
          *text++ = ':';
          i = gap_end;
          if (i == GROUPS)
            break;
        }
      else if (i > 0)
        *text++ = ':';
      text = put_number (text, bytes_get16 (bytes + i * GROUP_BYTES), 16);
    }
  return text;
}

static char *
put_address (char *text, const Address *address)
{
  if (address_is_ipv4 (address))
    return put_ipv4 (text, address->bytes + MAPPED);
  return put_ipv6 (text, address->bytes);
}

char *
address_format (const Address *address, char text[ADDRESS_TEXT_MAX])
{
  *put_address (text, address) = '\0';
  return text;
}

char *
endpoint_format (const Endpoint *endpoint, char text[ENDPOINT_TEXT_MAX])
{
  bool ipv4 = address_is_ipv4 (&endpoint->address);
  char *end = text;

  if (!ipv4)
    *end++ = '[';
  end = put_address (end, &endpoint->address);
  if (!ipv4)
    *end++ = ']';
  *end++ = ':';
  *put_number (end, endpoint->port, 10) = '\0';
  return text;
}
