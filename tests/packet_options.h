// SPDX-License-Identifier: MIT
/* The options of a TCP segment as a list of words, and as bytes.
 *
 *   mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 7
 *   nop,nop,TS val 100 ecr 90,nop,nop,sack 1001:2001 3001:4001
 *
 * mss N, wscale N, sackOK, TS val N ecr N, sack START:END ..., nop, eol, and
 * raw HEX for whatever else. What follows eol counts only when it is raw. */
#pragma once

#include "stack/types.h"

#include <glib.h>

#define PACKET_OPTIONS_MAX 40

typedef enum
{
  PACKET_OPTION_EOL = 0,
  PACKET_OPTION_NOP = 1,
  PACKET_OPTION_MSS = 2,
  PACKET_OPTION_WSCALE = 3,
  PACKET_OPTION_SACK_OK = 4,
  PACKET_OPTION_SACK = 5,
  PACKET_OPTION_TS = 8,
  PACKET_OPTION_RAW = 256
} PacketOptionKind;

typedef struct
{
  PacketOptionKind kind;
  unsigned count;
  int64_t values[8]; /* mss; wscale; val and ecr; start and end of each block */
  unsigned raw_length;
  uint8_t raw[PACKET_OPTIONS_MAX];
} PacketOption;

typedef struct
{
  unsigned count;
  PacketOption list[PACKET_OPTIONS_MAX];
} PacketOptions;

/* The numbers on the wire that 0 stands for in a text. */
typedef struct
{
  uint32_t val, ecr; /* ecr: 0 on a segment without ACK */
  uint32_t sack;
} PacketOptionsBase;

/* Aborts on text that is no list: the test is wrong. */
void packet_options_parse (PacketOptions *options, const char *text);

/* Appends the list to TEXT. */
void packet_options_format (const PacketOptions *options, GString *text);

/* Returns the length, without padding. */
unsigned packet_options_encode (const PacketOptions *options,
                                const PacketOptionsBase *base,
                                uint8_t bytes[PACKET_OPTIONS_MAX]);

/* NULL, or what is wrong: each known option must have its length. */
const char *packet_options_decode (PacketOptions *options,
                                   const PacketOptionsBase *base,
                                   const uint8_t *bytes,
                                   size_t length);

bool packet_options_equal (const PacketOptions *a, const PacketOptions *b);

/* The first TSval in the bytes; false: none. */
bool
packet_options_find_time (const uint8_t *bytes, size_t length, uint32_t *val);
