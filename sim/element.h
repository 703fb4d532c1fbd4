// SPDX-License-Identifier: MIT
/* An element of a link's chain: PUSH consumes a packet that reaches it at AT
 * (never before the one it got last) and hands it to element_pass, later, more
 * than once or not at all. Each is a file of its own with one constructor.
 *
 * Draws: element_draw gives the packet's number for one purpose, a pure
 * function of (seed, link, element, flow, ordinal, purpose, copy). Two
 * elements of a kind on one link are told apart by their count in it, so that
 * adding an element of another kind changes nobody's luck. */
#pragma once

#include "sim/element_spec.h"
#include "sim/link.h"

typedef struct Element Element;

typedef struct
{
  ElementKind kind;
  void (*push) (Element *element, Packet *packet, Time at);
  void (*change) (Element *element, const ElementSpec *spec);
  void (*free) (Element *element);
} ElementClass;

struct Element
{
  const ElementClass *class;
  Link *link;
  Element *next; /* NULL: the link's delay line */
  RandomKey key;
  GArray *ordinals; /* uint64_t by flow index * 2 + direction */
};

/* One constructor per kind, chosen by SPEC. */
Element *element_new (Link *link, const ElementSpec *spec, RandomKey key);
void element_free (Element *element);

/* The packet's ordinal at this element: 1, 2, ... per flow and direction.
 * Called once for each packet that reaches it. */
uint64_t element_count (Element *element, const Packet *packet);

uint64_t element_draw (const Element *element,
                       const Packet *packet,
                       uint64_t ordinal,
                       RandomPurpose purpose);

/* On to the next element, or to the end of the link. */
void element_pass (Element *element, Packet *packet, Time at);

/* The packet ends here: emits EVENT (type DROPPED, link and packet filled in)
 * and frees the packet. */
void element_drop (Element *element, Packet *packet, Event *event);
