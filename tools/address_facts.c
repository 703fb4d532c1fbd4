// SPDX-License-Identifier: MIT
#include "tools/address_facts.h"
#include "stack/bytes.h"
#include <glib.h>
#include <string.h>

void
address_facts_format (const Address *address,
                      bool ipv6,
                      char text[ADDRESS_FACTS_TEXT])
{
  char short_text[ADDRESS_TEXT_MAX];
  address_format (address, short_text);
  g_snprintf (text, ADDRESS_FACTS_TEXT, "%s%s",
              ipv6 && address_is_ipv4 (address) ? "::ffff:" : "", short_text);
}

static void
write_full (AddressFacts *facts)
{
  GString *out = g_string_new (NULL);
  for (unsigned i = 0; i < ADDRESS_HEXTETS; i++)
    g_string_append_printf (out, "%s%04x", i > 0 ? ":" : "",
                            bytes_get16 (facts->read.address.bytes + 2 * i));
  g_strlcpy (facts->full, facts->read.ipv6 ? out->str : facts->canonical,
             sizeof facts->full);
  g_string_free (out, TRUE);
}

/* Where the IPv4 address is, RFC by RFC; MASK: Teredo hides it from NATs. */
static void
find_inside (AddressFacts *facts)
{
  static const struct
  {
    const char *kind, *holds;
    unsigned at;
    uint8_t mask;
  } table[] = {
    { "IPv4-mapped", "in its last 32 bits", 12, 0 },
    { "IPv4-compatible", "in its last 32 bits", 12, 0 },
    { "NAT64", "in its last 32 bits", 12, 0 },
    { "6to4", "in bits 17 to 48", 2, 0 },
    { "Teredo", "of the client's NAT, in its last 32 bits, inverted", 12, 255 },
  };
  for (unsigned i = 0; i < G_N_ELEMENTS (table); i++)
    if (facts->read.ipv6 && strcmp (facts->kind->kind, table[i].kind) == 0)
      {
        uint8_t octets[4];
        for (unsigned j = 0; j < 4; j++)
          octets[j] =
              facts->read.address.bytes[table[i].at + j] ^ table[i].mask;
        facts->inside = address_from_ipv4 (octets);
        facts->holds = table[i].holds;
      }
}

static void
find_prefix (AddressFacts *facts)
{
  unsigned bits = facts->read.ipv6 ? 128 : 32;
  if (facts->read.prefix_length < 0)
    return;
  facts->host_bits = bits - (unsigned) facts->read.prefix_length;
  facts->first = facts->last = facts->read.address;
  for (unsigned bit = 128 - facts->host_bits; bit < 128; bit++)
    {
      facts->first.bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
      facts->last.bytes[bit / 8] |= (uint8_t) (0x80 >> bit % 8);
    }
}

void
address_facts_find (const char *text,
                    const AddressText *read,
                    AddressFacts *facts)
{
  AddressText again;
  *facts = (AddressFacts){ .text = text, .read = *read };
  address_facts_format (&read->address, read->ipv6, facts->canonical);
  g_assert_true (address_text_read (facts->canonical, &again));
  facts->gap = again.gap;
  facts->gap_count = again.gap_count;
  write_full (facts);
  facts->kind = address_kind_find (&read->address, read->ipv6);
  facts->scope = address_kind_scope (facts->kind, &read->address, read->ipv6);
  find_inside (facts);
  find_prefix (facts);
}

int
address_facts_shared (const AddressFacts *prefix, const AddressFacts *facts)
{
  int bits = (int) address_common_bits (&facts->read.address, &prefix->first);
  if (facts->read.ipv6 != prefix->read.ipv6)
    return -1;
  return MIN (prefix->read.ipv6 ? bits : bits - 96, prefix->read.prefix_length);
}
