// SPDX-License-Identifier: MIT
#include "tools/packetdrill/clock.h"

#include "tools/packetdrill/epoll.h"
#include "tools/packetdrill/wait.h"

#include <string.h>

#define PACKET_MAX 65535
/* A script reads what we send; one that does not is no reason to grow. */
#define EMISSIONS_MAX 65536

static void
emit (Adapter *adapter, const uint8_t *packet, size_t length)
{
  Emission *emission;

  if (adapter->capture != NULL)
    classic_write (adapter->capture, adapter->now, packet, length, length);
  if (adapter->emissions.length >= EMISSIONS_MAX)
    return;
  emission = g_malloc (sizeof *emission + length);
  *emission = (Emission){ .at = adapter->now, .length = length };
  emission->link.data = emission;
  memcpy (emission->bytes, packet, length);
  g_queue_push_tail_link (&adapter->emissions, &emission->link);
}

static void
drain (Adapter *adapter)
{
  uint8_t packet[PACKET_MAX];
  StackOut out = { .id = adapter->packets + 1 };
  size_t length;

  while ((length = stack_output (adapter->stack, adapter->now, packet,
                                 sizeof packet, &out))
         > 0)
    {
      emit (adapter, packet, length);
      out.id = ++adapter->packets + 1;
    }
}

static void
take_events (Adapter *adapter)
{
  StackEvent event;

  while (stack_event (adapter->stack, &event))
    if (event.type == STACK_EVENT_SOCKET)
      epoll_arm (adapter, event.socket);
    else if (event.type == STACK_EVENT_STATE)
      wait_tell (adapter, &event);
}

void
clock_settle (Adapter *adapter)
{
  do
    {
      drain (adapter);
      take_events (adapter);
    }
  while (wait_try_all (adapter));
}

bool
clock_jump (Adapter *adapter, Time limit)
{
  Time at = MIN (stack_deadline (adapter->stack), wait_deadline (adapter));

  if (at > limit || at == TIME_NEVER)
    return false;
  /* All of this instant has happened already. */
  adapter->now = MAX (at, adapter->now + 1);
  clock_settle (adapter);
  return true;
}

void
clock_advance (Adapter *adapter, Time until)
{
  while (clock_jump (adapter, until))
    ;
  adapter->now = MAX (adapter->now, until);
  clock_settle (adapter);
}
