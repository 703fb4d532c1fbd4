// SPDX-License-Identifier: MIT
/* Sends numbered messages at fixed times: message k is due at start +
 * (k - 1) * every, over either type of socket, so that both can be compared.
 * A stream sends the late ones on connect. */
#include "sim/app_kinds.h"
#include "sim/app_sender.h"
#include "sim/message.h"
#include <errno.h>

/* How much of a message is put together at a time; datagrams are whole. */
#define PIECE_MAX 65536

typedef struct
{
  AppSender sender;
  uint64_t next;  /* message to send, 1, 2, ... */
  size_t offset;  /* of it that was taken already */
  uint64_t taken; /* bytes of the stream so far */
} Messages;

/* An ICMP error of an earlier datagram is told once, by a later call, which
 * then did nothing: so try again. */
static ssize_t
send_piece (Messages *self, const char *bytes, size_t length)
{
  ssize_t sent =
      app_socket_send (&self->sender.app, self->sender.socket, bytes, length);
  if (sent == -ECONNREFUSED && !app_sender_is_stream (&self->sender))
    sent =
        app_socket_send (&self->sender.app, self->sender.socket, bytes, length);
  return sent;
}

/* What the stream has taken of a message. */
static void
log_taken (Messages *self, ssize_t length)
{
  if (!app_sender_is_stream (&self->sender))
    return;
  app_log_bytes (&self->sender.app, self->sender.socket, NULL, false,
                 self->taken, self->taken + (uint64_t) length);
  self->taken += (uint64_t) length;
}

/* 1: all of the message was taken, 0: no room now, < 0: the error. */
static int
send_next (Messages *self)
{
  const ScenarioApp *spec = self->sender.app.spec;
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
      log_taken (self, sent);
    }
  app_log_message (&self->sender.app, self->sender.socket, NULL, false,
                   self->next, spec->count);
  self->next++;
  self->offset = 0;
  return 1;
}

static void
send_due (AppSender *sender, Time now)
{
  Messages *self = (Messages *) sender;
  const ScenarioApp *spec = sender->app.spec;
  for (;;)
    {
      if (spec->count > 0 && self->next > spec->count)
        {
          app_sender_end (sender);
          return;
        }
      Time due = spec->at + (Time) (self->next - 1) * spec->every;
      if (due > now)
        {
          app_wake_at (&sender->app, due);
          return;
        }
      int result = send_next (self);
      if (result < 0)
        app_sender_fail (sender, "send", result);
      if (result <= 0)
        return;
    }
}

static void
messages_start (App *app, Time now)
{
  Messages *self = (Messages *) app;
  self->next = 1;
  if (!app_sender_connect (&self->sender, send_due))
    return;
  /* Each message is to leave when it is due, not when Nagle likes. */
  if (app_sender_is_stream (&self->sender))
    socket_option_set (host_stack (app->host), self->sender.socket,
                       SOCKET_OPTION_NODELAY, 1);
  app_sender_begin (&self->sender, now);
}

const AppClass APP_MESSAGES_CLASS = { .kind = APP_MESSAGES,
                                      .initiates = true,
                                      .size = sizeof (Messages),
                                      .start = messages_start,
                                      .ready = app_sender_ready,
                                      .wake = app_sender_wake };
