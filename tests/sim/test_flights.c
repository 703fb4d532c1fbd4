// SPDX-License-Identifier: MIT
#include "sim/flights.h"
#include "tests/sim/world.h"

static Packet *
packet_of (Flow *flow, bool forward, uint64_t id)
{
  Packet *packet = packet_new (NULL, 0);
  packet->flow = flow;
  packet->forward = forward;
  packet->id = id;
  return packet;
}

/* Memory and lanes are for what was seen, not for all flows that exist. */
static void
test_lanes (void)
{
  Flow flows[2] = { { .index = 5 }, { .index = 1000000 } };
  Flights flights;
  flights_init (&flights);
  for (unsigned round = 0; round < 2; round++)
    for (unsigned i = 0; i < 4; i++)
      {
        Packet *packet = packet_of (&flows[i / 2], i % 2, i);
        flights_add (&flights, packet);
        g_assert_cmpuint (packet->lane, ==, i);
        flights_arrive (&flights, packet);
        packet_free (packet);
      }
  g_assert_cmpuint (flights.lists->len, ==, 4);
  flights_clear (&flights);
}

enum
{
  WAITING = 50
};

/* Packets of four lanes, some duplicates, arrive and are lost in any order;
 * the model is the letter of RFC 4737. */
static void
test_overtaken (void)
{
  Flow flows[2] = { { .index = 0 }, { .index = 1 } };
  Flights flights;
  Packet *waiting[WAITING] = { NULL };
  unsigned model[WAITING] = { 0 };
  uint64_t state = 0, overtakings = 0;
  flights_init (&flights);
  for (uint64_t id = 1; id <= 20000; id++)
    {
      unsigned n = (unsigned) pick (&state, WAITING);
      Packet *packet = waiting[n];
      bool arrives = pick (&state, 10) > 0;
      for (unsigned i = 0; packet != NULL && i < WAITING; i++)
        if (arrives && packet->copy == 1 && waiting[i] != NULL
            && waiting[i]->copy == 1 && waiting[i]->flow == packet->flow
            && waiting[i]->forward == packet->forward
            && waiting[i]->id < packet->id)
          model[i]++, overtakings++;
      if (packet != NULL)
        {
          (arrives ? flights_arrive : flights_remove) (&flights, packet);
          g_assert_cmpuint (packet->overtaken, ==, model[n]);
          packet_free (packet);
        }
      waiting[n] = packet_of (&flows[pick (&state, 2)], id % 2, id);
      waiting[n]->copy = pick (&state, 5) == 0 ? 2 : 1;
      model[n] = 0;
      flights_add (&flights, waiting[n]);
    }
  g_assert_cmpuint (overtakings, >, 10000);
  for (unsigned n = 0; n < WAITING; n++)
    packet_free (waiting[n]);
  flights_clear (&flights);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flights/lanes", test_lanes);
  g_test_add_func ("/flights/overtaken", test_overtaken);
  return g_test_run ();
}
