// SPDX-License-Identifier: MIT
/* What all apps that wait have in common: one socket for both families on the
 * app's port; of streams, one connection for each peer. */
#pragma once

#include "sim/app_socket.h"

typedef struct AppServer AppServer;

/* Embedded first by what a kind of app remembers of one stream. */
typedef struct
{
  AppServer *server;
  int socket;
  Endpoint remote;
} AppConnection;

typedef struct
{
  size_t connection_size;
  /* The connection is new. */
  void (*open) (AppConnection *connection);
  /* SOCKET may have changed; false: close the connection. */
  bool (*ready) (AppConnection *connection, unsigned poll);
  /* Gives back what the connection holds; may be NULL. */
  void (*clear) (AppConnection *connection);
  /* The datagram socket has something; NULL: streams only. */
  void (*datagrams) (AppServer *server);
} AppServerClass;

struct AppServer
{
  App app;
  const AppServerClass *class;
  int socket;
  GHashTable *connections; /* socket > AppConnection, owned */
};

/* For the app's start, ready and end. */
void app_server_start (AppServer *server, const AppServerClass *class);
void app_server_ready (AppServer *server, int socket, unsigned poll);
void app_server_end (AppServer *server);
