// SPDX-License-Identifier: MIT
/* Our text of addresses against the C library's, on generated strings. */
#include "stack/address.h"

#include <arpa/inet.h>
#include <glib.h>

#include "stack/address_text.h"
#include "stack/bytes.h"
#include "tests/unit/luck.h"

#define TEXT_MAX 80

/* Where the C library says otherwise, and why we do not. Any other
 * disagreement fails the test. Of reading there is none: both refuse leading
 * zeros in octets and "::" in the place of nothing. */
#define DISAGREEMENTS(X)                                                       \
  X (MAPPED, "prints ::ffff:10.0.0.1; an Address is both, and as the address " \
             "of an IPv4 packet it is dotted decimal (RFC 5952 5, RFC 4291 "   \
             "2.5.5.2)")                                                       \
  X (COMPATIBLE, "prints ::10.0.0.1; that prefix says nothing any more (RFC "  \
                 "4291 2.5.5.1: deprecated), so dotted decimal is not for "    \
                 "it (RFC 5952 5)")

typedef enum
{
#define X(name, why) name,
  DISAGREEMENTS (X)
#undef X
      DISAGREEMENT_COUNT
} Disagreement;

static const char *const WHY[] = {
#define X(name, why) [name] = why,
  DISAGREEMENTS (X)
#undef X
};

/* Many zeros, some mapped and compatible ones. */
static Address
draw_address (Luck *luck)
{
  static const unsigned zeros[] = { 0, 12, 50, 80, 95 };
  unsigned share = zeros[luck_below (luck, G_N_ELEMENTS (zeros))];
  unsigned kind = luck_below (luck, 8);
  Address address;

  luck_fill (luck, address.bytes, 16);
  for (unsigned i = 0; i < 16; i++)
    if (luck_below (luck, 100) < share)
      address.bytes[i] = address.bytes[i & ~1u] = 0;
  if (kind == 0)
    address = address_from_ipv4 (address.bytes);
  if (kind == 1)
    memset (address.bytes, 0, 12);
  return address;
}

static unsigned
hextet (const Address *address, unsigned i)
{
  return bytes_get16 (address->bytes + 2 * i);
}

/* Of which hextets a "::" may take the place: [*from, returned). */
static unsigned
draw_gap (Luck *luck, const Address *address, unsigned *from)
{
  unsigned end = *from = luck_below (luck, ADDRESS_HEXTETS);

  while (end < ADDRESS_HEXTETS && hextet (address, end) == 0
         && (end == *from || luck_below (luck, 8) > 0))
    end++;
  return end;
}

/* One of the many ways to write it. */
static void
spell_ipv6 (Luck *luck, const Address *address, char text[TEXT_MAX])
{
  static const char *const formats[] = { "%x",   "%X",   "%04x",
                                         "%04X", "%02x", "%03x" };
  const uint8_t *octets = address->bytes + 12;
  unsigned gap, gap_end = draw_gap (luck, address, &gap);
  bool dotted = luck_below (luck, 4) == 0 && gap_end <= 6;
  unsigned count = dotted ? 6 : ADDRESS_HEXTETS;
  GString *out = g_string_new (NULL);

  for (unsigned i = 0; i < count;)
    if (i == gap && gap_end > gap)
      {
        g_string_append (out, "::");
        i = gap_end;
      }
    else
      {
        if (i > 0 && !(i == gap_end && gap_end > gap))
          g_string_append_c (out, ':');
        g_string_append_printf (
            out, formats[luck_below (luck, G_N_ELEMENTS (formats))],
            hextet (address, i++));
      }
  if (dotted && out->str[out->len - 1] != ':')
    g_string_append_c (out, ':');
  if (dotted)
    g_string_append_printf (out, "%u.%u.%u.%u", octets[0], octets[1], octets[2],
                            octets[3]);
  g_assert_cmpuint (g_strlcpy (text, out->str, TEXT_MAX), <, TEXT_MAX);
  g_string_free (out, true);
}

static void
spell (Luck *luck, const Address *address, char text[TEXT_MAX])
{
  const uint8_t *octets = address->bytes + 12;

  if (luck_below (luck, 4) == 0)
    g_snprintf (text, TEXT_MAX, "%u.%u.%u.%u", octets[0], octets[1], octets[2],
                octets[3]);
  else
    spell_ipv6 (luck, address, text);
}

