// SPDX-License-Identifier: MIT
/* The world of one packet script: a stack with one interface, the virtual
 * clock that moves it, the descriptors that its sockets have in this process,
 * and the calls that wait.
 *
 * Each slot of the table begins with adapter_enter and ends with adapter_leave
 * or adapter_give: in between, the caller is alone. What a call changed has
 * happened, and what it sends is sent, when it returns. */
#pragma once

#include "sim/classic.h"
#include "stack/socket.h"
#include "tools/packetdrill/flags.h"

#include <glib.h>
#include <pthread.h>

typedef struct
{
  Stack *stack;
  Time now;
  Time horizon;
  pthread_t mover; /* the thread that moves the clock: who called init */

  pthread_mutex_t lock;
  pthread_cond_t woken; /* another sleeper has left */
  unsigned sleepers;    /* threads inside wait_for */
  GQueue waiting;       /* Wait, in the order of their calls */

  GPtrArray *descriptors; /* Descriptor, by number */
  GPtrArray *epolls;      /* Epoll, in the order of their making */
  GQueue emissions;       /* Emission, not yet received by the script */
  uint64_t packets;       /* names given to packets, of either side */
  Classic *capture;       /* or NULL */
} Adapter;

/* NULL and *ERROR: FLAGS_TEXT is refused, or the capture cannot be made. */
Adapter *adapter_new (const char *flags_text, GError **error);

/* Closes what is left open, wakes who waits, and says on stderr when the
 * capture could not be written. */
void adapter_free (Adapter *adapter);

Adapter *adapter_enter (void *userdata);
void adapter_leave (Adapter *adapter);

/* The same, and a result as POSIX has it: -1 and errno for a negative one. */
ssize_t adapter_give (Adapter *adapter, ssize_t result);

/* Takes a packet from the wire. */
void adapter_receive (Adapter *adapter, const uint8_t *packet, size_t length);
