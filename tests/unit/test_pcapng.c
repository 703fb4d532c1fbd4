// SPDX-License-Identifier: MIT
#include "sim/pcapng.h"

#include "stack/address.h"
#include "tests/unit/blocks.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A stream into memory. */
typedef struct
{
  FILE *file;
  char *bytes;
  size_t length;
} Memory;

static void
open_memory (Memory *memory)
{
  memory->file = open_memstream (&memory->bytes, &memory->length);
  g_assert_nonnull (memory->file);
}

static void
close_memory (Memory *memory)
{
  fclose (memory->file);
  free (memory->bytes);
}

static const uint8_t golden[] = {
  /* section: 1.0, length unknown, comment "ab" */
  0x0a, 0x0d, 0x0d, 0x0a, 40, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 0xff,
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0, 2, 0, 'a', 'b', 0, 0, 0, 0, 0,
  0, 40, 0, 0, 0,
  /* interface: 101, 262144, "bob", 10^-9 */
  1, 0, 0, 0, 40, 0, 0, 0, 101, 0, 0, 0, 0, 0, 4, 0, 2, 0, 3, 0, 'b', 'o', 'b',
  0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0,
  /* names: 10.0.0.2 bob */
  4, 0, 0, 0, 28, 0, 0, 0, 1, 0, 8, 0, 10, 0, 0, 2, 'b', 'o', 'b', 0, 0, 0, 0,
  0, 28, 0, 0, 0,
  /* packet: 5 of 6 bytes, inbound, 3 lost before, number 7 */
  6, 0, 0, 0, 84, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 6, 0,
  0, 0, 1, 2, 3, 4, 5, 0, 0, 0, 1, 0, 1, 0, 'x', 0, 0, 0, 2, 0, 4, 0, 1, 0, 0,
  0, 4, 0, 8, 0, 3, 0, 0, 0, 0, 0, 0, 0, 5, 0, 8, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 84, 0, 0, 0,
  /* statistics: 1 received */
  5, 0, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4, 0, 8, 0, 1, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0
};

static void
test_bytes (void)
{
  static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6 };
  static const char *const comments[] = { "x", NULL };
  PcapngName name = { .name = "bob" };
  Memory memory;
  Pcapng *pcapng;

  name.address = address_from_ipv4 ((const uint8_t[]){ 10, 0, 0, 2 });
  open_memory (&memory);
  pcapng = pcapng_new (memory.file, "bob", "ab", 262144, &name, 1);
  pcapng_write (pcapng, &(PcapngPacket){ .at = ((Time) 1 << 32) + 2,
                                         .packet_id = 7,
                                         .drop_count = 3,
                                         .comments = comments,
                                         .bytes = bytes,
                                         .length = 6,
                                         .captured_length = 5 });
  g_assert_true (pcapng_free (pcapng));
  g_assert_cmpuint (memory.length, ==, sizeof golden);
  g_assert_cmpint (memcmp (memory.bytes, golden, sizeof golden), ==, 0);
  close_memory (&memory);
}

/* All sizes of packets and texts, so all paddings. */
static void
test_padding (void)
{
  uint8_t bytes[16] = { 0x45 };
  Memory memory;
  Pcapng *pcapng;
  g_autoptr (Blocks) blocks = NULL;

  open_memory (&memory);
  pcapng = pcapng_new (memory.file, "a", NULL, 16, NULL, 0);
  for (unsigned i = 0; i < 16; i++)
    {
      g_autofree char *text = g_strnfill (i, 'c');
      const char *comments[] = { text, "second", NULL };

      pcapng_write (pcapng, &(PcapngPacket){ .at = i,
                                             .outbound = i % 2 == 0,
                                             .comments = comments,
                                             .bytes = bytes,
                                             .length = i + 1,
                                             .captured_length = i });
    }
  g_assert_true (pcapng_free (pcapng));

  blocks = blocks_read ((const uint8_t *) memory.bytes, memory.length);
  g_assert_null (blocks->comment);
  g_assert_cmpuint (blocks->names->len, ==, 0);
  g_assert_cmpuint (blocks->received, ==, 16);
  for (unsigned i = 0; i < 16; i++)
    {
      const BlocksPacket *packet = blocks_packet (blocks, i);

      g_assert_cmpuint (packet->at, ==, i);
      g_assert_cmpuint (packet->captured_length, ==, i);
      g_assert_cmpuint (packet->length, ==, i + 1);
      g_assert_cmpuint (packet->flags, ==, i % 2 == 0 ? 2 : 1);
      g_assert_cmpuint (packet->comments->len, ==, 2);
      g_assert_cmpuint (strlen (packet->comments->pdata[0]), ==, i);
      g_assert_cmpuint (packet->packet_id, ==, 0);
    }
  close_memory (&memory);
}

/* 65535 bytes is all that an option holds; no character is cut in two. */
static void
test_long_texts (void)
{
  GString *text = g_string_new ("x");
  PcapngName name = { .name = NULL };
  Memory memory;
  Pcapng *pcapng;
  g_autoptr (Blocks) blocks = NULL;

  while (text->len < 100000)
    g_string_append (text, "\u00e4");
  name.name = text->str;
  open_memory (&memory);
  pcapng = pcapng_new (memory.file, "a", text->str, 16, &name, 1);
  g_assert_true (pcapng_free (pcapng));
  blocks = blocks_read ((const uint8_t *) memory.bytes, memory.length);
  g_assert_cmpuint (strlen (blocks->comment), >, 65000);
  g_assert_cmpuint (strlen (blocks->comment), <=, 65535);
  g_assert_cmpuint (blocks->names->len, ==, 1);
  close_memory (&memory);
  g_string_free (text, TRUE);
}

/* Whoever reads the other end of a pipe finds whole blocks at once. */
static void
test_pipe (void)
{
  static uint8_t bytes[60000], block[65536];
  int ends[2];
  FILE *file;
  Pcapng *pcapng;

  g_assert_cmpint (pipe2 (ends, O_NONBLOCK), ==, 0);
  file = fdopen (ends[1], "w");
  pcapng = pcapng_new (file, "a", NULL, 262144, NULL, 0);
  g_assert_cmpint (read (ends[0], block, sizeof block), ==, 28 + 40);
  for (size_t length = 20; length <= sizeof bytes; length *= 3)
    {
      size_t expected = 32 + (length + 3) / 4 * 4 + 12;

      pcapng_write (pcapng, &(PcapngPacket){ .bytes = bytes,
                                             .length = length,
                                             .captured_length = length });
      g_assert_cmpint (read (ends[0], block, sizeof block), ==,
                       (gssize) expected);
    }
  g_assert_true (pcapng_free (pcapng));
  g_assert_cmpint (read (ends[0], block, sizeof block), ==, 40);
  fclose (file);
  close (ends[0]);
}

static void
test_full_disk (void)
{
  FILE *file = fopen ("/dev/full", "w");
  Pcapng *pcapng;

  if (file == NULL)
    {
      g_test_skip ("no /dev/full");
      return;
    }
  pcapng = pcapng_new (file, "a", NULL, 262144, NULL, 0);
  g_assert_false (pcapng_free (pcapng));
  g_assert_cmpint (errno, ==, ENOSPC);
  fclose (file);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pcapng/bytes", test_bytes);
  g_test_add_func ("/pcapng/padding", test_padding);
  g_test_add_func ("/pcapng/long-texts", test_long_texts);
  g_test_add_func ("/pcapng/pipe", test_pipe);
  g_test_add_func ("/pcapng/full-disk", test_full_disk);
  return g_test_run ();
}
