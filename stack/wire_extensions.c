// SPDX-License-Identifier: MIT
#include "stack/wire_extensions.h"

#include <glib.h>

#include "stack/bytes.h"

#define HOP_BY_HOP  0
#define ROUTING     43
#define FRAGMENT    44
#define DESTINATION 60

#define UNIT        8 /* bytes; all extension headers are multiples */
#define HEADERS_MAX 8
#define OPTIONS_MAX 8
#define PADDING_MAX 7

#define PAD_1 0
#define PAD_N 1

#define ROUTING_TYPE_AT  2
#define SEGMENTS_LEFT_AT 3

#define MORE_FRAGMENTS       0x0001
#define FRAGMENT_OFFSET_MASK 0xfff8 /* counts bytes as it stands */

/* A walk through one packet. */
typedef struct
{
  const uint8_t *packet;
  IpHeader *header;
  View *payload;
  unsigned count;
  bool fragment_seen;
} Walk;

static bool
is_extension (uint8_t next)
{
  return next == HOP_BY_HOP || next == ROUTING || next == FRAGMENT
         || next == DESTINATION;
}

static bool
is_piece (const IpHeader *header)
{
  return header->more_fragments || header->fragment_offset > 0;
}

/* The first trouble is the one to speak of. */
static void
note_trouble (Walk *walk, IpTrouble trouble, const uint8_t *where)
{
  if (walk->header->trouble != IP_TROUBLE_NONE)
    return;
  walk->header->trouble = trouble;
  walk->header->trouble_at = (uint16_t) (where - walk->packet);
}

/* What to do about an option that one does not know is written in its first
 * two bits (RFC 8200 4.2). We know padding, and nothing that is not skipped. */
static void
judge_option (Walk *walk, const uint8_t *option)
{
  static const IpTrouble actions[] = { IP_TROUBLE_NONE, IP_TROUBLE_UNWANTED,
                                       IP_TROUBLE_OPTION,
                                       IP_TROUBLE_OPTION_TO_ONE };

  if (option[0] >> 6 != 0)
    note_trouble (walk, actions[option[0] >> 6], option);
}

/* Bytes of the option at the head of OPTIONS; 0: it does not fit. */
static size_t
option_size (View options)
{
  size_t size;

  if (options.bytes[0] == PAD_1)
    return 1;
  if (options.length < 2)
    return 0;
  size = options.bytes[1] + 2u;
  return size <= options.length ? size : 0;
}

static void
check_options (Walk *walk, View options)
{
  unsigned count = 0;
  size_t padding = 0;

  while (options.length > 0)
    {
      size_t size = option_size (options);

      if (size == 0)
        {
          note_trouble (walk, IP_TROUBLE_MALFORMED, options.bytes);
          return;
        }
      if (options.bytes[0] <= PAD_N)
        padding += size;
      else
        {
          padding = 0;
          count++;
          judge_option (walk, options.bytes);
        }
      if (padding > PADDING_MAX || count > OPTIONS_MAX)
        {
          note_trouble (walk, IP_TROUBLE_LIMIT, options.bytes);
          return;
        }
      options.bytes += size;
      options.length -= size;
    }
}

static void
take_fragment (Walk *walk, const uint8_t *extension)
{
  uint16_t fragment = bytes_get16 (extension + 2);
  IpHeader *header = walk->header;

  walk->fragment_seen = true;
  header->fragment_offset = fragment & FRAGMENT_OFFSET_MASK;
  header->more_fragments = (fragment & MORE_FRAGMENTS) != 0;
  header->identification = bytes_get32 (extension + 4);
}

static void
judge_extension (Walk *walk, View extension)
{
  const uint8_t *bytes = extension.bytes;

  if (walk->header->protocol == FRAGMENT)
    take_fragment (walk, bytes);
  else if (walk->header->protocol != ROUTING)
    check_options (walk, (View){ bytes + 2, extension.length - 2 });
  else if (bytes[SEGMENTS_LEFT_AT] > 0)
    /* RFC 8200 4.4, RFC 5095: no type of it is known here. */
    note_trouble (walk, IP_TROUBLE_ROUTING, bytes + ROUTING_TYPE_AT);
}

static DropCause
skip_one (Walk *walk)
{
  IpHeader *header = walk->header;
  View extension = *walk->payload;
  size_t size = UNIT;

  if (walk->count++ == HEADERS_MAX)
    return DROP_LIMIT;
  if (extension.length < UNIT)
    return DROP_MALFORMED;
  if (header->protocol == FRAGMENT && walk->fragment_seen)
    return DROP_MALFORMED;
  if (header->protocol != FRAGMENT)
    size *= extension.bytes[1] + 1u;
  if (size > extension.length)
    return DROP_MALFORMED;

  judge_extension (walk, (View){ extension.bytes, size });
  header->protocol = extension.bytes[0];
  header->protocol_at = (uint16_t) (extension.bytes - walk->packet);
  *walk->payload = (View){ extension.bytes + size, extension.length - size };
  return DROP_NONE;
}

static bool
may_go_on (const Walk *walk)
{
  return is_extension (walk->header->protocol)
         && !(walk->header->protocol == HOP_BY_HOP && walk->count > 0);
}

bool
wire_extensions_look_ahead (const uint8_t *packet,
                            IpHeader *header,
                            View *payload)
{
  Walk walk = { packet, header, payload, .count = 1 };

  while (may_go_on (&walk) && header->protocol != FRAGMENT)
    if (skip_one (&walk) != DROP_NONE)
      return false;
  return true;
}

/* What an upper layer's header takes at least; 0: not known. */
static size_t
upper_header_min (uint8_t protocol)
{
  return protocol == PROTOCOL_TCP                                  ? 20
         : protocol == PROTOCOL_UDP || protocol == PROTOCOL_ICMPV6 ? 8
                                                                   : 0;
}

/* RFC 7112 5: the first piece holds all headers. */
static void
check_first_piece (Walk *walk)
{
  IpHeader ahead = *walk->header;
  View upper = *walk->payload;

  if (!wire_extensions_look_ahead (walk->packet, &ahead, &upper)
      || upper.length < upper_header_min (ahead.protocol))
    note_trouble (walk, IP_TROUBLE_INCOMPLETE, walk->packet);
}

DropCause
wire_extensions_skip (const uint8_t *packet, IpHeader *header, View *payload)
{
  Walk walk = { packet, header, payload, .count = 0 };
  DropCause cause = DROP_NONE;

  while (cause == DROP_NONE && may_go_on (&walk) && !is_piece (header))
    cause = skip_one (&walk);
  if (cause == DROP_NONE && header->more_fragments
      && header->fragment_offset == 0)
    check_first_piece (&walk);
  return cause;
}
