// SPDX-License-Identifier: MIT
#include "tests/packetdrill/caller.h"

#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *
run (void *data)
{
  Caller *caller = data;

  atomic_store (&caller->id, (int) syscall (SYS_gettid));
  caller->call (caller->data);
  atomic_store (&caller->done, true);
  return NULL;
}

/* S in /proc: the kernel waits for somebody to wake it. */
static bool
sleeps (int id)
{
  char path[64], text[256] = "";
  const char *state;
  FILE *file;

  snprintf (path, sizeof path, "/proc/self/task/%d/stat", id);
  file = fopen (path, "r");
  if (file == NULL)
    return false;
  state = fgets (text, sizeof text, file);
  fclose (file);
  state = state == NULL ? NULL : strrchr (text, ')');
  return state != NULL && strlen (state) > 2 && state[2] == 'S';
}

void
caller_start (Caller *caller, void (*call) (void *data), void *data)
{
  caller->call = call;
  caller->data = data;
  atomic_init (&caller->id, 0);
  atomic_init (&caller->done, false);
  g_assert_cmpint (pthread_create (&caller->thread, NULL, run, caller), ==, 0);
  while (atomic_load (&caller->id) == 0)
    usleep (10);
  while (!atomic_load (&caller->done) && !sleeps (atomic_load (&caller->id)))
    usleep (10);
}

bool
caller_is_done (Caller *caller)
{
  return atomic_load (&caller->done);
}

void
caller_join (Caller *caller)
{
  g_assert_cmpint (pthread_join (caller->thread, NULL), ==, 0);
}

static void
handle (int number)
{
}

void
caller_interrupt (Caller *caller, bool restart)
{
  struct sigaction action = { .sa_handler = handle,
                              .sa_flags = restart ? SA_RESTART : 0 };

  g_assert_cmpint (sigaction (SIGUSR1, &action, NULL), ==, 0);
  g_assert_cmpint (pthread_kill (caller->thread, SIGUSR1), ==, 0);
}
