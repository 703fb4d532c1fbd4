// SPDX-License-Identifier: MIT
/* Sends numbered messages at fixed times: message k is due at start +
 * (k - 1) * every, over either type of socket, so that both can be compared.
 * A stream sends the late ones on connect. */
#include "sim/app_kinds.h"
#include "sim/app_socket.h"
#include "sim/message.h"
#include "stack/wire_ip.h"
#include <errno.h>

/* How much of a message is put together at a time; datagrams are whole. */
#define PIECE_MAX 65536

typedef struct
{
  App app;
  int socket;
  bool connected, all_sent, peer_ended;
  uint64_t next; /* message to send, 1, 2, ... */
  size_t offset; /* of it that was taken already */
} Messages;

static bool
is_stream (const Messages *self)
{
  return self->app.spec->protocol == PROTOCOL_TCP;
}

static void
finish (Messages *self)
{
  app_socket_close (&self->app, self->socket);
  app_finish (&self->app);
}

static void
fail (Messages *self, const char *what, int error)
{
  app_fail (&self->app, what, error);
  app_socket_close (&self->app, self->socket);
}

/* An ICMP error of an earlier datagram is told once, by a later call, which
 * then did nothing: so try again. */
static ssize_t
send_piece (Messages *self, const char *bytes, size_t length)
{
  ssize_t sent = app_socket_send (&self->app, self->socket, bytes, length);
  if (sent == -ECONNREFUSED && !is_stream (self))
    sent = app_socket_send (&self->app, self->socket, bytes, length);
  return sent;
}

/* 1: all of the message was taken, 0: no room now, < 0: the error. */
static int
send_next (Messages *self)
{
  const ScenarioApp *spec = self->app.spec;
  size_t size = message_size (self->next, spec->count, spec->size);
  char piece[PIECE_MAX];
  while (self->offset < size)
    {
      size_t length = MIN (size - self->offset, sizeof piece);
      message_write (self->next, spec->count, spec->size, self->offset, piece,
                     length);
      ssize_t sent = send_piece (self, piece, length);
      if (sent < 0)
        return sent == -EAGAIN ? 0 : (int) sent;
      self->offset += (size_t) sent;
    }
  app_log_message (&self->app, self->socket, NULL, false, self->next,
                   spec->count);
  self->next++;
  self->offset = 0;
  return 1;
}

static void
end_sending (Messages *self)
{
  self->all_sent = true;
  if (is_stream (self))
    app_socket_end (&self->app, self->socket);
  /* A stream is over when the peer has ended its direction too. */
  if (!is_stream (self) || self->peer_ended)
    finish (self);
}

static void
send_due (Messages *self, Time now)
{
  const ScenarioApp *spec = self->app.spec;
  for (;;)
    {
      if (spec->count > 0 && self->next > spec->count)
        {
          end_sending (self);
          return;
        }
      Time due = spec->at + (Time) (self->next - 1) * spec->every;
      if (due > now)
        {
          app_wake_at (&self->app, due);
          return;
        }
      int result = send_next (self);
      if (result < 0)
        fail (self, "send", result);
      if (result <= 0)
        return;
    }
}

static void
messages_start (App *app, Time now)
{
  Messages *self = (Messages *) app;
  self->next = 1;
  self->socket = app_socket_connect (app);
  if (self->socket < 0)
    return;
  /* Each message is to leave when it is due, not when Nagle likes. */
  if (is_stream (self))
    socket_option_set (host_stack (app->host), self->socket,
                       SOCKET_OPTION_NODELAY, 1);
  self->connected = !is_stream (self);
  if (self->connected)
    send_due (self, now);
}

static void
messages_wake (App *app, Time now)
{
  Messages *self = (Messages *) app;
  if (self->connected && !self->all_sent)
    send_due (self, now);
}

static void
messages_ready (App *app, int socket, unsigned poll, Time now)
{
  Messages *self = (Messages *) app;
  if (poll & SOCKET_ERROR && is_stream (self))
    {
      int error = app_socket_error (app, socket);
      fail (self, self->connected ? "stream" : "connect", error);
      return;
    }
  if (poll & SOCKET_WRITABLE && !self->all_sent)
    {
      self->connected = true;
      send_due (self, now);
    }
  if (app->finished || self->peer_ended || !(poll & SOCKET_READABLE))
    return;
  int ended = app_socket_drain (app, socket);
  if (ended < 0 && is_stream (self))
    fail (self, "receive", ended);
  self->peer_ended = ended > 0 && is_stream (self);
  if (self->peer_ended && self->all_sent)
    finish (self);
}

const AppClass APP_MESSAGES_CLASS = { .kind = APP_MESSAGES,
                                      .initiates = true,
                                      .size = sizeof (Messages),
                                      .start = messages_start,
                                      .ready = messages_ready,
                                      .wake = messages_wake };