/* Breaks it, perhaps: letters come, go and change places. */
static void
damage (Luck *luck, char text[TEXT_MAX])
{
  static const char letters[] = "0123456789abcdefABCDEF:::::.....gx%/[] -+";
  size_t length = strlen (text);
  size_t at = luck_below (luck, (unsigned) length + 1);
  char letter = letters[luck_below (luck, sizeof letters - 1)];

  switch (luck_below (luck, 4))
    {
    case 0:
      if (length + 1 < TEXT_MAX)
        {
          memmove (text + at + 1, text + at, length - at + 1);
          text[at] = letter;
        }
      break;
    case 1:
      if (at < length)
        memmove (text + at, text + at + 1, length - at);
      break;
    case 2:
      if (at < length)
        text[at] = letter;
      break;
    case 3:
      if (at + 1 < length)
        {
          char first = text[at];

          text[at] = text[at + 1];
          text[at + 1] = first;
        }
      break;
    }
}

/* Letters without any plan. */
static void
scatter (Luck *luck, char text[TEXT_MAX])
{
  static const char letters[] = "0123456789abcF:::::....";
  unsigned length = luck_below (luck, 16);

  for (unsigned i = 0; i < length; i++)
    text[i] = letters[luck_below (luck, sizeof letters - 1)];
  text[length] = '\0';
}

/* What the C library makes of it. */
static bool
read_theirs (const char *text, Address *address)
{
  uint8_t octets[4];

  if (inet_pton (AF_INET, text, octets) == 1)
    {
      *address = address_from_ipv4 (octets);
      return true;
    }
  return inet_pton (AF_INET6, text, address->bytes) == 1;
}

/* req: IP6-ADR-1 IP6-ADR-2 IP6-ADR-7 */
static void
test_reading (void)
{
  Luck luck = { 21 };
  unsigned rounds = luck_rounds (200000, 50), good = 0;
  unsigned faults[ADDRESS_FAULT_COUNT] = { 0 };

  for (unsigned round = 0; round < rounds; round++)
    {
      char text[TEXT_MAX];
      Address address = draw_address (&luck), theirs;
      AddressText read;
      bool expected;

      if (round % 4 == 3)
        scatter (&luck, text);
      else
        spell (&luck, &address, text);
      for (unsigned i = 0; i < round % 4; i++)
        damage (&luck, text);
      expected = read_theirs (text, &theirs);
      if (address_parse (text, &address) != expected)
        g_error ("\"%s\": the C library says %d", text, expected);
      if (expected && !address_equal (&address, &theirs))
        g_error ("\"%s\": the C library reads another address", text);
      g_assert_true (expected || round % 4 > 0);
      good += expected;
      if (!address_text_read (text, &read))
        {
          g_assert_cmpuint (read.fault_length, >, 0);
          g_assert_cmpuint (read.fault_at + read.fault_length, <=,
                            MAX (strlen (text), read.fault_at + 1));
          g_assert_cmpuint (read.fault_at, <=, strlen (text));
        }
      faults[read.fault]++;
    }
  g_test_message ("%u texts, %u of them addresses, no disagreement", rounds,
                  good);
  for (unsigned i = 0; i < ADDRESS_FAULT_COUNT; i++)
    g_test_message ("%9u %s", faults[i], address_fault_name (i));
}

/* How the C library's text of ADDRESS may differ from ours. */
static Disagreement
classify (const Address *address)
{
  static const Address compatible;

  if (address_is_ipv4 (address))
    return MAPPED;
  if (address_in_prefix (address, &compatible, 96)
      && bytes_get16 (address->bytes + 12) > 0)
    return COMPATIBLE;
  return DISAGREEMENT_COUNT;
}

/* And what is printed is read again. req: IP6-ADR-3 */
static void
test_printing (void)
{
  Luck luck = { 22 };
  unsigned rounds = luck_rounds (200000, 50);
  unsigned counts[DISAGREEMENT_COUNT] = { 0 };

  for (unsigned round = 0; round < rounds; round++)
    {
      Address address = draw_address (&luck), again;
      char ours[ADDRESS_TEXT_MAX], theirs[INET6_ADDRSTRLEN];

      address_format (&address, ours);
      inet_ntop (AF_INET6, address.bytes, theirs, sizeof theirs);
      if (strcmp (ours, theirs) != 0)
        {
          Disagreement class = classify (&address);

          if (class == DISAGREEMENT_COUNT)
            g_error ("%s: the C library prints %s", ours, theirs);
          counts[class]++;
        }
      if (!address_parse (ours, &again) || !address_equal (&again, &address))
        g_error ("%s: not read as printed", ours);
      if (address_is_ipv4 (&address))
        {
          inet_ntop (AF_INET, address.bytes + 12, theirs, sizeof theirs);
          g_assert_cmpstr (ours, ==, theirs);
        }
    }
  g_test_message ("%u addresses", rounds);
  for (unsigned i = 0; i < DISAGREEMENT_COUNT; i++)
    {
      g_assert_cmpuint (counts[i], >, 0);
      g_test_message ("%u times the C library %s", counts[i], WHY[i]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address-agree/reading", test_reading);
  g_test_add_func ("/address-agree/printing", test_printing);
  return g_test_run ();
}
