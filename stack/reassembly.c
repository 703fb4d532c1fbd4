// SPDX-License-Identifier: MIT
#include "stack/reassembly.h"

#include "stack/address.h"
#include "stack/fragment.h"
#include "stack/hash.h"
#include "stack/icmp_error.h"
#include "stack/pieces.h"

#include <string.h>

#define UNIT               8 /* offsets count it */
#define FRAGMENT_HEADER    8
#define PAYLOAD_LENGTH_AT  4
#define FRAGMENT_OFFSET_AT 2 /* in the fragment header */
#define ECN_MASK           3
#define ECN_NOT_CAPABLE    (1u << 0)
#define ECN_MARKED         (1u << 3)

typedef struct
{
  Address source, destination;
  uint32_t identification;
  uint8_t protocol; /* IPv6: 0 */
  uint32_t hash;    /* keyed, of the rest */
} Key;

#define KEY_BYTES (offsetof (Key, protocol) + 1)

typedef struct
{
  Address address; /* first member: what it is found by */
  uint32_t hash;
  size_t bytes;
  GQueue datagrams; /* oldest first */
} Source;

typedef struct
{
  Key key; /* first member */
  Source *source;
  GList by_age, by_source;
  Time deadline;
  bool poisoned;
  uint8_t ecn;   /* bit n: codepoint n came */
  size_t cost;   /* of all of it */
  Pieces pieces; /* empty when poisoned */

  /* Of the first fragment, once it is there: all before its payload. */
  uint8_t *header;
  size_t header_size;
  StackIn in;
} Datagram;

struct Reassembly
{
  const StackConfig *config;
  HashKey key;
  GHashTable *datagrams; /* Key of a Datagram > itself */
  GHashTable *sources;   /* Source > itself */
  GQueue by_age;         /* Datagram, oldest first */
  size_t bytes;
  uint8_t *whole; /* the latest datagram, or NULL */
};

static guint
key_hash (gconstpointer key)
{
  return ((const Key *) key)->hash;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, KEY_BYTES) == 0;
}

static guint
source_hash (gconstpointer source)
{
  return ((const Source *) source)->hash;
}

static gboolean
source_equal (gconstpointer a, gconstpointer b)
{
  return address_equal (&((const Source *) a)->address,
                        &((const Source *) b)->address);
}

Reassembly *
reassembly_new (const StackConfig *config)
{
  Reassembly *reassembly = g_new0 (Reassembly, 1);
  HashKey key = hash_key_from_bytes (config->secret);

  reassembly->config = config;
  reassembly->key = hash_key_derive (&key, "reassembly");
  reassembly->datagrams = g_hash_table_new (key_hash, key_equal);
  reassembly->sources = g_hash_table_new (source_hash, source_equal);
  g_queue_init (&reassembly->by_age);
  return reassembly;
}

/* Sources and datagrams: coming and going */

static Source *
get_source (Reassembly *reassembly, const Address *address)
{
  Source like = { .address = *address };
  Source *source;

  like.hash =
      (uint32_t) hash_bytes (&reassembly->key, address, sizeof *address);
  source = g_hash_table_lookup (reassembly->sources, &like);
  if (source != NULL)
    return source;
  source = g_new (Source, 1);
  *source = like;
  g_queue_init (&source->datagrams);
  g_hash_table_add (reassembly->sources, source);
  return source;
}

static void
add_cost (Reassembly *reassembly, Datagram *datagram, size_t cost)
{
  datagram->cost += cost;
  datagram->source->bytes += cost;
  reassembly->bytes += cost;
}

static Key
key_of (const Reassembly *reassembly, const IpHeader *ip)
{
  Key key = { .source = ip->source,
              .destination = ip->destination,
              .identification = ip->identification };

  if (address_is_ipv4 (&ip->source))
    key.protocol = ip->protocol;
  key.hash = (uint32_t) hash_bytes (&reassembly->key, &key, KEY_BYTES);
  return key;
}

static Datagram *
get_datagram (Reassembly *reassembly, const Arrival *arrival)
{
  Key key = key_of (reassembly, &arrival->ip);
  Datagram *datagram = g_hash_table_lookup (reassembly->datagrams, &key);

  if (datagram != NULL)
    return datagram;
  datagram = g_new0 (Datagram, 1);
  datagram->key = key;
  datagram->deadline = arrival->now + reassembly->config->reassembly_time;
  datagram->by_age.data = datagram->by_source.data = datagram;
  datagram->source = get_source (reassembly, &key.source);
  g_queue_push_tail_link (&datagram->source->datagrams, &datagram->by_source);
  g_queue_push_tail_link (&reassembly->by_age, &datagram->by_age);
  g_hash_table_add (reassembly->datagrams, datagram);
  add_cost (reassembly, datagram, sizeof *datagram + sizeof (Source));
  return datagram;
}

