// SPDX-License-Identifier: MIT
#include "tun/keeper.h"

#include <errno.h>
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum
{
  GRACE_S = 1,
  EXIT_NOT_EXECUTABLE = 126,
  EXIT_NOT_FOUND = 127,
  EXIT_SIGNAL = 128
};

void
keeper_signals (sigset_t *signals)
{
  sigemptyset (signals);
  sigaddset (signals, SIGHUP);
  sigaddset (signals, SIGINT);
  sigaddset (signals, SIGQUIT);
  sigaddset (signals, SIGTERM);
  sigaddset (signals, SIGUSR1);
  sigaddset (signals, SIGUSR2);
}

/* Becomes the command, in a process that the keeper's death ends. */
static G_NORETURN void
become_command (char *const *command, pid_t keeper)
{
  sigset_t none;
  int error;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != keeper)
    _exit (EXIT_SIGNAL + SIGKILL);
  signal (SIGPIPE, SIG_DFL);
  signal (SIGXFSZ, SIG_DFL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  execvp (command[0], command);
  error = errno;
  if (error == ENOENT)
    fprintf (stderr, "tunlab: %s: command not found\n", command[0]);
  else
    fprintf (stderr, "tunlab: %s: %s\n", command[0], strerror (error));
  _exit (error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
}

/* Has tunlab closed its end, or died? */
static bool
is_abandoned (int control)
{
  char byte;

  return recv (control, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Sends a signal to each child, orphans that came to us included; false: there
 * is none, or the system does not tell. */
static bool
signal_children (int signal_number)
{
  g_autofree char *path =
      g_strdup_printf ("/proc/self/task/%d/children", (int) getpid ());
  g_autofree char *text = NULL;
  g_auto (GStrv) pids = NULL;
  bool any = false;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return false;
  pids = g_strsplit (g_strstrip (text), " ", 0);
  for (char **pid = pids; *pid != NULL; pid++)
    if (kill ((pid_t) atoi (*pid), signal_number) == 0)
      any = true;
  return any;
}

/* A child that dies leaves its own children to us, so this goes on until none
 * is left. */
static void
end_children (void)
{
  gint64 patience = g_get_monotonic_time () + GRACE_S * G_USEC_PER_SEC;
  const struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };
  sigset_t child;

  sigemptyset (&child);
  sigaddset (&child, SIGCHLD);
  while (
      signal_children (g_get_monotonic_time () < patience ? SIGTERM : SIGKILL))
    {
      sigtimedwait (&child, NULL, &pause);
      while (waitpid (-1, NULL, WNOHANG) > 0)
        ;
    }
}

/* Takes the dead; the command's exit code once it is among them, else -1. */
static int
reap (pid_t command)
{
  int code = -1, status;
  pid_t pid;

  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    if (pid == command)
      code = WIFSIGNALED (status) ? EXIT_SIGNAL + WTERMSIG (status)
                                  : WEXITSTATUS (status);
  return code;
}

/* A signal of the terminal has reached the command already, as one of its
 * process group; only what tunlab sends is for us to hand on. */
static int
supervise (int control, pid_t command, const sigset_t *signals)
{
  pid_t tunlab = getppid ();
  siginfo_t info;
  int code = -1;

  while (code < 0 && !is_abandoned (control))
    {
      if (sigwaitinfo (signals, &info) < 0)
        continue;
      if (info.si_signo == SIGCHLD)
        code = reap (command);
      else if (info.si_code == SI_USER && info.si_pid == tunlab)
        kill (command, info.si_signo);
    }
  return code < 0 ? EXIT_SIGNAL + SIGTERM : code;
}

int
keeper_run (int control, char *const *command)
{
  pid_t keeper = getpid (), pid;
  sigset_t signals;
  char byte;
  int code;

  keeper_signals (&signals);
  sigaddset (&signals, SIGCHLD);
  prctl (PR_SET_CHILD_SUBREAPER, 1);
  while (recv (control, &byte, 1, 0) > 0 && command == NULL)
    ;
  if (command == NULL || is_abandoned (control))
    return 0;

  pid = fork ();
  if (pid == 0)
    become_command (command, keeper);
  if (pid < 0)
    {
      fprintf (stderr, "tunlab: %s: %s\n", command[0], strerror (errno));
      return EXIT_NOT_EXECUTABLE;
    }
  code = supervise (control, pid, &signals);
  end_children ();
  return code;
}
