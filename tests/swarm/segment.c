// SPDX-License-Identifier: MIT
#include "tests/swarm/segment.h"

#include "tests/packet_line.h"

#include <string.h>

#define TCP 6

static uint16_t
read16 (const uint8_t *at)
{
  return (uint16_t) (at[0] << 8 | at[1]);
}

static uint32_t
read32 (const uint8_t *at)
{
  return (uint32_t) read16 (at) << 16 | read16 (at + 2);
}

static bool
read_sack (Segment *segment, const uint8_t *option, unsigned size)
{
  if (size < 10 || (size - 2) % 8 != 0 || segment->sack_count > 0)
    return false;
  segment->sack_count = (size - 2) / 8;
  for (unsigned i = 0; i < segment->sack_count; i++)
    {
      segment->sack[i][0] = read32 (option + 2 + 8 * i);
      segment->sack[i][1] = read32 (option + 6 + 8 * i);
      if ((int32_t) (segment->sack[i][1] - segment->sack[i][0]) <= 0)
        return false;
    }
  return true;
}

/* One option with a length, SIZE bytes of it; a SYN's only on a SYN. */
static bool
read_option (Segment *segment, const uint8_t *option, unsigned size)
{
  bool syn = (segment->flags & SEGMENT_SYN) != 0;

  switch (option[0])
    {
    case 2:
      segment->has_mss = true;
      segment->mss = read16 (option + 2);
      return size == 4 && syn;
    case 3:
      segment->has_scale = true;
      segment->scale = option[2];
      return size == 3 && syn && option[2] <= 14;
    case 4:
      segment->sack_permitted = true;
      return size == 2 && syn;
    case 5:
      return !syn && read_sack (segment, option, size);
    case 8:
      segment->has_timestamps = true;
      segment->timestamp = read32 (option + 2);
      segment->echo = read32 (option + 6);
      return size == 10;
    default:
      return false;
    }
}

static bool
read_options (Segment *segment, const uint8_t *options, unsigned length)
{
  for (unsigned at = 0; at < length;)
    {
      if (options[at] == 1)
        {
          at++;
          continue;
        }
      if (options[at] == 0)
        {
          for (; at < length; at++)
            if (options[at] != 0)
              return false;
          return true;
        }
      if (at + 1 >= length || options[at + 1] < 2
          || options[at + 1] > length - at
          || !read_option (segment, options + at, options[at + 1]))
        return false;
      at += options[at + 1];
    }
  return true;
}

SegmentVerdict
segment_read (const uint8_t *packet, size_t length, Segment *segment)
{
  bool ipv4 = length > 0 && packet[0] >> 4 == 4;
  size_t ip = ipv4 ? 20 : 40, header;
  const uint8_t *tcp = packet + ip;

  if (packet_line_check (packet, length) != NULL)
    return SEGMENT_BAD;
  if (packet[ipv4 ? 9 : 6] != TCP)
    return SEGMENT_OTHER;
  header = (size_t) (tcp[12] >> 4) * 4;
  if (header < 20 || ip + header > length || (tcp[12] & 15) != 0)
    return SEGMENT_BAD;
  *segment = (Segment){ .sequence = read32 (tcp + 4),
                        .acknowledgment = read32 (tcp + 8),
                        .flags = tcp[13],
                        .window = read16 (tcp + 14),
                        .data = tcp + header,
                        .length = (uint32_t) (length - ip - header) };
  segment->ecn = ipv4 ? packet[1] & 3 : (uint8_t) (read16 (packet) >> 4 & 3);
  return read_options (segment, tcp + 20, (unsigned) header - 20) ? SEGMENT_GOOD
                                                                  : SEGMENT_BAD;
}