/* Its pieces and header go, the datagram stays. */
static void
empty_datagram (Reassembly *reassembly, Datagram *datagram)
{
  size_t kept = sizeof *datagram + sizeof (Source);
  size_t freed = datagram->cost - kept;

  pieces_clear (&datagram->pieces);
  g_clear_pointer (&datagram->header, g_free);
  datagram->cost = kept;
  datagram->source->bytes -= freed;
  reassembly->bytes -= freed;
}

static void
remove_datagram (Reassembly *reassembly, Datagram *datagram)
{
  Source *source = datagram->source;

  empty_datagram (reassembly, datagram);
  source->bytes -= datagram->cost;
  reassembly->bytes -= datagram->cost;
  g_queue_unlink (&source->datagrams, &datagram->by_source);
  g_queue_unlink (&reassembly->by_age, &datagram->by_age);
  g_hash_table_remove (reassembly->datagrams, &datagram->key);
  g_free (datagram);
  if (source->datagrams.length > 0)
    return;
  g_hash_table_remove (reassembly->sources, source);
  g_free (source);
}

void
reassembly_free (Reassembly *reassembly)
{
  const GList *oldest;

  while ((oldest = g_queue_peek_head_link (&reassembly->by_age)) != NULL)
    remove_datagram (reassembly, oldest->data);
  g_hash_table_destroy (reassembly->datagrams);
  g_hash_table_destroy (reassembly->sources);
  g_free (reassembly->whole);
  g_free (reassembly);
}

/* What was held of the datagram will never be used. */
static void
drop_pieces (Stack *stack, const Datagram *datagram, DropCause cause)
{
  for (unsigned i = 0; i < datagram->pieces.count; i++)
    {
      StackIn in = { .id = datagram->pieces.items[i]->id };
      Arrival arrival = { .stack = stack, .in = &in };

      stack_drop (&arrival, cause);
    }
}

/* What is here is dropped, and what will come. */
static void
poison (Reassembly *reassembly, Stack *stack, Datagram *datagram)
{
  drop_pieces (stack, datagram, DROP_FRAGMENT);
  empty_datagram (reassembly, datagram);
  datagram->poisoned = true;
}

static void
evict (Reassembly *reassembly, Stack *stack, Datagram *datagram)
{
  stack->counters[STACK_COUNTER_REASSEMBLY_EVICTED]++;
  drop_pieces (stack, datagram, DROP_LIMIT);
  remove_datagram (reassembly, datagram);
}

/* Oldest first, and first of DATAGRAM's source if it has more than its share;
 * DATAGRAM itself may go. */
static void
keep_limits (Reassembly *reassembly, Stack *stack, Datagram *datagram)
{
  const StackConfig *config = reassembly->config;
  Source *source = datagram->source;

  while (source->bytes > config->reassembly_source_bytes)
    {
      Datagram *oldest = g_queue_peek_head_link (&source->datagrams)->data;

      evict (reassembly, stack, oldest);
      if (oldest == datagram)
        return;
    }
  while (reassembly->bytes > config->reassembly_bytes
         || reassembly->by_age.length > config->reassembly_datagrams)
    evict (reassembly, stack,
           g_queue_peek_head_link (&reassembly->by_age)->data);
}

/* What one fragment says */

/* Bytes of a whole packet in front of the datagram, when this fragment's
 * header is its header. */
static size_t
head_size (const Arrival *arrival, View payload)
{
  size_t size = (size_t) (payload.bytes - arrival->packet.bytes);

  return address_is_ipv4 (&arrival->ip.source) ? size : size - FRAGMENT_HEADER;
}

/* A packet of HEAD and LENGTH bytes: more than its length field can say
 * (CVE-1999-0128 class), or more than we take? */
static bool
is_too_long (const Reassembly *reassembly,
             const Datagram *datagram,
             size_t head,
             size_t length)
{
  bool ipv4 = address_is_ipv4 (&datagram->key.source);
  size_t counted = ipv4 ? head + length : head + length - WIRE_IPV6_HEADER;

  return counted > UINT16_MAX
         || head + length > reassembly->config->reassembly_size;
}

/* RFC 8200 4.5 has an answer for it: where in the packet the lie is. */
static void
complain (const Arrival *arrival, size_t pointer)
{
  if (!address_is_ipv4 (&arrival->ip.source))
    icmp_error_send (arrival, ICMP_ERROR_HEADER, (uint32_t) pointer);
}

static bool
is_usable (const Arrival *arrival, View payload)
{
  const IpHeader *ip = &arrival->ip;

  if (ip->more_fragments && payload.length % UNIT != 0)
    {
      complain (arrival, PAYLOAD_LENGTH_AT);
      return false;
    }
  return payload.length > 0 && !fragment_is_tiny (ip, payload)
         && !fragment_is_nested (ip, payload);
}

/* RFC 3168 5.3. */
static bool
is_ecn_contradictory (uint8_t ecn)
{
  return (ecn & ECN_MARKED) != 0 && (ecn & ECN_NOT_CAPABLE) != 0;
}

