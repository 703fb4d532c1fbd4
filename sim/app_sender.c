// SPDX-License-Identifier: MIT
#include "sim/app_sender.h"
#include "stack/wire_ip.h"

bool
app_sender_is_stream (const AppSender *sender)
{
  return sender->app.spec->protocol == PROTOCOL_TCP;
}

static void
finish (AppSender *sender)
{
  app_socket_close (&sender->app, sender->socket);
  app_finish (&sender->app);
}

void
app_sender_fail (AppSender *sender, const char *what, int error)
{
  app_fail (&sender->app, what, error);
  if (sender->socket > 0)
    app_socket_close (&sender->app, sender->socket);
}

bool
app_sender_connect (AppSender *sender,
                    void (*feed) (AppSender *sender, Time now))
{
  sender->feed = feed;
  sender->socket = app_socket_connect (&sender->app);
  sender->connected = sender->socket >= 0 && !app_sender_is_stream (sender);
  return sender->socket >= 0;
}

void
app_sender_begin (AppSender *sender, Time now)
{
  if (sender->connected && !sender->all_sent)
    sender->feed (sender, now);
}

void
app_sender_end (AppSender *sender)
{
  sender->all_sent = true;
  if (app_sender_is_stream (sender))
    app_socket_end (&sender->app, sender->socket);
  if (!app_sender_is_stream (sender) || sender->peer_ended)
    finish (sender);
}

void
app_sender_wake (App *app, Time now)
{
  app_sender_begin ((AppSender *) app, now);
}

void
app_sender_ready (App *app, int socket, unsigned poll, Time now)
{
  AppSender *sender = (AppSender *) app;
  bool stream = app_sender_is_stream (sender);
  if (poll & SOCKET_ERROR && stream)
    {
      int error = app_socket_error (app, socket);
      app_sender_fail (sender, sender->connected ? "stream" : "connect", error);
      return;
    }
  if (poll & SOCKET_WRITABLE && !sender->all_sent)
    {
      sender->connected = true;
      sender->feed (sender, now);
    }
  if (app->finished || sender->peer_ended || !(poll & SOCKET_READABLE))
    return;
  int ended = app_socket_drain (app, socket);
  if (ended < 0 && stream)
    app_sender_fail (sender, "receive", ended);
  sender->peer_ended = ended > 0 && stream;
  if (sender->peer_ended && sender->all_sent)
    finish (sender);
}
