// SPDX-License-Identifier: MIT
#include "sim/link.h"
#include "sim/delay_line.h"
#include "sim/element.h"
#include "sim/flights.h"
#include "sim/rule.h"

/* One word of the chain and who does it: a "reorder" is done by the delay
 * before it, a queue by the rate. */
typedef struct
{
  ElementKind kind;
  Element *element;
} Place;

struct Link
{
  Network *network;
  Node *to;
  unsigned to_interface;
  char *name;
  RandomKey key;
  bool is_down;
  GPtrArray *rules;    /* Rule *, owned */
  GPtrArray *elements; /* Element *, owned, also those of earlier chains: they
                          keep their packets until these come out */
  GArray *places;      /* Place: the chain as it was spelled */
  Element *first;      /* of the chain, or NULL */
  DelayLine waiting;   /* for the chain, by a rule's delay */
  DelayLine arriving;
  Flights flights;
  LinkAccount account;
};

static void enter_chain (void *owner, Packet *packet, Time at);
static void arrive (void *owner, Packet *packet, Time now);

/* Cables between the same two nodes have links with the same name; each has
 * its own luck. */
static RandomKey
link_key (const Network *network, const Node *from, const char *name)
{
  unsigned twins = 0;
  for (guint i = 0; i < from->out->len; i++)
    twins += g_str_equal (link_name (g_ptr_array_index (from->out, i)), name);
  RandomKey key = random_key_named (network->key, name);
  return twins == 0 ? key : random_key_numbered (key, twins);
}

static void
rule_destroy (gpointer rule)
{
  rule_free (rule);
}

static void
element_destroy (gpointer element)
{
  element_free (element);
}

Link *
link_new (Network *network, Node *from, Node *to, unsigned to_interface)
{
  Link *link = g_new0 (Link, 1);
  link->network = network;
  link->to = to;
  link->to_interface = to_interface;
  link->name = g_strconcat (from->name, ">", to->name, NULL);
  link->key = link_key (network, from, link->name);
  link->rules = g_ptr_array_new_with_free_func (rule_destroy);
  link->elements = g_ptr_array_new_with_free_func (element_destroy);
  link->places = g_array_new (FALSE, FALSE, sizeof (Place));
  flights_init (&link->flights);
  delay_line_init (&link->waiting, &network->sim, enter_chain, link);
  delay_line_init (&link->arriving, &network->sim, arrive, link);
  g_ptr_array_add (from->out, link);
  g_ptr_array_add (network->links, link);
  return link;
}

void
link_free (Link *link)
{
  g_ptr_array_unref (link->elements);
  g_array_unref (link->places);
  g_ptr_array_unref (link->rules);
  delay_line_clear (&link->waiting);
  delay_line_clear (&link->arriving);
  flights_clear (&link->flights);
  g_free (link->name);
  g_free (link);
}

const char *
link_name (const Link *link)
{
  return link->name;
}

Node *
link_to (const Link *link)
{
  return link->to;
}

Network *
link_network (const Link *link)
{
  return link->network;
}

void
link_account (const Link *link, LinkAccount *account)
{
  *account = link->account;
}

/* Events and accounts. */

void
link_emit (Link *link, const Packet *packet, Event *event)
{
  event->at = link->network->sim.now;
  event->link = link->name;
  event->packet = packet;
  event->flow = packet->flow;
  network_emit (link->network, event);
}

static void
count_in (Link *link)
{
  link->account.in_flight++;
  link->network->in_transit++;
}

static void
count_out (Link *link)
{
  link->account.in_flight--;
  link->network->in_transit--;
}

void
link_drop (Link *link, Packet *packet, Event *event)
{
  count_out (link);
  link->account.dropped++;
  flights_remove (&link->flights, packet);
  link_emit (link, packet, event);
  packet_free (packet);
}

Packet *
link_duplicate (Link *link, Packet *packet, Event *event)
{
  count_in (link);
  link->account.duplicated++;
  Packet *copy = packet_copy (packet);
  event_add_number (event, "copy", copy->copy);
  link_emit (link, packet, event);
  return copy;
}

