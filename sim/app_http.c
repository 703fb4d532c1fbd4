// SPDX-License-Identifier: MIT
/* A web server: GET and HEAD of what is below DIR, PUT to below the run's
 * files, from where GET serves it too. Bodies pass through in pieces, so a
 * connection holds a few kilobytes whatever the size of the file. */
#include "sim/app_kinds.h"
#include "sim/app_server.h"
#include "sim/http.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PIECE_MAX 16384
#define PUT_MAX   ((uint64_t) 1 << 36)

typedef struct
{
  AppServer server;
  unsigned puts; /* names temporary files */
} Http;

typedef struct HttpStream HttpStream;

/* What a connection does next: WAIT until the socket changes, CLOSE it, or go
 * on at once. */
typedef enum
{
  STEP_ON,
  STEP_WAIT,
  STEP_CLOSE
} Step;

struct HttpStream
{
  AppConnection connection;
  Step (*step) (HttpStream *stream); /* the state */
  Step (*after_reply) (HttpStream *stream);
  char head[HTTP_HEAD_MAX]; /* what came and was not used yet */
  size_t head_length;
  FILE *file;              /* being served or being written */
  char *temporary, *final; /* PUT: names of the file */
  uint64_t left;           /* of the body that is sent or read */
  uint64_t put_length;     /* PUT: of the whole body */
  bool keep_alive;
  uint64_t received, sent; /* body bytes so far on this connection */
  uint8_t piece[PIECE_MAX];
  size_t length, taken; /* of the piece */
};

static Step read_head (HttpStream *stream);

static App *
app_of (HttpStream *stream)
{
  return &stream->connection.server->app;
}

static void
drop_file (HttpStream *stream)
{
  if (stream->file)
    fclose (stream->file);
  stream->file = NULL;
  if (stream->temporary)
    g_unlink (stream->temporary);
  g_clear_pointer (&stream->temporary, g_free);
  g_clear_pointer (&stream->final, g_free);
}

/* After an error: what still comes must be read, or closing would reset the
 * connection before the peer has read the reply (RFC 9112 9.6). */
static Step
linger (HttpStream *stream)
{
  int ended = app_socket_drain (app_of (stream), stream->connection.socket);
  return ended == 0 ? STEP_WAIT : STEP_CLOSE;
}

/* Sends the piece, then pieces of the file until LEFT is 0. */
static Step
send_reply (HttpStream *stream)
{
  if (stream->taken == stream->length)
    {
      size_t wanted = (size_t) MIN (stream->left, sizeof stream->piece);
      if (wanted == 0)
        return stream->after_reply (stream);
      stream->taken = 0;
      stream->length = fread (stream->piece, 1, wanted, stream->file);
      if (stream->length < wanted)
        return STEP_CLOSE; /* the file has become shorter */
      stream->left -= wanted;
      app_log_bytes (app_of (stream), stream->connection.socket, NULL, false,
                     stream->sent, stream->sent + wanted);
      stream->sent += wanted;
    }
  ssize_t sent = app_socket_send (app_of (stream), stream->connection.socket,
                                  stream->piece + stream->taken,
                                  stream->length - stream->taken);
  if (sent < 0)
    return sent == -EAGAIN ? STEP_WAIT : STEP_CLOSE;
  stream->taken += (size_t) sent;
  return STEP_ON;
}

static Step
next_request (HttpStream *stream)
{
  drop_file (stream);
  stream->step = read_head;
  if (stream->keep_alive)
    return STEP_ON;
  app_socket_end (app_of (stream), stream->connection.socket);
  stream->step = linger;
  return STEP_ON;
}

static void
begin_reply (HttpStream *stream, const char *head, uint64_t body)
{
  stream->taken = 0;
  stream->length = strlen (head);
  memcpy (stream->piece, head, stream->length);
  stream->left = body;
  stream->after_reply = next_request;
  stream->step = send_reply;
}

