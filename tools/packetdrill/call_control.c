// SPDX-License-Identifier: MIT
/* Flags, questions, options and pipes: slots 17, 18, 21, 22, 31 and 32. */
#include "tools/packetdrill/calls.h"

#include "tools/packetdrill/option.h"
#include "tools/packetdrill/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <stdarg.h>
#include <sys/ioctl.h>

/* The real descriptor remembers them, so whoever asks is told the same. */
int
call_fcntl (void *userdata, int fd, int command, ...)
{
  Adapter *adapter = adapter_enter (userdata);
  int argument = 0, result = -EINVAL;
  va_list args;

  va_start (args, command);
  if (command == F_SETFL || command == F_SETFD)
    argument = va_arg (args, int);
  va_end (args);
  if (descriptor_get (adapter, fd) == NULL)
    result = -EBADF;
  else if (command == F_GETFL || command == F_SETFL || command == F_GETFD
           || command == F_SETFD)
    {
      result = fcntl (fd, command, argument);
      result = result < 0 ? -errno : result;
    }
  return (int) adapter_give (adapter, result);
}

static int
set_nonblocking (int fd, bool on)
{
  int flags = fcntl (fd, F_GETFL);

  return fcntl (fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) < 0
             ? -errno
             : 0;
}

static int
answer (Adapter *adapter, int fd, unsigned long request, int *value)
{
  int error = 0;
  const Descriptor *descriptor = descriptor_get_socket (adapter, fd, &error);
  SocketInfo info;

  if (descriptor == NULL)
    return error == -ENOTSOCK ? -ENOTTY : error;
  if (request == FIONBIO)
    return set_nonblocking (fd, *value != 0);
  if (request == SIOCATMARK) /* the next byte is the last urgent one */
    {
      ssize_t urgent = socket_urgent (adapter->stack, descriptor->socket);

      *value = urgent == 1;
      return urgent < 0 ? (int) urgent : 0;
    }
  error = socket_info (adapter->stack, descriptor->socket, &info);
  if (error < 0)
    return error;
  if (request == FIONREAD) /* SIOCINQ */
    *value = (int) info.readable;
  else if (request == SIOCOUTQ)
    *value = (int) info.send_queue;
  else if (request == SIOCOUTQNSD)
    *value = (int) (info.send_queue - MIN (info.send_queue, info.in_flight));
  else
    return -ENOTTY;
  return 0;
}

int
call_ioctl (void *userdata, int fd, unsigned long request, ...)
{
  Adapter *adapter = adapter_enter (userdata);
  va_list args;
  int *value;

  va_start (args, request);
  value = va_arg (args, int *);
  va_end (args);
  return (int) adapter_give (adapter, answer (adapter, fd, request, value));
}

int
call_getsockopt (
    void *userdata, int fd, int level, int name, void *value, socklen_t *n)
{
  Adapter *adapter = adapter_enter (userdata);
  int result = 0;
  Descriptor *descriptor = descriptor_get_socket (adapter, fd, &result);

  if (descriptor != NULL)
    result = option_get (adapter, descriptor, level, name, value, n);
  return (int) adapter_give (adapter, result);
}

int
call_setsockopt (
    void *userdata, int fd, int level, int name, const void *value, socklen_t n)
{
  Adapter *adapter = adapter_enter (userdata);
  int result = 0;
  Descriptor *descriptor = descriptor_get_socket (adapter, fd, &result);

  if (descriptor != NULL)
    result = option_set (adapter, descriptor, level, name, value, n);
  return (int) adapter_give (adapter, result);
}

int
call_pipe (void *userdata, int fds[2])
{
  Adapter *adapter = adapter_enter (userdata);

  return (int) adapter_give (adapter, pipe_new (adapter, fds));
}

int
call_splice (void *userdata,
             int in,
             loff_t *in_at,
             int out,
             loff_t *out_at,
             size_t length,
             unsigned flags)
{
  Adapter *adapter = adapter_enter (userdata);
  bool dont_wait = (flags & SPLICE_F_NONBLOCK) != 0;

  if (in_at != NULL || out_at != NULL)
    return (int) adapter_give (adapter, -ESPIPE);
  return (int) adapter_give (adapter,
                             pipe_splice (adapter, in, out, length, dont_wait));
}
