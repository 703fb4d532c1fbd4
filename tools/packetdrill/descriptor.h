// SPDX-License-Identifier: MIT
/* What a number means that a call is given. Each is a real descriptor of this
 * process, an unconnected socket of its own that stands for the stack's: who
 * runs the script may close it, and it remembers the flags of fcntl. One that
 * was closed behind the adapter's back is noticed when its number comes again,
 * and at the end. */
#pragma once

#include "tools/packetdrill/adapter.h"

#include <sys/types.h>

typedef enum
{
  DESCRIPTOR_SOCKET,
  DESCRIPTOR_EPOLL,
  DESCRIPTOR_PIPE_READ,
  DESCRIPTOR_PIPE_WRITE
} DescriptorKind;

typedef struct
{
  int number;
  dev_t device; /* with the inode: is it still the same? */
  ino_t inode;
  DescriptorKind kind;

  int socket; /* the stack's */
  SocketType type;
  SocketFamily family;
  Time receive_timeout; /* SO_RCVTIMEO; 0: none */
  Time send_timeout;

  struct Pipe *pipe;
  struct Epoll *epoll;
} Descriptor;

/* FLAGS: SOCK_NONBLOCK and SOCK_CLOEXEC. NULL and errno. */
Descriptor *descriptor_new (Adapter *adapter, DescriptorKind kind, int flags);

/* A descriptor for HANDLE, a socket of the stack: its number, or a negative
 * error, and HANDLE is closed. LIKE: what accept was called for, or NULL. */
int descriptor_new_socket (Adapter *adapter,
                           int handle,
                           int flags,
                           const Descriptor *like);

/* NULL: none of ours. */
Descriptor *descriptor_get (const Adapter *adapter, int number);

/* The same, of a socket only. NULL and *ERROR: -EBADF, -ENOTSOCK. */
Descriptor *
descriptor_get_socket (const Adapter *adapter, int number, int *error);

/* Gone for all who know it, and its number with it. */
void descriptor_free (Adapter *adapter, Descriptor *descriptor);

bool descriptor_is_nonblocking (const Descriptor *descriptor);

/* Set of POLLIN, POLLOUT, ..., which are EPOLLIN, EPOLLOUT, ... as well. */
unsigned descriptor_poll (Adapter *adapter, const Descriptor *descriptor);

/* When a call ends that waits at most for TIMEOUT (0: for ever). */
Time descriptor_deadline (const Adapter *adapter,
                          const Descriptor *descriptor,
                          Time timeout,
                          bool dont_wait);
