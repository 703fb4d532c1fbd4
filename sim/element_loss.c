// SPDX-License-Identifier: MIT
/* "loss P": each packet is lost with the same probability, whatever happened
 * to the others. */
#include "sim/element.h"

typedef struct
{
  Element element;
  uint32_t share_ppb;
} Loss;

static void
push (Element *element, Packet *packet, Time at)
{
  uint32_t share_ppb = ((Loss *) element)->share_ppb;
  uint64_t ordinal = element_count (element, packet);
  uint64_t draw = element_draw (element, packet, ordinal, PURPOSE_LOSS);
  if (!random_hits (draw, share_ppb))
    {
      element_pass (element, packet, at);
      return;
    }
  Event event = element_fate (EVENT_DROPPED, "loss", share_ppb, draw);
  link_drop (element->link, packet, &event);
}

static void
change (Element *element, const ElementSpec *spec)
{
  ((Loss *) element)->share_ppb = spec->as.share.share_ppb;
}

Element *
element_loss_new (const ElementSpec *spec)
{
  static const ElementClass class = { .push = push, .change = change };
  Loss *loss = g_new0 (Loss, 1);
  loss->element.class = &class;
  change (&loss->element, spec);
  return &loss->element;
}
