// SPDX-License-Identifier: MIT
/* The calls that move bytes: those of packet_line_byte. */
#include "tests/script/script_call.h"

#include <string.h>

#define T(call) ((call)->table)
#define U(call) ((call)->table->userdata)

/* read S SIZE [FLAG...], write S SIZE [FLAG...], sendto S SIZE PORT: without
 * a flag by read and write, else by recvfrom and sendto. */

static ssize_t
do_read (ScriptCall *call)
{
  if (call->option < 0)
    return T (call)->read (U (call), call->fd, call->bytes, call->length);
  call->address_length = sizeof call->address;
  return T (call)->recvfrom (U (call), call->fd, call->bytes, call->length,
                             call->option, (struct sockaddr *) &call->address,
                             &call->address_length);
}

/* The bytes are those of the pattern. */
static char *
tell_read (Script *script, ScriptCall *call)
{
  ScriptSocket *socket = script_socket (script, call->name, false);
  int64_t at = call->datagram ? 0 : socket->read;

  for (ssize_t i = 0; i < MIN (call->result, (ssize_t) call->length); i++)
    if (call->bytes[i] != packet_line_byte (at + i))
      script_fail (script, "byte %ld of the stream is another",
                   (long) (at + i));
  if ((call->option < 0 || (call->option & MSG_PEEK) == 0) && !call->datagram)
    socket->read += call->result;
  return g_strdup_printf ("%zd", call->result);
}

static int
flag_of (Script *script, const char *word)
{
  static const struct
  {
    const char *word;
    int flag;
  } FLAGS[] = { { "peek", MSG_PEEK },
                { "waitall", MSG_WAITALL },
                { "dontwait", MSG_DONTWAIT },
                { "trunc", MSG_TRUNC },
                { "oob", MSG_OOB } };

  for (size_t i = 0; i < G_N_ELEMENTS (FLAGS); i++)
    if (strcmp (word, FLAGS[i].word) == 0)
      return FLAGS[i].flag;
  script_fail (script, "no such flag: %s", word);
}

static int
flags_of (Script *script, char **words)
{
  int flags = 0;

  for (; *words != NULL; words++)
    flags |= flag_of (script, *words);
  return flags;
}

static bool
is_datagram (const ScriptCall *call)
{
  int type = SOCK_STREAM;
  socklen_t length = sizeof type;

  T (call)->getsockopt (U (call), call->fd, SOL_SOCKET, SO_TYPE, &type,
                        &length);
  return type == SOCK_DGRAM;
}

const char *
script_parse_read (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_read;
  call->tell = tell_read;
  call->length = (size_t) script_number (script, words[0]);
  call->bytes = g_malloc0 (call->length + 1);
  call->option = words[1] == NULL ? -1 : flags_of (script, words + 1);
  call->datagram = is_datagram (call);
  return words[0];
}

static ssize_t
do_write (ScriptCall *call)
{
  if (call->option < 0)
    return T (call)->write (U (call), call->fd, call->bytes, call->length);
  return T (call)->sendto (
      U (call), call->fd, call->bytes, call->length, call->option,
      call->address_length > 0 ? script_call_sockaddr (call) : NULL,
      call->address_length);
}

static char *
tell_write (Script *script, ScriptCall *call)
{
  if (!call->datagram)
    script_socket (script, call->name, false)->written += call->result;
  return g_strdup_printf ("%zd", call->result);
}

const char *
script_parse_write (Script *script, ScriptCall *call, char **words)
{
  int64_t at = script_socket (script, call->name, false)->written;

  call->perform = do_write;
  call->tell = tell_write;
  call->length = (size_t) script_number (script, words[0]);
  call->bytes = g_malloc (call->length + 1);
  call->option = words[1] == NULL ? -1 : flags_of (script, words + 1);
  call->datagram = is_datagram (call);
  for (size_t i = 0; i < call->length; i++)
    call->bytes[i] = packet_line_byte ((call->datagram ? 0 : at) + (int64_t) i);
  return words[0];
}

const char *
script_parse_sendto (Script *script, ScriptCall *call, char **words)
{
  if (words[0] == NULL || words[1] == NULL)
    script_fail (script, "sendto SOCKET LENGTH PORT");
  script_use_flow (script, (uint16_t) script_number (script, words[1]));
  script_call_address (script, call, false, script_flow (script)->peer_port);
  script_parse_write (script, call, (char *[]){ words[0], NULL });
  call->option = 0;
  return words[0];
}

/* P = pipe Q, splice FROM N TO */

static ssize_t
do_pipe (ScriptCall *call)
{
  int ends[2] = { -1, -1 };
  int result = T (call)->pipe (U (call), ends);

  call->other = ends[1];
  return result < 0 ? result : ends[0];
}

static char *
tell_pipe (Script *script, ScriptCall *call)
{
  script_socket (script, call->polled_names[0], true)->fd = call->other;
  return g_strdup ("ok");
}

const char *
script_parse_pipe (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_pipe;
  call->tell = tell_pipe;
  call->polled_names[0] = g_strdup (words[0]);
  return "ok";
}

static ssize_t
do_splice (ScriptCall *call)
{
  return T (call)->splice (U (call), call->fd, NULL, call->other, NULL,
                           call->length, 0);
}

const char *
script_parse_splice (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_splice;
  call->tell = script_call_number;
  call->length = (size_t) script_number (script, words[0]);
  call->other = script_socket (script, words[1], false)->fd;
  return words[0];
}
