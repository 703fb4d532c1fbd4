// SPDX-License-Identifier: MIT
#include "sim/frames.h"

#include <glib.h>

typedef struct
{
  uint64_t id, frame;
} Entry;

struct Frames
{
  GArray *ring; /* Entry; a ring once it is full */
  guint oldest;
};

Frames *
frames_new (void)
{
  Frames *frames = g_new0 (Frames, 1);

  frames->ring = g_array_new (FALSE, FALSE, sizeof (Entry));
  return frames;
}

void
frames_free (Frames *frames)
{
  g_array_unref (frames->ring);
  g_free (frames);
}

/* The N-th oldest. */
static Entry *
nth (const Frames *frames, guint n)
{
  guint place = (frames->oldest + n) % frames->ring->len;

  return &g_array_index (frames->ring, Entry, place);
}

void
frames_add (Frames *frames, uint64_t id, uint64_t frame)
{
  GArray *ring = frames->ring;
  Entry entry = { id, frame };

  if (ring->len > 0 && nth (frames, ring->len - 1)->id >= id)
    return;
  if (ring->len < FRAMES_MAX)
    {
      g_array_append_val (ring, entry);
      return;
    }
  *nth (frames, 0) = entry;
  frames->oldest = (frames->oldest + 1) % ring->len;
}

uint64_t
frames_find (const Frames *frames, uint64_t id)
{
  guint low = 0, high = frames->ring->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const Entry *entry = nth (frames, middle);

      if (entry->id == id)
        return entry->frame;
      if (entry->id < id)
        low = middle + 1;
      else
        high = middle;
    }
  return 0;
}
