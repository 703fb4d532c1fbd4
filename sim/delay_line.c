// SPDX-License-Identifier: MIT
#include "sim/delay_line.h"

static Packet *
packet_of (Timer *timer)
{
  return (Packet *) ((char *) timer - offsetof (Packet, timer));
}

/* At one instant those in the row go first: they came before the last of it
 * was put at a later one. */
static bool
is_early_next (const DelayLine *line)
{
  return line->first == NULL
         || timer_queue_deadline (&line->early) < line->first->timer.at;
}

static Time
deadline_of (const DelayLine *line)
{
  return is_early_next (line) ? timer_queue_deadline (&line->early)
                              : line->first->timer.at;
}

static Packet *
take_first (DelayLine *line)
{
  if (is_early_next (line))
    {
      Timer *first = timer_queue_first (&line->early);
      timer_queue_remove (&line->early, first);
      return packet_of (first);
    }
  Packet *packet = line->first;
  line->first = packet->behind;
  return packet;
}

static void
fire (void *owner, Time now)
{
  DelayLine *line = owner;
  while (deadline_of (line) <= now)
    {
      if (delay_line_is_empty (line))
        return; /* NOW is the end of time */
      line->release (line->owner, take_first (line), now);
    }
  if (!delay_line_is_empty (line))
    sim_schedule (line->sim, &line->timer, deadline_of (line));
}

void
delay_line_init (DelayLine *line,
                 Sim *sim,
                 void (*release) (void *owner, Packet *packet, Time now),
                 void *owner)
{
  *line = (DelayLine){ .sim = sim, .release = release, .owner = owner };
  timer_queue_init (&line->early);
  sim_timer_init (&line->timer, fire, line);
}

void
delay_line_clear (DelayLine *line)
{
  while (!delay_line_is_empty (line))
    packet_free (take_first (line));
  sim_cancel (line->sim, &line->timer);
  timer_queue_clear (&line->early);
}

void
delay_line_add (DelayLine *line, Packet *packet, Time at)
{
  bool is_next = delay_line_is_empty (line) || at < deadline_of (line);
  if (line->first != NULL && at < line->last->timer.at)
    timer_queue_set (&line->early, &packet->timer, at);
  else
    {
      packet->timer.at = at;
      packet->behind = NULL;
      *(line->first != NULL ? &line->last->behind : &line->first) = packet;
      line->last = packet;
    }
  if (is_next)
    sim_schedule (line->sim, &line->timer, at);
}

bool
delay_line_is_empty (const DelayLine *line)
{
  return line->first == NULL && timer_queue_first (&line->early) == NULL;
}
