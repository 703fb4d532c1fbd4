// SPDX-License-Identifier: MIT
/* Fetches one URL and, with a name given, writes its body below the run's
 * files. */
#include "sim/app_kinds.h"
#include "sim/app_socket.h"
#include "sim/http.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define PIECE_MAX 65536

typedef struct
{
  App app;
  int socket;
  GString *request; /* what of it still has to be sent */
  bool has_head;
  HttpHead head;
  FILE *file;
  uint64_t body; /* bytes of it so far */
  char piece[PIECE_MAX];
  size_t length; /* of the head so far, while it is incomplete */
} Get;

static void
finish (Get *self)
{
  app_socket_close (&self->app, self->socket);
  app_finish (&self->app);
}

static void
fail (Get *self, const char *what, int error)
{
  app_fail (&self->app, what, error);
  app_socket_close (&self->app, self->socket);
}

static void
send_request (Get *self)
{
  while (self->request->len > 0)
    {
      ssize_t sent = app_socket_send (&self->app, self->socket,
                                      self->request->str, self->request->len);
      if (sent == -EAGAIN)
        return;
      if (sent < 0)
        {
          fail (self, "send", (int) sent);
          return;
        }
      g_string_erase (self->request, 0, sent);
    }
}

/* False: the app has failed. */
static bool
open_output (Get *self)
{
  App *app = &self->app;
  if (!app->spec->name || !app->files)
    return true;
  g_autofree char *name = g_build_filename (app->files, app->spec->name, NULL);
  g_autofree char *folder = g_path_get_dirname (name);
  if (g_mkdir_with_parents (folder, 0777) == 0)
    self->file = fopen (name, "wb");
  if (!self->file)
    {
      app_fail_write (app, app->spec->name, errno);
      app_socket_close (app, self->socket);
    }
  return self->file != NULL;
}

/* The head is whole: LENGTH bytes of the piece. */
static bool
take_head (Get *self, size_t length)
{
  if (!http_response_parse (self->piece, length, &self->head))
    {
      fail (self, "response", EPROTO);
      return false;
    }
  self->has_head = true;
  if (self->head.status == 200)
    return open_output (self);
  self->app.failure = g_strdup_printf ("%u %s", self->head.status,
                                       http_status_text (self->head.status));
  finish (self);
  return false;
}

/* False: the app is over. */
static bool
take_body (Get *self, const char *bytes, size_t length)
{
  if (self->head.has_length)
    length = (size_t) MIN (length, self->head.length - self->body);
  if (self->file)
    fwrite (bytes, 1, length, self->file);
  app_log_bytes (&self->app, self->socket, NULL, true, self->body,
                 self->body + length);
  self->body += length;
  if (!self->head.has_length || self->body < self->head.length)
    return true;
  finish (self);
  return false;
}

/* GOT more bytes stand in the piece. */
static bool
take (Get *self, size_t got)
{
  if (self->has_head)
    return take_body (self, self->piece, got);
  self->length += got;
  size_t head = http_head_length (self->piece, self->length);
  if (head > 0)
    return take_head (self, head)
           && take_body (self, self->piece + head, self->length - head);
  if (self->length < sizeof self->piece)
    return true;
  fail (self, "response", EPROTO);
  return false;
}

static void
receive (Get *self)
{
  for (;;)
    {
      size_t used = self->has_head ? 0 : self->length;
      ssize_t got =
          app_socket_receive (&self->app, self->socket, self->piece + used,
                              sizeof self->piece - used);
      if (got == -EAGAIN || (got > 0 && !take (self, (size_t) got)))
        return;
      if (got > 0)
        continue;
      if (got < 0)
        fail (self, "receive", (int) got);
      else if (!self->has_head || self->head.has_length)
        fail (self, "response", EPIPE); /* it ended too early */
      else
        finish (self);
      return;
    }
}

static void
get_start (App *app, Time now)
{
  Get *self = (Get *) app;
  const ScenarioApp *spec = app->spec;
  self->request = g_string_new (NULL);
  g_string_printf (self->request,
                   "GET %s HTTP/1.1\r\nHost: %s\r\n"
                   "User-Agent: tunlab\r\nConnection: close\r\n\r\n",
                   spec->url_path ? spec->url_path : "/", spec->peer_text);
  self->socket = app_socket_connect (app);
}

static void
get_ready (App *app, int socket, unsigned poll, Time now)
{
  Get *self = (Get *) app;
  if (poll & SOCKET_ERROR)
    {
      fail (self, "connect", app_socket_error (app, socket));
      return;
    }
  if (poll & SOCKET_WRITABLE)
    send_request (self);
  if (!app->finished && poll & SOCKET_READABLE)
    receive (self);
}

static void
get_end (App *app)
{
  Get *self = (Get *) app;
  g_string_free (self->request, true);
  if (!self->file)
    return;
  errno = 0;
  bool failed = ferror (self->file);
  if (fclose (self->file) != 0 || failed)
    app_fail_write (app, app->spec->name, errno ? errno : EIO);
}

const AppClass APP_GET_CLASS = { .kind = APP_GET,
                                 .initiates = true,
                                 .size = sizeof (Get),
                                 .start = get_start,
                                 .ready = get_ready,
                                 .end = get_end };
