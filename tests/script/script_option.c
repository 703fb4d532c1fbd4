// SPDX-License-Identifier: MIT
/* set S NAME VALUE, get S NAME, info S FIELD. */
#include "tests/script/script_call.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

typedef enum
{
  KIND_INT,
  KIND_ERROR,  /* a name of errno, or 0 */
  KIND_TIME,   /* struct timeval */
  KIND_LINGER, /* seconds, or off */
  KIND_TEXT
} Kind;

static const struct
{
  const char *word;
  int level, name;
  Kind kind;
} OPTIONS[] = {
#define OPTION(level, name, kind)                                              \
  {                                                                            \
#name, level, name, kind                                                   \
  }
  OPTION (SOL_SOCKET, SO_ERROR, KIND_ERROR),
  OPTION (SOL_SOCKET, SO_TYPE, KIND_INT),
  OPTION (SOL_SOCKET, SO_DOMAIN, KIND_INT),
  OPTION (SOL_SOCKET, SO_PROTOCOL, KIND_INT),
  OPTION (SOL_SOCKET, SO_ACCEPTCONN, KIND_INT),
  OPTION (SOL_SOCKET, SO_REUSEADDR, KIND_INT),
  OPTION (SOL_SOCKET, SO_REUSEPORT, KIND_INT),
  OPTION (SOL_SOCKET, SO_BROADCAST, KIND_INT),
  OPTION (SOL_SOCKET, SO_RCVBUF, KIND_INT),
  OPTION (SOL_SOCKET, SO_SNDBUF, KIND_INT),
  OPTION (SOL_SOCKET, SO_KEEPALIVE, KIND_INT),
  OPTION (SOL_SOCKET, SO_PRIORITY, KIND_INT), /* which there is not */
  OPTION (SOL_SOCKET, SO_RCVTIMEO, KIND_TIME),
  OPTION (SOL_SOCKET, SO_SNDTIMEO, KIND_TIME),
  OPTION (SOL_SOCKET, SO_LINGER, KIND_LINGER),
  OPTION (IPPROTO_TCP, TCP_NODELAY, KIND_INT),
  OPTION (IPPROTO_TCP, TCP_MAXSEG, KIND_INT),
  OPTION (IPPROTO_TCP, TCP_USER_TIMEOUT, KIND_INT),
  OPTION (IPPROTO_TCP, TCP_CONGESTION, KIND_TEXT),
  OPTION (IPPROTO_TCP, TCP_KEEPIDLE, KIND_INT),
  OPTION (IPPROTO_TCP, TCP_KEEPINTVL, KIND_INT),
  OPTION (IPPROTO_TCP, TCP_KEEPCNT, KIND_INT),
  OPTION (IPPROTO_IP, IP_TTL, KIND_INT),
  OPTION (IPPROTO_IP, IP_TOS, KIND_INT),
  OPTION (IPPROTO_IP, IP_MTU_DISCOVER, KIND_INT),
  OPTION (IPPROTO_IPV6, IPV6_V6ONLY, KIND_INT),
  OPTION (IPPROTO_IPV6, IPV6_UNICAST_HOPS, KIND_INT),
  OPTION (IPPROTO_IPV6, IPV6_TCLASS, KIND_INT),
};

static void
find_option (Script *script, ScriptCall *call, const char *word)
{
  for (size_t i = 0; word != NULL && i < G_N_ELEMENTS (OPTIONS); i++)
    if (strcmp (word, OPTIONS[i].word) == 0)
      {
        call->level = OPTIONS[i].level;
        call->option = OPTIONS[i].name;
        call->kind = (int) OPTIONS[i].kind;
        return;
      }
  script_fail (script, "no such option: %s", word);
}

static void
set_bytes (ScriptCall *call, const void *value, size_t length)
{
  call->bytes = g_memdup2 (value, length);
  call->length = length;
}

static void
set_value (Script *script, ScriptCall *call, const char *text)
{
  int number;

  if (text == NULL)
    script_fail (script, "set SOCKET NAME VALUE");
  if (call->kind == KIND_TEXT)
    set_bytes (call, text, strlen (text));
  else if (call->kind == KIND_TIME)
    {
      Time time = script_time (script, text);
      struct timeval tv = { time / SECOND, time % SECOND / MICROSECOND };

      set_bytes (call, &tv, sizeof tv);
    }
  else if (call->kind == KIND_LINGER)
    {
      bool off = strcmp (text, "off") == 0;
      struct linger linger = { !off,
                               off ? 0 : (int) script_number (script, text) };

      set_bytes (call, &linger, sizeof linger);
    }
  else
    {
      number = (int) script_number (script, text);
      set_bytes (call, &number, sizeof number);
    }
}

