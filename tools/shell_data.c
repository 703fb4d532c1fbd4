// SPDX-License-Identifier: MIT
/* The fourth step, send and receive, and the end: shutdown, close. */
#include "sim/pattern.h"
#include "sim/units.h"
#include "stack/address.h"
#include "tools/shell.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define SIZE_MAX_SENT ((uint64_t) 64 << 20)
#define RECEIVE_SIZE  65536
#define SHOWN_MAX     60

/* What is to be sent: a text, or a size with its unit. NULL: refused. */
static uint8_t *
make_bytes (Shell *shell, const ShellSocket *socket, size_t *length)
{
  const ShellWord *word = shell_words_get (shell->words, 2);
  size_t size = strlen (word->text);
  uint64_t number;
  uint8_t *bytes;

  *length = size;
  if (word->quoted || size == 0 || !g_ascii_isdigit (word->text[0])
      || g_ascii_isdigit (word->text[size - 1])
      || unit_parse_size (word->text, &number) != NULL)
    return (uint8_t *) g_strdup (word->text);
  if (number > SIZE_MAX_SENT)
    {
      shell_refuse (shell, "64mb are enough for one send");
      return NULL;
    }
  *length = (size_t) number;
  bytes = g_malloc (*length + 1);
  pattern_fill (socket->type == SOCKET_STREAM ? socket->sent : 0, bytes,
                *length);
  return bytes;
}

static bool
is_nameless (const Shell *shell, const ShellSocket *socket)
{
  Endpoint local;

  return socket_local (shell_stack (shell), socket->handle, &local) == 0
         && local.port == 0;
}

static ssize_t
send_part (Shell *shell,
           const ShellSocket *socket,
           const uint8_t *bytes,
           size_t length,
           const Endpoint *remote)
{
  Stack *stack = shell_stack (shell);
  ssize_t result =
      remote != NULL
          ? socket_send_to (stack, socket->handle, bytes, length, remote)
          : socket_send (stack, socket->handle, bytes, length);

  shell_time_pump (shell);
  return result;
}

/* All of it, however long that takes; *DONE tells how far it came. */
static ssize_t
send_all (Shell *shell,
          const ShellSocket *socket,
          const uint8_t *bytes,
          size_t length,
          const Endpoint *remote,
          size_t *done)
{
  ssize_t result;

  *done = 0;
  shell_time_begin (shell, shell->limit);
  do
    {
      result = send_part (shell, socket, bytes + *done, length - *done, remote);
      if (result > 0)
        *done += (size_t) result;
    }
  while ((result >= 0 && *done < length)
         || (result == -EAGAIN && shell_time_next (shell, false)));
  shell_time_end (shell);
  return result;
}

/* "to PEER" at the end. False: refused. */
static bool
take_peer (Shell *shell, const ShellSocket *socket, Endpoint *peer)
{
  const char *to = shell_word (shell, 3), *text = shell_word (shell, 4);

  if (strcmp (to, "to") == 0 && text != NULL)
    return shell_address_read (shell, socket, text, false, peer);
  shell_refuse (shell, "a text of several words is written in \"...\"; only "
                       "'to PEER:PORT' can follow it");
  return false;
}

static void
tell_sent (Shell *shell,
           ShellSocket *socket,
           size_t length,
           const Endpoint *remote)
{
  char text[ENDPOINT_TEXT_MAX];

  shell_tell (shell, "%zu byte%s", length, length == 1 ? "" : "s");
  if (remote != NULL)
    shell_tell_behind (shell, "to %s", endpoint_format (remote, text));
  if (socket->type == SOCKET_STREAM && length > 0)
    {
      app_log_bytes (&socket->app, socket->handle, NULL, false, socket->sent,
                     socket->sent + length);
      socket->sent += length;
    }
  if (socket->type == SOCKET_DATAGRAM && shell->watch.sent > 1)
    shell_note (shell, NOTE_FRAGMENTS);
  if (socket->type == SOCKET_DATAGRAM)
    shell_note (shell, NOTE_SEND_DATAGRAM);
  else
    shell_note (shell,
                shell->watch.sent > 0 ? NOTE_SEND_STREAM : NOTE_SEND_LATER);
}

void
shell_send (Shell *shell)
{
  ShellSocket *socket = shell_take_socket (shell, 1);
  Endpoint peer, *remote = NULL;
  bool nameless;
  size_t length, done;
  uint8_t *bytes;
  ssize_t result;

  if (socket == NULL)
    return;
  if (shell_word (shell, 3) != NULL)
    {
      remote = &peer;
      if (!take_peer (shell, socket, remote))
        return;
    }
  bytes = make_bytes (shell, socket, &length);
  if (bytes == NULL)
    return;
  nameless = is_nameless (shell, socket);
  result = send_all (shell, socket, bytes, length, remote, &done);
  app_log_call (&socket->app, "send", socket->handle, remote,
                done > 0 ? (int64_t) done : result);
  g_free (bytes);
  if (result >= 0 || done > 0)
    tell_sent (shell, socket, done, remote);
  if (result >= 0 && nameless)
    shell_note (shell, NOTE_EPHEMERAL);
  if (result < 0)
    shell_fail (shell, socket, (int) result, remote);
}

