// SPDX-License-Identifier: MIT
#include "stack/icmp_limit.h"

#include "stack/address.h"

#include <glib.h>

#define SETS (ICMP_LIMIT_BUCKETS / ICMP_LIMIT_WAYS)

void
icmp_limit_init (IcmpLimit *limit,
                 const uint8_t secret[16],
                 unsigned rate,
                 unsigned burst)
{
  HashKey key = hash_key_from_bytes (secret);

  *limit = (IcmpLimit){
    .key = hash_key_derive (&key, "icmp-limit"),
    .interval = rate > 0 && burst > 0 ? SECOND / rate : TIME_NEVER,
    .burst = burst,
    .buckets = g_new0 (IcmpBucket, ICMP_LIMIT_BUCKETS),
  };
  for (unsigned i = 0; i < ICMP_LIMIT_BUCKETS; i++)
    limit->buckets[i].full_at = INT64_MIN;
}

void
icmp_limit_clear (IcmpLimit *limit)
{
  g_free (limit->buckets);
}

/* The bucket of DESTINATION. A new address moves into the fullest of its set
 * and takes it as it is: tokens are never made by forging addresses. */
static IcmpBucket *
find_bucket (const IcmpLimit *limit, const Address *destination)
{
  uint64_t hash = hash_bytes (&limit->key, destination, sizeof *destination);
  IcmpBucket *set = limit->buckets + hash % SETS * ICMP_LIMIT_WAYS;
  IcmpBucket *fullest = set;

  for (unsigned i = 0; i < ICMP_LIMIT_WAYS; i++)
    {
      if (address_equal (&set[i].destination, destination))
        return &set[i];
      if (set[i].full_at < fullest->full_at)
        fullest = &set[i];
    }
  fullest->destination = *destination;
  return fullest;
}

bool
icmp_limit_take (IcmpLimit *limit, Time now, const Address *destination)
{
  IcmpBucket *bucket;
  Time full_at;

  if (limit->interval == TIME_NEVER)
    return false;
  bucket = find_bucket (limit, destination);
  full_at = MAX (bucket->full_at, now);
  if (full_at - now > (limit->burst - 1) * limit->interval)
    return false;
  bucket->full_at = full_at + limit->interval;
  return true;
}
