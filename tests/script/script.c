// SPDX-License-Identifier: MIT
#include "tests/script/script.h"

#include "sim/units.h"
#include "stack/address.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define PEER_PORT 40000

/* The addresses of both sides: peers are behind a router. */
static const char *const ADDRESSES[2][2] = { { "198.51.100.2", "192.0.2.1" },
                                             { "fd00:9::2", "fd00::1" } };

/* What talks begin with, so that new defaults change none of them. */
#define PLAIN                                                                  \
  "local4=192.0.2.1,local6=fd00::1,rcvbuf=65535,sndbuf=256kb,wscale=off,"      \
  "ts=off,sack=off,ecn=off,rack=off,probing=off,pacing=off,cc=reno,"           \
  "syncookies=off"

void
script_say (Script *script, const char *who, const char *what)
{
  Time since = script->adapter->now - script->began;

  g_ptr_array_add (
      script->said,
      g_strdup_printf ("%4ld.%06ld  %-6s %s", (long) (since / SECOND),
                       (long) (since % SECOND / MICROSECOND), who, what));
}

void
script_fail (Script *script, const char *format, ...)
{
  va_list args;
  g_autofree char *why = NULL;

  va_start (args, format);
  why = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("# the conversation so far:\n");
  for (guint i = 0; i < script->said->len; i++)
    g_printerr ("#   %s\n", (const char *) script->said->pdata[i]);
  g_printerr ("%s:%u: %s\n", script->path, script->line, why);
  abort ();
}

Time
script_time (Script *script, const char *text)
{
  Time time = 0;
  const char *wrong = text == NULL ? "is missing" : NULL;

  if (text != NULL)
    wrong = unit_parse_time (text, &time);
  if (wrong != NULL)
    script_fail (script, "time '%s' %s", text, wrong);
  return time;
}

int64_t
script_number (Script *script, const char *text)
{
  char *end = NULL;
  int64_t number = text == NULL ? 0 : g_ascii_strtoll (text, &end, 10);

  if (text == NULL || end == text || *end != '\0')
    script_fail (script, "'%s' is no number", text);
  return number;
}

Address
script_address (const Script *script, bool local)
{
  Address address;

  g_assert_true (
      address_parse (ADDRESSES[script->ipv6_packets][local], &address));
  return address;
}

void
script_use_flow (Script *script, uint16_t port)
{
  ScriptFlow flow = { .peer_port = port,
                      .local_port = 7777,
                      .peer_isn = 0xfffffc00u + port,
                      .peer_time = 0xffffff00 };

  for (script->flow = 0; script->flow < script->flows->len; script->flow++)
    if (script_flow (script)->peer_port == port)
      return;
  g_array_append_val (script->flows, flow);
}

ScriptSocket *
script_socket (Script *script, const char *name, bool add)
{
  ScriptSocket fresh = { .fd = -1, .written = 1, .read = 1 };

  if (name == NULL)
    script_fail (script, "which socket?");
  for (guint i = script->sockets->len; i > 0 && !add; i--)
    {
      ScriptSocket *socket =
          &g_array_index (script->sockets, ScriptSocket, i - 1);

      if (strcmp (socket->name, name) == 0)
        return socket;
    }
  if (!add)
    script_fail (script, "there is no socket '%s'", name);
  fresh.name = g_strdup (name);
  g_array_append_val (script->sockets, fresh);
  return &g_array_index (script->sockets, ScriptSocket,
                         script->sockets->len - 1);
}

/* Beginning and end */

static void
clear_socket (void *data)
{
  g_free (((ScriptSocket *) data)->name);
}

/* [over MODE] [with FLAGS], behind the name. */
static void
open_world (Script *script, char **words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *flags = g_strdup (PLAIN);

  for (; words[0] != NULL && words[1] != NULL; words += 2)
    if (strcmp (words[0], "over") == 0)
      {
        script->ipv6_packets = strcmp (words[1], "ipv6") == 0;
        script->ipv6_sockets =
            script->ipv6_packets || strcmp (words[1], "mapped") == 0;
      }
    else
      {
        g_autofree char *old = flags;

        flags = g_strconcat (old, ",", words[1], NULL);
      }
  if (!table_fill (&script->table, flags, &error))
    script_fail (script, "%s", error->message);
}

