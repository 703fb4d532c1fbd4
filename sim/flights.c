// SPDX-License-Identifier: MIT
#include "sim/flights.h"

typedef struct
{
  Packet *first, *last;
} List;

void
flights_init (Flights *flights)
{
  flights->lanes = g_hash_table_new (NULL, NULL);
  flights->lists = g_array_new (FALSE, TRUE, sizeof (List));
}

void
flights_clear (Flights *flights)
{
  g_hash_table_unref (flights->lanes);
  g_array_unref (flights->lists);
}

static unsigned
lane_of (Flights *flights, const Packet *packet)
{
  gpointer key = GUINT_TO_POINTER (packet->flow->index * 2 + packet->forward);
  unsigned lane = GPOINTER_TO_UINT (g_hash_table_lookup (flights->lanes, key));
  if (lane == 0)
    {
      lane = flights->lists->len + 1;
      g_array_set_size (flights->lists, lane);
      g_hash_table_insert (flights->lanes, key, GUINT_TO_POINTER (lane));
    }
  return lane - 1;
}

static List *
list_of (const Flights *flights, const Packet *packet)
{
  return &g_array_index (flights->lists, List, packet->lane);
}

void
flights_add (Flights *flights, Packet *packet)
{
  packet->lane = lane_of (flights, packet);
  packet->overtaken = 0;
  if (packet->copy != 1)
    return;
  List *list = list_of (flights, packet);
  packet->previous = list->last;
  packet->next = NULL;
  *(list->last != NULL ? &list->last->next : &list->first) = packet;
  list->last = packet;
}

void
flights_arrive (Flights *flights, Packet *packet)
{
  for (Packet *slow = packet->previous; slow != NULL; slow = slow->previous)
    slow->overtaken++;
  flights_remove (flights, packet);
}

void
flights_remove (Flights *flights, Packet *packet)
{
  if (packet->copy != 1)
    return;
  List *list = list_of (flights, packet);
  Packet *previous = packet->previous, *next = packet->next;
  *(previous != NULL ? &previous->next : &list->first) = next;
  *(next != NULL ? &next->previous : &list->last) = previous;
}
