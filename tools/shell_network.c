// SPDX-License-Identifier: MIT
/* The hosts, the links between them, and the clock. */
#include "sim/link.h"
#include "sim/scenario_parser.h"
#include "sim/units.h"
#include "stack/address.h"
#include "tools/explain.h"
#include "tools/shell.h"

#include <stdio.h>
#include <string.h>

static const ScenarioHost *
host_at (const Shell *shell, unsigned i)
{
  return g_ptr_array_index (shell->scenario->hosts, i);
}

void
shell_network_host (Shell *shell)
{
  const char *name = shell_word (shell, 1);

  for (unsigned i = 0; i < shell->scenario->hosts->len; i++)
    if (strcmp (host_at (shell, i)->name, name) == 0)
      {
        shell->at = i;
        return;
      }
  shell_refuse (shell, "there is no host '%s'; 'hosts' lists them", name);
}

static void
print_host (const ScenarioHost *host)
{
  printf ("%s", host->name);
  for (unsigned i = 0; i < host->addresses->len; i++)
    {
      const ScenarioAddress *own =
          &g_array_index (host->addresses, ScenarioAddress, i);
      char text[ADDRESS_TEXT_MAX];

      printf (" %s/%u", address_format (&own->address, text),
              own->prefix_length);
    }
  printf ("%s\n", host->privileged ? " privileged" : "");
}

void
shell_network_hosts (Shell *shell)
{
  for (unsigned i = 0; i < shell->scenario->hosts->len; i++)
    print_host (host_at (shell, i));
  for (unsigned i = 0; i < shell->scenario->links->len; i++)
    {
      const ScenarioLink *link = g_ptr_array_index (shell->scenario->links, i);
      GString *text = g_string_new (NULL);

      explain_chain (text, link->chain);
      printf ("%s>%s %s\n", host_at (shell, link->from)->name,
              host_at (shell, link->to)->name, text->str);
      g_string_free (text, true);
    }
  if (shell->changes->len > 0)
    printf ("changed since:\n%s", shell->changes->str);
}

/* Changes of links are statements of the scenario language: what it says about
 * hosts and links, and then what was changed since, is read again. */

static bool
is_about_links (const char *line)
{
  static const char *const words[] = { "let", "host", "router", "link", NULL };
  ShellWords split;
  const ShellWord *first, *third;
  bool is = false;

  if (shell_words_split (&split, line) == NULL)
    {
      first = shell_words_get (&split, 0);
      third = shell_words_get (&split, 2);
      is = first != NULL
           && (g_strv_contains (words, first->text)
               || (strcmp (first->text, "at") == 0 && third != NULL
                   && strcmp (third->text, "link") == 0));
    }
  shell_words_clear (&split);
  return is;
}

static char *
make_statements (const Shell *shell, const char *statement)
{
  char **lines = g_strsplit (shell->scenario->resolved->str, "\n", -1);
  GString *text = g_string_new (NULL);

  for (unsigned i = 0; lines[i] != NULL; i++)
    if (is_about_links (lines[i]))
      g_string_append_printf (text, "%s\n", lines[i]);
  g_strfreev (lines);
  g_string_append_printf (text, "%s%s\n", shell->changes->str, statement);
  return g_string_free (text, false);
}

static void
refuse_statement (Shell *shell, const GPtrArray *errors)
{
  const ScenarioError *error = g_ptr_array_index (errors, 0);

  shell_refuse (shell, "%s%s%s", error->message,
                error->hint != NULL ? "; " : "",
                error->hint != NULL ? error->hint : "");
}

/* False: refused. */
static bool
change_link (Shell *shell, const ScenarioAt *change)
{
  Link *link = g_ptr_array_index (shell->network->links, change->link);
  g_autoptr (GError) error = NULL;
  const char *missing = NULL;

  switch (change->kind)
    {
    case AT_CHAIN:
      link_set_chain (link, change->chain);
      break;
    case AT_CHANGE:
      if (!link_change (link, change->chain, &missing))
        shell_refuse (shell, "%s has no '%s' to change", link_name (link),
                      missing);
      break;
    case AT_UP:
    case AT_DOWN:
      link_set_up (link, change->kind == AT_UP);
      break;
    case AT_RULE:
      if (!link_add_rule (link, change->rule, &error))
        shell_refuse (shell, "%s", error->message);
      break;
    case AT_EXPECT:
      break;
    }
  return missing == NULL && error == NULL;
}

static void
free_error (void *error)
{
  scenario_error_free (error);
}

static unsigned
count_lines (const char *text)
{
  unsigned lines = 0;

  for (; *text != '\0'; text++)
    lines += *text == '\n';
  return lines;
}

void
shell_network_link (Shell *shell)
{
  char *statement =
      g_strdup_printf ("at %" G_GINT64_FORMAT "ns %s",
                       (gint64) shell->network->sim.now, shell->line);
  char *text = make_statements (shell, statement);
  GPtrArray *errors = g_ptr_array_new_with_free_func (free_error);
  Scenario *parsed = scenario_parse (text, "link", ".", NULL, errors);
  bool good = parsed != NULL;

  if (parsed == NULL)
    refuse_statement (shell, errors);
  else
    g_ptr_array_add (shell->parsed, parsed);
  for (unsigned i = 0; good && i < parsed->ats->len; i++)
    {
      const ScenarioAt *change = g_ptr_array_index (parsed->ats, i);

      if (change->place.line == count_lines (text))
        good = change_link (shell, change);
    }
  if (good)
    g_string_append_printf (shell->changes, "%s\n", statement);
  g_ptr_array_unref (errors);
  g_free (statement);
  g_free (text);
}

/* The clock. */

/* False: refused. */
static bool
take_time (Shell *shell, Time *time)
{
  const char *word = shell_word (shell, 1);
  const char *wrong = unit_parse_time (word, time);

  if (wrong != NULL)
    shell_refuse (shell, "'%s' %s", word, wrong);
  return wrong == NULL;
}

void
shell_network_wait (Shell *shell)
{
  bool idle = shell_word (shell, 1) != NULL;
  Time time = shell->limit;

  if (idle && !take_time (shell, &time))
    return;
  shell_time_begin (shell, time);
  while (shell_time_next (shell, idle))
    continue;
  shell_time_end (shell);
  shell->packets = COUNT_ARRIVED;
  if (shell->halt == HALT_INTERRUPTED)
    shell_tell_behind (shell, "interrupted");
  if (shell->halt == HALT_LATE && !idle)
    shell_tell_behind (shell, "and it is not quiet yet");
}

void
shell_network_step (Shell *shell)
{
  shell->watch.arrivals = true;
  shell->packets = COUNT_NONE;
  shell_time_begin (shell, shell->limit);
  while (shell->watch.looked == 0 && shell_time_next (shell, false))
    continue;
  shell_time_end (shell);
  if (shell->watch.looked == 0)
    shell_tell (shell, "%s", shell_time_why (shell));
}

void
shell_network_limit (Shell *shell)
{
  Time time;
  char text[32];

  if (shell_word (shell, 1) != NULL)
    {
      if (!take_time (shell, &time))
        return;
      shell->limit = time;
    }
  printf ("limit: a command waits for %s at most\n",
          event_time_text (shell->limit, text, sizeof text));
}
