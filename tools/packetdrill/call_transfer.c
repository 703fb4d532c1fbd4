// SPDX-License-Identifier: MIT
/* Sending and receiving: slots 7 to 16. */
#include "tools/packetdrill/calls.h"

#include "tools/packetdrill/pipe.h"
#include "tools/packetdrill/transfer.h"

#include <errno.h>

/* What is not written through is cast: iovec serves both ways. */
#define UNCONST(pointer) ((void *) (uintptr_t) (pointer))

ssize_t
call_readv (void *userdata, int fd, const struct iovec *v, int count)
{
  Adapter *adapter = adapter_enter (userdata);
  struct msghdr message = { .msg_iov = UNCONST (v),
                            .msg_iovlen = (size_t) count };

  if (count < 0)
    return adapter_give (adapter, -EINVAL);
  return adapter_give (adapter,
                       pipe_is (adapter, fd)
                           ? pipe_read (adapter, fd, v, (size_t) count)
                           : transfer_receive (adapter, fd, &message, 0));
}

ssize_t
call_read (void *userdata, int fd, void *bytes, size_t size)
{
  struct iovec part = { bytes, size };

  return call_readv (userdata, fd, &part, 1);
}

ssize_t
call_recvmsg (void *userdata, int fd, struct msghdr *m, int flags)
{
  Adapter *adapter = adapter_enter (userdata);

  return adapter_give (adapter, transfer_receive (adapter, fd, m, flags));
}

ssize_t
call_recvfrom (void *userdata,
               int fd,
               void *bytes,
               size_t size,
               int flags,
               struct sockaddr *a,
               socklen_t *n)
{
  struct iovec part = { bytes, size };
  struct msghdr message = { .msg_name = n == NULL ? NULL : a,
                            .msg_namelen = n == NULL ? 0 : *n,
                            .msg_iov = &part,
                            .msg_iovlen = 1 };
  ssize_t got = call_recvmsg (userdata, fd, &message, flags);

  if (n != NULL && got >= 0)
    *n = message.msg_namelen;
  return got;
}

ssize_t
call_recv (void *userdata, int fd, void *bytes, size_t size, int flags)
{
  return call_recvfrom (userdata, fd, bytes, size, flags, NULL, NULL);
}

ssize_t
call_writev (void *userdata, int fd, const struct iovec *v, int count)
{
  Adapter *adapter = adapter_enter (userdata);
  struct msghdr message = { .msg_iov = UNCONST (v),
                            .msg_iovlen = (size_t) count };

  if (count < 0)
    return adapter_give (adapter, -EINVAL);
  return adapter_give (adapter,
                       pipe_is (adapter, fd)
                           ? pipe_write (adapter, fd, v, (size_t) count)
                           : transfer_send (adapter, fd, &message, 0));
}

ssize_t
call_write (void *userdata, int fd, const void *bytes, size_t length)
{
  struct iovec part = { UNCONST (bytes), length };

  return call_writev (userdata, fd, &part, 1);
}

ssize_t
call_sendmsg (void *userdata, int fd, const struct msghdr *m, int flags)
{
  Adapter *adapter = adapter_enter (userdata);

  return adapter_give (adapter, transfer_send (adapter, fd, m, flags));
}

ssize_t
call_sendto (void *userdata,
             int fd,
             const void *bytes,
             size_t length,
             int flags,
             const struct sockaddr *a,
             socklen_t n)
{
  struct iovec part = { UNCONST (bytes), length };
  struct msghdr message = {
    .msg_name = UNCONST (a), .msg_namelen = n, .msg_iov = &part, .msg_iovlen = 1
  };

  return call_sendmsg (userdata, fd, &message, flags);
}

ssize_t
call_send (void *userdata, int fd, const void *bytes, size_t length, int flags)
{
  return call_sendto (userdata, fd, bytes, length, flags, NULL, 0);
}
