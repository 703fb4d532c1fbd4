// SPDX-License-Identifier: MIT
#include "tools/interrupt.h"
#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t
requests (void)
{
  sigset_t set;
  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  sigaddset (&set, SIGHUP);
  return set;
}

int
interrupt_open (void)
{
  sigset_t set = requests ();
  sigprocmask (SIG_BLOCK, &set, NULL);
  return signalfd (-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int
interrupt_came (int interrupt)
{
  struct signalfd_siginfo request;
  bool came = read (interrupt, &request, sizeof request) == sizeof request;
  return came ? (int) request.ssi_signo : 0;
}

void
interrupt_close (int interrupt)
{
  sigset_t set = requests ();
  sigprocmask (SIG_UNBLOCK, &set, NULL);
  close (interrupt);
}
