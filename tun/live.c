// SPDX-License-Identifier: MIT
#include "tun/live.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SOURCES_AT_ONCE 16

static Time
clock_read (clockid_t id)
{
  struct timespec now;
  clock_gettime (id, &now);
  return now.tv_sec * SECOND + now.tv_nsec;
}

bool
live_init (Live *live)
{
  *live = (Live){ .armed = TIME_NEVER };
  live->epoll = epoll_create1 (EPOLL_CLOEXEC);
  live->timer = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
  if (live->epoll < 0 || live->timer < 0
      || epoll_ctl (live->epoll, EPOLL_CTL_ADD, live->timer, &event) != 0)
    {
      int error = errno;
      live_clear (live);
      errno = error;
      return false;
    }
  return true;
}

void
live_clear (Live *live)
{
  if (live->timer >= 0)
    close (live->timer);
  if (live->epoll >= 0)
    close (live->epoll);
  live->timer = live->epoll = -1;
}

bool
live_watch (Live *live, LiveSource *source)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = source };
  return epoll_ctl (live->epoll, EPOLL_CTL_ADD, source->file, &event) == 0;
}

void
live_unwatch (Live *live, LiveSource *source)
{
  epoll_ctl (live->epoll, EPOLL_CTL_DEL, source->file, NULL);
}

void
live_begin (Live *live, Sim *sim)
{
  live->sim = sim;
  live->epoch = clock_read (CLOCK_REALTIME);
  live->start = clock_read (CLOCK_MONOTONIC);
}

Time
live_advance (Live *live)
{
  Time now = clock_read (CLOCK_MONOTONIC) - live->start;
  Time due = sim_deadline (live->sim);
  if (due <= now)
    live->latest = MAX (live->latest, now - due);
  while (sim_step (live->sim, now))
    continue;
  live->sim->now = now;
  return now;
}

/* Setting the timer also makes it unreadable again. */
static void
arm (Live *live)
{
  Time deadline = sim_deadline (live->sim);
  if (deadline == live->armed)
    return;
  struct itimerspec setting = { 0 };
  if (deadline < TIME_NEVER - live->start)
    {
      setting.it_value.tv_sec = (live->start + deadline) / SECOND;
      setting.it_value.tv_nsec = (live->start + deadline) % SECOND;
    }
  timerfd_settime (live->timer, TFD_TIMER_ABSTIME, &setting, NULL);
  live->armed = deadline;
}

void
live_run (Live *live, bool (*go_on) (void *data), void *data)
{
  live_advance (live);
  while (go_on (data))
    {
      struct epoll_event events[SOURCES_AT_ONCE];
      arm (live);
      int count = epoll_wait (live->epoll, events, SOURCES_AT_ONCE, -1);
      Time now = live_advance (live);
      for (int i = 0; i < count; i++)
        {
          LiveSource *source = events[i].data.ptr;
          if (source != NULL) /* else the timer; what was due has run */
            source->ready (source->owner, now);
        }
    }
}
