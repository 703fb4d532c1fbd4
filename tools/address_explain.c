// SPDX-License-Identifier: MIT
#include "tools/address_explain.h"
#include "sim/address_fault.h"
#include "stack/bytes.h"
#include "tools/printable.h"
#include "tools/wrap.h"
#include <string.h>

#define WIDTH  80
#define INDENT 13

static void G_GNUC_PRINTF (3, 4)
    print_row (FILE *file, const char *label, const char *format, ...)
{
  va_list arguments;
  g_autofree char *start = g_strdup_printf ("  %s", label);
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  wrap_print_behind (start, INDENT, text, WIDTH, file);
}

/* "hextets 2 to 4", from 1. */
static char *
name_hextets (unsigned from, unsigned count)
{
  if (count == 1)
    return g_strdup_printf ("hextet %u", from + 1);
  return g_strdup_printf ("hextets %u to %u", from + 1, from + count);
}

static void
print_gap (const AddressFacts *facts, FILE *file)
{
  const AddressText *read = &facts->read;
  g_autofree char *hidden = name_hextets (facts->gap, facts->gap_count);
  g_autofree char *typed = name_hextets (read->gap, read->gap_count);
  if (facts->gap_count > 0)
    print_row (file, "::", "hides %s, all zero", hidden);
  if (read->gap_count > 0
      && (read->gap != facts->gap || read->gap_count != facts->gap_count))
    print_row (file, "typed ::", "hides %s, all zero", typed);
}

static void
print_inside (const AddressFacts *facts, FILE *file)
{
  char text[ADDRESS_FACTS_TEXT];
  if (!facts->read.ipv6)
    {
      address_facts_format (&facts->read.address, true, text);
      print_row (file, "as IPv6",
                 "%s (IPv4-mapped: how an IPv6 socket names it)", text);
    }
  if (!facts->holds)
    return;
  address_facts_format (&facts->inside, false, text);
  print_row (file, "holds IPv4", "%s (%s), %s", text,
             address_kind_find (&facts->inside, false)->kind, facts->holds);
}

/* 2 to the power of BITS. */
static char *
count_addresses (unsigned bits)
{
  if (bits > 32)
    return g_strdup_printf ("2^%u", bits);
  return g_strdup_printf ("%" G_GUINT64_FORMAT, G_GUINT64_CONSTANT (1) << bits);
}

static void
print_broadcast (const AddressFacts *facts, const char *last, FILE *file)
{
  if (facts->host_bits == 0)
    print_row (file, "broadcast", "none: it is one host alone");
  else if (facts->host_bits == 1)
    print_row (file, "broadcast",
               "none: these are two ends of one link "
               "(RFC 3021)");
  else
    print_row (file, "broadcast", "%s, the last one", last);
}

static void
print_prefix (const AddressFacts *facts, FILE *file)
{
  const AddressText *read = &facts->read;
  char first[ADDRESS_FACTS_TEXT], last[ADDRESS_FACTS_TEXT];
  g_autofree char *count = count_addresses (facts->host_bits);
  if (read->prefix_length < 0)
    return;
  address_facts_format (&facts->first, read->ipv6, first);
  address_facts_format (&facts->last, read->ipv6, last);
  print_row (file, "network", "%s/%d: %d bits name it, %u the host in it",
             first, read->prefix_length, read->prefix_length, facts->host_bits);
  print_row (file, "first", "%s", first);
  print_row (file, "last", "%s", last);
  print_row (file, "addresses", "%s", count);
  if (!read->ipv6)
    print_broadcast (facts, last, file);
}

static void
print_within (const AddressFacts *facts, const AddressFacts *within, FILE *file)
{
  int length = within->read.prefix_length;
  int shared = address_facts_shared (within, facts);
  char first[ADDRESS_FACTS_TEXT];
  address_facts_format (&within->first, within->read.ipv6, first);
  if (shared < 0)
    print_row (file, "in", "%s/%d? no, it holds IPv%c addresses only", first,
               length, within->read.ipv6 ? '6' : '4');
  else if (shared == length)
    print_row (file, "in", "%s/%d? yes, the first %d bits agree", first, length,
               length);
  else
    print_row (file, "in", "%s/%d? no, bit %d of the first %d differs", first,
               length, shared + 1, length);
}

