// SPDX-License-Identifier: MIT
/* Writes pcapng (draft-ietf-opsawg-pcapng): one section, one interface,
 * LINKTYPE_RAW, nanoseconds, little-endian on every machine. A block is one
 * write, so a reader at the end of a pipe never waits for half of one.
 *
 * Never written, because readers stumble (measured with Wireshark 4.0):
 * epb_verdict, custom blocks, a second interface of type RAW. */
#pragma once

#include "stack/types.h"
#include <glib.h>
#include <stdio.h>

typedef struct Pcapng Pcapng;

typedef struct
{
  Address address;
  const char *name;
} PcapngName;

typedef struct
{
  Time at; /* nanoseconds since 1970 */
  bool outbound;
  uint64_t packet_id;  /* 0: none */
  uint64_t drop_count; /* lost since the packet before; 0: not written */
  const char *const *comments; /* NULL terminated, or NULL */
  const uint8_t *bytes;
  size_t length;          /* on the wire */
  size_t captured_length; /* of BYTES, <= length */
} PcapngPacket;

/* FILE stays the caller's; COMMENT goes into the section header. */
Pcapng *pcapng_new (FILE *file,
                    const char *interface,
                    const char *comment,
                    size_t snap_length,
                    const PcapngName *names,
                    unsigned name_count);
void pcapng_write (Pcapng *pcapng, const PcapngPacket *packet);

/* Flushes; false and errno: something could not be written. */
bool pcapng_free (Pcapng *pcapng);
