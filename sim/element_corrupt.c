// SPDX-License-Identifier: MIT
/* "corrupt P [CORR]": flips one bit anywhere in the IP packet. A packet is
 * corrupted at most once in its life, so that no second flip undoes the first.
 */
#include "sim/element.h"

typedef struct
{
  Element element;
  Chance chance;
} Corrupt;

static void
corrupt (Element *element,
         Packet *packet,
         uint64_t ordinal,
         const Outcome *outcome)
{
  uint64_t bit_draw =
      element_draw (element, packet, ordinal, PURPOSE_CORRUPT_BIT);
  uint64_t bit = random_below (bit_draw, (uint64_t) packet->length * 8);
  packet_flip (packet, bit);
  packet->corrupted = true;
  Event event = element_fate_of (EVENT_CORRUPTED, "corrupt", outcome);
  event_add_number (&event, "bit", (int64_t) bit);
  link_emit (element->link, packet, &event);
}

static void
push (Element *element, Packet *packet, Time at)
{
  uint64_t ordinal = element_count (element, packet);
  Outcome outcome =
      element_chance (element, packet, ordinal, &((Corrupt *) element)->chance,
                      PURPOSE_CORRUPT);
  if (outcome.hit && !packet->corrupted && packet->length > 0)
    corrupt (element, packet, ordinal, &outcome);
  element_pass (element, packet, at);
}

static void
change (Element *element, const ElementSpec *spec)
{
  ((Corrupt *) element)->chance = spec->as.share;
}

Element *
element_corrupt_new (const ElementSpec *spec)
{
  static const ElementClass class = { .push = push, .change = change };
  Corrupt *element = g_new0 (Corrupt, 1);
  element->element.class = &class;
  change (&element->element, spec);
  return &element->element;
}
