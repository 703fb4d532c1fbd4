// SPDX-License-Identifier: MIT
/* How many ICMP errors may go to one destination? A token bucket for each, in
 * a table of fixed size (RFC 1812 4.3.2.8, RFC 4443 2.4 f).
 *
 * Law: within any time T at most BURST + RATE * T errors leave a bucket, and
 * there are ICMP_LIMIT_BUCKETS of them, however many addresses are forged.
 * Where an address may stand is a keyed hash, so nobody can aim at somebody
 * else's bucket and measure it (the class of CVE-2020-25705). O(1). */
#pragma once

#include "stack/hash.h"

#define ICMP_LIMIT_BUCKETS 1024
#define ICMP_LIMIT_WAYS    4

/* A bucket is the time at which it will be full again. */
typedef struct
{
  Address destination;
  Time full_at;
} IcmpBucket;

typedef struct
{
  HashKey key;
  Time interval; /* until the next token; TIME_NEVER: no errors at all */
  unsigned burst;
  IcmpBucket *buckets;
} IcmpLimit;

/* RATE in errors a second. */
void icmp_limit_init (IcmpLimit *limit,
                      const uint8_t secret[16],
                      unsigned rate,
                      unsigned burst);
void icmp_limit_clear (IcmpLimit *limit);

/* Takes a token; false: there is none, say nothing. */
bool icmp_limit_take (IcmpLimit *limit, Time now, const Address *destination);
