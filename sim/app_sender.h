// SPDX-License-Identifier: MIT
/* What apps that send on one socket to one peer have in common: connecting,
 * going on when there is room or it is time, and the end: a stream is over
 * when the peer has ended its direction too. */
#pragma once

#include "sim/app_socket.h"

typedef struct AppSender AppSender;

/* Embedded first; zero-initialised. */
struct AppSender
{
  App app;
  int socket;
  bool connected, all_sent, peer_ended;
  /* Sends what is due and fits; says app_sender_end when that was all. */
  void (*feed) (AppSender *sender, Time now);
};

bool app_sender_is_stream (const AppSender *sender);

/* A socket on its way to the peer; false: the app has failed. */
bool app_sender_connect (AppSender *sender,
                         void (*feed) (AppSender *sender, Time now));

/* Datagrams may be sent at once: begins, if it may. */
void app_sender_begin (AppSender *sender, Time now);

/* All is handed to the socket. */
void app_sender_end (AppSender *sender);

/* Ends the app because of an error, see app_fail. */
void app_sender_fail (AppSender *sender, const char *what, int error);

/* For the app's class. */
void app_sender_wake (App *app, Time now);
void app_sender_ready (App *app, int socket, unsigned poll, Time now);
