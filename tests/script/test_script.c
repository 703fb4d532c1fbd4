// SPDX-License-Identifier: MIT
/* test_script FILE: plays the conversations of a file, each as a test, on the
 * table that packetdrill would get, in virtual time: what happens, and when,
 * is exact. One statement a line; from `#` behind a blank to the end of the
 * line is comment.
 *
 *   talk "A stream is read and answered"
 *   app l = socket tcp
 *   app bind l 7777
 *   app listen l 1
 *   peer  S 0:0(0) win 65535 <mss 1000>
 *   stack S. 0:0(0) ack 1 <mss 1460>
 *   wait 100ms
 *   peer  . 1:1(0) ack 1 win 65535
 *   app c = accept l
 *   second read c 1000
 *   peer  P. 1:301(300) ack 1
 *   done gives 300
 *   stack after 40ms . 1:1(0) ack 301
 *
 * talk "NAME" [over ipv6|mapped] [with KEY=VALUE,...]  a stack of its own, by
 *   default with plain TCP over IPv4; mapped: IPv6 sockets, IPv4 packets;
 *   keys: tools/packetdrill/flags.h
 * peer LINE  a packet arrives: tests/packet_line.h. Nothing may be left that
 *   the stack sent before. Also `udp LENGTH`, and `icmp TYPE CODE [VALUE]`
 *   about the last packet of the stack
 * stack [after TIME [within TIME]] LINE  the stack's next packet, which leaves
 *   at this instant, or so much later
 * wait TIME    it sends nothing until then      ignore TIME  whatever it sends
 * silence      however long we wait, it sends nothing
 * accepted S [<OPTIONS>], connected S [<OPTIONS>]  the handshake at once: the
 *   stack listens on 7777, or has connected to 80; options of the peer's SYN,
 *   by default mss 1000
 * flow PORT    the peer's port from here on, at first 40000; connect and sendto
 *   change it to theirs
 * app [NAME =] CALL [SOCKET] [WORD...] [gives TEXT] [takes TIME]  a call of the
 *   first thread: what must wait moves the clock. Without `gives` it has to
 *   succeed, with all of its bytes; without `takes` no time passes
 * second CALL ...                 of the second thread: it has to wait
 * done [gives TEXT] [takes TIME]  it has ended, at this instant or TIME after
 *   its beginning
 *
 * Calls: socket tcp|udp [nonblock], bind S PORT, listen S N, C = accept S,
 * connect S PORT|none, read S SIZE [FLAG...], write S SIZE [FLAG...], sendto S
 * SIZE PORT, close S, shutdown S read|write|both, nonblock S, block S, inq S,
 * outq S, atmark S, P = pipe Q (to write to), splice FROM SIZE TO; those of
 * script_option.c and script_poll.c. Bytes are those of packet_line_byte. */
#include "tests/script/script.h"

#include <string.h>

typedef struct
{
  const char *path;
  unsigned line;
  char **lines; /* of the talk, borrowed */
  unsigned count;
} Talk;

static Script *playing;

/* A line that packet_line.h cannot read is a fault of the script, too. */
static void
say_where (const char *domain,
           GLogLevelFlags level,
           const char *message,
           gpointer data)
{
  if (playing != NULL && (level & G_LOG_LEVEL_ERROR) != 0)
    script_fail (playing, "%s", message);
  g_printerr ("%s\n", message);
}

static void
play (gconstpointer data)
{
  const Talk *talk = data;

  playing = NULL;
  playing = script_new (talk->path, talk->line, talk->lines[0]);
  for (unsigned i = 1; i < talk->count; i++)
    if (*talk->lines[i] != '\0')
      script_run (playing, talk->line + i, talk->lines[i]);
  script_free (playing);
  playing = NULL;
}

/* Comments, and blanks that mean nothing. */
static void
clean (char *line)
{
  char *from, *to, *comment = *line == '#' ? line : strstr (line, " #");

  if (comment != NULL)
    *comment = '\0';
  g_strstrip (line);
  for (from = to = line; *from != '\0'; from++)
    if (*from != ' ' || from[1] != ' ')
      *to++ = *from;
  *to = '\0';
}

static void
add_test (const Talk *talk)
{
  g_auto (GStrv) parts = g_strsplit (talk->lines[0], "\"", 3);
  const char *title = parts[1] == NULL ? "" : g_strdelimit (parts[1], "/", '.');
  g_autofree char *name = g_strdup_printf ("/script/%u %s", talk->line, title);

  g_test_add_data_func (name, talk, play);
}

static void
add_talks (const char *path, char **lines, GPtrArray *talks)
{
  Talk *talk = NULL;

  for (unsigned i = 0; lines[i] != NULL; i++)
    {
      clean (lines[i]);
      if (g_str_has_prefix (lines[i], "talk "))
        {
          talk = g_new (Talk, 1);
          *talk = (Talk){ path, i + 1, lines + i, 1 };
          g_ptr_array_add (talks, talk);
          add_test (talk);
        }
      else if (talk != NULL)
        talk->count++;
      else if (*lines[i] != '\0')
        g_error ("%s:%u: before any talk", path, i + 1);
    }
}

int
main (int argc, char **argv)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GPtrArray) talks = g_ptr_array_new_with_free_func (g_free);

  g_test_init (&argc, &argv, NULL);
  if (argc != 2 || !g_file_get_contents (argv[1], &text, NULL, NULL))
    g_error ("usage: test_script FILE");
  g_log_set_default_handler (say_where, NULL);
  lines = g_strsplit (text, "\n", -1);
  add_talks (argv[1], lines, talks);
  return g_test_run ();
}
