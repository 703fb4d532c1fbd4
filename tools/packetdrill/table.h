// SPDX-License-Identifier: MIT
/* The table that packetdrill --so_filename fills by calling this library: a
 * pointer of ours, then functions that take it first and mean what POSIX says.
 * The order is the interface; there is no padding and no version. Results are
 * >= 0, or -1 and errno of the calling thread.
 *
 * The thread that calls init moves the virtual clock; one more may make calls
 * that wait. Everything lives from init to free. */
#pragma once

#include <glib.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

typedef struct
{
  void *userdata;
  void (*free) (void *);
  int (*socket) (void *, int domain, int type, int protocol);
  int (*bind) (void *, int, const struct sockaddr *, socklen_t);
  int (*listen) (void *, int, int backlog);
  int (*accept) (void *, int, struct sockaddr *, socklen_t *);
  int (*connect) (void *, int, const struct sockaddr *, socklen_t);
  ssize_t (*read) (void *, int, void *, size_t);
  ssize_t (*readv) (void *, int, const struct iovec *, int);
  ssize_t (*recv) (void *, int, void *, size_t, int flags);
  ssize_t (*recvfrom) (
      void *, int, void *, size_t, int flags, struct sockaddr *, socklen_t *);
  ssize_t (*recvmsg) (void *, int, struct msghdr *, int flags);
  ssize_t (*write) (void *, int, const void *, size_t);
  ssize_t (*writev) (void *, int, const struct iovec *, int);
  ssize_t (*send) (void *, int, const void *, size_t, int flags);
  ssize_t (*sendto) (void *,
                     int,
                     const void *,
                     size_t,
                     int flags,
                     const struct sockaddr *,
                     socklen_t);
  ssize_t (*sendmsg) (void *, int, const struct msghdr *, int flags);
  int (*fcntl) (void *, int, int command, ...);
  int (*ioctl) (void *, int, unsigned long request, ...);
  int (*close) (void *, int);
  int (*shutdown) (void *, int, int how);
  int (*getsockopt) (void *, int, int level, int name, void *, socklen_t *);
  int (*setsockopt) (void *, int, int level, int name, const void *, socklen_t);
  int (*poll) (void *, struct pollfd *, nfds_t, int timeout_ms);
  /* A packet arrives: bare IP, checksums in place. */
  int (*netdev_send) (void *, const void *, size_t);
  /* The next packet that left, and when, in microseconds; time passes until
   * there is one. *SIZE 0: there will be none. */
  int (*netdev_receive) (void *, void *, size_t *size, long long *at_us);
  int (*usleep) (void *, useconds_t);
  /* Takes a microsecond, or tells when the thread's last call was satisfied. */
  int (*gettimeofday) (void *, struct timeval *, struct timezone *);
  int (*epoll_create) (void *, int size);
  int (*epoll_ctl) (void *, int, int operation, int, struct epoll_event *);
  int (*epoll_wait) (void *, int, struct epoll_event *, int, int timeout_ms);
  int (*pipe) (void *, int numbers[2]);
  int (*splice) (void *, int, loff_t *, int, loff_t *, size_t, unsigned flags);
} PacketdrillTable;

/* A world of its own, after FLAGS (flags.h), and *TABLE filled. False and
 * *ERROR: FLAGS is refused, or its capture cannot be made. */
bool table_fill (PacketdrillTable *table, const char *flags, GError **error);