Script *
script_new (const char *path, unsigned line, const char *text)
{
  Script *script = g_new0 (Script, 1);
  g_auto (GStrv) parts = g_strsplit (text, "\"", 3);
  g_auto (GStrv) words = NULL;

  script->path = path;
  script->line = line;
  script->said = g_ptr_array_new_with_free_func (g_free);
  script->flows = g_array_new (FALSE, FALSE, sizeof (ScriptFlow));
  script->sockets = g_array_new (FALSE, FALSE, sizeof (ScriptSocket));
  g_array_set_clear_func (script->sockets, clear_socket);
  if (g_strv_length (parts) != 3)
    script_fail (script, "talk \"NAME\" [over MODE] [with FLAGS]");
  words = g_strsplit (g_strstrip (parts[2]), " ", -1);
  open_world (script, words);
  script->adapter = script->table.userdata;
  script->began = script->adapter->now;
  script_use_flow (script, PEER_PORT);
  return script;
}

void
script_free (Script *script)
{
  script_expect_nothing (script);
  if (script->second != NULL)
    script_fail (script, "the call of the second thread still waits");
  script->table.free (script->table.userdata);
  g_array_free (script->flows, TRUE);
  g_array_free (script->sockets, TRUE);
  g_ptr_array_free (script->said, TRUE);
  g_free (script);
}

/* Time */

static void
pass (Script *script, Time time)
{
  while (time >= SECOND)
    {
      script->table.usleep (script->table.userdata, 999999);
      time -= 999999 * MICROSECOND;
    }
  script->table.usleep (script->table.userdata,
                        (useconds_t) (time / MICROSECOND));
}

/* Nothing is sent until then. */
static void
wait (Script *script, Time time)
{
  script_expect_nothing (script);
  pass (script, time - MICROSECOND);
  script_expect_nothing (script);
  pass (script, MICROSECOND);
}

static bool
take_packet (Script *script)
{
  long long at;

  script->length = sizeof script->packet;
  script->table.netdev_receive (script->table.userdata, script->packet,
                                &script->length, &at);
  return script->length > 0;
}

/* However long we wait, nothing comes. */
static void
fall_silent (Script *script)
{
  script_expect_nothing (script);
  if (take_packet (script))
    script_fail (script, "after all, the stack sent a packet of %zu bytes",
                 script->length);
}

static void
ignore (Script *script, Time time)
{
  pass (script, time);
  while (!g_queue_is_empty (&script->adapter->emissions))
    take_packet (script);
}

/* A handshake at once, on TEMPLATE with the name and the peer's options. */
static void
open_connection (Script *script,
                 const char *const *template,
                 const char *name,
                 const char *options)
{
  if (name == NULL)
    script_fail (script, "accepted or connected NAME [OPTIONS]");
  if (*options == '\0')
    options = "<mss 1000>";
  for (; *template != NULL; template ++)
    {
      g_auto (GStrv) name_set = g_strsplit (*template, "@", -1);
      g_autofree char *named = g_strjoinv (name, name_set);
      g_auto (GStrv) options_set = g_strsplit (named, "%", -1);
      g_autofree char *whole = g_strjoinv (options, options_set);

      script_run (script, script->line, whole);
    }
}

static const char *const ACCEPTED[] = {
  "app listener = socket tcp", "app bind listener 7777",
  "app listen listener 8",     "peer S 0:0(0) win 65535 %",
  "stack S. 0:0(0) ack 1",     "peer . 1:1(0) ack 1 win 65535",
  "app @ = accept listener",   NULL
};
static const char *const CONNECTED[] = { "app @ = socket tcp nonblock",
                                         "app connect @ 80 gives EINPROGRESS",
                                         "stack S 0:0(0)",
                                         "peer S. 0:0(0) ack 1 win 65535 %",
                                         "stack . 1:1(0) ack 1",
                                         "app block @",
                                         NULL };

void
script_run (Script *script, unsigned line, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  const char *first = words[0];
  const char *rest = text + strlen (first);

  script->line = line;
  if (strcmp (first, "peer") == 0)
    script_peer (script, rest);
  else if (strcmp (first, "stack") == 0)
    script_stack (script, rest);
  else if (strcmp (first, "app") == 0)
    script_app (script, words + 1);
  else if (strcmp (first, "second") == 0)
    script_second (script, words + 1);
  else if (strcmp (first, "done") == 0)
    script_done (script, words + 1);
  else if (strcmp (first, "accepted") == 0)
    open_connection (script, ACCEPTED, words[1], strchrnul (text, '<'));
  else if (strcmp (first, "connected") == 0)
    open_connection (script, CONNECTED, words[1], strchrnul (text, '<'));
  else if (strcmp (first, "flow") == 0)
    script_use_flow (script, (uint16_t) script_number (script, words[1]));
  else if (strcmp (first, "wait") == 0)
    wait (script, script_time (script, words[1]));
  else if (strcmp (first, "ignore") == 0)
    ignore (script, script_time (script, words[1]));
  else if (strcmp (first, "silence") == 0)
    fall_silent (script);
  else
    script_fail (script, "no such statement: %s", first);
}
