// SPDX-License-Identifier: MIT
#include "tools/packetdrill/descriptor.h"

#include "tools/packetdrill/clock.h"
#include "tools/packetdrill/epoll.h"
#include "tools/packetdrill/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Is its number still what we opened? */
static bool
is_ours (const Descriptor *descriptor)
{
  struct stat status;

  return fstat (descriptor->number, &status) == 0
         && status.st_dev == descriptor->device
         && status.st_ino == descriptor->inode;
}

static void
enter (Adapter *adapter, Descriptor *descriptor)
{
  GPtrArray *all = adapter->descriptors;
  guint number = (guint) descriptor->number;

  if (number >= all->len)
    g_ptr_array_set_size (all, (gint) number + 1);
  if (all->pdata[number] != NULL)
    descriptor_free (adapter, all->pdata[number]);
  all->pdata[number] = descriptor;
}

Descriptor *
descriptor_new (Adapter *adapter, DescriptorKind kind, int flags)
{
  int number = socket (AF_UNIX, SOCK_STREAM | flags, 0);
  struct stat status;
  Descriptor *descriptor;

  if (number < 0 || fstat (number, &status) != 0)
    return NULL;
  descriptor = g_new0 (Descriptor, 1);
  descriptor->number = number;
  descriptor->device = status.st_dev;
  descriptor->inode = status.st_ino;
  descriptor->kind = kind;
  enter (adapter, descriptor);
  return descriptor;
}

int
descriptor_new_socket (Adapter *adapter,
                       int handle,
                       int flags,
                       const Descriptor *like)
{
  Descriptor *descriptor = descriptor_new (adapter, DESCRIPTOR_SOCKET, flags);
  int64_t type = SOCKET_STREAM, family = SOCKET_IPV4;

  if (descriptor == NULL)
    {
      int error = -errno;

      socket_close (adapter->stack, handle);
      return error;
    }
  socket_option_get (adapter->stack, handle, SOCKET_OPTION_TYPE, &type);
  socket_option_get (adapter->stack, handle, SOCKET_OPTION_FAMILY, &family);
  descriptor->socket = handle;
  descriptor->type = (SocketType) type;
  descriptor->family = (SocketFamily) family;
  if (like != NULL)
    {
      descriptor->receive_timeout = like->receive_timeout;
      descriptor->send_timeout = like->send_timeout;
    }
  return descriptor->number;
}

Descriptor *
descriptor_get (const Adapter *adapter, int number)
{
  if (number < 0 || (guint) number >= adapter->descriptors->len)
    return NULL;
  return adapter->descriptors->pdata[number];
}

Descriptor *
descriptor_get_socket (const Adapter *adapter, int number, int *error)
{
  Descriptor *descriptor = descriptor_get (adapter, number);

  if (descriptor != NULL && descriptor->kind == DESCRIPTOR_SOCKET)
    return descriptor;
  *error = descriptor == NULL ? -EBADF : -ENOTSOCK;
  return NULL;
}

void
descriptor_free (Adapter *adapter, Descriptor *descriptor)
{
  adapter->descriptors->pdata[descriptor->number] = NULL;
  epoll_forget (adapter, descriptor);
  if (descriptor->kind == DESCRIPTOR_SOCKET)
    socket_close (adapter->stack, descriptor->socket);
  else if (descriptor->kind == DESCRIPTOR_EPOLL)
    epoll_close (adapter, descriptor->epoll);
  else
    pipe_close (adapter, descriptor);
  /* Who waits for it has its answer before it is gone. */
  clock_settle (adapter);
  if (is_ours (descriptor))
    close (descriptor->number);
  g_free (descriptor);
}

bool
descriptor_is_nonblocking (const Descriptor *descriptor)
{
  int flags = fcntl (descriptor->number, F_GETFL);

  return flags >= 0 && (flags & O_NONBLOCK) != 0;
}

unsigned
descriptor_poll (Adapter *adapter, const Descriptor *descriptor)
{
  static const struct
  {
    unsigned ours, poll;
  } BITS[] = {
    { SOCKET_READABLE, POLLIN | POLLRDNORM },
    { SOCKET_WRITABLE, POLLOUT | POLLWRNORM },
    { SOCKET_HANGUP, POLLHUP },
    { SOCKET_ERROR, POLLERR },
    { SOCKET_PEER_ENDED, POLLRDHUP },
    { SOCKET_URGENT, POLLPRI },
  };
  unsigned ours, poll = 0;

  if (descriptor->kind == DESCRIPTOR_EPOLL)
    return epoll_poll (adapter, descriptor->epoll);
  if (descriptor->kind != DESCRIPTOR_SOCKET)
    return pipe_poll (descriptor);
  ours = socket_poll (adapter->stack, descriptor->socket);
  for (size_t i = 0; i < G_N_ELEMENTS (BITS); i++)
    if ((ours & BITS[i].ours) != 0)
      poll |= BITS[i].poll;
  return poll;
}

Time
descriptor_deadline (const Adapter *adapter,
                     const Descriptor *descriptor,
                     Time timeout,
                     bool dont_wait)
{
  if (dont_wait || descriptor_is_nonblocking (descriptor))
    return adapter->now;
  return timeout == 0 || timeout > TIME_NEVER - adapter->now
             ? TIME_NEVER
             : adapter->now + timeout;
}