/* Of the bits from FROM on, COUNT: which ones name the network? */
static void
note_prefix (GString *note,
             const AddressFacts *facts,
             unsigned from,
             unsigned count)
{
  unsigned length = (unsigned) facts->read.prefix_length;
  if (facts->read.prefix_length < 0)
    return;
  if (from + count <= length)
    g_string_append (note, "  network");
  else if (from >= length)
    g_string_append (note, "  host");
  else
    g_string_append_printf (note, "  network %u, host %u", length - from,
                            count - (length - from));
}

/* "0100 1111": a hexadecimal digit is four bits. */
static char *
spell_bits (unsigned value, unsigned count)
{
  GString *out = g_string_new (NULL);
  while (count-- > 0)
    {
      g_string_append_c (out, value >> count & 1 ? '1' : '0');
      if (count % 4 == 0 && count > 0)
        g_string_append_c (out, ' ');
    }
  return g_string_free (out, FALSE);
}

/* All eight hextets; the octets of dotted decimal beside them. */
static void
print_hextets (const AddressFacts *facts, FILE *file)
{
  const uint8_t *bytes = facts->read.address.bytes;
  bool dotted = strchr (facts->canonical, '.') != NULL;
  fprintf (file, "\n  hextet      hex  decimal  bits\n");
  for (unsigned i = 0; i < ADDRESS_HEXTETS; i++)
    {
      unsigned value = bytes_get16 (bytes + 2 * i);
      g_autofree char *bits = spell_bits (value, 16);
      GString *note = g_string_new (NULL);
      note_prefix (note, facts, 16 * i, 16);
      if (i - facts->gap < facts->gap_count)
        g_string_append (note, "  hidden");
      if (dotted && i >= 6)
        g_string_append_printf (note, "  as octets %u.%u", bytes[2 * i],
                                bytes[2 * i + 1]);
      fprintf (file, "  %-9u  %04x  %7u  %s%s\n", i + 1, value, value, bits,
               note->str);
      g_string_free (note, TRUE);
    }
}

static void
print_octets (const AddressFacts *facts, FILE *file)
{
  fprintf (file, "\n  octet    decimal  hex  bits\n");
  for (unsigned i = 0; i < 4; i++)
    {
      unsigned value = facts->read.address.bytes[12 + i];
      g_autofree char *bits = spell_bits (value, 8);
      GString *note = g_string_new (NULL);
      note_prefix (note, facts, 8 * i, 8);
      fprintf (file, "  %-7u  %7u   %02x  %s%s\n", i + 1, value, value, bits,
               note->str);
      g_string_free (note, TRUE);
    }
}

void
address_explain (const AddressFacts *facts,
                 const AddressFacts *within,
                 FILE *file)
{
  const AddressText *read = &facts->read;
  g_autofree char *zone =
      printable (facts->text + read->zone, (ssize_t) read->zone_length);
  fprintf (file, "%s\n", facts->canonical);
  if (strlen (facts->canonical) != read->end
      || strncmp (facts->text, facts->canonical, read->end) != 0)
    print_row (file, "typed", "%.*s", (int) read->end, facts->text);
  if (read->ipv6)
    print_row (file, "full", "%s", facts->full);
  print_gap (facts, file);
  print_row (file, "kind", "%s (%s): %s", facts->kind->kind,
             facts->kind->source, facts->kind->about);
  print_row (file, "scope", "%s: %s", facts->scope,
             address_kind_reach (facts->scope));
  if (read->zone_length > 0)
    print_row (file, "zone", "%s: on that link, a name of this host only",
               zone);
  print_inside (facts, file);
  print_prefix (facts, file);
  if (within)
    print_within (facts, within, file);
  if (read->ipv6)
    print_hextets (facts, file);
  else
    print_octets (facts, file);
}

void
address_explain_fault (const char *text, const AddressText *read, FILE *file)
{
  wrap_print_behind ("tunlab: no address: ", 8,
                     address_fault_sentence (read->fault), WIDTH, file);
  printable_mark (text, read->fault_at, read->fault_length, file);
}
