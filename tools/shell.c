// SPDX-License-Identifier: MIT
#include "tools/shell.h"

#include "sim/scenario_parser.h"
#include "stack/wire_ip.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LIMIT (300 * SECOND)

/* The program that calls, as far as the log is concerned. */
static const AppClass SHELL_CLASS = { .size = sizeof (ShellSocket) };

static void
socket_free (void *data)
{
  ShellSocket *socket = data;

  g_free (socket->name);
  g_free (socket);
}

static void
scenario_destroy (void *scenario)
{
  scenario_free (scenario);
}

/* A state belongs to the socket, known to the shell or not. */
static void
see_change (void *self, const ShellChange *change)
{
  Shell *shell = self;
  ShellSocket *socket = shell_find_socket (shell, change->host, change->handle);

  if (socket != NULL)
    socket->state = change->to;
  if (strcmp (change->to, "TIME-WAIT") == 0)
    shell_note (shell, NOTE_TIME_WAIT);
}

Shell *
shell_new (Run *run, const Scenario *scenario, int interrupt)
{
  Shell *shell = g_new0 (Shell, 1);

  shell->run = run;
  shell->network = run_network (run);
  shell->scenario = scenario;
  shell->interrupt = interrupt;
  shell->limit = LIMIT;
  shell->sockets = g_ptr_array_new_with_free_func (socket_free);
  shell->changes = g_string_new (NULL);
  shell->parsed = g_ptr_array_new_with_free_func (scenario_destroy);
  shell->head = g_string_new (NULL);
  shell->tail = g_string_new (NULL);
  shell->trouble = g_string_new (NULL);
  shell->notes = g_ptr_array_new ();
  shell_watch_init (&shell->watch, see_change, shell);
  network_add_sink (shell->network, shell_watch_sink (&shell->watch));
  return shell;
}

void
shell_free (Shell *shell)
{
  shell_watch_clear (&shell->watch);
  g_ptr_array_unref (shell->sockets);
  g_ptr_array_unref (shell->parsed);
  g_string_free (shell->changes, true);
  g_string_free (shell->head, true);
  g_string_free (shell->tail, true);
  g_string_free (shell->trouble, true);
  g_ptr_array_unref (shell->notes);
  g_free (shell);
}

char *
shell_prompt (const Shell *shell)
{
  return g_strdup_printf ("%s> ", shell_host_name (shell));
}

static const ShellCommand *
find_command (const char *name)
{
  for (const ShellCommand *command = SHELL_COMMANDS; command->name != NULL;
       command++)
    if (strcmp (command->name, name) == 0)
      return command;
  return NULL;
}

static void
refuse_command (Shell *shell, const char *name)
{
  GPtrArray *names = g_ptr_array_new ();
  char *hint;

  for (const ShellCommand *command = SHELL_COMMANDS; command->name != NULL;
       command++)
    g_ptr_array_add (names, (char *) command->name);
  g_ptr_array_add (names, NULL);
  hint = scenario_error_hint (name, (const char *const *) names->pdata);
  shell_refuse (shell, "there is no command '%s'; %s", name,
                hint != NULL ? hint : "'help' lists them");
  g_free (hint);
  g_ptr_array_unref (names);
}

static void
begin (Shell *shell, const char *line, const ShellWords *words)
{
  shell->line = line;
  shell->words = words;
  shell->began = shell->network->sim.now;
  shell->subject = NULL;
  shell->packets = COUNT_SENT;
  shell->signal = 0;
  g_string_truncate (shell->head, 0);
  g_string_truncate (shell->tail, 0);
  g_string_truncate (shell->trouble, 0);
  g_ptr_array_set_size (shell->notes, 0);
  shell_watch_begin (&shell->watch);
}

static void
run_words (Shell *shell)
{
  const char *name = shell_word (shell, 0);
  const ShellCommand *command = find_command (name);
  unsigned count = shell->words->list->len - 1;

  if (command == NULL)
    refuse_command (shell, name);
  else if (count < command->least || count > command->most)
    shell_refuse (shell, "usage: %s %s", name, command->arguments);
  else
    command->run (shell);
  shell_time_pump (shell);
  shell_report (shell, command);
}

