// SPDX-License-Identifier: MIT
/* Sets of descriptors that are watched: epoll(7), level and edge triggered,
 * one-shot. An edge is what STACK_EVENT_SOCKET tells: something of the socket
 * has changed. Events are reported in the order of adding, those that were not
 * reported for longest first. Between adapter_enter and adapter_give. */
#pragma once

#include "tools/packetdrill/descriptor.h"

#include <sys/epoll.h>

typedef struct Epoll Epoll;

/* The number of a new, empty one, or a negative error. */
int epoll_new (Adapter *adapter);
void epoll_close (Adapter *adapter, Epoll *epoll);

/* epoll_ctl: 0 or a negative error. */
int epoll_change (Adapter *adapter,
                  int number,
                  int operation,
                  int target,
                  const struct epoll_event *event);

/* epoll_wait. */
ssize_t epoll_await (Adapter *adapter,
                     int number,
                     struct epoll_event *events,
                     int max,
                     int timeout_ms);

unsigned epoll_poll (Adapter *adapter, const Epoll *epoll);

/* An edge of a socket of the stack, or of a pipe. */
void epoll_arm (Adapter *adapter, int socket);
void epoll_arm_pipe (Adapter *adapter, const struct Pipe *pipe);

/* It is closed: no set knows it any more. */
void epoll_forget (Adapter *adapter, const Descriptor *descriptor);
