// SPDX-License-Identifier: MIT
#include "tools/packetdrill/wait.h"

#include "tools/packetdrill/clock.h"

#include <errno.h>

static _Thread_local struct
{
  const Adapter *adapter; /* NULL: none */
  Time at;
} satisfied;

bool
wait_take_instant (const Adapter *adapter, Time *at)
{
  if (satisfied.adapter != adapter)
    return false;
  satisfied.adapter = NULL;
  *at = satisfied.at;
  return true;
}

void
wait_forget_instant (void)
{
  satisfied.adapter = NULL;
}

static void
stop (Wait *wait, int error)
{
  wait->result = error;
  if (wait->stop != NULL)
    wait->stop (wait, error);
}

static void
finish (Adapter *adapter, Wait *wait)
{
  g_queue_unlink (&adapter->waiting, &wait->link);
  wait->done = true;
  wait->at = adapter->now;
}

static bool
is_over (Adapter *adapter, Wait *wait)
{
  if (wait->attempt (adapter, wait))
    return true;
  if (wait->deadline > adapter->now)
    return false;
  stop (wait, -EAGAIN);
  return true;
}

bool
wait_try_all (Adapter *adapter)
{
  bool any = false;

  for (GList *link = adapter->waiting.head, *next; link != NULL; link = next)
    {
      Wait *wait = link->data;

      next = link->next;
      if (!is_over (adapter, wait))
        continue;
      finish (adapter, wait);
      sem_post (&wait->wake);
      any = true;
    }
  return any;
}

void
wait_tell (Adapter *adapter, const StackEvent *event)
{
  for (GList *link = adapter->waiting.head; link != NULL; link = link->next)
    {
      Wait *wait = link->data;

      if (wait->tell != NULL)
        wait->tell (wait, event);
    }
}

Time
wait_deadline (const Adapter *adapter)
{
  Time first = TIME_NEVER;

  for (const GList *link = adapter->waiting.head; link != NULL;
       link = link->next)
    first = MIN (first, ((const Wait *) link->data)->deadline);
  return first;
}

static void
move_clock (Adapter *adapter, Wait *wait)
{
  Time limit = adapter->now + adapter->horizon;

  if (wait->deadline != TIME_NEVER)
    limit = wait->deadline;
  while (!wait->done)
    if (!clock_jump (adapter, limit))
      {
        finish (adapter, wait);
        stop (wait, -EDEADLK);
      }
}

static void
sleep_until_woken (Adapter *adapter, Wait *wait)
{
  int interrupted;

  adapter->sleepers++;
  pthread_mutex_unlock (&adapter->lock);
  interrupted = sem_wait (&wait->wake);
  pthread_mutex_lock (&adapter->lock);
  adapter->sleepers--;
  pthread_cond_signal (&adapter->woken);
  if (interrupted != 0 && !wait->done)
    {
      finish (adapter, wait);
      stop (wait, -EINTR);
    }
}

ssize_t
wait_for (Adapter *adapter, Wait *wait)
{
  bool mover = pthread_equal (pthread_self (), adapter->mover);

  wait->at = adapter->now;
  if (!is_over (adapter, wait))
    {
      sem_init (&wait->wake, 0, 0);
      wait->link = (GList){ .data = wait };
      g_queue_push_tail_link (&adapter->waiting, &wait->link);
      clock_settle (adapter); /* what it has sent so far */
      if (mover)
        move_clock (adapter, wait);
      else if (!wait->done)
        sleep_until_woken (adapter, wait);
      sem_destroy (&wait->wake);
    }
  if (!mover)
    {
      satisfied.adapter = adapter;
      satisfied.at = wait->at;
    }
  return wait->result;
}
