// SPDX-License-Identifier: MIT
#include "tests/packet_options.h"

#include <stdio.h>
#include <string.h>

static void
put32 (uint8_t *to, uint32_t value)
{
  for (int i = 0; i < 4; i++)
    to[i] = (uint8_t) (value >> (24 - 8 * i));
}

static uint32_t
get32 (const uint8_t *from)
{
  return (uint32_t) from[0] << 24 | (uint32_t) from[1] << 16
         | (uint32_t) from[2] << 8 | from[3];
}

/* Reading text */

static PacketOptionKind
kind_of (const char *word)
{
  static const struct
  {
    const char *word;
    PacketOptionKind kind;
  } KINDS[] = {
    { "eol", PACKET_OPTION_EOL },        { "nop", PACKET_OPTION_NOP },
    { "mss", PACKET_OPTION_MSS },        { "wscale", PACKET_OPTION_WSCALE },
    { "sackOK", PACKET_OPTION_SACK_OK }, { "sack", PACKET_OPTION_SACK },
    { "TS", PACKET_OPTION_TS },          { "raw", PACKET_OPTION_RAW },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (KINDS); i++)
    if (g_str_equal (word, KINDS[i].word))
      return KINDS[i].kind;
  g_error ("no such option: %s", word);
}

static void
parse_raw (PacketOption *option, const char *hex)
{
  option->raw_length = (unsigned) strlen (hex) / 2;
  g_assert_cmpuint (option->raw_length, <=, PACKET_OPTIONS_MAX);
  for (unsigned i = 0; i < option->raw_length; i++)
    option->raw[i] = (uint8_t) (g_ascii_xdigit_value (hex[2 * i]) << 4
                                | g_ascii_xdigit_value (hex[2 * i + 1]));
}

static void
parse_blocks (PacketOption *option, char **words)
{
  for (; *words != NULL; words++, option->count += 2)
    {
      long start, end;

      g_assert_cmpuint (option->count, <, G_N_ELEMENTS (option->values));
      if (sscanf (*words, "%ld:%ld", &start, &end) != 2)
        g_error ("no block: %s", *words);
      option->values[option->count] = start;
      option->values[option->count + 1] = end;
    }
}

static void
parse_option (PacketOption *option, char **words)
{
  unsigned count = g_strv_length (words);

  option->kind = kind_of (words[0]);
  if (option->kind == PACKET_OPTION_RAW && count == 2)
    parse_raw (option, words[1]);
  else if (option->kind == PACKET_OPTION_SACK)
    parse_blocks (option, words + 1);
  else if (option->kind == PACKET_OPTION_TS && count == 5)
    {
      option->count = 2;
      option->values[0] = g_ascii_strtoll (words[2], NULL, 10);
      option->values[1] = g_ascii_strtoll (words[4], NULL, 10);
    }
  else if (count == 2)
    {
      option->count = 1;
      option->values[0] = g_ascii_strtoll (words[1], NULL, 10);
    }
  else if (count != 1)
    g_error ("too many words for an option: %s", words[0]);
}

void
packet_options_parse (PacketOptions *options, const char *text)
{
  g_auto (GStrv) list = g_strsplit (text, ",", -1);

  *options = (PacketOptions){ .count = 0 };
  for (char **item = list; *item != NULL; item++)
    {
      g_auto (GStrv) words = g_strsplit (g_strstrip (*item), " ", -1);

      g_assert_cmpuint (options->count, <, PACKET_OPTIONS_MAX);
      parse_option (&options->list[options->count++], words);
    }
}

/* Writing text */

static void
format_option (const PacketOption *option, GString *text)
{
  const int64_t *values = option->values;

  switch (option->kind)
    {
    case PACKET_OPTION_EOL:
      g_string_append (text, "eol");
      break;
    case PACKET_OPTION_NOP:
      g_string_append (text, "nop");
      break;
    case PACKET_OPTION_MSS:
      g_string_append_printf (text, "mss %ld", (long) values[0]);
      break;
    case PACKET_OPTION_WSCALE:
      g_string_append_printf (text, "wscale %ld", (long) values[0]);
      break;
    case PACKET_OPTION_SACK_OK:
      g_string_append (text, "sackOK");
      break;
    case PACKET_OPTION_SACK:
      g_string_append (text, "sack");
      for (unsigned i = 0; i < option->count; i += 2)
        g_string_append_printf (text, " %ld:%ld", (long) values[i],
                                (long) values[i + 1]);
      break;
    case PACKET_OPTION_TS:
      g_string_append_printf (text, "TS val %ld ecr %ld", (long) values[0],
                              (long) values[1]);
      break;
    case PACKET_OPTION_RAW:
      g_string_append (text, "raw ");
      for (unsigned i = 0; i < option->raw_length; i++)
        g_string_append_printf (text, "%02x", option->raw[i]);
    }
}

void
packet_options_format (const PacketOptions *options, GString *text)
{
  for (unsigned i = 0; i < options->count; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      format_option (&options->list[i], text);
    }
}

/* Writing bytes */