void
shell_run (Shell *shell, const char *line)
{
  ShellWords words;
  const char *wrong = shell_words_split (&words, line);

  begin (shell, line, &words);
  if (wrong != NULL)
    {
      shell_refuse (shell, "%s", wrong);
      shell_report (shell, NULL);
    }
  else if (words.list->len > 0)
    run_words (shell);
  shell_words_clear (&words);
  shell->words = NULL;
}

/* For commands. */

Host *
shell_host (const Shell *shell)
{
  return host_from_node (g_ptr_array_index (shell->network->nodes, shell->at));
}

const char *
shell_host_name (const Shell *shell)
{
  return ((Node *) g_ptr_array_index (shell->network->nodes, shell->at))->name;
}

Stack *
shell_stack (const Shell *shell)
{
  return host_stack (shell_host (shell));
}

const char *
shell_word (const Shell *shell, unsigned i)
{
  const ShellWord *word = shell_words_get (shell->words, i);

  return word != NULL ? word->text : NULL;
}

ShellSocket *
shell_find_socket (const Shell *shell, const char *host, int handle)
{
  for (unsigned i = shell->sockets->len; i > 0; i--)
    {
      ShellSocket *socket = g_ptr_array_index (shell->sockets, i - 1);

      if (socket->handle == handle
          && strcmp (host_node (socket->app.host)->name, host) == 0)
        return socket;
    }
  return NULL;
}

ShellSocket *
shell_take_socket (Shell *shell, unsigned i)
{
  const char *name = shell_word (shell, i);

  for (unsigned s = 0; s < shell->sockets->len; s++)
    {
      ShellSocket *socket = g_ptr_array_index (shell->sockets, s);
      const char *host = host_node (socket->app.host)->name;

      if (strcmp (socket->name, name) != 0)
        continue;
      shell->subject = socket;
      if (socket->app.host == shell_host (shell))
        return socket;
      shell_refuse (shell, "%s is a socket of %s: 'host %s' first", name, host,
                    host);
      return NULL;
    }
  shell_refuse (shell, "there is no socket '%s'; 'status' lists them", name);
  return NULL;
}

ShellSocket *
shell_add_socket (Shell *shell,
                  int handle,
                  SocketFamily family,
                  SocketType type)
{
  ShellSocket *socket = g_new0 (ShellSocket, 1);

  socket->name = g_strdup_printf ("s%u", shell->sockets->len + 1);
  socket->handle = handle;
  socket->family = family;
  socket->type = type;
  socket->state = tcp_state_name (TCP_CLOSED);
  socket->spec.protocol = type == SOCKET_STREAM ? PROTOCOL_TCP : PROTOCOL_UDP;
  socket->app.class = &SHELL_CLASS;
  socket->app.spec = &socket->spec;
  socket->app.host = shell_host (shell);
  g_ptr_array_add (shell->sockets, socket);
  return socket;
}

static void G_GNUC_PRINTF (2, 0)
    add_part (GString *text, const char *format, va_list arguments)
{
  if (text->len > 0)
    g_string_append (text, ", ");
  g_string_append_vprintf (text, format, arguments);
}

void
shell_tell (Shell *shell, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  add_part (shell->head, format, arguments);
  va_end (arguments);
}

void
shell_tell_behind (Shell *shell, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  add_part (shell->tail, format, arguments);
  va_end (arguments);
}

void
shell_refuse (Shell *shell, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_string_vprintf (shell->trouble, format, arguments);
  va_end (arguments);
  shell->failed = true;
}

void
shell_fail (Shell *shell,
            const ShellSocket *socket,
            int error,
            const Endpoint *peer)
{
  int number = error < 0 ? -error : error;
  const char *command = shell_word (shell, 0);
  char *sentence = shell_explain (shell, command, socket, number, peer);
  bool waited = number == EAGAIN;

  shell_refuse (shell, "%s: %s%s%s", app_error_word (number), sentence,
                waited ? "; " : "", waited ? shell_time_why (shell) : "");
  g_free (sentence);
}

void
shell_note (Shell *shell, ShellNote note)
{
  if (!shell->told[note])
    g_ptr_array_add (shell->notes, (char *) shell_explain_note (note));
  shell->told[note] = true;
}
