// SPDX-License-Identifier: MIT
#include "sim/pcapng.h"

#include "stack/address.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum
{
  BLOCK_SECTION = 0x0a0d0d0a,
  BLOCK_INTERFACE = 1,
  BLOCK_NAMES = 4,
  BLOCK_STATISTICS = 5,
  BLOCK_PACKET = 6
};

enum
{
  OPTION_END = 0,
  OPTION_COMMENT = 1,
  IF_NAME = 2,
  IF_TIME_RESOLUTION = 9,
  EPB_FLAGS = 2,
  EPB_DROP_COUNT = 4,
  EPB_PACKET_ID = 5,
  ISB_RECEIVED = 4
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define LINKTYPE_RAW     101
#define NANOSECONDS      9      /* of a second: 10^-9 */
#define OPTION_MAX       65532u /* fits 16 bits, padding included */
#define WRITE_SIZE       65536u /* whole blocks are collected up to this */

struct Pcapng
{
  FILE *file;
  bool at_once;    /* each block by itself */
  uint8_t *buffer; /* whole blocks, then the one that is being built */
  size_t length, size;
  size_t start; /* of the one that is being built */
  uint64_t packets;
  Time last; /* of the latest packet */
  int error; /* errno of the first write that failed */
};

/* Room for SIZE more bytes. */
static uint8_t *
extend (Pcapng *pcapng, size_t size)
{
  if (pcapng->length + size > pcapng->size)
    {
      pcapng->size = (pcapng->length + size) * 2;
      pcapng->buffer = g_realloc (pcapng->buffer, pcapng->size);
    }
  pcapng->length += size;
  return pcapng->buffer + pcapng->length - size;
}

static void
put (Pcapng *pcapng, uint64_t value, unsigned size)
{
  uint8_t *bytes = extend (pcapng, size);

  for (unsigned i = 0; i < size; i++)
    bytes[i] = (uint8_t) (value >> (8 * i));
}

static void
put_padded (Pcapng *pcapng, const void *bytes, size_t length)
{
  size_t padding = -length & 3;
  uint8_t *place = extend (pcapng, length + padding);

  if (length > 0)
    memcpy (place, bytes, length);
  memset (place + length, 0, padding);
}

/* The time stamp is two halves, the high one first, in any byte order. */
static void
put_time (Pcapng *pcapng, Time at)
{
  put (pcapng, (uint64_t) at >> 32, 4);
  put (pcapng, (uint64_t) at & UINT32_MAX, 4);
}

/* Longer text than an option can hold is cut between two characters. */
static void
put_text (Pcapng *pcapng, unsigned code, const char *text)
{
  size_t length = strlen (text);

  if (length > OPTION_MAX)
    for (length = OPTION_MAX; (text[length] & 0xc0) == 0x80; length--)
      ;
  put (pcapng, code, 2);
  put (pcapng, length, 2);
  put_padded (pcapng, text, length);
}

static void
put_number (Pcapng *pcapng, unsigned code, uint64_t value, unsigned size)
{
  put (pcapng, code, 2);
  put (pcapng, size, 2);
  put (pcapng, value, (size + 3) & ~3u); /* little-endian pads by itself */
}

static void
begin (Pcapng *pcapng, unsigned type)
{
  pcapng->start = pcapng->length;
  put (pcapng, type, 4);
  put (pcapng, 0, 4); /* length, filled in by finish */
}

static void
write_out (Pcapng *pcapng)
{
  size_t length = pcapng->length;

  pcapng->length = 0;
  if (pcapng->error == 0
      && fwrite (pcapng->buffer, 1, length, pcapng->file) != length)
    pcapng->error = errno != 0 ? errno : EIO;
}

/* The length stands at both ends, so that readers can walk backwards. */
static void
finish (Pcapng *pcapng)
{
  size_t length = pcapng->length + 4 - pcapng->start;
  uint8_t *block;

  put (pcapng, length, 4);
  block = pcapng->buffer + pcapng->start;
  memcpy (block + 4, block + length - 4, 4);
  if (pcapng->at_once || pcapng->length >= WRITE_SIZE)
    write_out (pcapng);
}

static void
write_section (Pcapng *pcapng, const char *comment)
{
  begin (pcapng, BLOCK_SECTION);
  put (pcapng, BYTE_ORDER_MAGIC, 4);
  put (pcapng, 1, 2); /* version 1.0 */
  put (pcapng, 0, 2);
  put (pcapng, UINT64_MAX, 8); /* length of the section: not known */
  if (comment != NULL)
    {
      put_text (pcapng, OPTION_COMMENT, comment);
      put (pcapng, OPTION_END, 4);
    }
  finish (pcapng);
}

static void
write_interface (Pcapng *pcapng, const char *name, size_t snap_length)
{
  begin (pcapng, BLOCK_INTERFACE);
  put (pcapng, LINKTYPE_RAW, 2);
  put (pcapng, 0, 2);
  put (pcapng, snap_length, 4);
  put_text (pcapng, IF_NAME, name);
  put_number (pcapng, IF_TIME_RESOLUTION, NANOSECONDS, 1);
  put (pcapng, OPTION_END, 4);
  finish (pcapng);
}

static void
write_names (Pcapng *pcapng, const PcapngName *names, unsigned count)
{
  begin (pcapng, BLOCK_NAMES);
  for (unsigned i = 0; i < count; i++)
    {
      bool ipv4 = address_is_ipv4 (&names[i].address);
      unsigned skip = ipv4 ? 12 : 0;
      size_t size = strnlen (names[i].name, OPTION_MAX / 2) + 1;
      g_autofree char *name = g_strndup (names[i].name, size - 1);
      g_autoptr (GByteArray) value = g_byte_array_new ();

      g_byte_array_append (value, names[i].address.bytes + skip, 16 - skip);
      g_byte_array_append (value, (const uint8_t *) name, (guint) size);
      put (pcapng, ipv4 ? 1 : 2, 2);
      put (pcapng, value->len, 2);
      put_padded (pcapng, value->data, value->len);
    }
  put (pcapng, 0, 4); /* end of names */
  finish (pcapng);
}

/* Nobody waits for a regular file; whoever reads from a pipe wants each block
 * at once, and whole. */
static bool
is_regular (FILE *file)
{
  struct stat status;
  int descriptor = fileno (file);

  return descriptor >= 0 && fstat (descriptor, &status) == 0
         && S_ISREG (status.st_mode);
}

Pcapng *
pcapng_new (FILE *file,
            const char *interface,
            const char *comment,
            size_t snap_length,
            const PcapngName *names,
            unsigned name_count)
{
  Pcapng *pcapng = g_new0 (Pcapng, 1);

  pcapng->file = file;
  pcapng->at_once = !is_regular (file);
  if (pcapng->at_once && fileno (file) >= 0)
    setvbuf (file, NULL, _IONBF, 0);
  write_section (pcapng, comment);
  write_interface (pcapng, interface, snap_length);
  if (name_count > 0)
    write_names (pcapng, names, name_count);
  return pcapng;
}

void
pcapng_write (Pcapng *pcapng, const PcapngPacket *packet)
{
  begin (pcapng, BLOCK_PACKET);
  put (pcapng, 0, 4); /* the interface */
  put_time (pcapng, packet->at);
  put (pcapng, packet->captured_length, 4);
  put (pcapng, packet->length, 4);
  put_padded (pcapng, packet->bytes, packet->captured_length);

  /* Comments first: some readers look no further than the first option. */
  if (packet->comments != NULL)
    for (const char *const *text = packet->comments; *text != NULL; text++)
      put_text (pcapng, OPTION_COMMENT, *text);
  put_number (pcapng, EPB_FLAGS, packet->outbound ? 2 : 1, 4);
  if (packet->drop_count > 0)
    put_number (pcapng, EPB_DROP_COUNT, packet->drop_count, 8);
  if (packet->packet_id > 0)
    put_number (pcapng, EPB_PACKET_ID, packet->packet_id, 8);
  put (pcapng, OPTION_END, 4);
  finish (pcapng);

  pcapng->packets++;
  pcapng->last = packet->at;
}

static void
write_statistics (Pcapng *pcapng)
{
  begin (pcapng, BLOCK_STATISTICS);
  put (pcapng, 0, 4); /* the interface */
  put_time (pcapng, pcapng->last);
  put_number (pcapng, ISB_RECEIVED, pcapng->packets, 8);
  put (pcapng, OPTION_END, 4);
  finish (pcapng);
}

bool
pcapng_free (Pcapng *pcapng)
{
  int error;

  write_statistics (pcapng);
  write_out (pcapng);
  error = pcapng->error;
  if (fflush (pcapng->file) != 0 && error == 0)
    error = errno;
  g_free (pcapng->buffer);
  g_free (pcapng);
  errno = error;
  return error == 0;
}
