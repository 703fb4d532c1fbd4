// SPDX-License-Identifier: MIT
/* A strict reader of TCP segments, for judging what a stack sends: it shares
 * no code with the stack and knows exactly the options that a stack of this
 * project may send, each only where it belongs. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum
{
  SEGMENT_FIN = 1,
  SEGMENT_SYN = 2,
  SEGMENT_RST = 4,
  SEGMENT_PSH = 8,
  SEGMENT_ACK = 16,
  SEGMENT_URG = 32,
  SEGMENT_ECE = 64,
  SEGMENT_CWR = 128
};

typedef struct
{
  uint32_t sequence, acknowledgment;
  uint8_t flags;
  uint16_t window;
  const uint8_t *data;
  uint32_t length; /* of the data */
  uint8_t ecn;     /* of the IP header */

  bool has_mss, has_scale, sack_permitted, has_timestamps;
  uint16_t mss;
  uint8_t scale;
  uint32_t timestamp, echo;
  unsigned sack_count;
  uint32_t sack[4][2];
} Segment;

typedef enum
{
  SEGMENT_GOOD,
  SEGMENT_OTHER, /* a correct packet, but no TCP */
  SEGMENT_BAD    /* checksum, length or an option is wrong */
} SegmentVerdict;

/* PACKET is a whole IP packet; SEGMENT borrows from it. */
SegmentVerdict
segment_read (const uint8_t *packet, size_t length, Segment *segment);
