// SPDX-License-Identifier: MIT
/* The small servers of old: echo (RFC 862), discard (RFC 863) and character
 * generator (RFC 864), over streams and datagrams. */
#include "sim/app_incoming.h"
#include "sim/app_kinds.h"
#include "sim/app_server.h"
#include <errno.h>
#include <string.h>

#define PIECE_MAX 16384
#define DATAGRAM  65535
#define LINE      74 /* RFC 864: 72 characters, CR, LF */
#define SHOWN     72
#define PRINTABLE 95
#define GENERATED (PRINTABLE * LINE) /* then the pattern begins again */

/* Bytes that came and have not gone back yet. */
typedef struct
{
  AppConnection connection;
  AppIncoming incoming;
  uint8_t piece[PIECE_MAX];
  size_t length, taken;
} Echo;

typedef struct
{
  AppConnection connection;
  AppIncoming incoming;
} Discard;

typedef struct
{
  AppConnection connection;
  uint64_t offset;
} Chargen;

/* False: the connection is over. */
static bool
echo_read (Echo *echo)
{
  AppConnection *connection = &echo->connection;
  ssize_t got =
      app_socket_receive (&connection->server->app, connection->socket,
                          echo->piece, sizeof echo->piece);
  echo->taken = 0;
  echo->length = got > 0 ? (size_t) got : 0;
  if (got > 0)
    app_incoming_stream (&echo->incoming, &connection->server->app,
                         connection->socket, &connection->remote, echo->piece,
                         echo->length);
  return got > 0 || got == -EAGAIN;
}

static bool
echo_ready (AppConnection *connection, unsigned poll)
{
  Echo *echo = (Echo *) connection;
  for (;;)
    {
      if (echo->taken == echo->length)
        {
          if (!echo_read (echo))
            return false;
          if (echo->length == 0)
            return true;
        }
      ssize_t sent = app_socket_send (
          &connection->server->app, connection->socket,
          echo->piece + echo->taken, echo->length - echo->taken);
      if (sent < 0)
        return sent == -EAGAIN;
      echo->taken += (size_t) sent;
    }
}

static bool
discard_ready (AppConnection *connection, unsigned poll)
{
  Discard *discard = (Discard *) connection;
  App *app = &connection->server->app;
  uint8_t piece[PIECE_MAX];
  ssize_t got;
  while (
      (got = app_socket_receive (app, connection->socket, piece, sizeof piece))
      > 0)
    app_incoming_stream (&discard->incoming, app, connection->socket,
                         &connection->remote, piece, (size_t) got);
  return got == -EAGAIN;
}

/* Character i of the pattern of RFC 864: each line begins one further. */
static void
generate (uint64_t offset, uint8_t *bytes, size_t length)
{
  for (size_t i = 0; i < length; i++)
    {
      unsigned place = (unsigned) ((offset + i) % GENERATED);
      unsigned line = place / LINE, column = place % LINE;
      bytes[i] = column == SHOWN ? '\r'
                 : column == SHOWN + 1
                     ? '\n'
                     : (uint8_t) (' ' + (line + column) % PRINTABLE);
    }
}

static bool
chargen_ready (AppConnection *connection, unsigned poll)
{
  Chargen *chargen = (Chargen *) connection;
  App *app = &connection->server->app;
  if (app_socket_drain (app, connection->socket) != 0)
    return false;
  for (;;)
    {
      uint8_t piece[PIECE_MAX];
      generate (chargen->offset, piece, sizeof piece);
      ssize_t sent =
          app_socket_send (app, connection->socket, piece, sizeof piece);
      if (sent < 0)
        return sent == -EAGAIN;
      chargen->offset += (uint64_t) sent;
    }
}

/* Hears of each datagram; ANSWER may be NULL. An answer for which there is no
 * room is lost, as datagrams may be. */
static void
answer_datagrams (AppServer *server,
                  size_t (*answer) (uint8_t *bytes, size_t length))
{
  uint8_t bytes[DATAGRAM];
  uint64_t offset, total;
  Endpoint remote;
  for (;;)
    {
      ssize_t got = app_socket_receive_from (&server->app, server->socket,
                                             bytes, sizeof bytes, &remote);
      if (got < 0)
        return;
      app_incoming_datagram (&server->app, server->socket, &remote, bytes,
                             (size_t) got, &offset, &total);
      if (!answer)
        continue;
      size_t length = answer (bytes, (size_t) got);
      app_socket_send_to (&server->app, server->socket, bytes, length, &remote);
    }
}

static size_t
answer_same (uint8_t *bytes, size_t length)
{
  return length;
}

static size_t
answer_line (uint8_t *bytes, size_t length)
{
  generate (0, bytes, LINE);
  return LINE;
}

static void
echo_datagrams (AppServer *server)
{
  answer_datagrams (server, answer_same);
}

static void
discard_datagrams (AppServer *server)
{
  answer_datagrams (server, NULL);
}

static void
chargen_datagrams (AppServer *server)
{
  answer_datagrams (server, answer_line);
}

static const AppServerClass ECHO_SERVER = { .connection_size = sizeof (Echo),
                                            .ready = echo_ready,
                                            .datagrams = echo_datagrams };
static const AppServerClass DISCARD_SERVER = { .connection_size =
                                                   sizeof (Discard),
                                               .ready = discard_ready,
                                               .datagrams = discard_datagrams };
static const AppServerClass CHARGEN_SERVER = { .connection_size =
                                                   sizeof (Chargen),
                                               .ready = chargen_ready,
                                               .datagrams = chargen_datagrams };

static void
start (App *app, Time now)
{
  const AppServerClass *class = app->class == &APP_ECHO_CLASS ? &ECHO_SERVER
                                : app->class == &APP_DISCARD_CLASS
                                    ? &DISCARD_SERVER
                                    : &CHARGEN_SERVER;
  app_server_start ((AppServer *) app, class);
}

static void
ready (App *app, int socket, unsigned poll, Time now)
{
  app_server_ready ((AppServer *) app, socket, poll);
}

static void
end (App *app)
{
  app_server_end ((AppServer *) app);
}

const AppClass APP_ECHO_CLASS = { .kind = APP_ECHO,
                                  .size = sizeof (AppServer),
                                  .start = start,
                                  .ready = ready,
                                  .end = end };
const AppClass APP_DISCARD_CLASS = { .kind = APP_DISCARD,
                                     .size = sizeof (AppServer),
                                     .start = start,
                                     .ready = ready,
                                     .end = end };
const AppClass APP_CHARGEN_CLASS = { .kind = APP_CHARGEN,
                                     .size = sizeof (AppServer),
                                     .start = start,
                                     .ready = ready,
                                     .end = end };
