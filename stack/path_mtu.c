// SPDX-License-Identifier: MIT
#include "stack/path_mtu.h"

#include "stack/address.h"
#include "stack/hash.h"
#include "stack/route.h"

#include <string.h>

typedef struct
{
  Address destination;
  uint32_t hash; /* keyed: routers may name any destination */
  unsigned mtu;
  Time told; /* when it was last lowered */
  GList link;
} Entry;

struct PathMtus
{
  GHashTable *entries; /* Entry > itself */
  GQueue by_age;       /* Entry, the one lowered last at the end */
  HashKey key;
  uint64_t version;
};

static guint
entry_hash (gconstpointer entry)
{
  return ((const Entry *) entry)->hash;
}

static gboolean
entry_equal (gconstpointer a, gconstpointer b)
{
  return address_equal (&((const Entry *) a)->destination,
                        &((const Entry *) b)->destination);
}

PathMtus *
path_mtu_new (const StackConfig *config)
{
  PathMtus *mtus = g_new (PathMtus, 1);
  HashKey key = hash_key_from_bytes (config->secret);

  *mtus = (PathMtus){ .entries = g_hash_table_new_full (entry_hash, entry_equal,
                                                        g_free, NULL),
                      .key = hash_key_derive (&key, "path mtu") };
  g_queue_init (&mtus->by_age);
  return mtus;
}

void
path_mtu_free (PathMtus *mtus)
{
  g_hash_table_destroy (mtus->entries);
  g_free (mtus);
}

/* NULL: nobody said anything about it. */
static Entry *
find (const PathMtus *mtus, const Address *destination)
{
  Entry like = { .destination = *destination };

  if (mtus->by_age.length == 0)
    return NULL;
  like.hash =
      (uint32_t) hash_bytes (&mtus->key, destination, sizeof *destination);
  return g_hash_table_lookup (mtus->entries, &like);
}

static void
forget_oldest (PathMtus *mtus)
{
  Entry *entry = g_queue_pop_head_link (&mtus->by_age)->data;

  g_hash_table_remove (mtus->entries, entry);
  mtus->version++;
}

static Entry *
add (Stack *stack, const Address *destination)
{
  PathMtus *mtus = stack->path_mtus;
  Entry *entry = g_new0 (Entry, 1);

  entry->destination = *destination;
  entry->hash =
      (uint32_t) hash_bytes (&mtus->key, destination, sizeof *destination);
  entry->link.data = entry;
  if (mtus->by_age.length >= stack->config.path_mtus_max)
    {
      stack->counters[STACK_COUNTER_PATH_MTU_EVICTED]++;
      forget_oldest (mtus);
    }
  g_hash_table_add (mtus->entries, entry);
  g_queue_push_tail_link (&mtus->by_age, &entry->link);
  return entry;
}

unsigned
path_mtu_get (const Stack *stack,
              unsigned interface,
              const Address *destination)
{
  unsigned mtu =
      g_array_index (stack->interfaces, StackInterface, interface).mtu;
  const Entry *entry;

  if (!stack->config.path_mtu_discovery)
    return address_is_ipv4 (destination) ? mtu : MIN (mtu, PATH_MTU_MIN_IPV6);
  entry = find (stack->path_mtus, destination);
  return entry != NULL ? MIN (mtu, entry->mtu) : mtu;
}

/* The greatest MTU in use that is below what did not pass (RFC 1191 7.1). */
static unsigned
plateau_below (unsigned length)
{
  static const unsigned plateaus[] = { 65535, 32000, 17914, 8166, 4352,
                                       2002,  1492,  1006,  508,  296 };

  for (unsigned i = 0; i < G_N_ELEMENTS (plateaus); i++)
    if (plateaus[i] < length)
      return plateaus[i];
  return PATH_MTU_MIN_IPV4;
}

bool
path_mtu_lower (Stack *stack,
                Time now,
                const Address *destination,
                unsigned mtu,
                unsigned quoted_length)
{
  PathMtus *mtus = stack->path_mtus;
  bool ipv4 = address_is_ipv4 (destination);
  Route route;
  Entry *entry;

  if (!stack->config.path_mtu_discovery
      || !route_find (stack, destination, &route))
    return false;
  if (ipv4 && mtu == 0)
    mtu = plateau_below (quoted_length);
  if (ipv4)
    mtu = MAX (mtu, PATH_MTU_MIN_IPV4);
  /* No link of IPv6 is smaller: whoever says so lies (RFC 8201 4). */
  if (!ipv4 && mtu < PATH_MTU_MIN_IPV6)
    return false;
  if (mtu >= path_mtu_get (stack, route.interface, destination))
    return false;
  entry = find (mtus, destination);
  if (entry == NULL)
    entry = add (stack, destination);
  entry->mtu = mtu;
  entry->told = now;
  g_queue_unlink (&mtus->by_age, &entry->link);
  g_queue_push_tail_link (&mtus->by_age, &entry->link);
  mtus->version++;
  return true;
}

void
path_mtu_expire (Stack *stack, Time now)
{
  PathMtus *mtus = stack->path_mtus;
  const GList *oldest;

  while ((oldest = g_queue_peek_head_link (&mtus->by_age)) != NULL
         && now - ((const Entry *) oldest->data)->told
                >= stack->config.path_mtu_age)
    forget_oldest (mtus);
}

uint64_t
path_mtu_version (const Stack *stack)
{
  return stack->path_mtus->version;
}

unsigned
path_mtu_count (const Stack *stack)
{
  return stack->path_mtus->by_age.length;
}
