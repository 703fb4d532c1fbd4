// SPDX-License-Identifier: MIT
/* A packet in one line, as tcpdump and the tests write it, with sequence
 * numbers relative to the flow's initial ones:
 *
 *   tcp S 0:0(0) win 65535 <mss 1460>      tcp . 1:1449(1448) ack 1 win 65535
 *   udp 10 bytes "msg 07/20"               icmp echo request id 7 seq 1
 *   udp fragment 1480:3008 id 9 last       tcp malformed
 *
 * Text in a payload is quoted, its first line up to 24 characters. A packet
 * with wrong checksums is read like any other. */
#pragma once

#include "sim/packet.h"

#define PACKET_TEXT_MAX 256

/* Writes at most PACKET_TEXT_MAX bytes, NUL included; returns TEXT. */
char *packet_text (const Packet *packet, char text[PACKET_TEXT_MAX]);
