// SPDX-License-Identifier: MIT
/* Classic pcap with nanoseconds, LINKTYPE_RAW, through libpcap: for programs
 * that read nothing else. It holds times and bytes, no fates. */
#pragma once

#include "stack/types.h"
#include <glib.h>

typedef struct Classic Classic;

/* NULL and *ERROR: PATH cannot be created. */
Classic *classic_new (const char *path, size_t snap_length, GError **error);

/* AT is nanoseconds since 1970; CAPTURED_LENGTH <= LENGTH bytes are kept. */
void classic_write (Classic *classic,
                    Time at,
                    const uint8_t *bytes,
                    size_t length,
                    size_t captured_length);

/* False and errno: something could not be written. */
bool classic_free (Classic *classic);
