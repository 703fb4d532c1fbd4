// SPDX-License-Identifier: MIT
#include "tun/session.h"

#include "tun/keeper.h"
#include "tun/kernel.h"
#include "tun/live.h"
#include "tun/tun_node.h"
#include <errno.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* After the command: at most so long, and done when for a while nothing has
 * moved (the kernel answers what is delivered to it a moment later). */
#define DRAIN_MAX   SECOND
#define DRAIN_QUIET (5 * MILLISECOND)

/* A host that the kernel plays. */
typedef struct
{
  const ScenarioHost *spec;
  Namespace *namespace;
  unsigned devices;
  Node *node; /* owned by the network */
} Kernel;

struct Session
{
  Live live;
  GArray *kernels;   /* Kernel */
  Namespace *target; /* where the command runs */
  Run *run;
  LiveSource ended, signalled;
  sigset_t mask_before;
  int code; /* of the command; -1: it still runs */
  SimTimer alarm;
  uint64_t packets; /* sent when last looked at */
  Time drain_until, quiet_until;
};

static void
set_errno (GError **error)
{
  g_set_error (error, NAMESPACE_ERROR, NAMESPACE_ERROR_REFUSED,
               "cannot wait for files (%s): end other programs, or raise "
               "'ulimit -n'",
               g_strerror (errno));
}

/* Signals are read from a file, between two events. */
static bool
open_sources (Session *session)
{
  sigset_t signals;
  keeper_signals (&signals);
  sigprocmask (SIG_BLOCK, &signals, &session->mask_before);
  if (!live_init (&session->live))
    return false;
  session->signalled.file = signalfd (-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  return session->signalled.file >= 0
         && live_watch (&session->live, &session->signalled);
}

/* What the terminal sends, it sends to the command too. */
static void
hand_on_signal (void *owner, Time now)
{
  Session *session = owner;
  struct signalfd_siginfo info;
  while (read (session->signalled.file, &info, sizeof info) == sizeof info)
    if (info.ssi_code != SI_KERNEL && session->code < 0)
      namespace_signal (session->target, (int) info.ssi_signo);
}

static void
note_end (void *owner, Time now)
{
  Session *session = owner;
  live_unwatch (&session->live, &session->ended);
  session->code = namespace_wait (session->target);
}

static bool
add_kernels (Session *session,
             const Scenario *scenario,
             unsigned host,
             char *const *command,
             const char *scratch,
             GError **error)
{
  for (unsigned i = 0; i < scenario->hosts->len; i++)
    {
      Kernel kernel = { .spec = g_ptr_array_index (scenario->hosts, i),
                        .devices = kernel_device_count (scenario, i) };
      if (!kernel.spec->kernel)
        continue;
      kernel.namespace =
          kernel_namespace_new (scenario, i, i == host ? command : NULL,
                                i == host ? scratch : NULL, error);
      if (kernel.namespace == NULL)
        return false;
      g_array_append_val (session->kernels, kernel);
      if (i == host)
        session->target = kernel.namespace;
    }
  g_assert (session->target != NULL);
  session->ended.file = namespace_pidfd (session->target);
  if (live_watch (&session->live, &session->ended))
    return true;
  set_errno (error);
  return false;
}

Session *
session_new (const Scenario *scenario,
             unsigned host,
             char *const *command,
             const char *scratch,
             GError **error)
{
  Session *session = g_new0 (Session, 1);
  session->kernels = g_array_new (false, false, sizeof (Kernel));
  session->code = -1;
  session->ended = (LiveSource){ -1, note_end, session };
  session->signalled = (LiveSource){ -1, hand_on_signal, session };
  if (!open_sources (session))
    set_errno (error);
  else if (add_kernels (session, scenario, host, command, scratch, error))
    return session;
  session_free (session);
  return NULL;
}

bool
session_draw_secrets (Scenario *scenario, GError **error)
{
  for (unsigned i = 0; i < scenario->hosts->len; i++)
    {
      ScenarioHost *host = g_ptr_array_index (scenario->hosts, i);
      if (getentropy (host->config.secret, sizeof host->config.secret) != 0)
        {
          g_set_error (error, NAMESPACE_ERROR, NAMESPACE_ERROR_REFUSED,
                       "the system gives no random numbers (%s)",
                       g_strerror (errno));
          return false;
        }
      host->has_secret = true;
    }
  return true;
}

void
session_free (Session *session)
{
  for (unsigned i = 0; i < session->kernels->len; i++)
    namespace_free (g_array_index (session->kernels, Kernel, i).namespace);
  g_array_unref (session->kernels);
  if (session->signalled.file >= 0)
    close (session->signalled.file);
  live_clear (&session->live);
  sigprocmask (SIG_SETMASK, &session->mask_before, NULL);
  g_free (session);
}

Node *
session_kernel (void *data, Network *network, const ScenarioHost *host)
{
  Session *session = data;
  for (unsigned i = 0; i < session->kernels->len; i++)
    {
      Kernel *kernel = &g_array_index (session->kernels, Kernel, i);
      if (kernel->spec != host)
        continue;
      int tuns[NAMESPACE_DEVICES_MAX];
      for (unsigned k = 0; k < kernel->devices; k++)
        tuns[k] = namespace_tun (kernel->namespace, k);
      kernel->node = tun_node_new (network, host->name, &session->live, tuns,
                                   kernel->devices);
      return kernel->node;
    }
  return NULL;
}

Time
session_begin (Session *session, Run *run)
{
  session->run = run;
  live_begin (&session->live, &run_network (run)->sim);
  return session->live.epoch;
}

static bool
command_runs (void *data)
{
  return ((const Session *) data)->code < 0;
}

static void
wake (void *owner, Time now)
{
  /* The loop asks is_draining again. */
}

static bool
is_draining (void *data)
{
  Session *session = data;
  Network *network = run_network (session->run);
  Time now = network->sim.now;
  if (now >= session->drain_until)
    return false;
  if (!network_quiet (network) || network->packets != session->packets)
    {
      session->packets = network->packets;
      session->quiet_until = now + DRAIN_QUIET;
    }
  sim_schedule (&network->sim, &session->alarm,
                MIN (session->quiet_until, session->drain_until));
  return now < session->quiet_until;
}

static void
drain (Session *session)
{
  Network *network = run_network (session->run);
  Time now = live_advance (&session->live);
  sim_timer_init (&session->alarm, wake, session);
  session->drain_until = now + DRAIN_MAX;
  session->quiet_until = now + DRAIN_QUIET;
  live_run (&session->live, is_draining, session);
  sim_cancel (&network->sim, &session->alarm);
}

int
session_run (Session *session)
{
  live_advance (&session->live);
  run_start (session->run);
  namespace_start (session->target);
  live_run (&session->live, command_runs, session);
  drain (session);
  for (unsigned i = 0; i < session->kernels->len; i++)
    tun_node_report (g_array_index (session->kernels, Kernel, i).node,
                     session->live.sim->now);
  return session->code;
}

Time
session_latest (const Session *session)
{
  return session->live.latest;
}
