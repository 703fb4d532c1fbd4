// SPDX-License-Identifier: MIT
/* "delay T J": each packet waits a time drawn around T, so with jitter packets
 * overtake each other unless "order keep" is asked for.
 *
 * "reorder P [CORR] gap N": each N-th packet of a flow does not wait at all,
 * with probability P.
 *
 * Where the order may change and other elements follow, the packets wait here,
 * so that those see them in the order in which they come; else only their time
 * is computed. */
#include "sim/delay_line.h"
#include "sim/element.h"
#include "sim/jitter.h"

/* The draws of a flow's last packet and of its last duplicate. */
typedef struct
{
  uint64_t draw[2];
  bool is_drawn[2];
} Held;

typedef struct
{
  Element element;
  ElementSpec spec; /* of the delay */
  Chance reorder;
  uint32_t gap;
  Time last; /* departure that nobody may overtake under "order keep" */
  DelayLine line;
  GArray *held; /* Held by lane, as far as there is correlation */
} Delay;

static void
release (void *owner, Packet *packet, Time now)
{
  element_pass (owner, packet, now);
}

static bool
has_jitter (const Delay *delay)
{
  return delay->spec.as.delay.jitter_ns > 0;
}

/* The packets behind must wait too while some are held: only then they come
 * in their order. */
static bool
must_hold (const Delay *delay)
{
  if (delay->element.next == NULL)
    return false;
  return (has_jitter (delay) && !delay->spec.as.delay.keep_order)
         || delay->reorder.share_ppb > 0 || !delay_line_is_empty (&delay->line);
}

static void
depart (Delay *delay, Packet *packet, Time at)
{
  if (must_hold (delay))
    delay_line_add (&delay->line, packet, at);
  else
    element_pass (&delay->element, packet, at);
}

static bool
is_chosen (Delay *delay,
           const Packet *packet,
           uint64_t ordinal,
           Outcome *outcome)
{
  if (delay->reorder.share_ppb == 0 || ordinal % delay->gap != 0)
    return false;
  *outcome = element_chance (&delay->element, packet, ordinal, &delay->reorder,
                             PURPOSE_REORDER);
  return outcome->hit;
}

static Held *
held_of (const Delay *delay, const Packet *packet)
{
  if (packet->lane >= delay->held->len)
    g_array_set_size (delay->held, packet->lane + 1);
  return &g_array_index (delay->held, Held, packet->lane);
}

/* With correlation the draw of the packet before, by that share, stands for
 * this one's, too: that correlates the waits of packets n apart by the n-th
 * power of the share, and leaves their distribution as it is. */
static uint64_t
draw_wait (const Delay *delay, const Packet *packet, uint64_t ordinal)
{
  const Element *element = &delay->element;
  uint32_t correlation_ppb = delay->spec.as.delay.correlation_ppb;
  uint64_t fresh = element_draw (element, packet, ordinal, PURPOSE_JITTER);
  if (correlation_ppb == 0)
    return fresh;
  unsigned who = packet->copy > 1;
  Held *held = held_of (delay, packet);
  uint64_t repeat =
      element_draw (element, packet, ordinal, PURPOSE_JITTER_REPEAT);
  if (!held->is_drawn[who] || !random_hits (repeat, correlation_ppb))
    held->draw[who] = fresh;
  held->is_drawn[who] = true;
  return held->draw[who];
}

static void
push (Element *element, Packet *packet, Time at)
{
  Delay *delay = (Delay *) element;
  uint64_t ordinal = element_count (element, packet);
  Outcome outcome;
  if (is_chosen (delay, packet, ordinal, &outcome))
    {
      Event event = element_fate_of (EVENT_DELAYED, "reorder", &outcome);
      event_add_time (&event, "delay", 0);
      link_emit (element->link, packet, &event);
      depart (delay, packet, at);
      return;
    }
  Time wait = delay->spec.as.delay.delay_ns;
  if (has_jitter (delay))
    wait = jitter_wait (&delay->spec, draw_wait (delay, packet, ordinal));
  Time departure = sim_after (at, wait);
  if (delay->spec.as.delay.keep_order && departure < delay->last)
    departure = delay->last;
  delay->last = departure;
  if (has_jitter (delay))
    {
      Event event = { .type = EVENT_DELAYED, .cause = "jitter" };
      event_add_time (&event, "delay", departure - at);
      link_emit (element->link, packet, &event);
    }
  depart (delay, packet, departure);
}

static void
change (Element *element, const ElementSpec *spec)
{
  Delay *delay = (Delay *) element;
  if (spec->kind == ELEMENT_REORDER)
    {
      g_assert (spec->as.reorder.gap > 0);
      delay->reorder = spec->as.reorder.chance;
      delay->gap = spec->as.reorder.gap;
      return;
    }
  delay->spec = *spec;
}

static void
clear (Element *element)
{
  Delay *delay = (Delay *) element;
  delay_line_clear (&delay->line);
  g_array_unref (delay->held);
}

Element *
element_delay_new (Link *link, const ElementSpec *spec)
{
  static const ElementClass class = { .push = push,
                                      .change = change,
                                      .clear = clear };
  Delay *delay = g_new0 (Delay, 1);
  delay->element.class = &class;
  delay->held = g_array_new (FALSE, TRUE, sizeof (Held));
  delay_line_init (&delay->line, &link_network (link)->sim, release, delay);
  change (&delay->element, spec);
  return &delay->element;
}
