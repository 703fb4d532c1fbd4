// SPDX-License-Identifier: MIT
/* poll S:EVENTS... TIME, E = epoll, watch E S:EVENTS|S:-, await E TIME. Events
 * are in, out, pri, hup, err, rdhup, nval, and for epoll et and oneshot, with
 * commas between; what is found is S:EVENTS again, or none. TIME may be
 * forever. */
#include "tests/script/script_call.h"

#include <string.h>

static const struct
{
  const char *word;
  uint32_t event;
} EVENTS[] = {
  { "in", EPOLLIN },    { "out", EPOLLOUT }, { "pri", EPOLLPRI },
  { "hup", EPOLLHUP },  { "err", EPOLLERR }, { "rdhup", EPOLLRDHUP },
  { "nval", POLLNVAL }, { "et", EPOLLET },   { "oneshot", EPOLLONESHOT },
};

static uint32_t
events_of (Script *script, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  uint32_t events = 0;

  for (char **word = words; *word != NULL; word++)
    {
      size_t i = 0;

      while (i < G_N_ELEMENTS (EVENTS) && strcmp (*word, EVENTS[i].word) != 0)
        i++;
      if (i == G_N_ELEMENTS (EVENTS))
        script_fail (script, "no such event: %s", *word);
      events |= EVENTS[i].event;
    }
  return events;
}

static void
append_events (GString *text, const char *name, uint32_t events)
{
  g_string_append_printf (text, "%s%s:", text->len > 0 ? " " : "", name);
  for (size_t i = 0; i < G_N_ELEMENTS (EVENTS); i++)
    if ((events & EVENTS[i].event) != 0)
      g_string_append_printf (text, "%s,", EVENTS[i].word);
  g_string_truncate (text, text->len - 1);
}

/* S:EVENTS; the name is kept at place I of the call. */
static uint32_t
take_one (Script *script, ScriptCall *call, nfds_t i, const char *word)
{
  g_auto (GStrv) halves = g_strsplit (word, ":", 2);

  if (i >= G_N_ELEMENTS (call->polled) || g_strv_length (halves) != 2)
    script_fail (script, "no SOCKET:EVENTS: %s", word);
  call->polled[i].fd = script_socket (script, halves[0], false)->fd;
  call->polled_names[i] = g_strdup (halves[0]);
  return strcmp (halves[1], "-") == 0 ? 0 : events_of (script, halves[1]);
}

static int
timeout_of (Script *script, const char *word)
{
  if (g_strcmp0 (word, "forever") == 0)
    return -1;
  return (int) (script_time (script, word) / MILLISECOND);
}

static ssize_t
do_poll (ScriptCall *call)
{
  return call->table->poll (call->table->userdata, call->polled,
                            call->polled_count, (int) call->number);
}

static char *
tell_poll (Script *script, ScriptCall *call)
{
  GString *text = g_string_new (NULL);

  for (nfds_t i = 0; i < call->polled_count; i++)
    if (call->polled[i].revents != 0)
      append_events (text, call->polled_names[i],
                     (uint16_t) call->polled[i].revents);
  if (text->len == 0)
    g_string_append (text, "none");
  return g_string_free (text, FALSE);
}

const char *
script_parse_poll (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_poll;
  call->tell = tell_poll;
  for (; words[0] != NULL && words[1] != NULL; words++, call->polled_count++)
    call->polled[call->polled_count].events =
        (short) take_one (script, call, call->polled_count, words[0]);
  call->number = timeout_of (script, words[0]);
  return NULL;
}

static ssize_t
do_epoll (ScriptCall *call)
{
  return call->table->epoll_create (call->table->userdata, 1);
}

static char *
tell_ok (Script *script, ScriptCall *call)
{
  return g_strdup ("ok");
}

const char *
script_parse_epoll (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_epoll;
  call->tell = tell_ok;
  return "ok";
}

static ssize_t
do_watch (ScriptCall *call)
{
  const PacketdrillTable *t = call->table;
  struct epoll_event *event = &call->events[0];
  int fd = call->polled[0].fd;

  if (event->events == 0)
    return t->epoll_ctl (t->userdata, call->fd, EPOLL_CTL_DEL, fd, event);
  /* Whoever is watched already is changed. */
  if (t->epoll_ctl (t->userdata, call->fd, EPOLL_CTL_MOD, fd, event) == 0)
    return 0;
  return t->epoll_ctl (t->userdata, call->fd, EPOLL_CTL_ADD, fd, event);
}

const char *
script_parse_watch (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_watch;
  call->events[0].events = take_one (script, call, 0, words[0]);
  call->events[0].data.fd = call->polled[0].fd;
  return "ok";
}

static ssize_t
do_await (ScriptCall *call)
{
  return call->table->epoll_wait (call->table->userdata, call->fd, call->events,
                                  (int) call->more, (int) call->number);
}

static char *
tell_await (Script *script, ScriptCall *call)
{
  GString *text = g_string_new (NULL);

  for (ssize_t i = 0; i < call->result; i++)
    {
      const char *name = "?";

      for (guint j = 0; j < script->sockets->len; j++)
        {
          ScriptSocket *socket =
              &g_array_index (script->sockets, ScriptSocket, j);

          if (socket->fd == call->events[i].data.fd)
            name = socket->name;
        }
      append_events (text, name, call->events[i].events);
    }
  if (text->len == 0)
    g_string_append (text, "none");
  return g_string_free (text, FALSE);
}

/* await E TIME [MAX] */
const char *
script_parse_await (Script *script, ScriptCall *call, char **words)
{
  call->perform = do_await;
  call->tell = tell_await;
  call->number = timeout_of (script, words[0]);
  call->more = words[0] != NULL && words[1] != NULL
                   ? script_number (script, words[1])
                   : (int64_t) G_N_ELEMENTS (call->events);
  return NULL;
}