/* The first line of what was received, as far as it is text. */
static void
tell_text (Shell *shell, const uint8_t *bytes, size_t length)
{
  GString *text = g_string_new (NULL);
  size_t shown;

  for (shown = 0; shown < length && text->len < SHOWN_MAX; shown++)
    if (bytes[shown] >= 0x20 && bytes[shown] <= 0x7e)
      g_string_append_c (text, (char) bytes[shown]);
    else
      g_string_append_printf (text, "\\x%02x", bytes[shown]);
  if (length > 0)
    shell_tell (shell, "\"%s\"%s", text->str, shown < length ? "..." : "");
  g_string_free (text, true);
}

static void
tell_received (Shell *shell,
               ShellSocket *socket,
               const uint8_t *bytes,
               size_t length,
               const SocketMessage *message)
{
  bool stream = socket->type == SOCKET_STREAM;
  char text[ENDPOINT_TEXT_MAX];

  shell_tell (shell, "%zu byte%s", length, length == 1 ? "" : "s");
  tell_text (shell, bytes, length);
  if (!stream)
    shell_tell (shell, "from %s", endpoint_format (&message->remote, text));
  if (!stream && message->length > length)
    {
      shell_tell (shell, "cut: it had %zu", message->length);
      shell_note (shell, NOTE_CUT);
    }
  if (!stream && socket->family == SOCKET_IPV6
      && address_is_ipv4 (&message->remote.address))
    shell_note (shell, NOTE_MAPPED);
  if (stream)
    shell_note (shell, length == 0 ? NOTE_END : NOTE_RECEIVE_STREAM);
}

/* The size of word 2; 0: refused. */
static size_t
take_size (Shell *shell)
{
  const char *word = shell_word (shell, 2);
  uint64_t size = RECEIVE_SIZE;
  const char *wrong = word != NULL ? unit_parse_size (word, &size) : NULL;

  if (wrong != NULL)
    shell_refuse (shell, "'%s' %s", word, wrong);
  else if (size == 0 || size > RECEIVE_SIZE)
    shell_refuse (shell, "a size is 1 byte to 64kb here");
  else
    return (size_t) size;
  return 0;
}

void
shell_receive (Shell *shell)
{
  ShellSocket *socket = shell_take_socket (shell, 1);
  size_t size = socket != NULL ? take_size (shell) : 0;
  SocketMessage message = { .length = 0 };
  uint8_t *bytes;
  ssize_t result;

  if (size == 0)
    return;
  bytes = g_malloc (size);
  shell_time_begin (shell, shell->limit);
  do
    result = socket_receive_message (shell_stack (shell), socket->handle, bytes,
                                     size, &message);
  while (result == -EAGAIN && shell_time_next (shell, false));
  shell_time_end (shell);
  shell_time_pump (shell);
  app_log_call (&socket->app, "receive", socket->handle,
                result < 0 ? NULL : &message.remote, result);
  if (result == -EAGAIN && is_nameless (shell, socket))
    shell_note (shell, NOTE_NAMELESS);
  if (result < 0)
    shell_fail (shell, socket, (int) result, NULL);
  else
    tell_received (shell, socket, bytes, (size_t) result, &message);
  g_free (bytes);
}

void
shell_shutdown (Shell *shell)
{
  static const char *const words[] = { "read", "write", "both" };
  static const int hows[] = { SHUT_RD, SHUT_WR, SHUT_RDWR };
  ShellSocket *socket = shell_take_socket (shell, 1);
  const char *word = shell_word (shell, 2);
  unsigned how = 1;
  int result;

  if (socket == NULL)
    return;
  if (word != NULL)
    for (how = 0; how < G_N_ELEMENTS (words); how++)
      if (strcmp (word, words[how]) == 0)
        break;
  if (how == G_N_ELEMENTS (words))
    {
      shell_refuse (shell, "'%s' is no direction: read, write and both are",
                    word);
      return;
    }
  result = socket_shutdown (shell_stack (shell), socket->handle, hows[how]);
  app_log_call (&socket->app, "shutdown", socket->handle, NULL, result);
  shell_time_pump (shell);
  if (result < 0)
    shell_fail (shell, socket, result, NULL);
  else if (hows[how] == SHUT_WR && socket->type == SOCKET_STREAM)
    shell_note (shell, NOTE_SHUTDOWN);
}

static size_t
queue_of (const Shell *shell, const ShellSocket *socket)
{
  SocketInfo info = { .receive_queue = 0 };

  socket_info (shell_stack (shell), socket->handle, &info);
  return info.receive_queue;
}

void
shell_close (Shell *shell)
{
  ShellSocket *socket = shell_take_socket (shell, 1);
  Stack *stack = shell_stack (shell);
  bool unread;
  int result;

  if (socket == NULL)
    return;
  unread = socket->type == SOCKET_STREAM && queue_of (shell, socket) > 0;
  if (socket_local (stack, socket->handle, &socket->local) == 0)
    app_log_call (&socket->app, "close", socket->handle, NULL, 0);
  socket_remote (stack, socket->handle, &socket->remote);
  result = socket_close (stack, socket->handle);
  shell_time_pump (shell);
  if (result < 0)
    {
      shell_fail (shell, socket, result, NULL);
      return;
    }
  socket->closed = true;
  if (unread)
    shell_note (shell, NOTE_RESET);
}
