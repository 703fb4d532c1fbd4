// SPDX-License-Identifier: MIT
/* One TCP segment as a line of text, and as the bytes of an IP packet. It
 * shares no code with the stack: what one of them gets wrong, the other shows.
 *
 *   S 0:0(0) win 65535 <mss 1000>
 *   P. 1:11(10) ack 1 win 65535
 *   R. 5:5(0) ack 11
 *
 *   . 1:1(0) ack 1 <nop,nop,TS val 20 ecr 7,nop,nop,sack 1001:2001>
 *
 * Flags S F R P U E W and '.' for ACK, '-' for none; start:end(length) of the
 * data, in which SYN and FIN do not count; ack, win (unscaled) and options when
 * they are there: tests/packet_options.h; <> is none at all. urg N: the urgent
 * pointer; ecn no, ect0, ect1 or ce: of the IP header. `fill C` makes all data
 * bytes C instead of the pattern that packet_line_byte tells. */
#pragma once

#include "stack/types.h"
#include "tests/packet_options.h"

#define PACKET_LINE_TEXT 300
#define PACKET_LINE_MAX  70000

typedef struct
{
  uint8_t flags;
  int64_t start, end; /* relative to the sender's initial number */
  bool has_ack, has_window, has_urgent, has_ecn, has_options;
  int64_t ack; /* relative to the receiver's */
  unsigned window, urgent, ecn;
  char fill; /* or 0: the pattern */
  PacketOptions options;
} PacketLine;

/* Both ends of the packet, and the numbers that 0 stands for: the initial ones,
 * and the first values of their timestamps. */
typedef struct
{
  Endpoint source, destination;
  uint32_t source_isn, destination_isn;
  bool source_timed; /* is source_time known? */
  uint32_t source_time, destination_time;
} PacketPath;

/* The byte at OFFSET of every stream and datagram of these tests. */
uint8_t packet_line_byte (int64_t offset);

/* Aborts on text that is no line: the test is wrong. */
PacketLine packet_line_parse (const char *text);

/* Does LINE have all that EXPECTED gives? Its options are then the same, and
 * in the same order. */
bool packet_line_matches (const PacketLine *line, const PacketLine *expected);

/* Writes TEXT as above; returns it. */
char *packet_line_format (const PacketLine *line, char text[PACKET_LINE_TEXT]);

/* Writes an IP packet, complete and correct; returns its length. */
size_t packet_line_encode (const PacketLine *line,
                           const PacketPath *path,
                           uint8_t packet[PACKET_LINE_MAX]);

/* Reads a packet of which checksums and lengths must be right and the data as
 * the pattern has it. NULL, or what is wrong with it. PATH gets the endpoints
 * and says, with the numbers it holds, what is relative to what; a SYN sets
 * its source_isn, the first timestamp its source_time. */
const char *packet_line_decode (PacketLine *line,
                                PacketPath *path,
                                const uint8_t *packet,
                                size_t length);

/* An IP header in front of LENGTH bytes that are at PACKET + 20 or + 40
 * already; the checksum of the upper layer at CHECKSUM_AT of them is filled
 * in. Returns the length of the packet. */
size_t packet_line_wrap (uint8_t *packet,
                         const Address *source,
                         const Address *destination,
                         uint8_t protocol,
                         size_t checksum_at,
                         size_t length);

size_t packet_line_ip_header (const Address *source);

/* NULL when header and both checksums of PACKET are right, else what is not.
 * Of a fragment, what is behind the header is not looked at. */
const char *packet_line_check (const uint8_t *packet, size_t length);

/* Sets the IPv4 header checksum again after a change. */
void packet_line_seal_ipv4 (uint8_t *packet);
