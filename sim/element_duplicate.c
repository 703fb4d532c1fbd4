// SPDX-License-Identifier: MIT
/* "duplicate P": a duplicate follows the packet at once and meets a fate of
 * its own in the rest of the chain. */
#include "sim/element.h"

typedef struct
{
  Element element;
  uint32_t share_ppb;
} Duplicate;

static void
push (Element *element, Packet *packet, Time at)
{
  uint32_t share_ppb = ((Duplicate *) element)->share_ppb;
  uint64_t ordinal = element_count (element, packet);
  uint64_t draw = element_draw (element, packet, ordinal, PURPOSE_DUPLICATE);
  Packet *copy = NULL;
  if (random_hits (draw, share_ppb))
    {
      Event event =
          element_fate (EVENT_DUPLICATED, "duplicate", share_ppb, draw);
      copy = link_duplicate (element->link, packet, &event);
    }
  element_pass (element, packet, at);
  if (copy != NULL)
    element_pass (element, copy, at);
}

static void
change (Element *element, const ElementSpec *spec)
{
  ((Duplicate *) element)->share_ppb = spec->as.share.share_ppb;
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
