// SPDX-License-Identifier: MIT
#include "tools/printable.h"
#include <glib.h>
#include <stdbool.h>
#include <string.h>

char *
printable (const char *text, ssize_t length)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);
  GString *out = g_string_new (NULL);
  for (const char *c = valid; *c; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);
      bool shown = g_unichar_isprint (character) && character != 0xfffd;
      g_string_append_unichar (out, shown ? character : '?');
    }
  return g_string_free (out, FALSE);
}

/* Of a terminal. */
static int
columns_of (const char *text, size_t length)
{
  g_autofree char *shown = printable (text, (ssize_t) length);
  int columns = 0;
  for (const char *c = shown; *c; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);
      columns += g_unichar_iswide (character)        ? 2
                 : g_unichar_iszerowidth (character) ? 0
                                                     : 1;
    }
  return columns;
}

#define NEAR_BEFORE 40
#define NEAR        76

void
printable_mark (const char *text, size_t at, size_t length, FILE *file)
{
  size_t from = at > NEAR_BEFORE ? at - NEAR_BEFORE : 0;
  size_t rest = strlen (text + from);
  g_autofree char *shown = printable (text + from, (ssize_t) MIN (rest, NEAR));
  fprintf (file, "  %s\n  %*s^", shown, columns_of (text + from, at - from),
           "");
  for (size_t i = 1; i < MIN (length, NEAR - (at - from)); i++)
    fputc ('~', file);
  fputc ('\n', file);
}
