// SPDX-License-Identifier: MIT
/* How a command ended:
 *
 *   connect: 3 packets, CLOSED > SYN-SENT > ESTABLISHED,
 *     10.0.0.1:50123 <-> 10.0.0.2:7777, 40ms
 *     bob: new connection LISTEN > SYN-RECEIVED
 *     (a remark)
 */
#include "tools/shell.h"
#include "tools/wrap.h"

#include <stdio.h>
#include <string.h>

#define LOSSES_SHOWN 5

static void
add (GString *line, const char *part)
{
  g_string_append_printf (line, "%s%s", line->len > 0 ? ", " : "", part);
}

/* "3 packets", "no packet sent" */
static void
add_count (GString *line, unsigned count, const char *what)
{
  if (line->len > 0)
    g_string_append (line, ", ");
  if (count == 0)
    g_string_append_printf (line, "no packet%s", what);
  else
    g_string_append_printf (line, "%u packet%s%s", count, count == 1 ? "" : "s",
                            what);
}

static void
add_packets (GString *line, const Shell *shell)
{
  const ShellWatch *watch = &shell->watch;

  if (shell->packets == COUNT_NONE)
    return;
  add_count (line, watch->sent, shell->packets == COUNT_SENT ? "" : " sent");
  if (watch->again > 0)
    g_string_append_printf (line, " (%u of them again)", watch->again);
  if (watch->doubled > 0)
    g_string_append_printf (line, ", %u doubled", watch->doubled);
  if (watch->corrupted > 0)
    g_string_append_printf (line, ", %u corrupted", watch->corrupted);
  if (shell->packets == COUNT_ARRIVED)
    g_string_append_printf (line, ", %u arrived", watch->arrived);
}

static bool
is_same (const ShellChange *change, const char *host, int handle)
{
  return change->handle == handle && strcmp (change->host, host) == 0;
}

/* "SYN-SENT > ESTABLISHED": the way of one connection, from change FIRST on. */
static void
add_states (GString *line, const GArray *changes, unsigned first)
{
  const ShellChange *start = &g_array_index (changes, ShellChange, first);

  g_string_append (line, start->from);
  for (unsigned i = first; i < changes->len; i++)
    {
      const ShellChange *change = &g_array_index (changes, ShellChange, i);

      if (is_same (change, start->host, start->handle))
        g_string_append_printf (line, " > %s", change->to);
    }
}

static bool
is_first (const GArray *changes, unsigned i)
{
  const ShellChange *change = &g_array_index (changes, ShellChange, i);

  for (unsigned before = 0; before < i; before++)
    if (is_same (&g_array_index (changes, ShellChange, before), change->host,
                 change->handle))
      return false;
  return true;
}

static const ShellSocket *
socket_of (const Shell *shell, const ShellChange *change)
{
  return shell_find_socket (shell, change->host, change->handle);
}

static void
add_own_states (GString *line, const Shell *shell)
{
  const GArray *changes = shell->watch.changes;

  for (unsigned i = 0; shell->subject != NULL && i < changes->len; i++)
    if (socket_of (shell, &g_array_index (changes, ShellChange, i))
        == shell->subject)
      {
        add (line, "");
        add_states (line, changes, i);
        return;
      }
}

/* What the others went through. */
static void
print_states (const Shell *shell)
{
  const GArray *changes = shell->watch.changes;

  for (unsigned i = 0; i < changes->len; i++)
    {
      const ShellChange *change = &g_array_index (changes, ShellChange, i);
      const ShellSocket *socket = socket_of (shell, change);
      GString *line = g_string_new (NULL);

      if (is_first (changes, i) && (socket == NULL || socket != shell->subject))
        {
          if (socket != NULL)
            g_string_printf (line, "%s %s: ", change->host, socket->name);
          else
            g_string_printf (line, "%s, %s: ", change->host,
                             change->flow != NULL ? change->flow->name
                                                  : "a socket");
          add_states (line, changes, i);
          fputs ("  ", stdout);
          wrap_print_parts (line->str, ", ", 2, "    ");
        }
      g_string_free (line, true);
    }
}

static void
print_losses (Shell *shell)
{
  const GArray *losses = shell->watch.losses;
  bool shown = !shell->verbose && !shell->watch.arrivals;

  for (unsigned i = 0; i < losses->len; i++)
    {
      const ShellLoss *loss = &g_array_index (losses, ShellLoss, i);

      if (shown && i < LOSSES_SHOWN)
        printf ("  %s (%s)%s%s: %s\n", loss->by_host ? "dropped" : "lost",
                loss->cause, loss->by_host ? " by " : " on ", loss->where,
                loss->text);
      if (!loss->by_host)
        shell_note (shell,
                    loss->stream ? NOTE_LOST_STREAM : NOTE_LOST_DATAGRAM);
      else if (strcmp (loss->cause, "no-socket") == 0)
        shell_note (shell, NOTE_NO_SOCKET);
    }
  if (shown && losses->len > LOSSES_SHOWN)
    printf ("  and %u more\n", losses->len - LOSSES_SHOWN);
}

static void
add_time (GString *line, const Shell *shell)
{
  Time passed = shell->network->sim.now - shell->began;
  char text[32];

  if (passed > 0)
    add (line, event_time_text (passed, text, sizeof text));
}

/* Everything on one line, if it fits. */
static void
print_line (const Shell *shell, const char *name)
{
  GString *line = g_string_new (NULL);
  bool good = shell->trouble->len == 0;
  bool told = good || shell->watch.sent > 0 || shell->watch.changes->len > 0
              || shell->head->len > 0 || shell->network->sim.now > shell->began;

  if (!good)
    {
      printf ("%s: ", name);
      wrap_print_parts (shell->trouble->str, " ", strlen (name) + 2, "  ");
    }
  g_string_append (line, shell->head->str);
  add_packets (line, shell);
  add_own_states (line, shell);
  if (shell->tail->len > 0)
    add (line, shell->tail->str);
  add_time (line, shell);
  if (told)
    {
      if (good)
        printf ("%s: ", name);
      else
        fputs ("  ", stdout);
      wrap_print_parts (line->str, ", ", good ? strlen (name) + 2 : 2,
                        good ? "  " : "    ");
    }
  g_string_free (line, true);
}

static void
print_packets (const Shell *shell)
{
  if (shell->verbose || shell->watch.arrivals)
    for (unsigned i = 0; i < shell->watch.lines->len; i++)
      puts (g_ptr_array_index (shell->watch.lines, i));
}

static void
print_notes (const Shell *shell)
{
  for (unsigned i = 0; i < shell->notes->len; i++)
    {
      char *text = g_strdup_printf (
          "(%s)", (char *) g_ptr_array_index (shell->notes, i));

      fputs ("  ", stdout);
      wrap_print_parts (text, " ", 2, "   ");
      g_free (text);
    }
}

void
shell_report (Shell *shell, const ShellCommand *command)
{
  const char *name = shell_word (shell, 0);

  if (command != NULL && command->acts)
    {
      print_packets (shell);
      print_line (shell, name);
      print_states (shell);
      print_losses (shell);
      print_notes (shell);
    }
  else if (shell->trouble->len > 0)
    {
      name = command != NULL ? name : "sock";
      printf ("%s: ", name);
      wrap_print_parts (shell->trouble->str, " ", strlen (name) + 2, "  ");
    }
  fflush (stdout);
}