/* LENGTH is announced; the body itself is sent when BODY says so. */
static Step
reply (HttpStream *stream, unsigned status, uint64_t length, bool body)
{
  g_autoptr (GString) head = g_string_new (NULL);
  g_string_printf (head, "HTTP/1.1 %u %s\r\n", status,
                   http_status_text (status));
  if (status != 204)
    g_string_append_printf (head, "Content-Length: %" G_GUINT64_FORMAT "\r\n",
                            length);
  if (status == 405)
    g_string_append (head, "Allow: GET, HEAD, PUT\r\n");
  if (!stream->keep_alive)
    g_string_append (head, "Connection: close\r\n");
  g_string_append (head, "\r\n");
  begin_reply (stream, head->str, body ? length : 0);
  return STEP_ON;
}

static Step
refuse (HttpStream *stream, unsigned status)
{
  drop_file (stream);
  stream->keep_alive = false;
  return reply (stream, status, 0, false);
}

/* The file cannot be written: the peer hears of it, and so does the report. */
static Step
refuse_write (HttpStream *stream)
{
  app_of (stream)->unwritten = true;
  return refuse (stream, 500);
}

/* A regular file below FOLDER, or the index of a directory; NULL and errno. */
static FILE *
open_below (const char *folder, const char *path, uint64_t *size)
{
  g_autofree char *name = g_build_filename (folder, path, NULL);
  if (g_file_test (name, G_FILE_TEST_IS_DIR))
    {
      g_autofree char *index = g_build_filename (name, "index.html", NULL);
      g_free (g_steal_pointer (&name));
      name = g_steal_pointer (&index);
    }
  FILE *file = fopen (name, "rb");
  struct stat state;
  if (file && (fstat (fileno (file), &state) != 0 || !S_ISREG (state.st_mode)))
    {
      fclose (file);
      file = NULL;
      errno = ENOENT;
    }
  if (file)
    *size = (uint64_t) state.st_size;
  return file;
}

static Step
serve (HttpStream *stream, const HttpHead *request)
{
  App *app = app_of (stream);
  uint64_t size = 0;
  if (app->files)
    stream->file = open_below (app->files, request->path, &size);
  if (!stream->file)
    stream->file = open_below (app->spec->file, request->path, &size);
  if (!stream->file)
    return refuse (stream, errno == EACCES ? 403 : 404);
  return reply (stream, 200, size, request->method == HTTP_GET);
}

static Step
end_put (HttpStream *stream)
{
  bool existed = g_file_test (stream->final, G_FILE_TEST_EXISTS);
  int closed = fclose (stream->file);
  stream->file = NULL;
  if (closed != 0 || g_rename (stream->temporary, stream->final) != 0)
    return refuse_write (stream);
  g_clear_pointer (&stream->temporary, g_free);
  return reply (stream, existed ? 204 : 201, 0, false);
}

/* SIZE bytes of the body; false: they could not be written. */
static bool
take_body (HttpStream *stream, const void *bytes, size_t size)
{
  app_log_bytes (app_of (stream), stream->connection.socket, NULL, true,
                 stream->received, stream->received + size);
  stream->received += size;
  stream->left -= size;
  return fwrite (bytes, 1, size, stream->file) == size;
}

/* What came together with the head, then what the socket has. */
static Step
read_body (HttpStream *stream)
{
  if (stream->left == 0)
    return end_put (stream);
  size_t early = (size_t) MIN (stream->head_length, stream->left);
  if (early > 0)
    {
      bool written = take_body (stream, stream->head, early);
      stream->head_length -= early;
      memmove (stream->head, stream->head + early, stream->head_length);
      return written ? STEP_ON : refuse_write (stream);
    }
  ssize_t got = app_socket_receive (
      app_of (stream), stream->connection.socket, stream->piece,
      (size_t) MIN (stream->left, sizeof stream->piece));
  if (got <= 0)
    return got == -EAGAIN ? STEP_WAIT : STEP_CLOSE;
  if (!take_body (stream, stream->piece, (size_t) got))
    return refuse_write (stream);
  return STEP_ON;
}

