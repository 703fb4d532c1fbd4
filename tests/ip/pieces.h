// SPDX-License-Identifier: MIT
/* A peer that fragments by hand: datagrams of the tests' pattern to UDP port
 * 7777, in pieces as the test says them. It shares no code with the stack. */
#pragma once

#include "tests/harness.h"

typedef struct
{
  Talk *t;
  uint8_t whole[PACKET_LINE_MAX]; /* the packet */
  size_t head, length;            /* its IP header, what is behind it */
  uint32_t id;
  uint8_t traffic_class;
} Cut;

/* A conversation with an application that waits on port 7777. */
Talk *cut_talk (const StackConfig *config, bool ipv6);

/* A datagram of LENGTH bytes, UDP header included. */
void cut_begin (Cut *cut, Talk *t, uint32_t id, size_t length);

/* One piece of it: [start, end), "more fragments" or not. */
void cut_sends (const Cut *cut, size_t start, size_t end, bool more);

/* The application gets the datagram, whole and right; or nothing. */
void cut_arrives (const Cut *cut);
void cut_nothing_arrives (const Cut *cut);

/* A fragment with LENGTH bytes of PAYLOAD at t->bytes; its length. */
size_t cut_make (const Cut *cut,
                 uint8_t protocol,
                 size_t offset,
                 bool more,
                 const uint8_t *payload,
                 size_t length);

/* The next packet is an ICMP error of TYPE and CODE with bytes 4-7 POINTER. */
void cut_expects_error (Talk *t, uint8_t type, uint8_t code, uint32_t pointer);
