// SPDX-License-Identifier: MIT
/* What came in, noted the same way by every app that waits: numbered messages,
 * and the place of bytes in their stream or file. The ledger counts by it. */
#pragma once

#include "sim/app.h"

#define APP_INCOMING_LINE 64 /* more than the text of a message needs */

/* Of one connection; zero-initialised. A stream that begins with "msg " is
 * read as lines. */
typedef struct
{
  uint64_t offset; /* bytes so far */
  bool no_messages;
  char line[APP_INCOMING_LINE]; /* the beginning of the line that comes in */
  size_t line_length;
} AppIncoming;

/* LENGTH bytes of the stream of SOCKET have been received. */
void app_incoming_stream (AppIncoming *incoming,
                          App *app,
                          int socket,
                          const Endpoint *remote,
                          const uint8_t *bytes,
                          size_t length);

/* A datagram has been received: a piece of a file that says where it belongs,
 * or a message. True: it is a piece, of LENGTH - SEND_HEADER bytes at *OFFSET
 * of *TOTAL. */
bool app_incoming_datagram (App *app,
                            int socket,
                            const Endpoint *remote,
                            const uint8_t *bytes,
                            size_t length,
                            uint64_t *offset,
                            uint64_t *total);
