// SPDX-License-Identifier: MIT
/* Waiting for several descriptors: slots 23 and 28 to 30. */
#include "tools/packetdrill/calls.h"

#include "tools/packetdrill/epoll.h"
#include "tools/packetdrill/wait.h"

#include <errno.h>

typedef struct
{
  Wait wait;
  struct pollfd *fds;
  nfds_t count;
} PollCall;

static bool
try_poll (Adapter *adapter, Wait *wait)
{
  PollCall *call = (PollCall *) wait;

  wait->result = 0;
  for (nfds_t i = 0; i < call->count; i++)
    {
      struct pollfd *fd = &call->fds[i];
      const Descriptor *descriptor = descriptor_get (adapter, fd->fd);
      unsigned always = POLLERR | POLLHUP, events = POLLNVAL;

      if (descriptor != NULL)
        events = descriptor_poll (adapter, descriptor)
                 & ((unsigned) fd->events | always);
      fd->revents = (short) (fd->fd < 0 ? 0 : events);
      wait->result += fd->revents != 0;
    }
  return wait->result > 0;
}

static void
stop_poll (Wait *wait, int error)
{
  if (error == -EAGAIN)
    wait->result = 0;
}

int
call_poll (void *userdata, struct pollfd *fds, nfds_t n, int timeout_ms)
{
  Adapter *adapter = adapter_enter (userdata);
  PollCall call = {
    .wait = { .attempt = try_poll, .stop = stop_poll, .deadline = TIME_NEVER },
    .fds = fds,
    .count = n
  };

  if (timeout_ms >= 0)
    call.wait.deadline = adapter->now + timeout_ms * MILLISECOND;
  return (int) adapter_give (adapter, wait_for (adapter, &call.wait));
}

int
call_epoll_create (void *userdata, int size)
{
  Adapter *adapter = adapter_enter (userdata);

  return (int) adapter_give (adapter,
                             size <= 0 ? -EINVAL : epoll_new (adapter));
}

int
call_epoll_ctl (
    void *userdata, int epfd, int operation, int fd, struct epoll_event *event)
{
  Adapter *adapter = adapter_enter (userdata);

  return (int) adapter_give (
      adapter, epoll_change (adapter, epfd, operation, fd, event));
}

int
call_epoll_wait (void *userdata,
                 int epfd,
                 struct epoll_event *events,
                 int max,
                 int timeout_ms)
{
  Adapter *adapter = adapter_enter (userdata);

  return (int) adapter_give (
      adapter, epoll_await (adapter, epfd, events, max, timeout_ms));
}
