// SPDX-License-Identifier: MIT
/* Bytes of a stream, addressed by their 64-bit offset in it.
 *
 * A ring holds the window [base, base + limit); memory is taken when the first
 * byte arrives, grows by doubling up to LIMIT, and is given back by
 * ring_release. Reading or writing outside the window is a programmer's error
 * (asserted); callers clamp what comes from the wire first. */
#pragma once

#include "stack/types.h"

/* What many rings may take together. */
typedef struct
{
  size_t used, max;
} RingBudget;

typedef struct
{
  RingBudget *budget; /* or NULL: there is none */
  uint8_t *bytes;
  size_t size;  /* allocated, a power of two, or 0 */
  size_t limit; /* most bytes that may be held, any number */
  int64_t base; /* offset of the oldest byte held */
} Ring;

void ring_init (Ring *ring, int64_t base, size_t limit);
void ring_clear (Ring *ring);

/* Memory for bytes up to END. False: the budget has not so much; nothing has
 * changed, and nothing may be written there. Whoever has no budget need not
 * ask. */
bool ring_reserve (Ring *ring, int64_t end);

/* Puts LENGTH bytes at OFFSET; gaps are allowed, what lies in them is
 * undefined until written. */
void ring_write (Ring *ring, int64_t offset, const void *bytes, size_t length);

/* Copies LENGTH bytes from OFFSET; they must have been written. */
void ring_read (const Ring *ring, int64_t offset, void *bytes, size_t length);

/* Forgets everything below OFFSET: base becomes OFFSET. */
void ring_advance (Ring *ring, int64_t offset);

/* Gives the memory back; only when nothing in the window is wanted. */
void ring_release (Ring *ring);
