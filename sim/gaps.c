// SPDX-License-Identifier: MIT
#include "sim/gaps.h"

#include <glib.h>

typedef struct
{
  Time sent; /* of the first of them */
  uint64_t id;
  uint64_t count;
} Gap;

struct Gaps
{
  GQueue open;        /* Gap *, in the order of being told */
  uint64_t sent;      /* packets so far */
  uint64_t sent_lost; /* its value at the latest loss */
};

Gaps *
gaps_new (void)
{
  Gaps *gaps = g_new0 (Gaps, 1);

  g_queue_init (&gaps->open);
  return gaps;
}

void
gaps_free (Gaps *gaps)
{
  g_queue_clear_full (&gaps->open, g_free);
  g_free (gaps);
}

void
gaps_add_sent (Gaps *gaps)
{
  gaps->sent++;
}

void
gaps_add_lost (Gaps *gaps, Time sent, uint64_t id)
{
  Gap *last = g_queue_peek_tail (&gaps->open);
  bool in_a_row = gaps->sent <= gaps->sent_lost + 1;

  gaps->sent_lost = gaps->sent;
  if (last != NULL && in_a_row)
    {
      last->count++;
      return;
    }
  last = g_new (Gap, 1);
  *last = (Gap){ sent, id, 1 };
  g_queue_push_tail (&gaps->open, last);
}

uint64_t
gaps_count_arrived (Gaps *gaps, Time sent, uint64_t id)
{
  uint64_t count = 0;
  Gap *first;

  while ((first = g_queue_peek_head (&gaps->open)) != NULL
         && (first->sent < sent || (first->sent == sent && first->id < id)))
    {
      count += first->count;
      g_free (g_queue_pop_head (&gaps->open));
    }
  return count;
}