/* Writes OPTION at TO; returns its length. */
static unsigned
encode_option (const PacketOption *option,
               const PacketOptionsBase *base,
               uint8_t *to)
{
  to[0] = (uint8_t) option->kind;
  switch (option->kind)
    {
    case PACKET_OPTION_EOL:
    case PACKET_OPTION_NOP:
      return 1;
    case PACKET_OPTION_SACK_OK:
      to[1] = 2;
      break;
    case PACKET_OPTION_WSCALE:
      to[1] = 3;
      to[2] = (uint8_t) option->values[0];
      break;
    case PACKET_OPTION_MSS:
      to[1] = 4;
      to[2] = (uint8_t) (option->values[0] >> 8);
      to[3] = (uint8_t) option->values[0];
      break;
    case PACKET_OPTION_TS:
      to[1] = 10;
      put32 (to + 2, base->val + (uint32_t) option->values[0]);
      put32 (to + 6, base->ecr + (uint32_t) option->values[1]);
      break;
    case PACKET_OPTION_SACK:
      to[1] = (uint8_t) (2 + 4 * option->count);
      for (unsigned i = 0; i < option->count; i++)
        put32 (to + 2 + 4 * i, base->sack + (uint32_t) option->values[i]);
      break;
    case PACKET_OPTION_RAW:
      memcpy (to, option->raw, option->raw_length);
      return option->raw_length;
    }
  return to[1];
}

unsigned
packet_options_encode (const PacketOptions *options,
                       const PacketOptionsBase *base,
                       uint8_t bytes[PACKET_OPTIONS_MAX])
{
  uint8_t room[2 * PACKET_OPTIONS_MAX] = { 0 };
  unsigned length = 0;

  for (unsigned i = 0; i < options->count; i++)
    {
      length += encode_option (&options->list[i], base, room + length);
      if (length > PACKET_OPTIONS_MAX)
        g_error ("options of more than 40 bytes");
    }
  memcpy (bytes, room, length);
  return length;
}

/* Reading bytes */

static bool
is_length_right (uint8_t kind, size_t size)
{
  switch (kind)
    {
    case PACKET_OPTION_MSS:
      return size == 4;
    case PACKET_OPTION_WSCALE:
      return size == 3;
    case PACKET_OPTION_SACK_OK:
      return size == 2;
    case PACKET_OPTION_SACK:
      return size == 10 || size == 18 || size == 26 || size == 34;
    case PACKET_OPTION_TS:
      return size == 10;
    default:
      return size >= 2;
    }
}

static int64_t
relative (const uint8_t *bytes, uint32_t base)
{
  return (int32_t) (get32 (bytes) - base);
}

static void
decode_option (PacketOption *option,
               const PacketOptionsBase *base,
               const uint8_t *bytes,
               size_t size)
{
  switch (bytes[0])
    {
    case PACKET_OPTION_SACK_OK:
      break;
    case PACKET_OPTION_WSCALE:
      option->count = 1;
      option->values[0] = bytes[2];
      break;
    case PACKET_OPTION_MSS:
      option->count = 1;
      option->values[0] = bytes[2] << 8 | bytes[3];
      break;
    case PACKET_OPTION_TS:
      option->count = 2;
      option->values[0] = relative (bytes + 2, base->val);
      option->values[1] = relative (bytes + 6, base->ecr);
      break;
    case PACKET_OPTION_SACK:
      option->count = (unsigned) (size - 2) / 4;
      for (unsigned i = 0; i < option->count; i++)
        option->values[i] = relative (bytes + 2 + 4 * i, base->sack);
      break;
    default:
      option->kind = PACKET_OPTION_RAW;
      option->raw_length = (unsigned) size;
      memcpy (option->raw, bytes, size);
    }
}

const char *
packet_options_decode (PacketOptions *options,
                       const PacketOptionsBase *base,
                       const uint8_t *bytes,
                       size_t length)
{
  size_t at = 0;

  *options = (PacketOptions){ .count = 0 };
  while (at < length)
    {
      PacketOption *option = &options->list[options->count++];
      size_t size = at + 1 < length ? bytes[at + 1] : 0;

      option->kind = bytes[at];
      if (bytes[at] == PACKET_OPTION_EOL)
        break;
      if (bytes[at] == PACKET_OPTION_NOP)
        {
          at++;
          continue;
        }
      if (size > length - at || !is_length_right (bytes[at], size))
        return "malformed options";
      decode_option (option, base, bytes + at, size);
      at += size;
    }
  for (; at < length; at++)
    if (bytes[at] != 0)
      return "not only zeros behind the last option";
  return NULL;
}

bool
packet_options_find_time (const uint8_t *bytes, size_t length, uint32_t *val)
{
  PacketOptionsBase base = { 0 };
  PacketOptions options;

  packet_options_decode (&options, &base, bytes, length);
  for (unsigned i = 0; i < options.count; i++)
    if (options.list[i].kind == PACKET_OPTION_TS)
      {
        *val = (uint32_t) options.list[i].values[0];
        return true;
      }
  return false;
}

static bool
is_same (const PacketOption *a, const PacketOption *b)
{
  return a->kind == b->kind && a->count == b->count
         && memcmp (a->values, b->values, a->count * sizeof a->values[0]) == 0
         && a->raw_length == b->raw_length
         && memcmp (a->raw, b->raw, a->raw_length) == 0;
}

bool
packet_options_equal (const PacketOptions *a, const PacketOptions *b)
{
  for (unsigned i = 0; i < MIN (a->count, b->count); i++)
    if (!is_same (&a->list[i], &b->list[i]))
      return false;
  return a->count == b->count;
}
