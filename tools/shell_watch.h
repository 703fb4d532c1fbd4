// SPDX-License-Identifier: MIT
/* What happened in the network while a command ran: packets, their ends, and
 * states. Reads events only. */
#pragma once

#include "sim/network.h"

/* A connection went from one state to the next. */
typedef struct
{
  const char *host; /* borrowed from its node */
  int handle;
  const char *from, *to; /* static */
  const Flow *flow;      /* or NULL */
} ShellChange;

/* A packet that reached nobody. */
typedef struct
{
  char *text;   /* "udp 5 bytes "hello"" */
  bool by_host; /* dropped where it arrived */
  bool stream;
  const char *where; /* host or link; borrowed */
  const char *cause; /* static */
} ShellLoss;

typedef struct
{
  unsigned sent, arrived, again, doubled, corrupted;
  unsigned looked;  /* packet events in all */
  uint64_t newest;  /* packet id */
  GArray *changes;  /* ShellChange */
  GArray *losses;   /* ShellLoss */
  GPtrArray *lines; /* char *: the packets, one a line */
  bool arrivals;    /* they get a line too */
  void (*changed) (void *self, const ShellChange *change);
  void *self;
} ShellWatch;

/* CHANGED is called for each change of state, as it happens. */
void shell_watch_init (ShellWatch *watch,
                       void (*changed) (void *self, const ShellChange *change),
                       void *self);
void shell_watch_clear (ShellWatch *watch);
EventSink shell_watch_sink (ShellWatch *watch);

/* Forgets what was: the next command begins. */
void shell_watch_begin (ShellWatch *watch);