static Step
begin_body (HttpStream *stream)
{
  stream->left = stream->put_length;
  stream->step = read_body;
  return STEP_ON;
}

/* To a temporary name first: nobody ever sees half a file. */
static bool
open_put (HttpStream *stream, const char *path)
{
  App *app = app_of (stream);
  Http *http = (Http *) stream->connection.server;
  g_autofree char *name =
      g_strdup_printf (".put-%s-%u-%u", host_node (app->host)->name,
                       app->spec->port, ++http->puts);
  stream->final = g_build_filename (app->files, path, NULL);
  g_autofree char *folder = g_path_get_dirname (stream->final);
  if (g_mkdir_with_parents (folder, 0777) != 0
      || g_file_test (stream->final, G_FILE_TEST_IS_DIR))
    return false;
  stream->temporary = g_build_filename (app->files, name, NULL);
  stream->file = fopen (stream->temporary, "wb");
  return stream->file != NULL;
}

static Step
put (HttpStream *stream, const HttpHead *request)
{
  if (!app_of (stream)->files || request->path[0] == '\0')
    return refuse (stream, 403);
  if (request->length > PUT_MAX)
    return refuse (stream, 413);
  if (!open_put (stream, request->path))
    return refuse (stream, 500);
  stream->put_length = request->length;
  if (!request->expects_continue || request->length <= stream->head_length)
    return begin_body (stream);
  begin_reply (stream, "HTTP/1.1 100 Continue\r\n\r\n", 0);
  stream->after_reply = begin_body;
  return STEP_ON;
}

static Step
handle (HttpStream *stream, size_t head_length)
{
  HttpHead request;
  unsigned refused = http_request_parse (stream->head, head_length, &request);
  stream->head_length -= head_length;
  memmove (stream->head, stream->head + head_length, stream->head_length);
  if (refused)
    return refuse (stream, refused);
  if (request.method == HTTP_OTHER)
    return refuse (stream, 405);
  stream->keep_alive = request.keep_alive;
  if (request.method == HTTP_PUT)
    return put (stream, &request);
  if (request.has_length && request.length > 0)
    return refuse (stream, 400); /* a body where none has a meaning */
  return serve (stream, &request);
}

static Step
read_head (HttpStream *stream)
{
  size_t length = http_head_length (stream->head, stream->head_length);
  if (length > 0)
    return handle (stream, length);
  if (stream->head_length == sizeof stream->head)
    return refuse (stream, 431);
  ssize_t got = app_socket_receive (app_of (stream), stream->connection.socket,
                                    stream->head + stream->head_length,
                                    sizeof stream->head - stream->head_length);
  if (got <= 0)
    return got == -EAGAIN ? STEP_WAIT : STEP_CLOSE;
  stream->head_length += (size_t) got;
  return STEP_ON;
}

static void
http_open (AppConnection *connection)
{
  ((HttpStream *) connection)->step = read_head;
}

static bool
http_connection_ready (AppConnection *connection, unsigned poll)
{
  HttpStream *stream = (HttpStream *) connection;
  Step step;
  do
    step = stream->step (stream);
  while (step == STEP_ON);
  return step == STEP_WAIT;
}

static void
http_clear (AppConnection *connection)
{
  drop_file ((HttpStream *) connection);
}

static const AppServerClass SERVER_CLASS = { .connection_size =
                                                 sizeof (HttpStream),
                                             .open = http_open,
                                             .ready = http_connection_ready,
                                             .clear = http_clear };

static void
http_start (App *app, Time now)
{
  app_server_start ((AppServer *) app, &SERVER_CLASS);
}

static void
http_ready (App *app, int socket, unsigned poll, Time now)
{
  app_server_ready ((AppServer *) app, socket, poll);
}

static void
http_end (App *app)
{
  app_server_end ((AppServer *) app);
}

const AppClass APP_HTTP_CLASS = { .kind = APP_HTTP,
                                  .size = sizeof (Http),
                                  .start = http_start,
                                  .ready = http_ready,
                                  .end = http_end };
