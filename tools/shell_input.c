// SPDX-License-Identifier: MIT
#include "tools/shell_input.h"
#include "tools/interrupt.h"
#include "tools/shell_complete.h"

#include <errno.h>
#include <histedit.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#define HISTORY_SIZE 1000
#define LINE_SIZE    65536

struct ShellInput
{
  Shell *shell;
  int interrupt;
  bool stopped;
  char *prompt;

  /* On a terminal: */
  EditLine *edit;
  History *history;
  char *history_file;

  GString *line;
  char buffer[4096]; /* read, not yet used */
  size_t from, to;
};

/* Was it a request to stop? On a terminal Ctrl-C was for the last command,
 * which has ended already. */
static bool
is_stop (const ShellInput *input, int signal)
{
  return signal != 0 && !(signal == SIGINT && input->edit != NULL);
}

/* The next byte of standard input; -1: the end, or a request to stop. */
static int
next_byte (ShellInput *input)
{
  struct pollfd files[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
                             { .fd = input->interrupt, .events = POLLIN } };
  ssize_t length;

  if (input->from < input->to)
    return (unsigned char) input->buffer[input->from++];
  while (!input->stopped && files[0].revents == 0)
    {
      if (poll (files, G_N_ELEMENTS (files), -1) < 0 && errno != EINTR)
        return -1;
      input->stopped = is_stop (input, interrupt_came (input->interrupt));
    }
  if (input->stopped)
    return -1;
  length = read (STDIN_FILENO, input->buffer, sizeof input->buffer);
  if (length <= 0)
    return -1;
  input->from = 1;
  input->to = (size_t) length;
  return (unsigned char) input->buffer[0];
}

/* What libedit asks for: one character. Bytes that are none are taken as they
 * are. */
static int
next_character (EditLine *edit, wchar_t *character)
{
  ShellInput *input;
  mbstate_t state;
  char bytes[MB_LEN_MAX];

  el_get (edit, EL_CLIENTDATA, &input);
  memset (&state, 0, sizeof state);
  for (size_t count = 0; count < sizeof bytes; count++)
    {
      int byte = next_byte (input);
      size_t length;

      if (byte < 0)
        return 0;
      bytes[count] = (char) byte;
      length = mbrtowc (character, &bytes[count], 1, &state);
      if (length == (size_t) -2)
        continue;
      if (length == (size_t) -1)
        *character = L'?';
      return 1;
    }
  return 0;
}

static char *
prompt_of (EditLine *edit)
{
  ShellInput *input;

  el_get (edit, EL_CLIENTDATA, &input);
  return input->prompt;
}

static unsigned char
complete (EditLine *edit, int key)
{
  ShellInput *input;
  const LineInfo *line = el_line (edit);
  char *before =
      g_strndup (line->buffer, (size_t) (line->cursor - line->buffer));
  char *more;

  el_get (edit, EL_CLIENTDATA, &input);
  more = shell_complete (input->shell, before);
  if (more != NULL)
    el_insertstr (edit, more);
  g_free (before);
  key = more != NULL ? CC_REFRESH : CC_REFRESH_BEEP;
  g_free (more);
  return (unsigned char) key;
}

static void
open_history (ShellInput *input)
{
  char *folder = g_build_filename (g_get_user_state_dir (), "tunlab", NULL);
  HistEvent event;

  input->history = history_init ();
  history (input->history, &event, H_SETSIZE, HISTORY_SIZE);
  history (input->history, &event, H_SETUNIQUE, 1);
  if (g_mkdir_with_parents (folder, 0700) == 0)
    {
      input->history_file = g_build_filename (folder, "sock_history", NULL);
      history (input->history, &event, H_LOAD, input->history_file);
    }
  g_free (folder);
}

/* At the prompt Ctrl-C is a key: it gives up the line. */
static void
open_terminal (ShellInput *input)
{
  EditLine *edit = el_init ("tunlab", stdin, stdout, stderr);

  if (edit == NULL)
    return;
  input->edit = edit;
  open_history (input);
  el_set (edit, EL_CLIENTDATA, input);
  el_set (edit, EL_PROMPT, prompt_of);
  el_set (edit, EL_EDITOR, "emacs");
  el_set (edit, EL_HIST, history, input->history);
  el_set (edit, EL_GETCFN, next_character);
  el_set (edit, EL_SETTY, "-d", "-isig", NULL);
  el_set (edit, EL_ADDFN, "tunlab-complete", "completes a word", complete);
  el_set (edit, EL_BIND, "^I", "tunlab-complete", NULL);
  el_set (edit, EL_BIND, "^C", "em-kill-line", NULL);
  el_set (edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
}

ShellInput *
shell_input_new (Shell *shell, int interrupt)
{
  ShellInput *input = g_new0 (ShellInput, 1);

  input->shell = shell;
  input->interrupt = interrupt;
  input->line = g_string_new (NULL);
  if (isatty (STDIN_FILENO) && isatty (STDOUT_FILENO))
    open_terminal (input);
  return input;
}

void
shell_input_free (ShellInput *input)
{
  HistEvent event;

  if (input->edit != NULL)
    {
      if (input->history_file != NULL)
        history (input->history, &event, H_SAVE, input->history_file);
      el_end (input->edit);
      history_end (input->history);
    }
  g_free (input->history_file);
  g_free (input->prompt);
  g_string_free (input->line, true);
  g_free (input);
}

static const char *
edited_line (ShellInput *input)
{
  HistEvent event;
  int count = 0;
  const char *line;

  g_free (input->prompt);
  input->prompt = shell_prompt (input->shell);
  /* Left to itself it shows the prompt first: a Ctrl-D typed right then would
   * be lost in the change of modes. */
  el_set (input->edit, EL_PREP_TERM, 1);
  line = el_gets (input->edit, &count);
  if (line == NULL || count <= 0)
    return NULL;
  if (line[strspn (line, " \t\r\n")] != '\0')
    history (input->history, &event, H_ENTER, line);
  g_string_assign (input->line, line);
  g_string_truncate (input->line, strcspn (input->line->str, "\r\n"));
  return input->line->str;
}

const char *
shell_input_line (ShellInput *input)
{
  int byte;

  if (input->edit != NULL)
    return edited_line (input);
  g_string_truncate (input->line, 0);
  while ((byte = next_byte (input)) >= 0 && byte != '\n')
    if (byte != '\0' && input->line->len < LINE_SIZE)
      g_string_append_c (input->line, (char) byte);
  if (byte < 0 && (input->line->len == 0 || input->stopped))
    return NULL;
  return input->line->str;
}

bool
shell_input_is_terminal (const ShellInput *input)
{
  return input->edit != NULL;
}

bool
shell_input_was_stopped (const ShellInput *input)
{
  return input->stopped;
}
