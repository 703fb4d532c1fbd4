// SPDX-License-Identifier: MIT
#include "tests/unit/blocks.h"

#include "stack/address.h"
#include <string.h>

static uint64_t
read_number (const uint8_t *bytes, size_t size)
{
  uint64_t value = 0;

  for (size_t i = size; i-- > 0;)
    value = value << 8 | bytes[i];
  return value;
}

typedef struct
{
  unsigned code;
  const uint8_t *value;
  size_t size;
} Option;

/* Takes one option off; false: the list ends, with nothing behind it. */
static bool
next_option (const uint8_t **bytes, size_t *length, Option *option)
{
  size_t whole;

  if (*length == 0)
    return false;
  g_assert_cmpuint (*length, >=, 4);
  option->code = (unsigned) read_number (*bytes, 2);
  option->size = read_number (*bytes + 2, 2);
  option->value = *bytes + 4;
  whole = 4 + (option->size + 3) / 4 * 4;
  g_assert_cmpuint (*length, >=, whole);
  for (size_t i = 4 + option->size; i < whole; i++)
    g_assert_cmpuint ((*bytes)[i], ==, 0);
  *bytes += whole;
  *length -= whole;
  if (option->code != 0)
    return true;
  g_assert_cmpuint (option->size, ==, 0);
  g_assert_cmpuint (*length, ==, 0);
  return false;
}

static char *
option_text (const Option *option)
{
  g_assert_true (g_utf8_validate ((const char *) option->value,
                                  (gssize) option->size, NULL));
  return g_strndup ((const char *) option->value, option->size);
}

static void
read_section (Blocks *blocks, const uint8_t *body, size_t length)
{
  Option option;

  g_assert_cmphex (read_number (body, 4), ==, 0x1a2b3c4d);
  g_assert_cmpuint (read_number (body + 4, 4), ==, 1);
  g_assert_cmphex (read_number (body + 8, 8), ==, UINT64_MAX);
  body += 16;
  length -= 16;
  while (next_option (&body, &length, &option))
    {
      g_assert_cmpuint (option.code, ==, 1);
      blocks->comment = option_text (&option);
    }
}

static void
read_interface (Blocks *blocks, const uint8_t *body, size_t length)
{
  Option option;

  g_assert_null (blocks->interface);
  g_assert_cmpuint (read_number (body, 4), ==, 101);
  blocks->snap_length = (uint32_t) read_number (body + 4, 4);
  body += 8;
  length -= 8;
  while (next_option (&body, &length, &option))
    if (option.code == 2)
      blocks->interface = option_text (&option);
    else
      {
        g_assert_cmpuint (option.code, ==, 9);
        g_assert_cmpuint (option.value[0], ==, 9);
      }
  g_assert_nonnull (blocks->interface);
}

static void
read_names (Blocks *blocks, const uint8_t *body, size_t length)
{
  Option record;

  g_assert_cmpuint (blocks->packets->len, ==, 0);
  while (next_option (&body, &length, &record))
    {
      size_t size = record.code == 1 ? 4 : 16;
      char text[ADDRESS_TEXT_MAX];
      Address address;

      g_assert_cmpuint (record.code, <=, 2);
      g_assert_cmpuint (record.value[record.size - 1], ==, 0);
      if (size == 4)
        address = address_from_ipv4 (record.value);
      else
        memcpy (address.bytes, record.value, 16);
      g_ptr_array_add (blocks->names,
                       g_strdup_printf ("%s %s",
                                        address_format (&address, text),
                                        record.value + size));
    }
}

