// SPDX-License-Identifier: MIT
/* "mtu N": what is larger does not pass, and nobody hears of it: a black hole.
 * A router that says so sends its answer before the packet comes here. */
#include "sim/element.h"

typedef struct
{
  Element element;
  uint32_t mtu;
} Mtu;

static void
push (Element *element, Packet *packet, Time at)
{
  uint32_t mtu = ((Mtu *) element)->mtu;
  if (packet->length <= mtu)
    {
      element_pass (element, packet, at);
      return;
    }
  Event event = { .type = EVENT_DROPPED, .cause = "mtu" };
  event_add_number (&event, "mtu", mtu);
  link_drop (element->link, packet, &event);
}

static void
change (Element *element, const ElementSpec *spec)
{
  ((Mtu *) element)->mtu = spec->as.mtu.bytes;
}

Element *
element_mtu_new (const ElementSpec *spec)
{
  static const ElementClass class = { .push = push, .change = change };
  Mtu *mtu = g_new0 (Mtu, 1);
  mtu->element.class = &class;
  change (&mtu->element, spec);
  return &mtu->element;
}
