// SPDX-License-Identifier: MIT
/* The first three steps: create, bind, listen or connect (and accept). */
#include "stack/address.h"
#include "tools/shell.h"

#include <errno.h>
#include <string.h>

#define BACKLOG 16

void
shell_create (Shell *shell)
{
  const char *protocol = shell_word (shell, 1), *family = shell_word (shell, 2);
  SocketFamily is_family = SOCKET_IPV4;
  SocketType type = SOCKET_STREAM;
  int handle;

  if (strcmp (protocol, "udp") == 0)
    type = SOCKET_DATAGRAM;
  else if (strcmp (protocol, "tcp") != 0)
    {
      shell_refuse (shell, "'%s' is no type of socket: tcp and udp are",
                    protocol);
      return;
    }
  if (family != NULL && strcmp (family, "6") == 0)
    is_family = SOCKET_IPV6;
  else if (family != NULL && strcmp (family, "4") != 0)
    {
      shell_refuse (shell, "'%s' is no IP version: 4 and 6 are", family);
      return;
    }
  handle = socket_new (shell_stack (shell), is_family, type);
  if (handle < 0)
    {
      shell_fail (shell, NULL, handle, NULL);
      return;
    }
  shell->subject = shell_add_socket (shell, handle, is_family, type);
  shell_tell (shell, "%s, a %s socket over IPv%c", shell->subject->name,
              type == SOCKET_STREAM ? "stream" : "datagram",
              is_family == SOCKET_IPV4 ? '4' : '6');
}

void
shell_bind (Shell *shell)
{
  ShellSocket *socket = shell_take_socket (shell, 1);
  const ScenarioHost *host =
      g_ptr_array_index (shell->scenario->hosts, shell->at);
  char text[ENDPOINT_TEXT_MAX];
  Stack *stack = shell_stack (shell);
  Endpoint local;
  int result;

  if (socket == NULL
      || !shell_address_read (shell, socket, shell_word (shell, 2), true,
                              &local))
    return;
  /* Programs of the scenario may bind any port, who sits here may not. */
  stack_set_privileged (stack, host->privileged);
  result = socket_bind (stack, socket->handle, &local);
  stack_set_privileged (stack, true);
  app_log_call (&socket->app, "bind", socket->handle, NULL, result);
  if (result < 0)
    {
      shell_fail (shell, socket, result, &local);
      return;
    }
  socket_local (stack, socket->handle, &local);
  shell_tell (shell, "%s is %s", socket->name, endpoint_format (&local, text));
  shell_note (shell, NOTE_BIND);
}

void
shell_listen (Shell *shell)
{
  ShellSocket *socket = shell_take_socket (shell, 1);
  const char *word = shell_word (shell, 2);
  guint64 backlog = BACKLOG;
  Endpoint local;
  int result;

  if (socket == NULL)
    return;
  if (word != NULL
      && !g_ascii_string_to_unsigned (word, 10, 0, INT32_MAX, &backlog, NULL))
    {
      shell_refuse (shell, "'%s' is no number of connections", word);
      return;
    }
  socket_local (shell_stack (shell), socket->handle, &local);
  result = socket_listen (shell_stack (shell), socket->handle, (int) backlog);
  app_log_call (&socket->app, "listen", socket->handle, NULL, result);
  if (result < 0)
    shell_fail (shell, socket, result, NULL);
  else
    {
      shell_note (shell, NOTE_LISTEN);
      if (local.port == 0)
        shell_note (shell, NOTE_EPHEMERAL);
    }
}

/* "10.0.0.1:50123 <-> 10.0.0.2:7777" */
static void
tell_ends (Shell *shell, const ShellSocket *socket)
{
  char own[ENDPOINT_TEXT_MAX], other[ENDPOINT_TEXT_MAX];
  Endpoint local, remote;

  if (socket_local (shell_stack (shell), socket->handle, &local) < 0
      || socket_remote (shell_stack (shell), socket->handle, &remote) < 0)
    return;
  shell_tell_behind (shell, "%s <-> %s", endpoint_format (&local, own),
                     endpoint_format (&remote, other));
  if (socket->family == SOCKET_IPV6 && address_is_ipv4 (&remote.address))
    shell_note (shell, NOTE_MAPPED);
}

/* Waits for the handshake; 0 or a negative errno value. */
static int
finish_connect (Shell *shell, const ShellSocket *socket)
{
  int result = 0;

  shell_time_begin (shell, shell->limit);
  for (;;)
    {
      unsigned poll = socket_poll (shell_stack (shell), socket->handle);

      if (poll & SOCKET_ERROR)
        result = -socket_error (shell_stack (shell), socket->handle);
      if (poll & (SOCKET_ERROR | SOCKET_WRITABLE | SOCKET_HANGUP))
        break;
      result = -EAGAIN;
      if (!shell_time_next (shell, false))
        break;
      result = 0;
    }
  shell_time_end (shell);
  return result;
}

void
shell_connect (Shell *shell)
{
  ShellSocket *socket = shell_take_socket (shell, 1);
  Stack *stack = shell_stack (shell);
  Endpoint remote, before, after;
  int result;

  if (socket == NULL
      || !shell_address_read (shell, socket, shell_word (shell, 2), false,
                              &remote))
    return;
  socket_local (stack, socket->handle, &before);
  result = socket_connect (stack, socket->handle, &remote);
  app_log_call (&socket->app, "connect", socket->handle, &remote, result);
  shell_time_pump (shell);
  if (result == -EINPROGRESS)
    result = finish_connect (shell, socket);
  if (result < 0)
    {
      shell_fail (shell, socket, result, &remote);
      return;
    }
  tell_ends (shell, socket);
  shell_note (shell, socket->type == SOCKET_STREAM ? NOTE_CONNECT_STREAM
                                                   : NOTE_CONNECT_DATAGRAM);
  if (before.port == 0 && socket_local (stack, socket->handle, &after) == 0)
    shell_note (shell, NOTE_EPHEMERAL);
}

void
shell_accept (Shell *shell)
{
  ShellSocket *socket = shell_take_socket (shell, 1), *accepted;
  Stack *stack = shell_stack (shell);
  SocketInfo info;
  int result;

  if (socket == NULL)
    return;
  shell_time_begin (shell, shell->limit);
  do
    result = socket_accept (stack, socket->handle, NULL);
  while (result == -EAGAIN && shell_time_next (shell, false));
  shell_time_end (shell);
  app_log_call (&socket->app, "accept", socket->handle, NULL, result);
  if (result < 0)
    {
      shell_fail (shell, socket, result, NULL);
      return;
    }
  accepted = shell_add_socket (shell, result, socket->family, SOCKET_STREAM);
  socket_info (stack, result, &info);
  accepted->state = tcp_state_name (info.state);
  shell->subject = accepted;
  shell_tell (shell, "%s", accepted->name);
  tell_ends (shell, accepted);
  shell_note (shell, NOTE_ACCEPT);
}
