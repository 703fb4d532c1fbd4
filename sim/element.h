// SPDX-License-Identifier: MIT
/* An element of a link's chain: PUSH consumes a packet that reaches it at AT
 * and hands it to element_pass, later, more than once or not at all. Packets
 * come in the order of AT, but for those that come after a delay was made
 * shorter: they were sent later. Each is a file of its own with one
 * constructor.
 *
 * Draws: element_draw gives the packet's number for one purpose, a pure
 * function of (seed, link, element, flow, direction, ordinal, purpose, copy).
 * Two elements of a kind on one link are told apart by their count in it, so
 * that adding an element of another kind changes nobody's luck. Duplicates are
 * counted apart, so that they don't shift the luck of the packets behind. */
#pragma once

#include "sim/element_spec.h"
#include "sim/link.h"

typedef struct Element Element;

typedef struct
{
  void (*push) (Element *element, Packet *packet, Time at);
  void (*change) (Element *element, const ElementSpec *spec);
  void (*clear) (Element *element); /* NULL: nothing to clear */
} ElementClass;

/* One flow in one direction at one element. */
typedef struct
{
  uint64_t packets, duplicates; /* seen so far */
  RandomKey key;
  uint8_t memory[2]; /* of packets and of duplicates: 0, or what a model with
                        memory keeps from one to the next */
} ElementStream;

struct Element
{
  const ElementClass *class;
  Link *link;
  Element *next; /* NULL: the link's delay line */
  RandomKey key;
  GArray *streams; /* ElementStream by lane */
  bool is_shared;  /* what is remembered is one for all flows: */
  uint8_t memory[2];
};

/* A delay takes in the "reorder" that follows it by element_change, a rate its
 * queue, so SPEC is of any kind but those. */
Element *element_new (Link *link, const ElementSpec *spec, RandomKey key);
void element_free (Element *element);
void element_change (Element *element, const ElementSpec *spec);

/* Goes on where OLD, which had the same key, is counting. */
void element_succeed (Element *element, const Element *old);

/* The packet's ordinal at this element: 1, 2, ... per flow and direction.
 * Called once for each packet that reaches it. */
uint64_t element_count (Element *element, const Packet *packet);

uint64_t element_draw (const Element *element,
                       const Packet *packet,
                       uint64_t ordinal,
                       RandomPurpose purpose);

/* The memory that PACKET finds and leaves: its own flow's in its direction,
 * unless it is shared. */
uint8_t *element_memory (Element *element, const Packet *packet);

/* How one packet's chance was decided. */
typedef struct
{
  bool hit;
  bool repeated; /* by the fate of the packet before */
  uint32_t share_ppb;
  uint64_t draw; /* hit, or repeated, because this is below share_ppb */
} Outcome;

/* Keeps what came out in the element's memory. */
Outcome element_chance (Element *element,
                        const Packet *packet,
                        uint64_t ordinal,
                        const Chance *chance,
                        RandomPurpose purpose);

/* On to the next element, or to the end of the link. */
void element_pass (Element *element, Packet *packet, Time at);

/* An event of TYPE with the odds that were drawn: cause, share and draw. */
Event element_fate (EventType type,
                    const char *cause,
                    uint32_t share_ppb,
                    uint64_t draw);
Event element_fate_of (EventType type, const char *cause, const Outcome *fate);

/* The constructors by kind: allocated, set up by SPEC, all else zero. */
Element *element_rate_new (const ElementSpec *spec);
Element *element_slot_new (const ElementSpec *spec);
Element *element_delay_new (Link *link, const ElementSpec *spec);
Element *element_loss_new (const ElementSpec *spec);
Element *element_duplicate_new (const ElementSpec *spec);
Element *element_corrupt_new (const ElementSpec *spec);
Element *element_mtu_new (const ElementSpec *spec);
