// SPDX-License-Identifier: MIT
#include "tools/shell_words.h"

#include <string.h>

static void
clear_word (void *data)
{
  g_free (((ShellWord *) data)->text);
}

/* The end of the word that begins at *AT, which moves on to what is behind;
 * NULL: a quote is missing. */
static const char *
end_of_word (const char **at, bool *quoted)
{
  const char *end;

  *quoted = **at == '"';
  if (!*quoted)
    {
      end = *at + strcspn (*at, " \t\"#");
      return end;
    }
  (*at)++;
  end = strchr (*at, '"');
  return end;
}

const char *
shell_words_split (ShellWords *words, const char *line)
{
  const char *at = line;

  words->list = g_array_new (false, false, sizeof (ShellWord));
  g_array_set_clear_func (words->list, clear_word);
  words->rest = strlen (line);
  for (;;)
    {
      ShellWord word;
      const char *end;

      at += strspn (at, " \t\r\n");
      if (*at == '\0' || *at == '#')
        return NULL;
      if (words->list->len == 1)
        words->rest = (size_t) (at - line);
      end = end_of_word (&at, &word.quoted);
      if (end == NULL)
        return "a closing \" is missing";
      word.text = g_strndup (at, (size_t) (end - at));
      g_array_append_val (words->list, word);
      at = word.quoted ? end + 1 : end;
    }
}

void
shell_words_clear (ShellWords *words)
{
  g_array_unref (words->list);
}

const ShellWord *
shell_words_get (const ShellWords *words, unsigned i)
{
  return i < words->list->len ? &g_array_index (words->list, ShellWord, i)
                              : NULL;
}