static void
read_packet (Blocks *blocks, const uint8_t *body, size_t length)
{
  BlocksPacket *packet = g_new0 (BlocksPacket, 1);
  unsigned before = 0;
  size_t padded;
  Option option;

  g_assert_cmpuint (read_number (body, 4), ==, 0);
  packet->at = read_number (body + 4, 4) << 32 | read_number (body + 8, 4);
  packet->captured_length = (uint32_t) read_number (body + 12, 4);
  packet->length = (uint32_t) read_number (body + 16, 4);
  g_assert_cmpuint (packet->captured_length, <=, packet->length);
  g_assert_cmpuint (packet->captured_length, <=, blocks->snap_length);
  packet->bytes = body + 20;
  packet->comments = g_ptr_array_new_with_free_func (g_free);
  padded = (packet->captured_length + 3) / 4 * 4;
  body += 20 + padded;
  length -= 20 + padded;
  while (next_option (&body, &length, &option))
    {
      g_assert_cmpuint (option.code, >=, before); /* comments first */
      before = option.code;
      if (option.code == 1)
        g_ptr_array_add (packet->comments, option_text (&option));
      else if (option.code == 2)
        packet->flags = (uint32_t) read_number (option.value, option.size);
      else if (option.code == 4)
        packet->drop_count = read_number (option.value, option.size);
      else if (option.code == 5)
        packet->packet_id = read_number (option.value, option.size);
      else
        g_assert_not_reached ();
    }
  g_ptr_array_add (blocks->packets, packet);
}

static void
read_statistics (Blocks *blocks, const uint8_t *body, size_t length)
{
  Option option;

  g_assert_cmpuint (read_number (body, 4), ==, 0);
  body += 12;
  length -= 12;
  while (next_option (&body, &length, &option))
    {
      g_assert_cmpuint (option.code, ==, 4);
      blocks->received = read_number (option.value, option.size);
    }
  blocks->has_statistics = true;
}

static void
read_block (Blocks *blocks, uint32_t type, const uint8_t *body, size_t length)
{
  g_assert_false (blocks->has_statistics); /* the last one */
  if (type == 1)
    read_interface (blocks, body, length);
  else if (type == 4)
    read_names (blocks, body, length);
  else if (type == 6)
    read_packet (blocks, body, length);
  else if (type == 5)
    read_statistics (blocks, body, length);
  else
    {
      g_assert_cmphex (type, ==, 0x0a0d0d0a);
      read_section (blocks, body, length);
    }
}

static void
free_packet (void *data)
{
  BlocksPacket *packet = data;

  g_ptr_array_unref (packet->comments);
  g_free (packet);
}

Blocks *
blocks_read (const uint8_t *bytes, size_t length)
{
  Blocks *blocks = g_new0 (Blocks, 1);

  blocks->names = g_ptr_array_new_with_free_func (g_free);
  blocks->packets = g_ptr_array_new_with_free_func (free_packet);
  g_assert_cmphex (read_number (bytes, 4), ==, 0x0a0d0d0a);
  while (length > 0)
    {
      size_t size = read_number (bytes + 4, 4);

      g_assert_cmpuint (size, >=, 12);
      g_assert_cmpuint (size % 4, ==, 0);
      g_assert_cmpuint (size, <=, length);
      g_assert_cmpuint (read_number (bytes + size - 4, 4), ==, size);
      read_block (blocks, (uint32_t) read_number (bytes, 4), bytes + 8,
                  size - 12);
      bytes += size;
      length -= size;
    }
  return blocks;
}

void
blocks_free (Blocks *blocks)
{
  g_free (blocks->comment);
  g_free (blocks->interface);
  g_ptr_array_unref (blocks->names);
  g_ptr_array_unref (blocks->packets);
  g_free (blocks);
}

const BlocksPacket *
blocks_packet (const Blocks *blocks, unsigned index)
{
  g_assert_cmpuint (index, <, blocks->packets->len);
  return g_ptr_array_index (blocks->packets, index);
}

char *
blocks_comments (const Blocks *blocks, unsigned index)
{
  const BlocksPacket *packet = blocks_packet (blocks, index);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < packet->comments->len; i++)
    {
      if (i > 0)
        g_string_append (text, " | ");
      g_string_append (text, g_ptr_array_index (packet->comments, i));
    }
  return g_string_free (text, FALSE);
}
