// SPDX-License-Identifier: MIT
/* The wire and the clock: slots 24 to 27. */
#include "tools/packetdrill/calls.h"

#include "tools/packetdrill/clock.h"
#include "tools/packetdrill/wait.h"

#include <string.h>

int
call_netdev_send (void *userdata, const void *packet, size_t length)
{
  Adapter *adapter = adapter_enter (userdata);

  adapter_receive (adapter, packet, length);
  adapter_leave (adapter);
  return 0;
}

/* Never an error: the script would try again for ever. */
int
call_netdev_receive (void *userdata,
                     void *packet,
                     size_t *size,
                     long long *at_us)
{
  Adapter *adapter = adapter_enter (userdata);
  Time limit = adapter->now + adapter->horizon;
  Emission *emission;

  while (g_queue_is_empty (&adapter->emissions) && clock_jump (adapter, limit))
    ;
  emission = g_queue_peek_head (&adapter->emissions);
  if (emission != NULL)
    {
      *size = MIN (*size, emission->length);
      memcpy (packet, emission->bytes, *size);
      *at_us = emission->at / MICROSECOND;
      g_queue_unlink (&adapter->emissions, &emission->link);
      g_free (emission);
    }
  else
    *size = 0;
  adapter_leave (adapter);
  return 0;
}

int
call_usleep (void *userdata, useconds_t us)
{
  Adapter *adapter = adapter_enter (userdata);

  clock_advance (adapter, adapter->now + us * MICROSECOND);
  adapter_leave (adapter);
  return 0;
}

/* A clock that stood still would never reach the instant for which the script
 * spins. */
int
call_gettimeofday (void *userdata, struct timeval *tv, struct timezone *tz)
{
  Adapter *adapter = userdata;
  Time at;
  bool known = wait_take_instant (adapter, &at);

  adapter_enter (adapter);
  if (!known)
    {
      clock_advance (adapter, adapter->now + MICROSECOND);
      at = adapter->now;
    }
  adapter_leave (adapter);
  tv->tv_sec = at / SECOND;
  tv->tv_usec = at % SECOND / MICROSECOND;
  return 0;
}
