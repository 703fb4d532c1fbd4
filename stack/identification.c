// SPDX-License-Identifier: MIT
#include "stack/identification.h"

#include "stack/address.h"
#include "stack/hash.h"

#include <string.h>

typedef struct
{
  Address source, destination;
  uint8_t protocol;
  uint32_t hash;
  uint32_t next;
  GList link;
} Counter;

#define KEY_BYTES (offsetof (Counter, protocol) + 1)

struct Identifications
{
  GHashTable *counters; /* Counter > itself */
  GQueue by_use;        /* Counter, used last at the end */
  HashKey key;
  HashKey start_key;
  uint64_t evicted; /* counters so far: none comes back as it was */
};

static guint
counter_hash (gconstpointer counter)
{
  return ((const Counter *) counter)->hash;
}

static gboolean
counter_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, KEY_BYTES) == 0;
}

Identifications *
identification_new (const StackConfig *config)
{
  Identifications *identifications = g_new0 (Identifications, 1);
  HashKey key = hash_key_from_bytes (config->secret);

  identifications->counters =
      g_hash_table_new_full (counter_hash, counter_equal, g_free, NULL);
  identifications->key = hash_key_derive (&key, "identification");
  identifications->start_key = hash_key_derive (&key, "identification start");
  return identifications;
}

void
identification_free (Identifications *identifications)
{
  g_hash_table_destroy (identifications->counters);
  g_free (identifications);
}

static Counter *
add (Identifications *identifications, const Counter *like, unsigned max)
{
  Counter *counter = g_memdup2 (like, sizeof *like);
  uint64_t start[2];

  if (identifications->by_use.length >= max)
    {
      GList *oldest = g_queue_pop_head_link (&identifications->by_use);

      g_hash_table_remove (identifications->counters, oldest->data);
      identifications->evicted++;
    }
  start[0] = identifications->evicted;
  start[1] = like->hash;
  counter->next =
      (uint32_t) hash_bytes (&identifications->start_key, start, sizeof start);
  counter->link.data = counter;
  g_hash_table_add (identifications->counters, counter);
  g_queue_push_tail_link (&identifications->by_use, &counter->link);
  return counter;
}

uint32_t
identification_next (Stack *stack, const IpHeader *header)
{
  Identifications *identifications = stack->identifications;
  Counter like = { .source = header->source,
                   .destination = header->destination,
                   .protocol = header->protocol };
  Counter *counter;

  like.hash = (uint32_t) hash_bytes (&identifications->key, &like, KEY_BYTES);
  counter = g_hash_table_lookup (identifications->counters, &like);
  if (counter == NULL)
    counter = add (identifications, &like, stack->config.identifications_max);
  g_queue_unlink (&identifications->by_use, &counter->link);
  g_queue_push_tail_link (&identifications->by_use, &counter->link);
  counter->next++;
  return address_is_ipv4 (&header->source) ? (uint16_t) counter->next
                                           : counter->next;
}
