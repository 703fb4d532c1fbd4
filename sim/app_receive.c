// SPDX-License-Identifier: MIT
/* Takes what comes and notes it: numbered messages, bytes of streams, and the
 * pieces that "send udp" marks with their place in the file. With a name given
 * it writes what each peer sent: to NAME, NAME.2, NAME.3 in the order in which
 * the peers appeared. */
#include "sim/app_incoming.h"
#include "sim/app_kinds.h"
#include "sim/app_send.h"
#include "sim/app_server.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PIECE_MAX  65536
#define PEERS_MAX  4096 /* of datagrams */
#define SPARSE_MAX ((uint64_t) 1 << 40)

typedef struct
{
  AppServer server;
  unsigned outputs;
  GPtrArray *peers; /* Peer *: of datagrams, in order of appearance */
  uint8_t piece[PIECE_MAX];
} Receive;

/* One TCP connection. */
typedef struct
{
  AppConnection connection;
  AppIncoming incoming;
  FILE *file;
} Stream;

/* One sender of datagrams. */
typedef struct
{
  Endpoint remote;
  FILE *file;
  uint64_t total; /* the file's size on disk at the end */
} Peer;

/* The next output file; NULL: nothing is to be written, or it failed. */
static FILE *
open_output (Receive *self)
{
  App *app = &self->server.app;
  if (!app->spec->name || !app->files)
    return NULL;
  g_autofree char *first = g_build_filename (app->files, app->spec->name, NULL);
  g_autofree char *numbered =
      g_strdup_printf ("%s.%u", first, self->outputs + 1);
  g_autofree char *folder = g_path_get_dirname (first);
  FILE *file = NULL;
  if (g_mkdir_with_parents (folder, 0777) == 0)
    file = fopen (self->outputs++ ? numbered : first, "wb");
  if (!file)
    app_fail_write (app, app->spec->name, errno);
  return file;
}

static void
close_output (Receive *self, FILE *file)
{
  App *app = &self->server.app;
  if (!file)
    return;
  errno = 0;
  bool failed = ferror (file);
  if (fclose (file) != 0 || failed)
    app_fail_write (app, app->spec->name, errno ? errno : EIO);
}

static void
stream_open (AppConnection *connection)
{
  ((Stream *) connection)->file = open_output ((Receive *) connection->server);
}

static bool
stream_ready (AppConnection *connection, unsigned poll)
{
  Stream *stream = (Stream *) connection;
  Receive *self = (Receive *) connection->server;
  App *app = &self->server.app;
  ssize_t got;
  while ((got = app_socket_receive (app, connection->socket, self->piece,
                                    sizeof self->piece))
         > 0)
    {
      size_t length = (size_t) got;
      app_incoming_stream (&stream->incoming, app, connection->socket,
                           &connection->remote, self->piece, length);
      if (stream->file)
        fwrite (self->piece, 1, length, stream->file);
    }
  return got == -EAGAIN;
}

static void
stream_clear (AppConnection *connection)
{
  close_output ((Receive *) connection->server, ((Stream *) connection)->file);
}

static bool
endpoint_equal (const Endpoint *a, const Endpoint *b)
{
  return a->port == b->port && memcmp (&a->address, &b->address, 16) == 0;
}

/* NULL: too many already. */
static Peer *
find_peer (Receive *self, const Endpoint *remote)
{
  for (unsigned i = 0; i < self->peers->len; i++)
    {
      Peer *peer = g_ptr_array_index (self->peers, i);
      if (endpoint_equal (&peer->remote, remote))
        return peer;
    }
  if (self->peers->len == PEERS_MAX)
    return NULL;
  Peer *peer = g_new0 (Peer, 1);
  peer->remote = *remote;
  peer->file = open_output (self);
  g_ptr_array_add (self->peers, peer);
  return peer;
}

/* A piece of a file, to its place. */
static void
write_piece (Peer *peer,
             uint64_t offset,
             uint64_t total,
             const uint8_t *bytes,
             size_t length)
{
  if (!peer->file || total > SPARSE_MAX)
    return;
  peer->total = MAX (peer->total, total);
  if (fseeko (peer->file, (off_t) offset, SEEK_SET) == 0)
    fwrite (bytes, 1, length, peer->file);
}

static void
take_datagram (Receive *self, const Endpoint *remote, size_t length)
{
  AppServer *server = &self->server;
  uint64_t offset, total;
  Peer *peer = find_peer (self, remote);
  bool is_piece = app_incoming_datagram (&server->app, server->socket, remote,
                                         self->piece, length, &offset, &total);
  if (is_piece && peer)
    write_piece (peer, offset, total, self->piece + SEND_HEADER,
                 length - SEND_HEADER);
  else if (peer && peer->file)
    fwrite (self->piece, 1, length, peer->file);
}

static void
receive_datagrams (AppServer *server)
{
  Receive *self = (Receive *) server;
  Endpoint remote;
  for (;;)
    {
      ssize_t got =
          app_socket_receive_from (&server->app, server->socket, self->piece,
                                   sizeof self->piece, &remote);
      if (got < 0)
        return;
      take_datagram (self, &remote, (size_t) got);
    }
}

static const AppServerClass SERVER_CLASS = { .connection_size = sizeof (Stream),
                                             .open = stream_open,
                                             .ready = stream_ready,
                                             .clear = stream_clear,
                                             .datagrams = receive_datagrams };

static void
receive_start (App *app, Time now)
{
  Receive *self = (Receive *) app;
  self->peers = g_ptr_array_new_with_free_func (g_free);
  app_server_start (&self->server, &SERVER_CLASS);
}

static void
receive_ready (App *app, int socket, unsigned poll, Time now)
{
  app_server_ready ((AppServer *) app, socket, poll);
}

static void
receive_end (App *app)
{
  Receive *self = (Receive *) app;
  app_server_end (&self->server);
  for (unsigned i = 0; i < self->peers->len; i++)
    {
      Peer *peer = g_ptr_array_index (self->peers, i);
      /* The end may be a hole: the file has its full size all the same. */
      if (peer->file && peer->total > 0
          && (fflush (peer->file) != 0
              || ftruncate (fileno (peer->file), (off_t) peer->total) != 0))
        app_fail_write (app, app->spec->name, errno);
      close_output (self, peer->file);
    }
  g_ptr_array_unref (self->peers);
}

const AppClass APP_RECEIVE_CLASS = { .kind = APP_RECEIVE,
                                     .size = sizeof (Receive),
                                     .start = receive_start,
                                     .ready = receive_ready,
                                     .end = receive_end };
