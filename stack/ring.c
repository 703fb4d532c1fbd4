// SPDX-License-Identifier: MIT
#include "stack/ring.h"

#include <glib.h>
#include <string.h>

/* The byte of offset N lives at N modulo SIZE, so it stays where it is when
 * the window moves on. */

#define SIZE_FIRST 512

static size_t
place_of (const Ring *ring, int64_t offset)
{
  return (size_t) offset & (ring->size - 1);
}

static bool
holds (const Ring *ring, int64_t offset, size_t length, size_t room)
{
  return offset >= ring->base && length <= room
         && (uint64_t) (offset - ring->base) <= room - length;
}

static void
put (Ring *ring, int64_t offset, const uint8_t *bytes, size_t length)
{
  size_t place = place_of (ring, offset);
  size_t first = MIN (length, ring->size - place);

  memcpy (ring->bytes + place, bytes, first);
  memcpy (ring->bytes, bytes + first, length - first);
}

/* Of SIZE bytes from now on. */
static void
grow (Ring *ring, size_t size)
{
  Ring old = *ring;
  size_t place;

  if (ring->budget != NULL)
    ring->budget->used += size - old.size;
  ring->size = size;
  ring->bytes = g_malloc (size);
  if (old.size == 0)
    return;

  place = place_of (&old, old.base);
  put (ring, old.base, old.bytes + place, old.size - place);
  put (ring, old.base + (int64_t) (old.size - place), old.bytes, place);
  g_free (old.bytes);
}

void
ring_init (Ring *ring, int64_t base, size_t limit)
{
  *ring = (Ring){ .base = base, .limit = limit };
}

void
ring_clear (Ring *ring)
{
  ring_release (ring);
  *ring = (Ring){ 0 };
}

static bool
can_afford (const Ring *ring, size_t size)
{
  const RingBudget *budget = ring->budget;

  return budget == NULL || size - ring->size <= budget->max - budget->used;
}

bool
ring_reserve (Ring *ring, int64_t end)
{
  size_t size = MAX (ring->size, SIZE_FIRST);

  if (end <= ring->base)
    return true;
  while (size < (size_t) (end - ring->base))
    size *= 2;
  if (size > ring->size && !can_afford (ring, size))
    return false;
  if (size > ring->size)
    grow (ring, size);
  return true;
}

void
ring_write (Ring *ring, int64_t offset, const void *bytes, size_t length)
{
  bool reserved;

  g_assert (holds (ring, offset, length, ring->limit));
  if (length == 0)
    return;

  reserved = ring_reserve (ring, offset + (int64_t) length);
  g_assert (reserved);
  put (ring, offset, bytes, length);
}

void
ring_read (const Ring *ring, int64_t offset, void *bytes, size_t length)
{
  size_t place, first;

  g_assert (holds (ring, offset, length, ring->size));
  if (length == 0)
    return;

  place = place_of (ring, offset);
  first = MIN (length, ring->size - place);
  memcpy (bytes, ring->bytes + place, first);
  memcpy ((uint8_t *) bytes + first, ring->bytes, length - first);
}

void
ring_advance (Ring *ring, int64_t offset)
{
  g_assert (offset >= ring->base);
  ring->base = offset;
}

void
ring_release (Ring *ring)
{
  if (ring->budget != NULL)
    ring->budget->used -= ring->size;
  g_free (ring->bytes);
  ring->bytes = NULL;
  ring->size = 0;
}
