// SPDX-License-Identifier: MIT
#include "tools/packetdrill/epoll.h"

#include "tools/packetdrill/wait.h"

#include <errno.h>

#define ALWAYS (EPOLLERR | EPOLLHUP)
#define STATES                                                                 \
  (EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLRDNORM | EPOLLWRNORM      \
   | ALWAYS)

typedef struct
{
  const Descriptor *descriptor;
  struct epoll_event event;
  bool armed; /* edge triggered: something has happened since the report */
} Watched;

struct Epoll
{
  GArray *watched; /* Watched, the next one to be reported first */
};

int
epoll_new (Adapter *adapter)
{
  Descriptor *descriptor = descriptor_new (adapter, DESCRIPTOR_EPOLL, 0);

  if (descriptor == NULL)
    return -errno;
  descriptor->epoll = g_new (Epoll, 1);
  descriptor->epoll->watched = g_array_new (FALSE, FALSE, sizeof (Watched));
  g_ptr_array_add (adapter->epolls, descriptor->epoll);
  return descriptor->number;
}

void
epoll_close (Adapter *adapter, Epoll *epoll)
{
  g_ptr_array_remove (adapter->epolls, epoll);
  g_array_free (epoll->watched, TRUE);
  g_free (epoll);
}

static guint
place_of (const Epoll *epoll, const Descriptor *descriptor)
{
  guint i = 0;

  while (i < epoll->watched->len
         && g_array_index (epoll->watched, Watched, i).descriptor != descriptor)
    i++;
  return i;
}

int
epoll_change (Adapter *adapter,
              int number,
              int operation,
              int target,
              const struct epoll_event *event)
{
  const Descriptor *self = descriptor_get (adapter, number);
  const Descriptor *descriptor = descriptor_get (adapter, target);
  Watched watched = { .descriptor = descriptor, .armed = true };
  GArray *all;
  guint place;

  if (self == NULL || descriptor == NULL)
    return -EBADF;
  /* Sets of sets could be circles. */
  if (self->kind != DESCRIPTOR_EPOLL || descriptor->kind == DESCRIPTOR_EPOLL)
    return -EINVAL;
  all = self->epoll->watched;
  place = place_of (self->epoll, descriptor);
  if (operation == EPOLL_CTL_ADD ? place < all->len : place == all->len)
    return operation == EPOLL_CTL_ADD ? -EEXIST : -ENOENT;
  if (operation == EPOLL_CTL_DEL)
    {
      g_array_remove_index (all, place);
      return 0;
    }
  watched.event = *event;
  if (operation == EPOLL_CTL_ADD)
    g_array_append_val (all, watched);
  else if (operation == EPOLL_CTL_MOD)
    g_array_index (all, Watched, place) = watched;
  else
    return -EINVAL;
  return 0;
}

static unsigned
events_of (Adapter *adapter, const Watched *watched)
{
  if ((watched->event.events & STATES) == 0
      || ((watched->event.events & EPOLLET) != 0 && !watched->armed))
    return 0;
  return descriptor_poll (adapter, watched->descriptor)
         & (watched->event.events | ALWAYS);
}

unsigned
epoll_poll (Adapter *adapter, const Epoll *epoll)
{
  for (guint i = 0; i < epoll->watched->len; i++)
    if (events_of (adapter, &g_array_index (epoll->watched, Watched, i)) != 0)
      return EPOLLIN | EPOLLRDNORM;
  return 0;
}

typedef struct
{
  Wait wait;
  int number;
  struct epoll_event *events;
  guint max;
} EpollCall;

/* Who was reported goes to the end of the line. */
static bool
try_await (Adapter *adapter, Wait *wait)
{
  EpollCall *call = (EpollCall *) wait;
  const Descriptor *self = descriptor_get (adapter, call->number);
  guint left, place = 0, found = 0;
  GArray *all;

  wait->result = -EBADF;
  if (self == NULL)
    return true;
  all = self->epoll->watched;
  for (left = all->len; left > 0 && found < call->max; left--)
    {
      Watched watched = g_array_index (all, Watched, place);
      unsigned events = events_of (adapter, &watched);

      if (events == 0)
        {
          place++;
          continue;
        }
      call->events[found] = watched.event;
      call->events[found++].events = events;
      watched.armed = false;
      /* Nothing more until it is changed. */
      if ((watched.event.events & EPOLLONESHOT) != 0)
        watched.event.events &= ~(unsigned) STATES;
      g_array_remove_index (all, place);
      g_array_append_val (all, watched);
    }
  wait->result = (ssize_t) found;
  return found > 0;
}

static void
stop_await (Wait *wait, int error)
{
  if (error == -EAGAIN)
    wait->result = 0;
}

ssize_t
epoll_await (Adapter *adapter,
             int number,
             struct epoll_event *events,
             int max,
             int timeout_ms)
{
  EpollCall call = { .wait = { .attempt = try_await,
                               .stop = stop_await,
                               .deadline = TIME_NEVER },
                     .number = number,
                     .events = events,
                     .max = (guint) max };
  const Descriptor *self = descriptor_get (adapter, number);

  if (self == NULL)
    return -EBADF;
  if (self->kind != DESCRIPTOR_EPOLL || max <= 0)
    return -EINVAL;
  if (timeout_ms >= 0)
    call.wait.deadline = adapter->now + timeout_ms * MILLISECOND;
  return wait_for (adapter, &call.wait);
}

void
epoll_arm (Adapter *adapter, int socket)
{
  for (guint i = 0; i < adapter->epolls->len; i++)
    {
      GArray *all = ((Epoll *) adapter->epolls->pdata[i])->watched;

      for (guint j = 0; j < all->len; j++)
        {
          Watched *watched = &g_array_index (all, Watched, j);

          if (watched->descriptor->kind == DESCRIPTOR_SOCKET
              && watched->descriptor->socket == socket)
            watched->armed = true;
        }
    }
}

void
epoll_arm_pipe (Adapter *adapter, const struct Pipe *pipe)
{
  for (guint i = 0; i < adapter->epolls->len; i++)
    {
      GArray *all = ((Epoll *) adapter->epolls->pdata[i])->watched;

      for (guint j = 0; j < all->len; j++)
        if (g_array_index (all, Watched, j).descriptor->pipe == pipe)
          g_array_index (all, Watched, j).armed = true;
    }
}

void
epoll_forget (Adapter *adapter, const Descriptor *descriptor)
{
  for (guint i = 0; i < adapter->epolls->len; i++)
    {
      Epoll *epoll = adapter->epolls->pdata[i];
      guint place = place_of (epoll, descriptor);

      if (place < epoll->watched->len)
        g_array_remove_index (epoll->watched, place);
    }
}
