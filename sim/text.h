// SPDX-License-Identifier: MIT
/* A packet in one line, as tcpdump and the tests write it, with sequence
 * numbers relative to the flow's initial ones:
 *
 *   tcp S 0:0(0) win 65535 <mss 1460>      tcp . 1:1449(1448) ack 1 win 65535
 *   udp 12 bytes                           icmp echo request id 7 seq 1
 */
#pragma once

#include "sim/packet.h"

#define PACKET_TEXT_MAX 256

/* Writes at most PACKET_TEXT_MAX bytes, NUL included; returns TEXT. */
char *packet_text (const Packet *packet, char text[PACKET_TEXT_MAX]);
