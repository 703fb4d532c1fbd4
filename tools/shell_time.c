// SPDX-License-Identifier: MIT
#include "tools/interrupt.h"
#include "tools/shell.h"

static void
ring (void *owner, Time now)
{
  ((Shell *) owner)->rang = true;
}

void
shell_time_begin (Shell *shell, Time limit)
{
  Sim *sim = &shell->network->sim;

  shell->rang = false;
  sim_timer_init (&shell->alarm, ring, shell);
  sim_schedule (sim, &shell->alarm, sim_after (sim->now, limit));
}

void
shell_time_end (Shell *shell)
{
  sim_cancel (&shell->network->sim, &shell->alarm);
}

bool
shell_time_next (Shell *shell, bool idle)
{
  shell->halt = HALT_LATE;
  if (shell->rang)
    return false;
  shell->halt = HALT_INTERRUPTED;
  shell->signal = interrupt_came (shell->interrupt);
  if (shell->signal != 0)
    return false;
  shell->halt = HALT_QUIET;
  if (!idle && run_over (shell->run))
    return false;
  return sim_step (&shell->network->sim, TIME_NEVER);
}

void
shell_time_pump (Shell *shell)
{
  host_pump (shell_host (shell), shell->network->sim.now);
}

const char *
shell_time_why (const Shell *shell)
{
  switch (shell->halt)
    {
    case HALT_QUIET:
      return "nothing is on its way, so waiting would not help";
    case HALT_LATE:
      return "it has waited for as long as 'limit' allows";
    case HALT_INTERRUPTED:
      break;
    }
  return "interrupted";
}