static ssize_t
do_set (ScriptCall *call)
{
  return call->table->setsockopt (call->table->userdata, call->fd, call->level,
                                  call->option, call->bytes,
                                  (socklen_t) call->length);
}

const char *
script_parse_set (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_set;
  find_option (script, call, words[0]);
  set_value (script, call, words[1]);
  return "ok";
}

static ssize_t
do_get (ScriptCall *call)
{
  socklen_t length = (socklen_t) call->length;
  int result =
      call->table->getsockopt (call->table->userdata, call->fd, call->level,
                               call->option, call->bytes, &length);

  call->length = length;
  return result;
}

static char *
tell_get (Script *script, ScriptCall *call)
{
  int number = 0;
  struct timeval tv;
  struct linger linger;

  memcpy (&number, call->bytes, MIN (call->length, sizeof number));
  memcpy (&tv, call->bytes, sizeof tv);
  memcpy (&linger, call->bytes, sizeof linger);
  switch ((Kind) call->kind)
    {
    case KIND_INT:
      break;
    case KIND_ERROR:
      if (number != 0)
        return g_strdup (strerrorname_np (number));
      break;
    case KIND_TIME:
      return g_strdup_printf ("%ldus", tv.tv_sec * 1000000L + tv.tv_usec);
    case KIND_LINGER:
      return linger.l_onoff ? g_strdup_printf ("%d", linger.l_linger)
                            : g_strdup ("off");
    case KIND_TEXT:
      return g_strndup ((const char *) call->bytes, call->length);
    }
  return g_strdup_printf ("%d", number);
}

/* get S NAME [SIZE] */
const char *
script_parse_get (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_get;
  call->tell = tell_get;
  find_option (script, call, words[0]);
  call->bytes = g_malloc0 (64);
  call->length =
      words[1] == NULL ? 64 : (size_t) script_number (script, words[1]);
  return NULL;
}

/* TCP_INFO */

static const struct
{
  const char *word;
  size_t offset;
} FIELDS[] = {
#define FIELD(name)                                                            \
  {                                                                            \
#name, offsetof(struct tcp_info, tcpi_##name)                              \
  }
  FIELD (rto),
  FIELD (ato),
  FIELD (snd_mss),
  FIELD (advmss),
  FIELD (pmtu),
  FIELD (unacked),
  FIELD (lost),
  FIELD (rtt),
  FIELD (rttvar),
  FIELD (snd_ssthresh),
  FIELD (snd_cwnd),
  FIELD (snd_wnd),
  FIELD (total_retrans),
  FIELD (notsent_bytes),
  FIELD (last_data_sent),
  FIELD (last_data_recv),
  FIELD (last_ack_recv),
  FIELD (segs_out),
  FIELD (segs_in),
  FIELD (data_segs_out),
  FIELD (data_segs_in),
};

static char *
tell_info (Script *script, ScriptCall *call)
{
  static const char *const STATES[] = {
    "",           "ESTABLISHED", "SYN-SENT",  "SYN-RECEIVED",
    "FIN-WAIT-1", "FIN-WAIT-2",  "TIME-WAIT", "CLOSED",
    "CLOSE-WAIT", "LAST-ACK",    "LISTEN",    "CLOSING",
  };
  uint32_t value;

  if (call->number < 0)
    return g_strdup (STATES[((struct tcp_info *) call->bytes)->tcpi_state]);
  memcpy (&value, call->bytes + call->number, sizeof value);
  return g_strdup_printf ("%u", value);
}

const char *
script_parse_info (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_get;
  call->tell = tell_info;
  call->level = IPPROTO_TCP;
  call->option = TCP_INFO;
  call->length = sizeof (struct tcp_info);
  call->bytes = g_malloc0 (call->length);
  call->number = -1;
  for (size_t i = 0; words[0] != NULL && i < G_N_ELEMENTS (FIELDS); i++)
    if (strcmp (words[0], FIELDS[i].word) == 0)
      call->number = (int64_t) FIELDS[i].offset;
  if (call->number < 0 && g_strcmp0 (words[0], "state") != 0)
    script_fail (script, "TCP_INFO has no such field: %s", words[0]);
  return NULL;
}
