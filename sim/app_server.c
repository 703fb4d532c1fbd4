// SPDX-License-Identifier: MIT
#include "sim/app_server.h"
#include "stack/wire_ip.h"

static void
connection_free (void *data)
{
  AppConnection *connection = data;
  if (connection->server->class->clear)
    connection->server->class->clear (connection);
  g_free (connection);
}

void
app_server_start (AppServer *server, const AppServerClass *class)
{
  server->class = class;
  server->connections =
      g_hash_table_new_full (NULL, NULL, NULL, connection_free);
  server->socket = app_socket_serve (&server->app);
}

static void
tell (AppServer *server, AppConnection *connection, unsigned poll)
{
  if (server->class->ready (connection, poll))
    return;
  int socket = connection->socket;
  g_hash_table_remove (server->connections, GINT_TO_POINTER (socket));
  app_socket_close (&server->app, socket);
}

static void
accept_all (AppServer *server)
{
  Stack *stack = host_stack (server->app.host);
  Endpoint remote;
  int socket;
  while ((socket = app_socket_accept (&server->app, server->socket, &remote))
         > 0)
    {
      AppConnection *connection = g_malloc0 (server->class->connection_size);
      connection->server = server;
      connection->socket = socket;
      connection->remote = remote;
      g_hash_table_insert (server->connections, GINT_TO_POINTER (socket),
                           connection);
      if (server->class->open)
        server->class->open (connection);
      tell (server, connection, socket_poll (stack, socket));
    }
}

void
app_server_ready (AppServer *server, int socket, unsigned poll)
{
  AppConnection *connection =
      g_hash_table_lookup (server->connections, GINT_TO_POINTER (socket));
  if (connection)
    tell (server, connection, poll);
  else if (socket != server->socket || !(poll & SOCKET_READABLE))
    return;
  else if (server->app.spec->protocol == PROTOCOL_UDP)
    server->class->datagrams (server);
  else
    accept_all (server);
}

void
app_server_end (AppServer *server)
{
  g_hash_table_unref (server->connections);
}
