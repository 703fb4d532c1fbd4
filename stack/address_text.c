// SPDX-License-Identifier: MIT
#include "stack/address_text.h"

#include <string.h>

#include "stack/address.h"
#include "stack/bytes.h"

#define MAPPED       12 /* bytes before the IPv4 address in a mapped one */
#define OCTETS       4
#define HEXTET_BYTES 2
#define SCOPE_GLOBAL 0xe /* RFC 4291 2.7 */

/* What is read, how far, and where the result goes. */
typedef struct
{
  const char *text;
  size_t at;
  size_t gap_at; /* where "::" stands */
  AddressText *read;
} Reader;

static bool
fail (Reader *reader, AddressFault fault, size_t at, size_t length)
{
  reader->read->fault = fault;
  reader->read->fault_at = at;
  reader->read->fault_length = length;
  return false;
}

static char
peek (const Reader *reader)
{
  return reader->text[reader->at];
}

static bool
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

static bool
is_blank (char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The value of a hexadecimal digit, or 16. */
static unsigned
digit_value (char c)
{
  if (is_digit (c))
    return (unsigned) (c - '0');
  c |= 'a' ^ 'A';
  return c >= 'a' && c <= 'f' ? (unsigned) (c - 'a') + 10 : 16;
}

/* Does the address end before C? */
static bool
is_end (char c)
{
  return c == '\0' || c == '%' || c == '/';
}

/* FAULT, or the more telling BLANK, at the next character. */
static bool
fail_here (Reader *reader, AddressFault fault)
{
  if (is_blank (peek (reader)))
    fault = ADDRESS_FAULT_BLANK;
  return fail (reader, fault, reader->at, 1);
}

/* Decimal digits up to, for values above MOST, some number above MOST.
 * Returns how many there were. */
static size_t
read_decimal (Reader *reader, unsigned most, unsigned *value)
{
  size_t from = reader->at;

  for (*value = 0; is_digit (peek (reader)); reader->at++)
    if (*value <= most)
      *value = *value * 10 + digit_value (peek (reader));
  return reader->at - from;
}

/* "0x1": a habit from programs. */
static bool
is_hex_prefix (const Reader *reader, size_t from)
{
  return reader->at == from + 1 && reader->text[from] == '0'
         && (peek (reader) == 'x' || peek (reader) == 'X');
}

static bool
read_octet (Reader *reader, uint8_t *octet)
{
  size_t from = reader->at;
  unsigned value;
  size_t length = read_decimal (reader, UINT8_MAX, &value);

  if (length == 0)
    return fail_here (reader, is_end (peek (reader)) || peek (reader) == '.'
                                  ? ADDRESS_FAULT_OCTET_EMPTY
                                  : ADDRESS_FAULT_OCTET_CHARACTER);
  if (is_hex_prefix (reader, from))
    return fail (reader, ADDRESS_FAULT_OCTET_HEX, from, 2);
  if (length > 1 && reader->text[from] == '0')
    return fail (reader, ADDRESS_FAULT_OCTET_ZERO, from, length);
  if (value > UINT8_MAX)
    return fail (reader, ADDRESS_FAULT_OCTET_RANGE, from, length);
  *octet = (uint8_t) value;
  return true;
}

/* What may not follow the fourth octet. */
static bool
judge_behind_octets (Reader *reader)
{
  const char *rest = reader->text + reader->at;

  if (*rest == '.')
    return fail_here (reader, ADDRESS_FAULT_OCTETS_MANY);
  if (*rest != ':')
    return fail_here (reader, ADDRESS_FAULT_OCTET_CHARACTER);
  if (reader->read->ipv6 || strchr (rest + 1, ':') != NULL)
    return fail_here (reader, ADDRESS_FAULT_DOTTED_PLACE);
  return fail (reader, ADDRESS_FAULT_PORT, reader->at, strlen (rest));
}

static bool
read_octets (Reader *reader, uint8_t *octets)
{
  for (unsigned i = 0; i < OCTETS; i++)
    {
      if (i > 0 && (is_end (peek (reader)) || peek (reader) == ':'))
        return fail_here (reader, ADDRESS_FAULT_OCTETS_FEW);
      if (i > 0 && peek (reader) != '.')
        return fail_here (reader, ADDRESS_FAULT_OCTET_CHARACTER);
      reader->at += i > 0;
      if (!read_octet (reader, &octets[i]))
        return false;
    }
  return is_end (peek (reader)) || judge_behind_octets (reader);
}

static bool
read_hextet (Reader *reader, uint8_t *hextet)
{
  size_t from = reader->at;
  unsigned value = 0, digit;

  for (; (digit = digit_value (peek (reader))) < 16; reader->at++)
    value = value << 4 | digit;
  if (is_hex_prefix (reader, from))
    return fail (reader, ADDRESS_FAULT_HEXTET_PREFIX, from, 2);
  if (reader->at - from > 4)
    return fail (reader, ADDRESS_FAULT_HEXTET_LONG, from, reader->at - from);
  if (reader->at == from || (peek (reader) != ':' && !is_end (peek (reader))))
    return fail_here (reader, ADDRESS_FAULT_HEXTET_CHARACTER);
  bytes_put16 (hextet, (uint16_t) value);
  return true;
}

/* Is it dotted decimal that begins here? */
static bool
is_dotted (const Reader *reader)
{
  const char *end = reader->text + reader->at;

  while (digit_value (*end) < 16)
    end++;
  return *end == '.';
}

/* Two colons, SECOND is the place of the second one. */
static bool
open_gap (Reader *reader, size_t second, unsigned hextets)
{
  AddressText *read = reader->read;

  reader->at = second + 1;
  if (peek (reader) == ':')
    return fail (reader, ADDRESS_FAULT_COLON_THREE, second - 1, 3);
  if (read->gap_count > 0)
    return fail (reader, ADDRESS_FAULT_GAP_TWICE, second - 1, 2);
  reader->gap_at = second - 1;
  read->gap = hextets;
  read->gap_count = 1; /* to be counted at the end */
  return true;
}

/* The colon behind a hextet and what it announces. */
static bool
read_colon (Reader *reader, unsigned hextets)
{
  size_t colon = reader->at++;

  if (is_end (peek (reader)))
    return fail (reader, ADDRESS_FAULT_COLON_LAST, colon, 1);
  return peek (reader) != ':' || open_gap (reader, colon + 1, hextets);
}

/* Moves what stands behind the gap to the end, zeros between. */
static bool
fill_gap (Reader *reader, unsigned hextets)
{
  AddressText *read = reader->read;
  uint8_t *gap = read->address.bytes + read->gap * HEXTET_BYTES;
  size_t behind = (hextets - read->gap) * HEXTET_BYTES;
  size_t missing = (ADDRESS_HEXTETS - hextets) * HEXTET_BYTES;

  if (read->gap_count == 0 && hextets < ADDRESS_HEXTETS)
    return fail (reader, ADDRESS_FAULT_HEXTETS_FEW, reader->at, 1);
  if (read->gap_count == 0)
    return true;
  if (missing == 0)
    return fail (reader, ADDRESS_FAULT_GAP_NOTHING, reader->gap_at, 2);
  memmove (gap + missing, gap, behind);
  memset (gap, 0, missing);
  read->gap_count = ADDRESS_HEXTETS - hextets;
  return true;
}

static bool
read_ipv6 (Reader *reader)
{
  uint8_t *bytes = reader->read->address.bytes;
  unsigned hextets = 0;

  reader->read->ipv6 = true;
  if (peek (reader) == ':' && reader->text[1] != ':')
    return fail (reader, ADDRESS_FAULT_COLON_FIRST, 0, 1);
  if (peek (reader) == ':' && !open_gap (reader, 1, 0))
    return false;
  while (!is_end (peek (reader)))
    {
      uint8_t *next = bytes + hextets * HEXTET_BYTES;
      bool dotted = is_dotted (reader);

      if (hextets + dotted >= ADDRESS_HEXTETS)
        return fail_here (reader, ADDRESS_FAULT_HEXTETS_MANY);
      if (dotted ? !read_octets (reader, next) : !read_hextet (reader, next))
        return false;
      hextets += 1 + dotted;
      if (!is_end (peek (reader)) && !read_colon (reader, hextets))
        return false;
    }
  return fill_gap (reader, hextets);
}

/* RFC 4007 11; only what is unique on a link, but not in the world, needs to
 * be told which link. */
static bool
read_zone (Reader *reader)
{
  AddressText *read = reader->read;
  const uint8_t *bytes = read->address.bytes;
  bool link_local = bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
  size_t sign = reader->at++;

  if (!link_local && (bytes[0] != 0xff || (bytes[1] & 0xf) == SCOPE_GLOBAL))
    return fail (reader, ADDRESS_FAULT_ZONE_SCOPE, sign, 1);
  read->zone = reader->at;
  for (; peek (reader) != '\0' && peek (reader) != '/'; reader->at++)
    if (peek (reader) == '%' || is_blank (peek (reader)))
      return fail_here (reader, ADDRESS_FAULT_ZONE_CHARACTER);
  read->zone_length = reader->at - read->zone;
  return read->zone_length > 0
         || fail (reader, ADDRESS_FAULT_ZONE_EMPTY, reader->at, 1);
}

static bool
read_length (Reader *reader)
{
  unsigned most = reader->read->ipv6 ? 128 : 32, value;
  size_t from = ++reader->at, length = read_decimal (reader, most, &value);

  if (peek (reader) == '.' && length > 0)
    return fail (reader, ADDRESS_FAULT_LENGTH_MASK, from,
                 strlen (reader->text + from));
  if (peek (reader) != '\0')
    return fail_here (reader, ADDRESS_FAULT_LENGTH_CHARACTER);
  if (length == 0)
    return fail_here (reader, ADDRESS_FAULT_LENGTH_EMPTY);
  if (length > 1 && reader->text[from] == '0')
    return fail (reader, ADDRESS_FAULT_LENGTH_ZERO, from, length);
  if (value > most)
    return fail (reader,
                 reader->read->ipv6 ? ADDRESS_FAULT_LENGTH_RANGE_IPV6
                                    : ADDRESS_FAULT_LENGTH_RANGE_IPV4,
                 from, length);
  reader->read->prefix_length = (int) value;
  return true;
}

/* "[fd00::1]", "[fd00::1]:80": right where a port follows, which is not here.
 */
static bool
judge_bracket (Reader *reader)
{
  const char *behind = strchr (reader->text, ']');

  if (behind == NULL || behind[1] != ':')
    return fail (reader, ADDRESS_FAULT_BRACKET, 0, 1);
  return fail (reader, ADDRESS_FAULT_PORT, (size_t) (behind + 1 - reader->text),
               strlen (behind + 1));
}

static bool
read_address (Reader *reader)
{
  const char *text = reader->text;
  char first = text[0] | ('a' ^ 'A');
  size_t sign = 0;

  if (text[0] == '\0')
    return fail (reader, ADDRESS_FAULT_EMPTY, 0, 1);
  if (text[0] == '[')
    return judge_bracket (reader);
  while (!is_end (text[sign]) && text[sign] != '.' && text[sign] != ':')
    sign++;
  if (text[sign] == ':')
    return read_ipv6 (reader);
  if (first >= 'a' && first <= 'z')
    return fail (reader, ADDRESS_FAULT_NAME, 0, strlen (text));
  return read_octets (reader, reader->read->address.bytes + MAPPED);
}

bool
address_text_read (const char *text, AddressText *read)
{
  Reader reader = { .text = text, .read = read };

  *read = (AddressText){ .address = ADDRESS_ANY_IPV4, .prefix_length = -1 };
  if (!read_address (&reader))
    return false;
  read->end = reader.at;
  if (peek (&reader) == '%' && !read_zone (&reader))
    return false;
  return peek (&reader) == '\0' || read_length (&reader);
}

const char *
address_fault_name (AddressFault fault)
{
  static const char *const names[] = {
#define X(name, word) [ADDRESS_FAULT_##name] = word,
    ADDRESS_FAULTS (X)
#undef X
  };

  return names[fault];
}
