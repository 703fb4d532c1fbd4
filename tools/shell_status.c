// SPDX-License-Identifier: MIT
/* The sockets as ss(8) shows them. */
#include "stack/address.h"
#include "tools/shell.h"
#include "tools/wrap.h"

#include <stdio.h>
#include <string.h>

enum
{
  HOST,
  SOCKET_NAME,
  TYPE,
  STATE,
  RECEIVE_QUEUE,
  SEND_QUEUE,
  LOCAL,
  REMOTE,
  COLUMNS
};

typedef struct
{
  char cells[COLUMNS][ENDPOINT_TEXT_MAX];
  char *detail; /* or NULL */
} StatusRow;

static void
clear_row (void *data)
{
  g_free (((StatusRow *) data)->detail);
}

static void
put (StatusRow *row, unsigned column, const char *text)
{
  g_strlcpy (row->cells[column], text, ENDPOINT_TEXT_MAX);
}

/* "*": none yet. */
static void
put_end (StatusRow *row, unsigned column, const Endpoint *end)
{
  char text[ENDPOINT_TEXT_MAX];

  put (row, column, end->port == 0 ? "*" : endpoint_format (end, text));
}

static bool
is_connected (TcpState state)
{
  return state != TCP_CLOSED && state != TCP_LISTEN && state != TCP_SYN_SENT;
}

static void
put_open (StatusRow *row, const ShellSocket *socket)
{
  Stack *stack = host_stack (socket->app.host);
  Endpoint local = { .port = 0 }, remote = { .port = 0 };
  SocketInfo info;

  socket_local (stack, socket->handle, &local);
  socket_remote (stack, socket->handle, &remote);
  socket_info (stack, socket->handle, &info);
  put_end (row, LOCAL, &local);
  put_end (row, REMOTE, &remote);
  g_snprintf (row->cells[RECEIVE_QUEUE], ENDPOINT_TEXT_MAX, "%zu",
              info.receive_queue);
  g_snprintf (row->cells[SEND_QUEUE], ENDPOINT_TEXT_MAX, "%zu",
              info.send_queue);
  if (socket->type == SOCKET_STREAM && is_connected (info.state))
    row->detail =
        shell_info (&info, host_node (socket->app.host)->network->sim.now);
}

/* Only its stack still knows it. */
static void
put_closed (StatusRow *row, const ShellSocket *socket)
{
  g_snprintf (row->cells[SOCKET_NAME], ENDPOINT_TEXT_MAX, "(%s)", socket->name);
  put_end (row, LOCAL, &socket->local);
  put_end (row, REMOTE, &socket->remote);
}

static const char *
state_of (const ShellSocket *socket)
{
  if (socket->type == SOCKET_STREAM)
    return socket->state;
  return socket->closed ? "CLOSED" : "-";
}

static void
add_row (GArray *rows, const ShellSocket *socket)
{
  StatusRow row = { .detail = NULL };

  put (&row, HOST, host_node (socket->app.host)->name);
  put (&row, SOCKET_NAME, socket->name);
  put (&row, TYPE, socket->type == SOCKET_STREAM ? "tcp" : "udp");
  put (&row, STATE, state_of (socket));
  if (socket->closed)
    put_closed (&row, socket);
  else
    put_open (&row, socket);
  g_array_append_val (rows, row);
}

static void
print_rows (const GArray *rows)
{
  int widths[COLUMNS] = { 0 };

  for (unsigned i = 0; i < rows->len; i++)
    for (unsigned column = 0; column < COLUMNS; column++)
      widths[column] =
          MAX (widths[column],
               (int) strlen (g_array_index (rows, StatusRow, i).cells[column]));
  for (unsigned i = 0; i < rows->len; i++)
    {
      const StatusRow *row = &g_array_index (rows, StatusRow, i);

      for (unsigned column = 0; column < REMOTE; column++)
        printf (column == RECEIVE_QUEUE || column == SEND_QUEUE ? "%*s "
                                                                : "%-*s ",
                widths[column], row->cells[column]);
      printf ("%s\n", row->cells[REMOTE]);
      if (row->detail != NULL)
        {
          fputs ("  ", stdout);
          wrap_print_parts (row->detail, " ", 2, "  ");
        }
    }
}

void
shell_status (Shell *shell)
{
  static const StatusRow head = {
    .cells = { "host", "socket", "type", "state", "recv-q", "send-q", "local",
               "remote" },
  };
  const char *only = shell_word (shell, 1);
  GArray *rows = g_array_new (false, false, sizeof (StatusRow));

  if (only != NULL && network_find_node (shell->network, only) == NULL)
    shell_refuse (shell, "there is no host '%s'; 'hosts' lists them", only);
  g_array_set_clear_func (rows, clear_row);
  g_array_append_val (rows, head);
  for (unsigned i = 0; i < shell->sockets->len; i++)
    {
      const ShellSocket *socket = g_ptr_array_index (shell->sockets, i);

      if ((only == NULL
           || strcmp (only, host_node (socket->app.host)->name) == 0)
          && !(socket->closed && strcmp (state_of (socket), "CLOSED") == 0))
        add_row (rows, socket);
    }
  if (shell->trouble->len == 0)
    print_rows (rows);
  g_array_unref (rows);
}
