// SPDX-License-Identifier: MIT
/* "delay T J": each packet waits a time drawn uniformly from [T - J, T + J],
 * so with jitter packets overtake each other unless "order keep" is asked for.
 *
 * "reorder P gap N": each N-th packet of a flow does not wait at all, with
 * probability P.
 *
 * Where the order may change and other elements follow, the packets wait here,
 * so that those see them in the order in which they come; else only their time
 * is computed. */
#include "sim/delay_line.h"
#include "sim/element.h"

typedef struct
{
  Element element;
  Time delay_ns, jitter_ns;
  bool keep_order;
  uint32_t reorder_ppb, gap;
  Time last; /* departure that nobody may overtake under "order keep" */
  DelayLine line;
} Delay;

static void
release (void *owner, Packet *packet, Time now)
{
  element_pass (owner, packet, now);
}

/* The packets behind must wait too while some are held: only then they come
 * in their order. */
static bool
must_hold (const Delay *delay)
{
  if (delay->element.next == NULL)
    return false;
  return (delay->jitter_ns > 0 && !delay->keep_order) || delay->reorder_ppb > 0
         || !delay_line_is_empty (&delay->line);
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
is_chosen (const Delay *delay,
           const Packet *packet,
           uint64_t ordinal,
           uint64_t *draw)
{
  if (delay->reorder_ppb == 0 || ordinal % delay->gap != 0)
    return false;
  *draw = element_draw (&delay->element, packet, ordinal, PURPOSE_REORDER);
  return random_hits (*draw, delay->reorder_ppb);
}

static Time
jittered (const Delay *delay, const Packet *packet, uint64_t ordinal)
{
  if (delay->jitter_ns == 0)
    return delay->delay_ns;
  uint64_t draw =
      element_draw (&delay->element, packet, ordinal, PURPOSE_JITTER);
  uint64_t jitter_ns = (uint64_t) delay->jitter_ns;
  uint64_t above_least = random_below (draw, 2 * jitter_ns + 1);
  if (above_least >= jitter_ns)
    return sim_after (delay->delay_ns, (Time) (above_least - jitter_ns));
  Time early = (Time) (jitter_ns - above_least);
  return early < delay->delay_ns ? delay->delay_ns - early : 0;
}

static void
push (Element *element, Packet *packet, Time at)
{
  Delay *delay = (Delay *) element;
  uint64_t ordinal = element_count (element, packet);
  uint64_t draw;
  if (is_chosen (delay, packet, ordinal, &draw))
    {
      Event event =
          element_fate (EVENT_DELAYED, "reorder", delay->reorder_ppb, draw);
      event_add_time (&event, "delay", 0);
      link_emit (element->link, packet, &event);
      depart (delay, packet, at);
      return;
    }
  Time departure = sim_after (at, jittered (delay, packet, ordinal));
  if (delay->keep_order && departure < delay->last)
    departure = delay->last;
  delay->last = departure;
  if (delay->jitter_ns > 0)
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
      delay->reorder_ppb = spec->as.reorder.share_ppb;
      delay->gap = spec->as.reorder.gap;
      return;
    }
  delay->delay_ns = spec->as.delay.delay_ns;
  delay->jitter_ns = spec->as.delay.jitter_ns;
  delay->keep_order = spec->as.delay.keep_order;
}

static void
clear (Element *element)
{
  delay_line_clear (&((Delay *) element)->line);
}

Element *
element_delay_new (Link *link, const ElementSpec *spec)
{
  static const ElementClass class = { .push = push,
                                      .change = change,
                                      .clear = clear };
  Delay *delay = g_new0 (Delay, 1);
  delay->element.class = &class;
  delay_line_init (&delay->line, &link_network (link)->sim, release, delay);
  change (&delay->element, spec);
  return &delay->element;
}
