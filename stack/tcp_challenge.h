// SPDX-License-Identifier: MIT
/* How often does one connection answer what it cannot accept? Whoever sends
 * such segments may be the peer, which then learns the right numbers from the
 * ACK (RFC 9293 3.10.7.4), or anybody at all (RFC 5961 7).
 *
 * Law: at most LIMIT ACKs in the second that begins with the first of them,
 * counted for each connection alone: no packet to one of them changes what
 * another says (CVE-2016-5696). */
#pragma once

#include "stack/types.h"

typedef struct
{
  Time since; /* the second that COUNT is of */
  unsigned count;
} TcpChallenge;

/* May one more be sent? Counts it. */
bool tcp_challenge_take (TcpChallenge *challenge, unsigned limit, Time now);