void
link_deliver (Link *link, Packet *packet, Time at)
{
  delay_line_add (&link->arriving, packet, at);
}

static void
arrive (void *owner, Packet *packet, Time now)
{
  Link *link = owner;
  count_out (link);
  link->account.delivered++;
  link->account.bytes_delivered += packet->length;
  flights_arrive (&link->flights, packet);
  if (packet->overtaken > 0)
    {
      Event reordered = { .type = EVENT_REORDERED };
      event_add_number (&reordered, "overtaken", packet->overtaken);
      link_emit (link, packet, &reordered);
    }
  Event delivered = { .type = EVENT_DELIVERED, .host = link->to->name };
  event_add_number (&delivered, "size", packet->length);
  event_add_time (&delivered, "delay", now - packet->sent);
  link_emit (link, packet, &delivered);
  link->to->class->receive (link->to, link->to_interface, packet, now);
}

/* The chain. */

static void
enter_chain (void *owner, Packet *packet, Time at)
{
  Link *link = owner;
  if (link->first != NULL)
    link->first->class->push (link->first, packet, at);
  else
    link_deliver (link, packet, at);
}

/* The key of the Nth element of its kind: 1, 2, ... */
static RandomKey
element_key (const Link *link, ElementKind kind, unsigned n)
{
  RandomKey key = random_key_named (link->key, element_kind_name (kind));
  return random_key_numbered (key, n);
}

static Element *
newest_with_key (const Link *link, RandomKey key)
{
  for (guint i = link->elements->len; i-- > 0;)
    {
      Element *element = g_ptr_array_index (link->elements, i);
      if (element->key.value == key.value)
        return element;
    }
  return NULL;
}

static Element *
add_element (Link *link, const ElementSpec *spec, unsigned n)
{
  RandomKey key = element_key (link, spec->kind, n);
  Element *element = element_new (link, spec, key);
  const Element *old = newest_with_key (link, key);
  if (old != NULL)
    element_succeed (element, old);
  g_ptr_array_add (link->elements, element);
  return element;
}

/* The Nth place of KIND, 1, 2, ..., or NULL. */
static const Place *
nth_place (const Link *link, ElementKind kind, unsigned n)
{
  for (guint i = 0; i < link->places->len; i++)
    {
      const Place *place = &g_array_index (link->places, Place, i);
      if (place->kind == kind && --n == 0)
        return place;
    }
  return NULL;
}

static unsigned
count_places (const Link *link, ElementKind kind)
{
  unsigned n = 0;
  while (nth_place (link, kind, n + 1) != NULL)
    n++;
  return n;
}

void
link_set_chain (Link *link, const ChainSpec *chain)
{
  g_array_set_size (link->places, 0);
  link->first = NULL;
  Element *last = NULL, *delay = NULL;
  for (guint i = 0; i < chain->len; i++)
    {
      const ElementSpec *spec = &g_array_index (chain, ElementSpec, i);
      bool is_queue = element_kind_is_queue (spec->kind);
      Place place = { .kind = spec->kind, .element = is_queue ? last : delay };
      if (is_queue || spec->kind == ELEMENT_REORDER)
        {
          g_assert (place.element != NULL);
          element_change (place.element, spec);
        }
      else
        {
          unsigned n = count_places (link, spec->kind) + 1;
          place.element = add_element (link, spec, n);
          *(last != NULL ? &last->next : &link->first) = place.element;
          last = place.element;
        }
      if (spec->kind == ELEMENT_DELAY)
        delay = place.element;
      g_array_append_val (link->places, place);
    }
}

static const Place *
place_to_change (const Link *link, const ChainSpec *chain, guint index)
{
  ElementKind kind = g_array_index (chain, ElementSpec, index).kind;
  unsigned n = 0;
  for (guint i = 0; i <= index; i++)
    n += g_array_index (chain, ElementSpec, i).kind == kind;
  return nth_place (link, kind, n);
}

