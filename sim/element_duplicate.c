// SPDX-License-Identifier: MIT
/* "duplicate P [CORR]": a duplicate follows the packet at once and meets a fate
 * of its own in the rest of the chain. */
#include "sim/element.h"

typedef struct
{
  Element element;
  Chance chance;
} Duplicate;

static void
push (Element *element, Packet *packet, Time at)
{
  uint64_t ordinal = element_count (element, packet);
  Outcome outcome =
      element_chance (element, packet, ordinal,
                      &((Duplicate *) element)->chance, PURPOSE_DUPLICATE);
  Packet *copy = NULL;
  if (outcome.hit)
    {
      Event event = element_fate_of (EVENT_DUPLICATED, "duplicate", &outcome);
      copy = link_duplicate (element->link, packet, &event);
    }
  element_pass (element, packet, at);
  if (copy != NULL)
    element_pass (element, copy, at);
}

static void
change (Element *element, const ElementSpec *spec)
{
  ((Duplicate *) element)->chance = spec->as.share;
}

Element *
element_duplicate_new (const ElementSpec *spec)
{
  static const ElementClass class = { .push = push, .change = change };
  Duplicate *duplicate = g_new0 (Duplicate, 1);
  duplicate->element.class = &class;
  change (&duplicate->element, spec);
  return &duplicate->element;
}
