// SPDX-License-Identifier: MIT
/* The text of a numbered message: "msg 07/20\n", the number as wide as the
 * count, padded with dots before the newline to a wanted size. */
#pragma once

#include "stack/types.h"

/* Bytes of message NUMBER of COUNT when SIZE is wanted: SIZE, or what the text
 * needs if that is more. COUNT 0 means "without end" and is written as such. */
size_t message_size (uint64_t number, uint64_t count, size_t size);

/* Writes bytes [offset, offset + length) of it. */
void message_write (uint64_t number,
                    uint64_t count,
                    size_t size,
                    size_t offset,
                    char *bytes,
                    size_t length);

/* Is LINE, of LENGTH bytes without its newline, a message? The dots may be
 * missing in part, as when only the beginning of a long line is known. */
bool message_parse (const char *line,
                    size_t length,
                    uint64_t *number,
                    uint64_t *count);