static void
keep_header (Reassembly *reassembly,
             Datagram *datagram,
             const Arrival *arrival,
             View payload)
{
  datagram->header_size = (size_t) (payload.bytes - arrival->packet.bytes);
  datagram->header = g_memdup2 (arrival->packet.bytes, datagram->header_size);
  datagram->in = *arrival->in;
  add_cost (reassembly, datagram, datagram->header_size);
}

/* DROP_NONE: it is kept. */
static DropCause
add_piece (Reassembly *reassembly,
           Datagram *datagram,
           const Arrival *arrival,
           View payload)
{
  const IpHeader *ip = &arrival->ip;
  size_t start = ip->fragment_offset, head = head_size (arrival, payload);
  PiecesAnswer answer = PIECES_CONFLICT;

  if (datagram->poisoned)
    return DROP_FRAGMENT;
  datagram->ecn |= (uint8_t) (1u << (ip->traffic_class & ECN_MASK));
  if (is_too_long (reassembly, datagram, head, start + payload.length))
    complain (arrival, head + FRAGMENT_OFFSET_AT);
  else if (!is_ecn_contradictory (datagram->ecn))
    answer = pieces_add (&datagram->pieces, start, payload, !ip->more_fragments,
                         arrival->in->id);
  if (answer == PIECES_DUPLICATE)
    return DROP_DUPLICATE;
  if (answer == PIECES_CONFLICT)
    {
      poison (reassembly, arrival->stack, datagram);
      return DROP_FRAGMENT;
    }
  if (start == 0)
    keep_header (reassembly, datagram, arrival, payload);
  add_cost (reassembly, datagram, pieces_cost (payload.length));
  return DROP_NONE;
}

/* Making one packet of it */

/* All pieces behind the first one's header, which forgets that it was one.
 * False: that would be too long. */
static bool
compose (Reassembly *reassembly, const Datagram *datagram, View *whole)
{
  bool ipv4 = address_is_ipv4 (&datagram->key.source);
  bool marked = (datagram->ecn & ECN_MARKED) != 0;
  size_t head = datagram->header_size - (ipv4 ? 0 : FRAGMENT_HEADER);
  size_t total = head + datagram->pieces.end;

  if (is_too_long (reassembly, datagram, head, datagram->pieces.end))
    return false;
  g_free (reassembly->whole);
  reassembly->whole = g_malloc (total);
  memcpy (reassembly->whole, datagram->header, head);
  pieces_write (&datagram->pieces, reassembly->whole + head);
  fragment_make_whole (reassembly->whole, head, total,
                       ipv4 ? 0 : datagram->header[head], marked);
  *whole = (View){ reassembly->whole, total };
  return true;
}

bool
reassembly_take (Reassembly *reassembly,
                 const Arrival *arrival,
                 View payload,
                 View *whole)
{
  Datagram *datagram;
  DropCause cause;

  if (!is_usable (arrival, payload))
    {
      stack_drop (arrival, DROP_FRAGMENT);
      return false;
    }
  datagram = get_datagram (reassembly, arrival);
  cause = add_piece (reassembly, datagram, arrival, payload);
  if (cause != DROP_NONE)
    stack_drop (arrival, cause);
  if (cause == DROP_NONE && pieces_complete (&datagram->pieces))
    {
      if (compose (reassembly, datagram, whole))
        {
          remove_datagram (reassembly, datagram);
          return true;
        }
      poison (reassembly, arrival->stack, datagram);
    }
  keep_limits (reassembly, arrival->stack, datagram);
  return false;
}

Time
reassembly_deadline (const Reassembly *reassembly)
{
  const GList *oldest = reassembly->by_age.head;

  return oldest != NULL ? ((const Datagram *) oldest->data)->deadline
                        : TIME_NEVER;
}

/* To whom sent the first fragment, which is quoted as it came. */
static void
report_timeout (const Datagram *datagram, Stack *stack, Time now)
{
  const Piece *first = pieces_first (&datagram->pieces);
  size_t length = first->end, size = datagram->header_size + length;
  g_autofree uint8_t *packet = g_malloc (size);
  Arrival arrival = {
    .stack = stack, .now = now, .in = &datagram->in, .packet = { packet, size }
  };

  memcpy (packet, datagram->header, datagram->header_size);
  memcpy (packet + datagram->header_size, first->bytes, length);
  arrival.ip.source = datagram->key.source;
  icmp_error_send (&arrival, ICMP_ERROR_REASSEMBLY, 0);
}

void
reassembly_expire (Reassembly *reassembly, Stack *stack, Time now)
{
  while (reassembly_deadline (reassembly) <= now)
    {
      Datagram *datagram = g_queue_peek_head_link (&reassembly->by_age)->data;

      stack->counters[STACK_COUNTER_REASSEMBLY_TIMEOUT]++;
      if (datagram->header != NULL)
        report_timeout (datagram, stack, now);
      drop_pieces (stack, datagram, DROP_TIMEOUT);
      remove_datagram (reassembly, datagram);
    }
}

size_t
reassembly_bytes (const Reassembly *reassembly)
{
  return reassembly->bytes;
}

unsigned
reassembly_datagrams (const Reassembly *reassembly)
{
  return reassembly->by_age.length;
}
