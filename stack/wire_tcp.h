// SPDX-License-Identifier: MIT
/* TCP segments (RFC 9293 3.1): bytes <-> struct. Parse and emit are inverse
 * on the options known here; unknown ones are skipped, of two of one kind the
 * last counts, and reserved bits are zero when sent. */
#pragma once

#include "stack/wire_ip.h"

#define WIRE_TCP_HEADER      20
#define WIRE_TCP_OPTIONS_MAX 40
#define WIRE_TCP_SACK_MAX    4

/* Bytes of options that are not on a SYN, with what pads them. */
#define WIRE_TCP_TIMESTAMPS 12
#define WIRE_TCP_SACK_HEAD  4
#define WIRE_TCP_SACK_BLOCK 8

enum
{
  TCP_FIN = 0x01,
  TCP_SYN = 0x02,
  TCP_RST = 0x04,
  TCP_PSH = 0x08,
  TCP_ACK = 0x10,
  TCP_URG = 0x20,
  TCP_ECE = 0x40,
  TCP_CWR = 0x80
};

typedef struct
{
  uint32_t start, end;
} TcpSackBlock;

typedef struct
{
  uint16_t source_port, destination_port;
  uint32_t sequence, acknowledgment;
  uint8_t flags;
  uint16_t window; /* as on the wire, unscaled */
  uint16_t urgent;

  bool has_mss, has_window_scale, sack_permitted, has_timestamps;
  uint16_t mss;
  uint8_t window_scale;
  uint32_t timestamp, timestamp_echo;
  unsigned sack_count;
  TcpSackBlock sack[WIRE_TCP_SACK_MAX];
} TcpHeader;

/* SEGMENT is the payload of IP. Checks the checksum against the addresses of
 * IP and the data offset; malformed options end the parsing of options, they
 * do not drop the segment (RFC 9293 MUST-7). */
DropCause wire_tcp_parse (const IpHeader *ip,
                          View segment,
                          TcpHeader *header,
                          View *payload);

/* 20 plus options, padded to a multiple of 4. Order of options on a SYN: mss,
 * sackOK, TS, nop, wscale (RFC 7323 app. A). SACK blocks that find no room in
 * 40 bytes of options are left out, the last ones first. */
size_t wire_tcp_header_size (const TcpHeader *header);

/* Writes header and options. The checksum is completed with PAYLOAD_SUM, the
 * checksum_add of the LENGTH payload bytes that the caller puts behind it. */
void wire_tcp_emit (const IpHeader *ip,
                    const TcpHeader *header,
                    uint64_t payload_sum,
                    size_t length,
                    uint8_t *segment);
