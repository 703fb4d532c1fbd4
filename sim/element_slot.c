// SPDX-License-Identifier: MIT
/* "slot MIN MAX packets N bytes N": the link is open for a moment now and then.
 * Who comes when no opening is planned has one planned, a time from MIN to MAX
 * later, and those behind leave with it; once N packets or N bytes do, the next
 * opening is planned as much later again.
 *
 * As with a queue, what happens to a packet depends on the others. */
#include "sim/element.h"

typedef struct
{
  Element element;
  SlotSpec spec;
  uint64_t number;         /* of the opening */
  Time opens;              /* when it is */
  uint64_t packets, bytes; /* that leave then */
} Slot;

static bool
is_over (const Slot *slot, Time at)
{
  return slot->number == 0 || slot->opens < at
         || (slot->spec.packets > 0 && slot->packets >= slot->spec.packets)
         || (slot->spec.bytes > 0 && slot->bytes >= slot->spec.bytes);
}

static void
plan (Slot *slot, Time at)
{
  uint64_t draw =
      random_draw (slot->element.key, ++slot->number, PURPOSE_SLOT, 0);
  uint64_t width = (uint64_t) (slot->spec.most_ns - slot->spec.least_ns) + 1;
  Time gap = slot->spec.least_ns + (Time) random_below (draw, width);
  slot->opens = sim_after (MAX (slot->opens, at), gap);
  slot->packets = slot->bytes = 0;
}

static void
push (Element *element, Packet *packet, Time at)
{
  Slot *slot = (Slot *) element;
  if (is_over (slot, at))
    plan (slot, at);
  slot->packets++;
  slot->bytes += packet->length;
  element_pass (element, packet, slot->opens);
}

static void
change (Element *element, const ElementSpec *spec)
{
  g_assert (spec->as.slot.least_ns <= spec->as.slot.most_ns);
  ((Slot *) element)->spec = spec->as.slot;
}

Element *
element_slot_new (const ElementSpec *spec)
{
  static const ElementClass class = { .push = push, .change = change };
  Slot *slot = g_new0 (Slot, 1);
  slot->element.class = &class;
  change (&slot->element, spec);
  return &slot->element;
}
