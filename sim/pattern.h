// SPDX-License-Identifier: MIT
/* Bytes of which each tells its place: what "send SIZE" sends. Any piece of
 * the stream can be made, and checked, without the rest. */
#pragma once

#include "stack/types.h"

/* Writes bytes [offset, offset + length). */
void pattern_fill (uint64_t offset, uint8_t *bytes, size_t length);
