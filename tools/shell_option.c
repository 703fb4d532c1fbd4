// SPDX-License-Identifier: MIT
/* Options of sockets, called as the options of hosts where both have one. */
#include "sim/host_option.h"
#include "sim/units.h"
#include "tools/shell.h"

#include <string.h>

typedef enum
{
  SWITCH,
  WORDS,
  BYTES,
  DURATION,
  SECONDS, /* a duration, too, but counted in seconds */
  COUNT
} Kind;

typedef struct
{
  const char *word;
  SocketOption option;
  Kind kind;
  const char *const *words; /* of WORDS */
  bool has_off;             /* "off" is the value OFF */
  int64_t off;
} Row;

static const char *const SWITCH_WORDS[] = { "off", "on", NULL };
static const char *const MTU_WORDS[] = { [SOCKET_MTU_DISCOVER_DONT] = "dont",
                                         [SOCKET_MTU_DISCOVER_WANT] = "want",
                                         [SOCKET_MTU_DISCOVER_DO] = "do",
                                         NULL };

#define IS(name, what) .option = SOCKET_OPTION_##name, .kind = (what)
#define OFF_IS(value)  .has_off = true, .off = (value)

static const Row ROWS[] = {
  { "nodelay", IS (NODELAY, SWITCH) },
  { "rcvbuf", IS (RECEIVE_BUFFER, BYTES) },
  { "sndbuf", IS (SEND_BUFFER, BYTES) },
  { "v6only", IS (V6ONLY, SWITCH) },
  { "reuseaddr", IS (REUSE_ADDRESS, SWITCH) },
  { "reuseport", IS (REUSE_PORT, SWITCH) },
  { "owner", IS (OWNER, COUNT) },
  { "linger", IS (LINGER, SECONDS), OFF_IS (-1) },
  { "broadcast", IS (BROADCAST, SWITCH) },
  { "ttl", IS (TTL, COUNT) },
  { "hops", IS (HOPS, COUNT) },
  { "tclass", IS (TRAFFIC_CLASS, COUNT) },
  { "mtu_discover", IS (MTU_DISCOVER, WORDS), .words = MTU_WORDS },
  { "cc", IS (CONGESTION, WORDS), .words = HOST_OPTION_CONGESTIONS },
  { "sack", IS (SACK, SWITCH) },
  { "timestamps", IS (TIMESTAMPS, SWITCH) },
  { "wscale", IS (WINDOW_SCALE, SWITCH) },
  { "ecn", IS (ECN, WORDS), .words = HOST_OPTION_ECNS },
  { "rack", IS (RACK, SWITCH) },
  { "pacing", IS (PACING, SWITCH) },
  { "probing", IS (PATH_PROBING, SWITCH) },
  { "iw", IS (INITIAL_WINDOW, COUNT) },
  { "mss", IS (MAX_SEGMENT, COUNT), OFF_IS (0) },
  { "delack", IS (DELAYED_ACK, DURATION), OFF_IS (0) },
  { "r1", IS (R1, COUNT) },
  { "r2", IS (R2, COUNT), OFF_IS (0) },
  { "user_timeout", IS (USER_TIMEOUT, DURATION), OFF_IS (0) },
  { "keepalive", IS (KEEP_ALIVE, SWITCH) },
  { "keep_idle", IS (KEEP_IDLE, DURATION) },
  { "keep_interval", IS (KEEP_INTERVAL, DURATION) },
  { "keep_count", IS (KEEP_COUNT, COUNT) },
};

static const Row *
find (const char *word)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (ROWS); i++)
    if (strcmp (ROWS[i].word, word) == 0)
      return &ROWS[i];
  return NULL;
}

/* NULL, or what is wrong as the end of a sentence; so do they all. */
static const char *
read_word (const char *text, const char *const *words, int64_t *value)
{
  for (*value = 0; words[*value] != NULL; (*value)++)
    if (strcmp (words[*value], text) == 0)
      return NULL;
  return "is unknown";
}

static const char *
read_seconds (const char *text, int64_t *value)
{
  Time time = 0;
  const char *wrong = unit_parse_time (text, &time);

  *value = time / SECOND;
  if (wrong == NULL && time % SECOND != 0)
    return "is no whole number of seconds";
  return wrong;
}

