// SPDX-License-Identifier: MIT
#include "tests/tcp/flight.h"

#define SIZE 1000

static int
offset (int n)
{
  return n * SIZE + 1;
}

StackConfig
flight_config (void)
{
  StackConfig config = talk_config ();

  config.tcp.sack = true;
  config.tcp.rack = true;
  return config;
}

Talk *
flight_new_with (const StackConfig *config, unsigned count, unsigned total)
{
  StackConfig changed = *config;
  Talk *t;

  changed.tcp.initial_window = MAX (count, 10);
  t = talk_new_with (&changed, false, SECOND);
  app_listen (t, 7777, 8);
  peer_sends (t, "S 0:0(0) win 65535 <mss 1000,sackOK>");
  peer_expects (t, "S. 0:0(0) ack 1");
  advance (t, 100, MILLISECOND);
  peer_sends (t, ". 1:1(0) ack 1");
  app_accepts (t);
  app_sends (t, (size_t) total * SIZE);
  for (unsigned n = 0; n < count; n++)
    flight_expects (t, (int) n, REPAIR_NONE);
  peer_expects_nothing (t);
  advance (t, 100, MILLISECOND);
  return t;
}

Talk *
flight_new (unsigned count, unsigned total)
{
  StackConfig config = flight_config ();

  return flight_new_with (&config, count, total);
}

void
peer_has (Talk *t, int n, int first, int last)
{
  if (first < 0)
    peer_sends (t, ". 1:1(0) ack %d", offset (n));
  else
    peer_sends (t, ". 1:1(0) ack %d <nop,nop,sack %d:%d>", offset (n),
                offset (first), offset (last + 1));
}

void
peer_has_two (Talk *t, int n, int first, int last, int first2, int last2)
{
  peer_sends (t, ". 1:1(0) ack %d <nop,nop,sack %d:%d %d:%d>", offset (n),
              offset (first), offset (last + 1), offset (first2),
              offset (last2 + 1));
}

/* LENGTH bytes of a packet at t->bytes, or 0. */
static void
is_segment (Talk *t, size_t length, int n, RepairCause cause)
{
  const uint8_t *tcp = t->bytes + 20;
  uint32_t sequence = (uint32_t) tcp[4] << 24 | (uint32_t) tcp[5] << 16
                      | (uint32_t) tcp[6] << 8 | tcp[7];

  if (length == 0)
    talk_fail (t, "segment %d did not leave", n);
  if (sequence - t->flow->isn != (uint32_t) offset (n))
    talk_fail (t, "not segment %d, but offset %u", n, sequence - t->flow->isn);
  if (t->out.cause != cause)
    talk_fail (t, "segment %d left because of %u", n, t->out.cause);
}

void
flight_expects (Talk *t, int n, RepairCause cause)
{
  is_segment (t, peer_takes (t), n, cause);
}

void
flight_waits (Talk *t, int n, RepairCause cause)
{
  size_t length = 0;

  /* A deadline that was put off still wakes the stack. */
  for (int i = 0; i < 10 && length == 0; i++)
    {
      Time at = stack_deadline (t->stack);

      if (at > t->now)
        advance (t, at - t->now, 1);
      length = peer_takes (t);
    }
  is_segment (t, length, n, cause);
}
