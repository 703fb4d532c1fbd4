// SPDX-License-Identifier: MIT
#include "stack/wire_tcp.h"

#include <glib.h>

#include "stack/bytes.h"
#include "stack/checksum.h"

enum
{
  OPTION_END = 0,
  OPTION_NOP = 1,
  OPTION_MSS = 2,
  OPTION_WINDOW_SCALE = 3,
  OPTION_SACK_PERMITTED = 4,
  OPTION_SACK = 5,
  OPTION_TIMESTAMPS = 8
};

/* Lengths on the wire: kind and length included. */
#define MSS_LENGTH            4
#define WINDOW_SCALE_LENGTH   3
#define SACK_PERMITTED_LENGTH 2
#define TIMESTAMPS_LENGTH     10
#define SACK_HEAD             2
#define SACK_BLOCK            8

static void
parse_sack (const uint8_t *option, size_t length, TcpHeader *header)
{
  header->sack_count = (unsigned) (length - SACK_HEAD) / SACK_BLOCK;
  for (unsigned i = 0; i < header->sack_count; i++)
    {
      const uint8_t *block = option + SACK_HEAD + i * SACK_BLOCK;

      header->sack[i].start = bytes_get32 (block);
      header->sack[i].end = bytes_get32 (block + 4);
    }
}

static bool
is_length_legal (uint8_t kind, size_t length)
{
  switch (kind)
    {
    case OPTION_MSS:
      return length == MSS_LENGTH;
    case OPTION_WINDOW_SCALE:
      return length == WINDOW_SCALE_LENGTH;
    case OPTION_SACK_PERMITTED:
      return length == SACK_PERMITTED_LENGTH;
    case OPTION_SACK:
      return length > SACK_HEAD && length % SACK_BLOCK == SACK_HEAD
             && length <= SACK_HEAD + WIRE_TCP_SACK_MAX * SACK_BLOCK;
    case OPTION_TIMESTAMPS:
      return length == TIMESTAMPS_LENGTH;
    default:
      return length >= 2;
    }
}

static void
parse_option (const uint8_t *option, size_t length, TcpHeader *header)
{
  switch (option[0])
    {
    case OPTION_MSS:
      header->has_mss = true;
      header->mss = bytes_get16 (option + 2);
      break;
    case OPTION_WINDOW_SCALE:
      header->has_window_scale = true;
      header->window_scale = option[2];
      break;
    case OPTION_SACK_PERMITTED:
      header->sack_permitted = true;
      break;
    case OPTION_SACK:
      parse_sack (option, length, header);
      break;
    case OPTION_TIMESTAMPS:
      header->has_timestamps = true;
      header->timestamp = bytes_get32 (option + 2);
      header->timestamp_echo = bytes_get32 (option + 6);
      break;
    default:
      break;
    }
}

static void
parse_options (View options, TcpHeader *header)
{
  size_t at = 0;

  while (at < options.length && options.bytes[at] != OPTION_END)
    {
      const uint8_t *option = options.bytes + at;
      size_t left = options.length - at;
      size_t length;

      if (option[0] == OPTION_NOP)
        {
          at++;
          continue;
        }
      length = left < 2 ? 0 : option[1];
      if (length > left || !is_length_legal (option[0], length))
        return;
      parse_option (option, length, header);
      at += length;
    }
}

DropCause
wire_tcp_parse (const IpHeader *ip,
                View segment,
                TcpHeader *header,
                View *payload)
{
  const uint8_t *bytes = segment.bytes;
  size_t header_size;
  uint64_t sum;

  if (segment.length < WIRE_TCP_HEADER)
    return DROP_MALFORMED;
  sum = checksum_pseudo (&ip->source, &ip->destination, PROTOCOL_TCP,
                         segment.length);
  if (checksum_finish (checksum_add (sum, bytes, segment.length)) != 0)
    return DROP_CHECKSUM;
  header_size = (bytes[12] >> 4) * 4u;
  if (header_size < WIRE_TCP_HEADER || header_size > segment.length)
    return DROP_MALFORMED;

  *header = (TcpHeader){
    .source_port = bytes_get16 (bytes),
    .destination_port = bytes_get16 (bytes + 2),
    .sequence = bytes_get32 (bytes + 4),
    .acknowledgment = bytes_get32 (bytes + 8),
    .flags = bytes[13],
    .window = bytes_get16 (bytes + 14),
    .urgent = bytes_get16 (bytes + 18),
  };
  parse_options (
      (View){ bytes + WIRE_TCP_HEADER, header_size - WIRE_TCP_HEADER }, header);
  *payload = (View){ bytes + header_size, segment.length - header_size };
  return DROP_NONE;
}

