// SPDX-License-Identifier: MIT
/* Which routers are on the way? Three echo requests for each number of hops,
 * from 1 on, one after the other; a router that has to drop one says so, and
 * so gives its address. As traceroute(8) with -I. */
#include "sim/app_kinds.h"
#include "sim/app_probe.h"
#include "sim/app_socket.h"
#include "stack/address.h"
#include <errno.h>

#define PROBES_PER_HOP 3
#define HOPS_MAX       30
#define PATIENCE       SECOND
#define BODY           32

typedef struct
{
  App app;
  int socket;
  uint64_t sent;
  Time left;     /* when the latest did */
  GString *line; /* of this number of hops */
  Address who;   /* answered it last */
  bool is_known; /* somebody did */
  bool is_there; /* no need to go further */
} Trace;

static void
finish (Trace *self)
{
  app_socket_close (&self->app, self->socket);
  app_finish (&self->app);
}

static void
send_next (Trace *self, Time now)
{
  unsigned hops = (unsigned) (self->sent / PROBES_PER_HOP) + 1;
  self->sent++;
  self->left = now;
  ssize_t result =
      app_probe_send (&self->app, self->socket, self->sent, BODY, (int) hops);
  if (result < 0 && result != -EAGAIN)
    {
      app_fail (&self->app, "send", (int) result);
      app_socket_close (&self->app, self->socket);
      return;
    }
  app_log_message (&self->app, self->socket, &self->app.spec->peer, false,
                   self->sent, HOPS_MAX * PROBES_PER_HOP);
  app_wake_at (&self->app, now + PATIENCE);
}

/* The latest probe is over: the next one, or the end. */
static void
go_on (Trace *self, Time now)
{
  if (self->sent % PROBES_PER_HOP == 0)
    {
      uint64_t hops = self->sent / PROBES_PER_HOP;
      app_report (&self->app, g_strdup_printf ("%2" G_GUINT64_FORMAT "%s", hops,
                                               self->line->str));
      g_string_truncate (self->line, 0);
      self->is_known = false;
      if (self->is_there || hops == HOPS_MAX)
        {
          finish (self);
          return;
        }
    }
  send_next (self, now);
}

static void
take_answer (Trace *self, const ProbeAnswer *answer, Time now)
{
  g_autofree char *took = app_probe_time (now - self->left);
  if (!self->is_known || !address_equal (&self->who, &answer->from))
    {
      g_autofree char *name = app_probe_name (&self->app, &answer->from);
      g_string_append_printf (self->line, "  %s", name);
    }
  self->is_known = true;
  self->who = answer->from;
  g_string_append_printf (self->line, "  %s", took);
  /* Whatever is not "time exceeded" is the end of the way. */
  if (!answer->is_reply && !app_probe_is_hop (answer))
    {
      g_string_append_printf (self->line, " %s", app_probe_error (answer));
      self->is_there = true;
    }
  if (answer->is_reply)
    self->is_there = true;
  app_log_message (&self->app, self->socket, &self->app.spec->peer, true,
                   answer->number, HOPS_MAX * PROBES_PER_HOP);
  go_on (self, now);
}

static void
trace_ready (App *app, int socket, unsigned poll, Time now)
{
  Trace *self = (Trace *) app;
  ProbeAnswer answer;
  while (!app->finished && app_probe_receive (app, socket, self->sent, &answer))
    if (answer.number == self->sent)
      take_answer (self, &answer, now);
}

static void
trace_wake (App *app, Time now)
{
  Trace *self = (Trace *) app;
  g_string_append (self->line, "  *");
  go_on (self, now);
}

static void
trace_start (App *app, Time now)
{
  Trace *self = (Trace *) app;
  self->line = g_string_new (NULL);
  self->socket = app_probe_open (app);
  if (self->socket > 0)
    send_next (self, now);
}

static void
trace_end (App *app)
{
  g_string_free (((Trace *) app)->line, true);
}

const AppClass APP_TRACE_CLASS = { .kind = APP_TRACE,
                                   .initiates = true,
                                   .size = sizeof (Trace),
                                   .start = trace_start,
                                   .ready = trace_ready,
                                   .wake = trace_wake,
                                   .end = trace_end };