bool
link_change (Link *link, const ChainSpec *chain, const char **missing)
{
  for (guint i = 0; i < chain->len; i++)
    if (place_to_change (link, chain, i) == NULL)
      {
        *missing =
            element_kind_name (g_array_index (chain, ElementSpec, i).kind);
        return false;
      }
  for (guint i = 0; i < chain->len; i++)
    element_change (place_to_change (link, chain, i)->element,
                    &g_array_index (chain, ElementSpec, i));
  return true;
}

void
link_set_up (Link *link, bool up)
{
  link->is_down = !up;
}

/* The rules. */

bool
link_add_rule (Link *link, const RuleSpec *spec, GError **error)
{
  Rule *rule = rule_new (spec, link->rules->len + 1, error);
  if (rule == NULL)
    return false;
  g_ptr_array_add (link->rules, rule);
  return true;
}

/* Every rule counts; the first that is due is returned. */
static const Rule *
due_rule (const Link *link, const Packet *packet)
{
  const Rule *due = NULL;
  for (guint i = 0; i < link->rules->len; i++)
    {
      Rule *rule = g_ptr_array_index (link->rules, i);
      if (rule_is_due (rule, packet) && due == NULL)
        due = rule;
    }
  return due;
}

static Event
rule_event (EventType type, const Rule *rule)
{
  Event event = { .type = type, .cause = "rule" };
  event_add_number (&event, "rule", rule->number);
  return event;
}

static void
delay_by_rule (Link *link, const Rule *rule, Packet *packet, Time now)
{
  Event event = rule_event (EVENT_DELAYED, rule);
  event_add_time (&event, "delay", rule->delay_ns);
  link_emit (link, packet, &event);
  delay_line_add (&link->waiting, packet, sim_after (now, rule->delay_ns));
}

static void
duplicate_by_rule (Link *link, const Rule *rule, Packet *packet, Time now)
{
  Event event = rule_event (EVENT_DUPLICATED, rule);
  Packet *copy = link_duplicate (link, packet, &event);
  enter_chain (link, packet, now);
  enter_chain (link, copy, now);
}

static void
corrupt_by_rule (Link *link, const Rule *rule, Packet *packet, Time now)
{
  if (!packet->corrupted && packet->length > 0)
    {
      RandomKey key = random_key_named (link->key, "rule");
      key = random_key_numbered (key, rule->number);
      uint64_t draw =
          random_draw (key, rule->matches, PURPOSE_RULE_BIT, packet->copy);
      uint64_t bit = random_below (draw, (uint64_t) packet->length * 8);
      packet_flip (packet, bit);
      packet->corrupted = true;
      Event event = rule_event (EVENT_CORRUPTED, rule);
      event_add_number (&event, "bit", (int64_t) bit);
      link_emit (link, packet, &event);
    }
  enter_chain (link, packet, now);
}

static void
mark_by_rule (Link *link, const Rule *rule, Packet *packet, Time now)
{
  if (packet_mark (packet))
    {
      Event event = rule_event (EVENT_MARKED, rule);
      link_emit (link, packet, &event);
    }
  enter_chain (link, packet, now);
}

static void
apply_rule (Link *link, const Rule *rule, Packet *packet, Time now)
{
  switch (rule->action)
    {
    case RULE_DROP:
      {
        Event event = rule_event (EVENT_DROPPED, rule);
        link_drop (link, packet, &event);
        break;
      }
    case RULE_DELAY:
      delay_by_rule (link, rule, packet, now);
      break;
    case RULE_DUPLICATE:
      duplicate_by_rule (link, rule, packet, now);
      break;
    case RULE_CORRUPT:
      corrupt_by_rule (link, rule, packet, now);
      break;
    case RULE_MARK:
      mark_by_rule (link, rule, packet, now);
      break;
    }
}

void
link_send (Link *link, Packet *packet, Time now)
{
  count_in (link);
  link->account.sent++;
  link->account.bytes_sent += packet->length;
  packet->sent = now;
  flights_add (&link->flights, packet);
  if (link->is_down)
    {
      Event event = { .type = EVENT_DROPPED, .cause = "down" };
      link_drop (link, packet, &event);
      return;
    }
  const Rule *rule = due_rule (link, packet);
  if (rule != NULL)
    apply_rule (link, rule, packet, now);
  else
    enter_chain (link, packet, now);
}
