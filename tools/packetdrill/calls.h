// SPDX-License-Identifier: MIT
/* The functions of the table, in its order; table.h says what they promise.
 * USERDATA is the Adapter. */
#pragma once

#include "tools/packetdrill/table.h"

int call_socket (void *userdata, int domain, int type, int protocol);
int call_bind (void *userdata, int fd, const struct sockaddr *a, socklen_t n);
int call_listen (void *userdata, int fd, int backlog);
int call_accept (void *userdata, int fd, struct sockaddr *a, socklen_t *n);
int
call_connect (void *userdata, int fd, const struct sockaddr *a, socklen_t n);

ssize_t call_read (void *userdata, int fd, void *bytes, size_t size);
ssize_t call_readv (void *userdata, int fd, const struct iovec *v, int count);
ssize_t call_recv (void *userdata, int fd, void *bytes, size_t size, int flags);
ssize_t call_recvfrom (void *userdata,
                       int fd,
                       void *bytes,
                       size_t size,
                       int flags,
                       struct sockaddr *a,
                       socklen_t *n);
ssize_t call_recvmsg (void *userdata, int fd, struct msghdr *m, int flags);

ssize_t call_write (void *userdata, int fd, const void *bytes, size_t length);
ssize_t call_writev (void *userdata, int fd, const struct iovec *v, int count);
ssize_t
call_send (void *userdata, int fd, const void *bytes, size_t length, int flags);
ssize_t call_sendto (void *userdata,
                     int fd,
                     const void *bytes,
                     size_t length,
                     int flags,
                     const struct sockaddr *a,
                     socklen_t n);
ssize_t
call_sendmsg (void *userdata, int fd, const struct msghdr *m, int flags);

int call_fcntl (void *userdata, int fd, int command, ...);
int call_ioctl (void *userdata, int fd, unsigned long request, ...);
int call_close (void *userdata, int fd);
int call_shutdown (void *userdata, int fd, int how);

int call_getsockopt (
    void *userdata, int fd, int level, int name, void *value, socklen_t *n);
int call_setsockopt (void *userdata,
                     int fd,
                     int level,
                     int name,
                     const void *value,
                     socklen_t n);

int call_poll (void *userdata, struct pollfd *fds, nfds_t n, int timeout_ms);

int call_netdev_send (void *userdata, const void *packet, size_t length);
int call_netdev_receive (void *userdata,
                         void *packet,
                         size_t *size,
                         long long *at_us);
int call_usleep (void *userdata, useconds_t us);
int call_gettimeofday (void *userdata, struct timeval *tv, struct timezone *tz);

int call_epoll_create (void *userdata, int size);
int call_epoll_ctl (
    void *userdata, int epfd, int operation, int fd, struct epoll_event *event);
int call_epoll_wait (void *userdata,
                     int epfd,
                     struct epoll_event *events,
                     int max,
                     int timeout_ms);

int call_pipe (void *userdata, int fds[2]);
int call_splice (void *userdata,
                 int in,
                 loff_t *in_at,
                 int out,
                 loff_t *out_at,
                 size_t length,
                 unsigned flags);