/* Each option goes with the NOPs that fill its words, so that the sum of all
 * needs no padding: mss 4, sackOK and TS 12 together or 4 and 12, wscale 4,
 * blocks 4 + 8n. */

static size_t
fixed_options_size (const TcpHeader *header)
{
  size_t size = 0;

  if (header->has_mss)
    size += MSS_LENGTH;
  if (header->has_timestamps)
    size += SACK_PERMITTED_LENGTH + TIMESTAMPS_LENGTH;
  else if (header->sack_permitted)
    size += 2 + SACK_PERMITTED_LENGTH;
  if (header->has_window_scale)
    size += 1 + WINDOW_SCALE_LENGTH;
  return size;
}

static unsigned
count_fitting_blocks (const TcpHeader *header)
{
  size_t room = WIRE_TCP_OPTIONS_MAX - 4 - fixed_options_size (header);

  return MIN (header->sack_count, (unsigned) (room / SACK_BLOCK));
}

size_t
wire_tcp_header_size (const TcpHeader *header)
{
  unsigned blocks = count_fitting_blocks (header);

  return WIRE_TCP_HEADER + fixed_options_size (header)
         + (blocks > 0 ? 4 + blocks * SACK_BLOCK : 0);
}

/* The functions below write at TO and return where the next one goes on. */

static uint8_t *
put_head (uint8_t *to, unsigned nops, uint8_t kind, size_t length)
{
  while (nops-- > 0)
    *to++ = OPTION_NOP;
  *to++ = kind;
  *to++ = (uint8_t) length;
  return to;
}

static uint8_t *
put_32 (uint8_t *to, uint32_t value)
{
  bytes_put32 (to, value);
  return to + 4;
}

static uint8_t *
put_sack (const TcpHeader *header, uint8_t *to)
{
  unsigned blocks = count_fitting_blocks (header);

  if (blocks == 0)
    return to;

  to = put_head (to, 2, OPTION_SACK, SACK_HEAD + blocks * SACK_BLOCK);
  for (unsigned i = 0; i < blocks; i++)
    {
      to = put_32 (to, header->sack[i].start);
      to = put_32 (to, header->sack[i].end);
    }
  return to;
}

static uint8_t *
put_options (const TcpHeader *header, uint8_t *to)
{
  if (header->has_mss)
    {
      to = put_head (to, 0, OPTION_MSS, MSS_LENGTH);
      bytes_put16 (to, header->mss);
      to += 2;
    }
  if (header->sack_permitted)
    to = put_head (to, header->has_timestamps ? 0 : 2, OPTION_SACK_PERMITTED,
                   SACK_PERMITTED_LENGTH);
  if (header->has_timestamps)
    {
      to = put_head (to, header->sack_permitted ? 0 : 2, OPTION_TIMESTAMPS,
                     TIMESTAMPS_LENGTH);
      to = put_32 (to, header->timestamp);
      to = put_32 (to, header->timestamp_echo);
    }
  if (header->has_window_scale)
    {
      to = put_head (to, 1, OPTION_WINDOW_SCALE, WINDOW_SCALE_LENGTH);
      *to++ = header->window_scale;
    }
  return put_sack (header, to);
}

void
wire_tcp_emit (const IpHeader *ip,
               const TcpHeader *header,
               uint64_t payload_sum,
               size_t length,
               uint8_t *segment)
{
  size_t size = wire_tcp_header_size (header);
  const uint8_t *end;
  uint64_t sum;

  bytes_put16 (segment, header->source_port);
  bytes_put16 (segment + 2, header->destination_port);
  bytes_put32 (segment + 4, header->sequence);
  bytes_put32 (segment + 8, header->acknowledgment);
  segment[12] = (uint8_t) (size / 4 << 4);
  segment[13] = header->flags;
  bytes_put16 (segment + 14, header->window);
  bytes_put16 (segment + 16, 0);
  bytes_put16 (segment + 18, header->urgent);
  end = put_options (header, segment + WIRE_TCP_HEADER);
  g_assert (end == segment + size);

  sum = checksum_pseudo (&ip->source, &ip->destination, PROTOCOL_TCP,
                         size + length);
  sum = checksum_add (sum, segment, size) + payload_sum;
  bytes_put16 (segment + 16, checksum_finish (sum));
}
