// SPDX-License-Identifier: MIT
#include "tools/shell_complete.h"

#include <string.h>

/* The possibilities so far: how many, and where they agree. */
typedef struct
{
  const char *word; /* begins so */
  size_t length;
  unsigned count;
  char *common;
} Matches;

static void
offer (Matches *matches, const char *candidate)
{
  size_t same = 0;

  if (strncmp (candidate, matches->word, matches->length) != 0)
    return;
  if (matches->count++ == 0)
    {
      matches->common = g_strdup (candidate);
      return;
    }
  while (matches->common[same] != '\0'
         && matches->common[same] == candidate[same])
    same++;
  matches->common[same] = '\0';
}

static void
offer_commands (Matches *matches)
{
  for (const ShellCommand *command = SHELL_COMMANDS; command->name != NULL;
       command++)
    offer (matches, command->name);
}

static void
offer_words (const Shell *shell, Matches *matches)
{
  static const char *const words[] = { "tcp", "udp",  "read", "write", "both",
                                       "to",  "on",   "off",  "loss",  "delay",
                                       "up",  "down", "chain" };

  for (unsigned i = 0; i < shell->sockets->len; i++)
    offer (matches,
           ((ShellSocket *) g_ptr_array_index (shell->sockets, i))->name);
  for (unsigned i = 0; i < shell->network->nodes->len; i++)
    offer (matches,
           ((Node *) g_ptr_array_index (shell->network->nodes, i))->name);
  for (unsigned i = 0; i < G_N_ELEMENTS (words); i++)
    offer (matches, words[i]);
}

char *
shell_complete (const Shell *shell, const char *line)
{
  const char *start = line + strspn (line, " \t");
  const char *blank = strpbrk (start, " \t");
  Matches matches = { .word = start };
  char *more = NULL;

  for (const char *at = blank; at != NULL; at = strpbrk (at, " \t"))
    matches.word = ++at;
  matches.length = strlen (matches.word);
  if (blank == NULL || g_str_has_prefix (start, "help "))
    offer_commands (&matches);
  else if (matches.length > 0)
    offer_words (shell, &matches);
  if (matches.count == 1)
    more = g_strdup_printf ("%s ", matches.common + matches.length);
  else if (matches.count > 1 && matches.common[matches.length] != '\0')
    more = g_strdup (matches.common + matches.length);
  g_free (matches.common);
  return more;
}
