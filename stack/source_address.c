// SPDX-License-Identifier: MIT
#include "stack/source_address.h"

#include "stack/address.h"

#define SCOPE_LINK  2
#define SCOPE_SITE  5
#define SCOPE_WORLD 14

typedef struct
{
  Address prefix;
  unsigned length, label;
} Policy;

/* RFC 6724 2.1, the longest first. IPv4 has rules of its own. */
static const Policy POLICIES[] = {
  { { { [15] = 1 } }, 128, 0 },   /* ::1 */
  { { { 0 } }, 96, 3 },           /* ::/96, IPv4-compatible */
  { { { 0x20, 0x01 } }, 32, 5 },  /* 2001::/32, Teredo */
  { { { 0x20, 0x02 } }, 16, 2 },  /* 2002::/16, 6to4 */
  { { { 0x3f, 0xfe } }, 16, 12 }, /* 3ffe::/16, 6bone */
  { { { 0xfe, 0xc0 } }, 10, 11 }, /* fec0::/10, site-local */
  { { { 0xfc } }, 7, 13 },        /* fc00::/7, unique local */
  { { { 0 } }, 0, 1 },            /* ::/0 */
};

unsigned
source_address_label (const Address *address)
{
  unsigned i = 0;

  while (
      POLICIES[i].length > 0
      && !address_in_prefix (address, &POLICIES[i].prefix, POLICIES[i].length))
    i++;
  return POLICIES[i].label;
}

unsigned
source_address_scope (const Address *address)
{
  static const Address link_local = { { 0xfe, 0x80 } };
  static const Address site_local = { { 0xfe, 0xc0 } };

  if (address_is_multicast (address))
    return address->bytes[1] & 0xf;
  if (address_is_loopback (address)
      || address_in_prefix (address, &link_local, 10))
    return SCOPE_LINK;
  return address_in_prefix (address, &site_local, 10) ? SCOPE_SITE
                                                      : SCOPE_WORLD;
}

/* Leading bits that SOURCE and DESTINATION have in common, at most those of
 * its prefix (RFC 6724 2.2). */
static unsigned
common_prefix (const StackAddress *source, const Address *destination)
{
  unsigned length = 0;

  while (length < source->prefix_length
         && address_in_prefix (destination, &source->address, length + 1))
    length++;
  return length;
}

/* Is A better than B for DESTINATION? The first rule that tells them apart
 * decides. */
static bool
is_better (const StackAddress *a,
           const StackAddress *b,
           unsigned interface,
           const Address *destination)
{
  unsigned wanted = source_address_scope (destination);
  unsigned label = source_address_label (destination);
  unsigned scope_a = source_address_scope (&a->address);
  unsigned scope_b = source_address_scope (&b->address);
  bool label_a = source_address_label (&a->address) == label;
  bool label_b = source_address_label (&b->address) == label;

  if (address_equal (&a->address, destination)
      || address_equal (&b->address, destination))
    return address_equal (&a->address, destination);
  if (scope_a != scope_b)
    return scope_a < scope_b ? scope_a >= wanted : scope_b < wanted;
  if ((a->interface == interface) != (b->interface == interface))
    return a->interface == interface;
  if (label_a != label_b)
    return label_a;
  return common_prefix (a, destination) > common_prefix (b, destination);
}

/* IPv4: on the interface, then in the prefix. */
static bool
is_better_ipv4 (const StackAddress *a,
                const StackAddress *b,
                unsigned interface,
                const Address *destination)
{
  if ((a->interface == interface) != (b->interface == interface))
    return a->interface == interface;
  return address_in_prefix (destination, &a->address, a->prefix_length)
         && !address_in_prefix (destination, &b->address, b->prefix_length);
}

/* RFC 6724 4: for destinations on the link only addresses of that link. */
static bool
is_candidate (const StackAddress *ours,
              unsigned interface,
              const Address *destination)
{
  if (address_is_ipv4 (&ours->address) != address_is_ipv4 (destination))
    return false;
  if (address_is_ipv4 (destination) || ours->interface == interface)
    return true;
  return !address_is_multicast (destination)
         && source_address_scope (destination) > SCOPE_LINK;
}

bool
source_address_select (const Stack *stack,
                       unsigned interface,
                       const Address *destination,
                       Address *source)
{
  bool ipv4 = address_is_ipv4 (destination);
  const StackAddress *best = NULL;

  for (unsigned i = 0; i < stack->addresses->len; i++)
    {
      const StackAddress *ours =
          &g_array_index (stack->addresses, StackAddress, i);

      if (is_candidate (ours, interface, destination)
          && (best == NULL
              || (ipv4 ? is_better_ipv4 : is_better) (ours, best, interface,
                                                      destination)))
        best = ours;
    }
  if (best == NULL)
    return false;
  *source = best->address;
  return true;
}
