// SPDX-License-Identifier: MIT
/* Echo requests at fixed times, and how long their replies take: what ping(8)
 * counts. One that is not answered within ten seconds of the last is lost. */
#include "sim/app_kinds.h"
#include "sim/app_probe.h"
#include "sim/app_socket.h"
#include <errno.h>

#define PATIENCE (10 * SECOND)

typedef struct
{
  App app;
  int socket;
  uint64_t sent, received, duplicates, errors;
  GArray *left; /* Time: when request N left, at N - 1; -1: it is answered */
  Time shortest, longest, sum;
  Time squares;  /* sum of the squares in microseconds */
  char *trouble; /* the first error, and from whom */
} Ping;

static Time
integer_root (Time square)
{
  Time root = 0;
  for (Time bit = (Time) 1 << 31; bit > 0; bit >>= 1)
    if ((root + bit) <= square / (root + bit))
      root += bit;
  return root;
}

/* As ping(8): the deviation from the mean, not from the last. */
static Time
deviation (const Ping *self)
{
  Time mean = self->sum / (Time) self->received / MICROSECOND;
  Time variance = self->squares / (Time) self->received - mean * mean;
  return variance > 0 ? integer_root (variance) * MICROSECOND : 0;
}

static char *
describe (const Ping *self)
{
  g_autofree char *head = g_strdup_printf (
      "%" G_GUINT64_FORMAT " sent, %" G_GUINT64_FORMAT " answered", self->sent,
      self->received);
  g_autofree char *again =
      self->duplicates > 0
          ? g_strdup_printf (", %" G_GUINT64_FORMAT " twice", self->duplicates)
          : g_strdup ("");
  g_autofree char *errors =
      self->errors > 0 ? g_strdup_printf (", %" G_GUINT64_FORMAT " refused: %s",
                                          self->errors, self->trouble)
                       : g_strdup ("");
  if (self->received == 0)
    return g_strconcat (head, errors, NULL);
  g_autofree char *least = app_probe_time (self->shortest);
  g_autofree char *mean = app_probe_time (self->sum / (Time) self->received);
  g_autofree char *most = app_probe_time (self->longest);
  g_autofree char *mdev = app_probe_time (deviation (self));
  return g_strdup_printf ("%s%s%s; round trip min %s, avg %s, max %s, mdev %s",
                          head, again, errors, least, mean, most, mdev);
}

static void
finish (Ping *self)
{
  app_socket_close (&self->app, self->socket);
  app_finish (&self->app);
}

static void
take_reply (Ping *self, uint64_t number, Time now)
{
  Time *left = &g_array_index (self->left, Time, number - 1);
  if (*left < 0)
    {
      self->duplicates++;
      return;
    }
  Time took = now - *left;
  *left = -1;
  self->received++;
  self->shortest = self->received == 1 ? took : MIN (self->shortest, took);
  self->longest = MAX (self->longest, took);
  self->sum += took;
  self->squares += (took / MICROSECOND) * (took / MICROSECOND);
  app_log_message (&self->app, self->socket, &self->app.spec->peer, true,
                   number, self->app.spec->count);
}

static void
take_error (Ping *self, const ProbeAnswer *answer)
{
  if (++self->errors > 1)
    return;
  g_autofree char *name = app_probe_name (&self->app, &answer->from);
  self->trouble =
      g_strdup_printf ("%s from %s", app_probe_error (answer), name);
}

static bool
is_complete (const Ping *self)
{
  uint64_t count = self->app.spec->count;
  return count > 0 && self->sent >= count
         && self->received + self->errors >= count;
}

static void
ping_ready (App *app, int socket, unsigned poll, Time now)
{
  Ping *self = (Ping *) app;
  ProbeAnswer answer;
  while (app_probe_receive (app, socket, self->sent, &answer))
    if (answer.is_reply)
      take_reply (self, answer.number, now);
    else
      take_error (self, &answer);
  if (is_complete (self))
    finish (self);
}

/* A request is due; after the last one the time to wait for answers is over. */
static void
ping_wake (App *app, Time now)
{
  Ping *self = (Ping *) app;
  const ScenarioApp *spec = app->spec;
  if (spec->count > 0 && self->sent >= spec->count)
    {
      finish (self);
      return;
    }
  self->sent++;
  g_array_append_val (self->left, now);
  ssize_t result =
      app_probe_send (app, self->socket, self->sent, spec->size, 0);
  if (result < 0 && result != -EAGAIN)
    {
      app_fail (app, "send", (int) result);
      app_socket_close (app, self->socket);
      return;
    }
  app_log_message (app, self->socket, &spec->peer, false, self->sent,
                   spec->count);
  app_wake_at (app, spec->count > 0 && self->sent >= spec->count
                        ? now + PATIENCE
                        : spec->at + (Time) self->sent * spec->every);
}

static void
ping_start (App *app, Time now)
{
  Ping *self = (Ping *) app;
  self->left = g_array_new (false, false, sizeof (Time));
  self->socket = app_probe_open (app);
  if (self->socket > 0)
    ping_wake (app, now);
}

static void
ping_end (App *app)
{
  Ping *self = (Ping *) app;
  app_report (app, describe (self));
  g_array_unref (self->left);
  g_free (self->trouble);
}

const AppClass APP_PING_CLASS = { .kind = APP_PING,
                                  .initiates = true,
                                  .size = sizeof (Ping),
                                  .start = ping_start,
                                  .ready = ping_ready,
                                  .wake = ping_wake,
                                  .end = ping_end };
