// SPDX-License-Identifier: MIT
#include "sim/delay_line.h"

static Packet *
packet_of (Timer *timer)
{
  return (Packet *) ((char *) timer - offsetof (Packet, timer));
}

static Packet *
take_first (DelayLine *line)
{
  Timer *first = timer_queue_first (&line->packets);
  timer_queue_remove (&line->packets, first);
  return packet_of (first);
}

static void
fire (void *owner, Time now)
{
  DelayLine *line = owner;
  while (timer_queue_deadline (&line->packets) <= now)
    {
      if (delay_line_is_empty (line))
        return; /* NOW is the end of time */
      line->release (line->owner, take_first (line), now);
    }
  if (!delay_line_is_empty (line))
    sim_schedule (line->sim, &line->timer,
                  timer_queue_deadline (&line->packets));
}

void
delay_line_init (DelayLine *line,
                 Sim *sim,
                 void (*release) (void *owner, Packet *packet, Time now),
                 void *owner)
{
  *line = (DelayLine){ .sim = sim, .release = release, .owner = owner };
  timer_queue_init (&line->packets);
  sim_timer_init (&line->timer, fire, line);
}

void
delay_line_clear (DelayLine *line)
{
  while (!delay_line_is_empty (line))
    packet_free (take_first (line));
  sim_cancel (line->sim, &line->timer);
  timer_queue_clear (&line->packets);
}

void
delay_line_add (DelayLine *line, Packet *packet, Time at)
{
  timer_queue_set (&line->packets, &packet->timer, at);
  if (timer_queue_first (&line->packets) == &packet->timer)
    sim_schedule (line->sim, &line->timer, at);
}

bool
delay_line_is_empty (const DelayLine *line)
{
  return timer_queue_first (&line->packets) == NULL;
}