static const char *
read_number (const char *text, bool bytes, int64_t *value)
{
  uint64_t number = 0;
  const char *wrong =
      (bytes ? unit_parse_size : unit_parse_number) (text, &number);

  *value = (int64_t) MIN (number, (uint64_t) INT64_MAX);
  return wrong;
}

static const char *const *
words_of (const Row *row)
{
  return row->kind == SWITCH ? SWITCH_WORDS : row->words;
}

static const char *
read_value (const Row *row, const char *text, int64_t *value)
{
  if (row->has_off && strcmp (text, "off") == 0)
    {
      *value = row->off;
      return NULL;
    }
  switch (row->kind)
    {
    case SWITCH:
    case WORDS:
      return read_word (text, words_of (row), value);
    case DURATION:
      return unit_parse_time (text, value);
    case SECONDS:
      return read_seconds (text, value);
    case BYTES:
    case COUNT:
      break;
    }
  return read_number (text, row->kind == BYTES, value);
}

static void
tell_value (Shell *shell, const Row *row, int64_t value)
{
  char time[32];

  if (row->has_off && value == row->off)
    shell_tell (shell, "%s off", row->word);
  else if (words_of (row) != NULL)
    shell_tell (shell, "%s %s", row->word, words_of (row)[value]);
  else if (row->kind == DURATION || row->kind == SECONDS)
    shell_tell (shell, "%s %s", row->word,
                event_time_text (row->kind == SECONDS ? value * SECOND : value,
                                 time, sizeof time));
  else
    shell_tell (shell, "%s %" G_GINT64_FORMAT, row->word, value);
}

/* Each option that this socket has. */
static void
tell_all (Shell *shell, const ShellSocket *socket)
{
  int64_t value;

  for (unsigned i = 0; i < G_N_ELEMENTS (ROWS); i++)
    if (socket_option_get (shell_stack (shell), socket->handle, ROWS[i].option,
                           &value)
        == 0)
      tell_value (shell, &ROWS[i], value);
}

static void
refuse_value (Shell *shell, const Row *row, const char *text, const char *wrong)
{
  char *words;

  if (words_of (row) == NULL)
    {
      shell_refuse (shell, "%s: '%s' %s", row->word, text, wrong);
      return;
    }
  words = g_strjoinv (", ", (char **) words_of (row));
  shell_refuse (shell, "%s: '%s' is none of %s", row->word, text, words);
  g_free (words);
}

/* The option that word 2 names and the value that word 3 has for it, if there
 * is one; NULL: refused. */
static const Row *
take_row (Shell *shell, const ShellSocket *socket, int64_t *value)
{
  const char *word = shell_word (shell, 2), *text = shell_word (shell, 3);
  const Row *row = find (word);
  const char *wrong =
      row != NULL && text != NULL ? read_value (row, text, value) : NULL;

  if (row == NULL)
    shell_refuse (shell, "there is no option '%s'; 'option %s' lists them",
                  word, socket->name);
  else if (wrong != NULL)
    refuse_value (shell, row, text, wrong);
  return wrong == NULL ? row : NULL;
}

static int
set (Shell *shell, ShellSocket *socket, const Row *row, int64_t value)
{
  int result = socket_option_set (shell_stack (shell), socket->handle,
                                  row->option, value);

  app_log_call (&socket->app, "setsockopt", socket->handle, NULL, result);
  shell->packets = COUNT_SENT;
  shell_time_pump (shell);
  return result;
}

void
shell_option (Shell *shell)
{
  ShellSocket *socket = shell_take_socket (shell, 1);
  const Row *row;
  int64_t value = 0;
  int result = 0;

  shell->packets = COUNT_NONE;
  if (socket != NULL && shell_word (shell, 2) == NULL)
    tell_all (shell, socket);
  if (socket == NULL || shell_word (shell, 2) == NULL)
    return;
  row = take_row (shell, socket, &value);
  if (row == NULL)
    return;
  if (shell_word (shell, 3) != NULL)
    result = set (shell, socket, row, value);
  if (result == 0)
    result = socket_option_get (shell_stack (shell), socket->handle,
                                row->option, &value);
  if (result < 0)
    shell_fail (shell, socket, result, NULL);
  else
    tell_value (shell, row, value);
}
