// SPDX-License-Identifier: MIT
#include "sim/element.h"
#include <string.h>

const char *
element_kind_name (ElementKind kind)
{
  static const char *const names[] = { "rate",    "delay",     "loss",
                                       "reorder", "duplicate", "corrupt",
                                       "mtu",     "trace",     "slot",
                                       "codel",   "fq_codel",  "pie" };
  return names[kind];
}

bool
element_kind_is_queue (ElementKind kind)
{
  return kind >= ELEMENT_CODEL;
}

static Element *
construct (Link *link, const ElementSpec *spec)
{
  switch (spec->kind)
    {
    case ELEMENT_RATE:
    case ELEMENT_TRACE:
      return element_rate_new (spec);
    case ELEMENT_SLOT:
      return element_slot_new (spec);
    case ELEMENT_DELAY:
      return element_delay_new (link, spec);
    case ELEMENT_LOSS:
      return element_loss_new (spec);
    case ELEMENT_DUPLICATE:
      return element_duplicate_new (spec);
    case ELEMENT_CORRUPT:
      return element_corrupt_new (spec);
    case ELEMENT_MTU:
      return element_mtu_new (spec);
    case ELEMENT_REORDER:
    case ELEMENT_CODEL:
    case ELEMENT_FQ_CODEL:
    case ELEMENT_PIE:
      break;
    }
  g_assert_not_reached ();
}

Element *
element_new (Link *link, const ElementSpec *spec, RandomKey key)
{
  Element *element = construct (link, spec);
  element->link = link;
  element->key = key;
  element->streams = g_array_new (FALSE, TRUE, sizeof (ElementStream));
  return element;
}

void
element_free (Element *element)
{
  if (element->class->clear != NULL)
    element->class->clear (element);
  g_array_unref (element->streams);
  g_free (element);
}

void
element_change (Element *element, const ElementSpec *spec)
{
  element->class->change (element, spec);
}

void
element_succeed (Element *element, const Element *old)
{
  g_array_unref (element->streams);
  element->streams = g_array_ref (old->streams);
  memcpy (element->memory, old->memory, sizeof element->memory);
}

static ElementStream *
stream_of (const Element *element, const Packet *packet)
{
  if (packet->lane >= element->streams->len)
    g_array_set_size (element->streams, packet->lane + 1);
  return &g_array_index (element->streams, ElementStream, packet->lane);
}

uint64_t
element_count (Element *element, const Packet *packet)
{
  ElementStream *stream = stream_of (element, packet);
  if (stream->packets == 0 && stream->duplicates == 0)
    {
      RandomKey flow =
          random_key_numbered (element->key, packet->flow->identity);
      stream->key = random_key_numbered (flow, packet->forward);
    }
  return packet->copy == 1 ? ++stream->packets : ++stream->duplicates;
}

uint64_t
element_draw (const Element *element,
              const Packet *packet,
              uint64_t ordinal,
              RandomPurpose purpose)
{
  return random_draw (stream_of (element, packet)->key, ordinal, purpose,
                      packet->copy);
}

uint8_t *
element_memory (Element *element, const Packet *packet)
{
  uint8_t *memory = element->is_shared ? element->memory
                                       : stream_of (element, packet)->memory;
  return &memory[packet->copy > 1];
}

static Outcome
ask (const Element *element,
     const Packet *packet,
     uint64_t ordinal,
     uint32_t share_ppb,
     RandomPurpose purpose)
{
  uint64_t draw = element_draw (element, packet, ordinal, purpose);
  return (Outcome){ .hit = random_hits (draw, share_ppb),
                    .share_ppb = share_ppb,
                    .draw = draw };
}

static Outcome
ask_or_repeat (Element *element,
               const Packet *packet,
               uint64_t ordinal,
               const Chance *chance,
               RandomPurpose purpose)
{
  enum
  {
    NOTHING,
    MISS,
    HIT
  };
  uint8_t *memory = element_memory (element, packet);
  Outcome outcome =
      ask (element, packet, ordinal, chance->correlation_ppb, PURPOSE_REPEAT);
  if (*memory != NOTHING && outcome.hit)
    {
      outcome.hit = *memory == HIT;
      outcome.repeated = true;
    }
  else
    outcome = ask (element, packet, ordinal, chance->share_ppb, purpose);
  *memory = outcome.hit ? HIT : MISS;
  return outcome;
}

Outcome
element_chance (Element *element,
                const Packet *packet,
                uint64_t ordinal,
                const Chance *chance,
                RandomPurpose purpose)
{
  return chance->correlation_ppb == 0
             ? ask (element, packet, ordinal, chance->share_ppb, purpose)
             : ask_or_repeat (element, packet, ordinal, chance, purpose);
}

void
element_pass (Element *element, Packet *packet, Time at)
{
  if (element->next != NULL)
    element->next->class->push (element->next, packet, at);
  else
    link_deliver (element->link, packet, at);
}

Event
element_fate (EventType type,
              const char *cause,
              uint32_t share_ppb,
              uint64_t draw)
{
  Event event = { .type = type, .cause = cause };
  event_add_share (&event, "share", share_ppb);
  event_add_share (&event, "draw", random_draw_ppb (draw));
  return event;
}

Event
element_fate_of (EventType type, const char *cause, const Outcome *fate)
{
  Event event = element_fate (type, cause, fate->share_ppb, fate->draw);
  if (fate->repeated)
    event_add_text (&event, "state", "repeated");
  return event;
}
