// SPDX-License-Identifier: MIT
#include "stack/tcp_flight.h"

/* Behind OLDER, or before all if that is NULL. */
static void
link_behind (TcpFlight *flight, TcpSegment *segment, TcpSegment *older)
{
  TcpSegment *newer = older != NULL ? older->newer : flight->oldest;

  segment->older = older;
  segment->newer = newer;
  if (older != NULL)
    older->newer = segment;
  else
    flight->oldest = segment;
  if (newer != NULL)
    newer->older = segment;
  else
    flight->newest = segment;
}

void
tcp_flight_append (TcpFlight *flight, TcpSegment *segment)
{
  link_behind (flight, segment, flight->newest);
}

void
tcp_flight_insert (TcpFlight *flight, TcpSegment *segment, TcpSegment *near)
{
  TcpSegment *older = near != NULL ? near : flight->newest;

  while (older != NULL && older->turn > segment->turn)
    older = older->older;
  while (older != NULL && older->newer != NULL
         && older->newer->turn < segment->turn)
    older = older->newer;
  link_behind (flight, segment, older);
}

void
tcp_flight_remove (TcpFlight *flight, const TcpSegment *segment)
{
  if (segment->older != NULL)
    segment->older->newer = segment->newer;
  else
    flight->oldest = segment->newer;
  if (segment->newer != NULL)
    segment->newer->older = segment->older;
  else
    flight->newest = segment->older;
}
